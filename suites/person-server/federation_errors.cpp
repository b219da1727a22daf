#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/ports.h"
#include "suites/common/rows.h"
#include "suites/person-server/federation.h"

// What an access server refuses, and what is no answer of one (9.1.3, 11.9.3).
namespace aauth::suites::ps {

namespace {

using nlohmann::json;

constexpr const char* relayed = "federation.relay-error";
constexpr const char* unreachable = "federation.unreachable";

void expect_relayed(Test& t, const Answer& answer, int status, const std::string& error) {
    t.expect(answer, relayed).status(status).problem({error});
}

void expect_unreachable(Test& t, const Answer& answer) {
    t.expect(answer, unreachable)
        .that(!handed_on(answer), "answer", "no auth token", answer.summary())
        .status(502)
        .problem({"as_unreachable"});
}

// The error codes of the token endpoint and of polling that end a request (11.9.3, 11.9.4), and one of the server's
// own.
void relaying(Suite& suite) {
    const struct {
        int number, status;
        const char* error;
    } rows[] = {
        {50, 403, "denied"},
        {51, 403, "insufficient_trust"},
        {52, 400, "invalid_request"},
        {53, 400, "invalid_resource_token"},
        {54, 400, "expired_resource_token"},
        {55, 400, "revoked_resource_token"},
        {56, 400, "invalid_presented_token"},
        {57, 400, "expired_presented_token"},
        {58, 400, "revoked_presented_token"},
        {59, 400, "invalid_upstream_token"},
        {60, 400, "invalid_subagent_token"},
        {61, 400, "clock_skew"},
        {62, 403, "revoked"},
        {63, 408, "expired"},
        {64, 403, "abandoned"},
    };
    for (const auto& row : rows) {
        suite.add(case_id("PS-FED", row.number),
                  fmt::format("an access server's {} {} reaches the agent as such", row.status, row.error),
                  {{relayed, row.number % 2 == 0 ? "federation-hides-errors" : "federation-error-422"}},
                  [row](Test& t) {
                      FourParty f(t);
                      expect_relayed(t, f.outcome({fails(row.status, row.error)}), row.status, row.error);
                  });
    }
    suite
        .add("PS-FED-065", "an access server's denial after it has let everybody wait reaches the agent",
             {{relayed, "federation-hides-errors"}},
             [](Test& t) {
                 FourParty f(t);
                 const auto answer = f.outcome({waits("requirement=approval"), fails(403, "denied")});
                 expect_relayed(t, answer, 403, "denied");
             })
        .because("The agent has to know a no from a breakdown: it may try again after the one only.");
    suite.add("PS-FED-066", "an access server's 500 server_error gives no auth token", {{relayed, "as-error-grants"}},
              [](Test& t) {
                  FourParty f(t);
                  const auto answer = f.outcome({fails(500, "server_error")});
                  t.expect(answer).that(!handed_on(answer), "answer", "no auth token", answer.summary());
                  // It is a well-formed error; but a server that takes any 500 for a breakdown does no harm.
                  t.prefer(answer).status(500).problem({"server_error"});
              });
}

// Answers that are none.
void malformed(Suite& suite) {
    const struct {
        int number;
        const char* title;
        Step answer;
    } rows[] = {
        {70, "a page with status 500", answers(500, "<html>Error</html>", "text/html")},
        {71, "a page with status 403", answers(403, "<html>Forbidden</html>", "text/html")},
        {72, "a 200 that is no JSON", answers(200, "auth_token=eyJ", "text/plain")},
        {73, "an empty 200", answers(200, "")},
        {74, "a 200 without auth_token", answers(200, R"({"expires_in":300})")},
        {75, "a 200 whose auth_token is no string", answers(200, R"({"auth_token":7,"expires_in":300})")},
        {76, "a 200 whose auth_token is no JWT", answers(200, R"({"auth_token":"granted","expires_in":300})")},
        {77, "an empty 204", answers(204, "")},
        {78, "a 400 whose body names no error", answers(400, R"({"title":"no"})", "application/problem+json")},
    };
    for (const auto& row : rows) {
        suite.add(case_id("PS-FED", row.number),
                  fmt::format("{} of an access server is answered 502 as_unreachable", row.title),
                  {{unreachable, row.number % 2 == 0 ? "as-unreachable-other-code" : "as-unreachable-503"}},
                  [answer = row.answer](Test& t) {
                      FourParty f(t);
                      expect_unreachable(t, f.outcome({answer}));
                  });
    }
}

// Access servers that cannot be used, each beside the working one of the control.
void unusable(Suite& suite) {
    const auto add = [&](int number, const char* title, const std::function<void(json&)>& change, std::string text) {
        suite.add(case_id("PS-FED", number), fmt::format("{} is answered 502 as_unreachable", title),
                  {{unreachable, "as-unreachable-other-code"}}, [=](Test& t) {
                      if (!t.world().discovers()) t.skip("the target does not look up metadata");
                      const FourParty control(t);
                      auto& server = t.world().another_access_server();
                      auto metadata = server.metadata();
                      change(metadata);
                      t.world().trust(server, text.empty() ? aauth::json::dump(metadata) : text);
                      FourParty f(t, server);
                      expect_unreachable(t, f.outcome({f.grants()}));
                      t.check({}, f.times_asked() == 0, "calls to its token endpoint", "none",
                              std::to_string(f.times_asked()));
                  });
    };
    add(
        80, "an access server whose metadata is no JSON", [](json&) {}, "<html></html>");
    add(81, "an access server whose metadata names another issuer",
        [](json& metadata) { metadata["issuer"] = "https://as.example"; }, {});
    add(82, "an access server whose metadata names no issuer", [](json& metadata) { metadata.erase("issuer"); }, {});
    add(83, "an access server whose metadata names no token endpoint",
        [](json& metadata) {
            metadata.erase("auth_token_endpoint");
            metadata.erase("token_endpoint");
        },
        {});
    suite.add("PS-FED-084", "an access server that nobody serves is answered 502 as_unreachable",
              {{unreachable, "as-unreachable-503"}}, [](Test& t) {
                  FourParty f(t);
                  const bool strict = t.world().reach() == protocol::Reach::Strict;
                  const auto nobody = strict ? std::string("https://as.aauth-conformance.invalid")
                                             : fmt::format("http://127.0.0.1:{}", fresh_port());
                  f.wanted.edit = [nobody](json&, json& claims) { claims["aud"] = nobody; };
                  expect_unreachable(t, f.outcome_of(f.ask({})));
              });
}

}  // namespace

void federation_error_cases(Suite& suite) {
    suite.area("Federation: errors", "9.1.3");
    relaying(suite);
    malformed(suite);
    unusable(suite);
}

}  // namespace aauth::suites::ps
