#include <nlohmann/json.hpp>

#include "suites/common/rows.h"
#include "suites/person-server/endpoints.h"

// The resource of a person token request has to be a server identifier (11.1.1).
namespace aauth::suites::ps {

namespace {

// One wrong value, made from the identifier of our resource, which is right.
struct Wrong {
    const char *number, *title, *requirement;
    std::function<nlohmann::json(std::string)> value;
    bool arguable = false;  // the text can be read so that the value is good
};

std::string after_scheme(const std::string& identifier, const std::string& inserted) {
    return std::string(identifier).insert(identifier.find("://") + 3, inserted);
}

std::function<nlohmann::json(std::string)> with_suffix(const std::string& suffix) {
    return [suffix](const std::string& identifier) { return identifier + suffix; };
}

std::function<nlohmann::json(std::string)> fixed(nlohmann::json value) {
    return [value = std::move(value)](const std::string&) { return value; };
}

}  // namespace

void resource_parameter_cases(Suite& suite) {
    suite.area("Server identifiers", "11.1.1");
    const char* valid = "person-endpoint.resource-valid";
    const char* syntax = "id.server.syntax";
    const Wrong table[] = {
        {"080", "a resource that is a number is refused", valid, fixed(7)},
        {"081", "a resource that is null is refused", valid, fixed(nullptr)},
        {"082", "a resource that is an array of one identifier is refused", valid,
         [](const std::string& identifier) { return nlohmann::json::array({identifier}); }},
        {"083", "a resource that is an object is refused", valid,
         [](const std::string& identifier) {
             return nlohmann::json{{"url", identifier}};
         }},
        {"084", "an empty resource is refused", valid, fixed("")},
        {"085", "a resource with a trailing slash is refused", syntax, with_suffix("/")},
        {"086", "a resource with a path is refused", syntax, with_suffix("/v1")},
        {"087", "a resource with a path of a dot is refused", syntax, with_suffix("/.")},
        {"088", "a resource with a query is refused", syntax, with_suffix("?a=b")},
        {"089", "a resource with an empty query is refused", syntax, with_suffix("?")},
        {"090", "a resource with a fragment is refused", syntax, with_suffix("#a")},
        {"091", "a resource with an empty fragment is refused", syntax, with_suffix("#")},
        {"092", "a resource with a backslash is refused", syntax, with_suffix("\\")},
        {"093", "a resource that ends in a space is refused", syntax, with_suffix(" ")},
        {"094", "a resource that ends in a line break is refused", syntax, with_suffix("\n")},
        {"095", "a resource that starts with a space is refused", syntax,
         [](const std::string& identifier) { return " " + identifier; }},
        {"096", "a resource with a user name is refused", syntax,
         [](const std::string& identifier) { return after_scheme(identifier, "user@"); }},
        {"097", "a resource with an empty user name is refused", syntax,
         [](const std::string& identifier) { return after_scheme(identifier, "@"); }},
        {"098", "a resource with a third slash is refused", syntax,
         [](const std::string& identifier) { return after_scheme(identifier, "/"); }},
        {"099", "a resource with the http scheme is refused", syntax, fixed("http://rs.example")},
        {"100", "a resource with a port is refused", syntax, fixed("https://rs.example:8443")},
        {"101", "a resource with the port of https is refused", syntax, fixed("https://rs.example:443")},
        {"102", "a resource with an uppercase host is refused", syntax, fixed("https://Rs.Example")},
        {"103", "a resource with an uppercase scheme is refused", syntax, fixed("HTTPS://rs.example")},
        {"104", "a resource without slashes is refused", syntax, fixed("https:rs.example")},
        {"105", "a resource with one slash is refused", syntax, fixed("https:/rs.example")},
        {"106", "a resource with backslashes for slashes is refused", syntax, fixed("https:\\\\rs.example")},
        {"107", "a resource with a percent-encoded host is refused", syntax, fixed("https://r%73.example"),
         true},  // 11.1.1 says host, and RFC 3986 lets a host be percent-encoded
        {"108", "a resource that is a host alone is refused", syntax, fixed("rs.example")},
        {"109", "a resource that is a scheme alone is refused", syntax, fixed("https://")},
        {"110", "a resource with another scheme is refused", syntax, fixed("ftp://rs.example")},
        {"111", "a resource with an internationalized host that is not in its ACE form is refused", "id.server.ace",
         fixed("https://b\xc3\xbc"
               "cher.example")},
    };
    for (const auto& row : table) {
        suite
            .add(std::string("PS-PER-") + row.number, row.title,
                 row.arguable ? Covers{{"input.hostile", "error-500"}}
                              : Covers{{row.requirement, "accept-bad-resource"}},
                 [value = row.value, syntax, arguable = row.arguable](Test& t) {
                     const auto answer =
                         changed_person(t, [&](auto& body) { body["resource"] = value(our_resource(t)); });
                     if (arguable) {
                         expect_no_server_error(t, answer);
                         return better_refused(t, answer, syntax);
                     }
                     refused(t, answer, {}, {"error.invalid-request", {"invalid_request"}});
                 })
            .only_for(drafts_with(&protocol::Draft::person_tokens));
    }
}

}  // namespace aauth::suites::ps
