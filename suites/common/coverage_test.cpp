#include "suites/common/coverage.h"
#include "harness/catch.h"
#include "suites/common/suite.h"

using namespace aauth;

namespace {

const protocol::Draft& published() { return *protocol::find_draft("11"); }

bool has_a_suite(const std::string& role) {
    for (const auto& suite : suites::suite_names()) {
        if (suite == role) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("every testable MUST of draft 11 has a case in the suite of each role that it binds", "[suites]") {
    for (const auto& gap : suites::gaps(published())) {
        if (gap.requirement->level != engine::Level::Must) continue;
        for (const auto& role : gap.roles) {
            INFO(gap.requirement->id << " for a target in the role of " << role << ": " << gap.requirement->text);
            CHECK_FALSE(has_a_suite(role));
        }
    }
}

TEST_CASE("nine in ten of the testable SHOULDs of draft 11 have a case, for each role", "[suites]") {
    for (const auto& role : suites::suite_names()) {
        const auto counted = suites::coverage(published(), role, engine::Level::Should);
        INFO(role << ": " << counted.covered << " of " << counted.testable);
        CHECK(counted.testable > 0);
        CHECK(counted.share() >= 0.9);
    }
}

TEST_CASE("what is covered by no case of its role is a gap, and what is covered is none", "[suites]") {
    std::size_t of_resources = 0;
    for (const auto& gap : suites::gaps(published())) {
        CHECK_FALSE(gap.roles.empty());
        CHECK(gap.requirement->untestable.empty());
        for (const auto& role : gap.roles) {
            if (role == "resource" && gap.requirement->level == engine::Level::Must) ++of_resources;
        }
    }
    const auto counted = suites::coverage(published(), "resource", engine::Level::Must);
    CHECK(counted.covered > 0);
    CHECK(counted.testable - counted.covered == of_resources);
}
