#include "suites/agent/temporary_file.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "harness/engine/case.h"

namespace aauth::suites::ag {

TemporaryFile::TemporaryFile(const std::string& text)
    : path_((std::filesystem::temp_directory_path() / "aauth-conform-XXXXXX").string()) {
    const int file = ::mkstemp(path_.data());
    const bool written = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) ::close(file);
    if (!written) throw engine::HarnessError{"a file for the agent cannot be written: " + path_};
}

TemporaryFile::~TemporaryFile() { ::unlink(path_.c_str()); }

}  // namespace aauth::suites::ag
