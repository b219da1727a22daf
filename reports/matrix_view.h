#pragma once

#include <string>
#include <vector>

#include "suites/interop/matrix.h"

// What the renderers of the matrix share.
namespace aauth::reports {

// The pairings of one flow with the same servers behind the resource, as a table: an agent a row, a resource a column.
struct PairingTable {
    const interop::Flow* flow = nullptr;
    std::string person_server, access_server;
    std::vector<std::string> agents, resources;
    // At [agent][resource]; nullptr: not played.
    std::vector<std::vector<const interop::PairingCell*>> cells;
};

// In the order of the flows and of the cells. Tables in which nobody did anything are left out.
std::vector<PairingTable> pairing_tables(const interop::Matrix& matrix);

// "https://ps.example with access server X": what a table is about, beside its flow.
std::string servers_of(const PairingTable& table);

// "by our reading the message of the resource is wrong", or that it is unclear whose is.
std::string blame_of(const interop::PairingCell& cell);

// "3 fail, 120 pass", the words in the order in which they matter.
std::string counts_of(const interop::ConformanceCell& cell);

// The suites of the conformance matrix in the order of their first appearance, and the cells of a peer in one.
std::vector<std::string> suites_of(const interop::Matrix& matrix);
std::vector<const interop::ConformanceCell*> cells_of(const interop::Matrix& matrix, const std::string& peer,
                                                      const std::string& suite);

}  // namespace aauth::reports
