#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.h"

// Programs under test and adapters, on Boost.Process v2: each child in a process group of its own, dead with its
// parent, with no inherited sockets.
namespace aauth::process {

struct Command {
    // [0] is looked up on PATH, or, with a slash in it, taken relative to `directory`.
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;  // added to the parent's
    std::string directory;                           // empty: the parent's
    std::size_t output_limit = 1u << 20;  // bytes kept of stdout and of stderr each; the rest is read and dropped
};

// Splits a shell-like command line: words, single and double quotes, backslash. No expansion: `$`, `|`, `>` and `&&`
// are ordinary characters. Error "bad_command": no words, a quote that is not closed, a backslash at the end.
Result<std::vector<std::string>> split(const std::string& line);

struct Exit {
    int code = 0;               // when it exited
    std::optional<int> signal;  // when it was ended by a signal
};

// "exited with code 3", "was ended by signal 9"
std::string describe(const Exit& exit);

// A running child. Its output is read all the time, so it is never held up by a pipe that nobody empties. All functions
// may be called from any thread.
class Process {
public:
    // Error "cannot_start" with the reason (not found, not executable, no such directory).
    static Result<std::unique_ptr<Process>> start(Command command);
    ~Process();  // kills the group

    int pid() const;
    bool running();
    // Waits until the child exits. Error "timeout".
    Result<Exit> wait(std::chrono::milliseconds limit);
    // SIGTERM to the group, then SIGKILL to what is left of it: at once when the group has ended, or after the grace.
    void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));

    // Writes to standard input and returns when the child's pipe has taken it all. Errors: "closed" when the child no
    // longer reads or has exited, "timeout" when the pipe stayed full (standard input is closed then, as only a part
    // was written).
    Result<void> write(std::string_view bytes, std::chrono::milliseconds limit = std::chrono::seconds(30));
    void close_input();
    // The next line of standard output without its newline. Errors: "timeout"; "closed" when there will be no more;
    // "line_too_long" when a line was dropped because it, or the lines that nobody has read, passed `output_limit`.
    // Reading can go on after "timeout" and "line_too_long".
    Result<std::string> read_line(std::chrono::milliseconds limit);

    std::string output() const;  // of stdout, what was kept (lines taken by read_line included)
    std::string errors() const;  // of stderr

    // Waits until `ready` is true, the child exits (error "exited", its stderr in the message) or the limit passes
    // (error "timeout"). `ready` is asked again whenever the child writes something, and at least every 50 ms.
    Result<void> wait_until(const std::function<bool()>& ready, std::chrono::milliseconds limit);

private:
    struct State;
    explicit Process(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Runs to the end with `input` on standard input, then kills what the child left behind in its group. Errors:
// "cannot_start", "timeout".
struct Finished {
    Exit exit;
    std::string output;
    std::string errors;
};
Result<Finished> run(Command command, std::string_view input, std::chrono::milliseconds limit);

// A TCP port on 127.0.0.1 that was free a moment ago; 0 when there is none.
std::uint16_t free_port();

// SIGKILL to the groups of all running children. Safe in a signal handler: a program that ends by a signal calls it
// first, because only direct children die with their parent by themselves, their own children do not.
void kill_all() noexcept;

}  // namespace aauth::process
