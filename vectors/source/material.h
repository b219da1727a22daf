#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/jose/jwk.h"
#include "harness/protocol/metadata.h"

// What the vectors are made of: keys that are the same every time, a frozen clock, the parties and their documents.
namespace aauth::vectors {

inline constexpr std::int64_t now = 1790000000;  // 2026-09-21T14:13:20Z, the clock of all vectors

inline constexpr std::string_view agent_provider = "https://ap.example";
inline constexpr std::string_view resource = "https://rs.example";
inline constexpr std::string_view person_server = "https://ps.example";
inline constexpr std::string_view access_server = "https://as.example";
inline constexpr std::string_view agent = "aauth:assistant@ap.example";

// The key of this name, made from the SHA-256 of it. ECDSA keys sign as RFC 6979 has it, so that everything that is
// signed is the same every time. `kid` is the name.
const jose::SigningKey& key(const std::string& name, crypto::Algorithm algorithm = crypto::Algorithm::Ed25519);

// An id (for jti) that is the same every time: 22 base64url characters made from the name.
std::string fixed_id(std::string_view name);

// Metadata and JWKS of a party as a `documents` input: {url: document, …}, with the key of the party's name
// ("ap.example", its kid) and those given.
nlohmann::json documents_of(std::string_view identifier, protocol::Role role, const protocol::Draft& draft,
                            const std::vector<jose::SigningKey>& more = {});
// Those of agent provider, resource, person server and access server together.
nlohmann::json all_documents(const protocol::Draft& draft);
// The public JWK as the draft has it: alg "EdDSA" where the fully-specified names came later.
nlohmann::json jwk_of(const jose::SigningKey& key, const protocol::Draft& draft);
// The name of a signature algorithm in tokens and keys, likewise.
std::string algorithm_name(crypto::Algorithm algorithm, const protocol::Draft& draft);
// The key that a party signs its tokens with.
const jose::SigningKey& key_of(std::string_view identifier);

// A message as the `message` input has it.
nlohmann::json to_json(const http::Request& request);
http::Request request(std::string method, std::string_view url, http::Fields fields = {}, std::string body = {});

}  // namespace aauth::vectors
