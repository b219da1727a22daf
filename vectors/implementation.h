#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/draft.h"
#include "vectors/judge.h"

namespace aauth::vectors {

// Something that vectors are run through.
class Implementation {
public:
    virtual ~Implementation() = default;

    virtual std::string name() const = 0;
    // Operations and drafts that it says it has; an empty list: all.
    virtual bool does(std::string_view operation) const = 0;
    // What it says of an input. An error is no answer: what went wrong is in its code ("crashed", "timeout", "garbage",
    // "wrong_id", "gone"), and the next question may be asked, unless it is "gone".
    virtual Result<Answer> ask(const protocol::Draft& draft, std::string_view operation, const nlohmann::json& input) = 0;
};

// Our own code, in this process.
std::unique_ptr<Implementation> in_process();

struct AdapterOptions {
    std::vector<std::string> command;
    std::string directory;                               // empty: where we are
    std::chrono::milliseconds start{30000};              // for the hello line
    std::chrono::milliseconds answer{10000};             // for each answer
    int restarts_in_vain = 3;                            // starts in a row that end without an answer, then it is gone
};

// A program that speaks the adapter protocol (README.md). One that crashes, hangs, prints something else than its
// answer, or answers another question is started anew, and the question that did it has an error for its answer.
class Adapter : public Implementation {
public:
    // Error: "cannot_start", "no_hello" (with what it printed instead).
    static Result<std::unique_ptr<Adapter>> start(AdapterOptions options);
    ~Adapter() override;

    struct Hello {
        std::string name, version;
        std::vector<std::string> drafts, operations;
    };
    const Hello& hello() const;
    int restarts() const;  // so far

    std::string name() const override;
    bool does(std::string_view operation) const override;
    Result<Answer> ask(const protocol::Draft& draft, std::string_view operation, const nlohmann::json& input) override;

private:
    struct State;
    explicit Adapter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace aauth::vectors
