#include "suites/common/token_cases.h"

#include <fmt/core.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "mocks/person_server.h"
#include "suites/common/token_rows.h"

namespace aauth::suites {

Covers Presented::covers(std::string_view shared, std::string_view own, const std::string& fault) const {
    Covers covers{{std::string(shared), fault}};
    for (const auto& draft : protocol::all_drafts()) {
        if (own.empty() || catalogue(draft).find(rule(own)) == nullptr) continue;
        covers.push_back({rule(own), fault});
        break;
    }
    return covers;
}

mocks::Party& Presented::issuer(Test& test) const {
    if (is(protocol::TokenKind::Agent)) return test.world().agent_provider();
    return test.world().person_server();
}

Answer present(Test& t, const Presented& presented, const Player& player, const std::string& token) {
    auto request = presented.endpoint().request(t, player);
    request.token = token;
    return t.send(request, "the same with another token");
}

Answer altered_token(Test& t, const Presented& presented, const TokenRow& row) {
    const auto who = t.player();
    t.control(presented.endpoint(), who);
    auto token = presented.token.mint(t, who, [&](nlohmann::json& header, nlohmann::json& claims) {
        if (row.edit) row.edit(t, header, claims);
    });
    if (row.change) token = row.change(t, token);
    return present(t, presented, who, token);
}

std::vector<std::string> drafts_of(const Suite& suite, const Presented& presented, std::string_view requirement,
                                   bool with_person_tokens) {
    auto ids = drafts_with(suite, requirement);
    if (with_person_tokens || presented.is(protocol::TokenKind::Person)) {
        std::erase_if(ids, [](const std::string& id) { return !protocol::find_draft(id)->person_tokens; });
    }
    return ids;
}

namespace {

using Judge = std::function<void(Test&, const Answer&)>;

void add(Suite& suite, const Presented& presented, const TokenRow& row, const Judge& judge) {
    suite
        .add(case_id(presented.prefix, row.number), fmt::format("{} {}", presented.name, row.title), row.covers,
             [presented, row, judge](Test& t) { judge(t, altered_token(t, presented, row)); })
        .only_for(drafts_of(suite, presented, row.covers.front().requirement, row.with_person_tokens))
        .because(row.because);
}

}  // namespace

void add_refused(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows) {
    for (const auto& row : rows) {
        add(suite, presented, row, [presented, row](Test& t, const Answer& answer) {
            expect_refusal(t, answer, presented.endpoint(), row.covers, row.codes, row.preferred);
        });
    }
}

void add_accepted(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows) {
    for (const auto& row : rows) {
        add(suite, presented, row, [presented](Test& t, const Answer& answer) {
            const bool accepted = presented.endpoint().accepted(answer);
            t.expect(answer).that(accepted, "answer", "accepted like the control", answer.summary());
        });
    }
}

void add_preferred(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows) {
    for (auto row : rows) {
        const auto requirement = row.covers.front().requirement;
        row.covers = {{"input.hostile", "status-500-for-signature"}};
        add(suite, presented, row, [presented, requirement](Test& t, const Answer& answer) {
            expect_no_server_error(t, answer);
            prefer_refusal(t, answer, presented.endpoint(), requirement);
        });
    }
}

void add_harmless(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows) {
    for (auto row : rows) {
        row.covers = {{"input.hostile", "status-500-for-signature"}};
        add(suite, presented, row, expect_no_server_error);
    }
}

std::function<void(Test&, nlohmann::json&, nlohmann::json&)> claim(std::string name, nlohmann::json value) {
    return [name, value](Test&, nlohmann::json&, nlohmann::json& claims) {
        if (value.is_null()) {
            claims.erase(name);
        } else {
            claims[name] = value;
        }
    };
}

std::function<void(Test&, nlohmann::json&, nlohmann::json&)> header(std::string name, nlohmann::json value) {
    // Null leaves the member out when the token is minted.
    return [name, value](Test&, nlohmann::json& members, nlohmann::json&) { members[name] = value; };
}

void token_cases(Suite& suite, const std::string& prefix, const PresentedToken& token) {
    const auto word = [&]() -> std::string {
        switch (token.kind) {
            case protocol::TokenKind::Agent:
                return "an agent token";
            case protocol::TokenKind::Person:
                return "a person token";
            case protocol::TokenKind::Auth:
                return "an auth token";
            case protocol::TokenKind::Resource:
                return "a resource token";
        }
        return {};
    }();
    const Presented presented{prefix, token, word};
    suite.area("Verification of " + word, "11.5.2");
    Covers covers{{"key.ed25519", "refuse-ed25519"}};
    if (presented.is(protocol::TokenKind::Auth)) covers.push_back({"auth-token.accepted", "refuse-ed25519"});
    suite
        .add(case_id(prefix, 1), word + " as the draft describes it, with Ed25519 keys, is accepted", covers,
             [presented, covers](Test& t) {
                 const auto who = t.player();
                 const auto answer = present(t, presented, who, presented.token.mint(t, who, {}));
                 const bool accepted = presented.endpoint().accepted(answer);
                 for (const auto& covered : covers) {
                     t.expect(answer, covered.requirement).that(accepted, "answer", "accepted", answer.summary());
                 }
             })
        .only_for(drafts_of(suite, presented, "key.ed25519"));
    token_header_rows(suite, presented);
    token_claim_rows(suite, presented);
    token_own_rows(suite, presented);
    token_form_rows(suite, presented);
    token_key_rows(suite, presented);
    token_issuer_cases(suite, presented);
}

}  // namespace aauth::suites
