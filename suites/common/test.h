#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/case.h"
#include "harness/http/message.h"
#include "harness/jose/jwt.h"
#include "harness/protocol/tokens.h"
#include "mocks/agent_provider.h"
#include "mocks/exchange_log.h"
#include "mocks/signed_request.h"
#include "suites/common/expect.h"
#include "suites/common/world.h"

namespace aauth::suites {

class Test;

// An agent that a case plays: who it is, and the agent token it holds.
struct Player {
    mocks::Agent agent;
    std::string token;  // agent token, compact
};

// One way to call the target that a conforming target accepts, and that cases alter.
struct Endpoint {
    std::string name;      // "person token endpoint"
    bool server = true;    // of a PS or AS: bodies are covered
    // Its requests are signed by a server of ours under jwks_uri, for which the player is the agent that they are about;
    // else by the player under its token.
    bool by_server = false;
    // A conforming request by this player, not yet signed. Skips the case when the target has no such endpoint.
    std::function<mocks::SignedRequest(Test&, const Player&)> request;
    // Whether an answer shows that such a request was accepted.
    std::function<bool(const Answer&)> accepted;
};

// What a case is given: vocabulary for playing a party and for saying what has to come back. Lives for one case.
class Test {
public:
    Test(World& world, engine::Record& record, std::vector<std::string> covered);

    World& world() { return world_; }
    const protocol::Draft& draft() const { return world_.draft(); }
    const engine::Target& target() const { return world_.target(); }
    std::int64_t now() const { return world_.now(); }
    engine::Record& record() { return record_; }

    // A new agent of our agent provider with its agent token, which names the person server under test (or ours, when a
    // resource is tested); `edit` changes the token.
    Player player(const mocks::TokenEdit& edit = {});
    // The same from another provider.
    Player player_of(mocks::AgentProvider& provider, const mocks::TokenEdit& edit = {});
    std::string person_server_identifier();

    // A conforming signed request by a player who presents `token` (default: its agent token).
    mocks::SignedRequest request(std::string method, std::string_view url, const Player& player, std::string token = {});

    // A request that a party of ours makes in its own right, under the jwks_uri scheme, not yet signed.
    mocks::SignedRequest request_by(const mocks::Party& server, std::string method, std::string_view url,
                                    const nlohmann::json& body);

    // Signs, sends, and records the exchange. A network failure ends the case with Error.
    Answer send(const mocks::SignedRequest& request, std::string note = {});
    // Sends as it stands, without a signature.
    Answer send_plain(std::string method, std::string_view url, http::Fields fields = {}, std::string body = {},
                      std::string note = {});

    // Waits until one of our parties has received a request that is wanted, after number `after` of its log (take
    // party.log().last() before the cause), and records the exchange. Nothing when none came within the limit: where
    // the target had to call, that is for the case to judge.
    std::optional<mocks::Seen> received(const mocks::Party& party, const mocks::ExchangeLog::Wanted& wanted,
                                        std::string note, std::uint64_t after = 0,
                                        std::chrono::milliseconds limit = std::chrono::seconds(5));
    // Puts a request that one of our parties received into the record; gives its place there.
    std::size_t note(const mocks::Party& party, const mocks::Seen& seen, std::string note);
    // Calls the target's hook of this name; skips the case when it has none.
    std::string hook(std::string_view name, const std::map<std::string, std::string>& values);

    // What `make` gives, made once in this case for this key.
    std::string remembered(const std::string& key, const std::function<std::string()>& make);

    // Says what an answer has to be. `requirement` is what is judged: its level in the draft's catalogue decides between
    // fail and warn, and nothing is judged where the draft does not have it. Default: the first that the case covers.
    Expect expect(const Answer& answer, std::string_view requirement = {});
    // The same, at most a warning: where the draft is silent or says two things.
    Expect prefer(const Answer& answer, std::string_view requirement = {});
    // Judges anything else. False when it failed.
    bool check(std::string_view requirement, bool passed, std::string what, std::string expected, std::string observed);
    bool check_preferred(std::string_view requirement, bool passed, std::string what, std::string expected,
                         std::string observed);

    // The control: sends a conforming request to the endpoint and ends the case as Blocked unless it is accepted.
    Answer control(const Endpoint& endpoint, const Player& player);
    // The control, then the same request with one change; gives the answer to the changed one.
    Answer altered(const Endpoint& endpoint, const std::function<void(mocks::SignedRequest&)>& change);
    // The altered request has to be accepted like the control.
    void accepts(const Endpoint& endpoint, std::string_view requirement,
                 const std::function<void(mocks::SignedRequest&)>& change);
    // The altered request has to be refused as a signature failure: 401 (sig.status-401), Signature-Error
    // (sig.error-header) with one of the codes. An acceptance fails the case on its first requirement. Empty codes: any.
    void refuses(const Endpoint& endpoint, const std::vector<std::string>& codes,
                 const std::function<void(mocks::SignedRequest&)>& change);
    // The same for an answer that is there already.
    void expect_refusal(const Answer& answer, const Endpoint& endpoint, const std::vector<std::string>& codes);

    [[noreturn]] void skip(std::string reason) const { throw engine::Skip{std::move(reason)}; }
    [[noreturn]] void blocked(std::string reason) const { throw engine::Blocked{std::move(reason)}; }
    // Skips the case unless the target has the feature (see World::has).
    void needs(std::string_view feature);

    // The level of a requirement in this draft; nothing where the draft does not have it.
    std::optional<engine::Level> level(std::string_view requirement) const;

private:
    World& world_;
    engine::Record& record_;
    std::vector<std::string> covered_;
    int requests_ = 0;
    std::map<std::string, std::string> remembered_;
};

}  // namespace aauth::suites
