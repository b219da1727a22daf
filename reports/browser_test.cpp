#include "harness/catch.h"
#include "reports/program.h"
#include "reports/report.h"
#include "reports/sample.h"

namespace aauth::reports {

namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool browser_is_here() {
    if (is_on_path("chromium")) return true;
    WARN("chromium is not here: the report is not tried in a browser");
    return false;
}

// The page's elements after its scripts have run.
std::string dom(const TestFolder& folder, const std::string& html, const std::string& fragment = {}) {
    const std::string file = folder.write("page.html", html);
    return run_program(
               "timeout 60 chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage "
               "--user-data-dir='" +
               folder.path() + "/browser' --dump-dom 'file://" + file + fragment + "' 2>/dev/null")
        .output;
}

std::string with_end(std::string html, const std::string& addition) {
    return html.replace(html.rfind("</body>"), 0, addition);
}

std::string without_policy(std::string html) {
    const std::size_t begin = html.find("<meta http-equiv");
    return html.erase(begin, html.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("in a browser the report's own script runs and no other") {
    if (!browser_is_here()) return;
    const TestFolder folder;
    const std::string attack =
        "<script>document.documentElement.setAttribute('data-owned', 'yes')</script>"
        "<img src=\"x:\" onerror=\"document.documentElement.setAttribute('data-owned', 'yes')\">";
    const std::string html = render_html(run_full_of(attack));

    const std::string text_only = dom(folder, html);
    CHECK(contains(text_only, "data-ready=\"18\""));
    CHECK_FALSE(contains(text_only, "data-owned=\"yes\""));

    // Even if it got into the page, the policy would stop it ...
    const std::string stopped = dom(folder, with_end(html, attack));
    CHECK(contains(stopped, "data-ready=\"18\""));
    CHECK_FALSE(contains(stopped, "data-owned=\"yes\""));

    // ... and it is the policy that does.
    CHECK(contains(dom(folder, with_end(without_policy(html), attack)), "data-owned=\"yes\""));
}

TEST_CASE("in a browser filters, search, keys, tabs and deep links work") {
    if (!browser_is_here()) return;
    const TestFolder folder;
    const std::string driver = R"(<script>
addEventListener('load', () => {
  const said = {};
  const one = (selector) => document.querySelector(selector);
  const shown = () => [...document.querySelectorAll('a.row')].filter((row) => row.checkVisibility()).length;
  const current = () => one('article.current').id;
  const press = (key, at) => (at || document.body).dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  said.deep = current();
  said.all = shown();
  one('.chip[data-verdict=fail]').click();
  said.fails = shown();
  one('.chip[data-verdict=fail]').click();
  one('.chip[data-level=SHOULD]').click();
  said.shoulds = shown();
  one('.chip[data-level=SHOULD]').click();
  press('/');
  said.focus = document.activeElement.type;
  const search = one('.search input');
  search.value = '§11.8 410';
  search.dispatchEvent(new Event('input', {bubbles: true}));
  said.found = shown();
  said.output = one('.shown').value;
  press('ArrowDown');
  said.after_down = current();
  press('Escape', search);
  said.cleared = shown();
  one('article.current [role=tab][data-pane=tokens]').click();
  const panes = [...one('article.current').querySelectorAll('details.pane')].filter((pane) => pane.open);
  said.panes = panes.map((pane) => pane.dataset.pane).join();
  said.address = location.hash;
  for (const [name, value] of Object.entries(said)) document.documentElement.setAttribute('data-' + name, value);
});
</script>)";
    const std::string said = dom(folder, with_end(without_policy(render_html(sample_run())), driver), "#PS-SIG-007");
    CHECK(contains(said, "data-deep=\"PS-SIG-007\""));
    CHECK(contains(said, "data-all=\"30\""));  // the skipped area is folded
    CHECK(contains(said, "data-fails=\"3\""));
    CHECK(contains(said, "data-shoulds=\"1\""));
    CHECK(contains(said, "data-focus=\"search\""));
    CHECK(contains(said, "data-found=\"2\""));
    CHECK(contains(said, "data-output=\"2 shown\""));
    CHECK(contains(said, "data-after_down=\"PS-DEF-014\""));
    CHECK(contains(said, "data-cleared=\"30\""));
    CHECK(contains(said, "data-panes=\"tokens\""));
    CHECK(contains(said, "data-address=\"#PS-DEF-014\""));
}

}  // namespace aauth::reports
