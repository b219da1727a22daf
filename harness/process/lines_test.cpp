#include "harness/process/lines.h"

#include "harness/catch.h"

namespace aauth::process {

namespace {

// What is ready, with "<dropped>" for a mark.
std::vector<std::string> all(Lines& lines) {
    std::vector<std::string> taken;
    while (!lines.empty()) taken.push_back(lines.take().value_or("<dropped>"));
    return taken;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("lines come out whole however the bytes come in") {
    Lines lines(1000);
    for (const std::string piece : {"on", "e\ntwo\n", "\nth", "", "ree", "\n", "rest"}) lines.add(piece);
    CHECK(all(lines) == Texts{"one", "two", "", "three"});
    CHECK(lines.empty());
    lines.end();
    CHECK(all(lines) == Texts{"rest"});
    lines.end();
    CHECK(lines.empty());
}

TEST_CASE("a line beyond the limit is dropped, at once and with one mark") {
    Lines lines(10);
    lines.add("0123456789");
    CHECK(lines.empty());
    lines.add("a");
    CHECK(all(lines) == Texts{"<dropped>"});
    lines.add("bcdefghijklmnopqrstuvwxyz");
    CHECK(lines.empty());
    lines.add("\nnext\n");
    CHECK(all(lines) == Texts{"next"});
    lines.add("0123456789\n");
    CHECK(all(lines) == Texts{"0123456789"});
}

TEST_CASE("lines that nobody takes are held up to the limit") {
    Lines lines(100);
    for (int i = 0; i < 100000; ++i) lines.add("0123456789\n");
    const auto held = all(lines);
    CHECK(held == Texts{"0123456789", "0123456789", "0123456789", "0123456789", "<dropped>"});
    lines.add("again\n");
    CHECK(all(lines) == Texts{"again"});

    for (int i = 0; i < 100000; ++i) lines.add("\n");
    CHECK(all(lines).size() < 10);
}

TEST_CASE("the end of the stream ends a dropped line") {
    Lines lines(5);
    lines.add("too long");
    lines.end();
    CHECK(all(lines) == Texts{"<dropped>"});
}

}  // namespace aauth::process
