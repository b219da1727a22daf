#pragma once

#include <cstdint>

namespace aauth::suites {

// A port on loopback that no run on this machine has used lately: the next of a sequence kept in a file of the temporary
// directory. On loopback a party is called by its port, and a target remembers the keys of whom it has met: a port that
// came back would bring the keys of an earlier run's party with it. 0 (any free port) where no file can be kept.
std::uint16_t fresh_port();

}  // namespace aauth::suites
