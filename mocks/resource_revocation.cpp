#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"
#include "mocks/issue.h"
#include "mocks/resource.h"

// Revocation (11.12), and refusals that go beyond the signature profile's own.
namespace aauth::mocks {

using protocol::TokenKind;

http::Reply Resource::invalid_jwt(const std::string& detail) {
    http::Reply reply;
    reply.response = protocol::refusal_response({"invalid_jwt", detail, {}, {}, {}});
    return reply;
}

std::string Resource::stray_resource_token() const {
    const auto now = network().now();
    return issue(TokenKind::Resource,
                 protocol::common_claims(identifier(), protocol::resource_document, now, now + 300), key(), faults());
}

// A token that was revoked is answered with the requirement that repairs it (11.12.5).
http::Reply Resource::with_requirement(http::Reply reply) const {
    auto& fields = reply.response.fields;
    const auto error = protocol::parse_signature_error(fields);
    if (!error || error->error != "revoked_jwt") return reply;
    if (faults().on("revoked-invalid")) fields.set("Signature-Error", "error=invalid_jwt");
    if (faults().on("revoked-no-requirement")) return reply;
    protocol::Requirement requirement{"person-token", {}};
    if (faults().on("revoked-auth-challenge"))
        requirement = {"auth-token", {{"resource-token", stray_resource_token()}}};
    fields.set("AAuth-Requirement", protocol::to_field(requirement));
    return reply;
}

std::optional<http::Reply> Resource::refused_by_fault(const http::Request& request) const {
    if (faults().empty()) return std::nullopt;
    const auto capabilities = request.fields.combined("AAuth-Capabilities").value_or("");
    const auto has = [&](const char* fault, bool reason) { return faults().on(fault) && reason; };
    if (has("capabilities-known-only", capabilities.find("telepathy") != std::string::npos) ||
        has("capabilities-bare-only", capabilities.find(';') != std::string::npos)) {
        return problem_reply("invalid_request", "a capability is not known");
    }
    const bool digest =
        request.body.empty() ||
        request.fields.first("Signature-Input").value_or("").find("content-digest") != std::string::npos;
    if (has("undeclared-component", !digest)) return problem_reply("invalid_request", "the body is not covered");
    if (has("capabilities-500", !capabilities.empty()) ||
        has("session-500", request.fields.contains("Authorization")) ||
        has("mission-500", request.fields.contains("AAuth-Mission"))) {
        return problem_reply("server_error", "out of order");
    }
    return std::nullopt;
}

http::Reply Resource::revocation_endpoint(const http::Request& request) {
    protocol::SignatureRules rules;
    rules.servers = !faults().on("revoke-by-agent");
    const bool unchecked = faults().on("revoke-unsigned") && !request.fields.contains("Signature");
    std::string issuer;
    if (!unchecked) {
        auto signed_by = verified(request, rules);
        // A resource that takes revocations from agents too still takes those of servers.
        rules.servers = true;
        if (!signed_by) signed_by = verified(request, rules);
        if (!signed_by) return signed_by.error();
        issuer = signed_by->signer;
    }
    const auto body = json::parse_object(request.body);
    const auto jti = body ? json::string_member(*body, "jti") : std::nullopt;
    const auto named = body ? json::string_member(*body, "iss") : std::nullopt;
    const bool second = body && (draft().revocation_names_issuer ? named.has_value()
                                                                 : json::integer_member(*body, "exp").has_value());
    if ((!jti || !second) && !faults().on("revoke-any-body")) {
        return problem_reply("invalid_request", "the body is malformed, or a member is missing");
    }
    if (draft().revocation_names_issuer && named && *named != issuer && !faults().on("revoke-any-issuer") &&
        !unchecked) {
        return problem_reply("invalid_request", "a caller revokes its own tokens only", 403);
    }
    return recorded(issuer, jti.value_or(""));
}

http::Reply Resource::recorded(const std::string& issuer, const std::string& jti) {
    const bool again = revoked(issuer, jti);
    if (faults().on("revoke-404") || (faults().on("revoke-once") && again)) {
        return problem_reply("not_found", "there is no such token", 404);
    }
    if (!faults().on("revoke-ignored")) record_revocation(issuer, jti);
    http::Reply reply;
    reply.response.status = faults().on("revoke-202") ? 202 : faults().on("revoke-204") ? 204 : 200;
    if (faults().on("revoke-body")) return json_reply(200, {{"status", "revoked"}});
    if (faults().on("revoke-typed")) reply.response.fields.add("Content-Type", "application/json");
    return reply;
}

}  // namespace aauth::mocks
