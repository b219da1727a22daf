#include "mocks/person_server.h"
#include "suites/common/revocation_cases.h"
#include "suites/resource/surfaces.h"

// The revocation endpoint, where the resource publishes one (11.12.1 to 11.12.3).
namespace aauth::suites::rs {

namespace {

// Our person server revokes auth tokens of its own.
RevocationServer revocation_server() {
    RevocationServer server;
    server.prefix = "RS-REV";
    server.revocable = [](Test& t) {
        const auto player = t.player();
        const auto token = auth_token(t, player, surfaces(t).scope);
        const auto use = [&t, player, token] { return called(t, Mode::Data, player, token, "with the auth token"); };
        return Revocable{&t.world().person_server(), token, use};
    };
    server.works = served;
    server.another = [](Test& t) -> mocks::Party& { return t.world().another_person_server(); };
    return server;
}

}  // namespace

void revocation_cases(Suite& suite) {
    suite.area("Revocation", "11.12");
    revocation_endpoint_cases(suite, revocation_server());
    own_revocation_cases(suite);
}

}  // namespace aauth::suites::rs
