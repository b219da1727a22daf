#include "suites/common/rows.h"

#include "suites/common/drafts.h"

#include <fmt/core.h>
#include <algorithm>

namespace aauth::suites {

std::string case_id(const std::string& prefix, int number) { return fmt::format("{}-{:03}", prefix, number); }

std::vector<std::string> drafts_with(const Suite& suite, std::string_view requirement) {
    std::vector<std::string> ids;
    for (const auto& draft : suite_drafts(suite.name())) {
        const auto* found = catalogue(draft).find(requirement);
        if (found == nullptr) continue;
        const auto& roles = found->roles;
        if (std::find(roles.begin(), roles.end(), suite.name()) != roles.end()) ids.push_back(draft.id);
    }
    return ids;
}

void expect_no_server_error(Test& test, const Answer& answer) {
    test.expect(answer, "input.hostile").that(answer.status() < 500, "status", "no server error", answer.summary());
}

void prefer_refusal(Test& test, const Answer& answer, const Endpoint& endpoint, std::string_view requirement) {
    test.prefer(answer, requirement).that(!endpoint.accepted(answer), "answer", "refused", answer.summary());
}

void expect_refusal(Test& test, const Answer& answer, const Endpoint& endpoint, const Covers& covers,
                    const std::vector<std::string>& codes, const std::vector<std::string>& preferred) {
    test.expect_refusal(answer, endpoint, codes);
    const bool refused = !endpoint.accepted(answer) && answer.status() >= 400 && answer.status() < 500;
    const bool named = answer.header("Signature-Error").has_value();
    for (std::size_t i = 1; i < covers.size(); ++i) {
        auto judged = test.expect(answer, covers[i].requirement);
        judged.that(refused, "answer", "refused", answer.summary());
        if (refused && named && !codes.empty()) judged.signature_error(codes);
    }
    if (refused && named && !preferred.empty()) test.prefer(answer).signature_error(preferred);
}

std::optional<Answer> send_huge(Test& test, const mocks::SignedRequest& request, const std::string& note) {
    try {
        return test.send(request, note);
    } catch (const engine::HarnessError&) {
        return std::nullopt;
    }
}

void add_refused(Suite& suite, const std::string& prefix, const Endpoint& endpoint,
                 const std::vector<SignatureRow>& rows) {
    for (const auto& row : rows) {
        if (drafts_with(suite, row.covers.front().requirement).empty()) continue;
        suite
            .add(case_id(prefix, row.number), row.title, row.covers,
                 [endpoint, row](Test& t) {
                     const auto answer = t.altered(endpoint, [&](mocks::SignedRequest& r) { row.change(t, r); });
                     expect_refusal(t, answer, endpoint, row.covers, row.codes, row.preferred);
                 })
            .only_for(drafts_with(suite, row.covers.front().requirement))
            .because(row.because);
    }
}

void add_accepted(Suite& suite, const std::string& prefix, const Endpoint& endpoint,
                  const std::vector<SignatureRow>& rows) {
    for (const auto& row : rows) {
        if (drafts_with(suite, row.covers.front().requirement).empty()) continue;
        suite
            .add(case_id(prefix, row.number), row.title, row.covers,
                 [endpoint, row](Test& t) {
                     t.accepts(endpoint, row.covers.front().requirement,
                               [&](mocks::SignedRequest& r) { row.change(t, r); });
                 })
            .only_for(drafts_with(suite, row.covers.front().requirement))
            .because(row.because);
    }
}

}  // namespace aauth::suites
