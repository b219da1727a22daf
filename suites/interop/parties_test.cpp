#include "suites/interop/parties.h"

#include "harness/catch.h"

namespace aauth::interop {

TEST_CASE("the places of a description are filled wherever its program is started and reached", "[interop]") {
    engine::Target target;
    target.url = "http://127.0.0.1:{{port}}";
    target.launch.command = "server --port {{port}} --issuer {{identifier}}";
    target.launch.environment = {{"AS", "{{access_server}}"}};
    target.values = {{"url.federated", "/f?as={{access_server}}"}};
    CHECK(has_place(target, "access_server"));
    CHECK_FALSE(has_place(target, "draft"));
    fill_places(target, {{"port", "9000"}, {"identifier", "https://rs.aauth.test"}, {"access_server", "{{port}}"}});
    CHECK(target.url == "http://127.0.0.1:9000");
    CHECK(target.launch.command == "server --port 9000 --issuer https://rs.aauth.test");
    CHECK(target.values.at("url.federated").find("{{access_server}}") == std::string::npos);
}

TEST_CASE("the wire keeps what was heard in order, and only so much", "[interop]") {
    Wire wire;
    for (int i = 0; i < 20010; ++i) {
        Heard heard;
        heard.request.target = "/" + std::to_string(i);
        wire.add(std::move(heard));
    }
    const auto all = wire.all([](const Heard&) { return true; });
    CHECK(all.size() <= 20000);
    CHECK(all.back().request.target == "/20009");
    CHECK(wire.all([](const Heard& heard) { return heard.request.target == "/20008"; }).size() == 1);
}

}  // namespace aauth::interop
