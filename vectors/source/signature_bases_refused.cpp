#include "vectors/source/signatures.h"

// Covered components of which no signature base can be made (RFC 9421, section 2.5), and bases of responses.
namespace aauth::vectors {

namespace {

constexpr auto created = ";created=1790000000";

json request() {
    return message("POST", "https://rs.example/data?a=1&b=2&b=3",
                   {{"Content-Type", "application/json"}, {"X-D", "a=1, b=2"}, {"X-Text", "not = a dictionary"}}, "{}");
}

void requests(Table& table) {
    auto rows = table.group("signature base: none can be made", "signature-base", 251);
    struct Row {
        std::string comment, components;
        std::vector<std::string> flags = {};
    };
    const auto good = rows.valid(
        "a good one",
        {{"message", request()}, {"signature_input", std::string(R"(("@method" "content-type"))") + created}},
        {.requirements = {"sig.base"},
         .output = {{"base", std::string("\"@method\": POST\n\"content-type\": application/json\n"
                                         "\"@signature-params\": (\"@method\" \"content-type\")") +
                                 created}}});
    const std::vector<Row> all{
        {"a field that is not in the message", R"(("@method" "x-missing"))"},
        {"a derived component that does not exist", R"(("@method" "@foo"))"},
        {"@signature-params among the components", R"(("@method" "@signature-params"))"},
        {"a name of nothing but @", R"(("@method" "@"))"},
        {"an empty name", R"(("@method" ""))"},
        {"@status in a request", R"(("@method" "@status"))"},
        {"a derived component is covered twice", R"(("@method" "content-type" "@method"))"},
        {"a field is covered twice", R"(("content-type" "content-type"))"},
        {"a member is covered twice", R"(("x-d";key="a" "x-d";key="a"))"},
        {"a component is covered twice with its parameters in another order", R"(("x-d";key="a";sf "x-d";sf;key="a"))"},
        {"a component that is a token", R"((@method))"},
        {"a component that is a token, a field name", R"((content-type))"},
        {"a component that is an integer", R"((1))"},
        {"a component that is a byte sequence", R"((:QG1ldGhvZA==:))"},
        {"@query-param without a name", R"(("@method" "@query-param"))"},
        {"@query-param with a name that is not in the query", R"(("@query-param";name="c"))"},
        {"@query-param of a name that is in the query twice", R"(("@query-param";name="b"))"},
        {"@query-param with a name that is a token", R"(("@query-param";name=a))"},
        {"@query-param with the key parameter", R"(("@query-param";key="a"))"},
        {"@query-param compares names with their case", R"(("@query-param";name="A"))"},
        {"@method with a name", R"(("@method";name="a"))"},
        {"@method with key", R"(("@method";key="a"))"},
        {"@path with sf", R"(("@path";sf))"},
        {"@path with bs", R"(("@path";bs))"},
        {"a field with a parameter that does not exist", R"(("content-type";foo))"},
        {"@method with a parameter that does not exist", R"(("@method";foo=1))"},
        {"a field with a name parameter", R"(("content-type";name="a"))"},
        {"a member that the dictionary has not", R"(("x-d";key="c"))"},
        {"a member of a field that is no dictionary", R"(("x-text";key="a"))"},
        {"a member of a field that is not in the message", R"(("x-missing";key="a"))"},
        {"a key that is a token", R"(("x-d";key=a))"},
        {"a key without a value", R"(("x-d";key))"},
        {"sf of a field that is not structured", R"(("x-text";sf))"},
        {"bs and sf", R"(("x-d";bs;sf))"},
        {"bs and key", R"(("x-d";bs;key="a"))"},
        {"req in the signature of a request", R"(("@method";req))"},
        {"tr of a message without trailers", R"(("content-type";tr))"},
        {"a field name with a space", R"(("content type"))"},
        {"a field name with a colon", R"(("content-type:"))"},
        {"a field name in upper case", R"(("Content-Type"))", {"UppercaseName"}},
        {"a derived component in upper case", R"(("@Method"))"},
        {"a flag that is false", R"(("x-d";bs=?0))", {"FalseFlag"}},
        {"a flag that is a string", R"(("x-d";bs="yes"))", {"FalseFlag"}},
    };
    for (const auto& row : all) {
        const json input{{"message", request()}, {"signature_input", row.components + created}};
        const Says says{.flags = row.flags, .requirements = {"sig.base"}};
        if (row.flags.empty()) {
            rows.invalid(row.comment, good, input, says);
        } else {
            rows.acceptable(row.comment, good, input, says);
        }
    }
    const std::vector<Row> malformed{
        {"the inner list does not end", R"(("@method" "content-type";created=1790000000)"},
        {"the inner list does not begin", R"("@method" "content-type");created=1790000000)"},
        {"components separated by commas", R"(("@method", "content-type");created=1790000000)"},
        {"components separated by a tab", "(\"@method\"\t\"content-type\");created=1790000000"},
        {"components without a space between them", R"(("@method""content-type");created=1790000000)"},
        {"an inner list in the inner list", R"((("@method") "content-type");created=1790000000)"},
        {"single quotes", R"(('@method' "content-type");created=1790000000)"},
        {"a string that does not end", R"(("@method" "content-type);created=1790000000)"},
        {"a space before the semicolon", R"(("@method" "content-type") ;created=1790000000)"},
        {"a parameter in upper case", R"(("@method" "content-type");Created=1790000000)"},
        {"a parameter without its value", R"(("@method" "content-type");created=)"},
        {"a parameter of 16 digits", R"(("@method" "content-type");created=1790000000000000)"},
        {"an integer with a plus sign", R"(("@method" "content-type");created=+1790000000)"},
        {"a bad escape in a string", R"(("@method" "content-type");created=1790000000;nonce="a\n")"},
        {"a tab in a string", "(\"@method\" \"content-type\");created=1790000000;nonce=\"a\tb\""},
        {"a letter that is not ASCII in a string",
         "(\"@method\" \"content-type\");created=1790000000;nonce=\"\xC3\xA9\""},
        {"a byte sequence in the alphabet of URLs", R"(("@method" "content-type");created=1790000000;x=:-_8=:)"},
        {"a byte sequence that does not end", R"(("@method" "content-type");created=1790000000;x=:AQID)"},
        {"a decimal with four digits behind the point", R"(("@method" "content-type");created=1790000000;x=1.2345)"},
        {"a decimal that ends in its point", R"(("@method" "content-type");created=1790000000;x=1.)"},
        {"a boolean of another value", R"(("@method" "content-type");created=1790000000;x=?2)"},
        {"a comma at the end", R"(("@method" "content-type");created=1790000000,)"},
        {"a semicolon at the end", R"(("@method" "content-type");created=1790000000;)"},
        {"text at the end", R"(("@method" "content-type");created=1790000000 x)"},
    };
    for (const auto& row : malformed) {
        rows.invalid(row.comment, good, {{"message", request()}, {"signature_input", row.components}},
                     {.requirements = {"sig.malformed"}});
    }
}

void responses(Table& table) {
    const json answered = message("POST", "https://rs.example/data?x=1", {{"Content-Type", "text/plain"}}, "hello");
    const json response{
        {"status", 200}, {"headers", json::array({{"Content-Type", "application/json"}})}, {"body", "e30="}};
    auto rows =
        table.group("signature base: responses", "signature-base", 341, {{"message", response}, {"request", answered}});
    const auto add = [&](const std::string& comment, const std::string& identifier, const std::string& value) {
        const auto parameters = "(" + identifier + ")" + created;
        return rows.valid(comment, {{"signature_input", parameters}},
                          {.requirements = {"sig.base"},
                           .output = {{"base", identifier + ": " + value + "\n\"@signature-params\": " + parameters}}});
    };
    const auto good = add("the status", R"("@status")", "200");
    add("a field of the response", R"("content-type")", "application/json");
    add("the method of the request", R"("@method";req)", "POST");
    add("the path of the request", R"("@path";req)", "/data");
    add("the target URI of the request", R"("@target-uri";req)", "https://rs.example/data?x=1");
    add("a query parameter of the request", R"("@query-param";req;name="x")", "1");
    add("a field of the request", R"("content-type";req)", "text/plain");
    for (const auto& [comment, identifier] : Lines{{"a method without req", R"("@method")"},
                                                   {"an authority without req", R"("@authority")"},
                                                   {"the status of the request", R"("@status";req)"},
                                                   {"the status with a name", R"("@status";name="x")"},
                                                   {"a field that only another message has", R"("x-a";req)"}}) {
        rows.invalid(comment, good, {{"signature_input", "(" + identifier + ")" + created}},
                     {.requirements = {"sig.base"}});
    }
}

}  // namespace

void write_refused_bases(Table& table) {
    table.flag("UppercaseName",
               "Field names are lower case in component identifiers (RFC 9421, section 2.1); nothing says what "
               "to do with others.");
    table.flag("FalseFlag",
               "bs, sf, req and tr are Boolean flags (RFC 9421, section 2.1); nothing says what a value other than "
               "true means.");
    requests(table);
    responses(table);
}

}  // namespace aauth::vectors
