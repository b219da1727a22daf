#include "suites/common/server_signature.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "harness/httpsig/base.h"
#include "harness/httpsig/digest.h"
#include "harness/httpsig/discovery.h"
#include "harness/httpsig/sign.h"
#include "harness/httpsig/signature_key.h"
#include "harness/protocol/verification.h"
#include "suites/common/rows.h"

namespace aauth::suites {

namespace {

// One signature of a request, and the Signature-Key member of its label.
struct Signed {
    httpsig::LabelledSignature signature;
    httpsig::SignatureKey member;
};

Result<Signed> signature_of(const http::Request& request) {
    auto signatures = httpsig::parse_signatures(request.fields);
    if (!signatures) return tl::unexpected(signatures.error());
    auto problem = failure("invalid_signature", "there is no signature");
    for (const auto& signature : *signatures) {
        auto member = httpsig::parse_signature_key(request.fields, signature.label);
        if (member) return Signed{signature, *member};
        problem = tl::unexpected(member.error());
    }
    return problem;
}

void expect_signer(Test& t, const httpsig::SignatureKey& member) {
    const bool by_uri = member.scheme == httpsig::Scheme::JwksUri;
    t.check("sig.scheme.server-jwks-uri", by_uri, "Signature-Key scheme", "jwks_uri", member.scheme_name);
    if (!by_uri) return;
    const auto id = member.string_parameter("id").value_or("absent");
    t.check("sig.scheme.server-id", id == t.world().identifier(), "Signature-Key id", t.world().identifier(), id);
    const auto role = protocol::role_named(t.target().role);
    const std::string document(role ? protocol::document_name(*role) : std::string_view());
    const auto named = member.string_parameter("dwk").value_or("absent");
    t.check("sig.scheme.server-dwk", named == document, "Signature-Key dwk", document, named);
}

void expect_profile(Test& t, const mocks::Seen& seen, const httpsig::LabelledSignature& signature) {
    for (const auto& name : protocol::required_components(t.draft(), seen.request, {})) {
        const auto bare = name.front() == '@' ? name.substr(1) : name;
        t.check("sig.components." + bare, signature.covers(name), "covered components", "with " + name,
                signature.covers(name) ? "covered" : "not covered");
    }
    const auto created = signature.created();
    t.check("sig.created.present", created.has_value(), "created", "an integer",
            created ? std::to_string(*created) : "absent or no integer");
    if (created) {
        const auto apart = std::abs(*created - seen.at);
        t.check("sig.created.current", apart <= t.draft().signature_window, "created",
                fmt::format("within {} seconds of {}", t.draft().signature_window, seen.at), std::to_string(*created));
    }
    // The draft asks it of agents; of servers it can be wished.
    for (const auto& [parameter, requirement] : {std::pair{"alg", "sig.alg-param.absent"},
                                                 std::pair{"keyid", "sig.keyid.absent"}}) {
        const bool there = signature.input.parameters.contains(parameter);
        t.check_preferred(requirement, !there, fmt::format("parameter {}", parameter), "absent",
                          there ? "present" : "absent");
    }
    if (!signature.covers("content-digest")) return;
    const auto digest = httpsig::verify_content_digest(seen.request.fields, seen.request.body);
    t.check("sig.content-digest.valid", digest.has_value(), "Content-Digest", "that of the body",
            digest ? "that of the body" : digest.error().message);
}

// The key that the member names or carries.
Result<jose::Jwk> key_of(Test& t, const httpsig::SignatureKey& member) {
    if (member.scheme == httpsig::Scheme::Hwk) return httpsig::hwk_key(member, t.draft().jwk);
    const auto id = member.string_parameter("id").value_or("");
    if (member.scheme != httpsig::Scheme::JwksUri || id != t.world().identifier()) {
        return failure("unknown_key", "no key of the target is named");
    }
    httpsig::Discovery::Rules rules;
    rules.jwk = t.draft().jwk;
    httpsig::Discovery discovery([&](const std::string& url) { return t.world().network().fetch(url); },
                                 [&] { return t.now(); }, rules);
    return discovery.key(id, member.string_parameter("dwk").value_or(""), member.string_parameter("kid").value_or(""));
}

bool expect_verified(Test& t, const mocks::Seen& seen, const Signed& found) {
    const auto judge = [&](bool verified, const std::string& observed) {
        return t.check("sig.base", verified, "signature", "verifies under the target's published key", observed);
    };
    auto key = key_of(t, found.member);
    if (!key) {
        // Earlier drafts do not say how a server names its key.
        if (t.draft().server_signs_jwks_uri) judge(false, key.error().message);
        return false;
    }
    auto base = httpsig::verify({&seen.request, nullptr}, found.signature, key->key,
                                key->algorithm.value_or(crypto::Algorithm::Ed25519));
    judge(base.has_value(), base ? "verifies" : base.error().message);
    return base.has_value();
}

}  // namespace

bool expect_server_signature(Test& t, const mocks::Seen& seen) {
    auto found = signature_of(seen.request);
    t.check("sig.headers-present", found.has_value(), "Signature, Signature-Input and Signature-Key",
            "present and well-formed", found ? "present" : found.error().message);
    if (!found) return false;
    expect_signer(t, found->member);
    expect_profile(t, seen, found->signature);
    return expect_verified(t, seen, *found);
}

void server_signature_cases(Suite& suite, const std::string& prefix, int first, const std::string& what,
                            const std::function<mocks::Seen(Test&)>& cause, const std::vector<std::string>& only) {
    const auto body = [cause](Test& t) { expect_server_signature(t, cause(t)); };
    suite
        .add(case_id(prefix, first), what + " names its signer: jwks_uri, its issuer and its metadata document",
             {{"sig.scheme.server-jwks-uri", "server-scheme-hwk"},
              {"sig.scheme.server-id", "server-id-other"},
              {"sig.scheme.server-dwk", "server-dwk-other"}},
             body)
        .only_for(only)
        .because("The recipient knows the caller by the id alone: it is the iss of every token that the caller mints.");
    suite.add(case_id(prefix, first + 1), what + " is signed now, over method, authority, path and Signature-Key",
              {{"sig.base", "server-other-key"},
               {"sig.headers-present", "server-unsigned"},
               {"sig.components.method", "server-uncovers @method"},
               {"sig.components.authority", "server-uncovers @authority"},
               {"sig.components.path", "server-uncovers @path"},
               {"sig.components.signature-key", "server-uncovers signature-key"},
               {"sig.created.present", "server-no-created"},
               {"sig.created.current", "server-created-old"}},
              body)
        .only_for(only);
    std::vector<std::string> drafts;
    for (const auto& draft : protocol::all_drafts()) {
        const bool wanted = only.empty() || std::find(only.begin(), only.end(), draft.id) != only.end();
        if (draft.bodies_covered_at_servers && wanted) drafts.push_back(draft.id);
    }
    suite
        .add(case_id(prefix, first + 2), what + " covers its body: Content-Digest and Content-Type",
             {{"sig.components.content-digest", "server-body-uncovered"},
              {"sig.components.content-type", "server-uncovers content-type"},
              {"sig.content-digest.valid", "server-digest-other"}},
             body)
        .only_for(drafts)
        .because("Without it whoever stands in between can change which token is asked for or revoked.");
}

}  // namespace aauth::suites
