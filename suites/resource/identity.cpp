#include <nlohmann/json.hpp>

#include "mocks/person_server.h"
#include "suites/common/rows.h"
#include "suites/resource/challenged.h"
#include "suites/resource/four_party.h"

// Whom the target takes somebody for: the person is (iss, sub), an account is the one in the token, and a hint is no
// proof (7.1.4, 9.4.3.2, 11.11, 6.7.1).
namespace aauth::suites::rs {

namespace {

using nlohmann::json;
using Mint = std::function<std::string(mocks::PersonServer&, Test&, const Player&, const mocks::TokenEdit&)>;

std::string value(Test& t, const std::string& name) {
    const auto found = t.target().values.find(name);
    if (found == t.target().values.end()) t.skip("the target description gives no value " + name);
    return found->second;
}

std::string url_value(Test& t, const std::string& name) { return named(t, value(t, name)); }

std::string person_tokens(mocks::PersonServer& server, Test& t, const Player& player, const mocks::TokenEdit& edit) {
    return person_token_of(server, t, player, edit);
}

std::string auth_tokens(mocks::PersonServer& server, Test& t, const Player& player, const mocks::TokenEdit& edit) {
    return auth_token_of(server, t, player, scope_of(t, Mode::Data), edit);
}

mocks::TokenEdit person(const std::string& sub, const std::string& tenant = {}) {
    return [=](json&, json& claims) {
        claims["sub"] = sub;
        if (!tenant.empty()) claims["tenant"] = tenant;
    };
}

// The record that the target shows to the holder of such a token.
std::string record(Test& t, mocks::PersonServer& server, const Mint& mint, const mocks::TokenEdit& edit,
                   const std::string& note) {
    const auto player = t.player();
    const auto token = mint(server, t, player, edit);
    const auto answer = t.send(request(t, "GET", url_value(t, "url.identity"), player, token), note);
    if (!served(answer)) t.blocked("the value url.identity was not served: " + answer.summary());
    return answer.response.body;
}

// The records of a person, and of the same person with one thing changed; Blocked when the target does not tell persons
// apart, or shows one person two records.
struct Records {
    std::string first, second;
};
Records records(Test& t, const Mint& mint, mocks::PersonServer& other, const mocks::TokenEdit& changed) {
    auto& server = t.world().person_server();
    const auto one = record(t, server, mint, person("aauth-person-1"), "control: a person");
    if (record(t, server, mint, person("aauth-person-1"), "control: the same person") != one) {
        t.blocked("the answer of url.identity is not the same for the same person");
    }
    if (record(t, server, mint, person("aauth-person-2"), "control: another sub of the same issuer") == one) {
        t.blocked("the answer of url.identity is the same for another person");
    }
    return {one, record(t, other, mint, changed, "the person with one change")};
}

void by_issuer(Test& t, const Mint& mint) {
    auto& other = t.world().another_person_server();
    t.world().trust(other);
    const auto found = records(t, mint, other, person("aauth-person-1"));
    t.check({}, found.second != found.first, "the same sub from another issuer", "another person",
            found.second == found.first ? "the same person" : "another person");
}

void by_tenant(Test& t, const Mint& mint, bool another) {
    const auto found = records(t, mint, t.world().person_server(), person("aauth-person-1", "tenant-2"));
    const bool differs = found.second != found.first;
    t.check({}, differs == another, "the same person with a tenant", another ? "another person" : "the same person",
            differs ? "another person" : "the same person");
}

void account(Test& t) {
    const auto player = t.player();
    const auto url = [&](const std::string& name) {
        auto text = url_value(t, "url.account");
        const std::string placeholder = "{{account}}";
        const auto at = text.find(placeholder);
        if (at == std::string::npos) t.skip("the value url.account has no {{account}}");
        return text.replace(at, placeholder.size(), name);
    };
    const auto own = value(t, "account");
    const auto token =
        auth_token(t, player, scope_of(t, Mode::Data), [&](json&, json& claims) { claims["account"] = own; });
    const auto control = t.send(request(t, "GET", url(own), player, token), "control: the account in the token");
    if (!served(control)) t.blocked("the account in the token was not served: " + control.summary());
    const auto answer = t.send(request(t, "GET", url(value(t, "other-account")), player, token), "another account");
    t.expect(answer).that(!served(answer) && answer.status() < 500, "answer", "not served", answer.summary());
}

void hint(Test& t) {
    const auto player = t.player();
    const auto url = url_value(t, "url.login-hint");
    const auto shown = person_token(t, player);
    const auto c = challenged(t, player, shown, t.send(request(t, "GET", url, player, shown), "a call for one person"));
    const auto hinted = c.token.claim_string("login_hint");
    if (!hinted) t.skip("the resource token carries no login_hint");
    const auto with = [&](const std::string& name, const std::string& note) {
        const auto scope = c.token.claim_string("scope").value_or("");
        const auto token = auth_token(t, player, scope, [&](json&, json& claims) {
            claims["email"] = name;
            claims["preferred_username"] = name;
        });
        return t.send(request(t, "GET", url, player, token), note);
    };
    if (const auto control = with(*hinted, "control: the person hinted at"); !served(control)) {
        t.blocked("the person hinted at was not served: " + control.summary());
    }
    const auto answer = with("somebody-else@aauth-conformance.invalid", "another person");
    t.expect(answer).that(!served(answer) && answer.status() < 500, "answer", "not served", answer.summary());
}

std::vector<std::string> drafts_where(const Suite& suite, std::string_view requirement, bool tenant_identifies) {
    auto ids = drafts_with(suite, requirement);
    std::erase_if(ids,
                  [&](const auto& id) { return protocol::find_draft(id)->tenant_identifies != tenant_identifies; });
    return ids;
}

}  // namespace

void identity_cases(Suite& suite) {
    suite.area("Who the person is", "9.4.3.2");
    suite
        .add("RS-FED-030", "the same sub in the person token of another issuer is another person",
             {{"person-token.iss-sub", "person-by-sub"}}, [](Test& t) { by_issuer(t, person_tokens); })
        .because("A person server that anybody can run could name any sub it likes.");
    suite.add("RS-FED-031", "the same sub in the auth token of another issuer is another person",
              {{"auth-token.iss-sub", "person-by-sub"}}, [](Test& t) { by_issuer(t, auth_tokens); });
    suite.add("RS-FED-032", "a tenant in the person token does not make another person",
              {{"person-token.tenant-not-identity", "person-by-tenant"}},
              [](Test& t) { by_tenant(t, person_tokens, false); });
    suite
        .add("RS-FED-033", "a tenant in the auth token does not make another person",
             {{"auth-token.iss-sub", "person-by-tenant"}}, [](Test& t) { by_tenant(t, auth_tokens, false); })
        .only_for(drafts_where(suite, "auth-token.iss-sub", false));
    suite
        .add("RS-FED-034", "another tenant in the auth token makes another person",
             {{"auth-token.iss-sub", "person-without-tenant"}}, [](Test& t) { by_tenant(t, auth_tokens, true); })
        .only_for(drafts_where(suite, "auth-token.iss-sub", true));
    suite
        .add("RS-FED-035", "an auth token for one account does not open another",
             {{"auth-token.account-enforced", "ignore-account"}}, account)
        .because("Scope says what may be done, account to what: a token for the one is no token for the other.");
    suite
        .add("RS-FED-036", "a login_hint that was not followed is noticed",
             {{"resource-token.login-hint-checked", "hint-trusted"}}, hint)
        .because("The person server may ignore the hint, and then the token is about somebody else.");
}

}  // namespace aauth::suites::rs
