#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// Challenges with something unusual about them (11.6).
namespace aauth::suites::ag {

namespace {

using Change = std::function<void(http::Fields&)>;

// Every challenge of the resource is changed so; the call has to be served all the same.
void served_although(Test& t, const std::string& path, const Change& change) {
    control(t, path);
    Scene scene(t, begins_with_agent_token());
    scene.resource().alter_answers([change](const http::Request&, http::Reply& reply) {
        if (reply.response.status == 401) change(reply.response.fields);
    });
    scene.get(path).run();
    scene.served();
}

void change_requirement(http::Fields& fields, const std::string& more) {
    const auto field = fields.combined("AAuth-Requirement").value_or("");
    if (!field.empty()) fields.set("AAuth-Requirement", field + more);
}

void unknown_values(Suite& suite) {
    struct Row {
        int number;
        const char *title, *field, *fault;
    };
    for (const Row& row :
         {Row{1, "a requirement that the agent does not know is surfaced as an error", "requirement=x-biometric",
              "unknown-requirement-ignored"},
          Row{2, "an unknown requirement is not taken for one that the agent knows",
              R"(requirement=x-auth-token; resource-token="{}"; url="https://rs.example/page"; code="A1B2-C3D4")",
              "unknown-requirement-as-auth"}}) {
        suite.add(case_id("AG-CHA", row.number), row.title, {{"requirement.unknown-value", row.fault}},
                  [template_text = std::string(row.field)](Test& t) {
                      control(t, "/data");
                      Scene scene(t);
                      scene.resource().alter_answers([template_text](const http::Request&, http::Reply& reply) {
                          auto& fields = reply.response.fields;
                          const auto had = fields.combined("AAuth-Requirement").value_or("");
                          const auto from = had.find('"'), to = had.rfind('"');
                          if (from == std::string::npos || from == to) return;
                          auto field = template_text;
                          if (const auto at = field.find("{}"); at != std::string::npos) {
                              field.replace(at, 2, had.substr(from + 1, to - from - 1));
                          }
                          fields.set("AAuth-Requirement", field);
                      });
                      scene.get("/data").run();
                      scene.first(scene.resource(), "/data");
                      scene.untouched(scene.person_server(), "/token");
                      scene.not_served();
                  });
    }
}

void although(Suite& suite) {
    struct Row {
        int number;
        const char *title, *requirement, *fault;
        bool auth;  // about a challenge for an auth token
        Change change;
    };
    const auto parameters = [](http::Fields& fields) {
        change_requirement(fields, R"(; hint="x"; weight=12; urgent)");
    };
    const auto bearer = [](http::Fields& fields) {
        fields.add("WWW-Authenticate", "Bearer realm=\"data\", Basic realm=\"data\"");
    };
    const auto link = [](http::Fields& fields) {
        fields.add("Link", "<https://elsewhere.example/.well-known/aauth-resource.json>; rel=\"aauth-resource\"");
    };
    const auto members = [](http::Fields& fields) { change_requirement(fields, R"(, also="x", more=?1)"); };
    for (const Row& row : {Row{11, "unknown parameters of requirement=person-token are ignored",
                               "requirement.unknown-parameters", "parameters-strict", false, parameters},
                           Row{12, "unknown parameters of requirement=auth-token are ignored",
                               "requirement.unknown-parameters", "parameters-strict", true, parameters},
                           Row{13, "a WWW-Authenticate beside requirement=person-token does not matter",
                               "requirement.www-authenticate-beside", "www-authenticate-first", false, bearer},
                           Row{14, "a WWW-Authenticate beside requirement=auth-token does not matter",
                               "requirement.www-authenticate-beside", "www-authenticate-first", true, bearer},
                           Row{15, "a link in a 401 does not replace the requirement in it", "link.no-substitute",
                               "link-for-requirement", false, link},
                           Row{16, "further members of AAuth-Requirement do not matter",
                               "requirement.unknown-parameters", "members-strict", true, members}}) {
        suite.add(case_id("AG-CHA", row.number), row.title, {{row.requirement, row.fault}},
                  [row](Test& t) { served_although(t, row.auth ? "/data" : asks_for_person(t), row.change); });
    }
}

void resource_alone(Suite& suite) {
    suite.add("AG-CHA-021", "a resource that asks for different things at different paths is followed at each",
              {{"requirement.auth-token.retry", "challenges-unfollowed"}}, [](Test& t) {
                  Scene scene(t);
                  scene.get("/data").get("/agent").get(asks_for_person(t)).get("/write").run();
                  for (std::size_t step = 0; step < 4; ++step) scene.served({}, step);
              });
    suite.add("AG-CHA-022", "a challenge without a resource token is not followed",
              {{"resource-token.challenge-verify-signature", "challenge-forwarded"}}, [](Test& t) {
                  control(t, "/data");
                  Scene scene(t);
                  scene.resource().alter_answers([](const http::Request&, http::Reply& reply) {
                      auto& fields = reply.response.fields;
                      const auto field = fields.combined("AAuth-Requirement").value_or("");
                      if (field.find("resource-token") != std::string::npos) {
                          fields.set("AAuth-Requirement", "requirement=auth-token");
                      }
                  });
                  scene.get("/data").run();
                  scene.first(scene.resource(), "/data");
                  scene.untouched(scene.person_server(), "/token");
                  scene.not_served();
              });
}

}  // namespace

void challenge_cases(Suite& suite) {
    suite.area("Challenges", "11.6");
    unknown_values(suite);
    although(suite);
    resource_alone(suite);
}

}  // namespace aauth::suites::ag
