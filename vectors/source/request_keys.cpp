#include "harness/httpsig/digest.h"
#include "vectors/source/signature_requests.h"

// The key in the token (section 11.3.4, steps 5 and 6), and what a person server asks of a body (section 11.3.3.1).
namespace aauth::vectors {

namespace {

void keys(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    RequestRows rows(table, "requests to a resource: the key", 1191, shared_input(draft, resource_verifier()), good);
    const auto bound_to = [&](const jose::SigningKey& key, auto change) {
        auto token = agent_token(draft);
        auto jwk = jwk_of(key, draft);
        change(jwk);
        token.claims["cnf"] = {{"jwk", jwk}};
        auto request = good;
        request.key = key;
        request.signature_key = jwt_member(token.minted());
        return request.signed_message();
    };
    const auto same = [](json&) {};
    const auto& own = key("agent");
    const auto& es256 = key("agent", crypto::Algorithm::ES256);
    const auto on_p256 = rows.valid("a key for ES256", bound_to(es256, same), "key.es256");
    auto only_ed25519 = resource_verifier();
    only_ed25519["accepts"] = {"Ed25519"};
    rows.refused("a key for ES256, at a resource that takes Ed25519 only", bound_to(es256, same),
                 {"unsupported_algorithm"}, "key.alg-unimplemented", {{"verifier", only_ed25519}}, on_p256);
    rows.refused("a key for ES384, which the resource does not take",
                 bound_to(key("agent", crypto::Algorithm::ES384), same), {"unsupported_algorithm"},
                 "key.alg-unimplemented");
    const auto without_alg = [](json& jwk) { jwk.erase("alg"); };
    const auto eddsa = [](json& jwk) { jwk["alg"] = "EdDSA"; };
    if (draft.jwk.algorithm_required) {
        rows.refused("the key has no alg", bound_to(own, without_alg), {"unsupported_algorithm"}, "key.alg-required");
        rows.refused("a key for ES256 has no alg", bound_to(es256, without_alg), {"unsupported_algorithm"},
                     "key.alg-required", json::object(), on_p256);
        rows.refused("the key has alg EdDSA", bound_to(own, eddsa), {"unsupported_algorithm"}, "key.alg-polymorphic");
    } else {
        rows.either("the key has no alg", bound_to(own, without_alg), "AlgOfKey", "key.alg-required");
        rows.either("the key has alg Ed25519", bound_to(own, [](json& jwk) { jwk["alg"] = "Ed25519"; }), "AlgOfKey",
                    "key.alg-required");
    }
    rows.refused("the key has an alg that does not exist", bound_to(own, [](json& jwk) { jwk["alg"] = "Ed25520"; }),
                 {"unsupported_algorithm"}, "key.alg-unimplemented");
    rows.refused("the key has alg HS256", bound_to(own, [](json& jwk) { jwk["alg"] = "HS256"; }),
                 {"unsupported_algorithm", "invalid_key"}, "key.alg-forbidden");
    rows.refused("the key has alg none", bound_to(own, [](json& jwk) { jwk["alg"] = "none"; }),
                 {"unsupported_algorithm", "invalid_key"}, "key.alg-forbidden");
    rows.refused("alg and kty disagree", bound_to(own, [](json& jwk) { jwk["alg"] = "ES256"; }), {"invalid_key"},
                 "key.kty-crv-agree");
    rows.refused("alg and crv disagree", bound_to(es256, [](json& jwk) { jwk["crv"] = "P-384"; }), {"invalid_key"},
                 "key.kty-crv-agree", json::object(), on_p256);
    rows.refused("a symmetric key",
                 bound_to(own,
                          [](json& jwk) {
                              jwk = {{"kty", "oct"}, {"k", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}, {"alg", "HS256"}};
                          }),
                 {"unsupported_algorithm", "invalid_key"}, "key.oct");
    rows.refused(
        "a key of a type that nobody knows",
        bound_to(own,
                 [](json& jwk) {
                     jwk = {{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"pub", "AAAA"}};
                 }),
        draft.jwk.algorithm_required ? Codes{"unsupported_algorithm"} : Codes{"unsupported_algorithm", "invalid_key"},
        "key.alg-unimplemented");
    rows.refused("x is too short",
                 bound_to(own, [](json& jwk) { jwk["x"] = jwk["x"].get<std::string>().substr(0, 40); }),
                 {"invalid_key"}, "sig.key.unparsable");
    rows.refused("x has a sign that is not of base64url",
                 bound_to(own, [](json& jwk) { jwk["x"] = "+" + jwk["x"].get<std::string>().substr(1); }),
                 {"invalid_key"}, "sig.key.unparsable");
    rows.refused("without x", bound_to(own, [](json& jwk) { jwk.erase("x"); }), {"invalid_key"}, "sig.key.unparsable");
    rows.refused("without kty", bound_to(own, [](json& jwk) { jwk.erase("kty"); }),
                 {"invalid_key", "unsupported_algorithm"}, "sig.key.unparsable");
    rows.refused("the point is not on the curve", bound_to(es256, [](json& jwk) { jwk["y"] = jwk["x"]; }),
                 {"invalid_key"}, "sig.key.unparsable", json::object(), on_p256);
    rows.valid("with members that nobody knows",
               bound_to(own,
                        [](json& jwk) {
                            jwk["x-note"] = {1, 2};
                        }),
               "key.unknown-members");
    rows.valid("with a kid", bound_to(own, [](json& jwk) { jwk["kid"] = "any"; }), "key.unknown-members");
}

void bodies(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_person_server(draft);
    RequestRows rows(table, "requests with a body to a person server", 1221,
                     shared_input(draft, person_server_verifier()), good);
    const auto m = good.signed_message();
    const auto without = [&](const std::vector<std::string>& names) {
        auto request = good;
        for (const auto& name : names) {
            request.components.erase(std::find(request.components.begin(), request.components.end(), name));
        }
        return request;
    };
    const auto bound = [&](const std::string& comment, const json& message, const std::string& requirement) {
        if (draft.bodies_covered_at_servers) {
            rows.refused(comment, message, {"invalid_input"}, requirement);
        } else {
            rows.valid(comment, message, requirement);
        }
    };
    for (const std::string name : {"@method", "@authority", "@path", "signature-key"}) {
        rows.refused(name + " is not covered", without({name}).signed_message(), {"invalid_input"},
                     "sig.components." + (name[0] == '@' ? name.substr(1) : name));
    }
    bound("content-digest is not covered", without({"content-digest"}).signed_message(),
          "sig.components.content-digest");
    bound("content-type is not covered", without({"content-type"}).signed_message(), "sig.components.content-type");
    bound("neither is covered", without({"content-digest", "content-type"}).signed_message(),
          "sig.components.content-digest");
    auto undigested = without({"content-digest"});
    undigested.lines.pop_back();
    bound("there is no Content-Digest", undigested.signed_message(), "sig.components.content-digest");
    auto untyped = without({"content-type"});
    untyped.lines.erase(untyped.lines.begin() + 1);
    bound("there is no Content-Type", untyped.signed_message(), "sig.components.content-type");
    auto bodyless = without({"content-digest", "content-type"});
    bodyless.method = "GET";
    bodyless.url = "https://ps.example/pending/abc";
    bodyless.body.clear();
    bodyless.lines = {{"Host", "ps.example"}};
    rows.valid("a request without a body covers neither", bodyless.signed_message(), "sig.components.content-digest");
    auto deleting = bodyless;
    deleting.method = "DELETE";
    rows.valid("a DELETE without a body", deleting.signed_message(), "sig.components.content-digest");
    const auto digested = [&](const std::string& value) {
        auto request = good;
        request.lines[2].second = value;
        return request.signed_message();
    };
    using httpsig::DigestAlgorithm;
    rows.either("Content-Digest with sha-512 alone, which nobody has to know (RFC 9530, section 5)",
                digested(httpsig::content_digest(good.body, {DigestAlgorithm::Sha512})), "Ambiguous",
                "sig.content-digest.checked");
    rows.valid("Content-Digest with both algorithms",
               digested(httpsig::content_digest(good.body, {DigestAlgorithm::Sha256, DigestAlgorithm::Sha512})),
               "sig.content-digest.checked");
    rows.either(
        "the body altered, and not its digest",
        [&] {
            auto message = m;
            message["body"] = "e30=";
            return message;
        }(),
        "BodyNotCompared", "sig.content-digest.checked");
    rows.either("Content-Digest of another body", digested(httpsig::content_digest("{}")), "BodyNotCompared",
                "sig.content-digest.checked");
    rows.either("Content-Digest with an algorithm that nobody knows", digested("foo=:AQID:"), "BodyNotCompared",
                "sig.content-digest.checked");
    rows.either("Content-Digest that is malformed", digested("sha-256=abc"), "BodyNotCompared",
                "sig.content-digest.checked");
    rows.refused("the digest altered after signing", with_field(m, "Content-Digest", httpsig::content_digest("{}")),
                 {}, "sig.signature-invalid");
    rows.refused("the content type altered after signing", with_field(m, "Content-Type", "text/plain"),
                 {"invalid_signature"}, "sig.signature-invalid");
    rows.refused(
        "created 61 seconds ago",
        [&] {
            auto request = good;
            request.parameters = ";created=" + std::to_string(now - 61);
            return request.signed_message();
        }(),
        {"invalid_signature"}, "sig.created.old");
    rows.refused(
        "an expired agent token",
        [&] {
            auto token = agent_token(draft);
            token.claims["exp"] = now - 1;
            auto request = good;
            request.signature_key = jwt_member(token.minted());
            return request.signed_message();
        }(),
        {"expired_jwt"}, "sig.jwt.expired");
    rows.refused(
        "an auth token instead of an agent token",
        [&] {
            auto request = good;
            request.signature_key = jwt_member(auth_token(draft).minted());
            return request.signed_message();
        }(),
        {"invalid_jwt", "invalid_key"}, "agent-token.verify-typ");
}

}  // namespace

void write_request_keys(Table& table) {
    table.flag("AlgOfKey",
               "Section 4 of the verification takes the algorithm from the key's alg; HTTP Signature Keys -04 has keys "
               "without one, and the drafts name EdDSA.");
    keys(table);
    bodies(table);
}

}  // namespace aauth::vectors
