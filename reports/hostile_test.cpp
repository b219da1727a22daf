#include <algorithm>

#include "embedded/report_page.h"
#include "harness/catch.h"
#include "harness/json/json.h"
#include "reports/markup.h"
#include "reports/program.h"
#include "reports/report.h"
#include "reports/sample.h"

#include <nlohmann/json.hpp>

namespace aauth::reports {

namespace {

const std::vector<std::string>& hostile_texts() {
    static const std::vector<std::string> texts{
        "<script>alert(1)</script>",
        "</script></style></pre></code></title><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)\" x='",
        "' onfocus='alert(1)",
        "]]><x/><![CDATA[",
        "--><!-- &lt;b&gt; &#60; &amp",
        std::string("a\0b\x1b[2J\x07\x08\x7f", 10),
        "a\xE2\x80\xAE"
        "b\xE2\x81\xA6\xE2\x80\x8F\xEF\xBB\xBF\xE2\x80\xA8",
        "\xFF\xFE\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80\xE2\x82",
        "{{title}} {{{style}}} {{#runs}} {{/runs}} {{>case}} {{=<% %>=}}",
        "| a | b |\\| `code` **bold** [x](javascript:alert(1)) ![y](http://evil) @everyone # h <details>",
        "[click](http://evil) www.evil.example http://evil.example #1 $x$ ~~y~~",
        "javascript:alert(1)",
        "\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xB7\x90",
    };
    return texts;
}

std::vector<std::string> names(const Markup& markup) {
    std::vector<std::string> out;
    for (const Tag& tag : markup.tags) out.push_back(tag.name);
    return out;
}

// What no output may hold as such.
void check_no_treachery(const std::string& text) {
    for (const char* bytes : {"\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\x8F", "\xEF\xBB\xBF", "\xE2\x80\xA8", "\x1b",
                              "\x07", "\x7f", "\xEF\xBF\xBE", "\r"})
        CHECK(text.find(bytes) == std::string::npos);
    CHECK(text.find('\0') == std::string::npos);
}

auto lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

std::string without_code_tags(std::string text) {
    for (const std::string_view tag : {"<code>", "</code>"}) {
        for (std::size_t at = text.find(tag); at != std::string::npos; at = text.find(tag)) text.erase(at, tag.size());
    }
    return text;
}

}  // namespace

TEST_CASE("hostile text in every field leaves the page's structure as it is") {
    // A back-quoted part of an explanation becomes a code element; nothing else may add one.
    const auto tags_for = [](const std::string& text) {
        const std::string html = render_html(run_full_of(text));
        check_no_treachery(html);
        const Markup markup = read_markup(html, Language::Html);
        CHECK(markup.error == "");
        CHECK(markup.raw.at("script") == embedded::report_page("report.js"));
        CHECK(markup.raw.at("style") == embedded::report_page("report.css"));
        for (const Tag& tag : markup.tags)
            for (const auto& [name, value] : tag.attributes) CHECK_FALSE(name.starts_with("on"));
        return names(markup);
    };
    const auto harmless = tags_for("harmless");
    for (const std::string& text : hostile_texts()) {
        INFO(text);
        auto tags = tags_for(text);
        if (text.find('`') != std::string::npos) {
            CHECK(tags.size() == harmless.size() + 18);  // one per case
        } else {
            CHECK(tags == harmless);
        }
    }
}

TEST_CASE("hostile text in every field leaves JUnit well-formed") {
    const auto tags_for = [](const std::string& text) {
        const std::string xml = render_junit(run_full_of(text), {.strict = true});
        check_no_treachery(xml);
        const Markup markup = read_markup(xml, Language::Xml);
        CHECK(markup.error == "");
        return names(markup);
    };
    const auto harmless = tags_for("harmless");
    for (const std::string& text : hostile_texts()) {
        INFO(text);
        CHECK(tags_for(text) == harmless);
    }
}

TEST_CASE("hostile text in every field stays text in Markdown") {
    const std::string harmless = render_markdown(run_full_of("harmless"));
    for (const std::string& text : hostile_texts()) {
        INFO(text);
        const std::string markdown = render_markdown(run_full_of(text));
        check_no_treachery(markdown);
        CHECK(lines(markdown) == lines(harmless));
        CHECK(std::count(markdown.begin(), markdown.end(), '|') == std::count(harmless.begin(), harmless.end(), '|'));
        const std::string left = without_code_tags(markdown);
        for (const char* active : {"<", ">", "`", "[", "]", "](", "://", "@", "\\", "www.", "$", "~"})
            CHECK(left.find(active) == std::string::npos);
        CHECK(std::count(left.begin(), left.end(), '*') == std::count(harmless.begin(), harmless.end(), '*'));
    }
}

TEST_CASE("hostile text moves nothing on a terminal, and the badge stays an image") {
    const std::string harmless = render_terminal(run_full_of("harmless"));
    for (const std::string& text : hostile_texts()) {
        INFO(text);
        const std::string shown = render_terminal(run_full_of(text));
        check_no_treachery(shown);
        CHECK(lines(shown) == lines(harmless));

        const std::string badge = render_badge(run_full_of(text));
        check_no_treachery(badge);
        CHECK(read_markup(badge, Language::Xml).error == "");
        CHECK(read_markup(badge, Language::Xml).tags.size() == 10);
        CHECK(json::parse(render_json(run_full_of(text)), {.bytes = 64u << 20, .depth = 64}));
    }
}

TEST_CASE("lines of hostile text stay where they belong") {
    const std::string text = "GET / HTTP/1.1\r\nA: <b>\r\n\r\n</pre><script>alert(1)</script>\n\n| x |\n# h\n";
    const Markup html = read_markup(render_html(run_full_of(text)), Language::Html);
    CHECK(html.error == "");
    CHECK(html.raw.size() == 2);
    CHECK(read_markup(render_junit(run_full_of(text)), Language::Xml).error == "");
    CHECK(lines(render_markdown(run_full_of(text))) == lines(render_markdown(run_full_of("harmless"))));
    CHECK(lines(render_terminal(run_full_of(text))) == lines(render_terminal(run_full_of("harmless"))));
}

TEST_CASE("texts of a megabyte in every field are cut") {
    for (const char* unit : {"x", "<", "\xE2\x80\xAE", "\xFF", "eyJhbGciOiJub25lIn0.", "\"d\":\"AAAAAAAAAAAA\","}) {
        INFO(unit);
        std::string text;
        while (text.size() < 1u << 20) text += unit;
        engine::RunResult run = run_full_of(text);
        run.cases.resize(2);
        const std::string html = render_html(run);
        CHECK(html.size() < 24u << 20);
        CHECK(read_markup(html, Language::Html).error == "");
        CHECK(read_markup(render_junit(run), Language::Xml).error == "");
        CHECK(render_markdown(run).size() < 4u << 20);
        CHECK(render_terminal(run).size() < 20000);
        CHECK(render_badge(run).size() < 4000);
    }
}

TEST_CASE("private keys in any field are in no output") {
    const std::string secret = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    const std::string pem = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v_VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
    for (const std::string& text :
         {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"" + secret + "\"}",
          "{\"keys\":\"[{\\\"d\\\": \\\"" + secret + "\\\"}]\"}", "{\"kty\":\"oct\",\"k\":\"" + secret + "\"}",
          "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n",
          "{\"pem\":\"-----BEGIN PRIVATE KEY-----\\n" + pem + "\\n-----END PRIVATE KEY-----\"}"}) {
        INFO(text);
        engine::RunResult run = run_full_of(text);
        for (const std::string& output :
             {render_html(run, {.full_tokens = true}), render_junit(run, {.full_tokens = true}), render_markdown(run),
              render_json(run, true), render_terminal(run, {.width = 1000}), render_badge(run)}) {
            CHECK(output.find(secret) == std::string::npos);
            CHECK(output.find(pem) == std::string::npos);
        }
    }
}

TEST_CASE("Python's parsers agree that HTML and JUnit are well-formed") {
    if (!is_on_path("python3")) {
        WARN("python3 is not here: its second opinion is left out");
        return;
    }
    const TestFolder folder;
    const std::string script = folder.write("check.py", R"(
import sys, html.parser, xml.etree.ElementTree as ET
class Parser(html.parser.HTMLParser):
    void = {'meta', 'input', 'br', 'link'}
    def __init__(self):
        super().__init__()
        self.open, self.scripts = [], 0
    def handle_starttag(self, tag, attributes):
        if tag in ('script', 'img', 'iframe'): self.scripts += 1
        assert not any(name.startswith('on') for name, value in attributes), attributes
        if tag not in self.void: self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
parser = Parser()
parser.feed(open(sys.argv[1], encoding='utf-8').read())
assert parser.open == [] and parser.scripts == 1, (parser.open, parser.scripts)
root = ET.parse(sys.argv[2]).getroot()
assert root.tag == 'testsuites'
for suite in root:
    cases = suite.findall('testcase')
    assert int(suite.get('tests')) == len(cases)
    for what, element in (('failures', 'failure'), ('errors', 'error'), ('skipped', 'skipped')):
        assert int(suite.get(what)) == sum(case.find(element) is not None for case in cases), what
print('good')
)");
    for (const std::string& text : hostile_texts()) {
        INFO(text);
        const engine::RunResult run = run_full_of(text);
        const std::string html = folder.write("report.html", render_html(run));
        const std::string xml = folder.write("report.xml", render_junit(run));
        CHECK(run_program("python3 '" + script + "' '" + html + "' '" + xml + "' 2>&1").output == "good\n");
    }
}

}  // namespace aauth::reports
