#include "vectors/source/signature_bases.h"

// The last line of signature bases, and which label it is of (RFC 9421, sections 2.3 and 4.1).
namespace aauth::vectors {

namespace {

void parameters(Table& table) {
    struct Row {
        std::string comment, input, parameters;
        std::vector<std::string> flags = {};
    };
    const std::string method = R"(("@method"))";
    const std::vector<Row> all{
        {"no parameters", method, method},
        {"created alone", method + ";created=1790000000", method + ";created=1790000000"},
        {"every parameter of RFC 9421",
         method + R"(;created=1790000000;expires=1790000060;nonce="n-1";alg="ed25519";keyid="k-1";tag="app")",
         method + R"(;created=1790000000;expires=1790000060;nonce="n-1";alg="ed25519";keyid="k-1";tag="app")"},
        {"the parameters the other way round",
         method + R"(;tag="app";keyid="k-1";alg="ed25519";nonce="n-1";expires=1790000060;created=1790000000)",
         method + R"(;tag="app";keyid="k-1";alg="ed25519";nonce="n-1";expires=1790000060;created=1790000000)"},
        {"quotes and backslashes in a string", method + R"(;nonce="a\"b\\c")", method + R"(;nonce="a\"b\\c")"},
        {"an empty string", method + R"(;nonce="")", method + R"(;nonce="")"},
        {"characters of separation in a string", method + R"(;nonce="a;b=(\"c\"), d")",
         method + R"(;nonce="a;b=(\"c\"), d")"},
        {"an unknown parameter that is a token", method + ";x=a/b:c", method + ";x=a/b:c"},
        {"an unknown parameter that is a byte sequence", method + ";x=:AQID:", method + ";x=:AQID:"},
        {"an unknown parameter that is a decimal", method + ";x=1.50", method + ";x=1.5"},
        {"an unknown parameter that is true", method + ";x", method + ";x"},
        {"true written out", method + ";x=?1", method + ";x"},
        {"an unknown parameter that is false", method + ";x=?0", method + ";x=?0"},
        {"a negative integer", method + ";x=-5", method + ";x=-5"},
        {"fifteen digits", method + ";x=999999999999999", method + ";x=999999999999999"},
        {"zeros in front of an integer", method + ";created=0001790000000", method + ";created=1790000000"},
        {"a parameter name with every kind of character", method + ";*a-b_c.d9=1", method + ";*a-b_c.d9=1"},
        {"spaces behind semicolons", method + R"(;  created=1790000000; tag="a")",
         method + R"(;created=1790000000;tag="a")"},
        {"spaces in the inner list", R"((  "@method"   "@path"  );created=1790000000)",
         R"(("@method" "@path");created=1790000000)"},
        {"a space before a component's parameter", R"(("x-d"; key="a" "@method");created=1)",
         R"(("x-d";key="a" "@method");created=1)"},
        {"a flag of a component written out", R"(("x-a";bs=?1);created=1)", R"(("x-a";bs);created=1)"},
        {"nothing is covered", "();created=1790000000", "();created=1790000000"},
        {"nothing at all", "()", "()"},
        {"created and tag", method + R"(;created=1;tag="a")", method + R"(;created=1;tag="a")"},
        {"created is there twice: the last value, in the first place",
         method + R"(;created=1;tag="a";created=2)",
         method + R"(;created=2;tag="a")",
         {"DuplicateKey"}},
        {"an integer", method + ";x=1790000000", method + ";x=1790000000"},
        {"a date, which RFC 9651 has and RFC 8941 has not",
         method + ";x=@1790000000",
         method + ";x=@1790000000",
         {"Rfc9651"}},
    };
    auto rows = table.group("signature base: parameters", "signature-base", 161);
    const auto request = plain({{"X-A", "a"}, {"X-D", "a=1"}});
    std::string before;
    for (const auto& row : all) {
        std::string lines;
        const auto has = [&](const char* identifier) { return row.parameters.find(identifier) != std::string::npos; };
        if (has("\"x-d\";key")) lines += "\"x-d\";key=\"a\": 1\n";
        if (has("\"x-a\";bs")) lines += "\"x-a\";bs: :YQ==:\n";
        if (has("\"@method\"")) lines += "\"@method\": GET\n";
        if (has("\"@path\"")) lines += "\"@path\": /data\n";
        const json input{{"message", request}, {"signature_input", row.input}};
        const Says says{.flags = row.flags,
                        .requirements = {"sig.base"},
                        .output = {{"base", lines + "\"@signature-params\": " + row.parameters}}};
        if (row.flags.empty()) {
            before = rows.valid(row.comment, input, says);
        } else {
            rows.acceptable(row.comment, before, input, says);
        }
    }
}

void labels(Table& table) {
    auto rows = table.group("signature base: labels", "signature-base", 201);
    const auto request = [](const Lines& lines) { return plain(lines); };
    const auto add = [&](const std::string& comment, const std::string& label, const Lines& lines,
                         const std::string& base) {
        rows.valid(comment, {{"message", request(lines)}, {"label", label}},
                   {.requirements = {"sig.base", "sig.label.any-name"}, .output = {{"base", base}}});
    };
    const std::string method = "\"@method\": GET\n\"@signature-params\": (\"@method\");created=1790000000";
    const std::string path = "\"@path\": /data\n\"@signature-params\": (\"@path\");tag=\"x\"";
    const std::string one = R"(("@method");created=1790000000)", other = R"(("@path");tag="x")";
    add("the label is not in the base", "sig", {{"Signature-Input", "sig=" + one}}, method);
    add("another label, the same base", "agent-1", {{"Signature-Input", "agent-1=" + one}}, method);
    add("a label of one letter", "a", {{"Signature-Input", "a=" + one}}, method);
    add("a label with every kind of character", "*s.i_g-9*", {{"Signature-Input", "*s.i_g-9*=" + one}}, method);
    add("the first of two", "a", {{"Signature-Input", "a=" + one + ", b=" + other}}, method);
    add("the second of two", "b", {{"Signature-Input", "a=" + one + ", b=" + other}}, path);
    add("the second of two, on two lines", "b", {{"Signature-Input", "a=" + one}, {"Signature-Input", "b=" + other}},
        path);
    add("tabs and spaces between two", "b", {{"Signature-Input", "a=" + one + " \t,\t b=" + other}}, path);
    const auto good = std::string("signatures-0201");
    const auto refuse = [&](const std::string& comment, const std::string& label, const std::string& text) {
        rows.invalid(comment, good, {{"message", request({{"Signature-Input", text}})}, {"label", label}},
                     {.requirements = {"sig.malformed"}});
    };
    refuse("no such label", "sig2", "sig=" + one);
    refuse("labels keep their case", "Sig", "sig=" + one);
    refuse("a label in upper case is malformed", "SIG", "SIG=" + one);
    refuse("an item instead of an inner list", "sig", "sig=\"@method\";created=1790000000");
    refuse("a label without a value", "sig", "sig");
    refuse("a string instead of a dictionary", "sig", "\"sig\"");
}

}  // namespace

void write_base_parameters(Table& table) {
    parameters(table);
    labels(table);
}

}  // namespace aauth::vectors
