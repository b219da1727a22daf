#pragma once

#include <string>

namespace aauth::suites::ag {

// A file that only its owner may read, gone with this. HarnessError when it cannot be written.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& text);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace aauth::suites::ag
