#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "harness/cli/launched.h"
#include "harness/cli/manifest.h"
#include "harness/engine/expectations.h"
#include "harness/json/json.h"
#include "harness/lab/lab.h"
#include "reports/matrix.h"
#include "reports/text.h"
#include "suites/embedded.h"
#include "suites/interop/pairing.h"
#include "vectors/run.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

std::string shown(std::string_view text) { return reports::visible(text, reports::Lines::Show); }

std::string today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

// A description as the pairings and the suites take it: with the folder that its paths are relative to.
engine::Target description(const Manifest::Role& role) {
    TargetFlags flags;
    flags.role = role.role;
    flags.description = role.description;
    return read_target(flags);
}

interop::Peer peer_of(const Manifest& manifest) {
    return {manifest.name, manifest.title, manifest.version, manifest.language, manifest.homepage, manifest.drafts, {}};
}

// What a run found, beside what is known.
void count(engine::RunResult& result, const Manifest::Role& role, interop::ConformanceCell& cell) {
    for (const auto& one : result.cases) ++cell.counts[std::string(engine::name(one.verdict))];
    engine::Expectations known;
    if (!role.known.empty()) {
        auto parsed = engine::Expectations::parse(read_file(role.known, "the known failures"));
        if (!parsed) stop(bad_usage, fmt::format("{}: {}", role.known, parsed.error().message));
        known = std::move(*parsed);
    }
    const auto comparison = engine::compare(result, known);
    cell.unexpected = static_cast<int>(comparison.unexpected.size() + comparison.stale.size());
}

interop::ConformanceCell tested(const Manifest& manifest, const Manifest::Role& role, unsigned threads) {
    interop::ConformanceCell cell;
    cell.peer = manifest.name;
    cell.suite = role.role;
    try {
        auto target = description(role);
        cell.draft = target.draft;
        choose_port(target);
        const LaunchedTarget launched(target);
        engine::RunOptions options;
        options.threads = threads;
        auto result = suites::run_suite(role.role, target, options);
        if (!result) {
            cell.left_out = result.error().message;
            return cell;
        }
        count(*result, role, cell);
    } catch (const Stopped& stopped) {
        cell.left_out = stopped.message;
    }
    return cell;
}

interop::ConformanceCell vectors_run(const Manifest& manifest, const std::string& draft) {
    interop::ConformanceCell cell{manifest.name, "vectors", draft, {}, 0, {}};
    vectors::AdapterOptions options;
    options.command = manifest.adapter->command;
    options.directory = manifest.adapter->directory;
    auto adapter = vectors::Adapter::start(std::move(options));
    if (!adapter) {
        cell.left_out = adapter.error().message;
        return cell;
    }
    vectors::KnownAnswers known;
    for (const auto& path : manifest.adapter->known) {
        auto answers = vectors::KnownAnswers::parse(read_file(path, "the known answers"));
        if (answers && answers->draft == draft) known = std::move(*answers);
    }
    vectors::Count sum;
    for (const auto& topic : vectors::topic_names()) {
        std::ifstream file(home() / "vectors" / draft / (topic + ".json"), std::ios::binary);
        if (!file) continue;
        const auto one = vectors::run(file, **adapter, {draft, {}}, known, [](const auto&...) {});
        if (!one) {
            cell.left_out = one.error().message;
            return cell;
        }
        sum += *one;
    }
    cell.counts = {{"agree", static_cast<int>(sum.agree)},
                   {"differ", static_cast<int>(sum.differ)},
                   {"broke", static_cast<int>(sum.broke)},
                   {"unsupported", static_cast<int>(sum.unsupported)}};
    cell.unexpected = static_cast<int>(sum.differ + sum.broke - sum.known);
    return cell;
}

void print(const interop::ConformanceCell& cell) {
    std::string counts = shown(cell.left_out);
    if (cell.left_out.empty()) {
        for (const auto& [word, number] : cell.counts) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", number, word);
        if (cell.unexpected > 0) counts += fmt::format(", {} of them unexpected", cell.unexpected);
    }
    fmt::print("  {:<24} {:<16} {:<11} {}\n", cell.peer, cell.suite, cell.draft, counts);
    std::fflush(stdout);
}

void print(const interop::PairingCell& cell) {
    std::string parties = cell.agent + " > " + cell.resource;
    for (const auto& server : {cell.person_server, cell.access_server}) {
        if (!server.empty()) parties += " > " + server;
    }
    fmt::print("  {:<11} {:<10} {}{}\n", interop::name(cell.outcome), cell.flow, parties,
               cell.reason.empty() ? "" : ": " + shown(cell.reason));
    std::fflush(stdout);
}

std::vector<interop::Contender> contenders(const std::vector<Manifest>& manifests) {
    std::vector<interop::Contender> all;
    for (const auto& manifest : manifests) {
        for (const auto& role : manifest.roles) {
            if (role.role == "agent-provider") continue;
            auto target = description(role);
            // What runs elsewhere is not in the lab's network.
            if (role.role != "agent" && !target.launch.given()) continue;
            all.push_back({manifest.name, role.role, manifest.drafts, std::move(target)});
        }
    }
    return all;
}

void pair(const std::vector<Manifest>& manifests, const InteropFlags& flags, interop::Matrix& matrix) {
    const auto* here = lab::current();
    if (here == nullptr) {
        matrix.pairings_left_out = "there is no lab on this machine: " + lab::namespaces_problem().value_or("not started in one");
        fmt::print("no pairings: {}\n", matrix.pairings_left_out);
        return;
    }
    interop::PairingOptions options;
    options.contenders = contenders(manifests);
    options.program = fs::read_symlink("/proc/self/exe").string();
    options.flows = flags.flows;
    options.threads = flags.threads;
    options.launch = [](const engine::Target& target) -> std::shared_ptr<void> {
        try {
            return std::make_shared<LaunchedTarget>(target);
        } catch (const Stopped& stopped) {
            throw std::runtime_error(stopped.message);
        }
    };
    options.done = [](const interop::PairingCell& cell) { print(cell); };
    fmt::print("\npairings\n");
    matrix.pairings = interop::run_pairings(*here, options);
}

void write(const interop::Matrix& matrix, const InteropFlags& flags) {
    const fs::path folder = flags.folder.empty() ? home() / "out" / "interop" : fs::path(flags.folder);
    for (const auto& [file, text] : {std::pair<const char*, std::string>{"matrix.html", reports::render_matrix_html(matrix)},
                                     {"matrix.json", reports::render_matrix_json(matrix)},
                                     {"matrix.md", reports::render_matrix_markdown(matrix)}}) {
        check_writable(folder / file);
        write_file(folder / file, text);
    }
    fmt::print("\n{}\n", (folder / "matrix.html").string());
}

std::string key_of(const std::string& flow, const std::string& agent, const std::string& resource,
                   const std::string& person_server, const std::string& access_server) {
    std::string key = flow;
    for (const auto& party : {agent, resource, person_server, access_server}) key += party.empty() ? "" : " > " + party;
    return key;
}

// The outcomes of an earlier matrix, by their parties.
std::map<std::string, std::string> outcomes_in(const std::string& path) {
    const auto parsed = json::parse_object(read_file(path, "the earlier matrix"), {64u << 20, 64});
    const auto* cells = parsed ? json::member(*parsed, "pairings") : nullptr;
    if (cells == nullptr || !cells->is_array()) stop(bad_usage, fmt::format("{} is no matrix that was written as JSON", path));
    std::map<std::string, std::string> outcomes;
    for (const auto& cell : *cells) {
        const auto text = [&](const char* name) { return json::string_member(cell, name).value_or(""); };
        // Green although a message was wrong: by chance, which need not be so again.
        if (text("outcome") == "green" && !text("reason").empty()) continue;
        outcomes[key_of(text("flow"), text("agent"), text("resource"), text("person_server"), text("access_server"))] =
            text("outcome");
    }
    return outcomes;
}

// Whether a pairing got worse than in the earlier matrix: what was green is not, or what was no failure is one.
bool worse_than(const std::map<std::string, std::string>& earlier, const interop::Matrix& matrix) {
    bool worse = false;
    for (const auto& cell : matrix.pairings) {
        const auto key = key_of(cell.flow, cell.agent, cell.resource, cell.person_server, cell.access_server);
        const auto found = earlier.find(key);
        if (found == earlier.end()) continue;  // of a peer that is new
        const auto& before = found->second;
        const std::string after(interop::name(cell.outcome));
        if (before == after || after == "green" || (before != "green" && after == "unsupported")) continue;
        fmt::print("worse: {} was {} and is {}\n", key, before, after);
        worse = true;
    }
    return worse;
}

// Those that take part: all that are named, or all there are; those that cannot be installed are left out.
std::vector<Manifest> chosen(const InteropFlags& flags, interop::Matrix& matrix) {
    std::vector<Manifest> taking_part;
    for (const auto& name : flags.peers.empty() ? manifest_names() : flags.peers) {
        auto manifest = read_manifest(name);
        auto peer = peer_of(manifest);
        const bool there = !fs::exists(manifest.folder / "prepare") || is_prepared(manifest.folder);
        // In the lab this finds everything done, or, without a network, fails.
        if (flags.install && !prepare(manifest.folder, false).empty()) peer.left_out = "it could not be installed";
        if (!there && !flags.install) peer.left_out = "not installed; --install does it";
        if (!peer.left_out.empty()) {
            fmt::print("{} is left out: {}\n", name, shown(peer.left_out));
        } else {
            taking_part.push_back(std::move(manifest));
        }
        matrix.peers.push_back(std::move(peer));
    }
    return taking_part;
}

}  // namespace

void install_peers(const InteropFlags& flags) {
    if (!flags.install) return;
    for (const auto& name : flags.peers.empty() ? manifest_names() : flags.peers) {
        const auto reason = prepare(read_manifest(name).folder, false);
        if (!reason.empty()) fmt::print("{} cannot be installed: {}\n", name, shown(reason));
    }
    std::fflush(stdout);
}

Exit interop(const InteropFlags& flags) {
    for (const auto& flow : flags.flows) {
        std::vector<std::string> known;
        for (const auto& one : interop::flows()) known.push_back(one.name);
        if (std::find(known.begin(), known.end(), flow) == known.end()) {
            stop(bad_usage, fmt::format("there is no flow '{}'{}", flow, suggestion(flow, known, 4)));
        }
    }
    std::map<std::string, std::string> earlier;
    if (!flags.expect.empty()) earlier = outcomes_in(flags.expect);
    interop::Matrix matrix;
    matrix.made_by = std::string("aauth-conform ") + AAUTH_VERSION;
    matrix.date = today();
    const auto manifests = chosen(flags, matrix);
    if (!flags.only_pairings) {
        fmt::print("conformance\n");
        for (const auto& manifest : manifests) {
            for (const auto& role : manifest.roles) {
                if (!role.tested) continue;
                matrix.conformance.push_back(tested(manifest, role, flags.threads));
                print(matrix.conformance.back());
            }
            if (!manifest.adapter) continue;
            for (const auto& draft : manifest.drafts) {
                matrix.conformance.push_back(vectors_run(manifest, draft));
                print(matrix.conformance.back());
            }
        }
    }
    pair(manifests, flags, matrix);
    write(matrix, flags);
    const bool worse = std::any_of(matrix.conformance.begin(), matrix.conformance.end(),
                                   [](const interop::ConformanceCell& cell) { return cell.unexpected > 0; });
    const bool paired_worse = !flags.expect.empty() && worse_than(earlier, matrix);
    return worse || paired_worse ? failures : nothing_worse;
}

}  // namespace aauth::cli
