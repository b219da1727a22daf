#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "harness/protocol/identifiers.h"
#include "harness/protocol/metadata.h"
#include "mocks/person_server.h"

// What a person server tells its person, and what a request that waits for the person depends on (7.2.3, 7.4, 11.12.5).
// Faults: "first-any-url" (a resource's interaction need not be https), "justification-unshown",
// "capabilities-assumed" (whoever declares none can answer questions), "metadata-unshown", "first-unasked" (a resource
// that the person never used needs no approval).
namespace aauth::mocks {

namespace {

std::string name_of(const std::optional<std::string>& issuer, const std::optional<std::string>& jti) {
    return issuer.value_or("") + " " + jti.value_or("");
}

// The interaction claim of a resource token (6.7.1); null when there is none.
const nlohmann::json* interaction_of(const jose::Jwt& resource_token) {
    return json::member(resource_token.payload(), "interaction");
}

}  // namespace

Wants PersonServer::wants_of(const Asked& asked, const nlohmann::json& body) const {
    Wants wants;
    wants.then_person = true;
    const auto* said = json::member(body, "capabilities");
    wants.may_ask = said == nullptr ? faults().on("capabilities-assumed")
                                    : json::dump(*said).find("\"clarification\"") != std::string::npos;
    if (asked.request.token) {
        const auto& token = *asked.request.token;
        wants.depends_on[name_of(token.claim("iss"), token.claim("jti"))] = "the agent token of the agent";
    }
    if (asked.upstream) {
        wants.depends_on[name_of(asked.upstream->claim("iss"), asked.upstream->claim("jti"))] = "the upstream token";
    }
    const auto resource = json::string_member(body, "resource");
    if (resource) {
        wants.shown.emplace_back("The resource", *resource);
        const auto said_of_itself = faults().on("metadata-unshown") ? std::string() : introduction(*resource);
        wants.shown.emplace_back("The resource says of itself", said_of_itself);
    }
    if (const auto token = jose::Jwt::decode(json::string_member(body, "resource_token").value_or(""))) {
        wants.depends_on[name_of(token->claim_string("iss"), token->claim_string("jti"))] = "the resource token";
        wants.shown.emplace_back("The resource", token->claim_string("iss").value_or(""));
        if (const auto* first = interaction_of(*token)) {
            wants.first_url = json::string_member(*first, "url").value_or("");
            wants.first_code = json::string_member(*first, "code").value_or("");
        }
    }
    const auto justification = json::string_member(body, "justification");
    if (justification && !faults().on("justification-unshown"))
        wants.shown.emplace_back("The agent says", *justification);
    return wants;
}

std::string PersonServer::introduction(const std::string& resource) const {
    const auto document = network().fetch(protocol::document_url(resource, protocol::Role::Resource));
    const auto metadata =
        document ? json::parse_object(document->body) : Result<nlohmann::json>(nlohmann::json::object());
    std::string text;
    for (const char* name : {"name", "description", "access_mode"}) {
        if (metadata) text += json::string_member(*metadata, name).value_or("") + "\n";
    }
    return text;
}

http::Reply PersonServer::new_resource(const http::Request& request) {
    const auto body = json::parse_object(request.body);
    const auto resource = body ? json::string_member(*body, "resource").value_or("") : std::string();
    if (!faults().on("first-unasked")) ask_about(resource);
    return json_reply(200, nlohmann::json::object());
}

tl::expected<bool, http::Reply> PersonServer::resource_asks(const protocol::Token& resource_token) const {
    const auto* first = interaction_of(resource_token.jwt);
    if (first == nullptr) return false;
    const auto url = json::string_member(*first, "url").value_or("");
    const auto code = json::string_member(*first, "code");
    const auto problem = protocol::endpoint_problem(url, reach());
    if ((problem || !code) && !faults().on("first-any-url")) {
        return tl::unexpected(problem_reply("invalid_resource_token", "interaction: " + problem.value_or("no code")));
    }
    return true;
}

}  // namespace aauth::mocks
