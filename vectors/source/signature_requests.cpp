#include "vectors/source/signature_requests.h"

#include "harness/httpsig/digest.h"
#include "harness/httpsig/signature_key.h"

namespace aauth::vectors {

json Signable::unsigned_message() const {
    auto made = message(method, url, lines, body);
    return signature_key.empty() ? made : with_line(made, "Signature-Key", signature_key);
}

std::string jwt_member(const std::string& token) { return "sig=jwt;jwt=\"" + token + "\""; }

std::string under_sig(const sfv::Item& member) { return "sig=" + sfv::serialize(member).value(); }

std::string hwk_member_of(const protocol::Draft& draft, const jose::SigningKey& key) {
    auto member = httpsig::hwk_member(key);
    if (!draft.jwk.algorithm_required) member.parameters.erase("alg");
    return under_sig(member);
}

std::string agent_member(const protocol::Draft& draft) { return jwt_member(agent_token(draft).minted()); }

Signable to_resource(const protocol::Draft& draft) {
    Signable request{.key = key("agent")};
    request.signature_key = agent_member(draft);
    return request;
}

Signable to_person_server(const protocol::Draft& draft) {
    auto request = to_resource(draft);
    request.method = "POST";
    request.url = "https://ps.example/token";
    request.body = R"({"resource":"https://rs.example"})";
    request.lines = {{"Host", "ps.example"},
                     {"Content-Type", "application/json"},
                     {"Content-Digest", httpsig::content_digest(request.body)}};
    request.components = {"@method", "@authority", "@path", "content-digest", "content-type", "signature-key"};
    return request;
}

json resource_verifier() {
    return {{"identifier", resource},
            {"role", "resource"},
            {"window", 60},
            {"also_covered", json::array()},
            {"accepts", {"Ed25519", "ES256"}},
            {"tokens", {"agent-token"}},
            {"schemes", {"jwt"}},
            {"servers", false}};
}

json person_server_verifier() {
    auto verifier = resource_verifier();
    verifier["identifier"] = person_server;
    verifier["role"] = "person-server";
    return verifier;
}

json shared_input(const protocol::Draft& draft, const json& verifier) {
    return {{"now", now}, {"verifier", verifier}, {"documents", all_documents(draft)}};
}

Codes missing_codes(const protocol::Draft& draft) {
    if (draft.missing_headers_error == "invalid_signature") return {"invalid_signature"};
    return {draft.missing_headers_error, "invalid_signature"};
}

Codes scheme_codes(const protocol::Draft& draft) {
    return draft.unsupported_scheme_error ? Codes{"unsupported_scheme"} : Codes{};
}

RequestRows::RequestRows(Table& table, const std::string& name, int first, const json& shared, const Signable& good)
    : draft_(table.draft),
      rows_(table.group(name, "verify-request", first, shared)),
      thumbprint_(good.key.thumbprint()) {
    const auto message = good.signed_message();
    auto told = says(message, "sig.base");
    told.output = {{"thumbprint", thumbprint_}};
    good_ = rows_.valid("a good request", {{"message", message}}, told);
}

Says RequestRows::says(const json& message, const std::string& requirement) const {
    return {.requirements = {requirement}, .base = base_of(message)};
}

std::string RequestRows::valid(const std::string& comment, const json& message, const std::string& requirement,
                               json more) {
    more["message"] = message;
    return rows_.valid(comment, more, says(message, requirement));
}

void RequestRows::refused(const std::string& comment, const json& message, const Codes& codes,
                          const std::string& requirement, json more, const std::string& from) {
    more["message"] = message;
    auto told = says(message, requirement);
    told.errors = codes;
    rows_.invalid(comment, from.empty() ? good_ : from, more, told);
}

void RequestRows::either(const std::string& comment, const json& message, const std::string& flag,
                         const std::string& requirement, json more) {
    more["message"] = message;
    auto told = says(message, requirement);
    told.flags = {flag};
    rows_.acceptable(comment, good_, more, told);
}

}  // namespace aauth::vectors
