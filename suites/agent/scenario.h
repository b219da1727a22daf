#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/http/handshake.h"
#include "harness/http/test_ca.h"
#include "harness/httpsig/base.h"
#include "harness/jose/jwt.h"
#include "harness/protocol/tokens.h"
#include "mocks/access_server.h"
#include "mocks/agent_provider.h"
#include "mocks/network.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "mocks/scenario.h"
#include "suites/agent/temporary_file.h"
#include "suites/common/test.h"

// The vocabulary of agent cases: the parties around the agent, what it is told to do, what arrived, and what it said.
namespace aauth::suites::ag {

// How the parties around the agent are set up in one case. Draft, identifier and reach are filled in.
struct Setting {
    mocks::ResourceOptions resource = {};
    mocks::PersonServerOptions person_server = {};
    bool has_person_server = true;       // the agent has one
    mocks::TokenEdit agent_token = {};   // changes the agent token
    crypto::Algorithm algorithm = crypto::Algorithm::Ed25519;  // of the agent's key
    std::int64_t deadline = 15;          // seconds that the agent has; slow cases give it more
    // The resource speaks TLS, these versions alone; cases with it are skipped where the resource has no name.
    std::optional<std::pair<http::TlsVersion, http::TlsVersion>> tls = {};
};
// A resource, or a person server, with these faults.
Setting odd_resource(protocol::Faults faults);
Setting odd_person_server(protocol::Faults faults);
// A resource whose metadata says that an agent token is enough to begin with, so that it has to ask for more.
Setting begins_with_agent_token();

// A request that one of our parties received from the agent, taken apart.
struct Received {
    mocks::Seen seen;
    std::size_t exchange = 0;  // in the record
    std::optional<httpsig::LabelledSignature> signature;  // the one whose key is told by Signature-Key
    std::string scheme;                                   // of that key; empty: none
    std::optional<jose::Jwt> token;                       // presented under the jwt scheme
    std::optional<protocol::TokenKind> kind;              // of that token

    const http::Request& request() const { return seen.request; }
    bool covers(std::string_view component) const { return signature && signature->covers(component); }
    bool shows(protocol::TokenKind wanted) const { return kind == wanted; }
    std::string field(std::string_view name) const { return seen.request.fields.combined(name).value_or(""); }
    std::string text(std::string_view member) const;  // of the JSON body; empty when absent or no string
    std::string answered(std::string_view member) const;  // the same of the answer that it got
    std::optional<nlohmann::json> json() const;       // the body, when it is a JSON object
    std::string summary() const;                      // "POST /token, agent token"
};

Received taken_apart(mocks::Seen seen);

// One scenario and what came of it. Parties are fresh, so that all they received is of this case.
class Scene {
public:
    explicit Scene(Test& t, Setting setting = {});
    ~Scene();
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    mocks::AgentProvider& provider() const { return *provider_; }
    mocks::Resource& resource() const { return *resource_; }
    mocks::PersonServer& person_server() const { return *person_server_; }
    // Further ones.
    mocks::Resource& another_resource(mocks::ResourceOptions options = {});
    mocks::PersonServer& another_person_server(mocks::PersonServerOptions options = {});
    mocks::AccessServer& access_server();  // one, made when it is first asked for
    const mocks::Agent& agent() const { return *agent_; }
    mocks::Network& network() { return network_; }

    // What the agent is told; may be changed until run().
    mocks::Scenario scenario;
    Scene& get(const std::string& path);  // a step: a GET at the resource
    Scene& call(const std::string& method, const std::string& path, const std::string& body = {},
                const std::string& media_type = "application/json");
    Scene& act(const std::string& action, const nlohmann::json& parameters);
    // The agent can get a fresh agent token (edited so); fresh_tokens() counts how often it did.
    Scene& refreshable(mocks::TokenEdit edit = {});
    int fresh_tokens() const;
    // The person answers ("approve", "deny") an interaction of this party at the agent's poll of that number, from 1.
    Scene& person_answers(mocks::Party& party, const std::string& decision, int poll = 1);

    // The person has a browser, which the agent can send to a URL. At once it comes back with this query, where the agent
    // gave a callback on this machine.
    Scene& browser(std::string query = {});
    bool called_back() const;  // it came back so
    // The resource tokens that the resource gives, in challenges and at its authorization endpoint, are made anew by `make`, which is given the token that the agent
    // presented.
    using Making = std::function<std::string(const std::string& presented)>;
    Scene& challenges_with(const Making& make);
    // One that a conforming resource would issue, edited.
    std::string resource_token(const std::string& presented, const mocks::Resource::Edit& edit = {}) const;

    // Has the agent perform the scenario, and puts everything into the record. Skips the case where the agent says that
    // it cannot do this.
    void run();

    // What the agent said. Steps count from 0. A step without a result (the program failed) has the error "no_outcome".
    const mocks::StepResult& result(std::size_t step = 0) const;
    const std::vector<std::string>& interactions() const { return outcome_.interactions; }
    std::string said(std::size_t step = 0) const;  // for reports

    // What arrived, in order: at one party, below a path; or everywhere.
    std::vector<Received> at(const mocks::Party& party, const std::string& path = {}) const;
    std::vector<Received> everything() const;
    // The first one; ends the case, failed on `requirement` (empty: the first that the case covers), when there is none.
    Received first(const mocks::Party& party, const std::string& path, std::string_view requirement = {}) const;

    // Checks of what it said: the step was served; the step was not served (an error, or a response that is none of
    // success, is handed on).
    bool served(std::string_view requirement = {}, std::size_t step = 0) const;
    bool not_served(std::string_view requirement = {}, std::size_t step = 0) const;
    // Something arrived; ends the case where it did not.
    void arrived(std::string_view requirement = {}) const;
    // Nothing arrived at this party below this path.
    bool untouched(const mocks::Party& party, const std::string& path, std::string_view requirement = {}) const;

    Test& test() const { return t_; }

private:
    struct Tally {
        std::mutex mutex;
        int fresh_tokens = 0;
        std::string query;
        bool called_back = false;
    };
    template <class PartyType, class Options>
    PartyType& add(std::string_view role, std::vector<std::unique_ptr<PartyType>>& kept, Options options,
                   const std::function<void(PartyType&)>& before = {});
    void speak_tls();
    void serve_tls();
    void take(const std::string& printed);
    void collect();

    Test& t_;
    Setting setting_;
    std::unique_ptr<http::TestCa> ca_;  // of a resource whose TLS is odd
    std::unique_ptr<TemporaryFile> ca_file_;
    mocks::Network network_;
    std::shared_ptr<Tally> tally_ = std::make_shared<Tally>();
    mocks::TokenEdit fresh_edit_;
    std::vector<std::unique_ptr<mocks::AgentProvider>> providers_;
    std::vector<std::unique_ptr<mocks::Resource>> resources_;
    std::vector<std::unique_ptr<mocks::PersonServer>> person_servers_;
    std::vector<std::unique_ptr<mocks::AccessServer>> access_servers_;
    mocks::AgentProvider* provider_ = nullptr;
    mocks::Resource* resource_ = nullptr;
    mocks::PersonServer* person_server_ = nullptr;
    std::optional<mocks::Agent> agent_;
    mocks::Outcome outcome_;
    std::string failure_;  // why there is no outcome; empty when there is one
    mocks::StepResult none_;
    std::vector<std::pair<const mocks::Party*, Received>> arrived_;
};

// A path of the resource that asks for who the person is, or, in drafts without person tokens, for an auth token.
std::string asks_for_person(const Test& t);

// The callback that a URL has, decoded; empty when it has none.
std::string callback_of(const std::string& url);

// An answer, JSON unless it is empty.
http::Reply answer(int status, std::string body, http::Fields fields = {});
// A problem (11.9.2).
http::Reply problem(int status, const std::string& error);

// The control of cases about refusals: with nothing odd, a GET of this path of the resource is served. Made once in a
// run; ends the case as Blocked when it is not.
void control(Test& t, const std::string& path);

}  // namespace aauth::suites::ag
