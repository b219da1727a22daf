#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/engine/target.h"
#include "harness/http/message.h"
#include "harness/lab/front.h"
#include "harness/lab/lab.h"
#include "harness/result.h"

// The parties of the pairings: other people's programs, each behind a front of ours at a name of the lab.
namespace aauth::interop {

// A peer in one role, with the description that says how it is started.
struct Contender {
    std::string peer, role;
    std::vector<std::string> drafts;
    engine::Target target;
};

// What one party was asked over the wire, and answered.
struct Heard {
    std::string role;        // of the party that was asked
    std::string identifier;  // and its name
    http::Request request;
    http::Response response;
};

// Everything that went through the fronts, in order. Thread-safe, bounded: the oldest go.
class Wire {
public:
    void add(Heard heard);
    // Those that are wanted, oldest first.
    std::vector<Heard> all(const std::function<bool(const Heard&)>& wanted) const;

private:
    static constexpr std::size_t most = 20000;
    mutable std::mutex mutex_;
    std::vector<Heard> heard_;
};

// A server that is running: its identifier, and its description with all places filled in.
struct Running {
    std::string identifier, base;
    engine::Target target;
    std::shared_ptr<void> process;  // stops it
    std::unique_ptr<lab::Front> front;
};

// Starts servers when they are first needed, once for each draft and access server that their description makes a
// difference of ({{draft}}, {{access_server}}), and keeps them until the end. Thread-safe.
class Parties {
public:
    // Starts the program of a description and waits until it is ready; throws an exception that says why not.
    using Launch = std::function<std::shared_ptr<void>(const engine::Target&)>;

    Parties(const lab::Lab& lab, Wire& wire, Launch launch, std::string program);

    // Error "cannot_start" with the reason, the same every time it is asked for.
    Result<const Running*> get(const Contender& contender, const std::string& draft, const std::string& access_server);

    // All that run now.
    std::vector<const Running*> running() const;

private:
    struct Slot {
        std::once_flag once;
        std::optional<Running> running;
        std::string problem;
    };
    void start(Slot& slot, const Contender& contender, const std::string& draft, const std::string& access_server);

    const lab::Lab& lab_;
    Wire& wire_;
    Launch launch_;
    std::string program_;
    mutable std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Slot>> slots_;
};

// Puts values for {{name}} into everything that a description says about how its program is started and reached.
void fill_places(engine::Target& target, const std::map<std::string, std::string>& values);
// Whether the description has the place {{name}} in how its program is started.
bool has_place(const engine::Target& target, const std::string& name);

}  // namespace aauth::interop
