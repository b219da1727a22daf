#include "harness/json/json.h"
#include "mocks/person_server.h"
#include "suites/common/signature_parts.h"

// created, expires and the other parameters of Signature-Input (11.3.3.2, 11.3.4 step 3, 11.3.4.2).
namespace aauth::suites {

namespace {

using Request = mocks::SignedRequest;

std::function<void(Test&, Request&)> parameter(std::string name, sfv::BareItem value) {
    return [name, value](Test&, Request& r) { r.signing.parameters.set(name, value); };
}

std::function<void(Test&, Request&)> created(std::int64_t offset) {
    return [offset](Test& t, Request& r) { r.created(t.now() + offset); };
}

std::function<void(Test&, Request&)> expires(std::int64_t offset) {
    return [offset](Test& t, Request& r) { r.signing.parameters.set("expires", t.now() + offset); };
}

void created_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const char* why = "created is the defence against a captured request that is sent again.";
    const Covers present{{"sig.created.present", "ignore sig.created.present"}};
    // No code is given for a created that is absent or no integer.
    add_refused(suite, prefix, endpoint,
                {{50,
                  "a signature without created is refused",
                  present,
                  {},
                  {"invalid_signature"},
                  [](Test&, Request& r) { r.without_created(); },
                  why},
                 {51,
                  "a created that is a string is refused",
                  present,
                  {},
                  {"invalid_signature"},
                  [](Test& t, Request& r) { r.signing.parameters.set("created", std::to_string(t.now())); },
                  why},
                 {52,
                  "a created that is a decimal is better refused",
                  {{"sig.created.integer", "ignore sig.created.present"}},
                  {},
                  {"invalid_signature"},
                  [](Test& t, Request& r) { r.signing.parameters.set("created", sfv::Decimal{t.now() * 1000 - 500}); },
                  why},
                 {53,
                  "a signature created a day ago is refused",
                  {{"sig.created.old", "ignore sig.created.old"}},
                  {"invalid_signature"},
                  {},
                  created(-86400),
                  why},
                 {54,
                  "a signature created before 1970 is refused",
                  {{"sig.created.old", "ignore sig.created.old"}},
                  {"invalid_signature"},
                  {},
                  [](Test&, Request& r) { r.created(-1); },
                  why}});
    suite.add(case_id(prefix, 55), "a signature created a day ahead is refused",
              {{"sig.created.ahead", "ignore sig.created.ahead"}}, [endpoint](Test& t) {
                  t.refuses(endpoint, {t.draft().created_ahead_error}, [&](auto& r) { r.created(t.now() + 86400); });
              });
}

// The window that the target advertises, or the default one.
void window_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    struct {
        const char* title;
        double windows;
        bool accepted;
        const char* fault;
    } const rows[] = {
        {"a signature created half a window ago is accepted", -0.5, true, "window-10-seconds"},
        {"a signature created half a window ahead is accepted", 0.5, true, "window-10-seconds"},
        {"a signature created ten windows ago is refused", -10, false, "ignore sig.created.old"},
        {"a signature created ten windows ahead is refused", 10, false, "ignore sig.created.ahead"},
    };
    int number = 56;
    for (const auto& row : rows) {
        suite
            .add(case_id(prefix, number++), row.title,
                 {{endpoint.server ? "sig.window.default" : "sig.window.advertised", row.fault}},
                 [endpoint, row](Test& t) {
                     const auto advertised = json::integer_member(t.world().metadata(), "signature_window");
                     const auto window = advertised.value_or(t.draft().signature_window);
                     if (window < 20)
                         t.skip("the target advertises a window too narrow for the clocks of two machines");
                     const auto offset = static_cast<std::int64_t>(row.windows * static_cast<double>(window));
                     const auto answer = t.altered(endpoint, [&](auto& r) { r.created(t.now() + offset); });
                     const bool accepted = endpoint.accepted(answer);
                     t.expect(answer, advertised ? "sig.window.advertised" : "sig.window.default")
                         .that(accepted == row.accepted, "answer", row.accepted ? "accepted" : "refused",
                               answer.summary());
                 })
            .because("Clocks differ by seconds; the window is what agents may count on, in both directions.");
    }
}

void expires_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    add_refused(suite, prefix, endpoint,
                {{60,
                  "a signature whose expires has passed is refused",
                  {{"sig.expires.past", "ignore sig.expires"}},
                  {},
                  {"invalid_signature"},
                  expires(-3600),
                  "expires is optional for the signer, but whoever sees it has to honour it."}});
    add_accepted(suite, prefix, endpoint,
                 {{61,
                   "a signature whose expires lies ahead is accepted",
                   {{"sig.expires.future", "refuse-expires-parameter"}},
                   {},
                   {},
                   expires(60),
                   ""}});
}

void parameter_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const Covers ignored{{"sig.alg-param.ignored", "refuse-alg-parameter"}};
    const char* alg = "The algorithm comes from the key alone; a second source of it is a way to confuse verifiers.";
    add_accepted(suite, prefix, endpoint,
                 {{65,
                   "an alg parameter that names the algorithm is ignored",
                   ignored,
                   {},
                   {},
                   parameter("alg", std::string("ed25519")),
                   alg},
                  {66,
                   "an alg parameter that names another algorithm is ignored",
                   ignored,
                   {},
                   {},
                   parameter("alg", std::string("rsa-v1_5-sha256")),
                   alg},
                  {67,
                   "a nonce is part of the signature base",
                   {{"sig.base", "base-created-only"}},
                   {},
                   {},
                   parameter("nonce", std::string("b3k2pp5k7z-50gnwp.yemd")),
                   "The parameters are signed as they stand (RFC 9421 section 2.5)."},
                  {68,
                   "a tag is part of the signature base",
                   {{"sig.base", "base-created-only"}},
                   {},
                   {},
                   parameter("tag", std::string("app-123")),
                   ""}});
}

// In the draft in which an alg parameter has to fit the key.
void fitting_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const char* why = "The algorithm comes from the key; whoever names another is mistaken, or means to mislead.";
    add_accepted(suite, prefix, endpoint,
                 {{71,
                   "an alg parameter that fits the key is accepted",
                   {{"sig.alg-param.agrees", "refuse-alg-parameter"}},
                   {},
                   {},
                   parameter("alg", std::string("ed25519")),
                   ""}});
    add_refused(suite, prefix, endpoint,
                {{72,
                  "an alg parameter that names another algorithm than the key's is refused",
                  {{"sig.alg-param.agrees", "ignore sig.alg-param"}},
                  {},
                  {},
                  parameter("alg", std::string("rsa-v1_5-sha256")),
                  why}});
}

// A signature by the token issuer's own key, which keyid names. Whether a keyid in conflict with Signature-Key is
// refused or overlooked is not said; that it must not choose the key is.
void keyid_case(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    if (endpoint.by_server) return;  // whose keys are in its JWKS: another case
    auto drafts = drafts_with(suite, "sig.keyid.key-from-signature-key");
    // There the token endpoint compares the key with the resource token, and refuses another without our seeing why.
    std::erase_if(drafts, [&](const auto& id) { return endpoint.server && !protocol::find_draft(id)->person_tokens; });
    suite
        .add(case_id(prefix, 69), "a key that only keyid names is not used",
             {{"sig.keyid.key-from-signature-key", "key-from-keyid"}},
             [endpoint](Test& t) {
                 const auto answer = t.altered(endpoint, [&](auto& r) {
                     auto& server = t.world().person_server();
                     const auto issuer = jose::Jwt::decode(r.token).value().claim_string("iss");
                     r.key = issuer == server.identifier() ? server.key() : t.world().agent_provider().key();
                     r.signing.parameters.set("keyid", r.key.kid);
                 });
                 expect_refusal(t, answer, endpoint, {}, {}, {"invalid_signature"});
             })
        .only_for(drafts)
        .because("The key that the token confirms is the agent's; any other signature is somebody else's.");
}

void odd_parameters_case(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    suite.add(case_id(prefix, 70), "signature parameters of unexpected types do not break the server",
              {{"input.hostile", "status-500-for-signature"}}, [endpoint](Test& t) {
                  const std::pair<const char*, sfv::BareItem> odd[] = {{"created", std::int64_t{999'999'999'999'999}},
                                                                       {"created", std::int64_t{-999'999'999'999'999}},
                                                                       {"created", true},
                                                                       {"expires", std::string("soon")},
                                                                       {"expires", sfv::Decimal{1500}},
                                                                       {"keyid", sfv::Bytes{std::string(3, '\0')}},
                                                                       {"alg", true},
                                                                       {"nonce", std::int64_t{1}},
                                                                       {"unknown", sfv::Token{"x"}}};
                  const auto who = t.player();
                  t.control(endpoint, who);
                  for (const auto& [name, value] : odd) {
                      auto request = endpoint.request(t, who);
                      request.signing.parameters.set(name, value);
                      expect_no_server_error(t, t.send(request, std::string("an odd ") + name));
                  }
              });
}

}  // namespace

void freshness_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    created_rows(suite, prefix, endpoint);
    window_rows(suite, prefix, endpoint);
    expires_rows(suite, prefix, endpoint);
    parameter_rows(suite, prefix, endpoint);
    fitting_rows(suite, prefix, endpoint);
    keyid_case(suite, prefix, endpoint);
    odd_parameters_case(suite, prefix, endpoint);
}

}  // namespace aauth::suites
