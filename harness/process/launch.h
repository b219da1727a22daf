#pragma once

#include "harness/process/descriptor.h"
#include "harness/process/process.h"
#include "harness/result.h"

namespace aauth::process {

// A child that has passed exec: our ends of its pipes, and a pidfd that becomes readable when it exits.
struct Launched {
    int pid = 0;
    Descriptor exit;
    Descriptor input;
    Descriptor output;
    Descriptor errors;
};

// Starts the child as the leader of a new process group, with no descriptor but 0, 1 and 2, no blocked signal, and
// SIGKILL for itself when the calling *thread* ends. Error "cannot_start".
Result<Launched> launch(const Command& command);

}  // namespace aauth::process
