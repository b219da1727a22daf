#include "harness/lab/trust.h"

#include <filesystem>
#include <fstream>

#include "harness/catch.h"
#include "harness/http/test_ca.h"
#include "harness/lab/lab.h"
#include "harness/process/process.h"

using namespace aauth;
using namespace aauth::lab;

namespace {

std::string value(const std::vector<std::string>& entries, const std::string& name) {
    for (const auto& entry : entries) {
        if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
    }
    return "(unset)";
}

// A variable that has a value for as long as this lives.
struct Set {
    Set(const char* of, const char* value) : name(of) {
        if (const char* old = std::getenv(of)) before = old;
        ::setenv(of, value, 1);
    }
    ~Set() { before ? ::setenv(name, before->c_str(), 1) : ::unsetenv(name); }
    const char* name;
    std::optional<std::string> before;
};

}  // namespace

TEST_CASE("Java reads the trust store, without a password, and takes what is in it as trusted") {
    http::TestCa one, other;
    const auto store = java_trust_store(one.certificate_pem() + "between\n" + other.certificate_pem());
    REQUIRE(store);
    const auto path = std::filesystem::temp_directory_path() / ("aauth-trust-" + std::to_string(::getpid()) + ".p12");
    std::ofstream(path, std::ios::binary) << *store;
    process::Command command;
    command.arguments = {"keytool", "-list", "-keystore", path.string(), "-storetype", "PKCS12"};
    const auto listed = process::run(command, "\n", std::chrono::seconds(60));
    std::filesystem::remove(path);
    if (!listed) {
        WARN("keytool is not here: Java's opinion is left out");
        return;
    }
    INFO(listed->output << listed->errors);
    CHECK(listed->exit.code == 0);
    std::size_t trusted = 0;
    for (auto at = listed->output.find("trustedCertEntry"); at != std::string::npos;
         at = listed->output.find("trustedCertEntry", at + 1)) {
        ++trusted;
    }
    CHECK(trusted == 2);
}

TEST_CASE("a trust store needs certificates") {
    CHECK(java_trust_store("").error().code == "bad_certificates");
    CHECK(java_trust_store("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").error().code ==
          "bad_certificates");
}

TEST_CASE("programs are told of the lab by what they look at, and keep their own options") {
    const Set java("JAVA_TOOL_OPTIONS", "-Xmx99m"), direct("NO_PROXY", "example.com"), lower("no_proxy", "");
    const auto entries = variables("/tmp/the lab");
    CHECK(value(entries, variable) == "/tmp/the lab");
    for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO"}) {
        CHECK(value(entries, name) == "/tmp/the lab/bundle.pem");
    }
    CHECK(value(entries, "NODE_EXTRA_CA_CERTS") == "/tmp/the lab/ca.pem");
    CHECK(value(entries, "JAVA_TOOL_OPTIONS") ==
          "-Xmx99m -Djavax.net.ssl.trustStore='/tmp/the lab/trust.p12' -Djavax.net.ssl.trustStoreType=PKCS12");
    CHECK(value(entries, "no_proxy") == "example.com,.aauth.test,localhost,127.0.0.1");
    CHECK(value(entries, "SSL_CERT_DIR") == "(unset)");
}

TEST_CASE("what the system trusts is what SSL_CERT_FILE says, where it says something") {
    const auto path = std::filesystem::temp_directory_path() / ("aauth-trust-" + std::to_string(::getpid()) + ".pem");
    std::ofstream(path) << "said\n";
    {
        const Set file("SSL_CERT_FILE", path.c_str());
        CHECK(system_certificates() == "said\n");
    }
    std::filesystem::remove(path);
    const Set file("SSL_CERT_FILE", "/nowhere.pem");
    CHECK(system_certificates().empty() == system_bundles().empty());
}
