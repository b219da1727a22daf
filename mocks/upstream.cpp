#include "mocks/upstream.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::mocks {

using protocol::Token;
using protocol::TokenKind;

namespace {

constexpr auto parameter = "upstream_token";

Judged<Token> verified_upstream(const protocol::Verifier& verifier, const std::string& compact,
                                const ChainedRequest& request) {
    const auto checks = [&](const char* rule) { return verifier.faults.checks(std::string("upstream.") + rule); };
    const auto invalid = [](const char* detail) {
        return tl::unexpected(TokenRefusal{"invalid_upstream_token", detail});
    };
    std::vector kinds{TokenKind::Auth};
    const bool person = verifier.draft.upstream_person_token && !verifier.faults.on("refuse-upstream-person");
    if (person) kinds.push_back(TokenKind::Person);
    if (!checks("typ")) kinds = {TokenKind::Auth, TokenKind::Person, TokenKind::Agent, TokenKind::Resource};
    auto careful = verifier;
    if (!checks("revoked")) careful.revoked = nullptr;
    auto token = protocol::verify_token(careful, compact, kinds);
    if (!token) {
        return tl::unexpected(
            TokenRefusal{protocol::parameter_error(verifier.draft, token.error(), parameter), token.error().message});
    }
    const bool other_kind = token->kind == TokenKind::Agent || token->kind == TokenKind::Resource;
    if (other_kind || (token->kind == TokenKind::Person && !checks("typ"))) return *token;
    if (verifier.faults.on("upstream-cnf-compared") && token->confirmation_thumbprint() != request.signed_by) {
        return invalid("it is bound to another key than the one that signed");
    }
    const auto issuer = token->claim("iss");
    const bool by_ps = token->kind == TokenKind::Person || !verifier.draft.person_tokens;
    const auto named = by_ps ? issuer : token->claim("ps");
    const bool other_issuer = token->kind == TokenKind::Auth && issuer != request.person_server;
    const bool taken = !other_issuer || !request.takes_issuer || request.takes_issuer(*token);
    const bool ours = named == request.person_server || (!verifier.draft.person_tokens && other_issuer);
    if ((!ours || !taken) && checks("issuer")) return invalid("it is not of the person server that is asked");
    if (token->claim("aud") != request.intermediary && checks("aud")) {
        return invalid("its aud is not the intermediary that signed the request");
    }
    return *token;
}

}  // namespace

Judged<std::optional<Token>> upstream_token(const protocol::Verifier& verifier, const nlohmann::json& body,
                                            const ChainedRequest& request) {
    const auto* member = json::member(body, parameter);
    if (member == nullptr) return std::nullopt;
    auto token = verified_upstream(verifier, member->is_string() ? member->get<std::string>() : std::string(), request);
    if (token) return *token;
    if (!verifier.faults.checks("upstream.verified")) return std::nullopt;
    return tl::unexpected(token.error());
}

}  // namespace aauth::mocks
