#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/result.h"

namespace aauth::lab {

struct Keeping {
    // [0] is looked up on PATH. It gets this process's standard streams, environment and signal mask.
    std::vector<std::string> command;
    // The calling process has made a PID namespace that begins with its next child. It ends with everybody in it.
    // Otherwise the keeper collects who is left behind.
    bool own_processes = false;
    // Undoes what the lab has changed; called once the command and all that it has started are gone, by the calling
    // process or, when that has died and the keeper can, by the keeper. May be called twice.
    std::function<void()> undo;
};

// Runs the command through a process between, the keeper, that ends all that the command has started when it ends, and
// when the calling process does, in whichever way. Passes on SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1 and SIGUSR2,
// except those of the terminal, which the command gets by itself. Gives the exit code, as run() in lab.h. Error
// "cannot_make".
Result<int> keep(const Keeping& keeping);

}  // namespace aauth::lab
