#include "harness/catch.h"
#include "harness/process/process.h"

namespace aauth::process {

TEST_CASE("a command line is split like a shell does") {
    using Words = std::vector<std::string>;
    struct Row {
        std::string line;
        Words words;
    };
    const std::vector<Row> rows = {
        {"node agent.js", {"node", "agent.js"}},
        {"  a \t b\n c\r\n", {"a", "b", "c"}},
        {"a 'b  c' d", {"a", "b  c", "d"}},
        {R"(a "b  c" d)", {"a", "b  c", "d"}},
        {R"(a b\ c)", {"a", "b c"}},
        {R"(a 'b\c"d')", {"a", R"(b\c"d)"}},
        {R"(a "b\"c\\d\$e\`f\gh")", {"a", R"(b"c\d$e`f\gh)"}},
        {R"(--x='1 2'"3 4"5)", {"--x=1 23 45"}},
        {R"(a '' "" b)", {"a", "", "", "b"}},
        {R"(it\'s \"so\" \\)", {"it's", "\"so\"", "\\"}},
        {"a\\\nb \"c\\\nd\"", {"ab", "cd"}},
        {"echo $HOME | tee *.txt && b # c", {"echo", "$HOME", "|", "tee", "*.txt", "&&", "b", "#", "c"}},
        {"gr\xc3\xbc\xc3\x9f dich", {"gr\xc3\xbc\xc3\x9f", "dich"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.line);
        const auto words = split(row.line);
        REQUIRE(words);
        CHECK(*words == row.words);
    }
}

TEST_CASE("a command line that is not one is refused") {
    for (const std::string line : {"", " \t\n", "a 'b", "a \"b", "a \"b\\\"", "a \\", "'", "\"\\"}) {
        CAPTURE(line);
        const auto words = split(line);
        REQUIRE_FALSE(words);
        CHECK(words.error().code == "bad_command");
        CHECK_FALSE(words.error().message.empty());
    }
}

}  // namespace aauth::process
