#include "harness/lab/lab.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "harness/catch.h"
#include "harness/lab/furnish.h"

using namespace aauth::lab;

namespace {

struct Folder {
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "aauth-furnished-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
};

}  // namespace

TEST_CASE("a lab's folder can be opened, and issues certificates of its CA") {
    const Folder folder;
    CHECK(Lab::open(folder.path).error().code == "no_lab");
    REQUIRE(furnish(folder.path));
    const auto lab = Lab::open(folder.path);
    REQUIRE(lab);
    const auto ca = (*lab)->ca();
    REQUIRE(ca);
    CHECK(*ca == (*lab)->ca().value());
    std::ifstream file((*lab)->bundle());
    const std::string bundle{std::istreambuf_iterator<char>(file), {}};
    CHECK(bundle.ends_with((*ca)->certificate_pem()));
    for (const auto& role : roles()) {
        CHECK(std::filesystem::file_size(folder.path + "/certs/" + role + ".aauth.test.pem") > 0);
    }
    using std::filesystem::perms;
    const auto key = std::filesystem::status(folder.path + "/" + Files::ca_key).permissions();
    CHECK((key & (perms::group_all | perms::others_all)) == perms::none);
    CHECK_FALSE(furnish(folder.path));  // never over another lab

    std::ofstream(folder.path + "/" + Files::ca_key) << "no key";
    CHECK(Lab::open(folder.path).value()->ca().error().code == "no_key");
}

TEST_CASE("a name is given once, to whichever thread or process asks") {
    const Folder folder;
    REQUIRE(furnish(folder.path));
    const auto lab = Lab::open(folder.path).value();
    CHECK(lab->fresh("ps")->identifier() == "https://ps.aauth.test");
    CHECK(lab->fresh("ps")->identifier() == "https://ps-1.aauth.test");
    CHECK(lab->fresh("person-server")->identifier() == "https://ps-2.aauth.test");
    CHECK(lab->fresh("as")->identifier() == "https://as.aauth.test");
    CHECK(lab->fresh("somebody").error().code == "bad_role");

    constexpr int processes = 4, threads = 3, each = 20;
    std::vector<pid_t> children;
    for (int i = 0; i < processes; ++i) {
        const auto child = ::fork();
        if (child == 0) {
            std::set<std::string> mine;
            for (int j = 0; j < each; ++j) mine.insert(lab->fresh("ap")->host);
            ::_exit(mine.size() == each ? 0 : 1);
        }
        children.push_back(child);
    }
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            for (int j = 0; j < each; ++j) static_cast<void>(lab->fresh("ap"));
        });
    }
    for (auto& thread : all) thread.join();
    for (const auto child : children) {
        int status = -1;
        CHECK(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    constexpr int given = (processes + threads) * each;
    CHECK(lab->fresh("ap")->host == "ap-" + std::to_string(given) + ".aauth.test");

    for (int left = names_per_role - given - 1; left > 0; --left) REQUIRE(lab->fresh("ap"));
    CHECK(lab->fresh("ap").error().code == "no_names");
    CHECK(lab->fresh("ap").error().code == "no_names");
    CHECK(lab->fresh("agent"));
}

TEST_CASE("host names are looked up in the hosts file first") {
    CHECK(lookup_order("") == "hosts: files myhostname dns\n");
    CHECK(lookup_order("passwd: files\nhosts: mymachines resolve [!UNAVAIL=return] files dns\nnetworks: files") ==
          "passwd: files\nnetworks: files\nhosts: files myhostname dns\n");
    CHECK(lookup_order("  hosts:dns\n#hosts: dns\n") == "#hosts: dns\nhosts: files myhostname dns\n");
    CHECK(hosts_file_with_names("127.0.0.1 localhost") == "127.0.0.1 localhost\n" + hosts_lines());
}
