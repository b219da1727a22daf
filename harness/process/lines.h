#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace aauth::process {

// Cuts a stream into lines and holds those that nobody has taken yet, up to a limit in bytes. A line that does not fit
// is dropped; one mark stands for any number of dropped lines in a row.
class Lines {
public:
    explicit Lines(std::size_t limit) : limit_(limit) {}

    void add(std::string_view bytes);
    // The stream has ended: what came after the last newline is a line too.
    void end();

    bool empty() const { return ready_.empty(); }
    // The next line without its newline; nothing where lines were dropped. Only when not empty.
    std::optional<std::string> take();

private:
    void extend(std::string_view bytes);
    void finish();

    std::size_t limit_;
    std::size_t held_ = 0;  // bytes in ready_ and partial_, with what a line costs beside its characters
    std::deque<std::optional<std::string>> ready_;
    std::string partial_;
    bool dropping_ = false;  // until the next newline
};

}  // namespace aauth::process
