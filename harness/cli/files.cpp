#include "harness/cli/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <sstream>

#include "harness/cli/say.h"
#include "reports/report.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

using Runs = std::span<const engine::RunResult>;

std::string html(Runs runs, bool full_tokens) { return reports::render_html(runs, {{}, full_tokens}); }
std::string junit(Runs runs, bool full_tokens) { return reports::render_junit(runs, {false, full_tokens}); }
std::string json(Runs runs, bool full_tokens) {
    return runs.size() == 1 ? reports::render_json(runs.front(), full_tokens) : reports::render_json(runs, full_tokens);
}
std::string markdown(Runs runs, bool) { return reports::render_markdown(runs); }
std::string badge(Runs runs, bool) { return runs.empty() ? std::string() : reports::render_badge(runs.front()); }

}  // namespace

std::string read_file(const std::string& path, const std::string& what) {
    if (fs::is_directory(path))
        stop(bad_usage, fmt::format("cannot read {} {}: it is a folder; name a file in it", what, path));
    std::ifstream file(path, std::ios::binary);
    if (!file) stop(bad_usage, fmt::format("cannot read {} {}: {}", what, path, std::strerror(errno)));
    std::ostringstream content;
    if (file.peek() != std::ifstream::traits_type::eof()) content << file.rdbuf();
    if (file.bad()) stop(bad_usage, fmt::format("cannot read {} {}: {}", what, path, std::strerror(errno)));
    return std::move(content).str();
}

void check_writable(const fs::path& path) {
    std::error_code wrong;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), wrong);
    const bool was_there = fs::exists(path);
    // Not blocking: a pipe that nobody reads yet counts as writable.
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);
    if (file < 0 && errno != ENXIO) {
        stop(bad_usage,
             fmt::format("cannot write to {}: {}; name another place for it", path.string(), std::strerror(errno)));
    }
    if (file >= 0) ::close(file);
    if (!was_there) fs::remove(path, wrong);
}

void write_file(const fs::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) stop(trouble, fmt::format("cannot write to {}: {}", path.string(), std::strerror(errno)));
}

void write_secret_file(const fs::path& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) stop(trouble, fmt::format("cannot write to {}: {}", path.string(), std::strerror(errno)));
    const int kept = ::fchmod(file, 0600);
    ::close(file);
    if (kept != 0) stop(trouble, fmt::format("cannot keep {} to its owner: {}", path.string(), std::strerror(errno)));
    write_file(path, text);
}

Reports::Reports(ReportFiles files) : full_tokens_(files.full_tokens) {
    if (!files.folder.empty()) {
        const fs::path folder = fs::absolute(files.folder);
        const auto usual = [&](std::string& name, const char* file) {
            if (name.empty()) name = (folder / file).string();
        };
        usual(files.html, "report.html");
        usual(files.junit, "junit.xml");
        usual(files.json, "result.json");
        usual(files.markdown, "summary.md");
        usual(files.badge, "badge.svg");
    }
    const auto add = [&](const std::string& name, std::string (*render)(Runs, bool)) {
        if (name.empty()) return;
        check_writable(name);
        files_.emplace_back(name, render);
    };
    add(files.html, html);
    add(files.json, json);
    add(files.junit, junit);
    add(files.markdown, markdown);
    add(files.badge, badge);
}

void Reports::write(Runs runs) const {
    // At the same time: the HTML page takes as long as all the others.
    std::vector<std::future<void>> writing;
    for (const auto& [path, render] : files_) {
        writing.push_back(std::async(std::launch::async, [&path = path, render = render, runs, this] {
            write_file(path, render(runs, full_tokens_));
        }));
    }
    std::string wrong;
    for (auto& one : writing) {
        try {
            one.get();
        } catch (const Stopped& stopped) {
            wrong += (wrong.empty() ? "" : "; ") + stopped.message;
        }
    }
    if (!wrong.empty()) stop(trouble, wrong);
}

std::string Reports::path_to_open() const { return files_.empty() ? std::string() : files_.front().first; }

bool Reports::any() const { return !files_.empty(); }

fs::path home() {
    const char* place = std::getenv("AAUTH_HOME");
    return place != nullptr && *place != '\0' ? fs::path(place) : fs::current_path();
}

}  // namespace aauth::cli
