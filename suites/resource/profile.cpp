#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/resource/surfaces.h"

// What a resource may set for itself in the signature profile (11.2.4, 11.3.3.1), and request headers of AAuth (11.7).
namespace aauth::suites::rs {

namespace {

// The first declared component that a request of ours covers.
std::string additional_component(Test& t) {
    const auto* declared = json::member(t.world().metadata(), "additional_signature_components");
    if (declared == nullptr || !declared->is_array()) t.skip("the target declares no additional_signature_components");
    const auto request = basic_endpoint().request(t, t.player());
    for (const auto& entry : *declared) {
        const auto name = entry.is_string() ? entry.get<std::string>() : std::string();
        for (const auto& item : request.signing.covered) {
            const auto* covered = std::get_if<std::string>(&item.value);
            if (covered != nullptr && *covered == name) return name;
        }
    }
    t.skip("a GET covers none of the declared additional_signature_components");
}

std::int64_t declared_window(Test& t) {
    const auto window = json::integer_member(t.world().metadata(), "signature_window");
    if (!window || *window < 20 || *window > 100000) {
        t.skip("the target declares no signature_window that can be tried");
    }
    return *window;
}

void declared(Suite& suite) {
    suite.add("RS-PRO-001", "a signature that leaves out a declared additional component is refused",
              {{"sig.components.additional-enforced", "ignore sig.components.@target-uri"}}, [](Test& t) {
                  const auto name = additional_component(t);
                  const auto answer = t.altered(basic_endpoint(), [&](mocks::SignedRequest& r) { r.uncover(name); });
                  t.expect_refusal(answer, basic_endpoint(), {"invalid_input"});
                  t.expect(answer, "sig.required-input").required_input({name});
              })
        .because("What is declared and not enforced protects nobody.");
    suite.add("RS-PRO-002", "created well inside the advertised window is accepted, however wide the window",
              {{"sig.window.advertised", "window-default"}}, [](Test& t) {
                  const auto window = declared_window(t);
                  t.accepts(basic_endpoint(), "sig.window.advertised",
                            [&](mocks::SignedRequest& r) { r.created(t.now() - std::max(window - 30, window / 2)); });
              });
    suite.add("RS-PRO-003", "created beyond the advertised window is refused, however narrow the window",
              {{"sig.window.advertised", "ignore sig.created.old"}}, [](Test& t) {
                  const auto window = declared_window(t);
                  t.refuses(basic_endpoint(), {"invalid_signature"},
                            [&](mocks::SignedRequest& r) { r.created(t.now() - window - 30); });
              });
    suite.add("RS-PRO-005", "created three quarters of a minute ago is accepted, by the default window or a wider one",
              {{"sig.window.default", "window-undeclared"}}, [](Test& t) {
                  const auto declared = json::integer_member(t.world().metadata(), "signature_window");
                  if (declared && *declared < 60) t.skip("the target advertises a narrower window than the default");
                  t.accepts(basic_endpoint(), declared ? "sig.window.advertised" : "sig.window.default",
                            [&](mocks::SignedRequest& r) { r.created(t.now() - 45); });
              });
    suite.add("RS-PRO-004", "a resource that wants a body covered says so in its metadata or in required_input",
              {{"sig.components.additional-enforced", "undeclared-component"}}, [](Test& t) {
                  t.control(authorize_endpoint(), t.player());
                  auto request = authorize_endpoint().request(t, t.player());
                  const auto* additional = json::member(t.world().metadata(), "additional_signature_components");
                  for (const char* name : {"content-digest", "content-type"}) {
                      const bool named =
                          additional != nullptr && json::dump(*additional).find(name) != std::string::npos;
                      if (!named) request.uncover(name);
                  }
                  const auto answer = t.send(request, "the same with a body that is not covered");
                  const auto error = protocol::parse_signature_error(answer.response.fields);
                  const bool said = error && error->error == "invalid_input" && !error->required_input.empty();
                  t.expect(answer).that(recognized(answer) || said, "answer",
                                        "accepted, or invalid_input with required_input", answer.summary());
              });
}

// A value of AAuth-Capabilities that must not matter.
struct CapabilityRow {
    int number;
    const char* title;
    Covers covers;
    const char* value;
};

void capabilities(Suite& suite) {
    const CapabilityRow rows[] = {
        {10, "capabilities that the resource does not know are ignored",
         {{"capabilities.unknown-ignored", "capabilities-known-only"}}, "interaction, telepathy"},
        {11, "parameters of capabilities are ignored", {{"capabilities.parameters-ignored", "capabilities-bare-only"}},
         "interaction;level=3, clarification"},
    };
    for (const auto& row : rows) {
        suite.add(case_id("RS-PRO", row.number), row.title, row.covers, [row](Test& t) {
            t.accepts(basic_endpoint(), row.covers.front().requirement, [&](mocks::SignedRequest& r) {
                r.header("AAuth-Capabilities", row.value).also_cover("aauth-capabilities");
            });
        });
    }
}

}  // namespace

void profile_cases(Suite& suite) {
    suite.area("What a resource declares for signatures", "11.3");
    declared(suite);
    capabilities(suite);
}

}  // namespace aauth::suites::rs
