#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "harness/cli/known.h"
#include "harness/cli/say.h"

namespace aauth::cli {

namespace {

using Names = std::vector<std::string>;

// As the mocks' headers list them.
const Names& of_any_party() {
    static const Names names = {"metadata-no-issuer",
                                "metadata-other-issuer",
                                "metadata-http-jwks-uri",
                                "metadata-not-json",
                                "metadata-wrong-media-type",
                                "metadata-no-jwks-uri",
                                "metadata-endpoint-query",
                                "jwks-no-alg",
                                "jwks-eddsa",
                                "jwks-private",
                                "jwks-empty",
                                "jwks-not-json",
                                "jwks-no-kid",
                                "jwks-symmetric",
                                "status-400-for-signature",
                                "no-signature-error",
                                "signature-error-wrong-code",
                                "no-required-input",
                                "no-accept-scheme",
                                "no-accept-alg",
                                "accept-scheme-wrong",
                                "signature-error-string",
                                "error-plain-json",
                                "error-no-member",
                                "error-wrong-status",
                                "error-html",
                                "ignore meta.issuer-match",
                                "ignore jwks.cache",
                                "ignore sig.headers",
                                "ignore sig.digest",
                                "ignore sig.created.present",
                                "ignore sig.created.old",
                                "ignore sig.created.ahead",
                                "ignore sig.expires",
                                "ignore sig.scheme",
                                "ignore sig.algorithm",
                                "ignore sig.keyid",
                                "ignore sig.verifies",
                                "pending-no-location",
                                "pending-other-origin",
                                "pending-guessable",
                                "pending-no-retry-after",
                                "pending-cacheable",
                                "pending-no-status",
                                "pending-no-requirement",
                                "requirement-string",
                                "interaction-http-url",
                                "interaction-url-query",
                                "interaction-no-code",
                                "code-alphabet",
                                "code-short",
                                "code-fixed",
                                "poll-any-agent",
                                "poll-unsigned",
                                "poll-repeats",
                                "poll-200-pending",
                                "poll-denied-400",
                                "poll-denied-200",
                                "poll-expired-403",
                                "delete-ignored",
                                "code-reusable",
                                "code-case-sensitive",
                                "code-no-aliases",
                                "code-hyphens-matter"};
    return names;
}

const Names& of_person_servers() {
    static const Names names = {"accept-bad-resource",
                                "person-token-scope",
                                "person-token-outlives-agent-token",
                                "sub-not-pairwise",
                                "sub-per-agent",
                                "sub-per-request",
                                "cacheable-token",
                                "expires-in-missing",
                                "expires-in-wrong",
                                "token-plain-text",
                                "person-endpoint-any-token",
                                "accept-unknown-mission",
                                "sub-agent-signs",
                                "auth-token-outlives-agent-token",
                                "auth-token-outlives-presented",
                                "auth-token-broader-scope",
                                "auth-token-sub-other",
                                "auth-token-no-account",
                                "revoke-any",
                                "revoke-404",
                                "accept-malformed-json",
                                "accept-any-media-type",
                                "ignore auth-endpoint.aud",
                                "ignore auth-endpoint.agent-jkt",
                                "ignore auth-endpoint.agent",
                                "ignore auth-endpoint.ps-self",
                                "ignore auth-endpoint.record",
                                "ignore auth-endpoint.presented-sub",
                                "ignore auth-endpoint.presented-tenant",
                                "ignore auth-endpoint.presented-mission",
                                "ignore auth-endpoint.presented-aud",
                                "ignore auth-endpoint.presented-present",
                                "ignore auth-endpoint.presented-cnf",
                                "ignore subagent.parent",
                                "ignore subagent.issuer"};
    return names;
}

const Names& of_resources() {
    static const Names names = {"challenge-403",
                                "challenge-no-requirement",
                                "challenge-requirement-string",
                                "challenge-other-requirement",
                                "challenge-parameters",
                                "challenge-no-resource-token",
                                "challenge-bearer-only",
                                "person-token-as-auth-token",
                                "resource-token-for-agent",
                                "ignore-scope",
                                "open-door",
                                "session-bearer",
                                "session-any-key",
                                "session-uncovered",
                                "session-not-token68",
                                "session-two",
                                "session-forever",
                                "authorize-any-scope",
                                "authorize-any-account",
                                "authorize-no-scope",
                                "authorize-any-token",
                                "drop-account",
                                "drop-mission",
                                "drop-tenant",
                                "resource-token-long",
                                "ignore resource.aud",
                                "ignore resource.held-once",
                                "revoke-ignored",
                                "revoked-invalid"};
    return names;
}

constexpr std::array<std::string_view, 4> tokens = {"agent-token", "person-token", "resource-token", "auth-token"};

// "omit person-token.aud" and the like, with any member name.
bool is_of_a_family(std::string_view name) {
    if (name.starts_with("ignore sig.components.")) return name.size() > 22;
    for (const std::string_view token : tokens) {
        const std::string dotted = std::string(token) + ".";
        if (name == dotted + "bad-signature") return true;
        for (const std::string_view verb : {"omit ", "alter ", "add "}) {
            const std::string start = std::string(verb) + dotted;
            if (name.starts_with(start) && name.size() > start.size()) return true;
        }
        for (const std::string_view rule : {"typ", "dwk", "iss", "kid", "signature", "exp", "iat", "cnf", "claims",
                                            "ps", "parent", "sub", "ceiling"}) {
            if (name == "ignore " + dotted + std::string(rule)) return true;
        }
    }
    return false;
}

}  // namespace

std::vector<KnownFault> known_faults() {
    std::map<std::string, KnownFault> known;
    const auto add = [&](const Names& names, const char* role) {
        for (const auto& name : names) known[name] = {name, role, {}};
    };
    add(of_any_party(), "any");
    add(of_person_servers(), "person-server");
    add(of_resources(), "resource");
    for (const auto& made : all_cases()) {
        for (const auto& covered : made.covers) {
            auto& fault = known[covered.fault];
            fault.name = covered.fault;
            if (fault.role.empty()) fault.role = made.suite;
            if (fault.cases.empty() || fault.cases.back() != made.id) fault.cases.push_back(made.id);
            if (fault.role != made.suite) fault.role = "any";
        }
    }
    std::vector<KnownFault> out;
    for (auto& [name, fault] : known) out.push_back(std::move(fault));
    return out;
}

bool is_known_fault(const std::string& name, const std::vector<KnownFault>& known) {
    return is_of_a_family(name) ||
           std::any_of(known.begin(), known.end(), [&](const KnownFault& fault) { return fault.name == name; });
}

void check_fault(const std::string& name) {
    const auto known = known_faults();
    if (is_known_fault(name, known)) return;
    std::vector<std::string> names;
    for (const auto& fault : known) names.push_back(fault.name);
    stop(bad_usage, "there is no fault '" + name + "'" + suggestion(name, names, 3) + "; '" + program_name() +
                        " list faults' names them all");
}

}  // namespace aauth::cli
