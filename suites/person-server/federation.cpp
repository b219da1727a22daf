#include "suites/person-server/federation.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/resource.h"
#include "suites/common/waiting.h"

namespace aauth::suites::ps {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

// What the access server of all these cases does for each request, by the jti of its resource token.
class Stage {
public:
    struct Script {
        std::vector<Step> steps;
        std::size_t step = 0;
        int turn = 0;
    };

    explicit Stage(mocks::AccessServer& played) : server(played) {
        server.answer_with([this](const http::Request& request, const json& body) { return answer(request, body); });
    }

    void plan(const std::string& id, const std::string& agent_token, std::vector<Step> steps) {
        const std::scoped_lock lock(mutex_);
        scripts_[id] = {std::move(steps)};
        by_agent_token_[agent_token] = id;
    }

    // The steps of these requests refer to a case that ends.
    void forget(const std::vector<std::string>& ids) {
        const std::scoped_lock lock(mutex_);
        for (const auto& id : ids) {
            scripts_.erase(id);
            std::erase_if(by_agent_token_, [&](const auto& entry) { return entry.second == id; });
        }
    }

    mocks::AccessServer& server;

private:
    std::optional<http::Reply> answer(const http::Request& request, const json& body) {
        auto id = request.path().substr(request.path().rfind('/') + 1);
        if (id == "token") {
            const auto token = jose::Jwt::decode(aauth::json::string_member(body, "resource_token").value_or(""));
            id = token ? token->claim_string("jti").value_or("") : std::string();
        }
        const std::scoped_lock lock(mutex_);
        // A call that lacks the resource token is known by its agent.
        if (id.empty()) {
            const auto agent = by_agent_token_.find(aauth::json::string_member(body, "agent_token").value_or(""));
            if (agent != by_agent_token_.end()) id = agent->second;
        }
        const auto found = scripts_.find(id);
        if (found == scripts_.end()) return std::nullopt;
        auto& script = found->second;
        for (; script.step < script.steps.size(); ++script.step, script.turn = 0) {
            auto reply = script.steps[script.step]({request, body, script.turn});
            if (!reply) continue;
            ++script.turn;
            const bool pending = reply->response.status == 202 || reply->response.status == 402;
            if (pending) reply->response.fields.add("Location", server.url("/pending/") + id);
            return reply;
        }
        return std::nullopt;
    }

    std::mutex mutex_;
    std::map<std::string, Script> scripts_;
    std::map<std::string, std::string> by_agent_token_;  // the last request of an agent
};

Stage& stage_for(mocks::AccessServer& server) {
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<Stage>> stages;  // by the server's key, which no other has
    const std::scoped_lock lock(mutex);
    auto& stage = stages[server.key().kid];
    if (!stage) stage = std::make_unique<Stage>(server);
    return *stage;
}

// The one access server of a run for all cases that need none of their own. Its token endpoint is not where one might
// guess it.
mocks::AccessServer& shared_server(Test& t) {
    static std::mutex mutex;
    static std::map<std::string, mocks::AccessServer*> servers;  // by the key of the world's agent provider
    const std::scoped_lock lock(mutex);
    auto*& server = servers[t.world().agent_provider().key().kid];
    if (server == nullptr) {
        server = &t.world().another_access_server();
        auto metadata = server->metadata();
        metadata[t.draft().auth_token_endpoint_field] = server->url("/elsewhere/token");
        t.world().trust(*server, aauth::json::dump(metadata));
    }
    return *server;
}

http::Reply json_reply(int status, const json& body) {
    http::Reply reply;
    reply.response.status = status;
    reply.response.fields.add("Content-Type", "application/json");
    reply.response.fields.add("Cache-Control", "no-store");
    reply.response.body = aauth::json::dump(body);
    return reply;
}

http::Reply pending(const std::string& requirement, const json& body) {
    auto reply = json_reply(202, body);
    reply.response.fields.add("Retry-After", "0");
    reply.response.fields.add("AAuth-Requirement", requirement);
    return reply;
}

// What was wanted has been posted, or will never be.
bool answered(const Call& call) { return (call.turn > 0 && call.request.method == "POST") || call.turn > 6; }
bool ends_request(const Call& call) { return call.request.method == "DELETE"; }

}  // namespace

bool handed_on(const Answer& answer) { return answer.status() == 200 && !answer.text("auth_token").empty(); }

Step answers(int status, const std::string& body, const std::string& media_type) {
    return [=](const Call&) {
        auto reply = json_reply(status, {});
        reply.response.fields.set("Content-Type", media_type);
        reply.response.body = body;
        return std::optional(reply);
    };
}

Step fails(int status, const std::string& error) {
    return [=](const Call&) {
        http::Reply reply;
        reply.response = protocol::problem_response(status, {error, "said by the access server", {}});
        return std::optional(reply);
    };
}

Step waits(const std::string& requirement, int calls) {
    return [=](const Call& call) -> std::optional<http::Reply> {
        if (call.turn >= calls) return std::nullopt;
        return pending(requirement, {{"status", "pending"}});
    };
}

Step asks_for_claims(const std::vector<std::string>& names) {
    return [=](const Call& call) -> std::optional<http::Reply> {
        if (answered(call)) return std::nullopt;
        return pending("requirement=claims", {{"status", "pending"}, {"required_claims", names}});
    };
}

Step asks_question(const std::string& question) {
    return [=](const Call& call) -> std::optional<http::Reply> {
        if (ends_request(call)) return json_reply(204, {});
        if (answered(call)) return std::nullopt;
        return pending("requirement=clarification", {{"status", "pending"}, {"clarification", question}});
    };
}

Step asks_for_payment() {
    return [](const Call& call) -> std::optional<http::Reply> {
        if (call.turn > 0 && call.request.method == "GET") return std::nullopt;
        auto reply = json_reply(402, json::object());
        reply.response.fields.add("WWW-Authenticate", "Payment id=\"aauth-conformance\", method=\"none\"");
        return reply;
    };
}

FourParty::FourParty(Test& test, mocks::AccessServer& made)
    : t(test), server(made), player(t.player()), presented(shown_to_resource(t, player)) {
    wanted.edit = [aud = server.identifier()](json&, json& claims) { claims["aud"] = aud; };
}

FourParty::~FourParty() { stage_for(server).forget(ids_); }

FourParty::FourParty(Test& test) : FourParty(test, shared_server(test)) {
    const auto answer = outcome({grants()});
    if (handed_on(answer)) return;
    const bool called = received([](const auto&) { return true; }, "the call of the control", 0ms).has_value();
    if (!called)
        t.skip("the target does not federate: with a working access server as aud it answered " + answer.summary());
    t.blocked("the control, an access server that grants at once, ended with " + answer.summary());
}

std::string FourParty::id() const {
    const auto token = jose::Jwt::decode(resource_token);
    return token ? token->claim_string("jti").value_or("") : std::string();
}

Answer FourParty::sent(const mocks::SignedRequest& request, const std::string& note) {
    answers.push_back(t.send(request, note));
    return answers.back();
}

Answer FourParty::ask(std::vector<Step> steps, const BodyEdit& change) {
    auto asked = wanted;
    if (asked.presented.empty()) asked.presented = presented;
    auto body = auth_body(t, player, asked);
    if (change) change(body);
    resource_token = body["resource_token"].get<std::string>();
    ids_.push_back(id());
    stage_for(server).plan(ids_.back(), player.token, std::move(steps));
    answers.clear();
    before_ = server.log().last();
    return sent(auth_request(t, player, body), "a resource token for our access server");
}

Answer FourParty::outcome(std::vector<Step> steps, const BodyEdit& change) {
    return outcome_of(ask(std::move(steps), change));
}

Answer FourParty::outcome_of(Answer answer) {
    if (answer.status() != 202) return answer;
    auto waiting = waiting_for(player, answer);
    // Before the access server was asked it may be the target itself that wants its person to decide. Where it only is
    // slow, or cannot call, its hook has nothing to decide.
    const bool called = received([](const auto&) { return true; }, "the call", 500ms).has_value();
    if (!called) try_to_decide(t, waiting, "approve");
    std::string answered;
    return suites::outcome(t, [&] {
        const auto question = answers.back().text("clarification");
        if (answers.back().status() == 202 && !question.empty() && question != answered) {
            answered = question;
            auto reply = t.request("POST", waiting.location, player);
            reply.body(aauth::json::dump(
                {{"action", "clarification_response"}, {"clarification_response", "To make an appointment."}}));
            t.send(reply, "the agent answers the question");
        }
        return sent(t.request("GET", waiting.location, player), "poll");
    });
}

std::string FourParty::auth_token(const mocks::TokenEdit& edit) const {
    const auto shown = jose::Jwt::decode(wanted.presented.empty() ? presented : wanted.presented);
    const auto until = std::min(t.now() + 300, shown ? shown->claim_integer("exp").value_or(t.now()) : t.now());
    const auto& key = wanted.key == nullptr ? player.agent.key : *wanted.key;
    return server.auth_token(resource_token, key, [&](json& header, json& claims) {
        claims["exp"] = until;
        if (t.draft().resource_token_names_agent) {
            claims["agent"] = player.agent.identifier;
            claims.erase("ps");
        }
        if (edit) edit(header, claims);
    });
}

Step FourParty::grants_text(std::function<std::string(std::string)> change) const {
    return [this, change = std::move(change)](const Call&) {
        return std::optional(json_reply(200, {{"auth_token", change(auth_token())}, {"expires_in", 300}}));
    };
}

Step FourParty::grants(const mocks::TokenEdit& edit) const {
    return [this, edit](const Call&) {
        return std::optional(json_reply(200, {{"auth_token", auth_token(edit)}, {"expires_in", 300}}));
    };
}

std::optional<mocks::Seen> FourParty::received(const mocks::ExchangeLog::Wanted& wanted_call, const std::string& note,
                                               std::chrono::milliseconds limit) {
    const auto ours = [&, path = "/pending/" + id()](const mocks::Seen& seen) {
        const auto& body = seen.request.body;
        const bool about = body.find(resource_token) != std::string::npos ||
                           body.find(player.token) != std::string::npos || seen.request.path() == path;
        return about && wanted_call(seen);
    };
    return t.received(server, ours, note, before_, limit);
}

mocks::Seen FourParty::call() {
    const auto at_endpoint = [](const mocks::Seen& seen) { return seen.request.path().rfind("/pending/", 0) != 0; };
    auto seen = received(at_endpoint, "the call to the access server", 5000ms);
    t.check({}, seen.has_value(), "call to the access server", "a request with this resource token",
            seen ? "came" : "none came");
    if (!seen) throw engine::Stop{};
    return *seen;
}

int FourParty::times_asked() const {
    int times = 0;
    for (const auto& seen : server.log().all()) {
        const bool posted = seen.request.path().rfind("/pending/", 0) != 0;
        if (posted && seen.request.body.find(resource_token) != std::string::npos) ++times;
    }
    return times;
}

std::optional<mocks::Seen> FourParty::call_at_pending(const std::string& method) {
    const auto at_pending = [&](const mocks::Seen& seen) {
        return seen.request.path().rfind("/pending/", 0) == 0 && seen.request.method == method;
    };
    return received(at_pending, "the call to the pending URL", 1000ms);
}

}  // namespace aauth::suites::ps
