#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"
#include "suites/common/token_rows.h"

// The claims that all tokens share: dwk, iss, exp, iat, aud (11.5.2 steps 2 to 4, 7.1.4, 9.4.3).
namespace aauth::suites {

namespace {

using nlohmann::json;
using protocol::TokenKind;

// A string claim made into another one.
std::function<void(Test&, json&, json&)> changed(std::string name, std::function<std::string(std::string)> change) {
    return [name, change](Test&, json&, json& claims) { claims[name] = change(claims[name].get<std::string>()); };
}

// Times in seconds from now.
std::function<void(Test&, json&, json&)> times(std::int64_t issued, std::int64_t expires) {
    return [issued, expires](Test& t, json&, json& claims) {
        claims["iat"] = t.now() + issued;
        claims["exp"] = t.now() + expires;
    };
}

std::string uppercase_scheme(std::string url) {
    for (auto& c : url) {
        if (c == ':') break;
        c = static_cast<char>(c - 'a' + 'A');
    }
    return url;
}

void document_rows(Suite& suite, const Presented& presented) {
    const auto covers = presented.covers("jwt.dwk", "verify-dwk", presented.ignoring("dwk"));
    const char* why = "dwk ties the token to its issuer's role: the keys of another role are not this issuer's.";
    // Who looks the document up first finds no key.
    const std::vector<std::string> codes{"invalid_jwt", "unknown_key", "issuer_mismatch"};
    const std::vector<std::string> best{"invalid_jwt"};
    add_refused(
        suite, presented,
        {{40, "without dwk is refused", covers, codes, best, claim("dwk", nullptr), {}, why},
         {41,
          "with the dwk of a resource is refused",
          covers,
          codes,
          best,
          claim("dwk", protocol::resource_document),
          {},
          why},
         {42, "with a dwk that is a path is refused", covers, codes, best, claim("dwk", "../jwks.json"), {}, why},
         {43, "with a dwk that is no string is refused", covers, codes, best, claim("dwk", 1), {}, why}});
}

void issuer_rows(Suite& suite, const Presented& presented) {
    const auto fault = presented.ignoring("iss");
    const Covers covers{{"jwt.iss-valid", fault}, {"id.server.syntax", fault}};
    const Covers compared{{"jwt.iss-valid", fault}, {"id.server.compare", fault}};
    const char* why = "Identifiers are compared byte for byte: a second spelling is a second identity.";
    // Discovery comes before the look at iss, and may fail on it first.
    const std::vector<std::string> any{};
    std::vector<std::string> best{"invalid_jwt"};
    // It also differs from the ps of the resource token, which that one is blamed for (6.7.2 step 3).
    if (presented.issuer_signs()) best.emplace_back("invalid_resource_token");
    add_refused(
        suite, presented,
        {{45,
          "whose iss has a trailing slash is refused",
          compared,
          any,
          best,
          changed("iss", [](auto s) { return s + "/"; }),
          {},
          why},
         {46,
          "whose iss has a path is refused",
          covers,
          any,
          best,
          changed("iss", [](auto s) { return s + "/issuer"; }),
          {},
          why},
         {47,
          "whose iss has a query is refused",
          covers,
          any,
          best,
          changed("iss", [](auto s) { return s + "?a=b"; }),
          {},
          why},
         {48, "whose iss is in upper case is refused", compared, any, best, changed("iss", uppercase_scheme), {}, why},
         {49, "whose iss is no URL is refused", covers, any, best, claim("iss", "issuer")},
         {50, "without iss is refused", covers, any, best, claim("iss", nullptr)},
         {51, "whose iss is no string is refused", covers, any, best, claim("iss", json::array({"a", "b"}))}});
}

void time_rows(Suite& suite, const Presented& presented) {
    const auto fault = presented.ignoring("exp");
    auto expired = presented.covers("sig.jwt.expired", presented.is(TokenKind::Agent) ? "exp" : "verify-exp", fault);
    if (presented.in_body()) {
        expired.push_back({presented.token.parameter->codes, "error-wrong-code"});
        expired.push_back({"jwt.exp-in-future", fault});
    }
    // A missing or malformed exp may count as one that has passed.
    const std::vector<std::string> absent{"invalid_jwt", "expired_jwt"};
    add_refused(suite, presented,
                {{55, "that expired an hour ago is refused", expired, {"expired_jwt"}, {}, times(-7200, -3600)},
                 {56,
                  "that expired 30 seconds ago is refused",
                  {{"jwt.exp-no-tolerance", fault}},
                  {"expired_jwt"},
                  {},
                  times(-600, -30),
                  {},
                  "The draft gives exp no tolerance."},
                 {57,
                  "without exp is refused",
                  {{"jwt.exp-required", fault}},
                  absent,
                  {},
                  claim("exp", nullptr),
                  {},
                  "Without exp its key would be good for ever."},
                 {58,
                  "whose exp is a string is refused",
                  {{"jwt.exp-required", fault}},
                  absent,
                  {},
                  claim("exp", "2099-01-01T00:00:00Z")},
                 {59,
                  "issued an hour ahead is refused",
                  {{"jwt.iat-future", presented.ignoring("iat")}, {"sig.jwt.iat-ahead", presented.ignoring("iat")}},
                  {"invalid_jwt"},
                  {},
                  times(3600, 7200)}});
    add_accepted(suite, presented,
                 {{60,
                   "issued five seconds ahead is accepted",
                   {{"jwt.iat-ahead-window", "iat-strict"}},
                   {},
                   {},
                   times(5, 3600),
                   {},
                   "Clocks differ by seconds; a bound on iat should be the signature window."}});
    if (presented.is(TokenKind::Agent)) return;
    add_refused(suite, presented,
                {{61,
                  "that lives two hours is refused",
                  {{presented.rule("verify-lifetime"), presented.ignoring("ceiling")}},
                  {"invalid_jwt"},
                  {},
                  times(0, 7200),
                  {},
                  "One hour is the longest that a decision of the person server may be relied on."},
                 {62,
                  "that lives two hours, half of them gone, is refused",
                  {{presented.rule("verify-lifetime"), presented.ignoring("ceiling")}},
                  {"invalid_jwt"},
                  {},
                  times(-5400, 1800)}});
}

// Whether an iat ahead is refused is the verifier's choice; what it says then is not.
void skew_case(Suite& suite, const Presented& presented) {
    const char* requirement = presented.in_body() ? "jwt.parameter-iat-ahead" : "sig.jwt.iat-ahead";
    auto drafts = drafts_of(suite, presented, requirement);
    std::erase_if(drafts, [](const std::string& id) { return protocol::find_draft(id)->iat_not_ahead; });
    suite
        .add(case_id(presented.prefix, 63),
             fmt::format("{} issued ten minutes ahead is accepted, or refused with clock_skew", presented.name),
             {{requirement, "iat-ahead-other-code"}},
             [presented](Test& t) {
                 const TokenRow row{63, "", {}, {}, {}, times(600, 3600)};
                 const auto answer = altered_token(t, presented, row);
                 if (presented.in_body()) {
                     const bool skew = answer.status() == 400 && answer.text("error") == "clock_skew";
                     t.expect(answer).that(skew || presented.endpoint().accepted(answer), "answer",
                                           "accepted, or 400 clock_skew", answer.summary());
                 } else if (!presented.endpoint().accepted(answer)) {
                     t.expect_refusal(answer, presented.endpoint(), {"clock_skew"});
                 } else {
                     t.expect(answer).that(true, "answer", "accepted, or clock_skew", answer.summary());
                 }
             })
        .only_for(drafts)
        .because(
            "A fresh token from the same issuer would carry the same skew: the caller has to know that it is that.");
}

void audience_rows(Suite& suite, const Presented& presented) {
    if (presented.is(TokenKind::Agent)) return;
    const Covers covers{{presented.rule("verify-aud"), "ignore resource.aud"}};
    const Covers absent{{presented.rule("verify-aud"), "status-500-for-signature"}};
    const std::vector<std::string> codes{"invalid_jwt"};
    const char* why = "A token for one resource, shown to another, must be of no use there.";
    add_refused(suite, presented,
                {{64,
                  "for another resource is refused",
                  covers,
                  codes,
                  {},
                  [](Test& t, json&, json& claims) { claims["aud"] = t.world().resource().identifier(); },
                  {},
                  why},
                 {65,
                  "whose aud has a trailing slash is refused",
                  covers,
                  codes,
                  {},
                  changed("aud", [](auto s) { return s + "/"; }),
                  {},
                  why},
                 {66, "without aud is refused", absent, codes, {}, claim("aud", nullptr), {}, why}});
    if (!presented.is(TokenKind::Auth)) return;
    add_refused(suite, presented,
                {{67,
                  "without sub is refused",
                  {{"auth-token.verify-sub", presented.ignoring("claims")}},
                  codes,
                  {},
                  claim("sub", nullptr),
                  {},
                  "Without sub there is nobody whose data it would open.",
                  true}});
}

}  // namespace

void token_claim_rows(Suite& suite, const Presented& presented) {
    document_rows(suite, presented);
    issuer_rows(suite, presented);
    time_rows(suite, presented);
    skew_case(suite, presented);
    audience_rows(suite, presented);
}

}  // namespace aauth::suites
