#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/test_ca.h"
#include "harness/lab/names.h"
#include "harness/result.h"

// A machine on which strict identifiers work: https://ps.aauth.test and many more names resolve to loopback addresses
// of their own, and certificates of a CA of our own are trusted (README.md).
namespace aauth::lab {

// The environment variable that tells a process that it is in a lab: the lab's folder.
constexpr const char* variable = "AAUTH_LAB";

// What is in that folder: part of the contract with programs that run in a lab (README.md).
struct Files {
    static constexpr const char* ca = "ca.pem";           // our CA's certificate
    static constexpr const char* ca_key = "ca.key";       // and its key
    static constexpr const char* bundle = "bundle.pem";   // the system's CAs and ours
    static constexpr const char* java = "trust.p12";      // the same for Java
    static constexpr const char* hosts = "hosts";         // a hosts file with the names
    static constexpr const char* certificates = "certs";  // folder: HOST.pem and HOST.key of the plain names
    static constexpr const char* taken = "taken";         // how many names of each role have been given away
};

// The lab that this process is in. Thread-safe.
class Lab {
public:
    // Of a lab's folder. Error "no_lab" when it is none.
    static Result<std::unique_ptr<Lab>> open(const std::string& folder);

    const std::string& folder() const { return folder_; }
    // A PEM file with the system's certificate authorities and the lab's: for http::ClientOptions::ca_file.
    std::string bundle() const;

    // The lab's CA, one for all of this process; issues certificates for any name. Error "no_key" when this process may
    // not read its key.
    Result<http::TestCa*> ca() const;

    // A name that nobody in this lab has been given before, in whichever process: the role's plain one first. Errors:
    // "no_names" when all are given away, "bad_role", "cannot_write".
    Result<Name> fresh(std::string_view role) const;

private:
    explicit Lab(std::string folder) : folder_(std::move(folder)) {}

    std::string folder_;
    mutable std::mutex mutex_;
    mutable std::unique_ptr<http::TestCa> ca_;
};

// The lab that this process was started in; nullptr outside of one.
const Lab* current();

struct RunOptions {
    bool hosts_file = false;  // change /etc/hosts for the time of the run, even where namespaces can be had
};

// Makes a lab, runs the command in it, and undoes it, whatever happens to this process. Signals that this process gets
// are passed on; what the command leaves behind is killed. Gives the exit code: the command's own, 128 and the number
// of the signal that ended it, 127 when there is no such program, 126 when it cannot be executed. In a lab already, the
// command runs in that one. Only for a process with one thread that ends afterwards: it may be in the lab's namespaces
// by then. Errors: "not_possible" with what to do about it, "cannot_make".
Result<int> run(const std::vector<std::string>& command, const RunOptions& options = {});

// Why private namespaces cannot be had here, in a sentence; nothing when they can. Starts a process to see.
std::optional<std::string> namespaces_problem();

}  // namespace aauth::lab
