#include "harness/jose/jwt.h"
#include "vectors/source/signature_requests.h"

// The token in Signature-Key, and the documents of its issuer (section 11.3.4, step 5).
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

void tokens(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    const auto shared = shared_input(draft, resource_verifier());
    RequestRows rows(table, "requests to a resource: the token", 1141, shared, good);
    const auto presenting = [&](const std::string& token) {
        auto request = good;
        request.signature_key = jwt_member(token);
        return request.signed_message();
    };
    const auto changed = [&](auto change) {
        auto token = agent_token(draft);
        change(token);
        return presenting(token.minted());
    };
    const Codes jwt{"invalid_jwt"};
    const auto claim = [&](const char* name, const json& value) {
        return changed([&](Draftable& token) { token.claims[name] = value; });
    };
    const auto header = [&](const char* name, const json& value) {
        return changed([&](Draftable& token) { token.header[name] = value; });
    };
    rows.refused("expired a second ago", claim("exp", now - 1), {"expired_jwt"}, "sig.jwt.expired");
    rows.refused("expires now", claim("exp", now), {"expired_jwt"}, "jwt.exp-no-tolerance");
    rows.valid("expires in a second", claim("exp", now + 1), "jwt.exp-no-tolerance");
    rows.refused("without exp", changed([](Draftable& token) { token.claims.erase("exp"); }), jwt, "jwt.exp-required");
    rows.refused("with another typ", header("typ", "JWT"), jwt, "agent-token.verify-typ");
    rows.refused("with another dwk", claim("dwk", "aauth-person.json"), jwt, "agent-token.verify-dwk");
    rows.refused("signed by another key", changed([](Draftable& token) { token.signer.key = key("other").key; }), jwt,
                 "jwt.signature");
    rows.refused("its signature altered", presenting(jose::corrupt_signature(agent_token(draft).minted())), jwt,
                 "jwt.signature");
    rows.refused("an unknown kid", header("kid", "nobody"), {"unknown_key", "invalid_jwt"}, "sig.key.unknown");
    rows.refused("an iss without documents", claim("iss", "https://nobody.example"), {}, "sig.jwt.invalid");
    rows.refused("an iss that is no server identifier", claim("iss", "http://ap.example"), {}, "jwt.iss-valid");
    rows.refused("two parts only", presenting("eyJhbGciOiJFZDI1NTE5In0.e30"), jwt, "sig.jwt.invalid");
    rows.refused("no JSON in it", presenting("AAAA.AAAA.AAAA"), jwt, "sig.jwt.invalid");
    rows.refused("an empty token", presenting(""), {"invalid_jwt", "invalid_key"}, "sig.jwt.invalid");
    rows.refused("a sign that is not of base64url", presenting(agent_token(draft).minted() + "!"), jwt,
                 "sig.jwt.invalid");
    rows.refused("alg none and no signature", presenting([&] {
                     auto token = agent_token(draft);
                     token.header["alg"] = "none";
                     return jose::assemble(token.header.dump(), token.claims.dump(), "");
                 }()),
                 {"invalid_jwt", "unsupported_algorithm"}, "jwt.alg");
    rows.refused("without cnf", changed([](Draftable& token) { token.claims.erase("cnf"); }),
                 {"invalid_jwt", "invalid_key"}, "jwt.cnf-required");
    if (draft.person_tokens) {
        rows.refused("a person token where agent tokens are asked for", presenting(person_token(draft).minted()),
                     {"invalid_jwt", "invalid_key"}, "agent-token.verify-typ");
    }
    rows.refused("an auth token where agent tokens are asked for", presenting(auth_token(draft).minted()),
                 {"invalid_jwt", "invalid_key"}, "agent-token.verify-typ");
    auto verifier = resource_verifier();
    verifier["tokens"] = {"auth-token"};
    rows.valid("an auth token where auth tokens are asked for", presenting(auth_token(draft).minted()), "sig.base",
               {{"verifier", verifier}});
    rows.refused("an agent token where auth tokens are asked for", good.signed_message(), jwt, "jwt.typ",
                 {{"verifier", verifier}});
    if (draft.person_tokens) {
        verifier["tokens"] = {"person-token", "auth-token"};
        rows.valid("a person token where person and auth tokens are taken", presenting(person_token(draft).minted()),
                   "sig.base", {{"verifier", verifier}});
    }
}

void documents(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    const auto shared = shared_input(draft, resource_verifier());
    RequestRows rows(table, "requests to a resource: the issuer's documents", 1171, shared, good);
    const auto m = good.signed_message();
    const std::string metadata = "https://ap.example/.well-known/aauth-agent.json",
                      jwks = "https://ap.example/.well-known/jwks.json";
    const auto with_documents = [&](auto change) {
        auto all = shared["documents"];
        change(all);
        return json{{"documents", all}};
    };
    const auto issuer = [&](const std::string& comment, const json& more, const char* code) {
        if (draft.issuer_compared) {
            rows.refused(comment, m, {code}, "jwks.discovery", more);
        } else {
            rows.either(comment, m, "IssuerNotCompared", "jwks.discovery", more);
        }
    };
    issuer("the metadata has no issuer", with_documents([&](json& all) { all[metadata].erase("issuer"); }),
           "issuer_missing");
    issuer("the metadata has another issuer",
           with_documents([&](json& all) { all[metadata]["issuer"] = "https://ap2.example"; }), "issuer_mismatch");
    issuer("the metadata's issuer ends in a slash",
           with_documents([&](json& all) { all[metadata]["issuer"] = "https://ap.example/"; }), "issuer_mismatch");
    rows.refused("the metadata is not to be found", m, {}, "jwks.discovery",
                 with_documents([&](json& all) { all.erase(metadata); }));
    rows.refused("the metadata has no jwks_uri", m, {}, "jwks.discovery",
                 with_documents([&](json& all) { all[metadata].erase("jwks_uri"); }));
    rows.refused("the JWKS is not to be found", m, {}, "jwks.discovery",
                 with_documents([&](json& all) { all.erase(jwks); }));
    rows.refused("the JWKS is empty", m, {"unknown_key", "invalid_jwt"}, "sig.key.unknown",
                 with_documents([&](json& all) { all[jwks]["keys"] = json::array(); }));
    rows.refused("the JWKS has another key under the kid", m, {"invalid_jwt"}, "jwt.signature",
                 with_documents([&](json& all) { all[jwks]["keys"][0]["x"] = key("other").public_jwk()["x"]; }));
    rows.valid("the JWKS has a key of an unknown type beside it", m, "jwks.unselected-ignored",
               with_documents([&](json& all) {
                   all[jwks]["keys"].insert(all[jwks]["keys"].begin(),
                                            json({{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"kid", "pq"}, {"pub", "AA"}}));
               }));
    rows.valid("the JWKS has a broken key beside it", m, "jwks.unselected-ignored", with_documents([&](json& all) {
                   all[jwks]["keys"].push_back({{"kty", "OKP"}, {"kid", "broken"}});
               }));
    const auto issuer_key = [&](auto change) {
        return with_documents([&](json& all) { change(all[jwks]["keys"][0]); });
    };
    if (draft.jwk.algorithm_required) {
        rows.refused("the issuer's key has no alg", m, {"invalid_jwt", "unsupported_algorithm", "invalid_key"},
                     "key.alg-required", issuer_key([](json& jwk) { jwk.erase("alg"); }));
        rows.refused("the issuer's key has alg EdDSA", m, {"invalid_jwt", "unsupported_algorithm", "invalid_key"},
                     "key.alg-polymorphic", issuer_key([](json& jwk) { jwk["alg"] = "EdDSA"; }));
    }
    rows.refused("the issuer's key is for ES256 by its alg", m, {"invalid_jwt", "invalid_key", "unsupported_algorithm"},
                 "key.kty-crv-agree", issuer_key([](json& jwk) { jwk["alg"] = "ES256"; }));
    for (const auto& [comment, url] : Lines{{"the jwks_uri is under http", "http://ap.example/keys"},
                                            {"the jwks_uri is on another host", "https://keys.example/keys"}}) {
        rows.either(comment, m, "Egress", url[4] == 's' ? "egress.cross-origin-jwks" : "egress.https",
                    with_documents([&](json& all) {
                        all[url] = all[jwks];
                        all[metadata]["jwks_uri"] = url;
                    }));
    }
}

}  // namespace

void write_request_tokens(Table& table) {
    table.flag(
        "Egress",
        "A verifier admits what it fetches (HTTP Signature Keys, section 7.3), which may be the part of the function "
        "that a library is given for fetching.");
    table.flag("IssuerNotCompared", "This draft does not compare the metadata's issuer with the token's.");
    tokens(table);
    documents(table);
}

}  // namespace aauth::vectors
