#include "harness/protocol/headers.h"
#include "suites/common/rows.h"
#include "suites/resource/waiting.h"

// The session token that a resource issues for its own use (6.3).
namespace aauth::suites::rs {

namespace {

struct Session {
    Player player;
    Answer answer;      // the terminal response
    std::string token;  // AAuth-Access
};

// An agent whose person has approved. Skips the case when the target then issues no session token.
Session approved(Test& t) {
    const auto waiting = interaction(t);
    decide(t, waiting, "approve");
    const auto answer = outcome(t, waiting);
    if (!served(answer)) t.blocked("an approved call got " + answer.summary());
    const auto token = answer.response.fields.first("AAuth-Access");
    if (!token) t.skip("the target issues no session token");
    return {waiting.player, answer, *token};
}

// A call with Authorization, covered by the signature.
mocks::SignedRequest with_session(Test& t, const Player& player, const std::string& authorization) {
    auto request = call(t, Mode::Managed, player, player.token);
    request.header("Authorization", authorization).also_cover("authorization");
    return request;
}

// An agent whose session token was seen to open the resource.
Session opened(Test& t) {
    const auto session = approved(t);
    const auto answer = t.send(with_session(t, session.player, "AAuth " + session.token), "control: the session token");
    if (!served(answer)) t.blocked("a call with the session token got " + answer.summary());
    return session;
}

void expect_shut(Test& t, const Answer& answer) {
    t.expect(answer).that(!served(answer) && answer.status() < 500, "answer", "not served", answer.summary());
}

void tokens(Suite& suite) {
    suite.add("RS-MAN-020", "AAuth-Access is one token68",
              {{"session-token.token68", "session-not-token68"}, {"session-token.single", "session-two"}}, [](Test& t) {
                  const auto session = approved(t);
                  t.expect(session.answer, "session-token.token68")
                      .that(protocol::is_token68(session.token), "AAuth-Access", "a token68", session.token);
                  const auto count = session.answer.response.fields.count("AAuth-Access");
                  t.expect(session.answer, "session-token.single")
                      .that(count == 1, "AAuth-Access", "one credential", std::to_string(count));
              });
    suite.add("RS-MAN-021", "a session token lets its agent in",
              {{"session-token.bound-to-agent", "session-forgotten"}}, [](Test& t) {
                  const auto session = approved(t);
                  const auto answer = t.send(with_session(t, session.player, "AAuth " + session.token));
                  t.expect(answer).that(served(answer), "answer", "served", answer.summary());
              });
    suite.add("RS-MAN-022", "a session token without a signature opens nothing",
              {{"session-token.not-bearer", "session-bearer"}}, [](Test& t) {
                  const auto session = opened(t);
                  expect_shut(t, call_plain(t, Mode::Managed, {{"Authorization", "AAuth " + session.token}}));
              })
        .because("A bearer token works for whoever finds it in a log.");
    suite.add("RS-MAN-023", "a session token under another agent's signature opens nothing",
              {{"session-token.bound-to-agent", "session-any-key"}}, [](Test& t) {
                  const auto session = opened(t);
                  expect_shut(t, t.send(with_session(t, t.player(), "AAuth " + session.token), "another agent"));
              });
    suite.add("RS-MAN-024", "a session token that the signature does not cover is refused",
              {{"session-token.covered", "session-uncovered"}}, [](Test& t) {
                  const auto session = opened(t);
                  auto request = with_session(t, session.player, "AAuth " + session.token);
                  const auto answer = t.send(request.uncover("authorization"), "authorization is not covered");
                  expect_shut(t, answer);
                  t.prefer(answer).status(401).signature_error({"invalid_input"});
              })
        .only_for(drafts_with(suite, "session-token.covered"));
    suite.add("RS-MAN-025", "a session token that the resource never issued opens nothing",
              {{"session-token.not-bearer", "session-any-value"}}, [](Test& t) {
                  const auto session = opened(t);
                  auto other = session.token;
                  other.front() = other.front() == 'A' ? 'B' : 'A';
                  expect_shut(t, t.send(with_session(t, session.player, "AAuth " + other), "another value"));
              });
}

// A malformed Authorization made of a good token.
struct MalformedRow {
    int number;
    const char* title;
    const char* fault;
    std::string (*write)(const std::string& token);
};

void malformed(Suite& suite) {
    const MalformedRow rows[] = {
        {30, "an Authorization with the scheme alone opens nothing", "session-any-value",
         [](const std::string&) { return std::string("AAuth"); }},
        {31, "a session token followed by another word opens nothing", "session-first-word",
         [](const std::string& token) { return "AAuth " + token + " extra"; }},
        {32, "a session token with a space inside opens nothing", "session-joins-words",
         [](const std::string& token) { return "AAuth " + token.substr(0, 4) + " " + token.substr(4); }},
        {33, "a session token in quotes opens nothing", "session-unquotes",
         [](const std::string& token) { return "AAuth \"" + token + "\""; }},
    };
    for (const auto& row : rows) {
        suite.add(case_id("RS-MAN", row.number), row.title, {{"session-token.malformed", row.fault}}, [row](Test& t) {
            const auto session = opened(t);
            expect_shut(t, t.send(with_session(t, session.player, row.write(session.token)), row.title));
        });
    }
}

}  // namespace

void session_cases(Suite& suite) {
    suite.area("Session tokens", "6.3");
    tokens(suite);
    malformed(suite);
}

}  // namespace aauth::suites::rs
