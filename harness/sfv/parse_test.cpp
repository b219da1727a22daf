#include "harness/catch.h"
#include "harness/sfv/sfv.h"

using namespace aauth;
using namespace aauth::sfv;

namespace {

BareItem bare(std::string_view text) { return parse_item(text).value().value; }

std::string item_error(std::string_view text) {
    const auto item = parse_item(text);
    return item ? "parsed" : item.error().code + ": " + item.error().message;
}

bool dictionary_parses(std::string_view text) { return parse_dictionary(text).has_value(); }

}  // namespace

TEST_CASE("each type of bare item is parsed", "[sfv]") {
    CHECK(bare("-42") == BareItem(std::int64_t{-42}));
    CHECK(bare("999999999999999") == BareItem(std::int64_t{999'999'999'999'999}));
    CHECK(bare("-1.25") == BareItem(Decimal{-1250}));
    CHECK(bare("-0.001") == BareItem(Decimal{-1}));
    CHECK(bare(R"("a \"b\" \\")") == BareItem(std::string(R"(a "b" \)")));
    CHECK(bare("*foo/bar:baz") == BareItem(Token{"*foo/bar:baz"}));
    CHECK(bare(":aGVsbG8=:") == BareItem(Bytes{"hello"}));
    CHECK(bare(":aGVsbA==:") == BareItem(Bytes{"hell"}));
    CHECK(bare("::") == BareItem(Bytes{}));
    CHECK(bare("?0") == BareItem(false));
    CHECK(bare("@-5") == BareItem(Date{-5}));
    CHECK(bare("%\"f%c3%bc \\\"") == BareItem(DisplayString{"f\xc3\xbc \\"}));
    CHECK(bare("  1 ") == BareItem(std::int64_t{1}));
}

TEST_CASE("a malformed item is refused with the place and what was expected there", "[sfv]") {
    CHECK(item_error("") == "malformed_field: expected a value at byte 0");
    CHECK(item_error("1 2") == "malformed_field: expected the end of the field at byte 2");
    CHECK(item_error("\"abc") == "malformed_field: expected a closing quote at byte 4");
    CHECK(item_error("1000000000000000") == "malformed_field: expected at most 15 digits in a number at byte 15");
    CHECK(item_error("a;B=1").starts_with("malformed_field: expected a key"));
    for (const char* text :
         {"\t1", "1\t", "(1)", "1.", "1.2345", "1234567890123.0", "--1", "\"\xc3\xa9\"", "\"\x7f\"", R"("\n")", "?2",
          "?", "@1.0", "@", "%\"%C3%BC\"", "%\"%c3\"", "%\"%ed%a0%80\"", "%\"%c0%80\"", "%\"%f4%90%80%80\"", "%a",
          ":YQ:", ":YQ=:", ":YR==:", ":Y===:", ":====:", ":-_8=:", ":YQ==", "a;", "a; ;b", "a;b=", "a ;b", "'a'",
          "\xc3\xa9", "a,b"}) {
        INFO(text);
        CHECK(item_error(text).starts_with("malformed_field: expected"));
    }
    CHECK_FALSE(parse_item(std::string_view("\"a\0\"", 4)));
}

TEST_CASE("a Signature-Input field is taken apart", "[sfv]") {
    const auto field = parse_dictionary(
        R"(sig=("@method" "@authority";req "signature-key");created=1700000000;keyid="k", other=1)");
    REQUIRE(field);
    REQUIRE(field->size() == 2);
    const InnerList* list = field->inner_list("sig");
    REQUIRE(list);
    REQUIRE(list->items.size() == 3);
    CHECK(list->items[1].value == BareItem(std::string("@authority")));
    CHECK(list->items[1].parameters.contains("req"));
    REQUIRE(list->parameters.contains("created"));
    CHECK(*list->parameters.find("created") == BareItem(std::int64_t{1700000000}));
    CHECK(list->parameters.find_as<std::int64_t>("created") != nullptr);
    CHECK_FALSE(list->parameters.find_as<Token>("keyid"));
    CHECK(field->item("sig") == nullptr);
    CHECK(field->item("other") != nullptr);
    CHECK(field->inner_list("none") == nullptr);
    CHECK(field->repeated.empty());
}

TEST_CASE("lists and inner lists", "[sfv]") {
    const auto list = parse_list("a, ( \"b\"  2 );q=1 ,\t()");
    REQUIRE(list);
    REQUIRE(list->size() == 3);
    CHECK(std::get<InnerList>((*list)[1]).items.size() == 2);
    CHECK(std::get<InnerList>((*list)[1]).parameters.contains("q"));
    CHECK(std::get<InnerList>((*list)[2]).items.empty());
    CHECK(parse_list("")->empty());
    CHECK(parse_list("   ")->empty());
    for (const char* text : {",", "a,", "a,,b", "a b", "(a", "(a,b)", "(a\tb)", "((a))", "(a)b", "\ta", "(a\"b\")"}) {
        INFO(text);
        CHECK_FALSE(parse_list(text));
    }
}

TEST_CASE("a key that comes twice keeps its place, takes the last value and is reported", "[sfv]") {
    const auto field = parse_dictionary("a=1, b=2;x;y;x=3, a=(4)");
    REQUIRE(field);
    REQUIRE(field->size() == 2);
    CHECK(field->entries()[0].first == "a");
    CHECK(field->inner_list("a") != nullptr);
    CHECK(field->repeated == std::vector<std::string>{"a"});
    const Parameters& parameters = field->item("b")->parameters;
    REQUIRE(parameters.size() == 2);
    CHECK(parameters.entries()[0] == Parameters::Entry("x", std::int64_t{3}));
    CHECK(parameters.repeated == std::vector<std::string>{"x"});
}

TEST_CASE("repeats are found among many keys too", "[sfv]") {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += "key" + std::to_string(i) + "=" + std::to_string(i) + ", ";
    const auto field = parse_dictionary(text + "key3=-3, key16=-16, key999=-999, new, key3=-4");
    REQUIRE(field);
    CHECK(field->size() == 1001);
    CHECK(field->repeated == std::vector<std::string>{"key3", "key16", "key999", "key3"});
    for (const auto& [key, value] : {std::pair{"key3", -4}, {"key16", -16}, {"key999", -999}, {"key500", 500}}) {
        CHECK(field->item(key)->value == BareItem(std::int64_t{value}));
    }
    CHECK(field->entries().back().first == "new");
}

TEST_CASE("malformed dictionaries are refused", "[sfv]") {
    CHECK(dictionary_parses("*a-_.1*=1, b;x, c=?0"));
    for (const char* text : {"A=1", "aB=1", "1a=1", "-a=1", "a =1", "a= 1", "a=", "a=,b", "a=1,", "a=1;;b", "\"a\"=1",
                             ",a"}) {
        INFO(text);
        CHECK_FALSE(dictionary_parses(text));
    }
}

TEST_CASE("dictionaries and parameters are set and erased by key", "[sfv]") {
    Dictionary field;
    field.set("a", Item{std::int64_t{1}, {}});
    field.set("b", Item{Token{"t"}, {}});
    field.set("a", InnerList{});
    REQUIRE(field.size() == 2);
    CHECK(field.entries()[0].first == "a");
    CHECK(field.inner_list("a") != nullptr);
    field.erase("a");
    field.erase("none");
    CHECK(field.size() == 1);
    CHECK_FALSE(field.contains("a"));

    Parameters parameters;
    parameters.set("x", true);
    parameters.set("x", std::string("y"));
    CHECK(parameters.entries() == std::vector{Parameters::Entry("x", std::string("y"))});
    parameters.erase("x");
    CHECK(parameters.empty());
}
