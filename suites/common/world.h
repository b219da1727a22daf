#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/engine/requirement.h"
#include "harness/engine/target.h"
#include "harness/http/client.h"
#include "harness/protocol/draft.h"
#include "harness/protocol/identifiers.h"
#include "harness/protocol/metadata.h"
#include "harness/result.h"
#include "mocks/network.h"

namespace aauth::mocks {

class AccessServer;
class AgentProvider;
class Party;
struct PartyOptions;
class PersonServer;
class Resource;

}  // namespace aauth::mocks

namespace aauth::lab {
class Lab;
}
namespace aauth::suites {

// The requirement set of a draft, as it is built into the program. Throws std::logic_error for a broken one.
const engine::Catalogue& catalogue(const protocol::Draft& draft);

// What the cases of one run share: the target, the draft, and the parties that we play. Thread-safe; parties that a case
// makes for itself live as long as the world.
class World {
public:
    // Starts our parties, makes the target know them, and reads its metadata. Errors: "unreachable" (with what to do),
    // "bad_target", "bad_hook".
    static Result<std::unique_ptr<World>> start(engine::Target target);
    ~World();

    const engine::Target& target() const { return target_; }
    const protocol::Draft& draft() const { return *draft_; }
    const engine::Catalogue& requirements() const { return catalogue(*draft_); }
    protocol::Reach reach() const { return reach_; }
    mocks::Network& network() { return network_; }
    std::int64_t now() const { return network_.now(); }

    // The target's server identifier, and a URL below it.
    const std::string& identifier() const { return identifier_; }
    http::Url url(std::string_view text) const;  // absolute or relative to the identifier; HarnessError when malformed

    // The target's metadata and JWKS as they were read at the start; null when they could not be had.
    const nlohmann::json& metadata() const { return *metadata_; }
    const std::string& metadata_problem() const { return metadata_problem_; }
    std::string endpoint(std::string_view member) const;  // of the metadata; empty when absent
    // A feature is there when the target declares it, or its metadata has a member of that name, and it is not listed as
    // unsupported.
    bool has(std::string_view feature) const;

    // The parties we play. The target knows all of them.
    mocks::AgentProvider& agent_provider() { return *agent_provider_; }
    mocks::Resource& resource() { return *resource_; }
    mocks::PersonServer& person_server() { return *person_server_; }
    mocks::AccessServer& access_server() { return *access_server_; }

    // Further ones with names and keys of their own, for cases that need an issuer with odd documents or of another
    // name. They are not known to the target until trust() is called, where the target needs to be told.
    mocks::AgentProvider& another_agent_provider(crypto::Algorithm algorithm = crypto::Algorithm::Ed25519);
    mocks::Resource& another_resource(crypto::Algorithm algorithm = crypto::Algorithm::Ed25519);
    mocks::PersonServer& another_person_server(crypto::Algorithm algorithm = crypto::Algorithm::Ed25519);
    mocks::AccessServer& another_access_server(crypto::Algorithm algorithm = crypto::Algorithm::Ed25519);
    // Tells the target of an issuer, with its documents as it publishes them or as given (JSON text).
    void trust(mocks::Party& party, std::string metadata = {}, std::string jwks = {});

    // True when the target looks our documents up itself, so that what we publish is what it reads.
    bool discovers() const { return !target_.trust.given() || has("discovery"); }

    // Says where one more party in this role is to be: its identifier, where it listens, how it is reached. By the names
    // of the description, else in a lab by a fresh name of the lab, else by its address on loopback. When start() finds
    // the place in use, the next call gives another.
    void place(std::string_view role, mocks::PartyOptions& options);
    // Where a party of ours is served without TLS. HarnessError when it cannot be.
    std::string in_clear(mocks::Party& party);

    // How a client of ours reaches the target's world.
    http::ClientOptions client_options() const;
    // What `ask` gives, asked once in this run for this key: for controls that many cases share.
    std::string once(const std::string& key, const std::function<std::string()>& ask);

    // Calls a hook of the target; gives what it answered: the response's body, or what the command printed. HarnessError
    // when it fails.
    std::string call(const engine::Hook& hook, const std::map<std::string, std::string>& values);
    // A hook of the target by its name in `hooks`; nullptr when the target has none of that name.
    const engine::Hook* hook(std::string_view name) const;

    // Lets so many seconds pass, for the target too: at once where it has the hook "advance" ({{seconds}}), else by
    // waiting. For slow cases.
    void pass(std::int64_t seconds);

    // Sentences for the head of the report.
    std::vector<std::string> notes() const;

private:
    explicit World(engine::Target target);
    Result<void> begin();
    template <class PartyType, class Options>
    PartyType& add(std::string_view role, std::vector<std::unique_ptr<PartyType>>& kept, Options options,
                   crypto::Algorithm algorithm);
    std::string name_for(std::string_view role);

    engine::Target target_;
    const protocol::Draft* draft_ = nullptr;
    protocol::Reach reach_ = protocol::Reach::Loopback;
    const lab::Lab* lab_ = nullptr;  // where our parties have its names
    std::string identifier_;
    mocks::Network network_;
    std::string tag_;
    std::unique_ptr<nlohmann::json> metadata_;
    std::string metadata_problem_;
    std::mutex mutex_;
    std::mutex hook_mutex_;
    std::map<std::string, int> counts_;
    struct Once {
        std::once_flag flag;
        std::string given;
    };
    std::map<std::string, std::shared_ptr<Once>> once_;
    std::unique_ptr<nlohmann::json> trusted_;
    std::vector<std::unique_ptr<mocks::AgentProvider>> agent_providers_;
    std::vector<std::unique_ptr<mocks::Resource>> resources_;
    std::vector<std::unique_ptr<mocks::PersonServer>> person_servers_;
    std::vector<std::unique_ptr<mocks::AccessServer>> access_servers_;
    mocks::AgentProvider* agent_provider_ = nullptr;
    mocks::Resource* resource_ = nullptr;
    mocks::PersonServer* person_server_ = nullptr;
    mocks::AccessServer* access_server_ = nullptr;
};

}  // namespace aauth::suites
