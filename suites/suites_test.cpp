#include <thread>

#include "harness/catch.h"
#include "suites/common/suite.h"
#include "suites/common/world.h"
#include "suites/embedded.h"

using namespace aauth;

namespace {

std::vector<std::string> drafts() {
    std::vector<std::string> ids;
    for (const auto& draft : protocol::all_drafts()) ids.push_back(draft.id);
    return ids;
}

}  // namespace

TEST_CASE("the unfaulted mocks pass everything, without a warning", "[suites]") {
    for (const auto& suite : suites::suite_names()) {
        for (const auto& draft : drafts()) {
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

TEST_CASE("nothing is skipped on the mocks of draft 11", "[suites]") {
    for (const auto& suite : suites::suite_names()) {
        suites::EmbeddedTarget embedded(suite, "11");
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

TEST_CASE("every requirement that a case covers has a fault that makes the case fail on it", "[suites]") {
    for (const auto& suite : suites::suite_names()) {
        for (const auto& draft : drafts()) {
            for (const auto& row : suites::fault_matrix(suite, draft, "", std::thread::hardware_concurrency())) {
                INFO(draft << " " << row.case_id << " covers " << row.requirement << ", fault \"" << row.fault
                           << "\": " << row.observed);
                CHECK(row.caught);
            }
        }
    }
}

TEST_CASE("every case names requirements that some draft's catalogue has, and faults", "[suites]") {
    for (const auto& suite : suites::suite_names()) {
        for (const auto& made : suites::suite_cases(suite, nullptr)) {
            INFO(made.id);
            CHECK_FALSE(made.covers.empty());
            for (const auto& covered : made.covers) {
                INFO(covered.requirement);
                bool found = false;
                for (const auto& draft : protocol::all_drafts()) {
                    found = found || suites::catalogue(draft).find(covered.requirement) != nullptr;
                }
                CHECK(found);
                CHECK_FALSE(covered.fault.empty());
            }
        }
    }
}
