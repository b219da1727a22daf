#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "suites/common/token_rows.h"

// What a token is not judged by, and how a failed one is answered (5.2, 11.5.2).
namespace aauth::suites {

namespace {

using nlohmann::json;

// Three ways to fail: of form, of time, of proof.
std::vector<TokenRow> failing() {
    const auto expired = [](Test& t, json&, json& claims) { claims["exp"] = t.now() - 120; };
    const auto corrupted = [](Test&, const std::string& compact) { return jose::corrupt_signature(compact); };
    return {
        {0, "", {}, {}, {}, header("typ", "JWT")}, {0, "", {}, {}, {}, expired}, {0, "", {}, {}, {}, {}, corrupted}};
}

void failure_case(Suite& suite, const Presented& presented) {
    suite
        .add(case_id(presented.prefix, 192),
             fmt::format("{} that fails a check is answered as a signature failure", presented.name),
             {{"jwt.presented-fails-401", "status-400-for-signature"}},
             [presented](Test& t) {
                 for (const auto& row : failing()) {
                     const auto answer = altered_token(t, presented, row);
                     t.expect(answer).status(401).header("Signature-Error");
                 }
             })
        .only_for(drafts_of(suite, presented, "jwt.presented-fails-401"))
        .because("A client finds out by one field what is wrong with its signature, whatever it signed with.");
}

}  // namespace

void token_judgement_rows(Suite& suite, const Presented& presented) {
    if (presented.is(protocol::TokenKind::Agent)) {
        add_accepted(suite, presented,
                     {{190,
                       "with a plus in its sub and no parent_agent is accepted like any other",
                       {{"id.agent.no-parsing", "parse-local-part"}},
                       {},
                       {},
                       [](Test&, json&, json& claims) {
                           auto sub = claims["sub"].get<std::string>();
                           claims["sub"] = sub.insert(sub.find('@'), "+plus");
                       },
                       {},
                       "Who is a sub-agent is what parent_agent says; names are for reading.",
                       // Without person tokens the rest of the request names the agent as well.
                       presented.endpoint().server && !presented.in_body()}});
    }
    add_accepted(suite, presented,
                 {{191,
                   "that is halfway through its hour is accepted",
                   {{"jwt.iat-not-checked", "iat-window"}},
                   {},
                   {},
                   [](Test& t, json&, json& claims) {
                       claims["iat"] = t.now() - 1800;
                       claims["exp"] = t.now() + 1800;
                   },
                   {},
                   "iat is no validity check: the signature's window is for created alone."}});
    if (!presented.in_body()) failure_case(suite, presented);
}

}  // namespace aauth::suites
