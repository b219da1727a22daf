#include "harness/engine/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "harness/engine/runner.h"
#include "harness/json/json.h"

namespace aauth::engine {

namespace {

tl::unexpected<Error> cannot(const char* code, const std::string& path, int error) {
    return failure(code, fmt::format("{}: {}", path, std::strerror(error)));
}

// Where the last whole line ends.
Result<off_t> end_of_lines(int file, const std::string& path) {
    off_t at = ::lseek(file, 0, SEEK_END);
    if (at < 0) return cannot("cannot_write", path, errno);
    char block[4096];
    while (at > 0) {
        const off_t start = at > off_t{sizeof block} ? at - off_t{sizeof block} : 0;
        const ssize_t got = ::pread(file, block, static_cast<std::size_t>(at - start), start);
        if (got <= 0) return cannot("cannot_write", path, got < 0 ? errno : EIO);
        for (ssize_t i = got; i > 0; --i)
            if (block[i - 1] == '\n') return start + i;
        at = start;
    }
    return off_t{0};
}

}  // namespace

Result<Journal> Journal::open(const std::string& path, bool keep) {
    const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (keep ? 0 : O_TRUNC);
    const int file = ::open(path.c_str(), flags, 0600);
    if (file < 0) return cannot("cannot_write", path, errno);
    Journal journal(file, path);
    if (keep) {
        const auto end = end_of_lines(file, path);
        if (!end) return tl::unexpected(end.error());
        if (::ftruncate(file, *end) != 0) return cannot("cannot_write", path, errno);
    }
    return journal;
}

Journal::Journal(Journal&& other) noexcept : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)) {}

Journal::~Journal() {
    if (file_ >= 0) ::close(file_);
}

Result<void> Journal::write(const CaseResult& result) {
    if (file_ < 0) return {};
    return append(json::dump(to_json(result)) + "\n");
}

Result<void> Journal::begin(const std::string& whose) { return append(json::dump({{"journal", whose}}) + "\n"); }

bool Journal::empty() const { return file_ < 0 || ::lseek(file_, 0, SEEK_END) == 0; }

Result<void> Journal::append(const std::string& line) {
    std::string_view left = line;
    while (!left.empty()) {
        const ssize_t written = ::write(file_, left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            const int error = errno;
            ::close(std::exchange(file_, -1));
            return cannot("cannot_write", path_, error);
        }
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::string journal_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string line;
    if (!std::getline(file, line)) return {};
    const auto document = json::parse_object(line);
    return document ? json::string_member(*document, "journal").value_or("") : std::string();
}

Result<std::vector<CaseResult>> read_journal(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return cannot("cannot_read", path, errno);
    std::ostringstream content;
    if (file.peek() != std::ifstream::traits_type::eof()) content << file.rdbuf();
    if (file.bad()) return cannot("cannot_read", path, EIO);
    const std::string text = std::move(content).str();

    std::vector<CaseResult> results;
    std::map<std::string, std::size_t> seen;
    std::size_t line_number = 0;
    for (std::string_view left = text; left.find('\n') != std::string_view::npos;) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(line.size() + 1);
        ++line_number;
        if (line.empty()) continue;
        const auto document = json::parse(line, {.bytes = 256u << 20, .depth = 64});
        if (document && document->is_object() && document->contains("journal")) continue;
        const auto result = document ? case_result_from_json(*document) : tl::unexpected(document.error());
        if (!result) {
            return failure("bad_result", fmt::format("{}, line {}: {}", path, line_number, result.error().message));
        }
        const auto [place, is_new] = seen.emplace(result->id, results.size());
        if (is_new) {
            results.push_back(*result);
        } else {
            results[place->second] = *result;
        }
    }
    return results;
}

}  // namespace aauth::engine
