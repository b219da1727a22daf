#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"

using namespace aauth;

namespace {

mocks::IssuedToken person(const std::string& jti, const std::string& upstream = {}) {
    mocks::IssuedToken token;
    token.issuer = "https://ps.test";
    token.jti = jti;
    token.agents = {"https://ap.test aauth:a@ap.test"};
    token.upstream = upstream;
    return token;
}

mocks::IssuedToken auth(const std::string& jti, const std::string& presented) {
    auto token = person(jti);
    token.kind = protocol::TokenKind::Auth;
    token.presented = presented;
    return token;
}

// Three parties of draft 11 and an agent with a person token.
struct Stage {
    Stage()
        : provider(network, options()),
          server(network, with<mocks::PersonServerOptions>()),
          resource(network, with<mocks::ResourceOptions>()) {
        REQUIRE(provider.start());
        REQUIRE(server.start());
        REQUIRE(resource.start());
        agent.emplace(provider.enrol());
        token = provider.agent_token(*agent, server.identifier());
        auto plan = mocks::signed_request("POST", at(server, "/person"), agent->key, token, network.now());
        plan.body(json::dump({{"resource", resource.identifier()}}));
        shown = json::string_member(*json::parse_object(sent(server, plan).body), "person_token").value();
    }

    static mocks::PartyOptions options() {
        mocks::PartyOptions made;
        made.draft = protocol::find_draft("11");
        return made;
    }
    template <class Options>
    static Options with() {
        Options made;
        made.draft = protocol::find_draft("11");
        return made;
    }
    static http::Url at(const mocks::Party& party, const std::string& path) {
        return http::Url::parse(party.url(path)).value();
    }
    static http::Response sent(const mocks::Party& by, const mocks::SignedRequest& plan) {
        auto response = by.call(plan);
        REQUIRE(response);
        return *response;
    }
    // The agent provider's revocation of the agent token, or what it finds at the pending URL.
    http::Response revoke(const std::string& prefer) {
        const auto jwt = jose::Jwt::decode(token);
        auto plan = provider.as_server("POST", at(server, "/revoke"),
                                       {{"jti", *jwt->claim_string("jti")}, {"exp", *jwt->claim_integer("exp")}});
        return sent(provider, plan.header("Prefer", prefer));
    }
    int at_resource() {
        return sent(provider, mocks::signed_request("GET", at(resource, "/person"), agent->key, shown, network.now()))
            .status;
    }

    mocks::Network network;
    mocks::AgentProvider provider;
    mocks::PersonServer server;
    mocks::Resource resource;
    std::optional<mocks::Agent> agent;
    std::string token, shown;
};

http::Reply unavailable() {
    http::Reply reply;
    reply.response.status = 503;
    return reply;
}

}  // namespace

TEST_CASE("records of issued tokens are found by agent, by what they go back to, and are bounded", "[revocations]") {
    mocks::IssuedTokens records;
    records.add(person("p1"));
    records.add(auth("a1", "https://ps.test p1"));
    records.add(auth("a2", "https://ps.test a1"));
    records.add(person("p2", "https://ps.test a2"));
    CHECK(records.descending_from("https://ps.test p1", false).size() == 2);
    CHECK(records.descending_from("https://ps.test p1", true).size() == 3);
    CHECK(records.of_agent("https://ap.test aauth:a@ap.test").size() == 4);
    CHECK(records.of_agent("").empty());
    records.presented_to("https://ps.test a2", "https://as.test");
    CHECK(records.find("https://ps.test p1")->access_servers.count("https://as.test") == 1);
    CHECK(records.find("https://ps.test a1")->access_servers.empty());
    for (int i = 0; i < 5000; ++i) records.add(person("n" + std::to_string(i)));
    CHECK_FALSE(records.find("https://ps.test p1"));
    CHECK(records.find("https://ps.test n4999"));
    CHECK(records.of_agent("https://ap.test aauth:a@ap.test").size() == 5000);
}

TEST_CASE("tokens that go back to each other do not keep a walk from ending", "[revocations]") {
    mocks::IssuedTokens records;
    records.add(auth("a", "https://ps.test b"));
    records.add(auth("b", "https://ps.test a"));
    records.presented_to("https://ps.test a", "https://as.test");
    CHECK(records.descending_from("https://ps.test a", true).size() == 1);
}

TEST_CASE("an agent token's revocation ends the person tokens at their resources", "[revocations]") {
    Stage stage;
    CHECK(stage.at_resource() == 200);
    const auto answer = stage.revoke("wait=10");
    CHECK(answer.status == 200);
    CHECK(answer.body.empty());
    CHECK(stage.at_resource() == 401);
}

TEST_CASE("a revocation whose cascade takes long is put off, and polled by its caller alone", "[revocations]") {
    Stage stage;
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    stage.resource.revocations().answer_with([&](const http::Request&) -> std::optional<http::Reply> {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, std::chrono::seconds(10), [&] { return open; });
        return std::nullopt;
    });
    const auto answer = stage.revoke("wait=0");
    REQUIRE(answer.status == 202);
    const auto location = http::Url::parse(answer.fields.first("Location").value_or("")).value();
    CHECK(stage.sent(stage.resource, stage.resource.as_server("GET", location, nullptr)).status == 404);
    CHECK(stage.sent(stage.provider, stage.provider.as_server("GET", location, nullptr)).status == 202);
    {
        const std::scoped_lock lock(mutex);
        open = true;
        changed.notify_all();
    }
    auto plan = stage.provider.as_server("GET", location, nullptr);
    CHECK(stage.sent(stage.provider, plan.header("Prefer", "wait=10")).status == 200);
}

TEST_CASE("a downstream revocation that failed is made again, one that succeeded is not", "[revocations]") {
    Stage stage;
    int calls = 0;
    const auto count = [&](const http::Request&) -> std::optional<http::Reply> {
        ++calls;
        return calls == 1 ? std::optional(unavailable()) : std::nullopt;
    };
    stage.resource.revocations().answer_with(count);
    CHECK(stage.revoke("wait=10").status == 200);
    CHECK(stage.at_resource() == 200);
    CHECK(stage.revoke("wait=10").status == 200);
    CHECK(stage.at_resource() == 401);
    CHECK(stage.revoke("wait=10").status == 200);
    CHECK(calls == 2);
}
