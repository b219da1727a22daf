#include "suites/flows/conversation.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "suites/resource/surfaces.h"

namespace aauth::suites::flows {

namespace {

std::string asked_of_ours(Test& t, const Player& player, const std::string& endpoint, const nlohmann::json& body,
                          const std::string& member) {
    const auto url = json::string_member(t.world().person_server().metadata(), endpoint).value_or("");
    auto request = t.request("POST", url, player);
    request.body(json::dump(body));
    const auto answer = t.send(request, "the agent asks our person server for a token");
    const auto token = answer.text(member);
    if (token.empty()) throw engine::HarnessError{"our person server gave no " + member + ": " + answer.summary()};
    return token;
}

}  // namespace

std::string person_token_from_ours(Test& t, const Player& player, const std::string& resource) {
    return asked_of_ours(t, player, t.draft().person_token_endpoint_field, {{"resource", resource}}, "person_token");
}

std::string auth_token_from_ours(Test& t, const Player& player, const std::string& resource_token,
                                 const std::string& presented) {
    nlohmann::json body{{"resource_token", resource_token}};
    if (t.draft().presented_token) body["presented_token"] = presented;
    return asked_of_ours(t, player, t.draft().auth_token_endpoint_field, body, "auth_token");
}

void expect_served(Test& t, const Answer& answer, std::string_view requirement) {
    t.expect(answer, requirement).that(rs::served(answer), "answer", "served", answer.summary());
}

}  // namespace aauth::suites::flows
