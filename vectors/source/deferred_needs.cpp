#include "vectors/source/deferred.h"
#include "vectors/source/material.h"
#include "vectors/source/token.h"

namespace aauth::vectors {

namespace {

const json done = response(200, {{"Content-Type", "application/json"}}, {{"auth_token", "eyJ"}});

json present(const std::string& requirement, const std::string& token = {}) {
    json action{{"do", "present"}, {"requirement", requirement}};
    if (!token.empty()) action["resource_token"] = token;
    return action;
}

void tokens(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "tokens that a resource asks for", 901, std::string(resource) + "/data");
    const auto token = resource_token(draft).minted();
    auto other = resource_token(draft);
    other.claims["jti"] = fixed_id("another resource token");
    const auto second = other.minted();
    const auto needs = [](const std::string& value) {
        return "requirement=auth-token;resource-token=\"" + value + "\"";
    };
    const auto challenge = [&](const std::string& field) { return response(401, {{"AAuth-Requirement", field}}); };
    const std::vector<std::string> retry{"requirement.auth-token.retry"};
    scripts.play({"an auth token is asked for, and taken",
                  {challenge(needs(token)), response(200)},
                  {present("auth-token", token), finish()}},
                 retry);
    scripts.play({"an auth token is asked for beside Bearer",
                  {response(401, {{"WWW-Authenticate", "Bearer"}, {"AAuth-Requirement", needs(token)}}), response(200)},
                  {present("auth-token", token), finish()}},
                 {"requirement.www-authenticate-beside"});
    scripts.play({"an auth token, then a step-up with another resource token",
                  {challenge(needs(token)), challenge(needs(second)), response(200)},
                  {present("auth-token", token), present("auth-token", second), finish()}},
                 {"requirement.auth-token.step-up"});
    scripts.play({"an auth token, then pending",
                  {challenge(needs(token)), pending("5"), response(200)},
                  {present("auth-token", token), poll(5), finish()}},
                 retry);
    if (draft.agent_token_requirement) {
        scripts.play({"an agent token is asked for",
                      {challenge("requirement=agent-token"), response(200)},
                      {present("agent-token"), finish()}},
                     {"requirement.agent-token.retry"});
        scripts.play({"an agent token, then an auth token",
                      {challenge("requirement=agent-token"), challenge(needs(token)), response(200)},
                      {present("agent-token"), present("auth-token", token), finish()}},
                     retry);
    }
    if (draft.person_tokens) {
        scripts.play({"a person token is asked for",
                      {challenge("requirement=person-token"), response(200)},
                      {present("person-token"), finish()}},
                     {"requirement.person-token.retry"});
        scripts.play({"a person token, then an auth token",
                      {challenge("requirement=person-token"), challenge(needs(token)), response(200)},
                      {present("person-token"), present("auth-token", token), finish()}},
                     retry);
        const std::vector<std::string> held{"requirement.deferred.agent"};
        scripts.play({"an auth token is asked for with 202",
                      {pending("5", needs(token)), response(200)},
                      {present("auth-token", token), finish()}},
                     held);
        scripts.play({"an auth token with 202, at the next poll too: not asked for twice",
                      {pending("5", needs(token)), pending("5", needs(token)), response(200)},
                      {present("auth-token", token), poll(5), finish()}},
                     held);
        scripts.play({"an auth token with 202 at a later poll",
                      {pending("1"), pending("5", needs(token)), response(200)},
                      {poll(1), present("auth-token", token), finish()}},
                     held);
        scripts.play({"an auth token with 202, then denied",
                      {pending("5", needs(token)), problem(draft, 403, "denied")},
                      {present("auth-token", token), stop("denied")}},
                     held);
        scripts.free({"an auth token with 202, then another resource token: the first may have expired, or not",
                      {pending("5", needs(token)), pending("5", needs(second)), response(200)},
                      {},
                      "ClientsChoice"},
                     held);
        scripts.free({"a person token with 202: its table gives 401",
                      {pending("5", "requirement=person-token"), response(200)},
                      {},
                      "Ambiguous"},
                     held);
    }
    const std::vector<std::string> unknown{"requirement.unknown-value"};
    scripts.play({"a requirement that no draft defines, with 401", {challenge("requirement=x-quantum")}, {stop()}},
                 unknown);
    scripts.play({"a requirement in upper case, with 401",
                  {challenge("requirement=AUTH-TOKEN;resource-token=\"" + token + "\"")},
                  {stop()}},
                 unknown);
    scripts.play({"a requirement that does not parse, with 401", {challenge("requirement=\"auth-token")}, {stop()}},
                 {"requirement.header-form"});
    scripts.play({"a requirement that is a string, with 401",
                  {challenge("requirement=\"auth-token\";resource-token=\"" + token + "\"")},
                  {stop()}},
                 {"requirement.header-form"});
    scripts.play({"an auth token is asked for without a resource token",
                  {challenge("requirement=auth-token")},
                  {stop()},
                  "BrokenResponse"},
                 {"requirement.auth-token.resource-token"});
    scripts.play({"an auth token is asked for with an empty resource token",
                  {challenge("requirement=auth-token;resource-token=\"\"")},
                  {stop()},
                  "BrokenResponse"},
                 {"requirement.auth-token.resource-token"});
    if (!draft.person_tokens)
        scripts.play(
            {"a person token, which this draft does not have", {challenge("requirement=person-token")}, {stop()}},
            unknown);
    if (!draft.agent_token_requirement)
        scripts.play(
            {"an agent token, which this draft does not ask for so", {challenge("requirement=agent-token")}, {stop()}},
            unknown);
    scripts.free({"the same requirement again, though the token was presented",
                  {challenge(needs(token)), challenge(needs(token))},
                  {},
                  "ClientsChoice"},
                 retry);
    scripts.free({"an interaction with 401: its table gives 202",
                  {challenge("requirement=interaction;url=\"https://ps.example/i\";code=\"A1B2-C3D4\"")},
                  {},
                  "Ambiguous"},
                 {"requirement.status"});
    scripts.free({"402 with an auth token and a payment: in which order is not said",
                  {response(402, {{"WWW-Authenticate", "Payment id=\"x\", method=\"stripe\""},
                                  {"AAuth-Requirement", needs(token)}})},
                  {},
                  "Ambiguous"},
                 {"requirement.status"});
}

void federated(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "what an access server asks of a person server", 1001, std::string(access_server) + "/token",
                    "person-server");
    const std::string needs = "requirement=claims";
    const auto body = [](json names) { return json{{"status", "pending"}, {"required_claims", std::move(names)}}; };
    const auto provide = [](json names) { return json{{"do", "provide"}, {"claims", std::move(names)}}; };
    const std::vector<std::string> claims{"claims.provided"};
    scripts.play({"claims, then the result",
                  {pending("0", needs, body({"email", "tenant"})), done},
                  {provide({"email", "tenant"}), finish()}},
                 claims);
    scripts.play({"one claim",
                  {pending("0", needs, body(json::array({"email"}))), done},
                  {provide(json::array({"email"})), finish()}},
                 claims);
    scripts.play({"claims, then pending",
                  {pending("0", needs, body(json::array({"email"}))), pending("5"), done},
                  {provide(json::array({"email"})), poll(5), finish()}},
                 claims);
    scripts.play({"claims at a later poll",
                  {pending("1"), pending("0", needs, body(json::array({"email"}))), done},
                  {poll(1), provide(json::array({"email"})), finish()}},
                 claims);
    scripts.play(
        {"claims, then others",
         {pending("0", needs, body(json::array({"email"}))), pending("0", needs, body(json::array({"tenant"}))), done},
         {provide(json::array({"email"})), provide(json::array({"tenant"})), finish()}},
        claims);
    if (draft.claims_carry_sub) {
        scripts.play({"sub among the claims",
                      {pending("0", needs, body({"sub", "email"})), done},
                      {provide({"sub", "email"}), finish()}},
                     claims);
    } else {
        scripts.play({"sub among the claims, which is never sent",
                      {pending("0", needs, body({"sub", "email"})), done},
                      {provide(json::array({"email"})), finish()}},
                     {"claims.no-sub-sent"});
    }
    scripts.play({"claims, then denied",
                  {pending("0", needs, body(json::array({"email"}))), problem(draft, 403, "denied")},
                  {provide(json::array({"email"})), stop("denied")}},
                 claims);
    const json pay{{"do", "pay"}};
    const std::vector<std::string> paid{"federation.deferred"};
    const auto payment =
        response(402, {{"Location", "https://as.example/token/pending/xyz"},
                       {"WWW-Authenticate", "Payment id=\"x7Tg2pLq\", method=\"stripe\", request=\"eyJ\""}});
    scripts.play({"a payment, then the result", {payment, done}, {pay, finish()}}, paid);
    scripts.play({"a payment, then pending",
                  {payment, pending("5", "", {{"status", "pending"}}, "https://as.example/token/pending/xyz"), done},
                  {pay, poll(5), finish()}},
                 paid);
    scripts.play(
        {"a payment, then claims",
         {payment, pending("0", needs, body(json::array({"email"})), "https://as.example/token/pending/xyz"), done},
         {pay, provide(json::array({"email"})), finish()}},
        paid);
    scripts.play({"a payment, then denied", {payment, problem(draft, 403, "denied")}, {pay, stop("denied")}}, paid);
    scripts.free({"402 without Location, which has to be there",
                  {response(402, {{"WWW-Authenticate", "Payment id=\"x\""}})},
                  {},
                  "ClientsChoice"},
                 paid);
    scripts.free({"a second 402 at the pending URL", {payment, payment, done}, {}, "Ambiguous"}, paid);
    scripts.free({"claims without names", {pending("0", needs), done}, {}, "ClientsChoice"}, claims);
    scripts.free(
        {"the same claims again after they were sent",
         {pending("0", needs, body(json::array({"email"}))), pending("0", needs, body(json::array({"email"}))), done},
         {},
         "Ambiguous"},
        claims);
}

}  // namespace

void write_needs(Table& table) {
    tokens(table);
    federated(table);
}

}  // namespace aauth::vectors
