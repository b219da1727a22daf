#pragma once

#include "harness/result.h"

namespace aauth::lab {

// Which namespaces a lab has beside those for mounts and the network.
struct Namespaces {
    bool user = false;       // without it the caller needs to be root, and keeps all that root may do
    bool processes = false;  // without it something else has to end what the lab leaves behind
};

// The most that this system lets us have, found out by processes that try all that a lab needs. Error "not_possible"
// with the reason.
Result<Namespaces> find_namespaces();

// Moves the calling process, which has one thread, into new namespaces with loopback up and mounts kept apart; a PID
// namespace begins with its next child. Its user and group stay the same. Error "cannot_make"; the process is of no
// more use then.
Result<void> enter(Namespaces wanted);

}  // namespace aauth::lab
