#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

// What an interop run finds: each implementation against the suites and vectors, and against each other.
namespace aauth::interop {

// One implementation, whatever roles it has.
struct Peer {
    std::string name;      // of its folder
    std::string title, version, language, homepage;
    std::vector<std::string> drafts;
    std::string left_out;  // why it took no part; empty when it did
};

// A peer against one suite, or through its adapter against the vectors.
struct ConformanceCell {
    std::string peer, suite, draft;      // suite: a role, or "vectors"
    std::map<std::string, int> counts;   // by verdict; of vectors: agree, differ, broke, unsupported
    int unexpected = 0;                  // failures that its file of known failures does not have, and stale entries
    std::string left_out;                // why it was not run
};

// A request that one party of a pairing made to another, as the wire between them shows it.
struct Exchange {
    std::string from, to;          // roles: "agent", "resource", "person-server", "access-server"
    std::string method, url;
    int status = 0;
    std::string problem;           // what is wrong with it by our reading; empty: nothing
    bool challenge = false;        // the answer says by AAuth-Requirement what is missing
    std::string error;             // the error code of the answer's body
    std::string request, response; // as they went over the wire, cut to a bound
};

enum class Outcome { Green, Red, Unsupported };
inline std::string_view name(Outcome outcome) {
    constexpr std::string_view names[] = {"green", "red", "unsupported"};
    return names[static_cast<int>(outcome)];
}

// One flow among one set of parties.
struct PairingCell {
    std::string flow;
    std::string agent, resource, person_server, access_server;  // peers; empty: the flow has no such party
    std::string draft;
    Outcome outcome = Outcome::Unsupported;
    std::string reason;        // of red and unsupported, a sentence
    std::string at_fault;      // red: the role whose message is wrong by our reading, or "unclear"
    int broke_at = -1;         // red: index of the exchange at which it broke; -1: before or after all of them
    std::vector<Exchange> exchanges;
};

struct Flow {
    std::string name, title;
    std::string path;          // the member of a resource's `values` that names where it starts
    bool person_server = false, access_server = false;
};
inline const std::vector<Flow>& flows() {
    static const std::vector<Flow> all{
        {"identity", "An agent token opens the resource", "url.agent", false, false},
        {"person", "The resource asks for a person token", "url.person", true, false},
        {"auth", "The resource asks for an auth token of the person server", "url.data", true, false},
        {"federated", "The resource asks for an auth token of its access server", "url.federated", true, true},
    };
    return all;
}

struct Matrix {
    std::vector<Peer> peers;
    std::vector<ConformanceCell> conformance;
    std::vector<PairingCell> pairings;
    std::string pairings_left_out;  // why there are none; empty when there are
    std::string made_by, date;      // the program's version; YYYY-MM-DD
};

}  // namespace aauth::interop
