#pragma once

#include <string>

#include "harness/engine/result.h"
#include "harness/result.h"

namespace aauth::engine {

// The file that gets one JSON line per finished case. Each line is one write to a file opened for appending, so that a
// killed run loses at most the line being written. Not for many threads at once.
class Journal {
public:
    // Creates or, with `keep`, goes on with the file; a torn last line is cut off first. Error "cannot_write".
    static Result<Journal> open(const std::string& path, bool keep);
    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    ~Journal();

    // Error "cannot_write"; the journal is then closed and takes no more.
    Result<void> write(const CaseResult& result);
    // The first line of a new journal: whose run it is. Errors as write().
    Result<void> begin(const std::string& whose);
    // True when the file has no line yet.
    bool empty() const;

private:
    Result<void> append(const std::string& line);
    Journal(int file, std::string path) : file_(file), path_(std::move(path)) {}
    int file_;
    std::string path_;
};

}  // namespace aauth::engine
