#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/agent/areas.h"
#include "suites/agent/scenario.h"
#include "suites/common/rows.h"

// Links to a resource's metadata (11.2.5).
namespace aauth::suites::ag {

namespace {

// The agent is told to find a resource by a page that has this link.
void follow(Scene& scene, const std::string& target) {
    scene.resource().intercept([target](const http::Request& request) -> std::optional<http::Reply> {
        if (request.path() != "/docs") return std::nullopt;
        return answer(200, "<html></html>",
                      {{"Content-Type", "text/html"}, {"Link", "<" + target + ">; rel=\"aauth-resource\""}});
    });
    scene.act("follow-link", {{"url", scene.resource().url("/docs")}}).run();
}

constexpr const char* document = "/.well-known/aauth-resource.json";

// The control: a good link leads to its resource.
void follows_links(Test& t) {
    Scene scene(t);
    const auto& other = scene.another_resource();
    follow(scene, other.url(document));
    const auto body = json::parse_object(scene.result().body);
    const auto found = body ? json::string_member(*body, "resource").value_or("") : "";
    if (found != other.identifier()) t.blocked("a good link was not followed: " + scene.said());
}

}  // namespace

void metadata_cases(Suite& suite) {
    suite.area("Links to metadata", "11.2.5");
    struct Row {
        int number;
        const char *title, *path;
    };
    for (const Row& row : {Row{1, "a link whose target is no well-known document is not fetched", "/metadata.json"},
                           Row{2, "a link with a path before the well-known part is not fetched",
                               "/tenant/.well-known/aauth-resource.json"},
                           Row{3, "a link with a query is not fetched", "/.well-known/aauth-resource.json?tenant=1"}}) {
        suite.add(case_id("AG-LNK", row.number), row.title, {{"link.fetch-only-form", "link-any-form"}},
                  [path = std::string(row.path)](Test& t) {
                      follows_links(t);
                      Scene scene(t);
                      auto& other = scene.another_resource();
                      const auto fetched = std::make_shared<int>(0);
                      const auto count = [fetched](const http::Request&) -> std::optional<http::Reply> {
                          ++*fetched;
                          return answer(404, "");
                      };
                      other.intercept(count);
                      other.answer_documents_with(count);
                      follow(scene, other.url(path));
                      t.check({}, *fetched == 0, "requests to the link's target", "none", std::to_string(*fetched));
                      scene.not_served();
                  });
    }
    suite.add("AG-LNK-004", "a document that was found by a link is checked for its issuer",
              {{"link.verify-issuer", "ignore meta.issuer-match"}}, [](Test& t) {
                  follows_links(t);
                  Scene scene(t);
                  auto& other = scene.another_resource();
                  auto odd = other.metadata();
                  odd["issuer"] = scene.resource().identifier();
                  other.publish_metadata(json::dump(odd));
                  follow(scene, other.url(document));
                  scene.not_served();
              });

    suite.area("TLS", "13.16");
    suite.add("AG-TLS-001", "an agent does not speak TLS older than 1.2", {{"tls.version", "tls-old"}}, [](Test& t) {
        const auto with = [](http::TlsVersion oldest, http::TlsVersion newest) {
            auto setting = begins_with_agent_token();
            setting.tls = {oldest, newest};
            return setting;
        };
        Scene good(t, with(http::TlsVersion::Tls1_2, http::TlsVersion::Tls1_3));
        good.get("/agent").run();
        if (!good.result().succeeded()) t.blocked("by TLS 1.2 the call was not served: " + good.said());
        Scene scene(t, with(http::TlsVersion::Tls1_0, http::TlsVersion::Tls1_1));
        scene.get("/agent").run();
        scene.untouched(scene.resource(), "/");
        scene.not_served();
    });
}

}  // namespace aauth::suites::ag
