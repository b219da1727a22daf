#pragma once

#include <span>
#include <string>

#include "harness/engine/result.h"

// Renderers of the result model. Everything in a result may come from a stranger: each renderer shows control and
// direction-changing characters visibly, escapes for its format, cuts at a limit, shortens tokens and leaves out
// private keys. A span takes a std::vector of results as it is; `several suites, one file` is what it is for.
namespace aauth::reports {

struct HtmlOptions {
    std::string title{};       // of the page; empty: the target's name
    bool full_tokens = false;  // show JWTs whole
};

// One self-contained page: no script or style but its own (a Content-Security-Policy says so), readable without script.
std::string render_html(const engine::RunResult& run, const HtmlOptions& options = {});
std::string render_html(std::span<const engine::RunResult> runs, const HtmlOptions& options = {});

struct JunitOptions {
    bool strict = false;  // a `warn` that nobody expected is a failure
    bool full_tokens = false;
};

// JUnit XML (testsuites/testsuite/testcase). fail -> failure; error -> error; skip, blocked and known failures ->
// skipped; a known failure that no longer fails -> failure; warn -> passed, with system-out.
std::string render_junit(const engine::RunResult& run, const JunitOptions& options = {});
std::string render_junit(std::span<const engine::RunResult> runs, const JunitOptions& options = {});

// For CI pages: counts, and tables of failures and warnings with their sections.
std::string render_markdown(const engine::RunResult& run);
std::string render_markdown(std::span<const engine::RunResult> runs);

// The JSON result model (schema/result.schema.json), indented; of several runs an array of them.
std::string render_json(const engine::RunResult& run, bool full_tokens = false);
std::string render_json(std::span<const engine::RunResult> runs, bool full_tokens = false);

// A flat SVG badge: "aauth 11 person-server | 241/250 MUST".
std::string render_badge(const engine::RunResult& run);

struct TerminalOptions {
    bool colour = false;
    std::size_t width = 100;    // columns, lines are cut to it
    std::size_t failures = 10;  // listed of each run, warnings half as many
};

// A summary that fits one screen.
std::string render_terminal(const engine::RunResult& run, const TerminalOptions& options = {});
std::string render_terminal(std::span<const engine::RunResult> runs, const TerminalOptions& options = {});

}  // namespace aauth::reports
