#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/cli/program_fixture.h"
#include "harness/json/json.h"
#include "harness/process/descriptor.h"

using namespace aauth;
using namespace aauth::cli;

namespace {

// A journal that holds its writer up: a named pipe that is read line by line.
class PipedJournal {
public:
    explicit PipedJournal(const Folder& folder) : path_(folder.path("journal.pipe")) {
        REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
        file_ = process::Descriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    }
    const std::string& path() const { return path_; }

    std::string read_line() {
        std::string line;
        char c = '\0';
        while (true) {
            pollfd ready{file_.get(), POLLIN, 0};
            const bool came = ::poll(&ready, 1, 60000) == 1 && ::read(file_.get(), &c, 1) == 1;
            if (!came) FAIL("nothing more comes out of the journal");
            line += c;
            if (c == '\n') return line;
        }
    }

private:
    std::string path_;
    process::Descriptor file_;
};

nlohmann::json result_in(const std::string& path) {
    auto document = json::parse(text_of(path), {.bytes = 256u << 20, .depth = 64});
    REQUIRE(document);
    return *document;
}

std::vector<std::string> ids_in(const std::string& journal) {
    std::vector<std::string> ids;
    for (const auto& line : lines_of(journal)) {
        const auto document = json::parse(line, {.bytes = 256u << 20, .depth = 64});
        REQUIRE(document);
        if (document->contains("id")) ids.push_back((*document)["id"]);
    }
    return ids;
}

}  // namespace

TEST_CASE("a faulty target ends in exit code 1 and the case is named", "[cli]") {
    const auto failing = failing_case();
    const Served served({"ps", "--fault", failing.fault});
    const auto finished =
        run_program({"test", "ps", "--target", served.base(), "--case", failing.case_id, "--show", "wire"});
    INFO(finished.output << finished.errors);
    CHECK(finished.exit.code == 1);
    CHECK(finished.output.find("== " + failing.case_id + " fail") != std::string::npos);
    CHECK(finished.output.find("> GET /.well-known/") != std::string::npos);
    CHECK(finished.output.find("1 fail") != std::string::npos);
    CHECK(finished.errors.empty());
}

TEST_CASE("known failures are expected, until they are fixed", "[cli]") {
    const Folder folder;
    const auto failing = failing_case();
    const auto call = [&](const std::string& base, std::vector<std::string> more) {
        std::vector<std::string> all = {"test", "ps", "--target", base, "--case", failing.case_id};
        all.insert(all.end(), more.begin(), more.end());
        return run_program(all);
    };
    const Served faulty({"ps", "--fault", failing.fault}), good({"ps"});
    CHECK(call(faulty.base(), {"--json", folder.path("result.json")}).exit.code == 1);
    const auto drafted = run_program({"expect", folder.path("result.json")});
    CHECK(drafted.exit.code == 0);
    const auto known = folder.write("known.json", drafted.output);

    const auto expected = call(faulty.base(), {"--expect", known});
    INFO(expected.output);
    CHECK(expected.exit.code == 0);
    CHECK(expected.output.find("as expected: 1 known failure") != std::string::npos);
    const auto fixed = call(good.base(), {"--expect", known});
    INFO(fixed.output);
    CHECK(fixed.exit.code == 1);
    CHECK(fixed.output.find("stale: ") != std::string::npos);
    const auto none = folder.write("none.json", R"({"known": []})");
    const auto unexpected = call(faulty.base(), {"--expect", none});
    CHECK(unexpected.exit.code == 1);
    CHECK(unexpected.output.find("unexpected: " + failing.case_id) != std::string::npos);
}

TEST_CASE("a killed run goes on from its journal", "[cli]") {
    const Folder folder;
    const Served served({"ps"});
    PipedJournal pipe(folder);
    auto started = process::Process::start(
        program({"test", "ps", "--target", served.base(), "--threads", "1", "--journal", pipe.path()}));
    REQUIRE(started);
    auto& first = **started;
    std::string done =
        json::dump({{"journal", "person-server 11 " + served.base()}}) + "\n";  // a pipe has no first line
    for (int i = 0; i < 3; ++i) done += pipe.read_line();
    REQUIRE(first.running());
    ::kill(first.pid(), SIGKILL);
    REQUIRE(first.wait(std::chrono::seconds(10)));

    // As a killed run leaves it: whole lines, and one that is torn.
    const auto journal = folder.write("journal.jsonl", done + "{\"id\": \"PS-");
    const auto finished = run_program({"test", "ps", "--target", served.base(), "--journal", journal, "--resume",
                                       "--json", folder.path("result.json")});
    INFO(finished.output << finished.errors);
    CHECK(finished.exit.code == 0);
    const auto whole = text_of(journal);
    CHECK(whole.starts_with(done));
    auto ids = ids_in(whole);
    CHECK(result_in(folder.path("result.json"))["cases"].size() == ids.size());
    CHECK(ids.size() > 3);
    std::sort(ids.begin(), ids.end());
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());

    const auto other = run_program({"test", "ps", "--target", Served({"ps"}).base(), "--journal", journal, "--resume"});
    CHECK(other.exit.code == 2);
    CHECK(other.errors.find("another run") != std::string::npos);
    CHECK(text_of(journal) == whole);
}

TEST_CASE("an interrupted run still writes its reports", "[cli]") {
    const Folder folder;
    const Served served({"ps"});
    PipedJournal pipe(folder);
    auto started = process::Process::start(program({"test", "ps", "--target", served.base(), "--threads", "1",
                                                    "--journal", pipe.path(), "--out", folder.path("out")}));
    REQUIRE(started);
    auto& run = **started;
    for (int i = 0; i < 3; ++i) pipe.read_line();
    ::kill(run.pid(), GENERATE(SIGTERM, SIGINT));
    const auto ended = run.wait(std::chrono::seconds(30));
    REQUIRE(ended);
    INFO(run.errors());
    CHECK(ended->code == 3);
    CHECK(run.errors().find("interrupted after ") != std::string::npos);
    const auto result = result_in(folder.path("out/result.json"));
    CHECK(result["cases"].size() >= 2);
    CHECK(json::dump(result["notes"]).find("interrupted") != std::string::npos);
    CHECK(text_of(folder.path("out/report.html")).find("interrupted") != std::string::npos);
}

TEST_CASE("a target is launched, tested and stopped", "[cli]") {
    const Folder folder;
    const auto failing = failing_case();
    const nlohmann::json description{
        {"name", "a server of our own"},
        {"role", "person-server"},
        {"url", "http://127.0.0.1:{{port}}"},
        {"launch",
         {{"command", std::string(AAUTH_CONFORM) + " serve ps --port {{port}} --fault " + failing.fault},
          {"ready_url", "http://127.0.0.1:{{port}}/.well-known/jwks.json"}}}};
    const auto file = folder.write("target.json", json::dump(description));
    const auto finished =
        run_program({"test", "--description", file, "--case", failing.case_id, "--json", folder.path("result.json")});
    INFO(finished.output << finished.errors);
    CHECK(finished.exit.code == 1);
    const auto result = result_in(folder.path("result.json"));
    CHECK(json::dump(result["cases"][0]).find("--description") != std::string::npos);
    // It was at that address, and is no longer.
    const std::string url = result["target_url"];
    const auto again = run_program({"test", "ps", "--target", url});
    CHECK(again.exit.code == 3);
}

TEST_CASE("a target that cannot be launched says why", "[cli]") {
    const Folder folder;
    const auto call = [&](const std::string& command, int seconds) {
        const nlohmann::json description{{"name", "x"},
                                         {"role", "person-server"},
                                         {"url", "http://127.0.0.1:{{port}}"},
                                         {"launch", {{"command", command}, {"ready_seconds", seconds}}}};
        return run_program({"test", "--description", folder.write("target.json", json::dump(description))});
    };
    const auto ends = call("sh -c 'echo no database >&2; exit 4'", 20);
    CHECK(ends.exit.code == 3);
    CHECK(ends.errors.find("ended before it was ready") != std::string::npos);
    CHECK(ends.errors.find("code 4") != std::string::npos);
    CHECK(ends.errors.find("no database") != std::string::npos);
    const auto absent = call("no-such-program-anywhere", 20);
    CHECK(absent.exit.code == 3);
    CHECK(absent.errors.find("no-such-program-anywhere") != std::string::npos);
    const auto silent = call("cat", 1);
    CHECK(silent.exit.code == 3);
    CHECK(silent.errors.find("not ready after 1 s") != std::string::npos);
}

TEST_CASE("reports are made again from a result and from a journal", "[cli]") {
    const Folder folder;
    const auto failing = failing_case();
    const Served served({"ps", "--fault", failing.fault, "--draft", "10"});
    run_program({"test", "ps", "--target", served.base(), "--draft", "10", "--case", failing.case_id, "--out",
                 folder.path("out")});
    for (const char* input : {"out/result.json", "out/journal.jsonl"}) {
        INFO(input);
        const auto page = folder.path("again.html"), xml = folder.path("again.xml");
        const auto finished = run_program({"report", folder.path(input), "--html", page, "--junit", xml});
        CHECK(finished.exit.code == 0);
        CHECK(finished.output.find(failing.case_id) != std::string::npos);
        CHECK(finished.output.find(served.base() + " as a person server, draft 10") != std::string::npos);
        CHECK(text_of(page).find(failing.case_id) != std::string::npos);
        CHECK(text_of(xml).find("<failure") != std::string::npos);
    }
}
