#pragma once

#include <functional>
#include <string>

#include "suites/common/auth_server.h"
#include "suites/common/deferred.h"

// Questions to whoever waits, and what is posted to the pending URL (7.5), at person servers and access servers.
namespace aauth::suites {

struct Clarifying : Deferring {
    AuthServer server;  // whose requests wait, and are updated
    // A request with the scope `wide` about which the target asked a question: its answer is the one with the question.
    // Skips the case where the target cannot be made to ask.
    std::function<Waiting(Test&)> asked;
    // A pending request with that scope that may be updated; where nothing makes the target ask, one it asked nothing
    // of.
    std::function<Waiting(Test&)> open;
};

inline constexpr const char* wide = "data.read data.write";

void clarification_cases(Suite& suite, const Clarifying& clarifying);  // 120 to 125
void pending_post_cases(Suite& suite, const Clarifying& clarifying);   // 060 to 069, 7.5.2

Answer post(Test& t, const Deferring& deferring, const Waiting& waiting, const nlohmann::json& body, std::string note);
nlohmann::json clarification_response(const std::string& text);

}  // namespace aauth::suites
