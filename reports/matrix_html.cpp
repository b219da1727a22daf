#include <fmt/format.h>

#include <map>

#include "embedded/matrix_page.h"
#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "reports/html_view.h"
#include "reports/matrix.h"
#include "reports/matrix_view.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

namespace mustache = kainjow::mustache;

using interop::Matrix;
using interop::Outcome;
using interop::PairingCell;

View text(std::string_view value) { return one_line(value); }

// A section that is shown with one value, or not at all.
View section(const char* name, const std::string& value) {
    View list_of_one = list();
    if (value.empty()) return list_of_one;
    View only = object();
    only.set(name, text(value));
    list_of_one.push_back(std::move(only));
    return list_of_one;
}

View wire(const std::string& message) { return many_lines(with_short_tokens(without_private_keys(message))); }

View conformance_cell(const std::vector<const interop::ConformanceCell*>& runs) {
    View view = object();
    bool unexpected = false;
    View lines = list();
    for (const auto* run : runs) {
        View one = object();
        one.set("draft", text(run->draft));
        one.set("counts", text(run->left_out.empty() ? counts_of(*run) : "not run: " + run->left_out));
        one.set("unexpected", section("number", run->unexpected > 0 ? std::to_string(run->unexpected) : std::string()));
        unexpected = unexpected || run->unexpected > 0;
        lines.push_back(std::move(one));
    }
    view.set("class", View(std::string(runs.empty() ? "unsupported" : unexpected ? "red" : "")));
    view.set("runs", std::move(lines));
    return view;
}

View peers(const Matrix& matrix, const std::vector<std::string>& suites) {
    View all = list();
    for (const auto& peer : matrix.peers) {
        View view = object();
        view.set("name", text(peer.name));
        view.set("title", text(peer.title));
        view.set("version", text(peer.version));
        view.set("language", text(peer.language));
        view.set("drafts", text(fmt::format("{}", fmt::join(peer.drafts, ", "))));
        view.set("left_out", section("why", peer.left_out));
        view.set("suite_count", View(std::to_string(suites.size())));
        View cells = list();
        if (peer.left_out.empty()) {
            for (const auto& suite : suites) cells.push_back(conformance_cell(cells_of(matrix, peer.name, suite)));
        }
        view.set("suite_cells", std::move(cells));
        all.push_back(std::move(view));
    }
    return all;
}

using Anchors = std::map<const PairingCell*, std::string>;

View pairing_cell(const PairingCell* cell, const Anchors& anchors) {
    View view = object();
    view.set("outcome", View(std::string(cell == nullptr ? "unsupported" : interop::name(cell->outcome))));
    view.set("anchor", View(cell == nullptr ? std::string("pairings") : anchors.at(cell)));
    view.set("note", section("text", cell != nullptr && cell->outcome == Outcome::Red ? "by our reading: " + cell->at_fault
                                                                                      : std::string()));
    return view;
}

View tables(const Matrix& matrix, const Anchors& anchors) {
    View all = list();
    for (const auto& table : pairing_tables(matrix)) {
        View view = object();
        view.set("flow", text(table.flow->title));
        view.set("servers", section("names", servers_of(table)));
        View columns = list(), rows = list();
        for (const auto& resource : table.resources) {
            View column = object();
            column.set("column", text(resource));
            columns.push_back(std::move(column));
        }
        for (std::size_t i = 0; i < table.agents.size(); ++i) {
            View row = object(), cells = list();
            for (const auto* cell : table.cells[i]) cells.push_back(pairing_cell(cell, anchors));
            row.set("agent", text(table.agents[i]));
            row.set("cells", std::move(cells));
            rows.push_back(std::move(row));
        }
        view.set("columns", std::move(columns));
        view.set("rows", std::move(rows));
        all.push_back(std::move(view));
    }
    return all;
}

std::string sentence(const PairingCell& cell) {
    std::string said = cell.draft.empty() ? "" : "Draft " + cell.draft + ". ";
    said += cell.reason;
    if (cell.outcome != Outcome::Red) return said;
    if (cell.broke_at >= 0) said += fmt::format(". It broke at exchange {}", cell.broke_at + 1);
    return said + "; " + blame_of(cell) + ". suites/interop/FINDINGS.md has what was found by hand.";
}

View exchanges(const PairingCell& cell) {
    View all = list();
    for (std::size_t i = 0; i < cell.exchanges.size(); ++i) {
        const auto& exchange = cell.exchanges[i];
        View view = object();
        view.set("number", View(std::to_string(i + 1)));
        view.set("from", text(exchange.from));
        view.set("to", text(exchange.to));
        view.set("method", text(exchange.method));
        view.set("url", text(exchange.url));
        view.set("status", View(std::to_string(exchange.status)));
        view.set("problem", section("text", exchange.problem));
        view.set("request", wire(exchange.request));
        view.set("response", wire(exchange.response));
        all.push_back(std::move(view));
    }
    return all;
}

View pairings(const Matrix& matrix, const Anchors& anchors) {
    View all = list();
    for (const auto& cell : matrix.pairings) {
        if (cell.outcome == Outcome::Unsupported && cell.exchanges.empty() && cell.reason.empty()) continue;
        std::string parties = cell.agent + ", " + cell.resource;
        for (const auto& server : {cell.person_server, cell.access_server}) {
            if (!server.empty()) parties += ", " + server;
        }
        View view = object();
        view.set("anchor", View(anchors.at(&cell)));
        view.set("outcome", View(std::string(interop::name(cell.outcome))));
        view.set("flow", text(cell.flow));
        view.set("parties", text(parties));
        view.set("sentence", text(sentence(cell)));
        view.set("exchanges", exchanges(cell));
        all.push_back(std::move(view));
    }
    return all;
}

}  // namespace

std::string render_matrix_html(const Matrix& matrix) {
    Anchors anchors;
    for (std::size_t i = 0; i < matrix.pairings.size(); ++i) {
        anchors[&matrix.pairings[i]] = fmt::format("pairing-{}", i + 1);
    }
    const auto suites = suites_of(matrix);
    const std::string style(embedded::matrix_page("matrix.css"));
    View page = object();
    page.set("style", View(style));
    page.set("style_hash", View(crypto::base64_encode(crypto::sha256(style))));
    page.set("date", text(matrix.date));
    page.set("made_by", text(matrix.made_by));
    View heads = list();
    for (const auto& suite : suites) {
        View head = object();
        head.set("suite", text(suite));
        heads.push_back(std::move(head));
    }
    page.set("suites", std::move(heads));
    page.set("peers", peers(matrix, suites));
    page.set("pairings_note",
             text(matrix.pairings_left_out.empty()
                      ? "Each cell is one run of the agent (row) against the resource (column), with the servers named, "
                        "by https names of the lab; every party is somebody's program as it is."
                      : "Not played: " + matrix.pairings_left_out));
    page.set("tables", tables(matrix, anchors));
    page.set("pairings", pairings(matrix, anchors));
    mustache::mustache layout{std::string(embedded::matrix_page("matrix.mustache"))};
    return layout.render(page);
}

}  // namespace aauth::reports
