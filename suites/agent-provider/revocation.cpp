#include <nlohmann/json.hpp>

#include "mocks/person_server.h"
#include "suites/agent-provider/given.h"
#include "suites/common/revocation_requests.h"
#include "suites/common/server_signature.h"

// An agent provider revokes its agent tokens (11.12.2), which the target does by its hook "revoke".
namespace aauth::suites::ap {

namespace {

std::string jti_of(const Given& given) { return given.token.claim_string("jti").value_or(""); }

void revoke(Test& t, const Given& given) {
    t.hook("revoke", {{"token", given.token.compact()}, {"jti", jti_of(given)}, {"agent", given.sub}});
}

// The revocation of an agent token, as our person server receives it.
mocks::Seen revoked_by_target(Test& t) {
    if (t.world().hook("revoke") == nullptr) t.skip("the target description has no hook revoke");
    const auto given = new_agent_token(t);
    revoke(t, given);
    const auto seen = revoked_at(t, t.world().person_server(), jti_of(given));
    t.check("revocation.ap-at-ps", seen.has_value(), "revocation at the agent's person server", "came",
            seen ? "came" : "none came");
    if (!seen) throw engine::Stop{};
    return *seen;
}

// What our person server answers to the revocation of this token: 202, and 200 at the pending URL.
mocks::Revocations::Script putting_off(const std::string& jti, const std::string& location) {
    return [jti, location](const http::Request& request) -> std::optional<http::Reply> {
        const bool poll = request.method == "GET" && location.ends_with(request.path());
        if (!poll && request.body.find(jti) == std::string::npos) return std::nullopt;
        auto reply = answering(poll ? 200 : 202);
        reply.response.fields.add("Retry-After", "0");
        if (!poll) reply.response.fields.add("Location", location);
        return reply;
    };
}

}  // namespace

void revocation_cases(Suite& suite) {
    suite.area("Revocation", "11.12");
    suite
        .add("AP-REV-001",
             "an agent token is revoked at the agent's person server, signed by the provider and complete",
             {{"revocation.ap-at-ps", "revoke-nowhere"},
              {"revocation.signed-post", "server-scheme-hwk"},
              {"revocation.components", "server-body-uncovered"},
              {"revocation.body", "revoke-sends-jti-alone"}},
             [](Test& t) { expect_revocation(t, revoked_by_target(t)); })
        .because("The person server is the only one that knows what a stolen agent token was used for.");
    suite.add("AP-REV-002", "a revocation that the person server puts off is polled with a GET signed by the provider",
              {{"revocation.poll-signed", "revoke-polls-unsigned"}}, [](Test& t) {
                  auto& server = t.world().person_server();
                  if (t.world().hook("revoke") == nullptr) t.skip("the target description has no hook revoke");
                  const auto given = new_agent_token(t);
                  const auto path = "/revocations/" + jti_of(given);
                  server.revocations().answer_with(putting_off(jti_of(given), server.url(path)));
                  revoke(t, given);
                  if (!revoked_at(t, server, jti_of(given)))
                      t.blocked("the target revoked nothing at our person server");
                  const auto polled = t.received(
                      server, [&](const mocks::Seen& seen) { return seen.request.path() == path; }, "the target polls");
                  t.check({}, polled && polled->request.method == "GET", "poll", "a GET",
                          polled ? polled->request.method : "none came");
                  if (polled)
                      t.check({}, expect_server_signature(t, *polled), "signature of the poll", "the target's", "");
              });
    server_signature_cases(suite, "AP-REV", 10, "a revocation of an agent token", revoked_by_target);
}

}  // namespace aauth::suites::ap
