#include <set>
#include <thread>

#include "harness/catch.h"
#include "suites/common/drafts.h"
#include "suites/common/ports.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"
#include "suites/embedded.h"

using namespace aauth;

namespace {

std::vector<std::string> drafts(const std::string& suite) {
    std::vector<std::string> ids;
    for (const auto& draft : suites::suite_drafts(suite)) ids.push_back(draft.id);
    return ids;
}

}  // namespace

TEST_CASE("the unfaulted mocks pass everything, without a warning", "[suites]") {
    for (const auto& suite : suites::suite_names()) {
        for (const auto& draft : drafts(suite)) {
            suites::EmbeddedTarget embedded(suite, draft);
            auto run = suites::run_suite(suite, embedded.target());
            REQUIRE(run);
            CHECK(run->cases.size() > 30);
            for (const auto& result : run->cases) {
                INFO(suite << " " << draft << " " << result.id << ": " << result.reason);
                const bool fine = result.verdict == engine::Verdict::Pass || result.verdict == engine::Verdict::Skip;
                CHECK(fine);
            }
        }
    }
}

TEST_CASE("nothing is skipped on the mocks of draft 11, called by strict identifiers", "[suites]") {
    for (const auto& suite : suites::suite_names()) {
        suites::EmbeddedTarget embedded(suite, "11", {}, true);
        engine::RunOptions options;
        options.slow = true;
        auto run = suites::run_suite(suite, embedded.target(), options);
        REQUIRE(run);
        for (const auto& result : run->cases) {
            INFO(suite << " " << result.id << ": " << result.reason);
            CHECK(result.verdict == engine::Verdict::Pass);
        }
    }
}

TEST_CASE("a resource that is known by one URL alone is not failed, whatever that URL asks for", "[suites]") {
    for (const auto& draft : drafts("resource")) {
        for (const char* path : {"agent", "person", "data", "held", "managed"}) {
            suites::EmbeddedTarget embedded("resource", draft);
            auto target = embedded.target();
            target.values.clear();
            target.url = embedded.party().url("/") + path;
            auto run = suites::run_suite("resource", target);
            REQUIRE(run);
            CHECK(run->count(engine::Verdict::Pass) > 0);
            for (const auto& result : run->cases) {
                INFO(draft << " " << path << " " << result.id << ": " << result.reason);
                const bool fine = result.verdict == engine::Verdict::Pass || result.verdict == engine::Verdict::Skip;
                CHECK(fine);
            }
        }
    }
}

namespace {

void check_faults(const std::string& draft) {
    // Some rows wait for a target that is silent on purpose: more of them than cores at the same time.
    const auto threads = 2 * std::thread::hardware_concurrency();
    for (const auto& suite : suites::suite_names()) {
        for (const auto& row : suites::fault_matrix(suite, draft, "", threads)) {
            INFO(draft << " " << row.case_id << " covers " << row.requirement << ", fault \"" << row.fault
                       << "\": " << row.observed);
            CHECK(row.caught);
        }
    }
}

}  // namespace

TEST_CASE("every requirement that a case covers has a fault that it fails on, draft 11", "[suites]") {
    check_faults("11");
}

TEST_CASE("every requirement that a case covers has a fault that it fails on, August 2026", "[suites]") {
    check_faults("11-2026-08");
}

TEST_CASE("every requirement that a case covers has a fault that it fails on, draft 10", "[suites]") {
    check_faults("10");
}

TEST_CASE("every requirement that a case covers has a fault that it fails on, draft 01", "[suites]") {
    check_faults("01");
}

TEST_CASE("the fault matrix has a test for every draft", "[suites]") {
    CHECK(drafts("person-server") == std::vector<std::string>{"11", "11-2026-08", "10"});
    CHECK(drafts("resource") == std::vector<std::string>{"11", "11-2026-08", "10", "01"});
}

TEST_CASE("a suite that does not run for a draft says so", "[suites]") {
    suites::EmbeddedTarget embedded("person-server", "01");
    const auto run = suites::run_suite("person-server", embedded.target());
    REQUIRE_FALSE(run);
    CHECK(run.error().message.find("does not run for draft 01") != std::string::npos);
    CHECK(suites::fault_matrix("person-server", "01", "", 1).empty());
}

TEST_CASE("no port of a party is used again soon", "[suites]") {
    std::set<std::uint16_t> seen;
    for (int i = 0; i < 200; ++i) seen.insert(suites::fresh_port());
    CHECK(seen.size() == 200);
    CHECK(seen.count(0) == 0);
}

TEST_CASE("every case names requirements that some draft's catalogue has, and faults", "[suites]") {
    for (const auto& suite : suites::suite_names()) {
        for (const auto& made : suites::suite_cases(suite, nullptr)) {
            INFO(made.id);
            CHECK_FALSE(made.covers.empty());
            for (const auto& covered : made.covers) {
                INFO(covered.requirement);
                bool found = false;
                for (const auto& draft : suites::suite_drafts(suite)) {
                    found = found || suites::catalogue(draft).find(covered.requirement) != nullptr;
                }
                CHECK(found);
                CHECK_FALSE(covered.fault.empty());
            }
        }
    }
}
