#include "reports/matrix_view.h"

#include <algorithm>
#include <array>

namespace aauth::reports {

namespace {

std::size_t place_of(std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    names.push_back(name);
    return names.size() - 1;
}

const interop::Flow* flow_named(const std::string& name) {
    for (const auto& flow : interop::flows()) {
        if (flow.name == name) return &flow;
    }
    return nullptr;
}

}  // namespace

std::vector<PairingTable> pairing_tables(const interop::Matrix& matrix) {
    std::vector<PairingTable> tables;
    for (const auto& cell : matrix.pairings) {
        const auto* flow = flow_named(cell.flow);
        if (flow == nullptr) continue;
        auto table = std::find_if(tables.begin(), tables.end(), [&](const PairingTable& one) {
            return one.flow == flow && one.person_server == cell.person_server && one.access_server == cell.access_server;
        });
        if (table == tables.end()) {
            tables.push_back({flow, cell.person_server, cell.access_server, {}, {}, {}});
            table = std::prev(tables.end());
        }
        const auto row = place_of(table->agents, cell.agent), column = place_of(table->resources, cell.resource);
        if (table->cells.size() <= row) table->cells.resize(row + 1);
        if (table->cells[row].size() <= column) table->cells[row].resize(column + 1);
        table->cells[row][column] = &cell;
    }
    for (auto& table : tables) {
        for (auto& row : table.cells) row.resize(table.resources.size());
    }
    tables.erase(std::remove_if(tables.begin(), tables.end(),
                                [](const PairingTable& table) {
                                    return std::all_of(table.cells.begin(), table.cells.end(), [](const auto& row) {
                                        return std::all_of(row.begin(), row.end(), [](const auto* cell) {
                                            return cell == nullptr || cell->outcome == interop::Outcome::Unsupported;
                                        });
                                    });
                                }),
                 tables.end());
    return tables;
}

std::string servers_of(const PairingTable& table) {
    std::string text = table.person_server.empty() ? "" : "person server " + table.person_server;
    if (!table.access_server.empty()) text += ", access server " + table.access_server;
    return text;
}

std::string blame_of(const interop::PairingCell& cell) {
    if (cell.at_fault == "unclear") return "no message is wrong by our reading";
    return "by our reading the message of the " + cell.at_fault + " is wrong";
}

std::string counts_of(const interop::ConformanceCell& cell) {
    constexpr std::array<const char*, 10> order{"pass", "fail",   "warn",  "blocked", "error",
                                                "skip", "agree", "differ", "broke",   "unsupported"};
    std::string text;
    for (const auto* word : order) {
        const auto found = cell.counts.find(word);
        if (found == cell.counts.end() || found->second == 0) continue;
        text += (text.empty() ? "" : ", ") + std::to_string(found->second) + " " + word;
    }
    return text;
}

std::vector<std::string> suites_of(const interop::Matrix& matrix) {
    std::vector<std::string> names;
    for (const auto& cell : matrix.conformance) place_of(names, cell.suite);
    return names;
}

std::vector<const interop::ConformanceCell*> cells_of(const interop::Matrix& matrix, const std::string& peer,
                                                      const std::string& suite) {
    std::vector<const interop::ConformanceCell*> found;
    for (const auto& cell : matrix.conformance) {
        if (cell.peer == peer && cell.suite == suite) found.push_back(&cell);
    }
    return found;
}

}  // namespace aauth::reports
