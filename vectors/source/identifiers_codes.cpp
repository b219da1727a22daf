#include "vectors/source/identifiers.h"

namespace aauth::vectors {

namespace {

void emitted(Table& table) {
    auto group = table.group("interaction codes, as a server gives them", "check-code", 501);
    const auto base = group.valid("eight symbols with a hyphen in the middle", {{"code", "A1B2-C3D4"}},
                                  {.requirements = {"interaction.code-alphabet", "interaction.code-length"}});
    TextRows rows{group, "code", base, {"interaction.code-alphabet"}};
    rows.valid({
        {"eight symbols without a hyphen", "A1B2C3D4"},
        {"digits only", "0123-4567"},
        {"letters only", "ABCD-EFGH"},
        {"the letters around the ones that are left out", "HJKM-NPQR"},
        {"the last letters", "STVW-XYZ0"},
        {"nine symbols", "A1B2C3D4E"},
        {"twelve symbols in three groups", "A1B2-C3D4-E5F6"},
        {"32 symbols: each of the alphabet once", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"},
        {"groups of two", "A1-B2-C3-D4"},
        {"groups of unequal length", "A1B-2C3D4"},
        {"64 symbols", std::string(64, '7')},
    });
    rows.invalid({
        {"the letter I", "A1B2-C3DI", "CodeAlphabet"},
        {"the letter L", "A1B2-C3DL", "CodeAlphabet"},
        {"the letter O", "A1B2-C3DO", "CodeAlphabet"},
        {"the letter U, a check symbol of Crockford base32", "A1B2-C3DU", "CodeAlphabet"},
        {"the check symbol *", "A1B2-C3D*", "CodeAlphabet"},
        {"the check symbol ~", "A1B2-C3D~", "CodeAlphabet"},
        {"the check symbol $", "A1B2-C3D$", "CodeAlphabet"},
        {"the check symbol =", "A1B2-C3D=", "CodeAlphabet"},
        {"a check symbol behind eight good ones", "A1B2-C3D4U", "CodeAlphabet"},
        {"one letter in lower case", "A1B2-C3d4", "CodeAlphabet"},
        {"all letters in lower case", "a1b2-c3d4", "CodeAlphabet"},
        {"a space instead of the hyphen", "A1B2 C3D4", "CodeAlphabet"},
        {"a space behind", "A1B2-C3D4 ", "CodeAlphabet"},
        {"a newline behind", "A1B2-C3D4\n", "CodeAlphabet"},
        {"an underscore", "A1B2_C3D4", "CodeAlphabet"},
        {"a period", "A1B2.C3D4", "CodeAlphabet"},
        {"a slash", "A1B2/C3D4", "CodeAlphabet"},
        {"a plus", "A1B2+C3D4", "CodeAlphabet"},
        {"a colon", "A1B2:C3D4", "CodeAlphabet"},
        {"an ampersand, which would end the parameter in the URL", "A1B2&C3D4", "CodeAlphabet"},
        {"a number sign, which would end the query of the URL", "A1B2#C3D4", "CodeAlphabet"},
        {"a percent-encoded hyphen", "A1B2%2DC3D4", "CodeAlphabet"},
        {"an en dash instead of the hyphen", "A1B2\u2013C3D4", "CodeAlphabet"},
        {"a non-breaking hyphen", "A1B2\u2011C3D4", "CodeAlphabet"},
        {"a fullwidth digit", "A1B2-C3D\uff14", "CodeAlphabet"},
        {"a Cyrillic letter that looks like A", "\u04101B2-C3D4", "CodeAlphabet"},
        {"a letter with an accent", "\u00c11B2-C3D4", "CodeAlphabet"},
    });
    rows.requirements = {"interaction.code-length"};
    rows.invalid({
        {"seven symbols", "A1B2C3D", "CodeLength"},
        {"seven symbols and a hyphen, eight characters", "A1B2-C3D", "CodeLength"},
        {"six symbols and two hyphens", "A1-B2-C3", "CodeLength"},
        {"four symbols", "A1B2", "CodeLength"},
        {"one symbol", "A", "CodeLength"},
        {"eight hyphens", "--------", "CodeLength"},
        {"empty", "", "CodeLength"},
    });
    rows.acceptable({
        {"a hyphen in front", "-A1B2C3D4", "HyphenPlace"},
        {"a hyphen behind", "A1B2C3D4-", "HyphenPlace"},
        {"two hyphens together", "A1B2--C3D4", "HyphenPlace"},
        {"a hyphen behind each symbol", "A-1-B-2-C-3-D-4", "HyphenPlace"},
    });
}

struct Folding {
    const char* comment;
    const char* typed;
    const char* code;
    const char* requirement;
};

constexpr Folding foldings[] = {
    {"as it was shown", "A1B2-C3D4", "A1B2C3D4", "interaction.code-hyphens"},
    {"without the hyphen", "A1B2C3D4", "A1B2C3D4", "interaction.code-hyphens"},
    {"with more hyphens than were shown", "A1-B2-C3-D4", "A1B2C3D4", "interaction.code-hyphens"},
    {"with a hyphen in front", "-A1B2C3D4", "A1B2C3D4", "interaction.code-hyphens"},
    {"with a hyphen behind", "A1B2C3D4-", "A1B2C3D4", "interaction.code-hyphens"},
    {"with two hyphens together", "A1B2--C3D4", "A1B2C3D4", "interaction.code-hyphens"},
    {"in lower case", "a1b2-c3d4", "A1B2C3D4", "interaction.code-case"},
    {"in mixed case", "a1B2-C3d4", "A1B2C3D4", "interaction.code-case"},
    {"in lower case without the hyphen", "a1b2c3d4", "A1B2C3D4", "interaction.code-case"},
    {"every letter in lower case", "abcdefghjkmnpqrstvwxyz", "ABCDEFGHJKMNPQRSTVWXYZ", "interaction.code-case"},
    {"I for 1", "AIB2-C3D4", "A1B2C3D4", "interaction.code-aliases"},
    {"i for 1", "AiB2-C3D4", "A1B2C3D4", "interaction.code-aliases"},
    {"L for 1", "ALB2-C3D4", "A1B2C3D4", "interaction.code-aliases"},
    {"l for 1", "AlB2-C3D4", "A1B2C3D4", "interaction.code-aliases"},
    {"O for 0", "AOB2-C3D4", "A0B2C3D4", "interaction.code-aliases"},
    {"o for 0", "AoB2-C3D4", "A0B2C3D4", "interaction.code-aliases"},
    {"all aliases in upper case", "OIL0-1OIL", "01101011", "interaction.code-aliases"},
    {"all aliases in lower case", "oil0-1oil", "01101011", "interaction.code-aliases"},
    {"an alias behind a hyphen", "A1B2-L3D4", "A1B213D4", "interaction.code-aliases"},
    {"a code of twelve symbols", "a1b2-c3d4-e5fo", "A1B2C3D4E5F0", "interaction.code-aliases"},
    {"letters that resemble digits and are no aliases", "S5Z2-B8G6", "S5Z2B8G6", "interaction.code-aliases"},
};

void typed(Table& table) {
    auto rows = table.group("interaction codes, as a person types them", "fold-code", 601);
    std::string first;
    for (const auto& row : foldings) {
        const auto id = rows.valid(row.comment, {{"code", row.typed}},
                                   {.requirements = {row.requirement}, .output = {{"code", row.code}}});
        if (first.empty()) first = id;
    }
    const auto unlike = [&](const char* comment, const char* code) {
        rows.acceptable(comment, first, {{"code", code}}, {.flags = {"NotACode"}});
    };
    unlike("the letter U, which is no symbol and no alias", "A1B2-C3DU");
    unlike("a space instead of the hyphen", "A1B2 C3D4");
    unlike("a space in front", " A1B2-C3D4");
    unlike("an en dash instead of the hyphen", "A1B2\u2013C3D4");
    unlike("a digit outside ASCII", "A\u0661B2-C3D4");
    unlike("empty", "");
}

}  // namespace

void write_codes(Table& table) {
    if (!table.draft.code_format) return;
    emitted(table);
    typed(table);
}

}  // namespace aauth::vectors
