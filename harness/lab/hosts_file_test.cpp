#include "harness/lab/hosts_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/catch.h"
#include "harness/lab/names.h"

using namespace aauth::lab;

namespace {

struct File {
    explicit File(const std::string& text) {
        std::string pattern = (std::filesystem::temp_directory_path() / "aauth-hosts-XXXXXX").string();
        const int file = ::mkstemp(pattern.data());
        REQUIRE(file >= 0);
        ::close(file);
        path = pattern;
        write(text);
    }
    ~File() { std::filesystem::remove(path); }
    void write(const std::string& text) const { std::ofstream(path, std::ios::binary) << text; }
    void append(const std::string& text) const { std::ofstream(path, std::ios::binary | std::ios::app) << text; }
    std::string text() const {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream out;
        out << file.rdbuf();
        return out.str();
    }
    std::string path;
};

const char* const usual = "127.0.0.1 localhost\n# a comment\n::1 localhost\n";

}  // namespace

TEST_CASE("names come and go, and the rest of a hosts file stays byte for byte") {
    for (const std::string before : {"", usual, "127.0.0.1 localhost", "\n", "127.0.0.1 localhost\r\n", "\n\n#\n"}) {
        CAPTURE(before);
        const File file(before);
        REQUIRE(add_names(file.path));
        CHECK(file.text().starts_with(before));
        CHECK(file.text().find(hosts_lines()) != std::string::npos);
        REQUIRE(add_names(file.path));  // as after a crash
        REQUIRE(remove_names(file.path));
        CHECK(file.text() == before);
        REQUIRE(remove_names(file.path));
        CHECK(file.text() == before);
    }
}

TEST_CASE("what others add meanwhile stays") {
    const File file(usual);
    REQUIRE(add_names(file.path));
    file.append("10.0.0.1 another\n127.9.9.9 mine.aauth.test\n");
    REQUIRE(remove_names(file.path));
    CHECK(file.text() == std::string(usual) + "10.0.0.1 another\n127.9.9.9 mine.aauth.test\n");
}

TEST_CASE("a block that was cut short takes nothing else along") {
    const File file(usual);
    REQUIRE(add_names(file.path));
    const auto whole = file.text();
    for (const std::size_t cut : {whole.size() - 40, whole.size() - 2000, std::string(usual).size() + 70}) {
        file.write(whole.substr(0, whole.rfind('\n', cut) + 1) + "10.0.0.1 another\n");
        REQUIRE(remove_names(file.path));
        CHECK(file.text() == std::string(usual) + "10.0.0.1 another\n");
    }
}

TEST_CASE("a hosts file that cannot be had is an error, one that is not there has no names to remove") {
    CHECK(add_names("/nowhere/hosts").error().code == "cannot_make");
    CHECK(remove_names("/nowhere/hosts"));
    CHECK(remove_names("/").error().code == "cannot_make");
}
