#pragma once

#include <stdlib.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

// Programs that our tests ask for a second opinion, where the machine has them.
namespace aauth::reports {

struct Said {
    int exit = -1;
    std::string output;
};

// Runs a shell command of ours; what it says on standard output.
inline Said run_program(const std::string& command) {
    Said said;
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return said;
    std::array<char, 65536> block{};
    for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
        said.output.append(block.data(), got);
    const int status = pclose(pipe);
    said.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
}

inline bool is_on_path(const std::string& program) {
    return run_program("command -v " + program + " >/dev/null 2>&1").exit == 0;
}

// A folder that goes away with the test.
class TestFolder {
public:
    TestFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "aauth-reports-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", {});
        path_ = name;
    }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    ~TestFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string write(const std::string& name, const std::string& text) const {
        const std::string file = (path_ / name).string();
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

}  // namespace aauth::reports
