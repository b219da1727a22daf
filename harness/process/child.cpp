#include "harness/process/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

namespace aauth::process {

namespace asio = boost::asio;

namespace {

// The thread that starts all children and serves their pipes. It is never ended: children die with the thread that
// started them.
class IoThread {
public:
    static IoThread& get() {
        static IoThread& only = *new IoThread;
        return only;
    }

    asio::io_context& context() { return context_; }

private:
    IoThread() {
        // Signals are for the program's other threads; SIGPIPE, blocked here, becomes EPIPE.
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        std::thread([this] { context_.run(); }).detach();
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
};

// The groups that kill_all ends. A child beyond the last place is only ended by its own Process.
std::array<std::atomic<int>, 1024> running_groups;
static_assert(std::atomic<int>::is_always_lock_free);

void replace_group(int from, int to) {
    for (auto& group : running_groups) {
        int expected = from;
        if (group.compare_exchange_strong(expected, to)) return;
    }
}

// State letter and process group from /proc/PID/stat, whose second field is a name that may contain anything.
bool is_live_member(const std::filesystem::path& stat, int group) {
    std::ifstream file(stat);
    std::string text;
    std::getline(file, text, '\0');
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return false;
    std::istringstream fields(text.substr(name_end + 1));
    char state = 'X';
    int parent = 0;
    int its_group = 0;
    fields >> state >> parent >> its_group;
    return its_group == group && state != 'Z' && state != 'X';
}

Exit exit_from(const siginfo_t& info) {
    Exit exit;
    if (info.si_code == CLD_EXITED) {
        exit.code = info.si_status;
    } else {
        exit.signal = info.si_status;
    }
    return exit;
}

void keep(std::string& kept, std::string_view bytes, std::size_t limit) {
    kept += bytes.substr(0, limit - std::min(limit, kept.size()));
}

}  // namespace

void kill_all() noexcept {
    for (auto& group : running_groups) {
        const int id = group.load();
        if (id > 0) ::kill(-id, SIGKILL);
    }
}

std::chrono::steady_clock::time_point deadline_after(std::chrono::milliseconds limit) {
    return std::chrono::steady_clock::now() + std::min<std::chrono::milliseconds>(limit, std::chrono::hours(24 * 365));
}

Child::Child(asio::io_context& io, Launched launched, std::size_t output_limit)
    : io_(io),
      pid_(launched.pid),
      output_limit_(output_limit),
      exit_(io, launched.exit.release()),
      input_(io, launched.input.release()),
      output_{asio::posix::stream_descriptor(io, launched.output.release()), {}, true},
      errors_{asio::posix::stream_descriptor(io, launched.errors.release()), {}, false} {
    seen.lines = Lines(output_limit);
    replace_group(0, pid_);
}

Result<std::shared_ptr<Child>> Child::start(const Command& command) {
    auto& io = IoThread::get().context();
    std::promise<Result<std::shared_ptr<Child>>> promise;
    auto future = promise.get_future();
    asio::post(io, [&] {
        try {
            auto launched = launch(command);
            if (!launched) {
                promise.set_value(tl::unexpected(launched.error()));
                return;
            }
            std::shared_ptr<Child> child(new Child(io, std::move(*launched), command.output_limit));
            child->output_.pipe.non_blocking(true);
            child->errors_.pipe.non_blocking(true);
            child->read(child->output_);
            child->read(child->errors_);
            child->watch_exit();
            promise.set_value(std::move(child));
        } catch (...) {
            promise.set_exception(std::current_exception());
        }
    });
    return future.get();
}

void Child::read(Stream& stream) {
    stream.pipe.async_read_some(asio::buffer(stream.buffer),
                                [self = shared_from_this(), &stream](const auto& error, std::size_t size) {
                                    if (self->take(stream, size, static_cast<bool>(error))) self->read(stream);
                                });
}

// Keeps what is in the stream's buffer. False at the end of the stream.
bool Child::take(Stream& stream, std::size_t size, bool failed) {
    {
        const std::lock_guard lock(mutex);
        const std::string_view bytes(stream.buffer.data(), size);
        keep(stream.is_output ? seen.output : seen.errors, bytes, output_limit_);
        if (stream.is_output) {
            seen.lines.add(bytes);
            if (failed && seen.output_open) {
                seen.lines.end();
                seen.output_open = false;
            }
        }
        ++seen.changes;
    }
    changed.notify_all();
    return !failed;
}

// Reads what the child wrote before it exited: no more than the pipe can hold, because others may still write to it.
void Child::drain(Stream& stream) {
    const int capacity = std::max(::fcntl(stream.pipe.native_handle(), F_GETPIPE_SZ), 1 << 16);
    for (std::size_t total = 0; total < static_cast<std::size_t>(capacity);) {
        boost::system::error_code error;
        const auto size = stream.pipe.read_some(asio::buffer(stream.buffer), error);
        if (error == asio::error::would_block || error == asio::error::try_again) return;
        if (!take(stream, size, static_cast<bool>(error))) return;
        total += size;
    }
}

void Child::watch_exit() {
    exit_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](const auto& error) {
        if (error) return;
        siginfo_t info = {};
        if (::waitid(P_PID, static_cast<id_t>(self->pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;
        if (info.si_pid == 0) return self->watch_exit();
        self->drain(self->output_);
        self->drain(self->errors_);
        {
            const std::lock_guard lock(self->mutex);
            self->seen.exit = exit_from(info);
            ++self->seen.changes;
        }
        self->changed.notify_all();
    });
}

Result<void> Child::write(std::string_view bytes, std::chrono::milliseconds limit) {
    struct Writing {
        std::string bytes;
        std::optional<boost::system::error_code> result;
    };
    const std::lock_guard one_at_a_time(writing_);
    const auto deadline = deadline_after(limit);
    auto writing = std::make_shared<Writing>(Writing{std::string(bytes), {}});
    asio::post(io_, [self = shared_from_this(), writing] {
        asio::async_write(self->input_, asio::buffer(writing->bytes), [self, writing](const auto& error, std::size_t) {
            {
                const std::lock_guard lock(self->mutex);
                writing->result = error;
            }
            self->changed.notify_all();
        });
    });
    {
        std::unique_lock lock(mutex);
        changed.wait_until(lock, deadline, [&] { return writing->result || seen.exit; });
        if (writing->result && !*writing->result) return {};
        if (writing->result || seen.exit) return failure("closed", "the program no longer reads its standard input");
    }
    close_input();
    return failure("timeout", "the program did not read its standard input in time");
}

void Child::close_input() {
    asio::post(io_, [self = shared_from_this()] {
        boost::system::error_code ignored;
        self->input_.close(ignored);
    });
}

void Child::signal_group(int signal) const { ::kill(-pid_, signal); }

bool Child::group_alive() const {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const auto name = entry.path().filename().native();
        const bool is_process = std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (is_process && is_live_member(entry.path() / "stat", pid_)) return true;
    }
    return false;
}

void Child::finish() {
    signal_group(SIGKILL);
    {
        // A killed process can stay for a while only in an uninterruptible system call.
        std::unique_lock lock(mutex);
        changed.wait_until(lock, deadline_after(std::chrono::seconds(5)), [&] { return seen.exit.has_value(); });
    }
    replace_group(pid_, 0);
    ::waitpid(pid_, nullptr, WNOHANG);
    asio::post(io_, [self = shared_from_this()] {
        boost::system::error_code ignored;
        self->exit_.close(ignored);
        self->input_.close(ignored);
        self->output_.pipe.close(ignored);
        self->errors_.pipe.close(ignored);
    });
}

}  // namespace aauth::process
