#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "harness/cli/manifest.h"
#include "harness/cli/vector_reports.h"
#include "harness/process/process.h"
#include "reports/text.h"
#include "suites/common/world.h"
#include "vectors/run.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

using namespace aauth::vectors;

std::string shown(std::string_view text) { return reports::visible(text, reports::Lines::Show); }

// An implementation, and what is known of it.
struct Subject {
    std::unique_ptr<Implementation> implementation;
    Adapter* adapter = nullptr;  // the same, when it is one
    std::vector<std::string> drafts;
    std::vector<KnownAnswers> known;

    const KnownAnswers& known_for(const std::string& draft) const {
        static const KnownAnswers none;
        for (const auto& answers : known) {
            if (answers.draft == draft) return answers;
        }
        return none;
    }
};

KnownAnswers known_answers(const std::string& path) {
    auto answers = KnownAnswers::parse(read_file(path, "the known answers"));
    if (!answers) stop(bad_usage, fmt::format("{}: {}", path, answers.error().message));
    return *answers;
}

// Nothing, when the peer cannot be installed and that is no failure.
std::optional<Subject> subject(const VectorsFlags& flags) {
    Subject made;
    AdapterOptions options;
    options.answer = std::chrono::milliseconds(static_cast<long>(flags.timeout * 1000));
    if (!flags.peer.empty()) {
        const auto manifest = read_manifest(flags.peer);
        if (!manifest.adapter) stop(bad_usage, fmt::format("the peer {} has no adapter for vectors", flags.peer));
        const auto reason = prepare(manifest.folder, flags.install);
        if (!reason.empty() && flags.or_skip) {
            fmt::print("skipped: {}\n", shown(reason));
            return std::nullopt;
        }
        if (!reason.empty()) stop(trouble, fmt::format("the peer {} cannot be installed: {}", flags.peer, reason));
        options.command = manifest.adapter->command;
        options.directory = manifest.adapter->directory;
        made.drafts = manifest.drafts;
        for (const auto& file : manifest.adapter->known) made.known.push_back(known_answers(file));
    } else if (!flags.adapter.empty()) {
        auto words = process::split(flags.adapter);
        if (!words) stop(bad_usage, fmt::format("--adapter: {}", words.error().message));
        options.command = std::move(*words);
    } else {
        made.implementation = in_process();
        for (const auto& draft : protocol::drafts_with_vectors()) made.drafts.push_back(draft.id);
        return made;
    }
    auto adapter = Adapter::start(std::move(options));
    if (!adapter) stop(trouble, fmt::format("the adapter: {}", adapter.error().message));
    if (made.drafts.empty()) made.drafts = (*adapter)->hello().drafts;
    made.adapter = adapter->get();
    made.implementation = std::move(*adapter);
    return made;
}

// What a run prints: each vector that did not come out as expected, at once.
void print(const Heading& heading, const Group& group, const Vector& vector, const Run& run) {
    const char* word = run.kind == Run::Kind::Broke ? "BROKE" : "DIFFERS";
    fmt::print("{}{}  {}  {}: {}\n", run.known ? "known " : "", word, vector.id, shown(group.name), shown(vector.comment));
    fmt::print("    {}{}\n", run.kind == Run::Kind::Broke ? run.answered + ": " : "", shown(run.explanation));
    if (!run.known) fmt::print("    {} vectors show {} --draft {}\n", program_name(), vector.id, heading.draft);
}

std::vector<fs::path> files_of(const fs::path& folder, const VectorsFlags& flags, const std::string& draft) {
    std::vector<fs::path> files;
    for (const auto& topic : topic_names()) {
        const bool wanted = flags.topics.empty() ||
                            std::find(flags.topics.begin(), flags.topics.end(), topic) != flags.topics.end();
        const auto path = folder / draft / (topic + ".json");
        if (wanted && fs::exists(path)) files.push_back(path);
    }
    return files;
}

// Of this process, in MiB.
long peak_memory() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

// Entries of known answers that no vector gave.
std::vector<std::string> stale(const KnownAnswers& known, const std::set<std::string>& given) {
    std::vector<std::string> left;
    for (const auto& [id, entry] : known.entries) {
        if (given.count(id) == 0) left.push_back(id);
    }
    return left;
}

Exit run_draft(Subject& subject, const VectorsFlags& flags, const fs::path& folder, const std::string& draft,
               VectorReports& reports) {
    const auto files = files_of(folder, flags, draft);
    if (files.empty()) {
        stop(bad_usage, fmt::format("there are no vectors of draft {} in {}; --vectors names their folder", draft,
                                    folder.string()));
    }
    const auto known = flags.known.empty() ? subject.known_for(draft) : known_answers(flags.known);
    Count sum;
    std::set<std::string> given;
    std::vector<std::string> lines;
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        if (!file) stop(bad_usage, fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
        const auto count = run(file, *subject.implementation, {draft, flags.only.empty() ? std::vector<std::string>() : parts_of(flags.only)}, known,
                               [&](const Heading& heading, const Group& group, const Vector& vector, const Run& became) {
                                   if (became.known) given.insert(vector.id);
                                   if (!became.answered.empty()) print(heading, group, vector, became);
                                   reports.add(heading, group, vector, became);
                               });
        if (!count) stop(count.error().code == "gone" ? trouble : bad_usage,
                         fmt::format("{}: {}", path.string(), count.error().message));
        lines.push_back(fmt::format("  {:<13}{:>7}{:>7}{:>9}{:>7}{:>7}{:>13}\n", path.stem().string(), count->total(),
                                    count->agree, count->differ, count->broke, count->known, count->unsupported));
        sum += *count;
    }
    if (sum.total() == 0) stop(bad_usage, "no vector was chosen");
    fmt::print("\n{}, draft {}\n  {:<13}{:>7}{:>7}{:>9}{:>7}{:>7}{:>13}\n", shown(subject.implementation->name()), draft,
               "topic", "run", "agree", "differ", "broke", "known", "unsupported");
    for (const auto& line : lines) fmt::print("{}", line);
    if (subject.adapter != nullptr && subject.adapter->restarts() > 0) {
        fmt::print("  the adapter was started again {} times\n", subject.adapter->restarts());
    }
    fmt::print("  peak memory {} MiB\n", peak_memory());
    const bool whole = flags.only.empty() && flags.topics.empty();
    const auto left = whole ? stale(known, given) : std::vector<std::string>();
    for (const auto& id : left) fmt::print("  {} no longer answers as its known answer says; take the entry out\n", id);
    return sum.differ + sum.broke > sum.known || !left.empty() ? failures : nothing_worse;
}

Exit run_all(const VectorsFlags& flags, const fs::path& folder) {
    auto made = subject(flags);
    if (!made) return nothing_worse;
    VectorReports reports({flags.json, flags.junit, made->implementation->name()});
    auto drafts = flags.draft.empty() ? made->drafts : std::vector<std::string>{draft_named(flags.draft).id};
    if (drafts.empty()) drafts = {"11"};
    Exit worst = nothing_worse;
    for (const auto& draft : drafts) worst = std::max(worst, run_draft(*made, flags, folder, draft, reports));
    reports.end();
    return worst;
}

Exit generate(const VectorsFlags& flags, const fs::path& folder) {
    bool same = true;
    for (const auto& draft : protocol::drafts_with_vectors()) {
        if (!flags.draft.empty() && flags.draft != draft.id) continue;
        const auto& requirements = suites::catalogue(draft);
        for (const auto& name : topic_names()) {
            const auto topic =
                make_topic(name, draft, [&](std::string_view id) { return requirements.find(id) != nullptr; });
            const auto path = folder / draft.id / (name + ".json");
            const auto text = to_text(topic, draft);
            if (flags.check) {
                const bool fits = fs::exists(path) && read_file(path.string(), "the vectors") == text;
                if (!fits) fmt::print("{} is not what the generator makes\n", path.string());
                same = same && fits;
                continue;
            }
            check_writable(path);
            write_file(path, text);
            fmt::print("{}\t{}\n", path.string(), topic.count());
        }
    }
    if (!same) fmt::print("make them again with '{} vectors generate'\n", program_name());
    return same ? nothing_worse : failures;
}

Exit show(const VectorsFlags& flags, const fs::path& folder) {
    const auto draft = draft_named(flags.draft.empty() ? "11" : flags.draft).id;
    bool found = false;
    for (const auto& path : files_of(folder, flags, draft)) {
        std::ifstream file(path, std::ios::binary);
        const auto done = read(file, [&](const Heading& heading, const Group& group, const Vector& vector) {
            if (vector.id != flags.id) return true;
            found = true;
            auto input = group.shared.is_object() ? group.shared : nlohmann::json::object();
            input.update(vector.input);
            fmt::print("{} of draft {}, {}: {}\n", vector.id, heading.draft, group.name, vector.comment);
            if (!vector.differs_from.empty()) fmt::print("differs by that from {}\n", vector.differs_from);
            fmt::print("expected: {}{}{}\n", name(vector.result), vector.errors.empty() ? "" : " with ",
                       fmt::join(vector.errors, " or "));
            fmt::print("requirements: {}\nflags: {}\n", fmt::join(vector.requirements, " "), fmt::join(vector.flags, " "));
            if (!vector.base.empty()) fmt::print("signature base:\n{}\n", vector.base);
            fmt::print("question: {}\n", nlohmann::json{{"id", 1}, {"op", group.op}, {"draft", heading.draft},
                                                        {"input", input}}.dump());
            if (!vector.output.is_null()) fmt::print("output: {}\n", vector.output.dump(2));
            return false;
        });
        if (!done) stop(bad_usage, fmt::format("{}: {}", path.string(), done.error().message));
    }
    if (!found) stop(bad_usage, fmt::format("draft {} has no vector '{}'", draft, flags.id));
    return nothing_worse;
}

}  // namespace

Exit vectors(const VectorsFlags& flags) {
    const fs::path folder = flags.folder.empty() ? home() / "vectors" : fs::path(flags.folder);
    for (const auto& topic : flags.topics) {
        const auto& known = topic_names();
        if (std::find(known.begin(), known.end(), topic) == known.end()) {
            stop(bad_usage, fmt::format("there is no topic '{}'{}", topic, suggestion(topic, known, 6)));
        }
    }
    if (flags.what == "generate") return generate(flags, folder);
    if (flags.what == "show") return show(flags, folder);
    return run_all(flags, folder);
}

}  // namespace aauth::cli
