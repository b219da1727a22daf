#include <fmt/core.h>

#include "harness/sfv/broken.h"
#include "suites/common/signature_parts.h"

// The three header fields: absent, malformed, and the labels that tie them together (11.3.4 step 1, HTTP Signature Keys
// 3 and 3.1).
namespace aauth::suites {

namespace {

using Change = std::function<void(http::Request&)>;

Change without(std::string name) {
    return [name](http::Request& request) { request.fields.erase(name); };
}

Change with(std::string name, std::string value) {
    return [name, value](http::Request& request) { request.fields.set(name, value); };
}

Change broken(std::string name, sfv::Breakage breakage) {
    return [name, breakage](http::Request& request) {
        const auto good = sfv::parse_dictionary(request.fields.combined(name).value_or(""));
        request.fields.set(name, sfv::broken(good.value(), "sig", breakage));
    };
}

Change relabelled(std::string name) {
    return [name](http::Request& request) {
        const auto value = request.fields.combined(name).value_or("");
        request.fields.set(name, "other" + value.substr(value.find('=')));
    };
}

void absent_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    int number = 20;
    for (const char* name : {"Signature", "Signature-Input", "Signature-Key"}) {
        suite.add(case_id(prefix, number++), fmt::format("a signed request without {} is refused", name),
                  {{"sig.headers-present", "missing-headers-other-code"}}, [endpoint, name](Test& t) {
                      // Drafts before the published -11 say invalid_request, and Signature Keys 5.4.4 invalid_signature.
                      const auto& code = t.draft().missing_headers_error;
                      const auto answer = t.altered(endpoint, [name](auto& r) { r.then(without(name)); });
                      t.expect_refusal(answer, endpoint, {code, "invalid_signature"});
                      t.prefer(answer).signature_error({code});
                  });
    }
    // A resource challenges an unsigned request instead, which is another case.
    if (!endpoint.server) return;
    suite.add(case_id(prefix, 23), "an unsigned request is answered 401",
              {{"sig.status-401", "status-400-for-signature"}}, [endpoint](Test& t) {
                  const auto answer = t.altered(endpoint, [](auto& r) { r.unsigned_(); });
                  t.expect(answer, "sig.status-401").status(401);
                  // 11.3.4 speaks of "a signed request", 11.9.1 of every 401.
                  t.prefer(answer).signature_error({t.draft().missing_headers_error});
              });
}

void malformed_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    struct {
        const char* title;
        Change change;
    } const rows[] = {
        {"Signature-Input with an unterminated inner list",
         broken("Signature-Input", sfv::Breakage::unterminated_inner_list)},
        {"Signature-Input with commas in its list",
         broken("Signature-Input", sfv::Breakage::comma_separated_inner_list)},
        {"Signature-Input without a value", broken("Signature-Input", sfv::Breakage::missing_value)},
        {"Signature-Input whose member is a string", with("Signature-Input", "sig=\"@method\"")},
        {"Signature with an unterminated byte sequence", broken("Signature", sfv::Breakage::unterminated_bytes)},
        {"Signature whose member is a string", with("Signature", "sig=\"c2lnbmF0dXJl\"")},
        {"Signature-Key with an unterminated string", broken("Signature-Key", sfv::Breakage::unterminated_string)},
        {"Signature-Key that is no dictionary", with("Signature-Key", "\"jwt\"")},
        {"an empty Signature-Input", with("Signature-Input", "")},
    };
    int number = 25;
    for (const auto& row : rows) {
        suite.add(
            case_id(prefix, number++), fmt::format("{} is answered 401, not with a server error", row.title),
            {{"sig.malformed", "status-500-for-signature"}}, [endpoint, change = row.change](Test& t) {
                const auto answer = t.altered(endpoint, [&](auto& r) { r.then(change); });
                // An empty field may count as an absent one, which older drafts give another code.
                expect_refusal(t, answer, endpoint, {}, {}, {"invalid_signature", t.draft().missing_headers_error});
            });
    }
}

void label_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    add_accepted(suite, prefix, endpoint,
                 {{35,
                   "a signature under a label of another name is accepted",
                   {{"sig.label.any-name", "only-label-sig"}},
                   {},
                   {},
                   [](Test&, auto& r) { r.signing.label = "client"; },
                   "The label is the signer's choice; only that the three fields agree on it matters."},
                  {36,
                   "a signature under a label with every kind of character is accepted",
                   {{"sig.label.any-name", "only-label-sig"}},
                   {},
                   {},
                   [](Test&, auto& r) { r.signing.label = "my-label_1.a*"; },
                   "A label is a key of a dictionary (RFC 9651 section 3.2)."}});
    const char* together = "The label says which key belongs to which signature.";
    add_refused(suite, prefix, endpoint,
                {{37,
                  "a signature whose label has no member in Signature-Key is refused",
                  {{"sig.label.member-missing", "status-500-for-signature"}},
                  {},
                  {"invalid_signature"},
                  [](Test&, auto& r) { r.then(relabelled("Signature-Key")); },
                  together},
                 {38,
                  "a Signature under a label that Signature-Input does not have is refused",
                  {{"sig.malformed", "status-500-for-signature"}},
                  {},
                  {"invalid_signature"},
                  [](Test&, auto& r) { r.then(relabelled("Signature")); },
                  together}});
    suite
        .add(case_id(prefix, 39), "a key of another label is not used for a signature that has none",
             {{"sig.label.member-missing", "ignore sig.label"}},
             [endpoint](Test& t) {
                 // Signed over the Signature-Key that arrives, so that only the label is wrong.
                 t.refuses(endpoint, {}, [](auto& r) { relabel_key(r, "other"); });
             })
        .because(together);
}

void sign_twice(mocks::SignedRequest& request) {
    auto second = request;
    relabel_key(second, "other");
    request.header("Signature-Key", second.request.fields.combined("Signature-Key").value());
    request.then([key = request.key, signing = request.signing](http::Request& sent) mutable {
        signing.label = "other";
        httpsig::sign(sent, signing, key).value();
    });
}

void unselected_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    suite
        .add(case_id(prefix, 40), "a Signature-Key member for another label is ignored, whatever its scheme",
             {{"sig.label.unselected-ignored", "one-signature-key-member"}},
             [endpoint](Test& t) {
                 t.accepts(endpoint, "sig.label.unselected-ignored",
                           [](auto& r) { r.header("Signature-Key", "other=future;parameter=1"); });
                 // Which labels a server looks at is its own choice, so a second good signature may still be too many.
                 const auto answer = t.altered(endpoint, sign_twice);
                 t.prefer(answer).that(endpoint.accepted(answer), "answer to two good signatures", "accepted",
                                       answer.summary());
             })
        .because("Without this nobody could offer a signature under a new scheme beside one under an old scheme.");
}

}  // namespace

void header_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    absent_rows(suite, prefix, endpoint);
    malformed_rows(suite, prefix, endpoint);
    label_rows(suite, prefix, endpoint);
    unselected_cases(suite, prefix, endpoint);
}

}  // namespace aauth::suites
