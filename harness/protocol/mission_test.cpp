#include "harness/protocol/mission.h"

#include "harness/catch.h"

namespace aauth::protocol {

TEST_CASE("a mission is named by the digest of its exact bytes", "[mission]") {
    // "{}" in base64url, and its SHA-256.
    const std::string s256 = "RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o";
    CHECK(mission_digest("{}") == s256);
    CHECK(verify_mission("e30", s256));
    CHECK(verify_mission("e30=", s256).error().code == "invalid_mission");
    CHECK(verify_mission("eyB9", s256).error().code == "mission_mismatch");
    CHECK(verify_mission("e30", s256 + "=").error().code == "mission_mismatch");
}

TEST_CASE("AAuth-Mission has an approver and a digest", "[mission]") {
    const std::string s256 = "RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o";
    const auto field = to_field(MissionReference{"https://ps.example", s256});
    CHECK(field == "approver=\"https://ps.example\";s256=\"" + s256 + "\"");
    const auto read = parse_mission({{"AAuth-Mission", field}});
    REQUIRE(read);
    CHECK(read->approver == "https://ps.example");
    CHECK(read->s256 == s256);
    CHECK(parse_mission({}).error().code == "absent");
    for (const char* wrong : {"", "approver=\"https://ps.example\"", "approver=\"https://ps.example/\";s256=\"x\"",
                              "approver=\"https://ps.example\";s256=\"AAAA\"", "s256=\"AAAA\""}) {
        INFO(wrong);
        CHECK(parse_mission({{"AAuth-Mission", wrong}}).error().code == "malformed_mission");
    }
    CHECK(to_field(MissionReference{"h\xc3\xa9", s256}).empty());
}

}  // namespace aauth::protocol
