#include <algorithm>

#include "harness/protocol/headers.h"
#include "harness/protocol/identifiers.h"
#include "suites/common/deferred.h"

// The 202 of a request that waits for the person (11.8.2, 11.6.3).
namespace aauth::suites {

namespace {

using Judge = void (*)(Test&, const Waiting&);

void expect_form(Test& t, const Waiting& waiting) {
    const auto status = waiting.answer.text("status");
    t.expect(waiting.answer)
        .status(202)
        .that(status == "pending" || status == "interacting", "body status", "pending or interacting",
              status.empty() ? "absent" : status);
}

void expect_same_origin(Test& t, const Waiting& waiting) {
    const auto& answer = waiting.answer;
    const auto here = http::Url::parse(answer.request.url());
    const auto own = http::Url::parse(t.world().identifier());
    const auto url = here ? here->resolve(waiting.location) : here;
    const bool same = !waiting.location.empty() && url &&
                      (url->origin() == here->origin() || (own && url->origin() == own->origin()));
    t.expect(answer).that(same, "Location", "on the origin of the server",
                          waiting.location.empty() ? "absent" : waiting.location);
}

void expect_retry_after(Test& t, const Waiting& waiting) {
    t.expect(waiting.answer)
        .that(retry_after(waiting.answer).has_value(), "Retry-After", "seconds",
              waiting.answer.header("Retry-After").value_or("absent"));
}

// The parameters of requirement=interaction; the case is skipped when the person is asked in another way.
protocol::Requirement interaction(Test& t, const Waiting& waiting) {
    auto requirement = protocol::parse_requirement(waiting.answer.response.fields);
    if (!requirement || requirement->value != "interaction")
        t.skip("the target does not ask by requirement=interaction");
    return *requirement;
}

void expect_url(Test& t, const Waiting& waiting) {
    const auto url = interaction(t, waiting).parameter("url");
    const auto problem = protocol::endpoint_problem(url, t.world().reach());
    t.expect(waiting.answer)
        .that(!problem, "url", "https without query or fragment",
              url.empty() ? "absent" : url + ": " + problem.value_or(""));
}

void expect_code(Test& t, const Waiting& waiting, bool length) {
    const auto code = interaction(t, waiting).parameter("code");
    if (code.empty()) t.blocked("there is no code");
    constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-";
    const auto bare = std::count_if(code.begin(), code.end(), [](char c) { return c != '-'; });
    if (length) return void(t.check({}, bare >= 8, "code", "at least eight symbols", code));
    t.check({}, code.find_first_not_of(symbols) == std::string::npos, "code", "Crockford base32 and hyphens", code);
}

std::string last_part(const std::string& location) { return location.substr(location.rfind('/') + 1); }

}  // namespace

const std::vector<PendingRow>& pending_rows() {
    static const std::vector<PendingRow> rows{
        {"01", "a request that waits for the person is answered 202 with a status", "deferred.status-202",
         "pending-no-status", expect_form},
        {"02", "a pending response says where to poll", "deferred.location", "pending-no-location",
         [](Test& t, const Waiting& waiting) { t.expect(waiting.answer).header("Location"); }},
        {"03", "the pending URL is on the origin of the server", "deferred.same-origin", "pending-other-origin",
         expect_same_origin},
        {"04", "a pending response says when to poll, in seconds", "deferred.retry-after", "pending-no-retry-after",
         expect_retry_after},
        {"05", "a pending response must not be stored", "deferred.no-store", "pending-cacheable",
         [](Test& t, const Waiting& waiting) { t.expect(waiting.answer).cache_control_no_store(); }},
        {"06", "the requirement is a token of a structured field", "requirement.header-form", "requirement-string",
         [](Test& t, const Waiting& waiting) {
             const bool parsed = protocol::parse_requirement(waiting.answer.response.fields).has_value();
             const auto field = waiting.answer.header("AAuth-Requirement");
             t.expect(waiting.answer)
                 .that(parsed || !field, "AAuth-Requirement", "requirement=token", field.value_or("absent"));
         }},
        {"08", "the interaction url is https without query or fragment", "interaction.url", "interaction-url-query",
         expect_url},
        {"09", "the interaction has a code", "interaction.code", "interaction-no-code",
         [](Test& t, const Waiting& waiting) {
             interaction(t, waiting);
             t.expect(waiting.answer).requirement_parameter("code");
         }},
        {"10", "the code has only symbols of Crockford base32 and hyphens", "interaction.code-alphabet",
         "code-alphabet", [](Test& t, const Waiting& waiting) { expect_code(t, waiting, false); }},
        {"11", "the code has eight symbols or more", "interaction.code-length", "code-short",
         [](Test& t, const Waiting& waiting) { expect_code(t, waiting, true); }},
    };
    return rows;
}

void deferred_difference_cases(Suite& suite, const Deferring& deferring) {
    add_deferred(suite, deferring,
                 {
                     {"020",
                      "the interaction url is never http",
                      {{"interaction.url", "interaction-http-url"}},
                      [](Test& t, const Deferring& d) { expect_url(t, d.put_off(t)); }},
                     {"021",
                      "two interactions have different codes",
                      {{"interaction.code-random", "code-fixed"}},
                      [](Test& t, const Deferring& d) {
                          const auto first = interaction(t, d.put_off(t)).parameter("code");
                          const auto second = interaction(t, d.put_off(t)).parameter("code");
                          t.check({}, !first.empty() && first != second, "codes", "two different ones",
                                  first + " and " + second);
                      }},
                     {"022",
                      "a pending URL cannot be guessed",
                      {{"deferred.unguessable", "pending-guessable"}},
                      [](Test& t, const Deferring& d) {
                          const auto first = d.put_off(t);
                          const auto second = d.put_off(t);
                          const auto id = last_part(first.location);
                          const auto other = last_part(second.location);
                          const bool counted =
                              id.find_first_not_of("0123456789") == std::string::npos && id.size() < 16;
                          t.check({}, first.location != second.location && !counted, "two pending URLs",
                                  "different, and no counters", first.location + " and " + second.location);
                          t.check_preferred({}, id.size() >= 16 && other.size() >= 16, "last part",
                                            "at least 16 characters", id);
                          auto near = first;
                          if (near.location.empty()) t.blocked("the 202 has no Location");
                          near.location.back() = near.location.back() == 'A' ? 'B' : 'A';
                          const auto answer = poll(t, d, near, "poll at a URL that was not given");
                          t.expect(answer).that(answer.status() >= 400 && answer.status() < 500,
                                                "answer at another URL", "4xx", answer.summary());
                      },
                      "Who guesses the URL learns of the request, and may withdraw it."},
                 });
}

void expect_approval(Test& t, const Answer& answer) {
    const auto requirement = protocol::parse_requirement(answer.response.fields);
    if (!requirement || requirement->value != "approval")
        t.skip("the target asks for no approval: " + answer.summary());
    t.expect(answer, "interaction.approval").header("Location").header("Retry-After");
}

void deferred_response_cases(Suite& suite, const Deferring& deferring) {
    suite.area("Deferred response", "11.8.2");
    for (const auto& row : pending_rows()) {
        suite.add(deferring.id(std::string("0") + row.number), row.title, {{row.requirement, row.fault}},
                  [deferring, expect = row.expect](Test& t) { expect(t, deferring.put_off(t)); });
    }
    suite.add(deferring.id("012"), "requirement=interaction comes with Location and Retry-After",
              {{"interaction.location", "pending-no-location"}}, [deferring](Test& t) {
                  const auto waiting = deferring.put_off(t);
                  interaction(t, waiting);
                  t.expect(waiting.answer).header("Location").header("Retry-After");
              });
    deferred_difference_cases(suite, deferring);
}

}  // namespace aauth::suites
