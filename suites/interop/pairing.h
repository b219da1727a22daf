#pragma once

#include <functional>
#include <string>
#include <vector>

#include "suites/interop/matrix.h"
#include "suites/interop/parties.h"

namespace aauth::interop {

struct PairingOptions {
    std::vector<Contender> contenders;   // of all roles but agent provider, which is ours
    Parties::Launch launch;
    std::string program;                 // path of this program, for {{program}}
    std::vector<std::string> flows;      // names; empty: all
    unsigned threads = 3;
    std::function<void(const PairingCell&)> done = {};  // told of each cell
};

// Every flow among every agent, resource, person server and access server that offers it, in this lab: third parties
// against third parties, with our agent provider, over fronts of ours that keep what goes over the wire. Parties speak
// the newest draft that all of them have. In the order of the flows and of the contenders.
std::vector<PairingCell> run_pairings(const lab::Lab& lab, const PairingOptions& options);

}  // namespace aauth::interop
