#include "harness/protocol/verification.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/httpsig/digest.h"
#include "harness/httpsig/sign.h"
#include "harness/httpsig/signature_key.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"

using namespace aauth;
using namespace aauth::protocol;

namespace {

constexpr std::int64_t now = 1'790'000'000;

// One verifier of https://ps.example that can look up the keys of https://ap.example.
struct Bench {
    jose::SigningKey provider = jose::SigningKey::generate(crypto::Algorithm::Ed25519, "ap-1");
    jose::SigningKey agent = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
    Faults faults;
    std::string draft = "11";
    std::function<bool(const std::string&, const std::string&)> revoked;
    std::int64_t fetching_at = now;
    httpsig::Discovery keys{[this](const std::string& url) { return fetch(url); }, [this] { return fetching_at; }};

    Result<httpsig::Document> fetch(const std::string& url) const {
        nlohmann::json document{{"keys", nlohmann::json::array({provider.public_jwk()})}};
        if (url.find(".well-known/aauth") != std::string::npos) {
            document = {{"issuer", "https://ap.example"}, {"jwks_uri", "https://ap.example/jwks"}};
        }
        return httpsig::Document{200, json::dump(document), std::nullopt};
    }

    Verifier verifier() {
        return {*find_draft(draft), "https://ps.example", Reach::Strict, [] { return now; }, keys, faults,
                {crypto::Algorithm::Ed25519, crypto::Algorithm::ES256}, revoked};
    }

    nlohmann::json claims() const {
        auto claims = common_claims("https://ap.example", agent_document, now, now + 3600);
        claims["sub"] = "aauth:a@ap.example";
        claims["cnf"] = confirmation(agent);
        return claims;
    }

    std::string token(const std::function<void(nlohmann::json&, nlohmann::json&)>& edit = {}) const {
        auto header = token_header(TokenKind::Agent);
        auto body = claims();
        if (edit) edit(header, body);
        return jose::mint(header, body, provider);
    }

    http::Request request(const std::string& jwt, const std::function<void(httpsig::Signing&)>& edit = {}) const {
        http::Request request;
        request.method = "POST";
        request.target = "/person";
        request.scheme = "https";
        request.authority = "ps.example";
        request.body = "{}";
        request.fields.add("Content-Type", "application/json");
        request.fields.add("Content-Digest", httpsig::content_digest(request.body));
        httpsig::Signing signing;
        signing.covered = httpsig::components(
            {"@method", "@authority", "@path", "content-digest", "content-type", "signature-key"});
        signing.parameters.set("created", now);
        signing.signature_key = httpsig::jwt_member(jwt);
        if (edit) edit(signing);
        REQUIRE(httpsig::sign(request, signing, agent));
        return request;
    }

    std::string refusal(const http::Request& request) {
        const auto outcome = verify_request(verifier(), request, {});
        return outcome ? "accepted" : outcome.error().error;
    }
    std::string refusal_of(const std::function<void(nlohmann::json&, nlohmann::json&)>& edit) {
        return refusal(request(token(edit)));
    }
};

}  // namespace

TEST_CASE("a conforming request is accepted and says who signed it", "[protocol]") {
    Bench bench;
    const auto verified = verify_request(bench.verifier(), bench.request(bench.token()), {});
    REQUIRE(verified);
    CHECK(verified->thumbprint() == bench.agent.thumbprint());
    CHECK(verified->token->claim("sub") == "aauth:a@ap.example");
    CHECK(verified->base.find("\"@method\": POST") == 0);
}

TEST_CASE("each component of the profile has to be covered", "[protocol]") {
    for (const std::string name : {"@method", "@authority", "@path", "signature-key", "content-digest", "content-type"}) {
        INFO(name);
        Bench bench;
        const auto request = bench.request(bench.token(), [&](httpsig::Signing& signing) {
            std::vector<sfv::Item> kept;
            for (const auto& item : signing.covered) {
                if (!(item == httpsig::component(name))) kept.push_back(item);
            }
            signing.covered = kept;
        });
        const auto outcome = verify_request(bench.verifier(), request, {});
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().error == "invalid_input");
        CHECK(outcome.error().required_input.size() == 6);
        bench.faults.add("ignore sig.components." + name);
        CHECK(bench.refusal(request) == "accepted");
    }
}

TEST_CASE("missing headers are named by the draft's code", "[protocol]") {
    for (const char* name : {"Signature", "Signature-Input", "Signature-Key"}) {
        Bench bench;
        auto request = bench.request(bench.token());
        request.fields.erase(name);
        CHECK(bench.refusal(request) == "invalid_signature");
        bench.draft = "11-2026-08";
        CHECK(bench.refusal(request) == "invalid_request");
    }
}

TEST_CASE("created and expires bound the time of a signature", "[protocol]") {
    Bench bench;
    const auto at = [&](const char* parameter, sfv::BareItem value) {
        return bench.refusal(bench.request(bench.token(), [&](httpsig::Signing& s) { s.parameters.set(parameter, value); }));
    };
    CHECK(at("created", now - 60) == "accepted");
    CHECK(at("created", now - 61) == "invalid_signature");
    CHECK(at("created", now + 60) == "accepted");
    CHECK(at("created", now + 61) == "clock_skew");
    CHECK(at("created", std::string("1790000000")) == "invalid_signature");
    CHECK(at("created", sfv::Decimal{now * 1000}) == "invalid_signature");
    CHECK(at("expires", now + 1) == "accepted");
    CHECK(at("expires", now) == "invalid_signature");
    CHECK(at("expires", true) == "invalid_signature");
    bench.draft = "11-2026-08";
    CHECK(at("created", now + 61) == "invalid_signature");
}

TEST_CASE("what was signed is what counts", "[protocol]") {
    Bench bench;
    auto request = bench.request(bench.token());
    auto other_body = request;
    other_body.body = "{ }";
    CHECK(bench.refusal(other_body) == "invalid_signature");
    auto other_method = request;
    other_method.method = "PUT";
    CHECK(bench.refusal(other_method) == "invalid_signature");
    auto other_path = request;
    other_path.target = "/token";
    CHECK(bench.refusal(other_path) == "invalid_signature");
    auto other_host = request;
    other_host.authority = "other.example";
    CHECK(bench.refusal(other_host) == "invalid_signature");
}

TEST_CASE("a signature whose base cannot be made does not verify", "[protocol]") {
    Bench bench;
    auto request = bench.request(bench.token());
    auto input = request.fields.first("Signature-Input").value();
    for (const std::string odd : {"\"x-absent\" ", "\"@nonsense\" ", "\"@method\" "}) {
        INFO(odd);
        auto changed = input;
        request.fields.set("Signature-Input", changed.insert(changed.find('(') + 1, odd));
        CHECK(bench.refusal(request) == "invalid_signature");
    }
}

TEST_CASE("very many signatures are refused", "[protocol]") {
    Bench bench;
    auto request = bench.request(bench.token());
    std::string inputs, signatures;
    for (int i = 0; i < 5000; ++i) {
        const auto label = "a" + std::to_string(i);
        inputs += label + "=(), ";
        signatures += label + "=::, ";
    }
    request.fields.set("Signature-Input", inputs + request.fields.first("Signature-Input").value());
    request.fields.set("Signature", signatures + request.fields.first("Signature").value());
    CHECK(bench.refusal(request) == "invalid_signature");
}

TEST_CASE("schemes that agents may not use are refused by name", "[protocol]") {
    Bench bench;
    for (const char* scheme : {"hwk", "jkt-jwt", "jwks_uri", "jwks", "x509", "cached", "self-jwt", "zzz"}) {
        INFO(scheme);
        const auto request = bench.request(bench.token(), [&](httpsig::Signing& signing) {
            signing.signature_key = std::string(scheme) == "hwk" ? httpsig::hwk_member(bench.agent)
                                                                 : sfv::Item{sfv::Token{scheme}, {}};
        });
        const auto outcome = verify_request(bench.verifier(), request, {});
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().error == "unsupported_scheme");
        CHECK(outcome.error().accept_schemes == std::vector<std::string>{"jwt"});
        const auto response = refusal_response(outcome.error());
        CHECK(response.status == 401);
        CHECK(response.fields.first("Accept-Signature-Scheme") == "jwt");
    }
}

TEST_CASE("a verifier may accept schemes that give a key and no token", "[protocol]") {
    Bench bench;
    SignatureRules rules;
    rules.schemes = {"hwk", "jkt-jwt"};
    const auto signed_with = [&](const sfv::Item& member) {
        return bench.request("", [&](httpsig::Signing& signing) { signing.signature_key = member; });
    };
    const auto bare = verify_request(bench.verifier(), signed_with(httpsig::hwk_member(bench.agent)), rules);
    REQUIRE(bare);
    CHECK(bare->thumbprint() == bench.agent.thumbprint());
    CHECK_FALSE(bare->token);
    const auto delegation = httpsig::mint_jkt_jwt(bench.provider, bench.agent, now, now + 60);
    const auto delegated = verify_request(bench.verifier(), signed_with(httpsig::jkt_jwt_member(delegation)), rules);
    REQUIRE(delegated);
    CHECK(delegated->thumbprint() == bench.agent.thumbprint());
    const auto expired = httpsig::mint_jkt_jwt(bench.provider, bench.agent, now - 60, now);
    CHECK(verify_request(bench.verifier(), signed_with(httpsig::jkt_jwt_member(expired)), rules).error().error == "expired_jwt");
    CHECK(verify_request(bench.verifier(), bench.request(bench.token()), rules).error().error == "unsupported_scheme");
}

TEST_CASE("a server's key that was replaced under its kid is looked for again, once a minute", "[protocol]") {
    Bench bench;
    SignatureRules rules;
    rules.servers = true;
    const auto outcome = [&] {
        bench.agent = bench.provider;
        const auto request = bench.request("", [&](httpsig::Signing& signing) {
            signing.signature_key = httpsig::jwks_uri_member("https://ap.example", agent_document, "ap-1");
        });
        const auto verified = verify_request(bench.verifier(), request, rules);
        return verified ? verified->thumbprint() : verified.error().error;
    };
    CHECK(outcome() == bench.provider.thumbprint());
    bench.provider = jose::SigningKey::generate(crypto::Algorithm::Ed25519, "ap-1");
    CHECK(outcome() == "invalid_signature");
    bench.fetching_at += 60;
    CHECK(outcome() == bench.provider.thumbprint());
}

TEST_CASE("each rule about a token in Signature-Key has its code", "[protocol]") {
    using Json = nlohmann::json;
    Bench bench;
    const struct {
        const char* what;
        const char* code;
        std::function<void(Json& header, Json& claims)> edit;
    } rows[] = {
        {"typ of another token", "invalid_jwt", [](Json& h, Json&) { h["typ"] = "aa-person+jwt"; }},
        {"no typ", "invalid_jwt", [](Json& h, Json&) { h.erase("typ"); }},
        {"other dwk", "invalid_jwt", [](Json&, Json& c) { c["dwk"] = "aauth-person.json"; }},
        {"no dwk", "invalid_jwt", [](Json&, Json& c) { c.erase("dwk"); }},
        {"iss with a slash", "invalid_jwt", [](Json&, Json& c) { c["iss"] = "https://ap.example/"; }},
        {"unknown kid", "unknown_key", [](Json& h, Json&) { h["kid"] = "ap-2"; }},
        {"no kid", "invalid_jwt", [](Json& h, Json&) { h["kid"] = nullptr; }},
        {"critical header", "invalid_jwt", [](Json& h, Json&) { h["crit"] = {"b64"}; }},
        {"expired", "expired_jwt", [](Json&, Json& c) { c["exp"] = now; }},
        {"no exp", "invalid_jwt", [](Json&, Json& c) { c.erase("exp"); }},
        {"exp as text", "invalid_jwt", [](Json&, Json& c) { c["exp"] = "1790003600"; }},
        {"no sub", "invalid_jwt", [](Json&, Json& c) { c.erase("sub"); }},
        {"no cnf", "invalid_jwt", [](Json&, Json& c) { c.erase("cnf"); }},
        {"cnf without alg", "unsupported_algorithm", [](Json&, Json& c) { c["cnf"]["jwk"].erase("alg"); }},
        {"cnf with EdDSA", "unsupported_algorithm", [](Json&, Json& c) { c["cnf"]["jwk"]["alg"] = "EdDSA"; }},
        {"cnf with another alg", "invalid_key", [](Json&, Json& c) { c["cnf"]["jwk"]["alg"] = "ES256"; }},
        {"ps with a port", "invalid_jwt", [](Json&, Json& c) { c["ps"] = "https://ps.example:1"; }},
        {"parent that is none", "invalid_jwt", [](Json&, Json& c) { c["parent_agent"] = "planner"; }},
        {"cnf of another key", "invalid_signature",
         [](Json&, Json& c) { c["cnf"] = confirmation(jose::SigningKey::generate(crypto::Algorithm::Ed25519)); }},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(bench.refusal_of(row.edit) == row.code);
    }
    CHECK(bench.refusal_of([](Json&, Json& c) { c["more"] = Json::array({1}); }) == "accepted");
    CHECK(bench.refusal(bench.request(jose::corrupt_signature(bench.token()))) == "invalid_jwt");
    CHECK(bench.refusal(bench.request("no.token")) == "invalid_jwt");
}

TEST_CASE("a token that its issuer has withdrawn is called revoked", "[protocol]") {
    Bench bench;
    const auto request = bench.request(bench.token([](nlohmann::json&, nlohmann::json& c) { c["jti"] = "gone"; }));
    bench.revoked = [](const std::string& issuer, const std::string& jti) {
        return issuer == "https://ap.example" && jti == "gone";
    };
    CHECK(bench.refusal(request) == "revoked_jwt");
    CHECK(bench.refusal(bench.request(bench.token())) == "accepted");
}

TEST_CASE("the lifetime of a person token is bounded, whatever numbers its times are", "[protocol]") {
    Bench bench;
    const auto refused = [&](std::int64_t issued, std::int64_t expires) {
        auto claims = common_claims("https://ap.example", person_document, issued, expires);
        claims["aud"] = "https://ps.example";
        claims["sub"] = "person-1";
        claims["cnf"] = confirmation(bench.agent);
        const auto token = jose::mint(token_header(TokenKind::Person), claims, bench.provider);
        const auto outcome = verify_token(bench.verifier(), token, TokenKind::Person);
        return outcome ? "" : outcome.error().code;
    };
    CHECK(refused(now, now + 3600) == "");
    CHECK(refused(now - 1, now + 3600) == "invalid");
    CHECK(refused(now + 100, now + 50) == "");
    CHECK(refused(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()) == "invalid");
}

TEST_CASE("iat in the future is a matter of the draft", "[protocol]") {
    Bench bench;
    const auto ahead = [](nlohmann::json&, nlohmann::json& c) { c["iat"] = now + 3000; };
    CHECK(bench.refusal_of(ahead) == "accepted");
    bench.draft = "11-2026-08";
    CHECK(bench.refusal_of(ahead) == "invalid_jwt");
}

TEST_CASE("error codes of parameters follow the token's name", "[protocol]") {
    const auto& draft = *find_draft("11");
    CHECK(parameter_error(draft, {"invalid", ""}, "resource_token") == "invalid_resource_token");
    CHECK(parameter_error(draft, {"unknown_key", ""}, "resource_token") == "invalid_resource_token");
    CHECK(parameter_error(draft, {"expired", ""}, "presented_token") == "expired_presented_token");
    CHECK(parameter_error(draft, {"revoked", ""}, "subagent_token") == "revoked_subagent_token");
    CHECK(parameter_error(draft, {"clock_skew", ""}, "resource_token") == "clock_skew");
}

TEST_CASE("auth tokens of older drafts name the agent and who delegated to it", "[protocol]") {
    Bench bench;
    const auto outcome = [&](const char* draft, const std::function<void(nlohmann::json&)>& edit) {
        bench.draft = draft;
        auto claims = bench.claims();
        claims["dwk"] = person_document;
        claims["aud"] = "https://ps.example";
        claims["agent"] = "aauth:a@ap.example";
        if (bench.verifier().draft.actor_required) claims["act"] = {{"sub", "aauth:a@ap.example"}};
        edit(claims);
        const auto token = jose::mint(token_header(TokenKind::Auth), claims, bench.provider);
        const auto verified = verify_token(bench.verifier(), token, TokenKind::Auth);
        return verified ? "" : verified.error().code;
    };
    for (const char* draft : {"10", "01"}) {
        INFO(draft);
        CHECK(outcome(draft, [](auto&) {}) == "");
        CHECK(outcome(draft, [](auto& c) { c.erase("agent"); }) == "invalid");
        CHECK(outcome(draft, [](auto& c) { c.erase("sub"); }) == "invalid");
        CHECK(outcome(draft, [](auto& c) {
                  c.erase("sub");
                  c["scope"] = "data.read";
              }) == "");
    }
    CHECK(outcome("01", [](auto& c) { c.erase("act"); }) == "invalid");
    CHECK(outcome("01", [](auto& c) { c["act"]["sub"] = "aauth:b@ap.example"; }) == "invalid");
    CHECK(outcome("10", [](auto& c) { c["act"] = {{"agent", "aauth:b@b.example"}}; }) == "");
    CHECK(outcome("10", [](auto& c) { c["act"] = {{"agent", "https://b.example"}}; }) == "invalid");
    CHECK(outcome("10", [](auto& c) { c["act"] = {{"sub", "aauth:b@b.example"}}; }) == "invalid");
}

TEST_CASE("where the draft has EdDSA, tokens and keys may be named by it", "[protocol]") {
    Bench bench;
    const auto older = [](nlohmann::json& h, nlohmann::json& c) {
        h["alg"] = "EdDSA";
        c["cnf"]["jwk"].erase("alg");
    };
    CHECK(verify_token(bench.verifier(), bench.token(older), TokenKind::Agent).error().code == "invalid");
    bench.draft = "01";
    CHECK(verify_token(bench.verifier(), bench.token(older), TokenKind::Agent));
}

TEST_CASE("parent_agent is a claim of the drafts that have sub-agents", "[protocol]") {
    Bench bench;
    const auto token = bench.token([](nlohmann::json&, nlohmann::json& c) { c["parent_agent"] = "nobody"; });
    CHECK_FALSE(verify_token(bench.verifier(), token, TokenKind::Agent));
    bench.draft = "01";
    CHECK(verify_token(bench.verifier(), token, TokenKind::Agent));
}
