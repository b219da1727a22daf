#include <fmt/format.h>

#include "harness/process/process.h"

namespace aauth::process {

namespace {

// The words of a command line by the quoting rules of the POSIX shell (XCU 2.2), without expansion.
class Splitter {
public:
    explicit Splitter(const std::string& line) : line_(line) {}

    Result<std::vector<std::string>> words() {
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                end_word();
            } else if (c == '\'') {
                if (!single_quoted()) return unclosed(c);
            } else if (c == '"') {
                if (!double_quoted()) return unclosed(c);
            } else if (c == '\\') {
                if (at_ == line_.size()) return failure("bad_command", "the command ends in a backslash");
                if (line_[at_] != '\n') append(line_[at_]);
                ++at_;
            } else {
                append(c);
            }
        }
        end_word();
        if (words_.empty()) return failure("bad_command", "the command is empty");
        return std::move(words_);
    }

private:
    static tl::unexpected<Error> unclosed(char quote) {
        return failure("bad_command", fmt::format("a quote ({}) in the command is not closed", quote));
    }

    void append(char c) {
        word_ += c;
        in_word_ = true;
    }

    void end_word() {
        if (in_word_) words_.push_back(std::move(word_));
        word_.clear();
        in_word_ = false;
    }

    bool single_quoted() {
        const auto end = line_.find('\'', at_);
        if (end == std::string::npos) return false;
        word_ += line_.substr(at_, end - at_);
        in_word_ = true;
        at_ = end + 1;
        return true;
    }

    bool double_quoted() {
        in_word_ = true;
        while (at_ < line_.size()) {
            char c = line_[at_++];
            if (c == '"') return true;
            if (c == '\\' && at_ < line_.size()) {
                const char next = line_[at_];
                if (next == '\n') {
                    ++at_;
                    continue;
                }
                if (next == '"' || next == '\\' || next == '$' || next == '`') {
                    c = next;
                    ++at_;
                }
            }
            word_ += c;
        }
        return false;
    }

    const std::string& line_;
    std::size_t at_ = 0;
    std::vector<std::string> words_;
    std::string word_;
    bool in_word_ = false;  // an empty quoted word is a word
};

}  // namespace

Result<std::vector<std::string>> split(const std::string& line) { return Splitter(line).words(); }

}  // namespace aauth::process
