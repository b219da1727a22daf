#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "harness/http/message.h"
#include "harness/result.h"

namespace aauth::http {

enum class TlsVersion { Tls1_0, Tls1_1, Tls1_2, Tls1_3 };
std::string name(TlsVersion version);  // "TLS 1.2"

// Offers a server the versions of TLS up to `newest`, with ciphers of any age, and gives the one that it agrees to;
// nothing when it refuses the handshake. Nobody's certificate is looked at, and nothing is sent. `to` is where to dial
// (host and port), `server_name` what is said in SNI unless it is an address. Errors: "connect_failed", "timeout", and
// "tls_failed" when we could not make the offer.
Result<std::optional<TlsVersion>> handshake(const Url& to, const std::string& server_name, TlsVersion newest,
                                            std::chrono::milliseconds limit = std::chrono::seconds(5));

}  // namespace aauth::http
