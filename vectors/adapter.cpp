#include <algorithm>
#include <cstdint>

#include "harness/json/json.h"
#include "harness/process/process.h"
#include "vectors/implementation.h"

namespace aauth::vectors {

namespace {

constexpr std::size_t longest_line = 4u << 20;  // bytes
constexpr std::size_t most_shown = 600;         // of what an adapter printed

// The end of what it wrote to standard error, where the reason of a crash is.
std::string last_words(const process::Process& process) {
    auto errors = process.errors();
    while (!errors.empty() && (errors.back() == '\n' || errors.back() == '\r')) errors.pop_back();
    if (errors.size() > most_shown) errors = "…" + errors.substr(errors.size() - most_shown);
    return errors.empty() ? std::string() : "; it wrote: " + errors;
}

std::string shown(const std::string& line) {
    return line.size() <= most_shown ? line : line.substr(0, most_shown) + "…";
}

std::vector<std::string> strings(const nlohmann::json& object, std::string_view name) {
    std::vector<std::string> all;
    const auto* found = json::member(object, name);
    if (found == nullptr || !found->is_array()) return all;
    for (const auto& entry : *found) {
        if (entry.is_string()) all.push_back(entry.get<std::string>());
    }
    return all;
}

Result<Adapter::Hello> hello_in(const std::string& line) {
    const auto wrong = [&](const std::string& what) {
        return failure("no_hello", "its first line has to be {\"hello\": {\"name\", \"version\", \"drafts\", \"operations\"}}: " +
                                       what + ": " + shown(line));
    };
    const auto parsed = json::parse_object(line);
    if (!parsed) return wrong(parsed.error().message);
    const auto* hello = json::member(*parsed, "hello");
    if (hello == nullptr || !hello->is_object()) return wrong("there is no object hello");
    Adapter::Hello said{json::string_member(*hello, "name").value_or(""),
                        json::string_member(*hello, "version").value_or(""), strings(*hello, "drafts"),
                        strings(*hello, "operations")};
    if (said.name.empty()) return wrong("it has no name");
    if (said.operations.empty()) return wrong("it has no operations");
    return said;
}

Result<Answer> answer_in(const std::string& line, std::int64_t id) {
    const auto garbage = [&](const std::string& what) {
        return failure("garbage", "the answer is " + what + ": " + shown(line));
    };
    const auto parsed = json::parse_object(line);
    if (!parsed) return garbage("no JSON object (" + parsed.error().message + ")");
    const auto its = json::integer_member(*parsed, "id");
    if (!its) return garbage("without an integer id");
    if (*its != id) {
        return failure("wrong_id", "the answer has the id " + std::to_string(*its) + " instead of " + std::to_string(id));
    }
    Answer answer;
    const auto* unsupported = json::member(*parsed, "unsupported");
    if (unsupported != nullptr && *unsupported == true) return answer;
    const auto result = json::string_member(*parsed, "result").value_or("");
    if (result != "valid" && result != "invalid") return garbage("neither valid, invalid nor unsupported");
    answer.kind = result == "valid" ? Answer::Kind::Valid : Answer::Kind::Invalid;
    answer.error = json::string_member(*parsed, "error").value_or("");
    if (const auto* output = json::member(*parsed, "output")) answer.output = *output;
    return answer;
}

}  // namespace

struct Adapter::State {
    AdapterOptions options;
    std::unique_ptr<process::Process> process;
    Hello hello;
    std::int64_t id = 0;
    int restarts = 0, in_vain = 0;

    Result<void> launch() {
        process::Command command;
        command.arguments = options.command;
        command.directory = options.directory;
        command.output_limit = longest_line;
        auto started = process::Process::start(std::move(command));
        if (!started) return tl::unexpected(started.error());
        process = std::move(*started);
        const auto line = process->read_line(options.start);
        if (!line) {
            return failure("no_hello", "it said nothing within " + std::to_string(options.start.count() / 1000) +
                                           " s of its start (" + line.error().message + ")" + last_words(*process));
        }
        auto said = hello_in(*line);
        if (!said) return tl::unexpected(Error{said.error().code, said.error().message + last_words(*process)});
        hello = std::move(*said);
        return {};
    }

    Result<Answer> exchange(const std::string& question) {
        if (auto written = process->write(question, options.answer); !written) {
            return failure(written.error().code == "timeout" ? "timeout" : "crashed",
                           "it does not read its input (" + written.error().message + ")" + last_words(*process));
        }
        const auto line = process->read_line(options.answer);
        if (line) return answer_in(*line, id);
        if (line.error().code == "timeout") {
            return failure("timeout", "no answer within " + std::to_string(options.answer.count()) + " ms" +
                                          last_words(*process));
        }
        if (line.error().code == "line_too_long") return failure("garbage", "a line of more than 4 MiB");
        const auto exit = process->wait(std::chrono::seconds(1));
        return failure("crashed", "it " + (exit ? process::describe(*exit) : std::string("closed its output")) +
                                      last_words(*process));
    }
};

Adapter::Adapter(std::unique_ptr<State> state) : state_(std::move(state)) {}

Adapter::~Adapter() {
    if (!state_->process) return;
    state_->process->close_input();
    if (!state_->process->wait(std::chrono::seconds(2))) state_->process->stop(std::chrono::milliseconds(200));
}

Result<std::unique_ptr<Adapter>> Adapter::start(AdapterOptions options) {
    auto state = std::make_unique<State>();
    state->options = std::move(options);
    if (auto launched = state->launch(); !launched) return tl::unexpected(launched.error());
    return std::unique_ptr<Adapter>(new Adapter(std::move(state)));
}

const Adapter::Hello& Adapter::hello() const { return state_->hello; }
int Adapter::restarts() const { return state_->restarts; }

std::string Adapter::name() const {
    return state_->hello.name + (state_->hello.version.empty() ? "" : " " + state_->hello.version);
}

bool Adapter::does(std::string_view operation) const {
    const auto& all = state_->hello.operations;
    return std::find(all.begin(), all.end(), operation) != all.end();
}

Result<Answer> Adapter::ask(const protocol::Draft& draft, std::string_view operation, const nlohmann::json& input) {
    if (!state_->process) {
        if (state_->in_vain > state_->options.restarts_in_vain) {
            return failure("gone", "it could not be started again");
        }
        ++state_->restarts;
        if (auto launched = state_->launch(); !launched) {
            ++state_->in_vain;
            state_->process.reset();
            return failure("crashed", "it does not start again: " + launched.error().message);
        }
    }
    const nlohmann::json question{
        {"id", ++state_->id}, {"op", operation}, {"draft", draft.id}, {"input", input}};
    auto answer = state_->exchange(json::dump(question) + "\n");
    if (answer) {
        state_->in_vain = 0;
        return answer;
    }
    state_->process.reset();  // kills it: what it may still say belongs to no question
    return answer;
}

}  // namespace aauth::vectors
