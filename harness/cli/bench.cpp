#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "harness/cli/commands.h"
#include "harness/cli/manifest.h"
#include "harness/json/json.h"
#include "harness/process/process.h"
#include "reports/text.h"
#include "vectors/implementation.h"
#include "vectors/read.h"

namespace aauth::cli {

namespace {

using namespace aauth::vectors;
using Clock = std::chrono::steady_clock;

// A vector of the file, with the input that its group shares.
struct Question {
    std::string op;
    nlohmann::json input;
    Vector vector;
    int signatures = 1;  // that have to be verified for the answer: the request's, and one for each JWT that it shows
};

// The valid requests of draft 11 whose signatures are Ed25519, by operation.
std::map<std::string, std::vector<Question>> questions() {
    const auto path = (home() / "vectors" / "11" / "signatures.json").string();
    std::ifstream file(path, std::ios::binary);
    if (!file) stop(bad_usage, fmt::format("cannot read {}; AAUTH_HOME names the project's folder", path));
    std::map<std::string, std::vector<Question>> all;
    const auto done = read(file, [&](const Heading&, const Group& group, const Vector& vector) {
        const bool wanted = vector.result == Expectation::Valid && (group.op == "verify" || group.op == "verify-request");
        if (!wanted) return true;
        auto input = group.shared.is_object() ? group.shared : nlohmann::json::object();
        input.update(vector.input);
        const auto text = input.dump();
        if (text.find("\"ES256\"") != std::string::npos && group.op == "verify") return true;
        int signatures = 1;
        for (const char* scheme : {"sig=jwt;", "sig=jkt-jwt;"}) {
            if (text.find(scheme) != std::string::npos) ++signatures;
        }
        all[group.op].push_back({group.op, std::move(input), vector, signatures});
        return true;
    });
    if (!done) stop(bad_usage, fmt::format("{}: {}", path, done.error().message));
    if (all["verify"].empty()) stop(bad_usage, fmt::format("{} has no vectors to verify", path));
    return all;
}

// What `openssl speed` reaches on one core, in verifications a second.
double openssl_speed(int seconds) {
    process::Command command;
    command.arguments = {"openssl", "speed", "-seconds", std::to_string(seconds), "-mr", "ed25519"};
    const auto done = process::run(command, "", std::chrono::seconds(60 + 4 * seconds));
    if (!done) stop(trouble, fmt::format("openssl speed: {}", done.error().message));
    // +F6:0:253:Ed25519:SIGNATURES:VERIFICATIONS
    std::istringstream lines(done->output);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.rfind(':');
        if (line.rfind("+F6:", 0) == 0 && at != std::string::npos) return std::atof(line.c_str() + at + 1);
    }
    stop(trouble, "openssl speed prints nothing that can be read as its result");
}

struct Rate {
    double answers = 0, signatures = 0;  // a second
};

// Answers questions one after the other until the time is over.
Rate rate_of(Implementation& implementation, const std::vector<Question>& asked, Clock::duration time) {
    const auto& draft = *protocol::find_draft("11");
    std::size_t answers = 0, signatures = 0;
    const auto begin = Clock::now();
    auto end = begin;
    while (end - begin < time) {
        for (const auto& question : asked) {
            const auto answer = implementation.ask(draft, question.op, question.input);
            if (!answer) stop(trouble, fmt::format("{}: {}", question.vector.id, answer.error().message));
            ++answers;
            signatures += static_cast<std::size_t>(question.signatures);
        }
        end = Clock::now();
    }
    const double seconds = std::chrono::duration<double>(end - begin).count();
    return {static_cast<double>(answers) / seconds, static_cast<double>(signatures) / seconds};
}

double rate_of_two_threads(const std::vector<Question>& asked, Clock::duration time) {
    Rate rates[2];
    std::thread threads[2];
    for (int i = 0; i < 2; ++i) {
        threads[i] = std::thread([&rates, &asked, time, i] { rates[i] = rate_of(*in_process(), asked, time); });
    }
    for (auto& thread : threads) thread.join();
    return rates[0].signatures + rates[1].signatures;
}

// Those that the adapter answers as expected.
std::vector<Question> answered(Implementation& implementation, const std::vector<Question>& all) {
    std::vector<Question> good;
    if (!implementation.does(all.front().op)) return good;
    for (const auto& question : all) {
        const auto answer = implementation.ask(*protocol::find_draft("11"), question.op, question.input);
        if (answer && answer->kind == Answer::Kind::Valid) good.push_back(question);
    }
    return good;
}

void bench_peer(const std::string& name, const std::map<std::string, std::vector<Question>>& all, Clock::duration time,
                const std::map<std::string, double>& own) {
    const auto manifest = read_manifest(name);
    if (!manifest.adapter) return;
    if (const auto reason = prepare(manifest.folder, false); !reason.empty()) {
        fmt::print("  {:<28} not installed: {}\n", name, reports::visible(reason));
        return;
    }
    AdapterOptions options;
    options.command = manifest.adapter->command;
    options.directory = manifest.adapter->directory;
    auto adapter = Adapter::start(std::move(options));
    if (!adapter) {
        fmt::print("  {:<28} {}\n", name, reports::visible(adapter.error().message));
        return;
    }
    for (const auto& [op, asked] : all) {
        const auto good = answered(**adapter, asked);
        if (good.empty()) continue;
        const auto rate = rate_of(**adapter, good, time);
        fmt::print("  {:<28} {:<15} {:>9.0f}/s  {:>6.3f} of ours  ({} of {} vectors)\n", name, op, rate.signatures,
                   rate.signatures / own.at(op), good.size(), asked.size());
    }
}

}  // namespace

Exit bench(const BenchFlags& flags) {
    const auto all = questions();
    const auto time = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(flags.seconds));
    const auto whole_seconds = std::max(1, static_cast<int>(flags.seconds));
    const double baseline = openssl_speed(whole_seconds);
    fmt::print("Ed25519 verifications a second, from the fields of the request to the verdict\n\n");
    fmt::print("  {:<28} {:<15} {:>9.0f}/s\n", "openssl speed", "one core", baseline);
    std::map<std::string, double> own;
    const auto implementation = in_process();
    for (const auto& [op, asked] : all) {
        const auto rate = rate_of(*implementation, asked, time);
        own[op] = rate.signatures;
        fmt::print("  {:<28} {:<15} {:>9.0f}/s  {:>6.3f} of openssl speed\n", "in process, one thread", op,
                   rate.signatures, rate.signatures / baseline);
    }
    for (const auto& [op, asked] : all) {
        const double rate = rate_of_two_threads(asked, time);
        fmt::print("  {:<28} {:<15} {:>9.0f}/s  {:>6.3f} of one thread\n", "in process, two threads", op, rate,
                   rate / own[op]);
    }
    for (const auto& peer : flags.peers.empty() ? manifest_names() : flags.peers) bench_peer(peer, all, time, own);
    return nothing_worse;
}

}  // namespace aauth::cli
