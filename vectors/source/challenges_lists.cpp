#include "vectors/source/challenges.h"

namespace aauth::vectors {

namespace {

// One field that is a list of tokens.
struct ListField {
    const char* header;
    const char* first;  // two values that its draft defines
    const char* second;
    const char* requirement;
    int at;  // the number of its first vector
};

void list(Table& table, const ListField& field) {
    auto group = table.group(field.header, "parse-token-list", field.at);
    const std::string a = field.first, b = field.second;
    ParserRows rows{group, {{"header", field.header}}, {}, {field.requirement}};
    const auto take = [&](const std::string& comment, const Lines& lines, const Lines& tokens) {
        return rows.valid(comment, lines, {{"tokens", tokens}});
    };
    rows.base = take("two values", {a + ", " + b}, {a, b});
    take("one value", {a}, {a});
    take("no space behind the comma", {a + "," + b}, {a, b});
    take("white space around the comma", {a + "  ,  " + b}, {a, b});
    take("a tab behind the comma", {a + ",\t" + b}, {a, b});
    take("spaces around the whole", {" " + a + ", " + b + " "}, {a, b});
    take("two lines", {a, b}, {a, b});
    take("two lines, the first with two values", {a + ", " + b, "x-other"}, {a, b, "x-other"});
    take("the values in the other order", {b + ", " + a}, {b, a});
    take("an unknown value, which a reader ignores", {a + ", x-other"}, {a, "x-other"});
    take("unknown values alone", {"x-one, x-two"}, {"x-one", "x-two"});
    take("a value in another case, which is an unknown one", {a + ", X" + b}, {a, "X" + b});
    take("a value with the marks that tokens may have", {"a!#$%&'*+-.^_`|~:/1"}, {"a!#$%&'*+-.^_`|~:/1"});
    take("a parameter, which a reader ignores", {a + ";v=1, " + b}, {a, b});
    take("a parameter that is a string", {a + ";v=\"x, y\", " + b}, {a, b});
    take("a parameter without a value", {a + ";v, " + b}, {a, b});
    take("a space in front of a parameter's name", {a + "; v=1, " + b}, {a, b});
    take("twelve values", {a + ", b, c, d, e, f, g, h, i, j, k, l"},
         {a, "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"});
    rows.invalid({
        {"absent", {}, "Absent"},
    });
    rows.acceptable({
        {"two strings", {"\"" + a + "\", \"" + b + "\""}, "NotAToken"},
        {"a token and a string", {a + ", \"" + b + "\""}, "NotAToken"},
        {"an integer behind them", {a + ", " + b + ", 1"}, "NotAToken"},
        {"a decimal behind them", {a + ", " + b + ", 1.5"}, "NotAToken"},
        {"true behind them", {a + ", " + b + ", ?1"}, "NotAToken"},
        {"a byte sequence behind them", {a + ", " + b + ", :YWJj:"}, "NotAToken"},
        {"an inner list", {"(" + a + " " + b + ")"}, "NotAToken"},
    });
    rows.invalid({
        {"no comma", {a + " " + b}, "BrokenField"},
        {"an exclamation mark behind them with a space", {a + ", " + b + " !"}, "BrokenField"},
        {"a comma in front", {", " + a + ", " + b}, "BrokenField"},
        {"a comma behind", {a + ", " + b + ","}, "BrokenField"},
        {"two commas", {a + ",, " + b}, "BrokenField"},
        {"a value that begins with a digit", {a + ", 2" + b}, "BrokenField"},
        {"a value that begins with a hyphen", {a + ", -" + b}, "BrokenField"},
        {"a letter outside ASCII", {a + ", \u00e4" + b}, "BrokenField"},
        {"a value with an at sign", {a + "@1, " + b}, "BrokenField"},
        {"a string that does not end", {a + ", \"" + b}, "BrokenField"},
        {"an inner list that does not end", {"(" + a + " " + b}, "BrokenField"},
        {"JSON", {"[\"" + a + "\", \"" + b + "\"]"}, "BrokenField"},
        {"a parameter whose name has an uppercase letter", {a + ", " + b + ";V=1"}, "BrokenField"},
        {"a semicolon at the end", {a + ", " + b + ";"}, "BrokenField"},
        {"a newline inside", {a + ",\n" + b}, "BrokenField"},
        {"a good line and a broken one", {a + ", " + b, "\""}, "SeveralLines"},
    });
    rows.acceptable({
        {"a good line and one of a string", {a + ", " + b, "\"x\""}, "NotAToken"},
        {"a value twice", {a + ", " + b + ", " + a}, "OddField"},
        {"empty: an empty list is sent by leaving the field out", {""}, "OddField"},
        {"a value with an equals sign: a dictionary by its form", {a + "=1, " + b}, "OddField"},
        {"an empty line behind a good one", {a + ", " + b, ""}, "OddField"},
    });
}

void built(Table& table, const ListField& field, int at) {
    auto rows =
        table.group(std::string("building ") + field.header, "build-token-list", at, {{"header", field.header}});
    const std::string a = field.first, b = field.second;
    const auto build = [&](const char* comment, const Lines& tokens, const std::string& text) {
        std::string tight;
        for (const auto& token : tokens) tight += (tight.empty() ? "" : ",") + token;
        const json either = tight == text ? json(text) : json{text, tight};
        return rows.valid(comment, {{"tokens", tokens}},
                          {.requirements = {field.requirement}, .output = {{"field", either}}});
    };
    const auto two = build("two values", {a, b}, a + ", " + b);
    build("one value", {a}, a);
    build("three values", {b, a, "x-other"}, b + ", " + a + ", x-other");
    const auto bad = [&](const char* comment, const Lines& tokens) {
        rows.invalid(comment, two, {{"tokens", tokens}},
                     {.flags = {"NotBuildable"}, .requirements = {field.requirement}});
    };
    bad("an empty value", {a, ""});
    bad("a value with a space", {a, "x other"});
    bad("a value with a comma", {a, "x,y"});
    bad("a value that begins with a digit", {a, "2fa"});
    bad("a value with a quote", {a, "\"x\""});
    bad("a value with a newline", {a, "x\n"});
    bad("a value with a letter outside ASCII", {a, "\u00e4"});
    bad("a value that brings a parameter", {a, "x;y=1"});
}

}  // namespace

void write_token_lists(Table& table) {
    std::vector<ListField> fields{
        {"AAuth-Capabilities", "interaction", "clarification", "capabilities.header-form", 701}};
    if (table.draft.accept_fields) {
        fields.push_back({"Accept-Signature-Scheme", "jwt", "jwks_uri", "sig.accept-scheme.form", 801});
        fields.push_back({"Accept-Signature-Alg", "Ed25519", "ES256", "sig.accept-alg.form", 901});
    }
    int at = 1001;
    for (const auto& field : fields) {
        list(table, field);
        built(table, field, at);
        at += 50;
    }
}

}  // namespace aauth::vectors
