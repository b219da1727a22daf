#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "reports/matrix.h"
#include "reports/text.h"

namespace aauth::reports {

namespace {

using Ordered = nlohmann::ordered_json;

// Private keys never are in it, and live tokens are shortened.
std::string wire(const std::string& text) { return with_short_tokens(without_private_keys(visible(text, Lines::Keep))); }

Ordered json_of(const interop::PairingCell& cell) {
    Ordered object{{"flow", cell.flow}, {"agent", cell.agent}, {"resource", cell.resource}};
    if (!cell.person_server.empty()) object["person_server"] = cell.person_server;
    if (!cell.access_server.empty()) object["access_server"] = cell.access_server;
    if (!cell.draft.empty()) object["draft"] = cell.draft;
    object["outcome"] = interop::name(cell.outcome);
    if (!cell.reason.empty()) object["reason"] = visible(cell.reason);
    if (!cell.at_fault.empty()) object["at_fault"] = cell.at_fault;
    if (cell.broke_at >= 0) object["broke_at"] = cell.broke_at;
    object["exchanges"] = Ordered::array();
    for (const auto& exchange : cell.exchanges) {
        Ordered one{{"from", exchange.from}, {"to", exchange.to}, {"method", visible(exchange.method)},
                    {"url", visible(exchange.url)}, {"status", exchange.status}};
        if (!exchange.problem.empty()) one["problem"] = visible(exchange.problem);
        if (cell.outcome == interop::Outcome::Red) {
            one["request"] = wire(exchange.request);
            one["response"] = wire(exchange.response);
        }
        object["exchanges"].push_back(std::move(one));
    }
    return object;
}

}  // namespace

std::string render_matrix_json(const interop::Matrix& matrix) {
    Ordered document{{"format", 1}, {"made_by", matrix.made_by}, {"date", matrix.date}};
    document["peers"] = Ordered::array();
    for (const auto& peer : matrix.peers) {
        Ordered one{{"name", peer.name}, {"title", peer.title}, {"version", peer.version},
                    {"language", peer.language}, {"homepage", peer.homepage}, {"drafts", peer.drafts}};
        if (!peer.left_out.empty()) one["left_out"] = visible(peer.left_out);
        document["peers"].push_back(std::move(one));
    }
    document["conformance"] = Ordered::array();
    for (const auto& cell : matrix.conformance) {
        Ordered one{{"peer", cell.peer}, {"suite", cell.suite}, {"draft", cell.draft}, {"counts", cell.counts},
                    {"unexpected", cell.unexpected}};
        if (!cell.left_out.empty()) one["left_out"] = visible(cell.left_out);
        document["conformance"].push_back(std::move(one));
    }
    if (!matrix.pairings_left_out.empty()) document["pairings_left_out"] = visible(matrix.pairings_left_out);
    document["pairings"] = Ordered::array();
    for (const auto& cell : matrix.pairings) document["pairings"].push_back(json_of(cell));
    return document.dump(1, ' ', false, Ordered::error_handler_t::replace) + "\n";
}

}  // namespace aauth::reports
