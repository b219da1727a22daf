#include "harness/engine/journal.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "harness/catch.h"
#include "harness/engine/runner.h"

namespace aauth::engine {

namespace {

// A folder that goes away with the test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "aauth-journal-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

void append(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::app) << text; }

Case counted(std::string id, std::atomic<int>& runs) {
    Case out;
    out.id = std::move(id);
    out.run = [&runs](Record& record) {
        ++runs;
        record.check({"req.a", Level::Must, true, "status", "200", "200"});
    };
    return out;
}

}  // namespace

TEST_CASE("a journal of another run is not resumed") {
    const Folder folder;
    std::atomic<int> runs{0};
    RunOptions options;
    options.journal = folder.file("journal");
    options.whose = "person-server 11 http://one.example";
    REQUIRE(run({counted("A", runs)}, options));
    CHECK(journal_of(options.journal) == options.whose);
    options.resume = true;
    REQUIRE(run({counted("A", runs)}, options));
    CHECK(runs == 1);
    options.whose = "person-server 11 http://two.example";
    const auto other = run({counted("A", runs)}, options);
    REQUIRE_FALSE(other);
    CHECK(other.error().code == "other_run");
    CHECK(runs == 1);
}

TEST_CASE("a case whose prerequisite does not apply does not apply either") {
    std::atomic<int> runs{0};
    Case absent = counted("A", runs);
    absent.run = [](Record&) { throw Skip{"the target has no such endpoint"}; };
    Case dependent = counted("B", runs);
    dependent.after = {"A"};
    const auto results = run({absent, dependent}, {});
    REQUIRE(results);
    CHECK(results->at(1).verdict == Verdict::Skip);
    CHECK(runs == 0);
}

TEST_CASE("every finished case is a line of the journal") {
    const Folder folder;
    std::atomic<int> runs{0};
    RunOptions options;
    options.journal = folder.file("journal");
    std::size_t lines_seen = 0;
    options.on_finished = [&](const CaseResult&) {
        // Written before anybody hears of it.
        const auto journal = read_journal(folder.file("journal"));
        REQUIRE(journal);
        CHECK(journal->size() == ++lines_seen);
    };
    const auto results = run({counted("A", runs), counted("B", runs), counted("C", runs)}, options);
    REQUIRE(results);
    const auto journal = read_journal(options.journal);
    REQUIRE(journal);
    CHECK(journal->size() == 3);
    CHECK(journal->front().checks.size() == 1);
}

TEST_CASE("a run goes on from its journal, and a torn last line is run again") {
    const Folder folder;
    std::atomic<int> runs{0};
    RunOptions options;
    options.journal = folder.file("journal");
    REQUIRE(run({counted("A", runs), counted("B", runs)}, options));
    append(options.journal, R"({"id":"C","verd)");

    options.resume = true;
    Case after = counted("D", runs);
    after.after = {"A"};
    const auto results = run({counted("A", runs), counted("B", runs), counted("C", runs), after}, options);
    REQUIRE(results);
    CHECK(runs == 4);
    CHECK(results->size() == 4);
    for (const CaseResult& result : *results) CHECK(result.verdict == Verdict::Pass);
    const auto journal = read_journal(options.journal);
    REQUIRE(journal);
    CHECK(journal->size() == 4);

    options.resume = false;
    REQUIRE(run({counted("A", runs)}, options));
    CHECK(read_journal(options.journal)->size() == 1);
}

TEST_CASE("a journal that is only a torn line starts anew") {
    const Folder folder;
    append(folder.file("journal"), std::string(10000, 'x'));
    std::atomic<int> runs{0};
    RunOptions options;
    options.journal = folder.file("journal");
    options.resume = true;
    REQUIRE(run({counted("A", runs)}, options));
    CHECK(read_journal(options.journal)->size() == 1);
}

TEST_CASE("journals that cannot be had are told") {
    const Folder folder;
    RunOptions options;
    options.journal = folder.file("no/such/folder");
    const auto results = run({}, options);
    REQUIRE_FALSE(results);
    CHECK(results.error().code == "cannot_write");

    CHECK(read_journal(folder.file("none")).error().code == "cannot_read");

    append(folder.file("empty"), "");
    REQUIRE(read_journal(folder.file("empty")));
    CHECK(read_journal(folder.file("empty"))->empty());

    append(folder.file("bad"), "{\"id\":\"A\",\"verdict\":\"pass\"}\n{\"id\":\"B\"}\n");
    const auto bad = read_journal(folder.file("bad"));
    REQUIRE_FALSE(bad);
    CHECK(bad.error().code == "bad_result");
    CHECK(bad.error().message == folder.file("bad") + ", line 2: verdict: missing");
    options.journal = folder.file("bad");
    options.resume = true;
    CHECK(run({}, options).error().code == "bad_result");
}

TEST_CASE("a journal on a full device says so once and the run goes on") {
    if (!std::filesystem::exists("/dev/full")) return;
    auto journal = Journal::open("/dev/full", false);
    REQUIRE(journal);
    CaseResult result;
    result.id = "A";
    CHECK(journal->write(result).error().code == "cannot_write");
    CHECK(journal->write(result));
}

}  // namespace aauth::engine
