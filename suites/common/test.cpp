#include "suites/common/test.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/json/json.h"
#include "harness/http/server.h"
#include "mocks/party.h"
#include "mocks/person_server.h"
#include "suites/common/suite.h"

namespace aauth::suites {

namespace {

constexpr std::size_t longest_token = 32u << 10;  // characters that a reader is shown decoded

// Every JWT that stands in a text, decoded for the reader of the report.
void collect_tokens(const std::string& where, const std::string& text, std::vector<engine::TokenView>& views) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    std::size_t at = 0;
    while (views.size() < 12 && (at = text.find("eyJ", at)) != std::string::npos) {
        const auto end = std::min(text.find_first_not_of(alphabet, at), text.size());
        const auto start = std::exchange(at, end);
        if (end - start > longest_token) continue;
        const auto compact = text.substr(start, end - start);
        if (auto jwt = jose::Jwt::decode(compact)) {
            views.push_back({where, compact, json::pretty(jwt->header()), json::pretty(jwt->payload())});
        }
    }
}

}  // namespace

Test::Test(World& world, engine::Record& record, std::vector<std::string> covered)
    : world_(world), record_(record), covered_(std::move(covered)) {}

std::string Test::person_server_identifier() {
    return target().role == "person-server" ? world_.identifier() : world_.person_server().identifier();
}

Player Test::player(const mocks::TokenEdit& edit) { return player_of(world_.agent_provider(), edit); }

Player Test::player_of(mocks::AgentProvider& provider, const mocks::TokenEdit& edit) {
    Player player{provider.enrol(), {}};
    player.token = provider.agent_token(player.agent, person_server_identifier(), edit);
    return player;
}

mocks::SignedRequest Test::request(std::string method, std::string_view url, const Player& player, std::string token) {
    if (token.empty()) token = player.token;
    // Not the same second twice: a server may keep a replay cache by key, created, method, authority and path (11.3.4.2).
    const auto created = now() - requests_++ % 6;
    return mocks::signed_request(std::move(method), world_.url(url), player.agent.key, std::move(token), created);
}

mocks::SignedRequest Test::request_by(const mocks::Party& server, std::string method, std::string_view url,
                                      const nlohmann::json& body) {
    // The key is that of all cases: see above.
    static std::atomic<int> count{0};
    auto request = server.as_server(std::move(method), world_.url(url), body);
    request.created(now() - count++ % 6);
    return request;
}

Answer Test::send(const mocks::SignedRequest& plan, std::string note) {
    auto sealed = mocks::seal(plan);
    if (!sealed) throw engine::HarnessError{"our request could not be signed: " + sealed.error().message};
    if (record_.remaining().count() <= 0) throw engine::HarnessError{"the case ran into its deadline"};
    auto transfer = world_.network().client()->send(plan.url, sealed->request);
    engine::Exchange exchange;
    const char* signer = plan.signature_key ? "harness" : "agent (harness)";
    exchange.from = plan.sign ? signer : "harness";
    const auto origin = plan.url.origin();
    const auto dialled = http::Url::parse(target().url);
    const bool theirs = origin == world_.url("/").origin() || (dialled && origin == dialled->origin());
    exchange.to = theirs ? target().role : "a party of the harness";
    exchange.note = std::move(note);
    exchange.signature_base = sealed->base;
    const auto keys = sealed->request.fields.combined("Signature-Key");
    if (keys) collect_tokens("Signature-Key", *keys, exchange.tokens);
    collect_tokens("request body", sealed->request.body, exchange.tokens);
    if (!transfer) {
        exchange.request = http::to_wire(sealed->request);
        exchange.failure = transfer.error().message;
        record_.exchange(exchange);
        throw engine::HarnessError{"no answer came: " + transfer.error().message};
    }
    exchange.request = transfer->sent;
    exchange.response = transfer->received;
    exchange.elapsed_us = transfer->elapsed.count();
    if (const auto field = transfer->response.fields.combined("AAuth-Requirement")) {
        collect_tokens("AAuth-Requirement", *field, exchange.tokens);
    }
    collect_tokens("response body", transfer->response.body, exchange.tokens);
    const auto index = record_.exchange(std::move(exchange));
    return Answer{sealed->request, transfer->response, index};
}

Answer Test::send_plain(std::string method, std::string_view url, http::Fields fields, std::string body,
                        std::string note) {
    mocks::SignedRequest plan{world_.url(url), {}, world_.agent_provider().key(), {}, std::nullopt, {}, false, {}};
    plan.request.method = std::move(method);
    plan.request.target = plan.url.request_target();
    plan.request.scheme = plan.url.scheme;
    plan.request.authority = plan.url.authority();
    plan.request.fields = std::move(fields);
    plan.request.body = std::move(body);
    return send(plan, std::move(note));
}

std::optional<mocks::Seen> Test::received(const mocks::Party& party, const mocks::ExchangeLog::Wanted& wanted,
                                          std::string note, std::uint64_t after, std::chrono::milliseconds limit) {
    const auto seen = party.log().wait(wanted, std::min(limit, record_.remaining()), after);
    if (seen) this->note(party, *seen, std::move(note));
    return seen;
}

std::size_t Test::note(const mocks::Party& party, const mocks::Seen& seen, std::string note) {
    engine::Exchange exchange;
    exchange.from = target().role;
    exchange.to = std::string(protocol::name(party.role())) + " (harness)";
    exchange.note = std::move(note);
    exchange.request = http::to_wire(seen.request);
    exchange.response = http::to_wire(seen.response);
    const auto keys = seen.request.fields.combined("Signature-Key");
    if (keys) collect_tokens("Signature-Key", *keys, exchange.tokens);
    collect_tokens("request body", seen.request.body, exchange.tokens);
    if (const auto field = seen.response.fields.combined("AAuth-Requirement")) {
        collect_tokens("AAuth-Requirement", *field, exchange.tokens);
    }
    collect_tokens("response body", seen.response.body, exchange.tokens);
    return record_.exchange(std::move(exchange));
}

std::string Test::remembered(const std::string& key, const std::function<std::string()>& make) {
    const auto found = remembered_.find(key);
    return found != remembered_.end() ? found->second : remembered_[key] = make();
}

std::string Test::hook(std::string_view name, const std::map<std::string, std::string>& values) {
    const auto* found = world_.hook(name);
    if (found == nullptr) skip(fmt::format("the target's description has no hook \"{}\"", name));
    return world_.call(*found, values);
}

std::optional<engine::Level> Test::level(std::string_view requirement) const {
    const auto* found = world_.requirements().find(requirement);
    return found == nullptr ? std::nullopt : std::optional(found->level);
}

bool Test::check(std::string_view requirement, bool passed, std::string what, std::string expected,
                 std::string observed) {
    const std::string id(requirement.empty() ? covered_.front() : requirement);
    const auto weight = level(id);
    if (!weight) return true;
    return record_.check({id, *weight, passed, std::move(what), std::move(expected), std::move(observed)});
}

bool Test::check_preferred(std::string_view requirement, bool passed, std::string what, std::string expected,
                           std::string observed) {
    const std::string id(requirement.empty() ? covered_.front() : requirement);
    if (!level(id)) return true;
    return record_.check({id, engine::Level::Should, passed, std::move(what), std::move(expected), std::move(observed)});
}

Expect Test::expect(const Answer& answer, std::string_view requirement) {
    const std::string id(requirement);
    return Expect(answer, [this, id](bool passed, std::string what, std::string expected, std::string observed) {
        return check(id, passed, std::move(what), std::move(expected), std::move(observed));
    });
}

Expect Test::prefer(const Answer& answer, std::string_view requirement) {
    const std::string id(requirement);
    return Expect(answer, [this, id](bool passed, std::string what, std::string expected, std::string observed) {
        return check_preferred(id, passed, std::move(what), std::move(expected), std::move(observed));
    });
}

Answer Test::control(const Endpoint& endpoint, const Player& player) {
    auto answer = send(endpoint.request(*this, player), "control: the request unaltered");
    if (!endpoint.accepted(answer)) {
        blocked(fmt::format("the control was not accepted: a conforming request to the {} got {}", endpoint.name,
                            answer.summary()));
    }
    return answer;
}

Answer Test::altered(const Endpoint& endpoint, const std::function<void(mocks::SignedRequest&)>& change) {
    const auto who = player();
    control(endpoint, who);
    auto request = endpoint.request(*this, who);
    change(request);
    return send(request, "the same with one change");
}

void Test::accepts(const Endpoint& endpoint, std::string_view requirement,
                   const std::function<void(mocks::SignedRequest&)>& change) {
    const auto answer = altered(endpoint, change);
    expect(answer, requirement).that(endpoint.accepted(answer), "answer", "accepted like the control", answer.summary());
}

void Test::refuses(const Endpoint& endpoint, const std::vector<std::string>& codes,
                   const std::function<void(mocks::SignedRequest&)>& change) {
    expect_refusal(altered(endpoint, change), endpoint, codes);
}

void Test::expect_refusal(const Answer& answer, const Endpoint& endpoint, const std::vector<std::string>& codes) {
    auto refused = expect(answer);
    refused.that(!endpoint.accepted(answer) && answer.status() >= 400 && answer.status() < 500, "answer", "refused",
                 answer.summary());
    if (!refused.good()) return;
    expect(answer, "sig.status-401").status(401);
    if (!expect(answer, "sig.error-header").header("Signature-Error").good()) return;
    if (!expect(answer, "sig.error-header.form").signature_error({}).good()) return;
    if (!codes.empty()) expect(answer).signature_error(codes);
}

void Test::needs(std::string_view feature) {
    if (!world_.has(feature)) skip(fmt::format("the target does not declare {}", feature));
}

CaseBuilder& CaseBuilder::because(std::string explanation) {
    case_.explanation = std::move(explanation);
    return *this;
}

CaseBuilder& CaseBuilder::after(std::vector<std::string> ids) {
    case_.after = std::move(ids);
    return *this;
}

CaseBuilder& CaseBuilder::alone() {
    case_.exclusive = true;
    return *this;
}

CaseBuilder& CaseBuilder::slow() {
    case_.slow = true;
    return *this;
}

CaseBuilder& CaseBuilder::only_for(std::vector<std::string> drafts) {
    case_.drafts = std::move(drafts);
    return *this;
}

void Suite::area(std::string title, std::string section) { area_ = fmt::format("{} · §{}", title, section); }

CaseBuilder Suite::add(std::string id, std::string title, Covers covers, std::function<void(Test&)> body) {
    engine::Case made;
    made.id = std::move(id);
    made.title = std::move(title);
    made.suite = name_;
    made.area = area_;
    made.covers = std::move(covers);
    std::vector<std::string> ids;
    for (const auto& covered : made.covers) ids.push_back(covered.requirement);
    made.run = [world = world_, ids, body = std::move(body)](engine::Record& record) {
        Test test(*world, record, ids);
        body(test);
    };
    cases_.push_back(std::move(made));
    return CaseBuilder(cases_.back());
}

}  // namespace aauth::suites
