#include "vectors/source/signature_bases.h"

// Signature bases, each written out here as RFC 9421 has it: derived components.
namespace aauth::vectors {

namespace {

std::string expected(const std::vector<Component>& components, const std::string& parameters) {
    std::string base, list;
    for (const auto& [identifier, value] : components) {
        base += identifier + ": " + value + "\n";
        list += (list.empty() ? "" : " ") + identifier;
    }
    return base + "\"@signature-params\": (" + list + ")" + parameters;
}

std::string input_of(const std::vector<Component>& components, const std::string& parameters) {
    std::string list;
    for (const auto& component : components) list += (list.empty() ? "" : " ") + component.identifier;
    return "(" + list + ")" + parameters;
}

}  // namespace

void write_bases(Table& table, const std::string& name, int first, const std::vector<Base>& bases) {
    auto rows = table.group(name, "signature-base", first);
    std::string before;
    for (const auto& base : bases) {
        const std::string parameters = ";created=1790000000";
        const json input{{"message", base.message}, {"signature_input", input_of(base.components, parameters)}};
        const Says says{.flags = base.flags,
                        .requirements = {"sig.base"},
                        .output = {{"base", expected(base.components, parameters)}}};
        if (base.flags.empty()) {
            before = rows.valid(base.comment, input, says);
        } else {
            rows.acceptable(base.comment, before, input, says);
        }
    }
}

json get(const std::string& url, const Lines& lines) { return message("GET", url, lines); }
json plain(const Lines& lines) { return get("https://rs.example/data", lines); }

namespace {

void derived(Table& table) {
    write_bases(
        table, "signature base: derived components", 1,
        {
            {"method, authority and path",
             get("https://rs.example/data"),
             {{R"("@method")", "GET"}, {R"("@authority")", "rs.example"}, {R"("@path")", "/data"}}},
            {"the order is the signer's",
             get("https://rs.example/data"),
             {{R"("@path")", "/data"}, {R"("@method")", "GET"}, {R"("@authority")", "rs.example"}}},
            {"POST", message("POST", "https://rs.example/data", {}), {{R"("@method")", "POST"}}},
            {"DELETE", message("DELETE", "https://rs.example/data", {}), {{R"("@method")", "DELETE"}}},
            {"a method of an extension",
             message("PROPFIND", "https://rs.example/", {}),
             {{R"("@method")", "PROPFIND"}}},
            {"methods keep their case", message("Purge", "https://rs.example/", {}), {{R"("@method")", "Purge"}}},
            {"the host in lower case", get("https://RS.Example/data"), {{R"("@authority")", "rs.example"}}},
            {"a port", get("https://rs.example:8443/data"), {{R"("@authority")", "rs.example:8443"}}},
            {"the default port of https is left out",
             get("https://rs.example:443/"),
             {{R"("@authority")", "rs.example"}}},
            {"the default port of http is left out", get("http://rs.example:80/"), {{R"("@authority")", "rs.example"}}},
            {"port 443 under http stays", get("http://rs.example:443/"), {{R"("@authority")", "rs.example:443"}}},
            {"port 80 under https stays", get("https://rs.example:80/"), {{R"("@authority")", "rs.example:80"}}},
            {"an IPv4 address", get("http://127.0.0.1:8080/"), {{R"("@authority")", "127.0.0.1:8080"}}},
            {"an IPv6 address", get("https://[2001:db8::1]:8443/"), {{R"("@authority")", "[2001:db8::1]:8443"}}},
            {"an internationalized domain",
             get("https://xn--bcher-kva.example/"),
             {{R"("@authority")", "xn--bcher-kva.example"}}},
            {"the scheme https", get("https://rs.example/"), {{R"("@scheme")", "https"}}},
            {"the scheme http", get("http://rs.example/"), {{R"("@scheme")", "http"}}},
            {"the path /", get("https://rs.example/"), {{R"("@path")", "/"}}},
            {"an empty path is /", get("https://rs.example"), {{R"("@path")", "/"}}},
            {"an empty path before a query is /", get("https://rs.example?x=1"), {{R"("@path")", "/"}}},
            {"the path is without the query", get("https://rs.example/data?x=1"), {{R"("@path")", "/data"}}},
            {"a slash at the end stays", get("https://rs.example/data/"), {{R"("@path")", "/data/"}}},
            {"two slashes stay", get("https://rs.example//data//a"), {{R"("@path")", "//data//a"}}},
            {"percent triplets are not decoded",
             get("https://rs.example/a%20b/%C3%A9"),
             {{R"("@path")", "/a%20b/%C3%A9"}}},
            {"an encoded slash is not decoded", get("https://rs.example/a%2Fb"), {{R"("@path")", "/a%2Fb"}}},
            {"an encoded tilde is not decoded", get("https://rs.example/%7Euser"), {{R"("@path")", "/%7Euser"}}},
            {"triplets in lower case stay so", get("https://rs.example/a%2fb"), {{R"("@path")", "/a%2fb"}}},
            {"the path keeps its case", get("https://rs.example/Data/ITEM"), {{R"("@path")", "/Data/ITEM"}}},
            {"characters that a path may have",
             get("https://rs.example/a;v=1,2/@b:c!$&()*+=~"),
             {{R"("@path")", "/a;v=1,2/@b:c!$&()*+=~"}}},
            {"a query", get("https://rs.example/data?x=1&y=two"), {{R"("@query")", "?x=1&y=two"}}},
            {"no query is ?", get("https://rs.example/data"), {{R"("@query")", "?"}}},
            {"an empty query is ?", get("https://rs.example/data?"), {{R"("@query")", "?"}}},
            {"a query is not decoded",
             get("https://rs.example/data?q=a%20b+c&e=%c3%a9"),
             {{R"("@query")", "?q=a%20b+c&e=%c3%a9"}}},
            {"a query with question marks and slashes",
             get("https://rs.example/data?a=b?c/d"),
             {{R"("@query")", "?a=b?c/d"}}},
            {"a query of two question marks", get("https://rs.example/data??x"), {{R"("@query")", "??x"}}},
            {"a query with a name twice", get("https://rs.example/data?a=1&a=2"), {{R"("@query")", "?a=1&a=2"}}},
            {"a query with empty parts", get("https://rs.example/data?&a=&&b"), {{R"("@query")", "?&a=&&b"}}},
            {"a request target", get("https://rs.example/data"), {{R"("@request-target")", "/data"}}},
            {"a request target with a query",
             get("https://rs.example/data?x=1"),
             {{R"("@request-target")", "/data?x=1"}}},
            {"the target URI", get("https://rs.example/data"), {{R"("@target-uri")", "https://rs.example/data"}}},
            {"the target URI with port and query",
             get("https://rs.example:8443/a/b?x=%20"),
             {{R"("@target-uri")", "https://rs.example:8443/a/b?x=%20"}}},
            {"the target URI under http",
             get("http://rs.example/data"),
             {{R"("@target-uri")", "http://rs.example/data"}}},
            {"all components of a request",
             message("POST", "https://rs.example/data?x=1", {}),
             {{R"("@method")", "POST"},
              {R"("@target-uri")", "https://rs.example/data?x=1"},
              {R"("@authority")", "rs.example"},
              {R"("@scheme")", "https"},
              {R"("@request-target")", "/data?x=1"},
              {R"("@path")", "/data"},
              {R"("@query")", "?x=1"},
              {R"("@query-param";name="x")", "1"}}},
        });
}

void query_parameters(Table& table) {
    const auto one = [](const std::string& query, const std::string& name, const std::string& value) {
        return std::pair(get("https://rs.example/data?" + query),
                         std::vector<Component>{{"\"@query-param\";name=\"" + name + "\"", value}});
    };
    struct Row {
        std::string comment, query, name, value;
    };
    const std::vector<Row> table_of_rows{
        {"a named query parameter", "x=1&y=two", "y", "two"},
        {"an empty value", "x=&y=two", "x", ""},
        {"a name without =", "flag&y=two", "flag", ""},
        {"a space written as %20", "v=a%20b", "v", "a%20b"},
        {"a space written as +", "v=with+plus+whitespace", "v", "with%20plus%20whitespace"},
        {"a plus written as %2B", "v=a%2Bb", "v", "a%2Bb"},
        {"a line break in the value", "v=two%0Alines", "v", "two%0Alines"},
        {"an encoded letter is written plainly", "v=%41%62", "v", "Ab"},
        {"triplets in lower case become upper case", "v=%c3%a9", "v", "%C3%A9"},
        {"a tilde is encoded", "v=~a", "v", "%7Ea"},
        {"an exclamation mark and parentheses are encoded", "v=(a)!", "v", "%28a%29%21"},
        {"asterisk, hyphen, dot and underscore are not", "v=*-._", "v", "*-._"},
        {"a slash and a colon are encoded", "v=https://x/", "v", "https%3A%2F%2Fx%2F"},
        {"an equals sign in the value", "v=a=b", "v", "a%3Db"},
        {"a semicolon does not separate", "v=1;w=2", "v", "1%3Bw%3D2"},
        {"the name is compared as it is encoded", "fa%C3%A7ade%22%3A%20=something", "fa%C3%A7ade%22%3A%20",
         "something"},
        {"the name is encoded in lower case in the request", "fa%c3%a7ade=x", "fa%C3%A7ade", "x"},
        {"the name has an encoded letter in the request", "%61bc=x", "abc", "x"},
        {"the name keeps its case", "A=1&a=2", "A", "1"},
        {"an octet that is no UTF-8 is U+FFFD", "v=%FF", "v", "%EF%BF%BD"},
        {"four octets of UTF-8", "v=%F0%9F%94%91", "v", "%F0%9F%94%91"},
        {"empty parts between ampersands", "&&v=1&", "v", "1"},
    };
    std::vector<Base> bases;
    for (const auto& row : table_of_rows) {
        auto [request, components] = one(row.query, row.name, row.value);
        bases.push_back({row.comment, request, components});
    }
    bases.push_back({"two named query parameters, in another order than in the query",
                     get("https://rs.example/data?a=1&b=2"),
                     {{R"("@query-param";name="b")", "2"}, {R"("@query-param";name="a")", "1"}}});
    write_bases(table, "signature base: query parameters", 61, bases);
}

}  // namespace

void write_signature_bases(Table& table) {
    table.flag(
        "FieldType",
        "sf needs the type of the field. RFC 9421 (section 2.5) asks for an error from one who does not know it.");
    table.flag("DuplicateKey",
               "A key or parameter is there twice: RFC 9651 lets the last one win, and a verifier may be stricter.");
    table.flag("Rfc9651", "Valid by RFC 9651, malformed by its predecessor RFC 8941, which RFC 9421 cites.");
    derived(table);
    query_parameters(table);
    write_base_fields(table);
    write_base_parameters(table);
}

}  // namespace aauth::vectors
