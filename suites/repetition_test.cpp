#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "harness/catch.h"

// No two cases share ten lines: what repeats becomes vocabulary or a table.

namespace {

namespace fs = std::filesystem;

std::string trimmed(const std::string& line) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string::npos) return {};
    return line.substr(start, line.find_last_not_of(" \t") - start + 1);
}

// Lines that say something: no comments, no includes, no lone punctuation.
bool counts(const std::string& line) {
    if (line.rfind("//", 0) == 0 || line.rfind("#include", 0) == 0) return false;
    return std::any_of(line.begin(), line.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

// Where each run of so many lines stands first, and the runs that stand again.
struct Runs {
    std::size_t length;
    std::map<std::string, std::string> first;
    std::vector<std::string> repeated;

    void read(const fs::path& path) {
        std::ifstream file(path);
        std::deque<std::string> window;
        std::string line;
        std::size_t quiet = 0;  // lines until a run counts that does not overlap the one just reported
        for (std::size_t number = 1; std::getline(file, line); ++number) {
            line = trimmed(line);
            if (!counts(line)) continue;
            window.push_back(line);
            if (window.size() > length) window.pop_front();
            if (quiet > 0) --quiet;
            if (window.size() < length) continue;
            std::string run;
            for (const auto& one : window) run += one + "\n";
            const auto here = path.filename().string() + ":" + std::to_string(number);
            const auto [at, fresh] = first.emplace(run, here);
            if (fresh || quiet > 0) continue;
            repeated.push_back(here + " and " + at->second + " end the same run:\n" + run);
            quiet = length;
        }
    }
};

}  // namespace

TEST_CASE("no two places of the suites share ten lines", "[suites]") {
    Runs runs{10, {}, {}};
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(AAUTH_SUITES)) {
        if (entry.path().extension() != ".cpp") continue;
        ++files;
        runs.read(entry.path());
    }
    CHECK(files > 50);
    for (const auto& repeated : runs.repeated) FAIL_CHECK(repeated);
}

TEST_CASE("a run of lines that stands twice is found", "[suites]") {
    Runs runs{3, {}, {}};
    const auto path = fs::temp_directory_path() / ("aauth-repetition-" + std::to_string(::getpid()) + ".cpp");
    std::ofstream(path) << "a\nb\n// c\n c\n\nd\na\nb\n}\nc\ne\n";
    runs.read(path);
    fs::remove(path);
    REQUIRE(runs.repeated.size() == 1);
    CHECK(runs.repeated.front().find("a\nb\nc\n") != std::string::npos);
}
