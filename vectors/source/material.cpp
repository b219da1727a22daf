#include "vectors/source/material.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/protocol/identifiers.h"

namespace aauth::vectors {

namespace {

crypto::PrivateKey private_key(const std::string& name, crypto::Algorithm algorithm) {
    const auto seed = crypto::sha512("aauth-conformance vectors: key " + name);
    const auto type = crypto::key_type_for(algorithm);
    auto made = [&]() -> Result<crypto::PrivateKey> {
        switch (type) {
            case crypto::KeyType::Ed25519: return crypto::PrivateKey::from_edwards(type, seed.substr(0, 32));
            case crypto::KeyType::Ed448: return crypto::PrivateKey::from_edwards(type, seed.substr(0, 57));
            case crypto::KeyType::P256: return crypto::PrivateKey::from_scalar(type, seed.substr(0, 32));
            // Zeros in front keep the scalar below the order.
            case crypto::KeyType::P384: return crypto::PrivateKey::from_scalar(type, '\0' + seed.substr(0, 47));
            case crypto::KeyType::P521: return crypto::PrivateKey::from_scalar(type, std::string(2, '\0') + seed);
            case crypto::KeyType::RSA: break;
        }
        return failure("invalid_key", "no key of this type is made from a name");
    }();
    if (!made) throw std::logic_error("vectors: the key " + name + ": " + made.error().message);
    return made->deterministic();
}

}  // namespace

const jose::SigningKey& key(const std::string& name, crypto::Algorithm algorithm) {
    static std::map<std::pair<std::string, crypto::Algorithm>, jose::SigningKey> made;
    auto found = made.find({name, algorithm});
    if (found == made.end()) {
        const std::string distinct = name + ' ' + std::string(crypto::name(algorithm));
        found = made.emplace(std::pair(name, algorithm),
                             jose::SigningKey{private_key(distinct, algorithm), algorithm, name}).first;
    }
    return found->second;
}

std::string fixed_id(std::string_view name) {
    return crypto::base64url_encode(crypto::sha256("aauth-conformance vectors: id " + std::string(name)).substr(0, 16));
}

std::string algorithm_name(crypto::Algorithm algorithm, const protocol::Draft& draft) {
    const bool edwards = algorithm == crypto::Algorithm::Ed25519 || algorithm == crypto::Algorithm::Ed448;
    return edwards && draft.jwk.eddsa_allowed ? "EdDSA" : std::string(crypto::name(algorithm));
}

nlohmann::json jwk_of(const jose::SigningKey& key, const protocol::Draft& draft) {
    auto jwk = key.public_jwk();
    jwk["alg"] = algorithm_name(key.algorithm, draft);
    return jwk;
}

const jose::SigningKey& key_of(std::string_view identifier) { return key(protocol::domain_of(identifier)); }

nlohmann::json documents_of(std::string_view identifier, protocol::Role role, const protocol::Draft& draft,
                            const std::vector<jose::SigningKey>& more) {
    const std::string base(identifier);
    nlohmann::json metadata{{"issuer", base}, {"jwks_uri", base + "/.well-known/jwks.json"}};
    if (role == protocol::Role::PersonServer || role == protocol::Role::AccessServer) {
        metadata[draft.auth_token_endpoint_field] = base + "/token";
    }
    if (role == protocol::Role::PersonServer && draft.person_tokens) {
        metadata[draft.person_token_endpoint_field] = base + "/person";
    }
    nlohmann::json keys = nlohmann::json::array({jwk_of(key_of(identifier), draft)});
    for (const auto& further : more) keys.push_back(jwk_of(further, draft));
    return {{protocol::document_url(identifier, role), metadata}, {base + "/.well-known/jwks.json", {{"keys", keys}}}};
}

nlohmann::json all_documents(const protocol::Draft& draft) {
    auto all = documents_of(agent_provider, protocol::Role::AgentProvider, draft);
    all.update(documents_of(resource, protocol::Role::Resource, draft));
    all.update(documents_of(person_server, protocol::Role::PersonServer, draft));
    all.update(documents_of(access_server, protocol::Role::AccessServer, draft));
    return all;
}

nlohmann::json to_json(const http::Request& request) {
    nlohmann::json headers = nlohmann::json::array();
    for (const auto& [name, value] : request.fields.all()) headers.push_back({name, value});
    nlohmann::json message{{"method", request.method}, {"url", request.url()}, {"headers", headers}};
    if (!request.body.empty()) message["body"] = crypto::base64_encode(request.body);
    return message;
}

http::Request request(std::string method, std::string_view url, http::Fields fields, std::string body) {
    const auto parsed = http::Url::parse(url);
    if (!parsed) throw std::logic_error("vectors: no URL: " + std::string(url));
    http::Request made;
    made.method = std::move(method);
    made.scheme = parsed->scheme;
    made.authority = parsed->authority();
    made.target = parsed->request_target();
    made.fields = std::move(fields);
    made.body = std::move(body);
    return made;
}

}  // namespace aauth::vectors
