#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "harness/process/launch.h"
#include "harness/process/lines.h"

namespace aauth::process {

// The moment `limit` from now, without overflow.
std::chrono::steady_clock::time_point deadline_after(std::chrono::milliseconds limit);

// One child and its pipes, driven by the io thread. The public members are for other threads.
class Child : public std::enable_shared_from_this<Child> {
public:
    // Starts on the io thread, which lives as long as the program (see README.md).
    static Result<std::shared_ptr<Child>> start(const Command& command);

    int pid() const { return pid_; }
    Result<void> write(std::string_view bytes, std::chrono::milliseconds limit);
    void close_input();

    // To every process of the group. The exited leader is not reaped before `finish`, so the number is still its own.
    void signal_group(int signal) const;
    // A member of the group has not exited.
    bool group_alive() const;
    // Kills the group, reaps the leader, closes the pipes.
    void finish();

    // Guarded by `mutex`; `changed` is told of every change.
    struct Seen {
        std::string output;
        std::string errors;
        Lines lines{0};
        bool output_open = true;
        std::size_t changes = 0;
        std::optional<Exit> exit;  // set when what the child wrote before has been read
    };
    mutable std::mutex mutex;
    std::condition_variable changed;
    Seen seen;

private:
    struct Stream {
        boost::asio::posix::stream_descriptor pipe;
        std::array<char, 65536> buffer;
        bool is_output;
    };

    Child(boost::asio::io_context& io, Launched launched, std::size_t output_limit);
    void read(Stream& stream);
    bool take(Stream& stream, std::size_t size, bool failed);
    void drain(Stream& stream);
    void watch_exit();

    boost::asio::io_context& io_;
    int pid_;
    std::size_t output_limit_;
    boost::asio::posix::stream_descriptor exit_;
    boost::asio::posix::stream_descriptor input_;
    Stream output_;
    Stream errors_;
    std::mutex writing_;
};

}  // namespace aauth::process
