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
    return issue(draft(), TokenKind::Resource,
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

std::vector<Onward> Resource::recipients(const nlohmann::json& claims) const {
    const auto text = [&](const char* name) { return json::string_member(claims, name).value_or(""); };
    const auto until = json::integer_member(claims, "exp").value_or(0);
    const auto aud = text("aud"), ps = text("ps");
    const bool federated = !ps.empty() && aud != ps;
    const auto role = federated ? protocol::Role::AccessServer : protocol::Role::PersonServer;
    std::vector<Onward> parties;
    if (!faults().on("revoke-not-at-aud")) parties.push_back({aud, role, text("jti"), until});
    if (federated && !faults().on("revoke-not-at-ps")) {
        parties.push_back({ps, protocol::Role::PersonServer, text("jti"), until});
    }
    return parties;
}

}  // namespace aauth::mocks
