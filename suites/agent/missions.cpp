#include <nlohmann/json.hpp>

#include "harness/crypto/encoding.h"
#include "harness/json/json.h"
#include "harness/protocol/mission.h"
#include "suites/agent/areas.h"
#include "suites/agent/mission_steps.h"
#include "suites/common/rows.h"

// How a mission comes about, as its agent sees it (8.1 to 8.3).
namespace aauth::suites::ag {

namespace {

using protocol::TokenKind;

// The approval of the person server, changed: the bytes of the blob, and what names them.
void approves(Scene& scene, const std::function<std::string(const nlohmann::json& blob)>& rewrite,
              const std::function<std::string(const std::string& blob)>& named) {
    scene.person_server().alter_answers([rewrite, named](const http::Request& request, http::Reply& reply) {
        auto& response = reply.response;
        auto body = json::parse_object(response.body);
        if (request.path() != "/mission" || response.status != 200 || !body) return;
        const auto encoded = json::string_member(*body, "mission");
        const auto blob = encoded ? json::parse_object(crypto::base64url_decode(*encoded).value_or("")) : body;
        const auto bytes = rewrite(blob.value_or(nlohmann::json::object()));
        if (encoded) {
            (*body)["mission"] = crypto::base64url_encode(bytes);
            (*body)["s256"] = named(bytes);
            response.body = json::dump(*body);
            return;
        }
        const auto header = protocol::parse_mission(response.fields);
        response.body = bytes;
        response.fields.set("AAuth-Mission", protocol::to_field({header ? header->approver : "", named(bytes)}));
    });
}

void proposal(Suite& suite) {
    suite.area("Mission proposal", "8.1");
    suite.add("AG-MIS-001", "a mission is proposed by a signed POST under the agent token",
              {{"mission.proposal-signed", "unsigned-at /mission"}}, [](Test& t) {
                  Scene scene(t);
                  propose(scene).run();
                  const auto received = scene.first(scene.person_server(), "/mission");
                  const bool good = received.request().method == "POST" && received.shows(TokenKind::Agent);
                  t.check({}, good, "request", "a POST under the agent token", received.summary());
                  scene.served();
              });
    suite.add("AG-MIS-002", "a proposal lists the resources that the agent expects",
              {{"mission.proposal-listed", "mission-resources-unsaid"}}, [](Test& t) {
                  Scene scene(t);
                  const auto resource = scene.resource().identifier();
                  propose(scene, {{"resources", {resource}}}).run();
                  const auto received = scene.first(scene.person_server(), "/mission");
                  const auto there = received.request().body.find(resource) != std::string::npos;
                  t.check({}, there, "resources", resource, received.request().body.substr(0, 300));
              });
    suite
        .add("AG-MIS-003", "a person token that came with the approval is used",
             {{"mission.proposal-listed", "mission-tokens-unused"}},
             [](Test& t) {
                 Scene scene(t);
                 propose(scene, {{"resources", {scene.resource().identifier()}}}).get("/person").run();
                 (void)s256_of(scene);
                 scene.untouched(scene.person_server(), "/person");
                 scene.served({}, 1);
             })
        .only_for(missions_by_digest());
}

void approval(Suite& suite) {
    suite.area("Mission approval", "8.2");
    suite.add("AG-MIS-011", "a mission whose digest is of other bytes is not used",
              {{"mission.agent-verifies", "mission-unverified"}}, [](Test& t) {
                  Scene scene(t);
                  approves(
                      scene, [](const nlohmann::json& blob) { return json::dump(blob); },
                      [](const std::string& blob) { return protocol::mission_digest(blob + " "); });
                  propose(scene).run();
                  scene.first(scene.person_server(), "/mission");
                  scene.not_served();
              });
    suite.add(
        "AG-MIS-012", "a mission that was changed after it was named is not used",
        {{"mission.agent-verifies", "mission-unverified"}}, [](Test& t) {
            Scene scene(t);
            approves(
                scene,
                [](nlohmann::json blob) {
                    blob["description"] = "# Empty the account";
                    return json::dump(blob);
                },
                [](const std::string&) { return protocol::mission_digest(R"({"description": "# Plan a trip"})"); });
            propose(scene).act("permission", {{"action", "Pay"}}).run();
            scene.first(scene.person_server(), "/mission");
            for (const auto& received : scene.at(scene.person_server(), "/permission")) {
                t.check({}, received.request().body.find("mission") == std::string::npos, "request for permission",
                        "outside this mission", received.request().body.substr(0, 200));
            }
            scene.not_served();
        });
    suite
        .add("AG-MIS-013", "the digest is taken of the bytes as they came, however they are written",
             {{"mission.agent-verifies", "mission-rewritten"}},
             [](Test& t) {
                 Scene scene(t);
                 approves(
                     scene,
                     [](const nlohmann::json& blob) {
                         return "\n{ \"note\" : \"\\u0041\\/\"," + json::pretty(blob).substr(1) + "\n";
                     },
                     protocol::mission_digest);
                 propose(scene).run();
                 scene.first(scene.person_server(), "/mission");
                 scene.served();
             })
        .because("A digest over members written anew differs by spaces, order and escapes.");
    suite.add(
        "AG-MIS-014", "members of a mission that the agent does not know are ignored",
        {{"mission.unknown-members", "mission-strict"}}, [](Test& t) {
            Scene scene(t);
            approves(
                scene,
                [](nlohmann::json blob) {
                    blob.update(
                        {{"x-budget", {{"usd", 5000}}}, {"x-risk", 3}, {"x-tags", {"a", "b"}}, {"x-none", nullptr}});
                    return json::dump(blob);
                },
                protocol::mission_digest);
            propose(scene).run();
            scene.first(scene.person_server(), "/mission");
            scene.served();
        });
    suite.add("AG-MIS-015", "a mission's capabilities are added to the agent's own",
              {{"mission.capabilities-union", "mission-capabilities-dropped"}}, [](Test& t) {
                  Scene scene(t);
                  propose(scene).get(asks_for_person(t)).run();
                  (void)s256_of(scene);
                  const auto received = scene.first(scene.resource(), "/");
                  const auto field = received.field("AAuth-Capabilities");
                  for (const char* name : {"payment", "interaction"}) {
                      t.check({}, field.find(name) != std::string::npos, "AAuth-Capabilities",
                              std::string("with ") + name, field);
                  }
              });
}

void naming(Suite& suite) {
    suite.area("Mission reference", "8.3");
    suite.add("AG-MIS-021", "a person token is asked for in the mission",
              {{"mission.named-in-person-token", "mission-not-named"}}, [](Test& t) {
                  Scene scene(t);
                  propose(scene).get("/person").run();
                  const auto s256 = s256_of(scene);
                  const auto received = scene.first(scene.person_server(), "/person");
                  t.check({}, received.text("mission_s256") == s256, "mission_s256", s256,
                          received.text("mission_s256"));
              });
    suite.add("AG-MIS-022", "no AAuth-Mission is sent", {{"mission.no-header", "mission-header"}}, [](Test& t) {
        Scene scene(t);
        propose(scene).get("/data").act("permission", {{"action", "SendEmail"}}).run();
        (void)s256_of(scene);
        for (const auto& received : scene.everything()) {
            t.check({}, received.field("AAuth-Mission").empty(), "AAuth-Mission", "none",
                    received.field("AAuth-Mission"));
        }
        scene.served({}, 1);
    });
    struct Row {
        int number;
        const char *title, *requirement, *fault;
    };
    for (const Row& row :
         {Row{23, "a resource is told the mission in AAuth-Mission", "mission.header", "mission-header-dropped"},
          Row{24, "AAuth-Mission is sent as it came", "mission.header", "mission-header-altered"},
          Row{25, "the approver in AAuth-Mission is the person server", "mission.header-approver",
              "mission-approver-path"},
          Row{26, "AAuth-Mission is covered by the signature", "sig.components.aauth-mission", "mission-uncovered"}}) {
        suite.add(case_id("AG-MIS", row.number), row.title, {{row.requirement, row.fault}}, [row](Test& t) {
            Scene scene(t, begins_with_agent_token());
            propose(scene).get("/agent").run();
            const auto s256 = s256_of(scene);
            const auto received = scene.first(scene.resource(), "/agent");
            const auto named = protocol::parse_mission(received.request().fields);
            t.check({}, named.has_value(), "AAuth-Mission", "there is one", received.field("AAuth-Mission"));
            if (!named) return;
            if (row.number == 25) {
                t.check({}, named->approver == scene.person_server().identifier(), "approver",
                        scene.person_server().identifier(), named->approver);
            } else if (row.number == 26) {
                t.check({}, received.covers("aauth-mission"), "covered components", "with aauth-mission", "without");
            } else {
                t.check({}, named->s256 == s256, "s256", s256, named->s256);
            }
        });
    }
}

}  // namespace

void mission_cases(Suite& suite) {
    proposal(suite);
    approval(suite);
    naming(suite);
}

}  // namespace aauth::suites::ag
