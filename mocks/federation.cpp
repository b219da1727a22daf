#include "mocks/federation.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/crypto/digest.h"
#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/metadata.h"
#include "harness/protocol/problem.h"
#include "harness/protocol/tokens.h"
#include "mocks/token_request.h"

namespace aauth::mocks {

namespace {

constexpr std::string_view prefix = "/federated/";
constexpr int most_rounds = 8;  // of one call, before the agent is made to wait
constexpr std::size_t most_kept = 1000;

http::Reply refusal(std::string_view error, std::string_view detail, int status) {
    http::Reply reply;
    reply.response = protocol::problem_response(status, {std::string(error), std::string(detail), {}});
    return reply;
}

// Seconds of Retry-After, a minute at most; the draft's default where there are none (11.8.3).
int retry_after(const http::Response& response) {
    const auto text = response.fields.first("Retry-After").value_or("");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::clamp(seconds, 0, 60) : 5;
}

}  // namespace

// A request on its way. The mutex is held while the access server is asked.
struct Federation::Entry {
    explicit Entry(FederatedRequest made) : id(crypto::random_id()), request(std::move(made)) {}

    std::string id;
    FederatedRequest request;
    std::optional<http::Url> location;  // the access server's pending URL
    bool asked = false;                 // a question of the access server waits for the agent
    std::optional<Came> came;           // how it ended upon the agent's answer, for the next poll
    bool finished = false;
    std::mutex mutex;
};

const FederatedRequest& Federation::request_of(const Entry& entry) { return entry.request; }

Federation::Federation(const Party& party, std::function<protocol::Verifier()> verifier)
    : party_(party), verifier_(std::move(verifier)) {}

http::Reply Federation::request(FederatedRequest request) {
    const auto entry = std::make_shared<Entry>(std::move(request));
    http::Reply reply;
    reply.response = follow(*entry, ask(*entry));
    if (reply.response.status != 202) return reply;
    const std::scoped_lock lock(mutex_);
    if (entries_.size() >= most_kept) entries_.erase(entries_.begin());
    entries_[entry->id] = entry;
    return reply;
}

tl::expected<Federation::Held, http::Reply> Federation::held(const http::Request& request,
                                                             const Interactions::Verify& verify) const {
    auto owner = verify(request);
    if (!owner) return tl::unexpected(owner.error());
    const auto path = request.path();
    std::shared_ptr<Entry> entry;
    {
        const std::scoped_lock lock(mutex_);
        const auto found = entries_.find(path.substr(std::min(prefix.size(), path.size())));
        if (found != entries_.end() && found->second->request.owner == *owner) entry = found->second;
    }
    if (!entry) return tl::unexpected(refusal("not_found", "there is no such pending request", 404));
    std::unique_lock lock(entry->mutex);
    if (entry->finished) return tl::unexpected(refusal("gone", "this request is finished", 410));
    return Held{std::move(entry), std::move(lock)};
}

http::Reply Federation::poll(const http::Request& request, const Interactions::Verify& verify) {
    auto found = held(request, verify);
    if (!found) return found.error();
    const auto& entry = *found;
    http::Reply reply;
    auto came = entry->came ? *std::exchange(entry->came, std::nullopt) : poll(*entry);
    reply.response = follow(*entry, std::move(came));
    entry->finished = reply.response.status != 202;
    return reply;
}

http::Reply Federation::cancel(const http::Request& request, const Interactions::Verify& verify) {
    auto found = held(request, verify);
    if (!found) return found.error();
    const auto& entry = *found;
    entry->finished = true;
    if (entry->location) (void)send(party_.as_server("DELETE", *entry->location, nullptr));
    http::Reply reply;
    reply.response.status = 204;
    return reply;
}

http::Reply Federation::post(const http::Request& request, const Interactions::Verify& verify) {
    auto found = held(request, verify);
    if (!found) return found.error();
    const auto& entry = *found;
    const auto body = json::parse_object(request.body);
    const auto action = body ? json::string_member(*body, "action").value_or("") : std::string();
    const auto answer = body ? json::string_member(*body, "clarification_response") : std::nullopt;
    if (action != "clarification_response" || !answer || !entry->asked) {
        return refusal("invalid_request", "nothing but an answer to the question is taken here", 400);
    }
    auto came = answer_question(*entry, *answer);
    if (!came || came->status != 202) entry->came = std::move(came);
    http::Reply reply;
    reply.response = waits(*entry, {"approval", {}}, {});
    return reply;
}

Result<http::Url> Federation::endpoint(const std::string& access_server) const {
    if (on("federation-guesses-endpoint")) return http::Url::parse(access_server + "/token");
    const auto role = protocol::Role::AccessServer;
    auto document = party_.network().fetch(protocol::document_url(access_server, role));
    if (!document) return tl::unexpected(document.error());
    if (document->status != 200) return failure("bad_metadata", "its metadata could not be had");
    auto metadata = json::parse_object(document->body);
    if (!metadata) return tl::unexpected(metadata.error());
    for (const auto& problem :
         protocol::metadata_problems(*metadata, role, access_server, party_.draft(), party_.reach())) {
        if (party_.faults().checks(problem.rule)) return failure("bad_metadata", problem.message);
    }
    return http::Url::parse(json::string_member(*metadata, party_.draft().auth_token_endpoint_field).value_or(""));
}

Federation::Came Federation::send(const SignedRequest& plan) const {
    auto sealed = seal(plan);
    if (!sealed) return tl::unexpected(sealed.error());
    auto options = party_.network().client()->options();
    options.total_timeout = std::min<std::chrono::milliseconds>(options.total_timeout, std::chrono::seconds(5));
    auto transfer = http::Client(options).send(plan.url, sealed->request);
    if (!transfer) return tl::unexpected(transfer.error());
    return transfer->response;
}

Federation::Came Federation::poll(const Entry& entry) const {
    if (!entry.location) return failure("malformed_response", "there is no pending URL");
    auto plan = party_.as_server("GET", *entry.location, nullptr);
    // Our account at every access server is good.
    plan.header("Authorization", "Payment id=\"settled\"");
    return send(plan);
}

Federation::Came Federation::answer_question(const Entry& entry, const std::string& text) const {
    if (!entry.location) return failure("malformed_response", "there is no pending URL");
    nlohmann::json body{{"action", "clarification_response"}, {"clarification_response", text}};
    if (on("clarification-no-action")) body.erase("action");
    return send(party_.as_server("POST", *entry.location, body));
}

// What a POST to the pending URL led to: a 202 says no more than that it goes on there.
Federation::Came Federation::went_on(const Entry& entry, Came posted) const {
    return posted && posted->status == 202 ? poll(entry) : posted;
}

// The claims of our one person, as far as they are asked for (9.2).
Federation::Came Federation::post_claims(const Entry& entry, const http::Response& came) const {
    if (!entry.location) return failure("malformed_response", "there is no pending URL");
    if (on("claims-polled")) return poll(entry);
    const nlohmann::json known{{"email", "person-1@example.com"}, {"name", "Person One"}, {"tenant", "example"}};
    auto claims = nlohmann::json::object();
    const auto body = json::parse_object(came.body);
    const auto* names = body ? json::member(*body, "required_claims") : nullptr;
    if (names == nullptr || !names->is_array()) return failure("malformed_response", "required_claims is missing");
    for (const auto& name : *names) {
        if (!name.is_string()) continue;
        const auto* value = json::member(known, name.get<std::string>());
        if (value != nullptr) claims[name.get<std::string>()] = *value;
        if (value == nullptr && on("claims-unknown-refused")) return failure("unknown_claim", "an unknown claim");
    }
    const bool sub = (party_.draft().claims_carry_sub && !on("claims-no-sub")) || on("claims-sub");
    if (sub) claims["sub"] = entry.request.sub;
    return send(party_.as_server("POST", *entry.location, claims));
}

Federation::Came Federation::ask(Entry& entry) const {
    const auto& request = entry.request;
    auto url = endpoint(request.resource_token.claim("aud"));
    if (!url) return tl::unexpected(url.error());
    auto body = nlohmann::json::object();
    for (const auto& [name, value] : request.tokens) {
        if (!on("federation-omit " + name)) body[name] = value;
    }
    auto plan = party_.as_server("POST", *url, body);
    if (on("federation-relays-signature")) plan.signature_key = httpsig::jwt_member(request.tokens.at("agent_token"));
    entry.location.reset();
    auto came = send(plan);
    // Locations are read against where the request went.
    if (came) {
        const auto location = came->fields.first("Location");
        if (location) {
            auto pending = url->resolve(*location);
            if (pending && pending->origin() == url->origin()) entry.location = *pending;
        }
    }
    return came;
}

http::Response Federation::follow(Entry& entry, Came came) const {
    for (int round = 0; came; ++round) {
        const auto& answer = *came;
        if (answer.status == 200) return delivered(entry, answer);
        const bool slowed = answer.status == 429 || answer.status == 503;
        if (answer.status != 202 && answer.status != 402 && !(slowed && entry.location)) return relayed(answer);
        if (!entry.location) return unreachable("the access server named no pending URL of its own");
        auto found = protocol::parse_requirement(answer.fields);
        auto requirement = found ? *found : protocol::Requirement{"approval", {}};
        if (answer.status == 402) requirement.value = "payment";
        if (stops_at(requirement.value)) return unreachable("it asks for " + requirement.value);
        const bool goes_on = round < most_rounds && !slowed;
        if (requirement.value == "claims" && goes_on) {
            came = went_on(entry, post_claims(entry, answer));
        } else if (requirement.value == "clarification" && goes_on && !entry.request.answers_questions) {
            const auto& said = entry.request.justification;
            came = went_on(entry, answer_question(entry, said.empty() ? "The agent gave no reason." : said));
        } else if (requirement.value == "payment" && round == 0) {
            came = on("payment-asks-again") ? ask(entry) : poll(entry);
        } else {
            return waits(entry, requirement, answer);
        }
    }
    return unreachable(came.error().message);
}

// The deferred response to the agent: what the access server waits for is its own, or the agent's to do.
http::Response Federation::waits(Entry& entry, const protocol::Requirement& requirement,
                                 const http::Response& came) const {
    http::Response response;
    response.status = 202;
    response.fields.add("Content-Type", "application/json");
    const bool theirs_named = on("federation-relays-location") && entry.location;
    response.fields.add("Location", theirs_named ? entry.location->text() : party_.url(prefix) + entry.id);
    response.fields.add("Retry-After", std::to_string(retry_after(came)));
    response.fields.add("Cache-Control", "no-store");
    const auto theirs = json::parse_object(came.body).value_or(nlohmann::json::object());
    nlohmann::json body{{"status", "pending"}};
    if (json::string_member(theirs, "status") == "interacting") body["status"] = "interacting";
    protocol::Requirement own{"approval", {}};
    if (requirement.value == "interaction") own = requirement;
    entry.asked = requirement.value == "clarification";
    if (entry.asked) {
        own.value = "clarification";
        for (const char* name : {"clarification", "timeout", "options"}) {
            if (const auto* value = json::member(theirs, name)) body[name] = *value;
        }
    }
    response.fields.add("AAuth-Requirement", protocol::to_field(own));
    response.body = json::dump(body);
    return response;
}

http::Response Federation::own_token() const {
    const auto now = party_.network().now();
    const auto claims = protocol::common_claims(party_.identifier(), protocol::person_document, now, now + 300);
    const auto token = jose::mint(protocol::token_header(protocol::TokenKind::Auth), claims, party_.key());
    return grant_response(party_.faults(), "auth_token", token, 300);
}

http::Response Federation::unreachable(const std::string& why) const {
    if (on("as-error-grants")) return own_token();
    const bool other = on("as-unreachable-other-code");
    return protocol::problem_response(on("as-unreachable-503") ? 503 : 502,
                                      {other ? "server_error" : "as_unreachable", "no auth token came: " + why, {}});
}

// An access server's own error, in a body of ours (9.1.3). A 401 is about our signature, which the agent can do nothing
// about.
http::Response Federation::relayed(const http::Response& came) const {
    auto problem = protocol::parse_problem(came);
    if (!problem || came.status < 400 || came.status == 401) return unreachable("it gave no answer that can be read");
    if (on("federation-hides-errors")) return unreachable("it said " + problem->error);
    if (on("as-error-grants")) return own_token();
    return protocol::problem_response(on("federation-error-422") ? 422 : came.status,
                                      {problem->error, "the access server said so: " + problem->detail, {}});
}

}  // namespace aauth::mocks
