#include "harness/catch.h"
#include "harness/sfv/sfv.h"

using namespace aauth;
using namespace aauth::sfv;

namespace {

std::string text(const BareItem& value) {
    const auto out = serialize(value);
    return out ? *out : out.error().code;
}

}  // namespace

TEST_CASE("bare items are written canonically", "[sfv]") {
    CHECK(text(std::int64_t{-42}) == "-42");
    CHECK(text(Decimal{1000}) == "1.0");
    CHECK(text(Decimal{1250}) == "1.25");
    CHECK(text(Decimal{-1}) == "-0.001");
    CHECK(text(Decimal{50}) == "0.05");
    CHECK(text(Decimal{0}) == "0.0");
    CHECK(text(Decimal{999'999'999'999'999}) == "999999999999.999");
    CHECK(text(std::string(R"(a "b" \)")) == R"("a \"b\" \\")");
    CHECK(text(Token{"*a/b"}) == "*a/b");
    CHECK(text(Bytes{""}) == "::");
    CHECK(text(Bytes{"hell"}) == ":aGVsbA==:");
    CHECK(text(Bytes{"hello"}) == ":aGVsbG8=:");
    CHECK(text(Bytes{"\xff\xfe\xfd"}) == "://79:");
    CHECK(text(false) == "?0");
    CHECK(text(Date{-1}) == "@-1");
    CHECK(text(DisplayString{"f\xc3\xbc \"%\\\n"}) == "%\"f%c3%bc %22%25\\%0a\"");
}

TEST_CASE("values outside the range of their type are not written", "[sfv]") {
    const std::vector<BareItem> values = {
        std::int64_t{1'000'000'000'000'000}, std::numeric_limits<std::int64_t>::min(), Decimal{1'000'000'000'000'000},
        Decimal{std::numeric_limits<std::int64_t>::min()}, Date{-1'000'000'000'000'000}, std::string("\xc3\xa9"),
        std::string("\n"), std::string(1, '\0'), Token{""}, Token{"1a"}, Token{"a b"}, Token{"a\""},
        DisplayString{"\xff"}, DisplayString{"\xed\xa0\x80"}, DisplayString{"\xc3"}};
    for (std::size_t i = 0; i < values.size(); ++i) {
        INFO(i);
        CHECK(text(values[i]) == "unserializable");
    }
    for (const char* key : {"", "A", "1", "aB", "a b", "a="}) {
        INFO(key);
        Parameters parameters;
        parameters.set(key, true);
        CHECK_FALSE(serialize(parameters));
        Dictionary field;
        field.set(key, Item{true, {}});
        CHECK_FALSE(serialize(field));
        CHECK_FALSE(serialize(List{InnerList{{Item{true, parameters}}, {}}}));
    }
}

TEST_CASE("containers are written canonically", "[sfv]") {
    Parameters parameters;
    parameters.set("a", true);
    parameters.set("b", false);
    parameters.set("c", std::int64_t{1});
    CHECK(serialize(parameters) == ";a;b=?0;c=1");
    const Item item{Token{"t"}, parameters};
    CHECK(serialize(item) == "t;a;b=?0;c=1");
    const InnerList list{{item, Item{std::string("x"), {}}}, parameters};
    CHECK(serialize(list) == "(t;a;b=?0;c=1 \"x\");a;b=?0;c=1");
    CHECK(serialize(List{item, InnerList{}}) == "t;a;b=?0;c=1, ()");
    CHECK(serialize(List{}) == "");

    Dictionary field;
    CHECK(serialize(field) == "");
    field.set("flag", Item{true, parameters});
    field.set("off", Item{false, {}});
    field.set("sig", list);
    CHECK(serialize(field) == "flag;a;b=?0;c=1, off=?0, sig=(t;a;b=?0;c=1 \"x\");a;b=?0;c=1");
}

TEST_CASE("a decimal is rounded to the nearest thousandth, ties to even", "[sfv]") {
    auto thousandths = [](std::string_view number) { return rounded_decimal(number).value().thousandths; };
    CHECK(thousandths("1") == 1000);
    CHECK(thousandths("-1.5") == -1500);
    CHECK(thousandths("0.0015") == 2);
    CHECK(thousandths("0.0025") == 2);
    CHECK(thousandths("-0.0025") == -2);
    CHECK(thousandths("0.00250000001") == 3);
    CHECK(thousandths("0.00249999999") == 2);
    CHECK(thousandths("9.9995") == 10000);
    CHECK(thousandths("0000.1") == 100);
    CHECK_FALSE(serialize(BareItem(rounded_decimal("999999999999.9995").value())));
    CHECK(rounded_decimal("1234567890123456.0").error().code == "unserializable");
    for (const char* number : {"", "-", ".5", "1.", "1.2x", "1e3", "+1", "1..2"}) {
        INFO(number);
        CHECK(rounded_decimal(number).error().code == "malformed_field");
    }
}
