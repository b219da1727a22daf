#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/identifiers.h"
#include "suites/person-server/endpoints.h"
#include "suites/person-server/waiting.h"

// The 202 of a request that waits for the person (11.8.2, 11.6.3).
namespace aauth::suites::ps {

namespace {

// The parameters of requirement=interaction; the case is skipped when the person is asked in another way.
protocol::Requirement interaction(Test& t, const Waiting& waiting) {
    auto requirement = protocol::parse_requirement(waiting.answer.response.fields);
    if (!requirement || requirement->value != "interaction")
        t.skip("the target does not ask by requirement=interaction");
    return *requirement;
}

void expect_form(Test& t, const Answer& answer) {
    const auto status = answer.text("status");
    t.expect(answer, "deferred.status-202")
        .status(202)
        .that(status == "pending" || status == "interacting", "body status", "pending or interacting",
              status.empty() ? "absent" : status);
}

void expect_same_origin(Test& t, const Answer& answer) {
    const auto location = answer.header("Location").value_or("");
    const auto here = http::Url::parse(answer.request.url());
    const auto own = http::Url::parse(t.world().identifier());
    const auto url = here ? here->resolve(location) : here;
    const bool same =
        !location.empty() && url && (url->origin() == here->origin() || (own && url->origin() == own->origin()));
    t.expect(answer).that(same, "Location", "on the origin of the server", location.empty() ? "absent" : location);
}

void expect_retry_after(Test& t, const Answer& answer) {
    const auto value = answer.header("Retry-After").value_or("absent");
    const bool seconds = value.size() < 10 && value.find_first_not_of("0123456789") == std::string::npos;
    t.expect(answer).that(seconds, "Retry-After", "seconds", value);
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

// One sentence about the 202, tested at both endpoints.
struct Row {
    const char *number, *title, *requirement, *fault;
    std::function<void(Test&, const Waiting&)> expect;
};

std::string last_part(const std::string& location) { return location.substr(location.rfind('/') + 1); }

}  // namespace

void pending_cases(Suite& suite) {
    suite.area("Deferred response", "11.8.2");
    const Row table[] = {
        {"01", "a request that waits for the person is answered 202 with a status", "deferred.status-202",
         "pending-no-status", [](Test& t, const Waiting& waiting) { expect_form(t, waiting.answer); }},
        {"02", "a pending response says where to poll", "deferred.location", "pending-no-location",
         [](Test& t, const Waiting& waiting) { t.expect(waiting.answer).header("Location"); }},
        {"03", "the pending URL is on the origin of the server", "deferred.same-origin", "pending-other-origin",
         [](Test& t, const Waiting& waiting) { expect_same_origin(t, waiting.answer); }},
        {"04", "a pending response says when to poll, in seconds", "deferred.retry-after", "pending-no-retry-after",
         [](Test& t, const Waiting& waiting) { expect_retry_after(t, waiting.answer); }},
        {"05", "a pending response must not be stored", "deferred.no-store", "pending-cacheable",
         [](Test& t, const Waiting& waiting) { t.expect(waiting.answer).cache_control_no_store(); }},
        {"06", "the requirement is a token of a structured field", "requirement.header-form", "requirement-string",
         [](Test& t, const Waiting& waiting) {
             const bool parsed = protocol::parse_requirement(waiting.answer.response.fields).has_value();
             const auto field = waiting.answer.header("AAuth-Requirement");
             t.expect(waiting.answer)
                 .that(parsed || !field, "AAuth-Requirement", "requirement=token", field.value_or("absent"));
         }},
        {"07", "the person is asked by interaction or by approval", "auth-endpoint.interaction",
         "pending-no-requirement",
         [](Test& t, const Waiting& waiting) {
             const auto found = protocol::parse_requirement(waiting.answer.response.fields);
             const bool known = found && (found->value == "interaction" || found->value == "approval");
             t.expect(waiting.answer)
                 .that(known, "AAuth-Requirement", "interaction or approval",
                       waiting.answer.header("AAuth-Requirement").value_or("absent"));
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
    for (const auto& row : table) {
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
        .add("PS-DEF-020", "the interaction url is never http", {{"interaction.url", "interaction-http-url"}},
             [](Test& t) { expect_url(t, put_off(t, auth_endpoint())); })
        .alone();
    suite
        .add("PS-DEF-021", "two interactions have different codes", {{"interaction.code-random", "code-fixed"}},
             [](Test& t) {
                 const auto first = interaction(t, put_off(t, auth_endpoint())).parameter("code");
                 const auto second = interaction(t, put_off(t, auth_endpoint())).parameter("code");
                 t.check({}, !first.empty() && first != second, "codes", "two different ones",
                         first + " and " + second);
             })
        .alone();
    suite
        .add("PS-DEF-022", "a pending URL cannot be guessed", {{"deferred.unguessable", "pending-guessable"}},
             [](Test& t) {
                 const auto first = put_off(t, auth_endpoint());
                 const auto second = put_off(t, auth_endpoint());
                 const auto id = last_part(first.location);
                 const auto other = last_part(second.location);
                 const bool counted = id.find_first_not_of("0123456789") == std::string::npos && id.size() < 16;
                 t.check({}, first.location != second.location && !counted, "two pending URLs",
                         "different, and no counters", first.location + " and " + second.location);
                 t.check_preferred({}, id.size() >= 16 && other.size() >= 16, "last part", "at least 16 characters",
                                   id);
                 auto near = first;
                 near.location.back() = near.location.back() == 'A' ? 'B' : 'A';
                 const auto answer = poll(t, near, "poll at a URL that was not given");
                 t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer at another URL", "4xx",
                                       answer.summary());
             })
        .because("Who guesses the URL learns of the request, and may withdraw it.")
        .alone();
    suite
        .add("PS-DEF-023", "a person server that cannot reach the person says user_unreachable",
             {{"auth-endpoint.user-unreachable", "unreachable-wrong-code"}},
             [](Test& t) {
                 const auto player = t.player();
                 const auto answer = with_person_needed(t, auth_endpoint().request(t, player), {});
                 if (answer.status() < 400) t.skip("the target has a way of its own to its person");
                 t.expect(answer).status(403).member_is("error", "user_unreachable");
                 t.expect(answer, "sig.403-no-signature-error").no_header("Signature-Error");
             })
        .alone();
}

}  // namespace aauth::suites::ps
