#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/verification.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// What an agent does about a server's wishes for its signatures: additional components (11.2.4), Signature-Error with
// required_input (11.9.1), Accept-Signature-Scheme and Accept-Signature-Alg (Signature Keys 4).
namespace aauth::suites::ag {

namespace {

Setting wants_components(std::vector<std::string> names) {
    Setting setting;
    setting.resource.additional_signature_components = std::move(names);
    return setting;
}

// The answer of a server that also wants these components.
http::Reply wants_more(const std::vector<std::string>& names, const std::string& body) {
    http::Reply reply;
    reply.response = protocol::refusal_response({"invalid_input", "", names, {}, {}});
    reply.response.body = body;
    return reply;
}

void additional(Suite& suite) {
    suite.area("Additional components", "11.2.4");
    suite.add("AG-SIG-051", "a request to a resource covers the components that its metadata names",
              {{"sig.components.additional", "additional-uncovered"}}, [](Test& t) {
                  Scene scene(t, wants_components({"@query", "@scheme"}));
                  scene.get("/agent?a=b").run();
                  const auto received = scene.first(scene.resource(), "/agent");
                  for (const char* name : {"@query", "@scheme"}) {
                      t.check({}, received.covers(name), "signature", std::string("covers ") + name,
                              received.field("Signature-Input"));
                  }
              });
    suite.add("AG-SIG-052", "a body is covered at a resource whose metadata asks for that",
              {{"sig.components.additional", "additional-uncovered"}}, [](Test& t) {
                  Scene scene(t, wants_components({"content-digest", "content-type"}));
                  scene.call("POST", "/write", R"({"text": "hello"})").run();
                  const auto received = scene.first(scene.resource(), "/write");
                  for (const char* name : {"content-digest", "content-type"}) {
                      t.check({}, received.covers(name), "signature", std::string("covers ") + name,
                              received.field("Signature-Input"));
                  }
              });
}

// The resource also wants @query to be covered, and says so beside this body.
void wants_query(Scene& scene, const std::string& body) {
    scene.resource().intercept([body](const http::Request& request) -> std::optional<http::Reply> {
        const auto input = request.fields.combined("Signature-Input").value_or("");
        if (input.find("\"@query\"") != std::string::npos) return std::nullopt;
        return wants_more({"@method", "@authority", "@path", "signature-key", "@query"}, body);
    });
}

void on_errors(Suite& suite) {
    suite.area("Signature errors", "11.9.1");
    struct Row {
        int number;
        const char *title, *fault, *body;
    };
    for (const Row& row :
         {Row{53, "required_input is read from Signature-Error, with no body beside it", "required-input-from-body",
              ""},
          Row{54, "required_input is read from Signature-Error, whatever the body says", "required-input-from-body",
              R"({"error": "invalid_key", "required_input": ["@status"]})"},
          Row{55, "required_input is read from Signature-Error beside a body that is no JSON",
              "required-input-from-body", "<html>"}}) {
        suite.add(case_id("AG-SIG", row.number), row.title, {{"sig.error-body.not-needed", row.fault}},
                  [body = std::string(row.body)](Test& t) {
                      const auto perform = [&](const std::string& beside) {
                          Scene scene(t);
                          wants_query(scene, beside);
                          scene.get("/agent?a=b").run();
                          return std::pair(scene.result().succeeded(), scene.said());
                      };
                      const auto told = R"({"error": "invalid_input", "required_input": ["@query"]})";
                      if (!perform(told).first) t.skip("the agent does not act on required_input");
                      const auto [good, said] = perform(body);
                      t.check({}, good, "outcome", "served as with a body that says it too", said);
                  });
    }
    suite.add("AG-SIG-056", "an agent that is told to sign under another scheme does not do so",
              {{"sig.scheme.agent-jwt", "unsupported-scheme-hwk"}}, [](Test& t) {
                  Scene scene(t);
                  scene.resource().intercept([](const http::Request&) -> std::optional<http::Reply> {
                      http::Reply reply;
                      reply.response = protocol::refusal_response({"unsupported_scheme", "", {}, {"hwk"}, {}});
                      return reply;
                  });
                  scene.get("/agent").run();
                  scene.not_served();
                  for (const auto& received : scene.everything()) {
                      t.check({}, received.scheme == "jwt", "scheme", "jwt", received.field("Signature-Key"));
                  }
              });
    suite.area("What a server accepts", "4");
    for (const char* field : {"Accept-Signature-Scheme", "Accept-Signature-Alg"}) {
        const bool scheme = std::string_view(field) == "Accept-Signature-Scheme";
        suite.add(scheme ? "AG-SIG-061" : "AG-SIG-062", std::string("an unknown name in ") + field + " is ignored",
                  {{"sig.challenge.unknown-tokens", "accept-strict"}}, [field, scheme](Test& t) {
                      control(t, asks_for_person(t));
                      Scene scene(t, begins_with_agent_token());
                      scene.resource().alter_answers([field, scheme](const http::Request&, http::Reply& reply) {
                          if (reply.response.status != 401) return;
                          reply.response.fields.add(field, scheme ? "x-invented, jwt" : "x-invented, Ed25519");
                      });
                      scene.get(asks_for_person(t)).run();
                      scene.served();
                  });
    }
}

}  // namespace

void signature_answer_cases(Suite& suite) {
    additional(suite);
    on_errors(suite);
}

}  // namespace aauth::suites::ag
