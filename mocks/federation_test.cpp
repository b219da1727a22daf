#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "mocks/access_server.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"

using namespace aauth;

namespace {

template <class Options>
Options made(const std::string& draft) {
    Options options;
    options.draft = protocol::find_draft(draft);
    return options;
}

// The four parties of section 9, on real sockets.
struct Stage {
    explicit Stage(const std::string& draft)
        : provider(network, made<mocks::PartyOptions>(draft)),
          ps(network, made<mocks::PersonServerOptions>(draft)),
          resource(network, made<mocks::ResourceOptions>(draft)),
          access_server(network, made<mocks::AccessServerOptions>(draft)) {
        for (mocks::Party* party : std::initializer_list<mocks::Party*>{&provider, &ps, &resource, &access_server}) {
            REQUIRE(party->start());
        }
        agent.emplace(provider.enrol());
        token = provider.agent_token(*agent, ps.identifier());
    }

    http::Response send(const std::string& method, const std::string& url, const std::string& shown,
                        const nlohmann::json& body = nullptr) {
        auto plan = mocks::signed_request(method, http::Url::parse(url).value(), agent->key, shown, network.now());
        if (!body.is_null()) plan.body(json::dump(body));
        auto answer = provider.call(plan);
        REQUIRE(answer);
        return *answer;
    }

    // The person server's answer to a resource token for the access server.
    http::Response asked(const std::string& scope) {
        const bool persons = ps.draft().person_tokens;
        const auto shown = persons ? ps.person_token(resource.identifier(), agent->key) : token;
        const auto for_server = [&](nlohmann::json&, nlohmann::json& claims) {
            claims["aud"] = access_server.identifier();
        };
        nlohmann::json body{
            {"resource_token", resource.resource_token(shown, agent->key, ps.identifier(), scope, for_server)}};
        if (ps.draft().presented_token) body["presented_token"] = shown;
        return send("POST", ps.url("/token"), token, body);
    }

    mocks::Network network;
    mocks::AgentProvider provider;
    mocks::PersonServer ps;
    mocks::Resource resource;
    mocks::AccessServer access_server;
    std::optional<mocks::Agent> agent;
    std::string token;
};

std::string member(const http::Response& response, const char* name) {
    auto body = json::parse_object(response.body);
    return body ? json::string_member(*body, name).value_or("") : std::string();
}

}  // namespace

TEST_CASE("an access server's auth token comes through the person server and opens the resource", "[mocks]") {
    for (const std::string draft : {"11", "11-2026-08", "10"}) {
        INFO(draft);
        Stage stage(draft);
        const auto granted = stage.asked("data.read");
        INFO(granted.body);
        REQUIRE(granted.status == 200);
        const auto url = stage.resource.url("/federated?access_server=") + stage.access_server.identifier();
        CHECK(stage.send("GET", url, member(granted, "auth_token")).status == 200);
    }
}

TEST_CASE("claims and payment are settled between the servers, and a denial reaches the agent", "[mocks]") {
    Stage stage("11");
    for (const char* scope : {"needs-claims", "needs-payment"}) {
        INFO(scope);
        const auto granted = stage.asked(scope);
        INFO(granted.body);
        CHECK(granted.status == 200);
    }
    const auto denied = stage.asked("forbidden");
    CHECK(denied.status == 403);
    CHECK(member(denied, "error") == "denied");
}

TEST_CASE("an access server's question reaches the agent, and the answer goes back", "[mocks]") {
    Stage stage("11");
    const auto asked = stage.asked("needs-clarification");
    INFO(asked.body);
    REQUIRE(asked.status == 202);
    CHECK_FALSE(member(asked, "clarification").empty());
    const auto pending = asked.fields.first("Location").value_or("");
    REQUIRE(pending.rfind(stage.ps.identifier(), 0) == 0);
    const auto answered = stage.send("POST", pending, stage.token,
                                     {{"action", "clarification_response"}, {"clarification_response", "To read it."}});
    CHECK(answered.status == 202);
    const auto granted = stage.send("GET", pending, stage.token);
    INFO(granted.body);
    CHECK(granted.status == 200);
    CHECK(stage.send("GET", pending, stage.token).status == 410);
}

TEST_CASE("the person is sent to the access server, and nobody else polls", "[mocks]") {
    Stage stage("11");
    const auto asked = stage.asked("needs-interaction");
    INFO(asked.body);
    REQUIRE(asked.status == 202);
    const auto requirement = protocol::parse_requirement(asked.fields);
    REQUIRE(requirement);
    CHECK(requirement->parameter("url") == stage.access_server.url("/interaction"));
    const auto pending = asked.fields.first("Location").value_or("");
    const auto stranger = stage.provider.enrol();
    const auto other = stage.provider.agent_token(stranger, stage.ps.identifier());
    auto poll =
        mocks::signed_request("GET", http::Url::parse(pending).value(), stranger.key, other, stage.network.now());
    CHECK(stage.provider.call(poll)->status == 404);
    CHECK(stage.send("GET", pending, stage.token).status == 202);
    const auto decided = stage.send("POST", stage.access_server.url("/mock/decide"), stage.token,
                                    {{"code", requirement->parameter("code")}, {"decision", "approve"}});
    CHECK(decided.status == 204);
    CHECK(stage.send("GET", pending, stage.token).status == 200);
}
