#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "harness/process/descriptor.h"

namespace aauth::process {

// For tests: a directory of its own with a named pipe, by which a test waits for what other processes do.
class Fifo {
public:
    Fifo() {
        std::string pattern = "/tmp/aauth-process-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) std::abort();
        directory_ = pattern;
        path_ = directory_ + "/fifo";
        if (::mkfifo(path_.c_str(), 0600) != 0) std::abort();
    }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;
    ~Fifo() {
        ::unlink(path_.c_str());
        ::rmdir(directory_.c_str());
    }

    const std::string& path() const { return path_; }

    // Waits until somebody has opened it for writing and written a first line. True when that came.
    bool wait_for_line() {
        reader_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        char c = '\0';
        while (::read(reader_.get(), &c, 1) == 1) {
            if (c == '\n') return true;
        }
        return false;
    }

    // Waits until everybody who had it open for writing has closed it or is dead. True when nothing more was written.
    bool wait_for_end() {
        char c = '\0';
        return ::read(reader_.get(), &c, 1) == 0;
    }

private:
    std::string directory_;
    std::string path_;
    Descriptor reader_;
};

}  // namespace aauth::process
