#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/engine/result.h"
#include "harness/engine/runner.h"
#include "harness/engine/target.h"
#include "harness/protocol/faults.h"
#include "harness/http/test_ca.h"
#include "mocks/network.h"
#include "mocks/party.h"

namespace aauth::suites {

// One of our own parties as a target: the reference that every suite passes in full, and, with faults, the faulty
// implementation that the suites catch. Served on loopback in this process.
class EmbeddedTarget {
public:
    // `suite` is one of suite_names(). Throws std::runtime_error when it cannot listen.
    // With `named`, the target and our parties have strict https identifiers (https://ps.test) that are told to one
    // another; else everybody is called by its loopback address.
    EmbeddedTarget(const std::string& suite, const std::string& draft, protocol::Faults faults = {}, bool named = false);
    ~EmbeddedTarget();

    const engine::Target& target() const { return target_; }
    // Not of suite "agent", whose target is no party but acts by scenarios.
    mocks::Party& party() { return *party_; }

private:
    mocks::Network network_{{}, std::chrono::seconds(4)};
    http::TestCa ca_;  // of its TLS listener, beside the one in clear
    std::unique_ptr<mocks::Party> party_;
    engine::Target target_;
};

// Plans and runs a suite on a target: cases of which the target's draft has no requirement are left out. `options` as
// for engine::run; draft, reproduce and the like are filled in. Errors: as World::start, and "cannot_write".
Result<engine::RunResult> run_suite(const std::string& suite, const engine::Target& target,
                                    engine::RunOptions options = {});

// One row of the fault matrix: a case, a requirement that it covers, and whether the case failed on it when our mock had
// the fault.
struct FaultRow {
    std::string suite, case_id, requirement, fault;
    bool caught = false;
    std::string observed;  // the verdict and why, when it was not caught
};

// Runs each case of a suite once for each of its faults, against a fresh mock, by strict identifiers, with just that fault. `only` as in
// RunOptions. Caught: a requirement of level MUST gives Fail, another at least Warn, by a failed check of that
// requirement.
std::vector<FaultRow> fault_matrix(const std::string& suite, const std::string& draft, const std::string& only,
                                   unsigned threads);

}  // namespace aauth::suites
