#include "harness/http/message.h"

#include "harness/catch.h"

using namespace aauth::http;

TEST_CASE("Fields keep order and case, and compare names without case") {
    Fields fields{{"X-A", " 1 "}, {"B", "2"}, {"x-a", "3\t"}};
    CHECK(fields.count("X-a") == 2);
    CHECK(fields.contains("b"));
    CHECK_FALSE(fields.contains("c"));
    CHECK(fields.first("x-A") == " 1 ");
    CHECK(fields.first("c") == std::nullopt);
    CHECK(fields.lines("x-a") == std::vector<std::string>{" 1 ", "3\t"});
    CHECK(fields.combined("x-a") == "1, 3");
    CHECK(fields.combined("c") == std::nullopt);
    CHECK(fields.all()[2].first == "x-a");
}

TEST_CASE("Fields::combined keeps empty lines and tells empty from absent") {
    const Fields fields{{"A", ""}, {"A", "x"}, {"B", "  "}};
    CHECK(fields.combined("a") == ", x");
    CHECK(fields.combined("b") == "");
}

TEST_CASE("Fields::set replaces all lines where the first one stood") {
    Fields fields{{"A", "1"}, {"B", "2"}, {"a", "3"}};
    fields.set("a", "4");
    CHECK(fields.all() == std::vector<Fields::Field>{{"a", "4"}, {"B", "2"}});
    fields.set("C", "5");
    CHECK(fields.all().back() == Fields::Field{"C", "5"});
    fields.erase("b");
    CHECK(fields.all() == std::vector<Fields::Field>{{"a", "4"}, {"C", "5"}});
}

TEST_CASE("text is compared and trimmed as HTTP does") {
    CHECK(equals_ignoring_case("Content-TYPE", "content-type"));
    CHECK_FALSE(equals_ignoring_case("a", "ab"));
    CHECK_FALSE(equals_ignoring_case("[", "{"));
    CHECK(lowercase("ÀB-c") == "Àb-c");
    CHECK(trim("\t a b \t") == "a b");
    CHECK(trim(" \t ").empty());
}

TEST_CASE("a request's parts come from its target in any form") {
    struct Row {
        const char *target, *path, *query, *url;
    };
    const auto row =
        GENERATE(Row{"/a/../b%20?x=1?&y", "/a/../b%20", "x=1?&y", "https://h.test/a/../b%20?x=1?&y"},
                 Row{"/", "/", "", "https://h.test/"}, Row{"/a?", "/a", "", "https://h.test/a?"},
                 Row{"http://other.test/p?q", "/p", "q", "http://other.test/p?q"},
                 Row{"HTTP://other.test", "/", "", "HTTP://other.test"},
                 Row{"http://other.test?q", "/", "q", "http://other.test?q"}, Row{"*", "*", "", "https://h.test"});
    Request request;
    request.scheme = "https";
    request.authority = "h.test";
    request.target = row.target;
    CAPTURE(row.target);
    CHECK(request.path() == row.path);
    CHECK(request.query() == row.query);
    CHECK(request.url() == row.url);
}
