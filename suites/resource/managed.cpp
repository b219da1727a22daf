#include <map>
#include <nlohmann/json.hpp>

#include "harness/protocol/identifiers.h"
#include "mocks/agent_provider.h"
#include "mocks/revocation_body.h"
#include "suites/common/deferred.h"
#include "suites/resource/waiting.h"

// A resource that runs its own interaction (6.2, 11.6.3).
namespace aauth::suites::rs {

namespace {

void challenges(Suite& suite) {
    suite.add("RS-MAN-001", "a call that needs the person is answered 202 with requirement=interaction",
              {{"session-token.interaction-first", "pending-no-requirement"},
               {"interaction.url", "interaction-url-query"},
               {"interaction.code", "interaction-no-code"},
               {"interaction.location", "pending-no-location"}},
              [](Test& t) {
                  const auto waiting = interaction(t);
                  const auto& answer = waiting.answer;
                  t.expect(answer, "session-token.interaction-first").requirement("interaction").required();
                  const auto problem = protocol::endpoint_problem(waiting.url, t.world().reach());
                  t.expect(answer, "interaction.url")
                      .that(!problem, "url", "https, without query or fragment",
                            waiting.url + " " + problem.value_or(""));
                  t.expect(answer, "interaction.code").requirement_parameter("code");
                  t.expect(answer, "interaction.location").header("Location").header("Retry-After");
              });
    suite.add("RS-MAN-002", "the 202 is a full deferred response",
              {{"deferred.status-202", "pending-no-status"},
               {"deferred.location", "pending-no-location"},
               {"deferred.same-origin", "pending-other-origin"},
               {"deferred.retry-after", "pending-no-retry-after"},
               {"deferred.no-store", "pending-cacheable"}},
              [](Test& t) { expect_deferred(t, interaction(t).answer); });
    suite
        .add("RS-MAN-003", "the interaction code is Crockford base32 of eight symbols or more",
             {{"interaction.code-alphabet", "code-alphabet"}, {"interaction.code-length", "code-short"}},
             [](Test& t) {
                 const auto code = interaction(t).code;
                 const auto folded = protocol::folded_code(code);
                 auto bare = code;
                 std::erase(bare, '-');
                 const bool symbols = !bare.empty() && bare == folded && !protocol::code_problem(bare + "00000000");
                 t.check("interaction.code-alphabet", symbols, "code", "Crockford base32 in upper case", code);
                 t.check("interaction.code-length", bare.size() >= 8, "code", "eight symbols or more", code);
             })
        .because("A person reads it from one screen and types it into another.");
    suite.add("RS-MAN-004", "two calls get two codes and two pending URLs that cannot be guessed",
              {{"interaction.code-random", "code-fixed"}, {"deferred.unguessable", "pending-guessable"}}, [](Test& t) {
                  const auto one = interaction(t);
                  const auto other = interaction(t);
                  t.check("interaction.code-random", one.code != other.code, "codes", "different", one.code);
                  expect_unguessable(t, one.location, other.location);
              });
}

// The older ids of cases that all roles share.
const std::map<std::string, std::string> older{{"031", "RS-MAN-006"}, {"032", "RS-MAN-005"}, {"035", "RS-MAN-008"},
                                               {"036", "RS-MAN-007"}, {"050", "RS-MAN-012"}, {"051", "RS-MAN-011"},
                                               {"052", "RS-MAN-010"}};

// The agent's provider revokes its agent token, and gives it another.
std::string revoke_agent_token(Test& t, Waiting& waiting) {
    t.needs("revocation_endpoint");
    const auto token = jose::Jwt::decode(waiting.player.token).value();
    auto& provider = t.world().agent_provider();
    const auto body = mocks::revocation_body(t.draft(), provider.identifier(), token.claim_string("jti").value(),
                                             token.claim_integer("exp").value());
    const auto url = t.world().endpoint("revocation_endpoint");
    const auto answer = t.send(t.request_by(provider, "POST", url, body), "the provider revokes the agent token");
    if (answer.status() >= 300) t.skip("the target takes no revocation of an agent token: " + answer.summary());
    waiting.player.token = provider.agent_token(waiting.player.agent, t.person_server_identifier());
    return "agent token";
}

Deferring deferring() {
    Deferring made;
    made.prefix = "RS-DEF-";
    made.older = older;
    made.alone = false;
    made.put_off = interaction;
    made.request = [](Test& t, const std::string& method, const Waiting& waiting) {
        return request(t, method, waiting.location, waiting.player);
    };
    made.stranger = [](Test& t, const std::string& method, const Waiting& waiting) {
        return request(t, method, waiting.location, t.player());
    };
    made.done = served;
    made.revoke = revoke_agent_token;
    return made;
}

}  // namespace

void managed_cases(Suite& suite) {
    suite.area("Resource-managed authorization", "6.2");
    challenges(suite);
    suite.add("RS-DEF-013", "an approval that the resource gets itself comes with Location and Retry-After",
              {{"interaction.approval", "pending-no-retry-after"}}, [](Test& t) {
                  const auto url = t.target().values.find("url.approval");
                  if (url == t.target().values.end()) t.skip("the target description gives no value url.approval");
                  expect_approval(t,
                                  t.send(request(t, "GET", url->second, t.player()), "a call that needs an approval"));
              });
    deferred_polling_cases(suite, deferring());
    deferred_code_cases(suite, deferring());
    deferred_end_cases(suite, deferring());
    deferred_callback_cases(suite, deferring(), {{"auth-endpoint.resource-interaction-callback", "callback-ignored"}});
}

void guessing_cases(Suite& suite) { deferred_guessing_cases(suite, deferring()); }

}  // namespace aauth::suites::rs
