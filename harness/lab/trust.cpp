#include "harness/lab/trust.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "harness/lab/lab.h"

namespace aauth::lab {

namespace fs = std::filesystem;

namespace {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Store = std::unique_ptr<PKCS12, Release<PKCS12_free>>;

struct ReleaseBags {
    void operator()(STACK_OF(PKCS12_SAFEBAG) * bags) const { sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free); }
};
struct ReleaseSafes {
    void operator()(STACK_OF(PKCS7) * safes) const { sk_PKCS7_pop_free(safes, PKCS7_free); }
};

std::string value_of(const char* variable) {
    const char* value = std::getenv(variable);
    return value == nullptr ? std::string() : std::string(value);
}

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file) text << file.rdbuf();
    return std::move(text).str();
}

// Adds the certificate, with the attribute by which Java knows one that is trusted: for any use.
bool add(STACK_OF(PKCS12_SAFEBAG) * *bags, X509* certificate) {
    constexpr const char* trusted_key_usage = "2.16.840.1.113894.746875.1.1";
    auto* bag = PKCS12_add_cert(bags, certificate);
    const auto* any = reinterpret_cast<const unsigned char*>(OBJ_nid2obj(NID_anyExtendedKeyUsage));
    return bag != nullptr && PKCS12_add1_attr_by_txt(bag, trusted_key_usage, V_ASN1_OBJECT, any, -1) == 1;
}

}  // namespace

std::vector<std::string> system_bundles() {
    std::vector<std::string> found;
    for (const char* path : {"/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine, Arch
                             "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, Red Hat
                             "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                             "/etc/ssl/ca-bundle.pem",  // SUSE
                             "/etc/ssl/cert.pem"}) {    // Alpine, LibreSSL
        std::error_code error;
        const auto real = fs::canonical(path, error);
        if (error || !fs::is_regular_file(real, error)) continue;
        if (std::find(found.begin(), found.end(), real.string()) == found.end()) found.push_back(real.string());
    }
    return found;
}

std::string system_certificates() {
    auto text = contents(value_of("SSL_CERT_FILE"));
    for (const auto& path : system_bundles()) {
        if (!text.empty()) break;
        text = contents(path);
    }
    return text;
}

Result<std::string> java_trust_store(const std::string& pem) {
    const Memory in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    STACK_OF(PKCS12_SAFEBAG)* bags = nullptr;
    bool good = in != nullptr;
    while (good) {
        const Certificate certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
        if (!certificate) break;  // the end
        good = add(&bags, certificate.get());
    }
    const std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), ReleaseBags> held_bags(bags);
    if (!good || bags == nullptr)
        return failure("bad_certificates", "there are no certificates for Java's trust store");
    STACK_OF(PKCS7)* safes = nullptr;
    constexpr int not_encrypted = -1;
    const bool added = PKCS12_add_safe(&safes, bags, not_encrypted, 0, nullptr) == 1;
    const std::unique_ptr<STACK_OF(PKCS7), ReleaseSafes> held_safes(safes);
    const Store store(added ? PKCS12_add_safes(safes, 0) : nullptr);
    const Memory out(BIO_new(BIO_s_mem()));
    if (!store || !out || i2d_PKCS12_bio(out.get(), store.get()) != 1) {
        return failure("bad_certificates", "Java's trust store cannot be made");
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
}

std::vector<std::string> variables(const std::string& folder) {
    const auto ca = folder + "/" + Files::ca, bundle = folder + "/" + Files::bundle;
    std::vector<std::string> all{std::string(variable) + "=" + folder};
    // These are added to what the runtime trusts.
    for (const char* name : {"NODE_EXTRA_CA_CERTS", "DENO_CERT"}) all.push_back(std::string(name) + "=" + ca);
    // These take its place.
    for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO",
                             "NIX_SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"}) {
        all.push_back(std::string(name) + "=" + bundle);
    }
    auto java = value_of("JAVA_TOOL_OPTIONS");
    if (!java.empty()) java += " ";
    // The quotes are for folders with a space in them.
    java += "-Djavax.net.ssl.trustStore='" + folder + "/" + Files::java + "' -Djavax.net.ssl.trustStoreType=PKCS12";
    all.push_back("JAVA_TOOL_OPTIONS=" + java);
    auto direct = value_of("no_proxy");
    if (direct.empty()) direct = value_of("NO_PROXY");
    if (!direct.empty()) direct += ",";
    for (const char* name : {"NO_PROXY", "no_proxy"}) {
        all.push_back(std::string(name) + "=" + direct + ".aauth.test,localhost,127.0.0.1");
    }
    return all;
}

}  // namespace aauth::lab
