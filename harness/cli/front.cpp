#include "harness/lab/front.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "harness/cli/commands.h"
#include "harness/lab/lab.h"

namespace aauth::cli {

Exit front(const FrontFlags& flags) {
    const auto* here = lab::current();
    if (here == nullptr) {
        stop(bad_usage, fmt::format("the names are those of a lab: start this in one ('{} lab -- ...') or with --lab",
                                    program_name()));
    }
    // Before the fronts' threads are there, so that none of them takes the signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    std::vector<std::unique_ptr<lab::Front>> fronts;
    for (const auto& pair : flags.pairs) {
        const auto middle = pair.find('=');
        const auto name = lab::find_name(std::string_view(pair).substr(0, middle));
        if (middle == std::string::npos || !name) {
            stop(bad_usage, fmt::format("a front is a name of the lab and where its server listens, such as "
                                        "https://ps.aauth.test=http://127.0.0.1:9000, and not '{}'",
                                        pair));
        }
        auto started = lab::Front::start(*here, *name, pair.substr(middle + 1));
        if (!started) stop(started.error().code == "bad_base" ? bad_usage : trouble, started.error().message);
        fronts.push_back(std::move(*started));
        fmt::print("{} stands for {}\n", name->identifier(), pair.substr(middle + 1));
    }
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    return nothing_worse;
}

}  // namespace aauth::cli
