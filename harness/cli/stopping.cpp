#include "harness/cli/stopping.h"

#include <utility>

namespace aauth::cli {

WhenInterrupted::WhenInterrupted(std::function<void()> interrupted) : interrupted_(std::move(interrupted)) {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    thread_ = std::thread([this] { wait(); });
}

WhenInterrupted::~WhenInterrupted() {
    // Whoever comes first decides: when a signal did, the program ends in join().
    State expected = State::Waiting;
    if (state_.compare_exchange_strong(expected, State::Over)) pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void WhenInterrupted::wait() {
    int signal = 0;
    while (sigwait(&signals_, &signal) != 0) {
    }
    State expected = State::Waiting;
    if (!state_.compare_exchange_strong(expected, State::Interrupted)) return;
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    interrupted_();
}

}  // namespace aauth::cli
