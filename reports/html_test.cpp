#include <cstdlib>
#include <fstream>
#include <set>

#include "embedded/report_page.h"
#include "harness/catch.h"
#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "reports/markup.h"
#include "reports/report.h"
#include "reports/sample.h"

namespace aauth::reports {

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Markup read(const std::string& html) {
    Markup markup = read_markup(html, Language::Html);
    CHECK(markup.error == "");
    return markup;
}

std::vector<std::string> ids(const Markup& markup) {
    std::vector<std::string> out;
    for (const Tag& tag : markup.tags)
        if (tag.attributes.contains("id")) out.push_back(tag.attributes.at("id"));
    return out;
}

}  // namespace

TEST_CASE("the reader of markup sees what is wrong") {
    CHECK(read_markup("<!doctype html><p class=\"a\">&amp;</p>", Language::Html).error.empty());
    for (const char* bad :
         {"<p>", "<!doctype html><p>", "<!doctype html></p>", "<!doctype html><p><b></p></b>",
          "<!doctype html><p class=a></p>", "<!doctype html><p a=\"1\" a=\"2\"></p>", "<!doctype html><p>a & b</p>",
          "<!doctype html><p a=\"<\"></p>", "<!doctype html>\x01", "<!doctype html>\xFF",
          "<!doctype html><p a=\"1\"b=\"2\"></p>", "<!doctype html><p a=\"1></p>",
          "<!doctype html><script></script><script></script>", "<!doctype html><a <b></a>"}) {
        INFO(bad);
        CHECK_FALSE(read_markup(bad, Language::Html).error.empty());
    }
}

TEST_CASE("the page is well-formed and its policy lets only its own script and style run") {
    const std::string html = render_html(sample_run());
    const Markup markup = read(html);
    CHECK(markup.raw.at("script") == embedded::report_page("report.js"));
    CHECK(markup.raw.at("style") == embedded::report_page("report.css"));
    const auto hash = [&](const std::string& text) {
        return "'sha256-" + crypto::base64_encode(crypto::sha256(text)) + "'";
    };
    std::string policy;
    for (const Tag& tag : markup.tags) {
        if (tag.attributes.contains("http-equiv")) policy = tag.attributes.at("content");
        for (const auto& [name, value] : tag.attributes) {
            CHECK_FALSE(name.starts_with("on"));
            CHECK(name != "style");
            CHECK(name != "src");
            if (name == "href") CHECK(value.starts_with("#"));
        }
    }
    CHECK(policy == "default-src 'none'; script-src " + hash(markup.raw.at("script")) + "; style-src " +
                        hash(markup.raw.at("style")) + "; base-uri 'none'; form-action 'none'");
}

TEST_CASE("ids are unique and every reference leads to one") {
    const std::vector<engine::RunResult> runs{sample_run(), sample_run()};
    const Markup markup = read(render_html(runs));
    const auto all = ids(markup);
    const std::set<std::string> unique(all.begin(), all.end());
    CHECK(unique.size() == all.size());
    CHECK(unique.contains("PS-SIG-004"));
    CHECK(unique.contains("PS-SIG-004.2"));
    CHECK(unique.contains("run-2"));
    for (const Tag& tag : markup.tags) {
        if (tag.attributes.contains("href")) CHECK(unique.contains(tag.attributes.at("href").substr(1)));
        if (tag.attributes.contains("aria-labelledby")) CHECK(unique.contains(tag.attributes.at("aria-labelledby")));
    }
}

TEST_CASE("the page says what the run found") {
    const std::string html = render_html(sample_run());
    CHECK(contains(html, "Example Person Server 2.4 <small>as a person server, draft 11 (Signature Keys -09)</small>"));
    CHECK(contains(html, "<strong>loopback: identifier and TLS rules relaxed</strong>"));
    CHECK(contains(html, "38 cases in 6.2 s · aauth-conformance 1.0 (3f2a91c) · 2026-12-02 14:07 UTC"));
    CHECK(contains(html, "15 of 17 · §11.3"));
    CHECK(contains(html, "skipped · no mission_endpoint published"));
    CHECK(contains(html, "requirement <strong>sig.components.method</strong> · MUST · AAuth -11 §11.3.3.1"));
    CHECK(contains(html, "The signature covers @method."));
    CHECK(contains(html, "refuse it with <code>invalid_input</code>."));
    CHECK(contains(html, "HTTP/1.1 <mark>200 OK</mark>"));
    CHECK(contains(html, "<strong>Known failure:</strong> the server throws"));
    CHECK(contains(html, "<strong>Fixed:</strong>"));
    CHECK(contains(html, "<p class=\"reason error\">connection refused: 127.0.0.1:9000</p>"));
    CHECK(contains(html, "No response: connection refused"));
    CHECK(contains(html, "MUST 3/5"));
    CHECK(contains(html, "<title>Example Person Server 2.4: 3 fail, 1 warn, 24 pass"));
    CHECK(contains(render_html(sample_run(), {.title = "Demo"}), "<title>Demo</title>"));
}

TEST_CASE("a token that was sent twice is shown once") {
    engine::RunResult run = sample_run();
    run.cases.resize(1);
    engine::Exchange exchange;
    exchange.tokens = {{"Signature-Key", "eyJ0b2tlbg.eyJ0b2tlbg.c2ln", "{}", "{\"jti\": \"the-same\"}"}};
    run.cases[0].exchanges = {exchange, exchange};
    const std::string html = render_html(run);
    CHECK(html.find("the-same") == html.rfind("the-same"));
    CHECK(contains(html, "the-same"));
    CHECK(contains(html, "1 of 2: Signature-Key, 2 of 2: Signature-Key"));
}

TEST_CASE("live tokens are shortened unless asked for") {
    const std::string shortened = render_html(sample_run());
    CHECK_FALSE(contains(shortened, "c2lnbmF0dXJlLW9mLXRoZS1zYW1wbGU"));
    CHECK(contains(shortened, "eyJhbGciOiJFZDI1NTE5Iiwi…"));
    CHECK(contains(render_html(sample_run(), {.full_tokens = true}), "c2lnbmF0dXJlLW9mLXRoZS1zYW1wbGU"));
}

TEST_CASE("a run without cases, and no run at all, are pages too") {
    read(render_html(engine::RunResult{}));
    read(render_html(std::span<const engine::RunResult>{}));
}

TEST_CASE("a report of 300 cases stays small enough to be fluid") {
    engine::RunResult run = sample_run();
    while (run.cases.size() < 300) run.cases.push_back(run.cases[run.cases.size() % 38]);
    const std::string html = render_html(run);
    CHECK(html.size() < 4u << 20);
    CHECK(ids(read(html)).size() > 300);
}

// Writes the sample to look at: AAUTH_SAMPLE=folder reports_test "[.write]".
TEST_CASE("write the sample reports", "[.write]") {
    const char* folder = std::getenv("AAUTH_SAMPLE");
    REQUIRE(folder != nullptr);
    const auto write = [&](const std::string& name, const std::string& text) {
        std::ofstream(std::string(folder) + "/" + name) << text;
    };
    engine::RunResult second = sample_run();
    second.suite = "resource";
    const std::vector<engine::RunResult> runs{sample_run(), second};
    write("one.html", render_html(runs[0]));
    write("two.html", render_html(runs));
    write("hostile.html", render_html(run_full_of("<script>alert(1)</script>\"' onload=x ]]>")));
    write("report.xml", render_junit(runs[0]));
    write("report.md", render_markdown(runs[0]));
    write("report.json", render_json(runs[0]));
    write("badge.svg", render_badge(runs[0]));
    write("report.txt", render_terminal(runs[0]));
}

}  // namespace aauth::reports
