#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/resource/surfaces.h"

// Links to the metadata document (11.2.5).
namespace aauth::suites::rs {

namespace {

constexpr std::string_view relation = "aauth-resource";
constexpr std::string_view suffix = "/.well-known/aauth-resource.json";

// The targets of aauth-resource links in the Link fields of an answer (RFC 8288).
void links_in_fields(const Answer& answer, std::vector<std::string>& targets) {
    auto text = answer.header("Link").value_or("");
    for (std::size_t open = text.find('<'); open != std::string::npos; open = text.find('<')) {
        const auto close = std::min(text.find('>', open), text.size());
        const auto target = text.substr(open + 1, close - open - 1);
        text.erase(0, close);
        const auto parameters = text.substr(0, text.find('<'));
        if (parameters.find(relation) != std::string::npos) targets.push_back(target);
    }
}

// The same in the link elements of a page, as far as its author quotes attributes.
void links_in_page(const Answer& answer, std::vector<std::string>& targets) {
    const auto page = answer.response.body.substr(0, 1u << 20);
    for (auto at = page.find("<link"); at != std::string::npos; at = page.find("<link", at + 1)) {
        const auto element = page.substr(at, page.find('>', at) - at);
        const auto href = element.find("href=");
        if (element.find(relation) == std::string::npos || href + 5 >= element.size()) continue;
        const char quote = element[href + 5];
        if (quote == '"' || quote == '\'') {
            targets.push_back(element.substr(href + 6, element.find(quote, href + 6) - href - 6));
        }
    }
}

std::vector<std::string> links(const Answer& answer) {
    std::vector<std::string> targets;
    links_in_fields(answer, targets);
    links_in_page(answer, targets);
    return targets;
}

// The page at documentation_uri. The case is skipped where the metadata names none, or one elsewhere.
Answer documentation(Test& t) {
    const auto place = t.world().endpoint("documentation_uri");
    const auto url = http::Url::parse(place);
    if (!url) t.skip("the metadata has no documentation_uri");
    if (url->origin() != t.world().identifier()) t.skip("the documentation is on another origin than the resource");
    return t.send_plain("GET", place, {{"Accept", "text/html"}}, {}, "the documentation");
}

}  // namespace

void link_cases(Suite& suite) {
    suite.area("Resource metadata link", "11.2.5");
    suite
        .add("RS-LNK-001", "an aauth-resource link points to a metadata document",
             {{"link.target-form", "link-other-target"}},
             [](Test& t) {
                 const auto targets = links(documentation(t));
                 if (targets.empty()) t.skip("the documentation has no aauth-resource link");
                 for (const auto& target : targets) {
                     const bool suffixed = target.size() > suffix.size() &&
                                           target.compare(target.size() - suffix.size(), suffix.size(), suffix) == 0;
                     const auto issuer = suffixed ? target.substr(0, target.size() - suffix.size()) : std::string();
                     t.check({}, protocol::is_server_identifier(issuer, t.world().reach()), "target of the link",
                             "a server identifier followed by " + std::string(suffix), target);
                 }
             })
        .because("An agent fetches a link of no other form.");
    suite
        .add("RS-LNK-002", "the page at documentation_uri carries an aauth-resource link",
             {{"link.documentation-page", "docs-no-link"}},
             [](Test& t) {
                 const auto answer = documentation(t);
                 t.expect(answer).that(!links(answer).empty(), "aauth-resource link", "in the page or a Link field",
                                       "none");
             })
        .because("An agent that reached the documentation first finds the resource by it.");
}

}  // namespace aauth::suites::rs
