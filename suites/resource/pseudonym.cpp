#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/protocol/older_forms.h"
#include "suites/common/rows.h"
#include "suites/resource/older_drafts.h"
#include "suites/resource/surfaces.h"

// The first rung of draft 01's ladder: a key that names nobody, under hwk or delegated under jkt-jwt (12.7.2, HTTP
// Signature Keys -04 sections 3.3, 3.4 and 4).
namespace aauth::suites::rs {

namespace {

using Change = std::function<void(Test&, mocks::SignedRequest&)>;

std::string url_for_pseudonyms(Test& t) {
    const auto found = t.target().values.find("url.pseudonym");
    if (found == t.target().values.end()) t.skip("the target description gives no value url.pseudonym");
    return named(t, found->second);
}

// The draft derives the algorithm from the key, and forbids an alg beside it.
sfv::Item bare_key(const jose::SigningKey& key) {
    auto member = httpsig::hwk_member(key);
    member.parameters.erase("alg");
    return member;
}

mocks::SignedRequest under_hwk(Test& t, const std::string& url, const Player& player) {
    auto plan = request(t, "GET", url, player);
    plan.signature_key = bare_key(plan.key);
    return plan;
}

// A delegation by a key that stays in the device, with these claims and header members changed.
std::string delegation(Test& t, const jose::SigningKey& signer, const mocks::TokenEdit& edit = {},
                       std::int64_t lifetime = 600) {
    const auto identity = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
    const auto compact = httpsig::mint_jkt_jwt(identity, signer, t.now() + lifetime - 1200, t.now() + lifetime);
    const auto jwt = jose::Jwt::decode(compact).value();
    auto header = jwt.header();
    auto claims = jwt.payload();
    header["alg"] = protocol::algorithm_name(t.draft(), identity.algorithm);
    protocol::name_algorithm(t.draft(), header["jwk"]);
    protocol::name_confirmed_algorithm(t.draft(), claims);
    if (edit) edit(header, claims);
    return jose::mint(header, claims, identity);
}

mocks::SignedRequest under_jkt_jwt(Test& t, const std::string& url, const Player& player) {
    auto plan = request(t, "GET", url, player);
    plan.signature_key = httpsig::jkt_jwt_member(delegation(t, plan.key));
    return plan;
}

Endpoint endpoint(const char* name, mocks::SignedRequest (*made)(Test&, const std::string&, const Player&)) {
    Endpoint endpoint;
    endpoint.name = name;
    endpoint.server = false;
    endpoint.accepted = served;
    endpoint.request = [made](Test& t, const Player& player) { return made(t, url_for_pseudonyms(t), player); };
    return endpoint;
}

Endpoint hwk_endpoint() { return endpoint("URL for pseudonyms, under hwk", under_hwk); }
Endpoint jkt_jwt_endpoint() { return endpoint("URL for pseudonyms, under jkt-jwt", under_jkt_jwt); }

std::string sigkey_of(const Answer& answer) {
    return protocol::parse_sigkey(answer.response.fields).value_or(std::string("none"));
}

// What an unsigned request is told.
Answer unsigned_answer(Test& t, const std::string& url) {
    auto plan = request(t, "GET", url, t.player());
    return t.send(plan.unsigned_(), "unsigned");
}

void challenges(Suite& suite) {
    suite
        .add("RS-PSE-001", "a request without a signature is told by Accept-Signature what kind of key is wanted",
             {{"sig.sigkey.challenge", "no-accept-signature"}, {"sig.sigkey.form", "sigkey-string"}},
             [](Test& t) {
                 const auto answer = unsigned_answer(t, url_for_pseudonyms(t));
                 if (served(answer)) t.skip("the target's URL is open to everybody");
                 if (!t.expect(answer, "sig.sigkey.challenge").header("Accept-Signature").good()) return;
                 const auto sigkey = sigkey_of(answer);
                 t.expect(answer, "sig.sigkey.form")
                     .that(sigkey == "jkt" || sigkey == "uri" || sigkey == "x509", "sigkey", "jkt, uri or x509",
                           answer.header("Accept-Signature").value_or("absent"));
             })
        .because("An agent that never met this resource learns from the challenge alone how to sign.");
    suite.add("RS-PSE-002", "where an agent has to be known the request without a signature is told so",
              {{"sig.sigkey.challenge", "no-accept-signature"}, {"sig.sigkey.form", "sigkey-other"}}, [](Test& t) {
                  const auto answer = call_plain(t, Mode::Agent);
                  t.expect(answer).that(!served(answer), "answer", "not served", answer.summary());
                  if (!t.expect(answer, "sig.sigkey.challenge").header("Accept-Signature").good()) return;
                  const auto sigkey = sigkey_of(answer);
                  t.expect(answer, "sig.sigkey.form")
                      .that(sigkey == "uri" || sigkey == "x509" || sigkey == "jkt", "sigkey", "jkt, uri or x509",
                            answer.header("Accept-Signature").value_or("absent"));
              });
}

// Skips the case where the target does not say that a pseudonym is enough.
void needs_pseudonyms(Test& t) {
    const auto answer = unsigned_answer(t, url_for_pseudonyms(t));
    if (sigkey_of(answer) != "jkt") t.skip("the target does not ask for sigkey=jkt: " + answer.summary());
}

void openings(Suite& suite) {
    const auto opens = [&](int number, const char* title, const char* requirement, const char* fault,
                           mocks::SignedRequest (*made)(Test&, const std::string&, const Player&)) {
        suite.add(case_id("RS-PSE", number), title, {{requirement, fault}}, [made](Test& t) {
            needs_pseudonyms(t);
            const auto answer = t.send(made(t, url_for_pseudonyms(t), t.player()));
            t.expect(answer).that(served(answer), "answer", "served", answer.summary());
        });
    };
    opens(10, "a bare key under hwk is enough where sigkey=jkt was asked for", "sig.pseudonym.hwk", "pseudonym-no-hwk",
          under_hwk);
    opens(11, "a delegated key under jkt-jwt is enough where sigkey=jkt was asked for", "sig.pseudonym.jkt-jwt",
          "pseudonym-no-jkt-jwt", under_jkt_jwt);
    opens(12, "an agent token is enough where a bare key is", "sig.sigkey.uri-accepts", "pseudonym-no-jwt",
          [](Test& t, const std::string& url, const Player& player) { return request(t, "GET", url, player); });
}

void closings(Suite& suite) {
    suite
        .add("RS-PSE-020", "a bare key does not open what an agent has to be known for",
             {{"sig.sigkey.uri", "ignore sig.scheme"}},
             [](Test& t) {
                 const auto player = t.player();
                 t.control(agent_endpoint(), player);
                 const auto plan = under_hwk(t, url_of(t, Mode::Agent), player);
                 const auto answer = t.send(plan, "the same key, without the token");
                 t.expect(answer).that(!served(answer) && answer.status() < 500, "answer", "not served",
                                       answer.summary());
             })
        .because("Anybody can make a key; that it is always the same says nothing about whose it is.");
    suite
        .add("RS-PSE-021", "a bare key gets no resource token",
             {{"pseudonym.no-resource-token", "pseudonym-resource-token"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto answer = t.send(under_hwk(t, url_of(t, Mode::Data), player), "under a bare key");
                 t.expect(answer).that(!served(answer) && !resource_token_in(answer), "answer",
                                       "not served, and no resource token", answer.summary());
             })
        .because("A resource token names the agent; a key that names nobody has none to be named.");
}

// One change of a good request under a pseudonym, which then has to be refused.
struct ChangeRow {
    int number;
    const char* title;
    Covers covers;
    std::vector<std::string> codes;
    Change change;
};

void add_rows(Suite& suite, const Endpoint& endpoint, const std::vector<ChangeRow>& rows) {
    for (const auto& row : rows) {
        suite
            .add(case_id("RS-PSE", row.number), row.title, row.covers,
                 [endpoint, row](Test& t) {
                     const auto answer = t.altered(endpoint, [&](mocks::SignedRequest& r) { row.change(t, r); });
                     expect_refusal(t, answer, endpoint, row.covers, row.codes, {});
                 })
            .only_for(drafts_with(suite, row.covers.front().requirement));
    }
}

Change parameter(const char* name, const char* value) {
    return [name, value](Test&, mocks::SignedRequest& r) { r.signature_key->parameters.set(name, std::string(value)); };
}

void hwk_rows(Suite& suite) {
    const Covers key{{"sig.pseudonym.key", "signature-error-wrong-code"}};
    add_rows(suite, hwk_endpoint(),
             {{30, "a signature that the bare key did not make is refused",
               {{"sig.pseudonym.signature", "ignore sig.verifies"}},
               {"invalid_signature"},
               [](Test&, mocks::SignedRequest& r) { r.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519); }},
              {31, "a bare key that is no base64url is refused", key, {"invalid_key"}, parameter("x", "!!!")},
              {32, "a bare key that is too short is refused", key, {"invalid_key"}, parameter("x", "AAAA")},
              {33, "a bare key without x is refused", key, {"invalid_key"},
               [](Test&, mocks::SignedRequest& r) { r.signature_key->parameters.erase("x"); }},
              {34, "a bare key on an unknown curve is refused", key, {"invalid_key", "unsupported_algorithm"},
               parameter("crv", "Ed9")}});
}

Change delegated(mocks::TokenEdit edit) {
    return [edit](Test& t, mocks::SignedRequest& r) {
        r.signature_key = httpsig::jkt_jwt_member(delegation(t, r.key, edit));
    };
}

void jkt_jwt_rows(Suite& suite) {
    const auto* unchecked = "jkt-jwt-unchecked";
    const auto typ = [](nlohmann::json& header, nlohmann::json&) { header["typ"] = "JWT"; };
    const auto iss = [](nlohmann::json&, nlohmann::json& claims) {
        claims["iss"] = "urn:jkt:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    };
    const auto header_key = [](nlohmann::json& header, nlohmann::json& claims) {
        const auto other = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
        header["jwk"] = other.public_jwk();
        claims["iss"] = "urn:jkt:sha-256:" + other.thumbprint();
    };
    const auto expired = [](Test& t, mocks::SignedRequest& r) {
        r.signature_key = httpsig::jkt_jwt_member(delegation(t, r.key, {}, -600));
    };
    const auto other_key = [](Test&, mocks::SignedRequest& r) {
        r.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
    };
    add_rows(suite, jkt_jwt_endpoint(),
             {{40, "a jkt-jwt of another typ is refused", {{"sig.jkt-jwt.typ", unchecked}}, {}, delegated(typ)},
              {41, "a jkt-jwt whose iss is not its key's thumbprint is refused", {{"sig.jkt-jwt.iss", unchecked}},
               {"invalid_jwt"}, delegated(iss)},
              {42, "a jkt-jwt that the key in its header did not sign is refused",
               {{"sig.jkt-jwt.signature", unchecked}}, {"invalid_jwt"}, delegated(header_key)},
              {43, "an expired jkt-jwt is refused", {{"sig.jkt-jwt.expired", unchecked}}, {"expired_jwt"}, expired},
              {44, "a signature that the delegated key did not make is refused",
               {{"sig.pseudonym.signature", "ignore sig.verifies"}}, {"invalid_signature"}, other_key}});
}

}  // namespace

void pseudonym_cases(Suite& suite) {
    suite.area("Pseudonyms", "12.7.2");
    challenges(suite);
    openings(suite);
    closings(suite);
    hwk_rows(suite);
    jkt_jwt_rows(suite);
}

}  // namespace aauth::suites::rs
