#include "harness/httpsig/signature_key.h"
#include "harness/jose/jwt.h"
#include "vectors/source/signature_requests.h"

// The schemes of callers without a name: a bare key (hwk) at a resource that takes it, and a key's own delegation
// (jkt-jwt) at an agent provider, where keys are refreshed (HTTP Signature Keys, sections 3.4 and 3.5).
namespace aauth::vectors {

namespace {

void bare_keys(Table& table) {
    const auto& draft = table.draft;
    auto verifier = resource_verifier();
    verifier["schemes"] = {"jwt", "hwk"};
    auto good = to_resource(draft);
    good.signature_key = hwk_member_of(draft, good.key);
    RequestRows rows(table, "a bare key at a resource that takes it", 1351, shared_input(draft, verifier), good);
    const auto presenting = [&](const std::string& value, const jose::SigningKey& key) {
        auto request = good;
        request.key = key;
        request.signature_key = value;
        return request.signed_message();
    };
    const auto& own = key("agent");
    const auto& es256 = key("agent", crypto::Algorithm::ES256);
    rows.valid("a key on P-256", presenting(hwk_member_of(draft, es256), es256), "key.es256");
    rows.valid("an agent token", to_resource(draft).signed_message(), "sig.base");
    rows.refused("another key", presenting(hwk_member_of(draft, own), key("other")), {"invalid_signature"},
                 "sig.signature-invalid");
    rows.refused("the key altered after signing",
                 with_field(good.signed_message(), "Signature-Key", hwk_member_of(draft, key("other"))),
                 {"invalid_signature"}, "sig.signature-invalid");
    const auto x = own.public_jwk()["x"].get<std::string>();
    const std::string end = draft.jwk.algorithm_required ? ";alg=\"Ed25519\"" : "";
    const auto member = [&](const std::string& parameters) { return presenting("sig=hwk" + parameters + end, own); };
    const auto with_alg = [&](const std::string& alg) {
        return presenting("sig=hwk;kty=\"OKP\";crv=\"Ed25519\";x=\"" + x + "\";alg=\"" + alg + "\"", own);
    };
    if (draft.jwk.algorithm_required) {
        rows.refused("without alg", presenting("sig=hwk;kty=\"OKP\";crv=\"Ed25519\";x=\"" + x + "\"", own),
                     {"unsupported_algorithm", "invalid_key"}, "key.alg-required");
        rows.refused("alg is EdDSA", with_alg("EdDSA"), {"unsupported_algorithm"}, "key.alg-polymorphic");
        rows.refused("alg is ES256", with_alg("ES256"), {"invalid_key"}, "key.kty-crv-agree");
        rows.refused("alg is in lower case", with_alg("ed25519"), {"unsupported_algorithm"}, "key.alg-unimplemented");
        rows.refused("with a kid", presenting(hwk_member_of(draft, own) + ";kid=\"k\"", own), {"invalid_key"},
                     "sig.key.unparsable");
    } else {
        rows.either("with alg, which must not be there", with_alg("Ed25519"), "HwkAlg", "sig.base");
        rows.either("with alg EdDSA, which must not be there", with_alg("EdDSA"), "HwkAlg", "sig.base");
        rows.either("with a kid, which should not be there", presenting(hwk_member_of(draft, own) + ";kid=\"k\"", own),
                    "HwkKid", "sig.base");
    }
    rows.either("with a parameter that nobody knows", presenting(hwk_member_of(draft, own) + ";note=\"n\"", own),
                "UnknownParameter", "sig.base");
    const Codes bad{"invalid_key"}, other{"invalid_key", "unsupported_algorithm"};
    rows.refused("without x", member(R"(;kty="OKP";crv="Ed25519")"), bad, "sig.key.unparsable");
    rows.refused("without crv", member(";kty=\"OKP\";x=\"" + x + "\""), other, "sig.key.unparsable");
    rows.refused("without kty", member(";crv=\"Ed25519\";x=\"" + x + "\""), other, "sig.key.unparsable");
    rows.refused("without parameters", presenting("sig=hwk", own), other, "sig.key.unparsable");
    rows.refused("x is too short", member(R"(;kty="OKP";crv="Ed25519";x="AAAA")"), bad, "sig.key.unparsable");
    rows.refused("x has padding", member(";kty=\"OKP\";crv=\"Ed25519\";x=\"" + x + "=\""), bad, "sig.key.unparsable");
    rows.refused("x is a byte sequence", member(R"(;kty="OKP";crv="Ed25519";x=:AQID:)"), bad, "sig.key.unparsable");
    rows.either("kty is a token instead of a string", member(";kty=OKP;crv=\"Ed25519\";x=\"" + x + "\""), "Ambiguous",
                "sig.key.unparsable");
    rows.refused("a curve that nobody knows", member(";kty=\"OKP\";crv=\"Ed25520\";x=\"" + x + "\""), other,
                 "sig.key.unparsable");
    rows.refused("a symmetric key", presenting(R"(sig=hwk;kty="oct";k="c2VjcmV0";alg="HS256")", own), other, "key.oct");
    rows.refused(
        "signature-key is not covered",
        [&] {
            auto request = good;
            request.components.pop_back();
            return request.signed_message();
        }(),
        {"invalid_input"}, "sig.components.signature-key");
}

// A delegation in the making.
Draftable delegation(const protocol::Draft& draft, const jose::SigningKey& identity,
                     const jose::SigningKey& ephemeral) {
    const auto bare = [&](const jose::SigningKey& key) {
        auto jwk = jwk_of(key, draft);
        jwk.erase("kid");
        return jwk;
    };
    return {{{"typ", "jkt-s256+jwt"},
             {"alg", algorithm_name(identity.algorithm, draft)},
             {"kid", nullptr},
             {"jwk", bare(identity)}},
            {{"iss", "urn:jkt:sha-256:" + identity.thumbprint()},
             {"iat", now - 10},
             {"exp", now + 3600},
             {"cnf", {{"jwk", bare(ephemeral)}}}},
            identity};
}

void delegations(Table& table) {
    const auto& draft = table.draft;
    const auto& identity = key("enclave", crypto::Algorithm::ES256);
    const auto& ephemeral = key("agent");
    auto verifier = resource_verifier();
    verifier["identifier"] = agent_provider;
    verifier["role"] = "agent-provider";
    verifier["tokens"] = json::array();
    verifier["schemes"] = {"jkt-jwt"};
    const auto member = [](const std::string& token) { return "sig=jkt-jwt;jwt=\"" + token + "\""; };
    auto good = to_resource(draft);
    good.method = "POST";
    good.url = "https://ap.example/refresh";
    good.lines = {{"Host", "ap.example"}};
    good.signature_key = member(delegation(draft, identity, ephemeral).minted());
    RequestRows rows(table, "a key's own delegation at an agent provider", 1451, shared_input(draft, verifier), good);
    const auto presenting = [&](const std::string& value) {
        auto request = good;
        request.signature_key = value;
        return request.signed_message();
    };
    const auto changed = [&](auto change) {
        auto token = delegation(draft, identity, ephemeral);
        change(token);
        return presenting(member(token.minted()));
    };
    const Codes key_codes{"invalid_jwt", "invalid_key", "unsupported_algorithm"};
    const auto refuse = [&](const std::string& comment, const json& message, const Codes& codes = {"invalid_jwt"}) {
        rows.refused(comment, message, codes, "sig.jwt.invalid");
    };
    rows.valid("an identity on Ed25519", presenting(member(delegation(draft, key("enclave"), ephemeral).minted())),
               "sig.base");
    rows.valid("a delegation from a key to itself",
               presenting(member(delegation(draft, ephemeral, ephemeral).minted())), "sig.base");
    refuse("with typ JWT", changed([](Draftable& t) { t.header["typ"] = "JWT"; }));
    refuse("without typ", changed([](Draftable& t) { t.header.erase("typ"); }));
    refuse("with the typ of SHA-512 and an iss of SHA-256",
           changed([](Draftable& t) { t.header["typ"] = "jkt-s512+jwt"; }));
    refuse("without a jwk in the header", changed([](Draftable& t) { t.header.erase("jwk"); }),
           {"invalid_jwt", "invalid_key"});
    refuse("iss is the thumbprint of another key",
           changed([](Draftable& t) { t.claims["iss"] = "urn:jkt:sha-256:" + key("other").thumbprint(); }));
    refuse("iss is the thumbprint of the delegated key",
           changed([&](Draftable& t) { t.claims["iss"] = "urn:jkt:sha-256:" + ephemeral.thumbprint(); }));
    refuse("iss is the thumbprint alone", changed([&](Draftable& t) { t.claims["iss"] = identity.thumbprint(); }));
    refuse("iss in upper case",
           changed([&](Draftable& t) { t.claims["iss"] = "URN:JKT:SHA-256:" + identity.thumbprint(); }));
    refuse("iss is a URL", changed([](Draftable& t) { t.claims["iss"] = "https://ap.example"; }));
    refuse("without iss", changed([](Draftable& t) { t.claims.erase("iss"); }));
    refuse("signed by another key of the same kind",
           changed([](Draftable& t) { t.signer = key("other", crypto::Algorithm::ES256); }));
    refuse("the header's jwk replaced after signing", changed([&](Draftable& t) {
               auto jwk = key("other", crypto::Algorithm::ES256).public_jwk();
               jwk.erase("kid");
               t.header["jwk"] = jwk;
           }));
    refuse("its signature altered",
           presenting(member(jose::corrupt_signature(delegation(draft, identity, ephemeral).minted()))));
    rows.refused("expired an hour ago", changed([](Draftable& t) { t.claims["exp"] = now - 3600; }), {"expired_jwt"},
                 "sig.jwt.expired");
    refuse("without exp", changed([](Draftable& t) { t.claims.erase("exp"); }));
    rows.either("without iat", changed([](Draftable& t) { t.claims.erase("iat"); }), "IatPolicy", "sig.jwt.invalid");
    refuse("without cnf", changed([](Draftable& t) { t.claims.erase("cnf"); }), {"invalid_jwt", "invalid_key"});
    if (draft.jwk.algorithm_required) {
        rows.refused("the delegated key has no alg", changed([](Draftable& t) { t.claims["cnf"]["jwk"].erase("alg"); }),
                     key_codes, "key.alg-required");
        rows.refused("the header's key has no alg", changed([](Draftable& t) { t.header["jwk"].erase("alg"); }),
                     key_codes, "key.alg-required");
        rows.refused("the header's alg is another than its key's",
                     changed([](Draftable& t) { t.header["alg"] = "Ed25519"; }), key_codes, "key.kty-crv-agree");
    } else {
        rows.valid("the delegated key has no alg", changed([](Draftable& t) { t.claims["cnf"]["jwk"].erase("alg"); }),
                   "sig.base");
        rows.valid("the header's key has no alg", changed([](Draftable& t) { t.header["jwk"].erase("alg"); }),
                   "sig.base");
    }
    rows.refused(
        "the request is signed by the identity",
        [&] {
            auto request = good;
            request.key = identity;
            return request.signed_message();
        }(),
        {"invalid_signature"}, "sig.signature-invalid");
    rows.refused(
        "the request is signed by another key",
        [&] {
            auto request = good;
            request.key = key("other");
            return request.signed_message();
        }(),
        {"invalid_signature"}, "sig.signature-invalid");
    refuse("an agent token", presenting(member(agent_token(draft).minted())));
    rows.refused("without the jwt parameter", presenting("sig=jkt-jwt"), {}, "sig.jwt.invalid");
    rows.refused("the delegation under the scheme jwt",
                 presenting("sig=jwt;jwt=\"" + delegation(draft, identity, ephemeral).minted() + "\""),
                 scheme_codes(draft), "sig.scheme.unsupported");
}

}  // namespace

void write_pseudonyms(Table& table) {
    table.flag("HwkAlg", "HTTP Signature Keys -04 forbids alg in hwk, and does not say that a verifier refuses it.");
    table.flag("HwkKid", "HTTP Signature Keys -04 advises against kid in hwk.");
    table.flag("IatPolicy",
               "iat is required, and verifiers look at it by their own policy (HTTP Signature Keys, section 3.5).");
    bare_keys(table);
    delegations(table);
}

}  // namespace aauth::vectors
