#include <fmt/core.h>

#include "harness/httpsig/digest.h"
#include "suites/common/signature_parts.h"

// The signature base and the signature itself (11.3.4 step 7, RFC 9421 section 2).
namespace aauth::suites {

namespace {

using Request = mocks::SignedRequest;

// Replaces the octets of the signature after signing.
std::function<void(Test&, Request&)> signature(std::function<void(std::string&)> change) {
    return [change](Test&, Request& r) {
        r.then([change](http::Request& sent) {
            auto field = sfv::parse_dictionary(sent.fields.combined("Signature").value()).value();
            auto octets = std::get<sfv::Bytes>(field.item("sig")->value).data;
            change(octets);
            field.set("sig", sfv::Item{sfv::Bytes{octets}, {}});
            sent.fields.set("Signature", sfv::serialize(field).value());
        });
    };
}

void signature_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const Covers covers{{"sig.signature-invalid", "ignore sig.verifies"}};
    const std::vector<std::string> codes{"invalid_signature"};
    add_refused(
        suite, prefix, endpoint,
        {{80,
          "a signature by another key than the one that Signature-Key gives is refused",
          covers,
          codes,
          {},
          [](Test&, Request& r) { r.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519); },
          "A token is no password: whoever shows it has to hold its key."},
         {81, "a signature with one bit changed is refused", covers, codes, {}, signature([](auto& octets) {
              octets[octets.size() / 2] = static_cast<char>(octets[octets.size() / 2] ^ 1);
          })},
         {82, "a truncated signature is refused", covers, codes, {}, signature([](auto& octets) {
              octets.pop_back();
          })},
         {83, "a signature with a surplus octet is refused", covers, codes, {}, signature([](auto& octets) {
              octets += '\0';
          })},
         {84, "an empty signature is refused", covers, codes, {}, signature([](auto& octets) { octets.clear(); })},
         {85, "a signature of zeros is refused", covers, codes, {}, signature([](auto& octets) {
              octets.assign(octets.size(), '\0');
          })}});
}

// What was signed is not what arrives. The client sends the URL's own target and authority, whatever was signed.
void altered_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const Covers covers{{"sig.base", "ignore sig.verifies"}};
    const std::vector<std::string> codes{"invalid_signature"};
    const char* why = "A captured signature must be of no use for any other request.";
    add_refused(suite, prefix, endpoint,
                {{90,
                  "a signature made for another method is refused",
                  covers,
                  codes,
                  {},
                  [](Test&, Request& r) {
                      const auto method = r.request.method;
                      r.request.method = "PUT";
                      r.then([method](http::Request& sent) { sent.method = method; });
                  },
                  why},
                 {91,
                  "a signature made for another path is refused",
                  covers,
                  codes,
                  {},
                  [](Test&, Request& r) { r.request.target = "/another/path"; },
                  why},
                 {92,
                  "a signature made for another authority is refused",
                  covers,
                  codes,
                  {},
                  [](Test&, Request& r) { r.request.authority = "another.example"; },
                  why},
                 {93,
                  "a created changed after signing is refused",
                  covers,
                  codes,
                  {},
                  [](Test& t, Request& r) {
                      r.created(t.now() - 5);
                      r.then([now = t.now()](http::Request& sent) {
                          auto field = sent.fields.combined("Signature-Input").value();
                          const auto at = field.find("created=") + 8;
                          sent.fields.set("Signature-Input", field.replace(at, 10, std::to_string(now)));
                      });
                  },
                  why},
                 {94,
                  "a Signature-Key changed after signing is refused",
                  covers,
                  codes,
                  {},
                  [](Test&, Request& r) {
                      r.then([](http::Request& sent) {
                          const auto field = sent.fields.combined("Signature-Key").value();
                          sent.fields.set("Signature-Key", field + ", other=jwt;jwt=\"x\"");
                      });
                  },
                  why}});
}

void body_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const Covers covers{{"sig.base", "ignore sig.verifies"}};
    add_refused(suite, prefix, endpoint,
                {{96,
                  "a body and Content-Digest changed after signing are refused",
                  covers,
                  {"invalid_signature"},
                  {},
                  [](Test&, Request& r) {
                      r.then([](http::Request& sent) {
                          sent.body += " ";
                          sent.fields.set("Content-Digest", httpsig::content_digest(sent.body));
                      });
                  }},
                 {97, "a Content-Type changed after signing is refused", covers, {}, {}, [](Test&, Request& r) {
                      r.then([](http::Request& sent) { sent.fields.set("Content-Type", "application/json; a=b"); });
                  }}});
    suite
        .add(case_id(prefix, 95), "a body that is not the one of Content-Digest is refused",
             {{"sig.content-digest.checked", "ignore sig.digest"}},
             [endpoint](Test& t) {
                 const auto answer =
                     t.altered(endpoint, [](auto& r) { r.then([](http::Request& sent) { sent.body += " "; }); });
                 // 400 is as good as 401: the signature over the field is right.
                 const bool refused = answer.status() >= 400 && answer.status() < 500;
                 t.expect(answer).that(refused, "answer", "refused", answer.summary());
             })
        .because("The signature covers the digest only; nobody else compares it with the body.");
}

// A base in which @method stands twice, which no signer should make.
void cover_twice(Request& request) {
    request.then([key = request.key, signing = request.signing](http::Request& sent) {
        sfv::InnerList input{signing.covered, signing.parameters};
        input.items.push_back(httpsig::component("@method"));
        std::string base;
        for (const auto& item : input.items) {
            base +=
                sfv::serialize(item).value() + ": " + httpsig::component_value({&sent, nullptr}, item).value() + "\n";
        }
        base += "\"@signature-params\": " + sfv::serialize(input).value();
        const sfv::Item octets{sfv::Bytes{key.key.sign(key.algorithm, base).value()}, {}};
        sent.fields.set("Signature-Input", "sig=" + sfv::serialize(input).value());
        sent.fields.set("Signature", "sig=" + sfv::serialize(octets).value());
    });
}

void component_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    const char* why = "The components stand in the base as Signature-Input names them (RFC 9421 section 2.5).";
    add_accepted(suite, prefix, endpoint,
                 {{100,
                   "the covered components may stand in any order",
                   {{"sig.base", "base-fixed-order"}},
                   {},
                   {},
                   [](Test&, Request& r) { std::reverse(r.signing.covered.begin(), r.signing.covered.end()); },
                   why},
                  {101,
                   "a further field may be covered",
                   {{"sig.base", "base-no-x-fields"}},
                   {},
                   {},
                   [](Test&, Request& r) { r.header("X-Conformance", "covered").also_cover("x-conformance"); },
                   why},
                  {102,
                   "a further field in two lines is covered as their combination",
                   {{"sig.base", "base-no-x-fields"}},
                   {},
                   {},
                   [](Test&, Request& r) {
                       r.request.fields.add("X-Conformance", "one");
                       r.request.fields.add("X-Conformance", "two");
                       r.also_cover("x-conformance");
                   },
                   "The lines of a field are joined by a comma and a space (RFC 9421 section 2.1)."}});
    // No code is given for a component that is covered twice.
    add_refused(suite, prefix, endpoint,
                {{103,
                  "a component that is covered twice is refused",
                  {{"sig.base", "base-repeats"}},
                  {},
                  {},
                  [](Test&, Request& r) { cover_twice(r); },
                  "A base with a repeated component has to produce an error (RFC 9421 section 2.5)."}});
    suite
        .add(case_id(prefix, 104), "a covered @query begins with its question mark",
             {{"sig.base", "base-query-without-mark"}},
             [endpoint](Test& t) {
                 const auto answer = t.altered(endpoint, [](auto& r) { r.uncover("@query").also_cover("@query"); });
                 const bool accepted = endpoint.accepted(answer);
                 const auto error = protocol::parse_signature_error(answer.response.fields);
                 // AAuth asks nobody to know @query; who does not says that the input is invalid.
                 if (!accepted && error && error->error == "invalid_input") {
                     t.prefer(answer).that(false, "answer", "accepted", answer.summary());
                     return;
                 }
                 t.expect(answer).that(accepted, "answer", "accepted", answer.summary());
             })
        .because("Without a query the value is a question mark alone (RFC 9421 section 2.2.7).");
    suite.add(case_id(prefix, 105), "odd components do not break the server",
              {{"input.hostile", "status-500-for-signature"}}, [endpoint](Test& t) {
                  const auto who = t.player();
                  t.control(endpoint, who);
                  for (const char* odd : {"\"@path\";req", "\"signature-key\";sf", "\"@query-param\"", "\"@status\"",
                                          "\"@nonsense\"", "\"x-absent\"", "\"\"", "sig", "1"}) {
                      auto request = endpoint.request(t, who);
                      request.then([odd](http::Request& sent) {
                          auto field = sent.fields.combined("Signature-Input").value();
                          sent.fields.set("Signature-Input", field.insert(field.find('(') + 1, odd + std::string(" ")));
                      });
                      const auto answer = t.send(request, fmt::format("covers {}", odd));
                      expect_no_server_error(t, answer);
                      prefer_refusal(t, answer, endpoint, "sig.base");
                  }
              });
}

void huge_rows(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    struct {
        const char* title;
        std::function<void(http::Request&)> change;
    } const rows[] = {
        {"a Signature-Input of 100 KiB",
         [](auto& sent) {
             const auto field = sent.fields.combined("Signature-Input").value();
             sent.fields.set("Signature-Input", field + ";nonce=\"" + std::string(100 << 10, 'a') + "\"");
         }},
        {"a signature over ten thousand components",
         [](auto& sent) {
             std::string field = "sig=(";
             for (int i = 0; i < 10000; ++i) field += fmt::format("\"x-{}\" ", i);
             sent.fields.set("Signature-Input", field + "\"signature-key\");created=1");
         }},
        {"a Signature with five thousand labels",
         [](auto& sent) {
             auto field = sent.fields.combined("Signature").value();
             for (int i = 0; i < 5000; ++i) field += fmt::format(", label{}=:AAAA:", i);
             sent.fields.set("Signature", field);
         }},
    };
    int number = 110;
    for (const auto& row : rows) {
        suite.add(case_id(prefix, number++), fmt::format("{} does not break the server", row.title),
                  {{"input.hostile", "crash-on-long-headers"}}, [endpoint, change = row.change](Test& t) {
                      const auto who = t.player();
                      t.control(endpoint, who);
                      auto request = endpoint.request(t, who);
                      // A server may close the connection on it, but goes on serving others.
                      if (const auto answer = send_huge(t, request.then(change), "huge"))
                          expect_no_server_error(t, *answer);
                      const auto after = t.send(endpoint.request(t, who), "the request unaltered, afterwards");
                      t.expect(after).that(endpoint.accepted(after), "answer", "accepted", after.summary());
                  });
    }
}

}  // namespace

void base_cases(Suite& suite, const std::string& prefix, const Endpoint& endpoint) {
    signature_rows(suite, prefix, endpoint);
    altered_rows(suite, prefix, endpoint);
    if (endpoint.server) body_cases(suite, prefix, endpoint);
    component_rows(suite, prefix, endpoint);
    huge_rows(suite, prefix, endpoint);
}

}  // namespace aauth::suites
