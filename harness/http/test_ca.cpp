#include "harness/http/test_ca.h"

#include <fstream>
#include <map>
#include <mutex>
#include <stdexcept>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace aauth::http {

namespace {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;

constexpr long day = 24 * 60 * 60;               // seconds
constexpr std::size_t most_names_by_sni = 4096;  // so that a client cannot make us hold certificates without end

void require(bool done, const char* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL cannot ") + what);
}

Key new_key() {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "make a P-256 key");
    return key;
}

bool is_address(const std::string& host) {
    in6_addr any{};
    return inet_pton(AF_INET, host.c_str(), &any) == 1 || inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

// A host name that may stand in a certificate and in OpenSSL's extension syntax.
bool is_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 &&
           host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*") ==
               std::string_view::npos;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "add a certificate extension");
}

// Everything but the extensions and the signature. The name is the subject's common name, at most 64 bytes.
Certificate blank(const std::string& name, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    require(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "make a certificate");
    unsigned char serial[16];
    require(RAND_bytes(serial, sizeof serial) == 1, "draw a serial number");
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40);
    const std::unique_ptr<BIGNUM, Release<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
    require(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr,
            "set the serial number");
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), day);
    require(X509_set_pubkey(certificate.get(), key) == 1, "set the public key");
    const std::string common = name.substr(0, 64);
    require(X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(common.data()),
                                       static_cast<int>(common.size()), -1, 0) == 1,
            "name the certificate");
    return certificate;
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

std::string pem_of(X509* certificate) {
    const Memory memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(memory.get(), certificate) == 1, "write a certificate");
    return text_of(memory.get());
}

std::string pem_of(EVP_PKEY* key) {
    const Memory memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write a key");
    return text_of(memory.get());
}

// HTTP/1.1 is the only protocol that the server speaks.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned int in_size, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

struct TestCa::State {
    struct Issued {
        Certificate certificate;
        Key key;
        Context context;  // made when first asked for
    };

    State() : key(new_key()), certificate(blank("AAuth conformance test CA", key.get())) {
        X509* self = certificate.get();
        require(X509_set_issuer_name(self, X509_get_subject_name(self)) == 1, "name the issuer");
        add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
        add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
        add_extension(self, self, NID_subject_key_identifier, "hash");
        require(X509_sign(self, key.get(), EVP_sha256()) != 0, "sign the CA certificate");
    }

    State(const std::string& certificate_pem, const std::string& key_pem) {
        const Memory certificate_text(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
        const Memory key_text(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
        certificate.reset(PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
        // A callback that knows no password, so that nobody is asked for one.
        key.reset(PEM_read_bio_PrivateKey(key_text.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
        require(certificate != nullptr && key != nullptr, "read the CA");
        require(X509_check_private_key(certificate.get(), key.get()) == 1, "match the CA's key with its certificate");
    }

    // With the mutex held.
    Issued& issue(const std::string& host) {
        const auto known = issued.find(host);
        if (known != issued.end()) return known->second;
        require(is_address(host) || is_host_name(host), "issue a certificate for what is not a host name");

        Issued leaf;
        leaf.key = new_key();
        leaf.certificate = blank(host, leaf.key.get());
        X509* self = leaf.certificate.get();
        require(X509_set_issuer_name(self, X509_get_subject_name(certificate.get())) == 1, "name the issuer");
        add_extension(self, certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
        add_extension(self, certificate.get(), NID_key_usage, "critical,digitalSignature");
        add_extension(self, certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
        add_extension(self, certificate.get(), NID_subject_key_identifier, "hash");
        add_extension(self, certificate.get(), NID_authority_key_identifier, "keyid:always");
        add_extension(self, certificate.get(), NID_subject_alt_name, (is_address(host) ? "IP:" : "DNS:") + host);
        require(X509_sign(self, key.get(), EVP_sha256()) != 0, "sign a certificate");
        return issued.emplace(host, std::move(leaf)).first->second;
    }

    SSL_CTX* context(const std::string& host) {
        Issued& leaf = issue(host);
        if (leaf.context) return leaf.context.get();
        Context made(SSL_CTX_new(TLS_server_method()));
        require(made != nullptr && SSL_CTX_use_certificate(made.get(), leaf.certificate.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(made.get(), leaf.key.get()) == 1 &&
                    SSL_CTX_set_min_proto_version(made.get(), oldest) == 1 &&
                    SSL_CTX_set_max_proto_version(made.get(), newest) == 1,
                "make a TLS context");
        // The signatures of the old handshakes are made with SHA-1.
        if (oldest < TLS1_2_VERSION) SSL_CTX_set_security_level(made.get(), 0);
        SSL_CTX_set_alpn_select_cb(made.get(), choose_protocol, nullptr);
        SSL_CTX_callback_ctrl(made.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                              reinterpret_cast<void (*)()>(choose_certificate));
        SSL_CTX_ctrl(made.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG, 0, this);
        leaf.context = std::move(made);
        return leaf.context.get();
    }

    // Called during a handshake: takes the certificate of the name that the client asks for.
    static int choose_certificate(SSL* connection, int*, void* argument) {
        const char* asked = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
        if (asked == nullptr) return SSL_TLSEXT_ERR_NOACK;
        auto& self = *static_cast<State*>(argument);
        const std::lock_guard lock(self.mutex);
        const std::string host(asked);
        if (!is_host_name(host)) return SSL_TLSEXT_ERR_ALERT_FATAL;
        if (self.issued.size() >= most_names_by_sni && !self.issued.contains(host)) return SSL_TLSEXT_ERR_ALERT_FATAL;
        try {
            SSL_set_SSL_CTX(connection, self.context(host));
        } catch (const std::exception&) {
            return SSL_TLSEXT_ERR_ALERT_FATAL;
        }
        return SSL_TLSEXT_ERR_OK;
    }

    Key key;
    Certificate certificate;
    std::mutex mutex;
    std::map<std::string, Issued> issued;
    int oldest = TLS1_2_VERSION, newest = 0;  // 0: the newest that there is
};

TestCa::TestCa() : state_(std::make_unique<State>()) {}
TestCa::TestCa(const std::string& certificate_pem, const std::string& key_pem)
    : state_(std::make_unique<State>(certificate_pem, key_pem)) {}
TestCa::~TestCa() = default;

std::string TestCa::certificate_pem() const { return pem_of(state_->certificate.get()); }
std::string TestCa::key_pem() const { return pem_of(state_->key.get()); }

Result<void> TestCa::write(const std::string& path) const {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << certificate_pem();
    file.close();
    if (!file) return failure("cannot_write", "cannot write the CA certificate to " + path);
    return {};
}

TestCa::Leaf TestCa::leaf(const std::string& host) {
    const std::lock_guard lock(state_->mutex);
    const auto& issued = state_->issue(host);
    return {pem_of(issued.certificate.get()), pem_of(issued.key.get())};
}

void TestCa::speak(TlsVersion oldest, TlsVersion newest) {
    const auto number = [](TlsVersion version) { return TLS1_VERSION + static_cast<int>(version); };
    const std::lock_guard lock(state_->mutex);
    state_->oldest = number(oldest);
    state_->newest = number(newest);
}

void* TestCa::server_context(const std::string& host) {
    const std::lock_guard lock(state_->mutex);
    return state_->context(host);
}

}  // namespace aauth::http
