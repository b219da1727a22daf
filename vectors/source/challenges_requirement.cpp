#include "vectors/source/challenges.h"
#include "vectors/source/token.h"

namespace aauth::vectors {

namespace {

const std::string url = "https://ps.example/interaction", code = "A1B2-C3D4";

std::string quoted(const std::string& text) { return '"' + text + '"'; }

json output(const std::string& value, json parameters = json::object()) {
    return {{"value", value}, {"parameters", std::move(parameters)}};
}

std::vector<std::string> bare_values(const protocol::Draft& draft) {
    std::vector<std::string> values;
    if (draft.agent_token_requirement) values.push_back("agent-token");
    if (draft.person_tokens) values.push_back("person-token");
    for (const char* value : {"approval", "clarification", "claims"}) values.emplace_back(value);
    return values;
}

// Rows from which others differ.
struct Bases {
    std::string approval, interaction;
};

Bases good(Table& table, ParserRows& rows, const std::string& token) {
    Bases ids;
    for (const auto& value : bare_values(table.draft)) {
        const auto id = rows.valid("requirement=" + value, {"requirement=" + value}, output(value));
        if (value == "approval") ids.approval = id;
    }
    const json both{{"url", url}, {"code", code}};
    const std::string interaction = "requirement=interaction;url=" + quoted(url) + ";code=" + quoted(code);
    ids.interaction = rows.valid("an interaction", {interaction}, output("interaction", both));
    rows.valid("the parameters in the other order",
               {"requirement=interaction;code=" + quoted(code) + ";url=" + quoted(url)}, output("interaction", both));
    rows.valid("spaces behind the semicolons, as the draft writes it",
               {"requirement=interaction; url=" + quoted(url) + "; code=" + quoted(code)}, output("interaction", both));
    rows.valid("many spaces behind a semicolon",
               {"requirement=interaction;    url=" + quoted(url) + ";code=" + quoted(code)},
               output("interaction", both));
    rows.valid("spaces around the whole", {"  " + interaction + "  "}, output("interaction", both));
    rows.valid("a code without a hyphen", {"requirement=interaction;url=" + quoted(url) + ";code=\"A1B2C3D4\""},
               output("interaction", {{"code", "A1B2C3D4"}}));
    rows.valid("a quote and a backslash in a string", {R"(requirement=auth-token;resource-token="say \"yes\" \\ no")"},
               output("auth-token", {{"resource-token", R"(say "yes" \ no)"}}));
    rows.acceptable({{"an empty string: its own section asks for a resource token",
                      {"requirement=auth-token;resource-token=\"\""},
                      "Ambiguous"}});
    rows.valid("a comma and a semicolon in a string",
               {"requirement=auth-token;resource-token=\"a, b; requirement=claims\""},
               output("auth-token", {{"resource-token", "a, b; requirement=claims"}}));
    rows.valid("a resource token of 8,000 characters",
               {"requirement=auth-token;resource-token=" + quoted(std::string(8000, 'e'))},
               output("auth-token", {{"resource-token", std::string(8000, 'e')}}));

    rows.requirements = {"requirement.unknown-parameters"};
    for (const auto& [comment, parameter] : std::vector<std::pair<const char*, const char*>>{
             {"an unknown parameter that is a string", ";x=\"y\""},
             {"an unknown parameter that is a token", ";x=y"},
             {"an unknown parameter that is an integer", ";x=7"},
             {"an unknown parameter that is a decimal", ";x=1.5"},
             {"an unknown parameter that is true", ";x"},
             {"an unknown parameter that is false", ";x=?0"},
             {"an unknown parameter that is a byte sequence", ";x=:YWJj:"},
             {"an unknown parameter with every character a name may have", ";*a-b_c.d9=1"}}) {
        rows.valid(comment, {"requirement=auth-token;resource-token=" + quoted(token) + parameter},
                   output("auth-token", {{"resource-token", token}}));
        rows.valid(std::string(comment) + ", in front of the known one",
                   {"requirement=auth-token" + std::string(parameter) + ";resource-token=" + quoted(token)},
                   output("auth-token", {{"resource-token", token}}));
    }
    if (table.draft.rfc9651) {
        rows.valid("an unknown parameter that is a date", {"requirement=approval;x=@1790000000"}, output("approval"));
        rows.valid("an unknown parameter that is a display string", {"requirement=approval;x=%\"f%c3%bc\""},
                   output("approval"));
    }
    rows.valid("an unknown member behind it", {"requirement=approval, x=1"}, output("approval"));
    rows.valid("an unknown member in front of it", {"x=1, requirement=approval"}, output("approval"));
    rows.valid("an unknown member without a value", {"x, requirement=approval"}, output("approval"));
    rows.valid("an unknown member that is an inner list", {"requirement=approval, x=(a \"b\" 1)"}, output("approval"));
    rows.valid("an unknown member that has the parameters of another requirement",
               {"x=1;resource-token=\"e\", requirement=approval"}, output("approval"));
    rows.valid("no white space behind the comma", {"requirement=approval,x=1"}, output("approval"));
    rows.valid("white space in front of the comma", {"requirement=approval , x=1"}, output("approval"));

    rows.requirements = {"requirement.header-form", "requirement.unknown-value"};
    rows.acceptable({
        {"a value that no draft defines", {"requirement=x-quantum"}, "UnknownValue"},
        {"a value that no draft defines, with parameters", {"requirement=per-call;digest=\"abc\""}, "UnknownValue"},
        {"a value in upper case, which is another one", {"requirement=AUTH-TOKEN"}, "UnknownValue"},
        {"a value with every mark that a token may have", {"requirement=a!#$%&'*+-.^_`|~:/"}, "UnknownValue"},
        {"a value that begins with an asterisk", {"requirement=*"}, "UnknownValue"},
    });

    rows.requirements = {"requirement.header-form"};
    rows.valid("two lines, of which the second has an unknown member", {"requirement=approval", "x=1"},
               output("approval"));
    rows.valid("two lines, of which the first has an unknown member", {"x=1", "requirement=approval"},
               output("approval"));
    rows.valid("three lines", {"x=1", "requirement=approval", "y=2"}, output("approval"));
    return ids;
}

void bad(Table& table, ParserRows& rows, const Bases& ids) {
    rows.valid("an unknown member whose name begins with an asterisk", {"*x=1, requirement=approval"},
               output("approval"));
    rows.base = ids.approval;
    rows.invalid({
        {"absent", {}, "Absent"},
        {"empty", {""}, "MissingMember"},
        {"a space", {" "}, "MissingMember"},
        {"another member alone", {"x=1"}, "MissingMember"},
        {"the value alone", {"approval"}, "MissingMember"},
        {"a member whose name only begins so", {"requirements=approval"}, "MissingMember"},
        {"the value as a string", {"requirement=\"approval\""}, "WrongType"},
        {"the value as an integer", {"requirement=1"}, "WrongType"},
        {"the value as a decimal", {"requirement=1.5"}, "WrongType"},
        {"the value as a byte sequence", {"requirement=:YXBwcm92YWw=:"}, "WrongType"},
        {"no value, which means true", {"requirement"}, "WrongType"},
        {"true", {"requirement=?1"}, "WrongType"},
        {"false", {"requirement=?0"}, "WrongType"},
        {"a parameter and no value", {"requirement;x=1"}, "WrongType"},
        {"an inner list of one token", {"requirement=(approval)"}, "WrongType"},
        {"an inner list of two tokens", {"requirement=(interaction approval)"}, "WrongType"},
        {"an empty inner list", {"requirement=()"}, "WrongType"},
        {"two values with a space between", {"requirement=interaction approval"}, "BrokenField"},
        {"the name of the field inside", {"AAuth-Requirement: requirement=approval"}, "BrokenField"},
        {"JSON", {"{\"requirement\":\"approval\"}"}, "BrokenField"},
        {"a challenge as WWW-Authenticate has it", {"AAuth requirement=approval"}, "BrokenField"},
        {"a colon instead of the equals sign", {"requirement:approval"}, "BrokenField"},
        {"a parameter without a name", {"requirement=approval;=1"}, "BrokenField"},
        {"a semicolon at the end", {"requirement=approval;"}, "BrokenField"},
        {"a parameter with an empty value", {"requirement=approval;x="}, "BrokenField"},
        {"a token with a letter outside ASCII", {"requirement=appr\u00f6val"}, "BrokenField"},
        {"a string with a newline", {"requirement=approval;note=\"a\nb\""}, "BrokenField"},
        {"a parameter in typographic quotes", {"requirement=approval;x=\u201ceyJ\u201d"}, "BrokenField"},
        {"a tab behind a semicolon", {"requirement=approval;\tx=1"}, "BrokenField"},
        {"a good line and a broken one", {"requirement=approval", "x=="}, "SeveralLines"},
        {"a broken line and a good one", {"=", "requirement=approval"}, "SeveralLines"},
        {"a string that begins in one line and ends in the next",
         {"requirement=approval;x=\"eyJ", "abc"},
         "SeveralLines"},
    });
    if (!table.draft.rfc9651) {
        rows.acceptable(
            {{"a date, which RFC 9651 has and RFC 8941 has not", {"requirement=approval;x=@1790000000"}, "Ambiguous"},
             {"a display string, which RFC 9651 has and RFC 8941 has not",
              {"requirement=approval;x=%\"f%c3%bc\""},
              "Ambiguous"}});
    }
    rows.acceptable({
        {"two lines with the member: the last one counts in a dictionary",
         {"requirement=approval", "requirement=claims"},
         "OddField"},
        {"an empty line behind a good one", {"requirement=approval", ""}, "OddField"},
        {"a tab in front, which HTTP takes off", {"\trequirement=approval"}, "OddField"},
        {"a value that ends in a vertical tab", {"requirement=approval\v"}, "OddField"},
    });
    rows.base = rows.valid("a resource token, to be changed", {"requirement=auth-token;resource-token=\"eyJhbGci\""},
                           output("auth-token", {{"resource-token", "eyJhbGci"}}));
    rows.broken("requirement");
    rows.acceptable({
        {"the resource token as a token instead of a string: the type is not said at the parameter",
         {"requirement=auth-token;resource-token=eyJhbGci"},
         "Ambiguous"},
        {"the resource token as a byte sequence", {"requirement=auth-token;resource-token=:eyJhbGci:"}, "Ambiguous"},
        {"an auth token is required, and there is no resource token: its own section asks for it",
         {"requirement=auth-token"},
         "Ambiguous"},
        {"a resource token on a requirement that has none: unknown parameters are ignored",
         {"requirement=claims;resource-token=\"eyJhbGci\""},
         "Ambiguous"},
    });
    const std::string good_url = "url=" + quoted(url), good_code = "code=" + quoted(code);
    rows.valid("an interaction with a longer code",
               {"requirement=interaction;" + good_url + ";code=\"A1B2-C3D4-E5F6\""},
               output("interaction", {{"url", url}, {"code", "A1B2-C3D4-E5F6"}}));
    rows.base = ids.interaction;
    rows.acceptable({
        {"an interaction without url: its own section asks for it",
         {"requirement=interaction;" + good_code},
         "Ambiguous"},
        {"an interaction without code: its own section asks for it",
         {"requirement=interaction;" + good_url},
         "Ambiguous"},
        {"a code as a token instead of a string",
         {"requirement=interaction;" + good_url + ";code=" + code},
         "Ambiguous"},
    });
}

void built(Table& table) {
    auto rows = table.group("building AAuth-Requirement", "build-requirement", 301);
    const auto token = resource_token(table.draft).minted();
    // The space that the draft's examples have behind a semicolon is as good as none.
    const auto build = [&](const std::string& comment, const std::string& value, json parameters,
                           const std::string& field) {
        const auto mark = field.find(';');
        json text = field;
        if (mark != std::string::npos) text = {field, field.substr(0, mark + 1) + " " + field.substr(mark + 1)};
        return rows.valid(comment, {{"value", value}, {"parameters", std::move(parameters)}},
                          {.requirements = {"requirement.header-form"}, .output = {{"field", text}}});
    };
    const auto first = build("an auth token is required", "auth-token", {{"resource-token", token}},
                             "requirement=auth-token;resource-token=" + quoted(token));
    for (const auto& value : bare_values(table.draft)) {
        build(value + ", without parameters", value, json::object(), "requirement=" + value);
    }
    build("a value that no draft defines", "x-quantum", json::object(), "requirement=x-quantum");
    build("a quote in a parameter", "approval", {{"note", "say \"yes\""}},
          R"(requirement=approval;note="say \"yes\"")");
    build("a backslash in a parameter", "approval", {{"note", "a\\b"}}, R"(requirement=approval;note="a\\b")");
    build("a comma and a semicolon in a parameter", "approval", {{"note", "a, b; c"}},
          R"(requirement=approval;note="a, b; c")");
    build("an empty parameter", "approval", {{"note", ""}}, "requirement=approval;note=\"\"");
    build("a space in a parameter", "approval", {{"note", " "}}, "requirement=approval;note=\" \"");
    const std::string a = "url=" + quoted(url), b = "code=" + quoted(code), it = "requirement=interaction";
    rows.valid("an interaction", {{"value", "interaction"}, {"parameters", {{"url", url}, {"code", code}}}},
               {.flags = {"ParameterOrder"},
                .requirements = {"interaction.url", "interaction.code"},
                .output = {{"field",
                            {it + ";" + a + ";" + b, it + "; " + a + "; " + b, it + ";" + b + ";" + a,
                             it + "; " + b + "; " + a}}}});
    const auto bad = [&](const std::string& comment, const std::string& value, json parameters) {
        rows.invalid(comment, first, {{"value", value}, {"parameters", std::move(parameters)}},
                     {.flags = {"NotBuildable"}, .requirements = {"requirement.header-form"}});
    };
    const json good{{"resource-token", token}};
    bad("an empty value", "", good);
    bad("a space in the value", "auth token", good);
    bad("a value that begins with a digit", "2-auth-token", good);
    bad("a value that begins with a hyphen", "-auth-token", good);
    bad("a value with a letter outside ASCII", "\u00e4uth-token", good);
    bad("a newline in the value", "auth-token\n", good);
    bad("a value that brings its own parameter", "auth-token;x=1", good);
    bad("a value that brings a further member", "auth-token, x=1", good);
    bad("a quote in the value", "\"auth-token\"", good);
    bad("a letter outside ASCII in a parameter", "auth-token", {{"resource-token", "\u00e4"}});
    bad("a newline in a parameter", "auth-token", {{"resource-token", "eyJ\r\nX-Evil: 1"}});
    bad("a NUL in a parameter", "auth-token", {{"resource-token", std::string(1, '\0')}});
    bad("a tab in a parameter", "auth-token", {{"resource-token", "a\tb"}});
    bad("a DEL in a parameter", "auth-token", {{"resource-token", "a\x7f"}});
    bad("a parameter whose name has an uppercase letter", "auth-token", {{"Resource-Token", token}});
    bad("a parameter whose name begins with a digit", "auth-token", {{"1token", token}});
    bad("a parameter without a name", "auth-token", {{"", token}});
    bad("a parameter whose name has a space", "auth-token", {{"resource token", token}});
    bad("a parameter whose name has an equals sign", "auth-token", {{"a=b", token}});
}

}  // namespace

void write_requirements(Table& table) {
    const auto token = resource_token(table.draft).minted();
    auto group = table.group("AAuth-Requirement", "parse-requirement", 1);
    ParserRows rows{group, nullptr, {}, {"requirement.header-form"}};
    rows.base = rows.valid("an auth token is required", {"requirement=auth-token;resource-token=" + quoted(token)},
                           output("auth-token", {{"resource-token", token}}));
    const auto ids = good(table, rows, token);
    bad(table, rows, ids);
    built(table);
}

}  // namespace aauth::vectors
