#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "mocks/signed_request.h"

using namespace aauth;

namespace {

// An agent with its provider, its person server and a resource, all on real sockets.
struct Stage {
    explicit Stage(const std::string& draft, protocol::Faults ps_faults = {}, protocol::Faults resource_faults = {})
        : provider(network, options(draft, {})),
          ps(network, with<mocks::PersonServerOptions>(draft, std::move(ps_faults))),
          resource(network, with<mocks::ResourceOptions>(draft, std::move(resource_faults))) {
        REQUIRE(provider.start());
        REQUIRE(ps.start());
        REQUIRE(resource.start());
        agent.emplace(provider.enrol());
        token = provider.agent_token(*agent, ps.identifier());
    }

    static mocks::PartyOptions options(const std::string& draft, protocol::Faults faults) {
        mocks::PartyOptions options;
        options.draft = protocol::find_draft(draft);
        options.faults = std::move(faults);
        return options;
    }
    template <class Options>
    static Options with(const std::string& draft, protocol::Faults faults) {
        Options made;
        static_cast<mocks::PartyOptions&>(made) = options(draft, std::move(faults));
        return made;
    }

    http::Response send(const std::string& method, const std::string& url, const std::string& shown,
                        const nlohmann::json& body = nullptr,
                        const std::function<void(mocks::SignedRequest&)>& edit = {}) {
        auto plan = mocks::signed_request(method, http::Url::parse(url).value(), agent->key, shown, network.now());
        if (!body.is_null()) plan.body(json::dump(body));
        if (edit) edit(plan);
        auto sealed = mocks::seal(plan);
        REQUIRE(sealed);
        auto transfer = network.client()->send(plan.url, sealed->request);
        REQUIRE(transfer);
        return transfer->response;
    }

    static std::string member(const http::Response& response, const char* name) {
        auto body = json::parse_object(response.body);
        return body ? json::string_member(*body, name).value_or("") : std::string();
    }

    std::string challenge(const http::Response& response) {
        auto requirement = protocol::parse_requirement(response.fields);
        return requirement ? requirement->value : requirement.error().code;
    }

    mocks::Network network;
    mocks::AgentProvider provider;
    mocks::PersonServer ps;
    mocks::Resource resource;
    std::optional<mocks::Agent> agent;
    std::string token;
};

}  // namespace

TEST_CASE("an agent is served on its identity", "[mocks]") {
    Stage stage("11");
    CHECK(stage.send("GET", stage.resource.url("/agent"), stage.token).status == 200);
    const auto refused = stage.send("GET", stage.resource.url("/agent"), "", nullptr,
                                    [](mocks::SignedRequest& request) { request.unsigned_(); });
    CHECK(refused.status == 401);
    CHECK(stage.challenge(refused) == "agent-token");
}

TEST_CASE("three-party access runs from challenge to data, and step-up after it", "[mocks]") {
    for (const std::string draft : {"11", "11-2026-08"}) {
        INFO(draft);
        Stage stage(draft);
        const auto first = stage.send("GET", stage.resource.url("/data"), stage.token);
        CHECK(stage.challenge(first) == "person-token");
        const auto granted = stage.send("POST", stage.ps.url("/person"), stage.token,
                                        {{"resource", stage.resource.identifier()}});
        REQUIRE(granted.status == 200);
        const auto person = Stage::member(granted, "person_token");
        CHECK(stage.send("GET", stage.resource.url("/person"), person).status == 200);
        const auto second = stage.send("GET", stage.resource.url("/data"), person);
        REQUIRE(stage.challenge(second) == "auth-token");
        const auto exchange = [&](const http::Response& challenged, const std::string& presented) {
            nlohmann::json body{
                {"resource_token", protocol::parse_requirement(challenged.fields)->parameter("resource-token")}};
            if (stage.ps.draft().presented_token) body["presented_token"] = presented;
            const auto answer = stage.send("POST", stage.ps.url("/token"), stage.token, body);
            INFO(answer.body);
            REQUIRE(answer.status == 200);
            return Stage::member(answer, "auth_token");
        };
        const auto auth = exchange(second, person);
        CHECK(stage.send("GET", stage.resource.url("/data"), auth).status == 200);
        const auto step_up = stage.send("GET", stage.resource.url("/write"), auth);
        REQUIRE(stage.challenge(step_up) == "auth-token");
        CHECK(stage.send("GET", stage.resource.url("/write"), exchange(step_up, auth)).status == 200);
    }
}

TEST_CASE("in draft 10 the agent token is enough for a resource token", "[mocks]") {
    Stage stage("10");
    const auto challenged = stage.send("GET", stage.resource.url("/data"), stage.token);
    REQUIRE(stage.challenge(challenged) == "auth-token");
    const auto answer =
        stage.send("POST", stage.ps.url("/token"), stage.token,
                   {{"resource_token", protocol::parse_requirement(challenged.fields)->parameter("resource-token")}});
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    CHECK(stage.send("GET", stage.resource.url("/data"), Stage::member(answer, "auth_token")).status == 200);
}

TEST_CASE("a deferred request is polled until the person decides, and is gone after its answer", "[mocks]") {
    Stage stage("11");
    const auto ask = [&] {
        return stage.send("POST", stage.ps.url("/person"), stage.token,
                          {{"resource", stage.resource.identifier()}, {"prompt", "consent"}});
    };
    const auto deferred = ask();
    REQUIRE(deferred.status == 202);
    const auto location = deferred.fields.first("Location").value();
    const auto requirement = protocol::parse_requirement(deferred.fields).value();
    CHECK(stage.send("GET", location, stage.token).status == 202);

    http::Request decision;
    decision.method = "POST";
    decision.body = json::dump({{"code", requirement.parameter("code")}, {"decision", "approve"}});
    REQUIRE(stage.network.client()->send(http::Url::parse(stage.ps.url("/mock/decide")).value(), decision)
                ->response.status == 204);
    const auto done = stage.send("GET", location, stage.token);
    CHECK(done.status == 200);
    CHECK_FALSE(Stage::member(done, "person_token").empty());
    CHECK(stage.send("GET", location, stage.token).status == 410);

    const auto second = ask();
    const auto other = stage.provider.enrol();
    auto plan = mocks::signed_request("GET", http::Url::parse(second.fields.first("Location").value()).value(), other.key,
                                      stage.provider.agent_token(other, stage.ps.identifier()), stage.network.now());
    CHECK(stage.network.client()->send(plan.url, mocks::seal(plan)->request)->response.status == 404);
}

TEST_CASE("a person comes to the page with the code once, and the agent hears of a refusal", "[mocks]") {
    Stage stage("11");
    const auto deferred = stage.send("POST", stage.ps.url("/person"), stage.token,
                                     {{"resource", stage.resource.identifier()}, {"prompt", "consent"}});
    const auto requirement = protocol::parse_requirement(deferred.fields).value();
    auto code = requirement.parameter("code");
    code.erase(code.find('-'), 1);
    const auto page = http::Url::parse(requirement.parameter("url") + "?code=" + http::lowercase(code)).value();
    const auto arrived = stage.network.client()->send(page, {}).value().response;
    CHECK(arrived.status == 200);
    CHECK(stage.network.client()->send(page, {}).value().response.status == 410);
    const auto visit = arrived.body.substr(arrived.body.find("value=\"") + 7, 22);
    http::Request decline;
    decline.method = "POST";
    decline.body = "visit=" + visit + "&decision=deny";
    CHECK(stage.network.client()->send(http::Url::parse(stage.ps.url("/interaction")).value(), decline)
              ->response.status == 200);
    const auto polled = stage.send("GET", deferred.fields.first("Location").value(), stage.token);
    CHECK(polled.status == 403);
    CHECK(Stage::member(polled, "error") == "denied");
}

TEST_CASE("a callback that is no URL is not gone back to", "[mocks]") {
    Stage stage("11");
    const auto sent_to = [&](const std::string& callback) {
        const auto deferred = stage.send("POST", stage.ps.url("/person"), stage.token,
                                         {{"resource", stage.resource.identifier()}, {"prompt", "consent"}});
        const auto requirement = protocol::parse_requirement(deferred.fields).value();
        const auto page = requirement.parameter("url") + "?code=" + requirement.parameter("code") + "&callback=" + callback;
        const auto arrived = stage.network.client()->send(http::Url::parse(page).value(), {}).value().response;
        http::Request decline;
        decline.method = "POST";
        decline.body = "visit=" + arrived.body.substr(arrived.body.find("value=\"") + 7, 22) + "&decision=deny";
        return stage.network.client()->send(http::Url::parse(stage.ps.url("/interaction")).value(), decline)->response;
    };
    CHECK(sent_to("http%3A%2F%2Fagent.example%2Fdone").fields.first("Location") ==
          "http://agent.example/done?error=access_denied");
    const auto split = sent_to("http%3A%2F%2Fagent.example%2F%0D%0ASet-Cookie:a=b");
    CHECK(split.status == 200);
    CHECK_FALSE(split.fields.contains("Set-Cookie"));
}

TEST_CASE("an upstream token that nobody verified gives no auth token", "[mocks]") {
    Stage stage("11");
    const auto person = stage.ps.person_token(stage.resource.identifier(), stage.agent->key);
    const auto token = stage.resource.resource_token(person, stage.agent->key, stage.ps.identifier(), "data.read");
    nlohmann::json body{{"resource_token", token}, {"presented_token", person}};
    CHECK(stage.send("POST", stage.ps.url("/token"), stage.token, body).status == 200);
    body["upstream_token"] = person;
    const auto refused = stage.send("POST", stage.ps.url("/token"), stage.token, body);
    CHECK(refused.status == 400);
    CHECK(Stage::member(refused, "error") == "invalid_upstream_token");
}

TEST_CASE("tokens that a fault has broken are handed out all the same", "[mocks]") {
    Stage stage("11", {"omit person-token.header.alg", "omit person-token.header.typ"});
    const auto granted = stage.send("POST", stage.ps.url("/person"), stage.token,
                                    {{"resource", stage.resource.identifier()}});
    CHECK(granted.status == 200);
    CHECK_FALSE(Stage::member(granted, "person_token").empty());
    CHECK_FALSE(jose::Jwt::decode(Stage::member(granted, "person_token")));
}

TEST_CASE("too many wrong codes fail the requests that wait", "[mocks]") {
    Stage stage("11");
    const auto deferred = stage.send("POST", stage.ps.url("/person"), stage.token,
                                     {{"resource", stage.resource.identifier()}, {"prompt", "consent"}});
    const auto requirement = protocol::parse_requirement(deferred.fields).value();
    const auto visit = [&](const std::string& code) {
        const auto page = http::Url::parse(requirement.parameter("url") + "?code=" + code).value();
        return stage.network.client()->send(page, {}).value().response;
    };
    for (int i = 0; i < 50; ++i) CHECK(visit(protocol::new_interaction_code()).status == 410);
    CHECK(visit(requirement.parameter("code")).status == 410);
    const auto polled = stage.send("GET", deferred.fields.first("Location").value(), stage.token);
    CHECK(polled.status == 410);
    CHECK(Stage::member(polled, "error") == "invalid_code");
}

TEST_CASE("a session token works only with the signature of the agent that it was given to", "[mocks]") {
    Stage stage("11");
    const auto deferred = stage.send("GET", stage.resource.url("/managed"), stage.token);
    REQUIRE(deferred.status == 202);
    http::Request decision;
    decision.method = "POST";
    decision.body = json::dump({{"location", deferred.fields.first("Location").value()}, {"decision", "approve"}});
    stage.network.client()->send(http::Url::parse(stage.resource.url("/mock/decide")).value(), decision).value();
    const auto done = stage.send("GET", deferred.fields.first("Location").value(), stage.token);
    const auto session = protocol::parse_access(done.fields).value();
    const auto with_session = [&](bool covered) {
        return stage.send("GET", stage.resource.url("/managed"), stage.token, nullptr, [&](mocks::SignedRequest& request) {
            request.header("Authorization", "AAuth " + session);
            if (covered) request.also_cover("authorization");
        }).status;
    };
    CHECK(with_session(true) == 200);
    CHECK(with_session(false) == 401);
}

TEST_CASE("a fault changes just the one thing that it names", "[mocks]") {
    Stage stage("11", {"omit person-token.sub", "ignore sig.components.@method"});
    const auto granted = stage.send("POST", stage.ps.url("/person"), stage.token,
                                    {{"resource", stage.resource.identifier()}},
                                    [](mocks::SignedRequest& request) { request.uncover("@method"); });
    REQUIRE(granted.status == 200);
    const auto token = jose::Jwt::decode(Stage::member(granted, "person_token")).value();
    CHECK_FALSE(token.claim_string("sub"));
    CHECK(token.claim_string("aud") == stage.resource.identifier());
    CHECK(stage.send("POST", stage.ps.url("/person"), stage.token, {{"resource", stage.resource.identifier()}},
                     [](mocks::SignedRequest& request) { request.uncover("@path"); }).status == 401);
}
