#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/http/server.h"
#include "harness/httpsig/discovery.h"
#include "harness/jose/jwk.h"
#include "harness/protocol/deferred.h"
#include "harness/protocol/draft.h"
#include "harness/protocol/faults.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/metadata.h"
#include "harness/protocol/verification.h"
#include "mocks/network.h"
#include "mocks/scenario.h"
#include "mocks/signed_request.h"

namespace aauth::mocks {

// An agent that does what a scenario says, as the drafts want it done: the reference for the agent suite. It knows nothing
// but its scenario. Its faults are listed in the files that have them:
//   agent_signing.cpp (the signature profile), agent_judging.cpp (what it verifies), agent_resource.cpp (what it does about
//   challenges), agent_person_server.cpp (what it asks the person server for), agent_polling.cpp (waiting),
//   agent_missions.cpp, agent_interaction.cpp, scenario_agent.cpp (the rest).
class ScenarioAgent {
public:
    // The clock that it goes by, and how it waits, both in seconds.
    struct Pace {
        std::function<std::int64_t()> now;
        std::function<void(std::int64_t)> wait;
    };
    static Pace real_pace();

    // Errors: "bad_scenario".
    static Result<std::unique_ptr<ScenarioAgent>> make(Scenario scenario, protocol::Faults faults, Pace pace);
    ~ScenarioAgent();

    Outcome perform();

private:
    using Answer = Result<http::Response>;

    // An agent identity that it acts under: its own, or its sub-agent's.
    struct Identity {
        std::string identifier;
        jose::SigningKey key;
        std::string token;  // agent token, compact
    };
    // A request in the making.
    struct Call {
        std::string method;
        http::Url url;
        std::string token;  // that goes into Signature-Key
        http::Fields fields = {};
        std::string body = {};
        bool at_resource = false;
    };
    // A step at a resource, as far as it has come.
    struct Errand {
        Call call;
        std::string resource;                      // its server identifier
        std::optional<protocol::TokenKind> wanted;  // that the resource asked for
        std::set<std::string> tried = {};           // what is done once only
        int rounds = 0;
    };

    ScenarioAgent(Scenario scenario, protocol::Faults faults, Pace pace, Identity self);
    bool on(std::string_view fault) const { return faults_.on(fault); }
    bool checks(std::string_view rule) const { return faults_.checks(rule); }
    std::int64_t now() const { return pace_.now(); }
    // Waits so many seconds. Error "deadline" when there is no time left for that.
    Result<void> wait(std::int64_t seconds);

    // scenario_agent.cpp: the steps.
    StepResult perform(const Step& step);
    StepResult request(const Step& step);
    StepResult authorize(const nlohmann::json& step);
    StepResult follow_link(const nlohmann::json& step);
    StepResult rotate_key(const nlohmann::json& step);
    static StepResult result_of(const Answer& answer);
    // The metadata of a server, fetched once. Errors: as Network::fetch, "not_found", "invalid_metadata",
    // "issuer_missing", "issuer_mismatch".
    Result<nlohmann::json> metadata(const std::string& identifier, protocol::Role role);
    Identity& acting() { return sub_agent_ && as_sub_agent_ ? *sub_agent_ : self_; }

    // agent_signing.cpp: sends a signed request, and once more when the server names further components to be covered.
    Answer send(const Call& call);
    SignedRequest plan(const Call& call);
    void misuse(SignedRequest& plan, const Call& call) const;  // the faults
    std::vector<std::string> components(const Call& call);
    bool learn(const Call& call, const http::Response& response);

    // agent_judging.cpp: what it is given, verified. Errors: "invalid_resource_token", "invalid_auth_token",
    // "invalid_person_token".
    Result<protocol::Token> judged_challenge(const std::string& resource_token, const Errand& errand);
    Result<void> judged_auth_token(const std::string& token, const protocol::Token& resource_token,
                                   const Errand& errand);
    Result<void> judged_person_token(const std::string& token, const std::string& resource);
    protocol::Verifier verifier();

    // agent_resource.cpp: one request at a resource, until it is answered for good.
    Answer at_resource(Errand& errand);
    Result<std::string> presentable(Errand& errand);
    // What to do about an answer: it is final, or nothing, and the request is made again.
    Result<std::optional<http::Response>> react(Errand& errand, const http::Response& answer);
    Result<std::optional<http::Response>> refused(Errand& errand, const http::Response& answer,
                                                  const protocol::SignatureErrorField& error);
    Result<std::optional<http::Response>> required(Errand& errand, const http::Response& answer);
    Result<void> authorized(Errand& errand, const std::string& resource_token);
    Answer deferred(Errand& errand, const http::Response& answer);
    Result<void> keep_session(const std::string& resource, const http::Response& answer);
    bool once(Errand& errand, const std::string& what) const { return errand.tried.insert(what).second; }

    // agent_person_server.cpp.
    Result<std::string> person_token(const std::string& resource, bool fresh);
    Result<std::string> auth_token(const Errand& errand, const protocol::Token& resource_token);
    // A JSON answer of an endpoint of the person server, waited for.
    Result<nlohmann::json> ask_person_server(const std::string& endpoint, const nlohmann::json& body);
    Answer post_to_person_server(const std::string& endpoint, const nlohmann::json& body);
    Result<http::Url> endpoint(const std::string& member);
    nlohmann::json token_request();
    Result<void> refresh();   // the agent token
    Result<void> keep_fresh();  // the same when it is due
    bool due(const std::string& token) const;  // its time is nearly over (7.9.1)
    bool expired(const std::string& token) const;

    // agent_polling.cpp: polls after a 202 until something else comes. `satisfy` is told of each requirement but those
    // that everybody answers alike; it changes what is sent.
    using Send = std::function<Answer(const std::string& method, const http::Url& url, const std::string& body)>;
    using Satisfy = std::function<Result<void>(const protocol::Requirement& requirement)>;
    Answer poll(const http::Url& base, http::Response answer, const Send& send, const Satisfy& satisfy);
    // What comes next, told by the exchange and with the faults around it; `last` is what came before.
    protocol::Action next_action(protocol::DeferredExchange& exchange, const http::Response& answer,
                                 const protocol::Action& last, int polls) const;
    http::Response misread(http::Response answer, const protocol::Action& last) const;  // faults
    Result<void> answer_question(protocol::DeferredExchange& exchange, const protocol::Action& asked,
                                 const http::Response& answer, const Send& send);
    Result<nlohmann::json> updated_request();

    // agent_interaction.cpp: brings the person to an interaction of this server.
    Result<void> interact(const protocol::Requirement& requirement, const http::Url& server);
    Result<bool> relay(const std::string& url, const std::string& code);  // false: the person server cannot
    void show(const std::string& url, const std::string& code);
    std::string callback();                     // that a browser is given; empty: none
    Result<void> called_back() const;           // an error that came by it

    // agent_missions.cpp: what it does at its person server besides.
    StepResult propose_mission(const nlohmann::json& step);
    StepResult mission_action(const nlohmann::json& step, const std::string& action);
    StepResult permission(const nlohmann::json& step);
    StepResult audit(const nlohmann::json& step);
    StepResult ask_person(const nlohmann::json& step);
    nlohmann::json mission_reference() const;  // members of a body that name the mission
    void name_mission(Call& call) const;       // AAuth-Mission, in drafts that have it
    StepResult governance(const std::string& endpoint, nlohmann::json body);

    Scenario scenario_;
    protocol::Faults faults_;
    Pace pace_;
    const protocol::Draft& draft_;
    protocol::Reach reach_;
    Identity self_;
    std::optional<Identity> sub_agent_;
    bool as_sub_agent_ = false;
    std::int64_t until_ = 0;  // the deadline, by its clock
    Network network_;
    std::unique_ptr<httpsig::Discovery> keys_;
    std::map<std::string, std::string> documents_;               // metadata by URL, JSON
    std::map<std::string, std::vector<std::string>> learnt_;     // components by origin
    std::map<std::string, std::string> sessions_;                // session tokens by resource
    std::map<std::pair<std::string, std::string>, std::string> person_tokens_;  // by resource and key
    std::map<std::pair<std::string, std::string>, std::string> auth_tokens_;
    std::set<std::string> shown_;                                // interactions
    std::string mission_, approver_;                             // s256, and in older drafts who approved it
    std::vector<std::string> mission_capabilities_;
    bool mission_over_ = false;
    const Errand* asking_for_ = nullptr;  // whose auth token is being asked for
    Outcome outcome_;
    mutable std::mutex mutex_;
    std::string callback_error_;                // guarded by the mutex
    std::unique_ptr<http::Server> callbacks_;   // last: it stops before the rest goes
};

}  // namespace aauth::mocks
