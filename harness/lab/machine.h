#pragma once

#include <string>

#include "harness/result.h"

// What makes a private mount and network namespace a machine where the lab's names work. Nothing here reaches beyond
// the namespaces of the calling process. Error "cannot_make" of all of them.
namespace aauth::lab {

// Brings up the loopback interface.
Result<void> raise_loopback();

// Keeps mounts of this namespace from others.
Result<void> separate_mounts();

// A file system of its own at a folder, in memory.
Result<void> mount_memory(const std::string& folder);

// /proc of the PID namespace that the calling process is in.
Result<void> mount_processes();

// Puts a lab's files in the place of the system's: hosts, the order of look-ups, certificate bundles.
Result<void> put_in_place(const std::string& folder);

// Lets everybody listen on ports below 1024: by the setting of this network namespace, and for what the calling process
// starts also by capability, where settings cannot be written.
void open_low_ports();

}  // namespace aauth::lab
