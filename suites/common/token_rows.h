#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "suites/common/rows.h"
#include "suites/common/token_cases.h"

// The tables of token_cases, one file each, and what they share.
namespace aauth::suites {

// A kind of token at an endpoint of the target, as the tables see it.
struct Presented {
    std::string prefix;  // "PS-AGT"
    PresentedToken token;
    std::string name;  // "an agent token"

    bool is(protocol::TokenKind kind) const { return token.kind == kind; }
    bool in_body() const { return token.parameter.has_value(); }
    bool issuer_signs() const { return in_body() && token.parameter->issuer_signs; }
    const Endpoint& endpoint() const { return token.endpoint; }
    // "agent-token.RULE"
    std::string rule(std::string_view rule) const {
        return std::string(protocol::word(token.kind)) + "." + std::string(rule);
    }
    std::string ignoring(std::string_view rule) const { return "ignore " + this->rule(rule); }
    // A requirement that all kinds share, with the one of this kind that says the same, if it has one.
    Covers covers(std::string_view shared, std::string_view own, const std::string& fault) const;
    // Our party that issues this kind by default.
    mocks::Party& issuer(Test& test) const;
};

// One alteration of a good token: an edit before it is signed, a change of its compact form afterwards, or both.
struct TokenRow {
    int number;
    const char* title;  // goes on after the name: "without typ is refused"
    Covers covers;
    std::vector<std::string> codes;
    std::vector<std::string> preferred;
    std::function<void(Test&, nlohmann::json& header, nlohmann::json& claims)> edit;
    std::function<std::string(Test&, const std::string& compact)> change = {};
    const char* because = "";
    bool with_person_tokens = false;  // has no meaning in drafts without them
    bool (*only)(const protocol::Draft&) = nullptr;  // the drafts in which it has a meaning; null: all
};

// Skips the case where a good token of this kind is not taken as this parameter: what is said of altered ones would be
// said of it. Only auth tokens are in question: whose the presented one has to be depends on who is asked (9.1.1), and
// the case about a step-up judges that.
void needs_kind(Test& test, const Presented& presented, const Player& player);
// The control, and then the answer to a request with the token so altered.
Answer altered_token(Test& test, const Presented& presented, const TokenRow& row);
// A conforming request by this player with this token in its place.
mocks::SignedRequest placed(Test& test, const Presented& presented, const Player& player, const std::string& token);
Answer present(Test& test, const Presented& presented, const Player& player, const std::string& token);

// The token has to be refused: as a signature failure with one of the codes, or where it is a parameter with the codes of
// that parameter that say the same (expired_jwt is expired_presented_token).
void expect_token_refusal(Test& test, const Answer& answer, const Presented& presented, const Covers& covers,
                          const std::vector<std::string>& codes, const std::vector<std::string>& preferred);

// What a case about the token covers at this place: of a parameter only what binds the role that the suite tests, with
// its own verification in place of that of Signature-Key, and faults that show there. Empty: there is no such case.
Covers placed_covers(const Suite& suite, const Presented& presented, const Covers& covers);

// Drafts for a case about this kind that is judged by this requirement.
std::vector<std::string> drafts_of(const Suite& suite, const Presented& presented, std::string_view requirement,
                                   bool with_person_tokens = false);

// A case per row: refused as a signature failure; accepted; where the draft says nothing, refused preferably and
// without a server error; or refused or accepted, without a server error. The covers of the last two are filled in;
// what a preferred one names first is what the preference is about.
void add_refused(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows);
void add_accepted(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows);
void add_preferred(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows);
void add_harmless(Suite& suite, const Presented& presented, const std::vector<TokenRow>& rows);

// A claim or header parameter set or, with null, taken away.
std::function<void(Test&, nlohmann::json&, nlohmann::json&)> claim(std::string name, nlohmann::json value);
std::function<void(Test&, nlohmann::json&, nlohmann::json&)> header(std::string name, nlohmann::json value);

void token_header_rows(Suite& suite, const Presented& presented);   // 010 to 039
void token_claim_rows(Suite& suite, const Presented& presented);    // 040 to 069
void token_own_rows(Suite& suite, const Presented& presented);      // 070 to 099
void token_form_rows(Suite& suite, const Presented& presented);     // 100 to 119
void token_key_rows(Suite& suite, const Presented& presented);      // 120 to 159
void token_issuer_cases(Suite& suite, const Presented& presented);  // 160 to 189
void token_judgement_rows(Suite& suite, const Presented& presented);  // 190 to 199

}  // namespace aauth::suites
