#include <nlohmann/json.hpp>

#include "harness/protocol/headers.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// The 202 of a request that waits for the person (11.8.2, 11.6.3).
namespace aauth::suites::ps {

namespace {

void expect_asking(Test& t, const Waiting& waiting) {
    const auto found = protocol::parse_requirement(waiting.answer.response.fields);
    const bool known = found && (found->value == "interaction" || found->value == "approval");
    t.expect(waiting.answer)
        .that(known, "AAuth-Requirement", "interaction or approval",
              waiting.answer.header("AAuth-Requirement").value_or("absent"));
}

// What a person server says whose agent can bring nobody to a page. Skipped where it has a way of its own to its
// person.
void expect_unreachable(Test& t, const Endpoint& endpoint, std::string_view requirement) {
    const auto player = t.player();
    // Refused for being unable to interact, and for nothing else: the same with the capability is taken.
    const auto able = with_person_needed(t, endpoint.request(t, player), {"interaction"});
    if (!granted(able)) t.blocked("the same with the interaction capability got " + able.summary());
    const auto answer = with_person_needed(t, endpoint.request(t, player), {});
    if (answer.status() < 400) t.skip("the target has a way of its own to its person");
    t.expect(answer, requirement).status(403).member_is("error", "user_unreachable");
    t.expect(answer, "sig.403-no-signature-error").no_header("Signature-Error");
}

}  // namespace

void pending_cases(Suite& suite) {
    suite.area("Deferred response", "11.8.2");
    auto rows = pending_rows();
    rows.push_back({"07", "the person is asked by interaction or by approval", "auth-endpoint.interaction",
                    "pending-no-requirement", expect_asking});
    for (const auto& row : rows) {
        suite
            .add(std::string("PS-DEF-0") + row.number, std::string(row.title) + " (auth token endpoint)",
                 {{row.requirement, row.fault}},
                 [expect = row.expect](Test& t) { expect(t, put_off(t, auth_endpoint())); })
            .alone();
        suite
            .add(std::string("PS-DEF-1") + row.number, std::string(row.title) + " (person token endpoint)",
                 {{row.requirement, row.fault}},
                 [expect = row.expect](Test& t) { expect(t, put_off(t, person_endpoint())); })
            .alone()
            .only_for(drafts_with(&protocol::Draft::person_tokens));
    }
    suite
        .add("PS-DEF-012", "requirement=interaction comes with Location and Retry-After",
             {{"interaction.location", "pending-no-location"}},
             [](Test& t) {
                 const auto waiting = put_off(t, auth_endpoint());
                 if (waiting.code.empty()) t.skip("the target does not ask by requirement=interaction");
                 t.expect(waiting.answer).header("Location").header("Retry-After");
             })
        .alone();
    suite.add("PS-DEF-013", "an approval that the person server gets itself comes with Location and Retry-After",
              {{"interaction.approval", "pending-no-retry-after"}}, [](Test& t) {
                  t.needs("interaction_endpoint");
                  auto request = t.request("POST", t.world().endpoint("interaction_endpoint"), t.player());
                  request.body(R"({"type": "question", "question": "May I go on?"})");
                  expect_approval(t, t.send(request, "a question for the person"));
              });
    deferred_difference_cases(suite, deferring());
    suite
        .add("PS-DEF-023", "a person server that cannot reach the person says user_unreachable",
             {{"auth-endpoint.user-unreachable", "unreachable-wrong-code"}},
             [](Test& t) { expect_unreachable(t, auth_endpoint(), "auth-endpoint.user-unreachable"); })
        .alone();
    suite
        .add("PS-DEF-024", "a person token for a person who cannot be reached is refused with user_unreachable",
             {{"person-endpoint.user-unreachable", "unreachable-wrong-code"}},
             [](Test& t) { expect_unreachable(t, person_endpoint(), "person-endpoint.user-unreachable"); })
        .alone()
        .only_for(drafts_with(&protocol::Draft::person_tokens));
}

}  // namespace aauth::suites::ps
