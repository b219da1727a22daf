#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/httpsig/digest.h"
#include "harness/httpsig/sign.h"
#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/base_faults.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/older_forms.h"
#include "harness/protocol/problem.h"
#include "harness/protocol/verification.h"

namespace aauth::protocol {

std::string VerifiedRequest::thumbprint() const { return jose::thumbprint(key.key); }

std::vector<std::string> required_components(const Draft& draft, const http::Request& request,
                                             const SignatureRules& rules) {
    std::vector<std::string> names{"@method", "@authority", "@path", "signature-key"};
    if (rules.server_endpoint && draft.bodies_covered_at_servers && !request.body.empty()) {
        names.insert(names.end(), {"content-digest", "content-type"});
    }
    for (const auto& name : rules.also_covered) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

namespace {

using Refused = tl::unexpected<SignatureRefusal>;

constexpr std::size_t most_signatures = 64;

// The steps of section 11.3.4 over one request.
class Steps {
public:
    Steps(const Verifier& verifier, const http::Request& request, const SignatureRules& rules)
        : verifier_(verifier), request_(request), rules_(rules) {}

    tl::expected<VerifiedRequest, SignatureRefusal> run() {
        if (auto done = headers(); !done) return Refused(done.error());
        if (auto done = coverage(); !done) return Refused(done.error());
        if (auto done = freshness(); !done) return Refused(done.error());
        auto key = this->key();
        if (!key) return Refused(key.error());
        if (auto done = algorithm(*key); !done) return Refused(done.error());
        auto base = verify(*key);
        if (!base) return Refused(base.error());
        return VerifiedRequest{signature_, *base, *key, token_, signer_};
    }

private:
    using Step = tl::expected<void, SignatureRefusal>;
    using Key = tl::expected<jose::Jwk, SignatureRefusal>;

    bool checks(std::string_view rule) const { return verifier_.faults.checks(rule); }
    bool on(std::string_view fault) const { return verifier_.faults.on(fault); }

    static Refused refuse(std::string error, std::string detail) {
        return Refused(SignatureRefusal{std::move(error), std::move(detail), {}, {}, {}});
    }

    // Step 1, and the choice of the label: the first signature that has a Signature-Key member.
    Step headers() {
        for (const char* name : {"Signature", "Signature-Input", "Signature-Key"}) {
            if (!request_.fields.contains(name)) {
                const bool other = on("missing-headers-other-code");
                return refuse(other ? "invalid_input" : verifier_.draft.missing_headers_error,
                              std::string(name) + " is absent");
            }
        }
        auto signatures = httpsig::parse_signatures(request_.fields);
        if (!signatures) return refuse("invalid_signature", signatures.error().message);
        // Signature-Key is read for each of them: what that costs has to have a bound.
        if (signatures->size() > most_signatures) return refuse("invalid_signature", "there are too many signatures");
        std::string problem = "there is no signature";
        const auto keys = sfv::parse_dictionary(request_.fields.combined("Signature-Key").value_or(""));
        if (on("one-signature-key-member") && keys && keys->size() > 1) {
            return refuse("invalid_signature", "Signature-Key has more than one member");
        }
        for (const auto& signature : *signatures) {
            if (on("only-label-sig") && signature.label != "sig") continue;
            auto member = httpsig::parse_signature_key(request_.fields, signature.label);
            if (!member && !checks("sig.label") && keys && !keys->empty()) {
                member = httpsig::parse_signature_key(request_.fields, keys->entries().front().first);
            }
            if (member) {
                signature_ = signature;
                member_ = *member;
                return {};
            }
            problem = member.error().message;
        }
        return refuse("invalid_signature", problem);
    }

    // Step 2.
    Step coverage() const {
        const auto required = required_components(verifier_.draft, request_, rules_);
        for (const auto& name : required) {
            if (signature_.covers(name) || !checks("sig.components." + name)) continue;
            return Refused(SignatureRefusal{"invalid_input", "the signature does not cover " + name, required, {}, {}});
        }
        if (signature_.covers("content-digest") && checks("sig.digest")) {
            auto digest = httpsig::verify_content_digest(request_.fields, request_.body);
            if (!digest) return refuse("invalid_signature", digest.error().message);
        }
        const auto sent = request_.fields.combined("Content-Digest");
        if (on("digest-sha-256-only") && sent && *sent != httpsig::content_digest(request_.body)) {
            return refuse("invalid_signature", "Content-Digest is not the sha-256 digest alone");
        }
        return {};
    }

    // Step 3, and expires (11.3.4.2).
    Step freshness() const {
        const auto now = verifier_.clock();
        const auto window =
            on("window-10-seconds") ? 10 : rules_.window.value_or(verifier_.draft.signature_window);
        const auto created = signature_.created();
        if (!created && checks("sig.created.present")) {
            return refuse("invalid_signature", "created is absent or no integer");
        }
        if (created && *created < now - window && checks("sig.created.old")) {
            return refuse("invalid_signature", "created is older than the signature window");
        }
        if (created && *created > now + window && checks("sig.created.ahead")) {
            return refuse(verifier_.draft.created_ahead_error, "created is ahead of this server's clock");
        }
        const auto expires = signature_.expires();
        const bool malformed = signature_.input.parameters.contains("expires") && !expires;
        if (checks("sig.expires") && (malformed || (expires && *expires <= now))) {
            return refuse("invalid_signature", "the signature has expired");
        }
        for (const char* name : {"expires", "alg"}) {
            if (on(std::string("refuse-") + name + "-parameter") && signature_.input.parameters.contains(name)) {
                return refuse("invalid_signature", std::string("the parameter ") + name + " is not understood");
            }
        }
        return {};
    }

    std::vector<std::string> schemes() const {
        if (!rules_.schemes.empty()) return rules_.schemes;
        return rules_.servers ? std::vector<std::string>{"jwks_uri"} : std::vector<std::string>{"jwt"};
    }

    // Steps 4 and 5.
    Key key() {
        const auto accepted = schemes();
        const bool known = std::find(accepted.begin(), accepted.end(), member_.scheme_name) != accepted.end();
        if (!known && (checks("sig.scheme") || member_.scheme != httpsig::Scheme::Hwk)) {
            const bool named = verifier_.draft.unsupported_scheme_error && !on("unsupported-scheme-other-code");
            const auto detail = "the scheme " + member_.scheme_name + " is not accepted";
            return Refused(SignatureRefusal{named ? "unsupported_scheme" : "invalid_key", detail, {}, accepted, {}});
        }
        if (member_.scheme == httpsig::Scheme::Hwk) {
            auto jwk = httpsig::hwk_key(member_, verifier_.draft.jwk);
            if (!jwk) return refuse_key(jwk.error());
            if (!known) token_ = stand_in(*jwk);
            return *jwk;
        }
        if (member_.scheme == httpsig::Scheme::JktJwt) {
            if (on("jkt-jwt-unchecked")) return delegated_by_anybody();
            auto delegated = httpsig::verify_jkt_jwt(member_, verifier_.clock(), verifier_.draft.jwk);
            if (!delegated) return refuse_key(delegated.error());
            return delegated->key;
        }
        return member_.scheme == httpsig::Scheme::JwksUri ? server_key() : token_key();
    }

    // The key of a jkt-jwt, whoever made it.
    Key delegated_by_anybody() const {
        const auto jwt = jose::Jwt::decode(member_.string_parameter("jwt").value_or(""));
        if (!jwt) return refuse("invalid_jwt", jwt.error().message);
        auto key = httpsig::confirmation_key(*jwt, verifier_.draft.jwk);
        if (!key) return refuse_key(key.error());
        return *key;
    }

    // A verifier that accepts a bare key takes it for an agent of that key's name.
    Token stand_in(const jose::Jwk& key) const {
        const nlohmann::json header{{"alg", "none"}, {"typ", typ(TokenKind::Agent)}};
        const nlohmann::json payload{
            {"iss", "hwk"}, {"sub", jose::thumbprint(key.key)}, {"exp", verifier_.clock() + 600}};
        const auto compact = jose::assemble(json::dump(header), json::dump(payload), "");
        return {TokenKind::Agent, jose::Jwt::decode(compact).value(), key};
    }

    Key server_key() {
        const auto id = member_.string_parameter("id").value_or("");
        const auto document = member_.string_parameter("dwk").value_or("");
        const auto kid = member_.string_parameter("kid").value_or("");
        const auto problem = server_identifier_problem(id, verifier_.reach);
        if (problem && checks("egress")) {
            return refuse("invalid_key", "id: " + *problem);
        }
        const auto* keyid = signature_.input.parameters.find_as<std::string>("keyid");
        const bool by_keyid = keyid != nullptr && on("key-from-keyid");
        auto jwk = verifier_.keys.key(id, document, by_keyid ? *keyid : kid);
        if (!jwk) return refuse_key(jwk.error());
        signer_ = id;
        return *jwk;
    }

    Key token_key() {
        const auto compact = member_.string_parameter("jwt");
        if (!compact) return refuse("invalid_jwt", "the jwt parameter is absent or no string");
        if (on("refuse-cache-parameter") && member_.parameters.contains("cache")) {
            return refuse("invalid_key", "the parameter cache is not understood");
        }
        auto token = verify_token(verifier_, *compact, rules_.tokens);
        if (!token) return refuse_key(token.error());
        token_ = *token;
        if (on("key-from-keyid")) {
            const auto* keyid = signature_.input.parameters.find_as<std::string>("keyid");
            auto named = verifier_.keys.key(token->claim("iss"), token->claim("dwk"), keyid ? *keyid : std::string());
            if (named) return *named;
        }
        return *token->confirmation;
    }

    Refused refuse_key(const Error& error) const {
        if (error.code == "unsupported_algorithm") {
            return Refused(SignatureRefusal{error.code, error.message, {}, {}, verifier_.algorithm_names()});
        }
        return refuse(signature_error(error), error.message);
    }

    // Step 6: kty and crv were compared with alg when the key was read.
    Step algorithm(const jose::Jwk& jwk) const {
        const auto& parameters = signature_.input.parameters;
        const auto* alg = parameters.find_as<std::string>("alg");
        const bool fits = alg != nullptr && jwk.algorithm && *alg == signature_algorithm_name(*jwk.algorithm);
        if (!verifier_.draft.alg_parameter_ignored && parameters.contains("alg") && !fits && checks("sig.alg-param")) {
            return refuse("invalid_signature", "the parameter alg does not fit the key");
        }
        if (!checks("sig.algorithm") || (jwk.algorithm && verifier_.accepts(*jwk.algorithm))) return {};
        return Refused(SignatureRefusal{"unsupported_algorithm", "the key is for an algorithm that is not accepted", {},
                                        {}, verifier_.algorithm_names()});
    }

    // Step 7.
    tl::expected<std::string, SignatureRefusal> verify(jose::Jwk& key) const {
        const httpsig::Message message{&request_, nullptr};
        const auto profile = required_components(verifier_.draft, request_, rules_);
        if (auto faulty = faulty_base(verifier_.faults, message, signature_.input, profile)) {
            if (key.key.verify(key.algorithm.value_or(crypto::Algorithm::Ed25519), *faulty, signature_.signature)) {
                return *faulty;
            }
            return refuse("invalid_signature", "the signature does not verify");
        }
        auto base = httpsig::verify(message, signature_, key.key, key.algorithm.value_or(crypto::Algorithm::Ed25519));
        if (base) return *base;
        if (!checks("sig.verifies")) return httpsig::signature_base(message, signature_.input).value_or("");
        if (auto renewed = verify_again(message, key)) return *renewed;
        // A base that cannot be made is no base that lacks a component: step 7 has one code.
        return refuse("invalid_signature", base.error().message);
    }

    // A server's key that fails may have been replaced under its kid (HTTP Signature Keys 7.2); then `key` becomes the
    // new one.
    std::optional<std::string> verify_again(const httpsig::Message& message, jose::Jwk& key) const {
        if (member_.scheme != httpsig::Scheme::JwksUri) return std::nullopt;
        const auto document = member_.string_parameter("dwk").value_or("");
        const auto fresh = verifier_.keys.refreshed_key(signer_, document, key.kid);
        if (!fresh || !fresh->algorithm || !verifier_.accepts(*fresh->algorithm)) return std::nullopt;
        auto base = httpsig::verify(message, signature_, fresh->key, *fresh->algorithm);
        if (!base) return std::nullopt;
        key = *fresh;
        return *base;
    }

    const Verifier& verifier_;
    const http::Request& request_;
    const SignatureRules& rules_;
    httpsig::LabelledSignature signature_;
    httpsig::SignatureKey member_;
    std::optional<Token> token_;
    std::string signer_;
};

}  // namespace

tl::expected<VerifiedRequest, SignatureRefusal> verify_request(const Verifier& verifier, const http::Request& request,
                                                               const SignatureRules& rules) {
    return Steps(verifier, request, rules).run();
}

http::Response refusal_response(const SignatureRefusal& refusal) {
    http::Response response =
        problem_response(401, {refusal.error, refusal.detail, "urn:ietf:params:sig-error:" + refusal.error});
    response.fields.add("Signature-Error", to_field(SignatureErrorField{refusal.error, refusal.required_input}));
    if (!refusal.accept_schemes.empty()) {
        response.fields.add("Accept-Signature-Scheme", to_token_list(refusal.accept_schemes));
    }
    if (!refusal.accept_algorithms.empty()) {
        response.fields.add("Accept-Signature-Alg", to_token_list(refusal.accept_algorithms));
    }
    return response;
}

}  // namespace aauth::protocol
