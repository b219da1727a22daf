#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace aauth::cli {

// While one lives, SIGINT and SIGTERM call `interrupted`, which is to end the program, on a thread of its own. Has to
// be made before other threads are, because they inherit its signal mask. A second signal ends the program at once.
class WhenInterrupted {
public:
    explicit WhenInterrupted(std::function<void()> interrupted);
    ~WhenInterrupted();
    WhenInterrupted(const WhenInterrupted&) = delete;
    WhenInterrupted& operator=(const WhenInterrupted&) = delete;

private:
    void wait();

    std::function<void()> interrupted_;
    sigset_t signals_{}, before_{};
    enum class State { Waiting, Interrupted, Over };
    std::atomic<State> state_{State::Waiting};
    std::thread thread_;
};

}  // namespace aauth::cli
