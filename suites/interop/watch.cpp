#include "suites/interop/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"
#include "harness/protocol/verification.h"

namespace aauth::interop {

namespace {

using protocol::TokenKind;

constexpr std::size_t most_shown = 8u << 10;  // bytes of each message

// Everything in the text that has the form of a JWT.
std::vector<std::string> tokens_in(std::string_view text) {
    std::vector<std::string> found;
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    for (std::size_t at = text.find("eyJ"); at != std::string_view::npos; at = text.find("eyJ", at)) {
        auto end = at;
        while (end < text.size() && is_part(text[end])) ++end;
        const auto candidate = text.substr(at, end - at);
        if (std::count(candidate.begin(), candidate.end(), '.') == 2) found.emplace_back(candidate);
        at = end;
    }
    return found;
}

bool is_about(const jose::Jwt& token, const std::string& agent, const std::string& key_x) {
    const auto payload = json::dump(token.payload());
    return payload.find('"' + agent + '"') != std::string::npos || payload.find('"' + key_x + '"') != std::string::npos;
}

std::string cut(std::string text) {
    if (text.size() > most_shown) text = text.substr(0, most_shown) + "…";
    return text;
}

std::string text_of(const http::Request& request) {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : request.fields.all()) text += name + ": " + value + "\r\n";
    return cut(text + "\r\n" + request.body);
}

std::string text_of(const http::Response& response) {
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " + response.reason + "\r\n";
    for (const auto& [name, value] : response.fields.all()) text += name + ": " + value + "\r\n";
    return cut(text + "\r\n" + response.body);
}

// Who signed: a server in its own name, or the agent.
std::string sender_of(const http::Request& request) {
    const auto key = request.fields.combined("Signature-Key").value_or("");
    return key.find("=jwks_uri") != std::string::npos ? "person-server" : "agent";
}

std::string request_problem(const Heard& heard, const protocol::Draft& draft, const httpsig::Discovery::Fetch& fetch) {
    if (!heard.request.fields.contains("Signature-Input")) {
        return heard.role == "resource" ? "" : "the request is not signed";
    }
    httpsig::Discovery::Rules rules;
    rules.jwk = draft.jwk;
    const auto clock = [] {
        return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    };
    httpsig::Discovery keys(fetch, clock, rules);
    const protocol::Faults none;
    const protocol::Verifier verifier{draft, heard.identifier, protocol::Reach::Strict, clock, keys, none,
                                      {crypto::Algorithm::Ed25519, crypto::Algorithm::ES256}, {}};
    protocol::SignatureRules asked;
    asked.server_endpoint = heard.role != "resource";
    asked.servers = heard.role == "access-server";
    if (heard.role == "resource") asked.tokens = {TokenKind::Agent, TokenKind::Person, TokenKind::Auth};
    const auto verified = protocol::verify_request(verifier, heard.request, asked);
    return verified ? "" : fmt::format("the request's signature: {} ({})", verified.error().error, verified.error().detail);
}

std::string response_problem(const http::Response& response) {
    if (response.status >= 500) return fmt::format("the answer is status {}", response.status);
    if (response.status == 401 && !response.fields.contains("AAuth-Requirement") &&
        !response.fields.contains("Signature-Error")) {
        return "the 401 says neither AAuth-Requirement nor Signature-Error";
    }
    if (response.fields.contains("AAuth-Requirement") && !protocol::parse_requirement(response.fields)) {
        return "AAuth-Requirement does not parse";
    }
    if (response.fields.contains("Signature-Error") && !protocol::parse_signature_error(response.fields)) {
        return "Signature-Error does not parse";
    }
    return {};
}

bool refused(const Exchange& exchange) { return exchange.status >= 400 && !exchange.challenge; }

// Codes by which a party says that it, or its person, will not, which is nobody's mistake.
bool is_decision(const std::string& error) {
    return error == "denied" || error == "access_denied" || error == "user_unreachable" || error == "abandoned";
}

}  // namespace

bool concerns(const http::Request& request, const std::string& agent_identifier, const std::string& key_x) {
    std::string text = request.body;
    for (const auto& [name, value] : request.fields.all()) text += "\n" + value;
    if (text.find(key_x) != std::string::npos) return true;  // an hwk member
    for (const auto& compact : tokens_in(text)) {
        const auto token = jose::Jwt::decode(compact);
        if (token && is_about(*token, agent_identifier, key_x)) return true;
    }
    return false;
}

Exchange read_exchange(const Heard& heard, const protocol::Draft& draft, const httpsig::Discovery::Fetch& fetch) {
    Exchange made;
    made.from = sender_of(heard.request);
    made.to = heard.role;
    made.method = heard.request.method;
    made.url = heard.identifier + heard.request.target;
    made.status = heard.response.status;
    made.request = text_of(heard.request);
    made.response = text_of(heard.response);
    made.challenge = heard.response.fields.contains("AAuth-Requirement");
    const auto body = json::parse(heard.response.body);
    if (body) made.error = json::string_member(*body, "error").value_or("");
    made.problem = request_problem(heard, draft, fetch);
    if (made.problem.empty()) made.problem = response_problem(heard.response);
    return made;
}

void find_fault(PairingCell& cell, const std::string& agent_says) {
    const auto& all = cell.exchanges;
    const auto begin = all.begin(), end = all.end();
    auto broke = std::find_if(begin, end, [](const Exchange& one) { return !one.problem.empty() && one.status >= 400; });
    if (broke != end) {
        const bool of_request = broke->problem.rfind("the request", 0) == 0;
        cell.at_fault = of_request ? broke->from : broke->to;
        cell.reason = broke->problem;
    } else if (const auto last = std::find_if(all.rbegin(), all.rend(), refused); last != all.rend()) {
        broke = std::prev(last.base());
        const bool decided = is_decision(broke->error);
        cell.at_fault = decided ? "unclear" : broke->to;
        cell.reason = decided ? fmt::format("the {} decided against it ({})", broke->to, broke->error)
                              : fmt::format("refused with {} what is right by our reading", broke->status);
    } else if (all.empty()) {
        cell.at_fault = "agent";
        cell.reason = "no request with the agent's token came";
    } else {
        broke = std::prev(end);
        cell.at_fault = "agent";
        cell.reason = "the agent did not go on, although nothing is wrong with the answer by our reading";
    }
    cell.broke_at = broke == end ? -1 : static_cast<int>(broke - begin);
    if (!agent_says.empty()) cell.reason += "; the agent says: " + agent_says.substr(0, 300);
}

}  // namespace aauth::interop
