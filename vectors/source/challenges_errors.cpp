#include "vectors/source/challenges.h"

namespace aauth::vectors {

namespace {

std::vector<std::string> codes(const protocol::Draft& draft) {
    std::vector<std::string> all{"unsupported_algorithm", "invalid_signature", "invalid_input", "invalid_request",
                                 "invalid_key",           "unknown_key",       "invalid_jwt",   "expired_jwt"};
    if (draft.accept_fields) all.push_back("unsupported_scheme");
    if (draft.issuer_compared) all.insert(all.end(), {"issuer_missing", "issuer_mismatch"});
    if (draft.revoked_jwt_error) all.push_back("revoked_jwt");
    if (draft.clock_skew_error) all.push_back("clock_skew");
    return all;
}

const std::string inputs = R"(("@method" "@authority" "@path" "signature-key" "content-digest"))";
const Lines input_names{"@method", "@authority", "@path", "signature-key", "content-digest"};

void parsed(Table& table) {
    auto group = table.group("Signature-Error", "parse-signature-error", 1201);
    ParserRows rows{group, nullptr, {}, {"sig.error-header.form"}};
    const auto take = [&](const std::string& comment, const Lines& lines, const std::string& error,
                          json required = nullptr) {
        json output{{"error", error}};
        if (!required.is_null()) output["required_input"] = std::move(required);
        return rows.valid(comment, lines, output);
    };
    std::string plain;  // from which most others differ
    for (const auto& code : codes(table.draft)) {
        const auto id = take("error=" + code, {"error=" + code}, code);
        if (rows.base.empty()) rows.base = id;
        if (code == "invalid_key") plain = id;
    }
    rows.acceptable({
        {"a code that no draft defines", {"error=x-other"}, "UnknownValue"},
        {"a code in upper case, which is another one", {"error=INVALID_KEY"}, "UnknownValue"},
    });
    take("an unknown member behind it", {"error=invalid_key, x=1"}, "invalid_key");
    take("an unknown member in front of it", {"x=\"y\", error=invalid_key"}, "invalid_key");
    take("an unknown member that is an inner list", {"error=invalid_key, supported=(\"a\" \"b\")"}, "invalid_key");
    take("a parameter of the code", {"error=invalid_key;x=1"}, "invalid_key");
    take("two lines", {"error=invalid_key", "x=1"}, "invalid_key");
    take("spaces around the whole", {" error=invalid_key "}, "invalid_key");
    rows.requirements = {"sig.error-header.form", "sig.required-input.form"};
    take("with required_input", {"error=invalid_input, required_input=" + inputs}, "invalid_input", input_names);
    take("required_input in front", {"required_input=" + inputs + ", error=invalid_input"}, "invalid_input",
         input_names);
    take("required_input in another line", {"error=invalid_input", "required_input=" + inputs}, "invalid_input",
         input_names);
    take("required_input of one component", {R"(error=invalid_input, required_input=("@method"))"}, "invalid_input",
         Lines{"@method"});
    take("spaces in required_input", {R"(error=invalid_input, required_input=(  "@method"   "@path" ))"},
         "invalid_input", Lines{"@method", "@path"});
    take("a parameter of required_input", {R"(error=invalid_input, required_input=("@method");x)"}, "invalid_input",
         Lines{"@method"});
    take("required_input of three components", {R"(error=invalid_input, required_input=("@method" "@path" "x-a"))"},
         "invalid_input", Lines{"@method", "@path", "x-a"});
    take("a component with a quote in its name", {R"(error=invalid_input, required_input=("x\"y"))"}, "invalid_input",
         Lines{"x\"y"});
    take("required_input with another code, which does not define it", {"error=invalid_key, required_input=" + inputs},
         "invalid_key");
    rows.requirements = {"sig.error-header.form"};
    take("an unknown member that is true", {"error=invalid_key, x"}, "invalid_key");
    rows.base = plain;
    rows.invalid({
        {"absent", {}, "Absent"},
        {"empty", {""}, "MissingMember"},
        {"another member alone", {"x=1"}, "MissingMember"},
        {"the code alone", {"invalid_key"}, "MissingMember"},
        {"a member whose name only begins so", {"error_code=invalid_key"}, "MissingMember"},
        {"the code as a string", {"error=\"invalid_key\""}, "WrongType"},
        {"the code as an integer", {"error=401"}, "WrongType"},
        {"no value, which means true", {"error"}, "WrongType"},
        {"the code in an inner list", {"error=(invalid_key)"}, "WrongType"},
        {"the code as a byte sequence", {"error=:aW52YWxpZF9rZXk=:"}, "WrongType"},
        {"as WWW-Authenticate would have it", {"AAuth error=invalid_key"}, "BrokenField"},
        {"JSON", {"{\"error\":\"invalid_key\"}"}, "BrokenField"},
        {"two codes", {"error=invalid_key invalid_jwt"}, "BrokenField"},
        {"a good line and a broken one", {"error=invalid_key", "=="}, "SeveralLines"},
    });
    rows.acceptable({{"two lines with the member", {"error=invalid_key", "error=invalid_jwt"}, "OddField"}});
    rows.broken("error");
    rows.requirements = {"sig.required-input.form"};
    const std::string two = R"(error=invalid_input, required_input=("@method" "@path"))";
    rows.base = take("required_input of two components", {two}, "invalid_input", Lines{"@method", "@path"});
    rows.broken("required_input");
    rows.acceptable({
        {"required_input as a string: whether the whole field is then refused is not said",
         {"error=invalid_input, required_input=\"@method\""},
         "Ambiguous"},
        {"required_input of tokens", {"error=invalid_input, required_input=(method path)"}, "Ambiguous"},
        {"required_input that is empty", {"error=invalid_input, required_input=()"}, "Ambiguous"},
        {"a component with a parameter",
         {R"(error=invalid_input, required_input=("@method" "@path";req))"},
         "Ambiguous"},
    });
}

void built(Table& table) {
    auto rows = table.group("building Signature-Error", "build-signature-error", 1401);
    const auto build = [&](const std::string& comment, const std::string& error, const Lines& required,
                           const std::string& text) {
        const auto comma = text.find(", ");
        json field = text;
        if (comma != std::string::npos) field = {text, text.substr(0, comma + 1) + text.substr(comma + 2)};
        return rows.valid(comment, {{"error", error}, {"required_input", required}},
                          {.requirements = {"sig.error-header.form"}, .output = {{"field", field}}});
    };
    std::string first;
    for (const auto& code : codes(table.draft)) {
        const auto id = build(code, code, {}, "error=" + code);
        if (first.empty()) first = id;
    }
    build("with required_input", "invalid_input", input_names, "error=invalid_input, required_input=" + inputs);
    const auto one =
        build("with one component", "invalid_input", {"@method"}, R"(error=invalid_input, required_input=("@method"))");
    const auto bad = [&](const char* comment, const std::string& from, const std::string& error,
                         const Lines& required) {
        rows.invalid(comment, from, {{"error", error}, {"required_input", required}},
                     {.flags = {"NotBuildable"}, .requirements = {"sig.error-header.form"}});
    };
    bad("an empty code", first, "", {});
    bad("a code with a space", first, "invalid key", {});
    bad("a code that begins with a digit", first, "401", {});
    bad("a code with a newline", first, "invalid_key\n", {});
    bad("a code that brings a member", first, "invalid_key, x=1", {});
    bad("a component with a newline", one, "invalid_input", {"@method\n"});
    bad("a component with a letter outside ASCII", one, "invalid_input", {"@m\u00e9thod"});
}

}  // namespace

void write_signature_errors(Table& table) {
    parsed(table);
    built(table);
}

}  // namespace aauth::vectors
