#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/process/process.h"

// For tests: the built program, called as its users call it.
namespace aauth::cli {

// A folder of its own, gone afterwards.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string path(const std::string& name) const { return (path_ / name).string(); }
    std::string write(const std::string& name, const std::string& text) const;  // gives the path

private:
    std::filesystem::path path_;
};

std::string text_of(const std::string& path);  // empty when there is no such file
std::vector<std::string> lines_of(const std::string& text);

process::Command program(std::vector<std::string> arguments);
// Runs it to the end, at most two minutes.
process::Finished run_program(std::vector<std::string> arguments);

// `serve ROLE --port 0` with more arguments, listening.
class Served {
public:
    explicit Served(std::vector<std::string> arguments);
    const std::string& base() const { return base_; }
    std::string port() const { return base_.substr(base_.rfind(':') + 1); }
    process::Process& child() { return *child_; }

private:
    std::unique_ptr<process::Process> child_;
    std::string base_;
};

// A case of the person-server suite that fails when a person server has the fault, by a MUST of draft 11.
struct Failing {
    std::string case_id, fault;
};
Failing failing_case();

}  // namespace aauth::cli
