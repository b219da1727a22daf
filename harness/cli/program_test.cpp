#include "harness/cli/program_fixture.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "harness/catch.h"
#include "harness/protocol/draft.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"

namespace aauth::cli {

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "aauth-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    if (file) out << file.rdbuf();
    return std::move(out).str();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

process::Command program(std::vector<std::string> arguments) {
    process::Command command;
    command.arguments = std::move(arguments);
    command.arguments.insert(command.arguments.begin(), AAUTH_CONFORM);
    command.environment["AAUTH_HOME"] = AAUTH_SOURCE_DIR;
    command.output_limit = 64u << 20;
    return command;
}

process::Finished run_program(std::vector<std::string> arguments) {
    auto finished = process::run(program(std::move(arguments)), "", std::chrono::seconds(120));
    REQUIRE(finished);
    return *finished;
}

Served::Served(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "serve");
    arguments.insert(arguments.end(), {"--port", "0"});
    auto started = process::Process::start(program(std::move(arguments)));
    REQUIRE(started);
    child_ = std::move(*started);
    const auto line = child_->read_line(std::chrono::seconds(30));
    INFO(child_->errors());
    REQUIRE(line);
    const std::size_t at = line->find("http://");
    REQUIRE(at != std::string::npos);
    base_ = line->substr(at, line->find_first_of(", ", at) - at);
}

Failing failing_case() {
    const auto& requirements = suites::catalogue(*protocol::find_draft("11"));
    for (const auto& made : suites::suite_cases("person-server", nullptr)) {
        for (const auto& covered : made.covers) {
            const auto* requirement = requirements.find(covered.requirement);
            const bool must = requirement != nullptr && requirement->level == engine::Level::Must;
            if (must && covered.fault.starts_with("metadata-")) return {made.id, covered.fault};
        }
    }
    FAIL("the person-server suite has no case about metadata");
    return {};
}

}  // namespace aauth::cli
