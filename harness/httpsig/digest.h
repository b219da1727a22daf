#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/result.h"

// Content-Digest, RFC 9530.
namespace aauth::httpsig {

enum class DigestAlgorithm { Sha256, Sha512 };

// The field value, e.g. `sha-256=:…:`; several algorithms give several members.
std::string content_digest(std::string_view body, const std::vector<DigestAlgorithm>& algorithms = {
                                                      DigestAlgorithm::Sha256});

// Checks the Content-Digest field against the body: every member with a known algorithm has to match, and there has to
// be one. Errors: "digest_missing", "digest_malformed", "digest_unsupported", "digest_mismatch".
Result<void> verify_content_digest(const http::Fields& fields, std::string_view body);

}  // namespace aauth::httpsig
