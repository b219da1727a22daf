#include "suites/common/signature_cases.h"

#include <fmt/core.h>

#include "harness/httpsig/digest.h"
#include "harness/httpsig/signature_key.h"
#include "harness/sfv/sfv.h"
#include "suites/common/signature_parts.h"

namespace aauth::suites {

namespace {

std::vector<std::string> required_of(const Endpoint& endpoint) {
    std::vector<std::string> names{"@method", "@authority", "@path", "signature-key"};
    if (endpoint.server) names.insert(names.end(), {"content-digest", "content-type"});
    return names;
}

// 001 to 009: every required component, one left out at a time.
void coverage_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    int number = 1;
    for (const auto& name : required_of(endpoint)) {
        const auto word = name.front() == '@' ? name.substr(1) : name;
        const auto requirement = "sig.components." + word;
        const Covers covers{{requirement, "ignore sig.components." + name}};
        auto made = suite.add(
            case_id(prefix, ++number), fmt::format("a signature that leaves out {} is refused", name), covers,
            [endpoint, name](Test& t) { t.refuses(endpoint, {"invalid_input"}, [&](auto& r) { r.uncover(name); }); });
        made.because(
            fmt::format("What is not covered can be changed on the way: {} is what the request asks for, "
                        "of whom, or who asks.",
                        name));
        // Drafts in which a server need not ask for the body's fields have the rule as a MAY.
        std::vector<std::string> binding;
        for (const auto& id : drafts_with(suite, requirement)) {
            const auto* draft = protocol::find_draft(id);
            if (catalogue(*draft).find(requirement)->level == engine::Level::Must) binding.push_back(id);
        }
        made.only_for(binding);
    }
}

// What a refusal looks like, on the one that every target gives: signature-key is not covered.
void refusal_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const auto uncovered = [endpoint](Test& t) {
        auto answer = t.altered(endpoint, [](auto& r) { r.uncover("signature-key"); });
        if (endpoint.accepted(answer)) t.blocked("the target accepts a signature that leaves out signature-key");
        return answer;
    };
    suite.add(case_id(prefix, 10), "a signature failure is answered 401 with Signature-Error",
              {{"sig.status-401", "status-400-for-signature"},
               {"sig.error-header", "no-signature-error"},
               {"sig.error-header.form", "signature-error-string"}},
              [uncovered](Test& t) {
                  const auto answer = uncovered(t);
                  t.expect(answer, "sig.status-401").status(401);
                  t.expect(answer, "sig.error-header").header("Signature-Error").required();
                  t.expect(answer, "sig.error-header.form").signature_error({});
              });
    suite.add(case_id(prefix, 11), "an invalid_input answer lists the components that are required",
              {{"sig.required-input", "no-required-input"}, {"sig.required-input.form", "required-input-tokens"}},
              [uncovered](Test& t) {
                  const auto answer = uncovered(t);
                  const auto field = sfv::parse_dictionary(answer.header("Signature-Error").value_or(""));
                  const bool present = field && field->contains("required_input");
                  t.expect(answer, "sig.required-input").that(present, "required_input", "present", answer.summary());
                  if (!present) return;
                  t.expect(answer, "sig.required-input.form").required_input({"signature-key"});
              });
    suite.add(
        case_id(prefix, 12), "the body beside Signature-Error is a problem, whose type, if any, is the code's URN",
        {{"sig.error-body.problem-json", "signature-body-plain"}, {"sig.error-body.type", "signature-body-other-type"}},
        [uncovered](Test& t) {
            const auto answer = uncovered(t);
            t.expect(answer, "sig.error-body.problem-json").media_type("application/problem+json");
            const auto type = answer.text("type");
            const auto error = protocol::parse_signature_error(answer.response.fields);
            if (type.empty() || !error) return;
            t.expect(answer, "sig.error-body.type").member_is("type", "urn:ietf:params:sig-error:" + error->error);
        });
}

// The coverage of a body that is described by another digest than ours.
void digest_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    using httpsig::DigestAlgorithm;
    add_accepted(suite, prefix, endpoint,
                 {{13,
                   "a Content-Digest with a sha-256 and a sha-512 digest, both right, is accepted",
                   {{"sig.content-digest.checked", "digest-sha-256-only"}},
                   {},
                   {},
                   [](Test&, mocks::SignedRequest& r) {
                       r.header("Content-Digest", httpsig::content_digest(r.request.body, {DigestAlgorithm::Sha256,
                                                                                           DigestAlgorithm::Sha512}));
                   },
                   "The field is a dictionary of digests (RFC 9530), not a string to be compared."}});
}

}  // namespace

void relabel_key(mocks::SignedRequest& request, const std::string& label) {
    sfv::Dictionary field;
    field.set(label, request.signature_key ? *request.signature_key : httpsig::jwt_member(request.token));
    request.header("Signature-Key", sfv::serialize(field).value());
    request.signature_key.reset();
    request.token.clear();
}

void signature_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const auto ids = prefix + "-SIG";
    suite.area("Signature profile", "11.3");
    suite.add(case_id(ids, 1), "a request that conforms to the signing profile is accepted",
              {{"sig.base", "base-lowercase-method"}, {"sig.cached.not-issued", "signature-key-cache"}},
              [endpoint](Test& t) {
                  const auto answer = t.send(endpoint.request(t, t.player()));
                  t.expect(answer, "sig.base").that(endpoint.accepted(answer), "answer", "accepted", answer.summary());
                  t.expect(answer, "sig.cached.not-issued").no_header("Signature-Key-Cache");
              });
    coverage_rows(suite, ids, endpoint);
    refusal_cases(suite, ids, endpoint);
    if (endpoint.server) digest_cases(suite, ids, endpoint);
    header_cases(suite, ids, endpoint);
    freshness_cases(suite, ids, endpoint);
    base_cases(suite, ids, endpoint);
    scheme_cases(suite, ids, endpoint);
}

}  // namespace aauth::suites
