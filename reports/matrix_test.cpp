#include "reports/matrix.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/engine/schema.h"

namespace aauth::reports {

namespace {

constexpr const char* attack = "<script>alert(1)</script> | **x** \x1b[31m \u202e {{{style}}}";
constexpr const char* token =
    "eyJhbGciOiJFZDI1NTE5IiwidHlwIjoiYWEtYWdlbnQrand0In0.eyJpc3MiOiJodHRwczovL2FwLmV4YW1wbGUifQ.c2lnbmF0dXJlLW9mLWl0";

interop::Matrix sample() {
    interop::Matrix matrix;
    matrix.made_by = "aauth-conform test";
    matrix.date = "2026-11-26";
    matrix.peers = {{"one", attack, "1.0", "Go", "https://one.example", {"11", "10"}, {}},
                    {"two", "Two", "2.0", "Rust", "https://two.example", {"11"}, attack}};
    matrix.conformance = {{"one", "resource", "11", {{"pass", 12}, {"fail", 3}, {"warn", 0}}, 2, {}},
                          {"one", "vectors", "10", {{"agree", 7}}, 0, attack}};
    interop::PairingCell red{"auth", "one", "two", "three", {}, "11", interop::Outcome::Red, attack, "resource", 0, {}};
    red.exchanges = {{"agent", "resource", "GET", attack, 401, attack, false, {}, std::string("Authorization: AAuth ") + token,
                      R"({"kty": "OKP", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"})"}};
    interop::PairingCell green{"auth", "one", "one", "three", {}, "11", interop::Outcome::Green, {}, {}, -1, {}};
    interop::PairingCell none{"identity", "two", "two", {}, {}, {}, interop::Outcome::Unsupported, "no", {}, -1, {}};
    matrix.pairings = {red, green, none};
    return matrix;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("nothing that a stranger wrote is markup on the matrix page", "[matrix]") {
    const auto page = render_matrix_html(sample());
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "\x1b"));
    CHECK_FALSE(has(page, "\u202e"));
    CHECK(has(page, "&lt;script&gt;"));
    CHECK(has(page, "default-src 'none'; style-src 'sha256-"));
    CHECK_FALSE(has(page, token));
    CHECK_FALSE(has(page, "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"));
}

TEST_CASE("every cell of the matrix page leads to its exchanges", "[matrix]") {
    const auto page = render_matrix_html(sample());
    for (const char* anchor : {"pairing-1", "pairing-2"}) {
        CHECK(has(page, std::string("href=\"#") + anchor + "\""));
        CHECK(has(page, std::string("id=\"") + anchor + "\""));
    }
    CHECK(has(page, "12 pass, 3 fail"));
    CHECK(has(page, "2 unexpected"));
    // A table in which nobody did anything is left out.
    CHECK_FALSE(has(page, "An agent token opens the resource</h3>"));
}

TEST_CASE("the JSON matrix keeps the wire of red cells, without secrets", "[matrix]") {
    const auto text = render_matrix_json(sample());
    const auto parsed = nlohmann::json::parse(text);
    CHECK(parsed.at("format") == 1);
    CHECK(parsed.at("pairings")[0].at("outcome") == "red");
    CHECK(parsed.at("pairings")[0].at("broke_at") == 0);
    CHECK(parsed.at("pairings")[0].at("exchanges")[0].at("status") == 401);
    CHECK(parsed.at("conformance")[0].at("counts").at("fail") == 3);
    CHECK_FALSE(has(text, token));
    CHECK_FALSE(has(text, "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"));
}

TEST_CASE("the JSON matrix, and the sample that is checked in, conform to the schema", "[matrix]") {
    const auto contents = [](const std::string& path) {
        std::ifstream file(AAUTH_SOURCE_DIR "/reports/" + path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const auto schema = contents("schema/matrix.schema.json");
    for (const auto& text : {render_matrix_json(sample()), contents("samples/matrix.json")}) {
        CHECK(engine::schema_violations(nlohmann::json::parse(text), schema) == std::vector<std::string>{});
    }
}

TEST_CASE("the Markdown matrix is tables whatever strangers wrote", "[matrix]") {
    const auto text = render_matrix_markdown(sample());
    CHECK_FALSE(has(text, "<script"));
    CHECK_FALSE(has(text, " | **x**"));
    CHECK(has(text, "**red**"));
    CHECK(has(text, "- auth, draft 11, one > two > three: "));
    interop::Matrix none;
    none.pairings_left_out = "there is no lab";
    CHECK(has(render_matrix_markdown(none), "Not played: there is no lab"));
}

}  // namespace aauth::reports
