#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "harness/engine/result.h"

namespace aauth::cli {

// The whole file. Stops with bad_usage when it cannot be read; `what` is how the message calls it: "the description".
std::string read_file(const std::string& path, const std::string& what);

// Makes the folder of a file that is going to be written, and sees that the file can be written, without changing it.
// Stops with bad_usage when it cannot.
void check_writable(const std::filesystem::path& path);

// Writes the file. Stops with trouble when that fails.
void write_file(const std::filesystem::path& path, const std::string& text);
// The same for a file that nobody else may read, from its first byte on.
void write_secret_file(const std::filesystem::path& path, const std::string& text);

// Where reports go; an empty name: not asked for.
struct ReportFiles {
    std::string html, junit, json, markdown, badge;
    std::string folder;        // all of them by their usual names
    bool full_tokens = false;  // JWTs whole
};

// The reports that were asked for. Made, and thereby checked, before the run, so that no results are lost.
class Reports {
public:
    explicit Reports(ReportFiles files);
    // Writes them all, even when one cannot be written; then stops with trouble.
    void write(std::span<const engine::RunResult> runs) const;
    // The path to open: the HTML page, or else any that was written; empty when none was asked for.
    std::string path_to_open() const;
    bool any() const;

private:
    std::vector<std::pair<std::string, std::string (*)(std::span<const engine::RunResult>, bool full_tokens)>> files_;
    bool full_tokens_;
};

// The project's folder: AAUTH_HOME, or where the program was called.
std::filesystem::path home();

}  // namespace aauth::cli
