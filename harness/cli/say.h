#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aauth::cli {

// What the program ends with.
enum Exit { nothing_worse = 0, failures = 1, bad_usage = 2, trouble = 3 };

// Thrown to end a command: one sentence for standard error that says what to do, and the exit code.
struct Stopped {
    Exit code;
    std::string message;
};
[[noreturn]] void stop(Exit code, std::string message);

// The candidates that somebody may have meant, the closest first: at most `most`, none that is far off.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t most = 1);
// " (did you mean A, B or C?)" or nothing.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates, std::size_t most = 1);

// How the program was called, for commands that a reader may copy: "./conform" or "aauth-conform".
std::string program_name();
// A word of a shell command, quoted where needed.
std::string quoted(const std::string& word);

bool colour_wanted();          // standard output is a terminal and NO_COLOR is not set
std::size_t terminal_width();  // columns of standard output; 100 when it is no terminal
bool errors_on_terminal();     // standard error is one: a progress line can be shown there

}  // namespace aauth::cli
