#include "vectors/source/challenges.h"

namespace aauth::vectors {

namespace {

struct Token {
    const char* comment;
    std::string text;
};

const std::vector<Token>& good_tokens() {
    static const std::vector<Token> all{
        {"three letters", "abc"},
        {"many letters", "wrappedsessiontokenvalue"},
        {"hyphens", "wrapped-session-token-value"},
        {"digits", "0123456789"},
        {"one character", "a"},
        {"every mark of a token68", "a-._~+/b"},
        {"upper and lower case", "AbCdEf"},
        {"base64 with one padding character", "YWJjZGU="},
        {"base64 with two padding characters", "YWJjZA=="},
        {"more equals signs than base64 has, which a token68 may have", "abc===="},
        {"a JWT", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln"},
        {"a hyphen in front", "-abc"},
        {"a slash in front", "/abc"},
        {"4,000 characters", std::string(4000, 't')},
    };
    return all;
}

const std::vector<Token>& bad_tokens() {
    static const std::vector<Token> all{
        {"a space inside", "abc def"},
        {"two spaces inside", "abc  def"},
        {"a tab inside", "abc\tdef"},
        {"a newline inside", "abc\ndef"},
        {"a carriage return and a newline", "abc\r\nX-Evil: 1"},
        {"a NUL inside", std::string("abc\0def", 7)},
        {"a DEL inside",
         "abc\x7f"
         "def"},
        {"a control character inside",
         "abc\x01"
         "def"},
        {"a vertical tab inside",
         "abc\v"
         "def"},
        {"a comma and a second token", "abc, def"},
        {"a comma", "abc,def"},
        {"a semicolon", "abc;def"},
        {"a colon", "abc:def"},
        {"quotes around it", "\"abc\""},
        {"a quote inside", "abc\"def"},
        {"an at sign", "abc@def"},
        {"an exclamation mark", "abc!"},
        {"a percent sign", "abc%20def"},
        {"a backslash", "abc\\def"},
        {"parentheses", "(abc)"},
        {"an equals sign in front", "=abc"},
        {"equals signs alone", "=="},
        {"an equals sign inside", "abc=def"},
        {"an asterisk", "abc*"},
        {"a dollar sign", "abc$"},
        {"a letter outside ASCII", "abc\u00e9"},
        {"a no-break space inside", "abc\u00a0def"},
        {"a byte sequence as structured fields have it", ":YWJj:"},
        {"a parameter behind it", "abc;expires=60"},
        {"a parameter as challenges have it", "token=abc"},
    };
    return all;
}

void access(Table& table) {
    auto group = table.group("AAuth-Access", "parse-access", 401);
    ParserRows rows{group, nullptr, {}, {"session-token.token68"}};
    const auto take = [&](const std::string& comment, const std::string& token) {
        return rows.valid(comment, {token}, {{"token", token}});
    };
    if (!table.draft.access_is_token68) {  // an opaque value; nothing says more
        rows.base = take("an opaque token", "wrapped-opaque-token-value");
        take("a JWT", "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln");
        return rows.invalid({{"absent", {}, "Absent"}});
    }
    for (const auto& token : good_tokens()) {
        const auto id = take(token.comment, token.text);
        if (rows.base.empty()) rows.base = id;
    }
    rows.valid("spaces around the value", {"  abc  "}, {{"token", "abc"}});
    rows.requirements = {"session-token.malformed"};
    rows.invalid({{"absent", {}, "Absent"}, {"empty", {""}, "NotToken68"}, {"a space alone", {" "}, "NotToken68"}});
    for (const auto& token : bad_tokens()) rows.invalid({{token.comment, {token.text}, "NotToken68"}});
    rows.requirements = {"session-token.several"};
    rows.invalid({
        {"two lines with different tokens", {"abc", "def"}, "SeveralCredentials"},
        {"three lines", {"abc", "def", "ghi"}, "SeveralCredentials"},
        {"two tokens in a line with a tab", {"abc,\tdef"}, "SeveralCredentials"},
        {"three tokens in a line", {"abc, def, ghi"}, "SeveralCredentials"},
    });
    rows.acceptable({
        {"two lines with the same token: more than one credential, or one twice", {"abc", "abc"}, "Ambiguous"},
        {"a line with a token and an empty one", {"abc", ""}, "Ambiguous"},
        {"a tab in front, which HTTP takes off", {"\tabc"}, "Ambiguous"},
    });
}

void authorization(Table& table) {
    auto group = table.group("Authorization with the AAuth scheme", "parse-authorization", 501);
    ParserRows rows{group, nullptr, {}, {"session-token.scheme"}};
    const auto take = [&](const std::string& comment, const std::string& token) {
        return rows.valid(comment, {"AAuth " + token}, {{"token", token}});
    };
    rows.base = take("the scheme and the token", "abc");
    rows.valid("the scheme in lower case: schemes have no case (RFC 9110, 11.1)", {"aauth abc"}, {{"token", "abc"}});
    rows.valid("the scheme in upper case", {"AAUTH abc"}, {{"token", "abc"}});
    rows.valid("the scheme in mixed case", {"AAuTH abc"}, {{"token", "abc"}});
    rows.valid("two spaces between them: 1*SP (RFC 9110, 11.4)", {"AAuth  abc"}, {{"token", "abc"}});
    rows.valid("spaces around the whole", {"  AAuth abc  "}, {{"token", "abc"}});
    rows.invalid({
        {"absent", {}, "Absent"},
        {"empty", {""}, "OtherScheme"},
        {"Bearer", {"Bearer abc"}, "OtherScheme"},
        {"Basic", {"Basic YTpi"}, "OtherScheme"},
        {"a scheme that begins with AAuth", {"AAuth2 abc"}, "OtherScheme"},
        {"a scheme that ends with AAuth", {"XAAuth abc"}, "OtherScheme"},
        {"the name with a hyphen", {"A-Auth abc"}, "OtherScheme"},
        {"the token without a scheme", {"abc"}, "OtherScheme"},
        {"no space between them", {"AAuthabc"}, "OtherScheme"},
        {"the scheme in quotes", {"\"AAuth\" abc"}, "OtherScheme"},
        {"another scheme with AAuth as its token", {"Bearer AAuth"}, "OtherScheme"},
    });
    rows.acceptable({
        {"a tab between scheme and token: RFC 9110 has a space there", {"AAuth\tabc"}, "Ambiguous"},
        {"a line of another scheme beside it", {"Bearer xyz", "AAuth abc"}, "Ambiguous"},
        {"a line of another scheme behind it", {"AAuth abc", "Bearer xyz"}, "Ambiguous"},
        {"two lines with the same token", {"AAuth abc", "AAuth abc"}, "Ambiguous"},
    });
    if (!table.draft.access_is_token68) return;
    rows.requirements = {"session-token.malformed"};
    for (const auto& token : good_tokens()) {
        if (token.text != "abc") take(token.comment, token.text);
    }
    rows.invalid({
        {"the scheme alone", {"AAuth"}, "NotToken68"},
        {"the scheme and a space", {"AAuth "}, "NotToken68"},
        {"the scheme twice", {"AAuth AAuth abc"}, "NotToken68"},
        {"parameters instead of a token", {"AAuth token=\"abc\""}, "NotToken68"},
    });
    for (const auto& token : bad_tokens()) rows.invalid({{token.comment, {"AAuth " + token.text}, "NotToken68"}});
    rows.invalid({
        {"two lines with different tokens", {"AAuth abc", "AAuth def"}, "SeveralCredentials"},
        {"two credentials in a line", {"AAuth abc, AAuth def"}, "SeveralCredentials"},
        {"three tokens behind one scheme", {"AAuth abc, def, ghi"}, "SeveralCredentials"},
    });
}

void built(Table& table) {
    auto rows = table.group("building Authorization", "build-authorization", 601);
    std::string first;
    for (const auto& token : good_tokens()) {
        const auto id =
            rows.valid(token.comment, {{"token", token.text}},
                       {.requirements = {"session-token.scheme"}, .output = {{"field", "AAuth " + token.text}}});
        if (first.empty()) first = id;
    }
    if (!table.draft.access_is_token68) return;
    rows.invalid("empty", first, {{"token", ""}},
                 {.flags = {"NotToken68"}, .requirements = {"session-token.malformed"}});
    for (const auto& token : bad_tokens()) {
        rows.invalid(token.comment, first, {{"token", token.text}},
                     {.flags = {"NotToken68"}, .requirements = {"session-token.malformed"}});
    }
}

}  // namespace

void write_access(Table& table) {
    access(table);
    authorization(table);
    built(table);
}

}  // namespace aauth::vectors
