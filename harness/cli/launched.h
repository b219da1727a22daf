#pragma once

#include <memory>
#include <string>

#include "harness/engine/target.h"
#include "harness/process/process.h"

namespace aauth::cli {

// Puts a free port for {{port}}, and the target's {{identifier}} and {{draft}}, into everything that the description
// says, when it says how to launch the target.
void choose_port(engine::Target& target);

// The target, started when its description says how, and stopped again. Stops with trouble when it does not become
// ready.
class LaunchedTarget {
public:
    explicit LaunchedTarget(const engine::Target& target);
    ~LaunchedTarget();
    LaunchedTarget(const LaunchedTarget&) = delete;
    LaunchedTarget& operator=(const LaunchedTarget&) = delete;

    // What is to be added to a message about a target that does not answer: how it ended, with its last words.
    std::string last_words() const;

private:
    void wait_until_ready(const engine::Target& target);

    std::unique_ptr<process::Process> process_;
};

}  // namespace aauth::cli
