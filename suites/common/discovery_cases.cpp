#include "suites/common/discovery_cases.h"

#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "mocks/party.h"

namespace aauth::suites {

namespace {

// The token with its claims and header as they are, signed by another key of its issuer.
std::string signed_anew(const std::string& compact, const jose::SigningKey& key) {
    const auto token = jose::Jwt::decode(compact).value();
    auto header = token.header();
    header.erase("alg");
    header.erase("kid");
    return jose::mint(header, token.payload(), key);
}

// The request is signed by this key of the party, in its own right.
void sign_as(mocks::SignedRequest& request, const mocks::Party& party, const jose::SigningKey& key) {
    request.key = key;
    request.signature_key =
        httpsig::jwks_uri_member(party.identifier(), protocol::document_name(party.role()), key.kid);
}

}  // namespace

Verification verification_of(std::string prefix, const PresentedToken& token) {
    const auto issuer = [token](Test& t) {
        auto who = t.player();
        const auto other = token.other(t, who, crypto::Algorithm::Ed25519);
        if (token.kind == protocol::TokenKind::Agent) {
            // The rest of the request may name the agent, and another provider may name it otherwise.
            who.token = other.mint({});
            who.agent.identifier = jose::Jwt::decode(who.token).value().claim_string("sub").value_or("");
        }
        return FreshIssuer{other.party, [token, other, who](Test& test, const jose::SigningKey& key) {
                               const auto compact = signed_anew(other.mint({}), key);
                               if (!token.parameter) {
                                   auto request = token.endpoint.request(test, who);
                                   request.token = compact;
                                   return request;
                               }
                               const auto& place = other.place ? other.place : token.parameter->place;
                               auto request = place(test, who, compact);
                               if (token.parameter->issuer_signs) sign_as(request, other.party, key);
                               return request;
                           }};
    };
    return {std::move(prefix), issuer, token.endpoint.accepted};
}

std::string metadata_path(const mocks::Party& party) {
    return "/.well-known/" + std::string(protocol::document_name(party.role()));
}

http::Reply document(std::string text, const http::Fields& fields) {
    http::Reply reply;
    reply.response.status = 200;
    reply.response.fields = fields;
    reply.response.fields.set("Content-Type", "application/json");
    reply.response.body = std::move(text);
    return reply;
}

FreshIssuer new_issuer(Test& t, const Verification& verification) {
    if (!t.world().discovers()) t.skip("the target is told of issuers by a hook and fetches no documents of ours");
    auto issuer = verification.issuer(t);
    t.world().trust(issuer.party);
    return issuer;
}

FreshIssuer met(Test& t, const Verification& verification, const std::function<void(mocks::Party&)>& before) {
    auto issuer = new_issuer(t, verification);
    if (before) before(issuer.party);
    const auto answer = asked(t, issuer, "control: an issuer with good documents");
    if (!verification.accepted(answer)) t.skip("the target takes nothing from a further issuer: " + answer.summary());
    return issuer;
}

Answer asked(Test& t, const FreshIssuer& issuer, std::string note) {
    return asked(t, issuer, issuer.party.key(), std::move(note));
}

Answer asked(Test& t, const FreshIssuer& issuer, const jose::SigningKey& key, std::string note) {
    return t.send(issuer.request(t, key), std::move(note));
}

void discovery_cases(Suite& suite, const Verification& verification) {
    suite.area("Discovery of keys", "11.4");
    discovery_cache_cases(suite, verification);
    discovery_egress_cases(suite, verification);
}

}  // namespace aauth::suites
