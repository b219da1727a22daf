#include <random>

#include "harness/catch.h"
#include "harness/sfv/sfv.h"

using namespace aauth;
using namespace aauth::sfv;

namespace {

const std::string seeds[] = {
    R"(sig=("@method" "@authority";req "content-digest" "signature-key");created=1700000000;keyid="k";alg="ed25519")",
    R"(sig=:dGhlIHNpZ25hdHVyZSBieXRlcw==:, b=:YWI=:;x, c=::)",
    R"(sig=jwt;jwt="a.b.c", a=1, b=?0;x=?1, a=2)",
    R"(requirement=auth-token; resource-token="x\"y\\z"; url="https://as.example/")",
    R"(a=-12.345;q=0.5, b=@1700000000, c=%"f%c3%bc %22%e2%82%ac%f0%9f%98%80", d=*t/x:y)",
    R"("a";x=1, (1 2.0 tok);y, (), @-1, %"", ?1)",
    R"(999999999999999;a=-999999999999.999)",
};

// Deterministic mutations of one text: octets changed, removed, inserted, copied from elsewhere.
class Mutator {
public:
    std::string mutated() {
        std::string text = seeds[below(std::size(seeds))];
        for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(text);
        return text;
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    char octet() {
        static constexpr std::string_view telling = "\"\\()[]=;,:?@%*-. \t0123456789abcfAZ+/_~\x7f\xc3\xff";
        return below(8) == 0 ? static_cast<char>(below(256)) : telling[below(telling.size())];
    }

    void change(std::string& text) {
        if (text.empty()) return text.push_back(octet());
        const std::size_t at = below(text.size());
        const std::size_t length = 1 + below(8);
        switch (below(6)) {
            case 0: text[at] = octet(); break;
            case 1: text.erase(at, 1); break;
            case 2: text.insert(at, 1, octet()); break;
            case 3: text.erase(at, length); break;
            case 4: text.insert(at, text.substr(below(text.size()), length)); break;
            default: {
                const std::string& other = seeds[below(std::size(seeds))];
                text.insert(at, other.substr(below(other.size()), length));
            }
        }
    }

    std::mt19937 random_{9651};
};

// Parses `text`; what parses must serialize to a text that parses to the same value and serializes to itself.
template <class Value>
int survives(const std::string& text, Result<Value> (*parse)(std::string_view)) {
    const Result<Value> first = parse(text);
    if (!first) {
        REQUIRE(first.error().code == "malformed_field");
        return 0;
    }
    INFO(text);
    const auto canonical = serialize(*first);
    REQUIRE(canonical);
    const Result<Value> second = parse(*canonical);
    REQUIRE(second);
    REQUIRE(*second == *first);
    REQUIRE(serialize(*second) == *canonical);
    return 1;
}

}  // namespace

TEST_CASE("whatever parses among mutated fields survives serializing and parsing again", "[sfv]") {
    constexpr int inputs = 20000;
    Mutator mutator;
    int items = 0, lists = 0, dictionaries = 0;
    for (int i = 0; i < inputs; ++i) {
        const std::string text = mutator.mutated();
        items += survives(text, parse_item);
        lists += survives(text, parse_list);
        dictionaries += survives(text, parse_dictionary);
    }
    // Both outcomes must be common, or the mutations test nothing.
    for (int parsed : {items, lists, dictionaries}) {
        CHECK(parsed > inputs / 50);
        CHECK(parsed < inputs / 2);
    }
}
