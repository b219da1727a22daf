#include <fmt/format.h>

#include "reports/matrix.h"
#include "reports/matrix_view.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

using interop::Outcome;

// For a cell of a table: no markup, no end of line, no bar.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : visible(text, Lines::Show)) {
        if (c == '<' || c == '>' || c == '&') {
            out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
            continue;
        }
        if (std::string_view("\\`*_[]|#!").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

const char* mark(Outcome outcome) {
    switch (outcome) {
        case Outcome::Green: return "green";
        case Outcome::Red: return "**red**";
        case Outcome::Unsupported: return "–";
    }
    return "";
}

void head(std::string& out, const std::vector<std::string>& columns) {
    for (const auto& column : columns) out += "| " + plain(column) + " ";
    out += "|\n";
    for (std::size_t i = 0; i < columns.size(); ++i) out += "|---";
    out += "|\n";
}

void conformance(std::string& out, const interop::Matrix& matrix) {
    out += "## Conformance\n\n";
    const auto suites = suites_of(matrix);
    std::vector<std::string> columns{"implementation", "language"};
    columns.insert(columns.end(), suites.begin(), suites.end());
    head(out, columns);
    for (const auto& peer : matrix.peers) {
        out += fmt::format("| {} {} | {} ", plain(peer.title), plain(peer.version), plain(peer.language));
        if (!peer.left_out.empty()) {
            out += "| " + plain("left out: " + peer.left_out) + " |\n";
            continue;
        }
        for (const auto& suite : suites) {
            std::string text;
            for (const auto* cell : cells_of(matrix, peer.name, suite)) {
                text += (text.empty() ? "" : "; ") + plain(cell->draft) + ": " +
                        (cell->left_out.empty() ? counts_of(*cell) : "not run: " + plain(cell->left_out));
                if (cell->unexpected > 0) text += fmt::format(" ({} unexpected)", cell->unexpected);
            }
            out += "| " + (text.empty() ? "–" : text) + " ";
        }
        out += "|\n";
    }
}

void pairings(std::string& out, const interop::Matrix& matrix) {
    out += "\n## Pairings\n\nAgents are rows, resources are columns; – is unsupported.\n";
    if (!matrix.pairings_left_out.empty()) out += "\nNot played: " + plain(matrix.pairings_left_out) + "\n";
    for (const auto& table : pairing_tables(matrix)) {
        const auto servers = servers_of(table);
        out += fmt::format("\n### {}{}{}\n\n", plain(table.flow->title), servers.empty() ? "" : ": ", plain(servers));
        std::vector<std::string> columns{"agent"};
        columns.insert(columns.end(), table.resources.begin(), table.resources.end());
        head(out, columns);
        for (std::size_t row = 0; row < table.agents.size(); ++row) {
            out += "| " + plain(table.agents[row]) + " ";
            for (const auto* cell : table.cells[row]) out += fmt::format("| {} ", cell == nullptr ? "" : mark(cell->outcome));
            out += "|\n";
        }
    }
}

void red_cells(std::string& out, const interop::Matrix& matrix) {
    std::string lines;
    for (const auto& cell : matrix.pairings) {
        if (cell.outcome != Outcome::Red) continue;
        std::string parties = plain(cell.agent) + " > " + plain(cell.resource);
        for (const auto& server : {cell.person_server, cell.access_server}) {
            if (!server.empty()) parties += " > " + plain(server);
        }
        lines += fmt::format("- {}, draft {}, {}: {}; {}\n", plain(cell.flow), plain(cell.draft), parties,
                             plain(cell.reason), plain(blame_of(cell)));
    }
    if (!lines.empty()) out += "\n## Red\n\nsuites/interop/FINDINGS.md explains them.\n\n" + lines;
}

}  // namespace

std::string render_matrix_markdown(const interop::Matrix& matrix) {
    std::string out = fmt::format("# AAuth interop matrix, {}\n\nMade by {} with `aauth-conform interop`.\n\n",
                                  plain(matrix.date), plain(matrix.made_by));
    conformance(out, matrix);
    pairings(out, matrix);
    red_cells(out, matrix);
    return out;
}

}  // namespace aauth::reports
