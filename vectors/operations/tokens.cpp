#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/token_context.h"
#include "vectors/operations/input.h"
#include "vectors/operations/operation.h"

namespace aauth::vectors {

namespace {

using nlohmann::json;
using protocol::Token;
using protocol::TokenKind;

// A party that verifies a token with nothing but what the input has.
class Checker {
public:
    Checker(const protocol::Draft& draft, const json& input)
        : draft_(draft),
          now_(number(input, "now")),
          keys_(
              fetch_from(member(input, "documents")), [this] { return now_; }, rules(draft)) {}

    Result<Token> verify(const std::string& token, TokenKind kind) {
        const protocol::Verifier verifier{draft_,
                                          {},
                                          protocol::Reach::Strict,
                                          [this] { return now_; },
                                          keys_,
                                          none_,
                                          {crypto::Algorithm::Ed25519, crypto::Algorithm::ES256},
                                          {}};
        return protocol::verify_token(verifier, token, kind);
    }

private:
    static httpsig::Discovery::Rules rules(const protocol::Draft& draft) {
        httpsig::Discovery::Rules rules;
        rules.https_only = true;
        rules.jwk = draft.jwk;
        return rules;
    }

    const protocol::Draft& draft_;
    std::int64_t now_;
    protocol::Faults none_;
    httpsig::Discovery keys_;
};

TokenKind kind_in(const json& input) {
    const auto name = text(input, "kind");
    for (const auto kind : {TokenKind::Agent, TokenKind::Person, TokenKind::Resource, TokenKind::Auth}) {
        if (protocol::word(kind) == name) return kind;
    }
    throw UnusableInput{"there is no kind of token named " + name};
}

Outcome verify_token(const protocol::Draft& draft, const json& input) {
    const auto kind = kind_in(input);
    const auto refused = [&](const Error& error) {
        const bool parameter = kind == TokenKind::Resource;
        return failure(
            parameter ? protocol::parameter_error(draft, error, "resource_token") : protocol::signature_error(error),
            error.message);
    };
    const auto& verifier = member(input, "verifier");
    const auto token = Checker(draft, input).verify(text(input, "token"), kind);
    if (!token) return refused(token.error());
    const protocol::Recipient recipient{text(verifier, "identifier"), text_or(input, "bound_to", ""),
                                        text_or(verifier, "role", "") == "person-server"};
    const auto fits = protocol::check_recipient(draft, *token, recipient);
    if (!fits) return refused(fits.error());
    return json();
}

Outcome verify_challenge(const protocol::Draft& draft, const json& input) {
    const auto& expected = member(input, "expected");
    const auto said = [&](const char* name) { return text_or(expected, name, ""); };
    const auto token = Checker(draft, input).verify(text(input, "token"), TokenKind::Resource);
    if (!token)
        return failure(protocol::parameter_error(draft, token.error(), "resource_token"), token.error().message);
    const auto fits = protocol::check_challenge(
        draft, {}, *token,
        {said("iss"), said("agent_jkt"), said("agent"), said("ps"), said("sub"), said("presented_jti")});
    if (!fits) return tl::unexpected(fits.error());
    return json();
}

Outcome verify_grant(const protocol::Draft& draft, const json& input) {
    const auto& expected = member(input, "expected");
    const auto said = [&](const char* name) { return text_or(expected, name, ""); };
    const auto token = Checker(draft, input).verify(text(input, "token"), TokenKind::Auth);
    if (!token) return failure(protocol::signature_error(token.error()), token.error().message);
    const auto fits = protocol::check_grant(
        draft, {}, *token, {said("iss"), said("aud"), said("cnf"), said("sub"), said("agent"), said("upstream")});
    if (!fits) return tl::unexpected(fits.error());
    return json();
}

constexpr Operation operations[] = {
    {"verify-token", verify_token}, {"verify-challenge", verify_challenge}, {"verify-grant", verify_grant}};

}  // namespace

std::span<const Operation> token_operations() { return operations; }

}  // namespace aauth::vectors
