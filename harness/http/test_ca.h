#pragma once

#include <memory>
#include <string>

#include "harness/http/handshake.h"
#include "harness/result.h"

namespace aauth::http {

// A certificate authority made for one run: issues leaf certificates for any host name or IP address, on demand and
// remembered. ECDSA P-256; the CA is valid for a day either side of now.
class TestCa {
public:
    TestCa();
    // One that was made before, from its certificate and key in PEM. Throws std::runtime_error when they are none, or do
    // not belong together.
    TestCa(const std::string& certificate_pem, const std::string& key_pem);
    ~TestCa();
    TestCa(const TestCa&) = delete;
    TestCa& operator=(const TestCa&) = delete;

    std::string certificate_pem() const;
    std::string key_pem() const;  // a secret: for the files of a lab
    // Writes the CA's certificate where programs can be pointed at it. Error "cannot_write".
    Result<void> write(const std::string& path) const;

    struct Leaf {
        std::string certificate_pem;
        std::string key_pem;
    };
    // A leaf with the name as its only subjectAltName (DNS or IP).
    Leaf leaf(const std::string& host);

    // Which versions servers with our certificates speak, instead of TLS 1.2 and later: for servers that are wrong on
    // purpose. Before the first server_context().
    void speak(TlsVersion oldest, TlsVersion newest);

    // An SSL_CTX* (as void*, so that OpenSSL stays out of this header) with the leaf of that host; owned by the CA.
    void* server_context(const std::string& host);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace aauth::http
