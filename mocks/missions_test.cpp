#include "mocks/missions.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "mocks/person_server.h"

using namespace aauth;

namespace {

constexpr const char* owner = "https://ap.test aauth:a@ap.test";
constexpr const char* other = "https://ap.test aauth:b@ap.test";

// A person server that is not started: only its missions are used.
struct Kept {
    mocks::Network network;
    mocks::PersonServer server;

    explicit Kept(protocol::Faults faults = {}) : server(network, options(std::move(faults))) {}

    static mocks::PersonServerOptions options(protocol::Faults faults) {
        mocks::PersonServerOptions options;
        options.draft = protocol::find_draft("11");
        options.identifier = "https://ps.test";
        options.faults = std::move(faults);
        return options;
    }

    mocks::Mission approve(std::int64_t lifetime = 600) {
        return server.missions().approve(owner, {{"agent", "aauth:a@ap.test"}, {"description", "x"}}, lifetime, {});
    }
    int status(const std::string& s256, const std::string& by) {
        const auto refused = server.missions().refusal(s256, by, "person");
        return refused ? refused->response.status : 0;
    }
};

}  // namespace

TEST_CASE("a mission is named by the digest of its bytes, and no two have the same", "[missions]") {
    Kept kept;
    const auto one = kept.approve(), two = kept.approve();
    CHECK(one.s256 == mocks::mission_digest(one.blob));
    CHECK(one.s256 != two.s256);
    CHECK_FALSE(mocks::mission_reference_problem(one.s256));
    CHECK(mocks::mission_reference_problem(one.s256 + "="));
    CHECK(mocks::mission_reference_problem("abc"));
    CHECK(nlohmann::json::parse(one.blob).contains("expires_at"));
    CHECK_FALSE(nlohmann::json::parse(kept.approve(0).blob).contains("expires_at"));
}

TEST_CASE("an active mission is there for its owner and for nobody else", "[missions]") {
    Kept kept;
    const auto mission = kept.approve();
    CHECK(kept.status(mission.s256, owner) == 0);
    CHECK(kept.status(mission.s256, "") == 0);
    CHECK(kept.status(mission.s256, other) == 404);
    CHECK(kept.status(mocks::mission_digest("nothing"), owner) == 404);
}

TEST_CASE("a mission ends once, by a reason or by its time", "[missions]") {
    Kept kept;
    const auto ended = kept.approve(), expiring = kept.approve(600), endless = kept.approve(0);
    CHECK(kept.server.missions().terminate(ended.s256, "revoked"));
    CHECK_FALSE(kept.server.missions().terminate(ended.s256, "completed"));
    CHECK(kept.server.missions().find(ended.s256)->reason == "revoked");
    CHECK(kept.status(ended.s256, owner) == 403);
    CHECK(kept.status(ended.s256, other) == 404);
    CHECK(kept.server.missions().capped(expiring.expires + 1, expiring.s256) == expiring.expires);
    kept.network.advance(601);
    CHECK(kept.server.missions().find(expiring.s256)->reason == "expired");
    CHECK(kept.status(endless.s256, owner) == 0);
}

TEST_CASE("an agent that fails too often at missions' URLs is slowed down, and the others are not", "[missions]") {
    Kept kept;
    const auto mission = kept.approve();
    int status = 404;
    for (int i = 0; i < 100 && status == 404; ++i) {
        status = kept.server.missions().refusal_at_its_url(mission.s256, other)->response.status;
    }
    CHECK(status == 429);
    CHECK_FALSE(kept.server.missions().refusal_at_its_url(mission.s256, owner));
    kept.network.advance(61);
    CHECK(kept.server.missions().refusal_at_its_url(mission.s256, other)->response.status == 404);
}
