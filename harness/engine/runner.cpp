#include "harness/engine/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "harness/engine/bounds.h"
#include "harness/engine/journal.h"
#include "harness/engine/selection.h"

namespace aauth::engine {

namespace {

using Clock = std::chrono::steady_clock;

bool opens_the_way(Verdict verdict) { return verdict == Verdict::Pass || verdict == Verdict::Warn; }

void add_once(std::vector<std::string>& list, const std::string& item) {
    if (!item.empty() && std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

// What the case says by its name, before anything is known of how it went.
CaseResult blank_result(const Case& experiment, const RunOptions& options) {
    CaseResult result;
    result.id = experiment.id;
    result.title = experiment.title;
    result.suite = experiment.suite;
    result.area = experiment.area;
    result.explanation = experiment.explanation;
    for (const Covered& covered : experiment.covers) add_once(result.requirements, covered.requirement);
    if (options.reproduce) result.reproduce = options.reproduce(experiment);
    return result;
}

void end_with(CaseResult& result, Verdict verdict, std::string reason) {
    result.verdict = verdict;
    result.reason = bounded(std::move(reason), check_text_limit);
}

// A MUST that was seen broken stays broken, whatever ended the case afterwards.
void end_early(CaseResult& result, const Record& record, Verdict verdict, const std::string& reason) {
    if (!record.checks().empty() && record.verdict() == Verdict::Fail) {
        end_with(result, Verdict::Fail, record.reason() + " (the case then ended early: " + reason + ")");
    } else {
        end_with(result, verdict, reason);
    }
}

// By the checks. What a deadline that passed may have spoiled is no failure of the target.
void end_by_checks(CaseResult& result, const Record& record, std::chrono::milliseconds deadline) {
    const Verdict verdict = record.verdict();
    if ((verdict == Verdict::Fail || verdict == Verdict::Warn) && record.remaining().count() == 0) {
        end_with(result, Verdict::Error,
                 fmt::format("the case took longer than its {} s: {}", static_cast<double>(deadline.count()) / 1000.0,
                             record.reason()));
    } else {
        end_with(result, verdict, record.reason());
    }
}

void perform(const Case& experiment, const RunOptions& options, CaseResult& result) {
    const auto started = Clock::now();
    const auto deadline = experiment.slow ? options.slow_case_deadline : options.case_deadline;
    Record record(started + deadline);
    try {
        if (!experiment.run) throw HarnessError{"the case has nothing to run"};
        experiment.run(record);
        end_by_checks(result, record, deadline);
    } catch (const Stop&) {
        end_by_checks(result, record, deadline);
    } catch (const Skip& skip) {
        end_early(result, record, Verdict::Skip, skip.reason);
    } catch (const Blocked& blocked) {
        end_early(result, record, Verdict::Blocked, blocked.reason);
    } catch (const HarnessError& error) {
        end_early(result, record, Verdict::Error, error.reason);
    } catch (const std::exception& exception) {
        end_with(result, Verdict::Error, std::string("unexpected: ") + exception.what());
    } catch (...) {
        end_with(result, Verdict::Error, "unexpected: an exception that has no text");
    }
    result.checks = record.checks();
    result.exchanges = std::move(record.exchanges());
    bound(result.exchanges);
    for (const Check& check : result.checks) add_once(result.requirements, check.requirement);
    result.elapsed_us = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started).count();
}

// The run under way: who waits, who runs, who is done.
class Schedule {
public:
    Schedule(std::vector<Chosen> chosen, const RunOptions& options, std::optional<Journal> journal)
        : chosen_(std::move(chosen)),
          options_(options),
          journal_(std::move(journal)),
          states_(chosen_.size()),
          results_(chosen_.size()) {}

    // Takes over a result of an earlier run.
    void take_over(std::size_t at, CaseResult result) {
        results_[at] = std::move(result);
        states_[at] = State::Done;
    }

    std::vector<CaseResult> run() {
        run_together();
        run_alone();
        if (broken_) std::rethrow_exception(broken_);
        return std::move(results_);
    }

    const std::vector<Chosen>& chosen() const { return chosen_; }

private:
    enum class State { Waiting, Running, Done };

    // Slow cases mostly wait, so that each has a worker of its own (up to a bound): they never keep the others from
    // running, and together take as long as the longest of them.
    void run_together() {
        std::size_t slow = 0, quick = 0;
        for (std::size_t i = 0; i < chosen_.size(); ++i)
            if (!chosen_[i].alone && states_[i] == State::Waiting) ++(has_time(i) ? slow : quick);
        const std::size_t threads = std::max(options_.threads, 1u);
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < std::min(slow, most_waiting); ++i) workers.emplace_back([this] { work(true); });
        for (std::size_t i = 0; i < std::min(quick, threads); ++i) workers.emplace_back([this] { work(false); });
    }

    static constexpr std::size_t most_waiting = 64;

    bool has_time(std::size_t at) const { return chosen_[at].experiment->slow && options_.slow; }

    void work(bool slow) {
        while (const auto at = next(slow)) run_one(*at);
    }

    // Waits for a case whose prerequisites are done; nothing when no more will come.
    std::optional<std::size_t> next(bool slow) {
        std::unique_lock lock(mutex_);
        while (true) {
            bool more = false;
            for (std::size_t i = 0; i < chosen_.size(); ++i) {
                if (chosen_[i].alone || has_time(i) != slow || states_[i] != State::Waiting) continue;
                more = true;
                if (!is_ready(i)) continue;
                states_[i] = State::Running;
                return i;
            }
            if (!more) return std::nullopt;
            changed_.wait(lock);
        }
    }

    bool is_ready(std::size_t at) const {
        if (!chosen_[at].wrong.empty()) return true;
        return std::all_of(chosen_[at].after.begin(), chosen_[at].after.end(),
                           [&](std::size_t before) { return states_[before] == State::Done; });
    }

    void run_alone() {
        bool progress = true;
        while (progress) {
            progress = false;
            for (std::size_t i = 0; i < chosen_.size(); ++i) {
                if (states_[i] != State::Waiting || !is_ready(i)) continue;
                states_[i] = State::Running;
                run_one(i);
                progress = true;
            }
        }
    }

    void run_one(std::size_t at) {
        const Chosen& one = chosen_[at];
        CaseResult result = blank_result(*one.experiment, options_);
        if (!one.wrong.empty()) {
            end_with(result, Verdict::Error, one.wrong);
        } else if (one.experiment->slow && !options_.slow) {
            end_with(result, Verdict::Skip, std::string(slow_case_left_out));
        } else if (const auto obstacle = what_blocks(at)) {
            end_with(result, obstacle->verdict, obstacle->reason);
        } else {
            perform(*one.experiment, options_, result);
        }
        finish(at, std::move(result));
    }

    struct Obstacle {
        Verdict verdict;
        std::string reason;
    };

    // A prerequisite that does not apply means that this case does not apply either.
    std::optional<Obstacle> what_blocks(std::size_t at) {
        const std::scoped_lock lock(mutex_);
        for (const std::size_t before : chosen_[at].after) {
            const CaseResult& result = results_[before];
            if (opens_the_way(result.verdict)) continue;
            return Obstacle{result.verdict == Verdict::Skip ? Verdict::Skip : Verdict::Blocked,
                            fmt::format("{} did not pass ({}{}{})", result.id, name(result.verdict),
                                        result.reason.empty() ? "" : ": ", result.reason)};
        }
        if (chosen_[at].blocked.empty()) return std::nullopt;
        return Obstacle{Verdict::Blocked, chosen_[at].blocked};
    }

    void finish(std::size_t at, CaseResult result) {
        {
            const std::scoped_lock lock(reporting_);
            if (journal_) {
                const auto written = journal_->write(result);
                if (!written) std::cerr << "The journal ends here: " << written.error().message << '\n';
            }
            try {
                if (options_.on_finished) options_.on_finished(result);
            } catch (...) {
                if (!broken_) broken_ = std::current_exception();
            }
        }
        {
            const std::scoped_lock lock(mutex_);
            results_[at] = std::move(result);
            states_[at] = State::Done;
        }
        changed_.notify_all();
    }

    const std::vector<Chosen> chosen_;
    const RunOptions& options_;
    std::optional<Journal> journal_;
    std::mutex reporting_;  // journal and on_finished
    std::exception_ptr broken_;
    std::mutex mutex_;  // what follows
    std::condition_variable changed_;
    std::vector<State> states_;
    std::vector<CaseResult> results_;
};

}  // namespace

Result<std::vector<CaseResult>> run(const std::vector<Case>& cases, const RunOptions& options) {
    std::map<std::string, CaseResult> earlier;
    std::optional<Journal> journal;
    if (!options.journal.empty()) {
        if (options.resume && std::filesystem::exists(options.journal)) {
            const std::string other = journal_of(options.journal);
            if (!other.empty() && other != options.whose) {
                return failure("other_run", fmt::format("the journal {} is of another run ({}); this one is {}",
                                                        options.journal, other, options.whose));
            }
            auto results = read_journal(options.journal);
            if (!results) return tl::unexpected(results.error());
            for (CaseResult& result : *results) earlier[result.id] = std::move(result);
        }
        auto opened = Journal::open(options.journal, options.resume);
        if (!opened) return tl::unexpected(opened.error());
        journal.emplace(std::move(*opened));
        if (!options.whose.empty() && journal->empty()) {
            if (auto begun = journal->begin(options.whose); !begun) return tl::unexpected(begun.error());
        }
    }

    Schedule schedule(choose(cases, options), options, std::move(journal));
    for (std::size_t i = 0; i < schedule.chosen().size(); ++i) {
        const auto found = earlier.find(schedule.chosen()[i].experiment->id);
        if (found != earlier.end()) schedule.take_over(i, std::move(found->second));
    }
    return schedule.run();
}

}  // namespace aauth::engine
