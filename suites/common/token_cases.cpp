#include "suites/common/token_cases.h"

#include <fmt/core.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "mocks/agent_provider.h"
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

mocks::SignedRequest placed(Test& t, const Presented& presented, const Player& player, const std::string& token) {
    if (presented.in_body()) return presented.token.parameter->place(t, player, token);
    auto request = presented.endpoint().request(t, player);
    request.token = token;
    return request;
}

Answer present(Test& t, const Presented& presented, const Player& player, const std::string& token) {
    return t.send(placed(t, presented, player, token), "the same with another token");
}

void needs_kind(Test& t, const Presented& presented, const Player& player) {
    if (!presented.in_body() || !presented.is(protocol::TokenKind::Auth)) return;
    const auto good = t.send(placed(t, presented, player, presented.token.mint(t, player, {})), "control: a good one");
    if (!presented.endpoint().accepted(good)) t.skip("the target does not take " + presented.name + ": " + good.summary());
}

Answer altered_token(Test& t, const Presented& presented, const TokenRow& row) {
    const auto who = t.player();
    t.control(presented.endpoint(), who);
    needs_kind(t, presented, who);
    auto token = presented.token.mint(t, who, [&](nlohmann::json& header, nlohmann::json& claims) {
        if (row.edit) row.edit(t, header, claims);
    });
    if (row.change) token = row.change(t, token);
    return present(t, presented, who, token);
}

std::vector<std::string> drafts_of(const Suite& suite, const Presented& presented, std::string_view requirement,
                                   bool with_person_tokens) {
    auto ids = drafts_with(suite, requirement);
    if (presented.in_body() && !presented.is(protocol::TokenKind::Agent)) {
        std::erase_if(ids, [](const std::string& id) { return !protocol::find_draft(id)->presented_token; });
    }
    if (with_person_tokens || presented.is(protocol::TokenKind::Person)) {
        std::erase_if(ids, [](const std::string& id) { return !protocol::find_draft(id)->person_tokens; });
    }
    return ids;
}

namespace {

// The codes of a parameter that say what codes of Signature-Error say.
std::vector<std::string> parameter_codes(const std::string& parameter, const std::vector<std::string>& codes) {
    std::vector<std::string> all;
    for (const auto& code : codes) {
        const bool timed = code == "expired_jwt" || code == "revoked_jwt";
        const auto kind = timed ? code.substr(0, code.find('_')) : std::string("invalid");
        const bool own = code == "clock_skew" || code == "invalid_resource_token";
        const auto said = own ? code : kind + "_" + parameter;
        if (std::find(all.begin(), all.end(), said) == all.end()) all.push_back(said);
    }
    return all;
}

// The fault of our mock that shows at a parameter what another shows in Signature-Key.
std::string parameter_fault(const Presented& presented, const std::string& fault) {
    if (fault == "status-500-for-signature" || fault == "unusable-cnf-other-code") return "error-500";
    // The issuer of another token than an agent token is compared once more.
    if (fault == presented.ignoring("iss") && !presented.is(protocol::TokenKind::Agent)) return "grant-anyway";
    return fault;
}

}  // namespace

void expect_token_refusal(Test& t, const Answer& answer, const Presented& presented, const Covers& covers,
                          const std::vector<std::string>& codes, const std::vector<std::string>& preferred) {
    if (!presented.in_body()) return expect_refusal(t, answer, presented.endpoint(), covers, codes, preferred);
    const bool refused = !presented.endpoint().accepted(answer) && answer.status() >= 400 && answer.status() < 500;
    for (const auto& covered : covers) {
        t.expect(answer, covered.requirement).that(refused, "answer", "refused", answer.summary());
    }
    if (!refused) return;
    const auto& parameter = *presented.token.parameter;
    const auto name =
        parameter.name == "subagent_token" ? t.draft().subagent_parameter : parameter.name;
    if (!codes.empty()) t.expect(answer, parameter.codes).problem(parameter_codes(name, codes));
    if (!preferred.empty()) t.prefer(answer, parameter.codes).problem(parameter_codes(name, preferred));
}

Covers placed_covers(const Suite& suite, const Presented& presented, const Covers& covers) {
    if (!presented.in_body()) return covers;
    Covers placed;
    for (auto covered : covers) {
        if (covered.requirement.rfind("sig.", 0) == 0) covered.requirement = presented.token.parameter->verified;
        covered.fault = parameter_fault(presented, covered.fault);
        if (!drafts_with(suite, covered.requirement).empty()) placed.push_back(covered);
    }
    return placed;
}

namespace {

using Judge = std::function<void(Test&, const Answer&)>;

void add(Suite& suite, const Presented& presented, TokenRow row, const Judge& judge) {
    row.covers = placed_covers(suite, presented, row.covers);
    if (row.covers.empty()) return;
    auto drafts = drafts_of(suite, presented, row.covers.front().requirement, row.with_person_tokens);
    const auto meaningless = [&](const auto& id) { return !row.only(*protocol::find_draft(id)); };
    if (row.only != nullptr) std::erase_if(drafts, meaningless);
    if (presented.in_body() && drafts.empty()) return;
    suite
        .add(case_id(presented.prefix, row.number), fmt::format("{} {}", presented.name, row.title), row.covers,
             [presented, row, judge](Test& t) { judge(t, altered_token(t, presented, row)); })
        .only_for(drafts)
        .because(row.because);
}

}  // namespace

void add_refused(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows) {
    for (const auto& row : rows) {
        add(suite, presented, row, [presented, row, covers = placed_covers(suite, presented, row.covers)](
                                       Test& t, const Answer& answer) {
            expect_token_refusal(t, answer, presented, covers, row.codes, row.preferred);
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

PresentedToken presented_agent_token(Endpoint endpoint) {
    PresentedToken presented;
    presented.kind = protocol::TokenKind::Agent;
    presented.endpoint = std::move(endpoint);
    presented.mint = [](Test& t, const Player& player, const mocks::TokenEdit& edit) {
        return t.world().agent_provider().agent_token(player.agent, t.person_server_identifier(), edit);
    };
    presented.other = [](Test& t, const Player& player, crypto::Algorithm algorithm) {
        auto& provider = t.world().another_agent_provider(algorithm);
        auto agent = player.agent;
        // Where the resource token of the request names the agent, it stays the player.
        if (!t.draft().resource_token_names_agent) {
            agent.identifier =
                agent.identifier.substr(0, agent.identifier.find('@') + 1) + protocol::domain_of(provider.identifier());
        }
        const auto mint = [&provider, agent, ps = t.person_server_identifier()](const mocks::TokenEdit& edit) {
            return provider.agent_token(agent, ps, edit);
        };
        return PresentedToken::Other{provider, mint};
    };
    return presented;
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
    const Presented presented{prefix, token, token.parameter ? word + " as " + token.parameter->name : word};
    suite.area("Verification of " + presented.name, "11.5.2");
    Covers covers{{"key.ed25519", "refuse-ed25519"}};
    if (presented.is(protocol::TokenKind::Auth) && !presented.in_body()) covers.push_back({"auth-token.accepted", "refuse-ed25519"});
    suite
        .add(case_id(prefix, 1), presented.name + ", as the draft describes it, with Ed25519 keys, is accepted", covers,
             [presented, covers](Test& t) {
                 const auto who = t.player();
                 // That a server takes Ed25519 at all shows at the token that the endpoint's own request presents.
                 if (presented.endpoint().accepted(t.send(presented.endpoint().request(t, who), "control"))) {
                     needs_kind(t, presented, who);
                 }
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
    if (token.other) token_issuer_cases(suite, presented);
    token_judgement_rows(suite, presented);
}

}  // namespace aauth::suites
