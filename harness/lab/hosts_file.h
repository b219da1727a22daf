#pragma once

#include <string>

#include "harness/process/descriptor.h"
#include "harness/result.h"

// Where there are no private namespaces, the names of a lab stand in the machine's own hosts file for as long as the
// lab lasts, between two marker lines.
namespace aauth::lab {

// Adds the block, after removing one that an earlier lab has left. Written in place, because a container's /etc/hosts
// cannot be replaced. Error "cannot_make".
Result<void> add_names(const std::string& hosts_path);

// Takes the block out again, and touches nothing else, whatever has been added after it meanwhile. No error when there
// is none. Error "cannot_make".
Result<void> remove_names(const std::string& hosts_path);

// Held while a lab uses the machine's hosts file: one at a time. Given up when the last process that has it ends.
class HostsLock {
public:
    // Waits until it is free; says so on standard error when it has to. Error "cannot_make".
    static Result<HostsLock> take();

private:
    explicit HostsLock(process::Descriptor file) : file_(std::move(file)) {}
    process::Descriptor file_;
};

}  // namespace aauth::lab
