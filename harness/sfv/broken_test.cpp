#include "harness/sfv/broken.h"

#include <set>
#include <stdexcept>

#include "harness/catch.h"

using namespace aauth;
using namespace aauth::sfv;

namespace {

// Fields with every kind of member, and what would hide a breakage in them: the characters of the syntax in strings.
const char* const good_fields[] = {
    R"(sig=("@method" "@authority" "@path" "signature-key");created=1700000000;keyid="k")",
    R"(sig=:dGhlIHNpZ25hdHVyZSBieXRlcw==:)",
    R"(sig=:++//:, other=:AAAA:;x=?0)",
    R"(first="x", sig=jwt;jwt="a.b.c";n=-7, last=(1 2);y)",
    R"(a, sig, z)",
    R"(sig;flag)",
    R"(sig=())",
    R"(sig=(tok% "b"), b=("c" "d"))",
    R"(sig=("a" ";b=" "c" "\"" "\\" ", x=\"" ) , b="q\"")",
    R"(sig=("a";req;x=1 :YWI=: 1.5 @1 %"f%c3%bc" ?0);d="", sig2=("e"))",
    R"(sig=hwk;kty="OKP";crv="Ed25519";x="abc", *=::)",
    R"(*="", sig="")",
};

bool reports_repeat(const Dictionary& field) {
    if (!field.repeated.empty()) return true;
    for (const auto& entry : field.entries()) {
        const auto& parameters =
            std::visit([](const auto& member) -> const Parameters& { return member.parameters; }, entry.second);
        if (!parameters.repeated.empty()) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("every broken field is refused, or its repeated key reported", "[sfv]") {
    for (const char* text : good_fields) {
        const auto good = parse_dictionary(text);
        INFO(text);
        REQUIRE(good);
        REQUIRE_FALSE(reports_repeat(*good));
        for (const auto& entry : good->entries()) {
            for (const BreakageInfo& info : all_breakages()) {
                const std::string wrong = broken(*good, entry.first, info.breakage);
                INFO(entry.first << ", " << info.name << ": " << wrong);
                const auto parsed = parse_dictionary(wrong);
                if (info.reception == Reception::accepted) {
                    REQUIRE(parsed);
                    CHECK(reports_repeat(*parsed));
                } else {
                    CHECK_FALSE(parsed);
                }
            }
        }
    }
}

TEST_CASE("the breakages are listed once each, in order", "[sfv]") {
    std::set<std::string_view> names;
    std::size_t place = 0;
    for (const BreakageInfo& info : all_breakages()) {
        CHECK(static_cast<std::size_t>(info.breakage) == place++);
        CHECK(names.insert(info.name).second);
        CHECK(name_of(info.breakage) == info.name);
    }
    CHECK(static_cast<std::size_t>(Breakage::too_long_integer) + 1 == place);
}

TEST_CASE("broken fields differ from the good one as their names say", "[sfv]") {
    auto spoil = [](const char* text, Breakage breakage) {
        return broken(parse_dictionary(text).value(), "a", breakage);
    };
    using enum Breakage;
    CHECK(spoil("z, a=1;x, b=2", missing_comma) == "z, a=1;x b=2");
    CHECK(spoil("a=1, b=2", double_comma) == "a=1,, b=2");
    CHECK(spoil("a=1;x=1, b", duplicate_key) == "a=1;x=1, b, a=1;x=1");
    CHECK(spoil("a=1;x=1;y=2, b", duplicate_parameter) == "a=1;x=1;y=2;y=2, b");
    CHECK(spoil("a, b", duplicate_parameter) == "a;broken;broken, b");
    CHECK(spoil("a, b", tab_before_value) == "a=\t?1, b");
    CHECK(spoil("a=(\"x\";q \"y\");c, b", comma_separated_inner_list) == "a=(\"x\";q, \"y\");c, b");
    CHECK(spoil("a=(\"x\" \"y\");c, b", tab_separated_inner_list) == "a=(\"x\"\t\"y\");c, b");
    CHECK(spoil("a=(\"x\" \"y\");c, b", unterminated_inner_list) == "a=(\"x\" \"y\";c, b");
    CHECK(spoil("a=(\"x\");c, b", nested_inner_list) == "a=((\"x\"));c, b");
    CHECK(spoil("a=(1;s=\"x\" \"y\");c, b", unterminated_string) == "a=(1;s=\"x");
    CHECK(spoil("a=(1;s=\"x\" \"y\");c, b", bad_escape_in_string) == "a=(1;s=\"x\\n\" \"y\");c, b");
    CHECK(spoil("a=1, b", single_quoted_string) == "a=1;broken='x', b");
    CHECK(spoil("a=:YQ==:;x, b", bytes_without_padding) == "a=:YQ:;x, b");
    CHECK(spoil("a=:YQ==:;x, b", bytes_with_nonzero_pad) == "a=:YR==:;x, b");
    CHECK(spoil("a=:+/+/:, b", bytes_in_url_alphabet) == "a=:-_-_:, b");
    CHECK(spoil("a=:YQ==:, b", bytes_in_url_alphabet) == "a=:YQ==:;broken=:-_8=:, b");
    CHECK(spoil("a=();created=-1700000000", too_long_integer) == "a=();created=-0000001700000000");
}

TEST_CASE("breaking what is not there is the caller's mistake", "[sfv]") {
    Dictionary field;
    CHECK_THROWS_AS(broken(field, "a", Breakage::leading_comma), std::invalid_argument);
    field.set("a", Item{Token{"not a token"}, {}});
    CHECK_THROWS_AS(broken(field, "a", Breakage::leading_comma), std::invalid_argument);
    Parameters parameters;
    parameters.set("Not a key", true);
    field.set("a", Item{Token{"t"}, parameters});
    CHECK_THROWS_AS(broken(field, "a", Breakage::unterminated_string), std::invalid_argument);
}
