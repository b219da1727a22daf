#include "suites/resource/surfaces.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"

namespace aauth::suites::rs {

namespace {

constexpr std::array<std::pair<Mode, std::string_view>, 6> names{{{Mode::Agent, "agent"},
                                                                  {Mode::Person, "person"},
                                                                  {Mode::Data, "data"},
                                                                  {Mode::Write, "write"},
                                                                  {Mode::Managed, "managed"},
                                                                  {Mode::Held, "held"}}};

std::string_view name(Mode mode) {
    return std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == mode; })->second;
}

std::string value(const engine::Target& target, const std::string& key) {
    const auto found = target.values.find(key);
    return found == target.values.end() ? std::string() : found->second;
}

// What the answer to an agent token, and then to a person token, says of a URL.
std::optional<Mode> mode_shown(const Answer& answer, bool by_person) {
    const auto requirement = protocol::parse_requirement(answer.response.fields);
    const auto wants = requirement ? requirement->value : std::string();
    if (wants == "auth-token") return answer.status() == 202 ? Mode::Held : Mode::Data;
    if (answer.status() == 202 && wants == "interaction") return Mode::Managed;
    if (served(answer)) return by_person ? Mode::Person : Mode::Agent;
    return std::nullopt;
}

std::string scope_shown(const Answer& answer) {
    const auto token = resource_token_in(answer);
    return token ? token->claim_string("scope").value_or("") : std::string();
}

}  // namespace

std::string named(Test& t, const std::string& text) {
    const auto dialled = http::Url::parse(t.target().url);
    const auto url = http::Url::parse(text);
    const bool moved = dialled && url && url->origin() == dialled->origin();
    return moved ? t.world().identifier() + url->request_target() : text;
}

namespace {

// A request to a URL of the target with the method and the body that its description gives.
mocks::SignedRequest described(Test& t, const std::string& url, const Player& player, std::string token = {}) {
    const auto method = value(t.target(), "method");
    auto plan = request(t, method.empty() ? "GET" : method, url, player, std::move(token));
    if (const auto body = value(t.target(), "body"); !body.empty()) plan.body(body);
    return plan;
}

// Asks the target's own URL which mode it has, from the least credential to the most.
void ask(Test& t, Surfaces& found) {
    const auto url = named(t, t.target().url);
    const auto note = "finding out what the target's URL asks for";
    const auto player = t.player();
    const auto open = t.send(described(t, url, player).unsigned_(), note);
    found.explanation = "unsigned: " + open.summary();
    if (served(open)) return;
    const auto by_agent = t.send(described(t, url, player), note);
    found.explanation += "; agent token: " + by_agent.summary();
    auto mode = mode_shown(by_agent, false);
    auto scope = scope_shown(by_agent);
    if (!mode && t.draft().person_tokens) {
        const auto by_person = t.send(described(t, url, player, person_token(t, player)), note);
        found.explanation += "; person token: " + by_person.summary();
        mode = mode_shown(by_person, true);
        scope = scope_shown(by_person);
    }
    if (mode) found.urls.emplace_back(*mode, url);
    if (found.scope.empty()) found.scope = scope;
}

// The scope that a URL's challenge asks for.
std::string ask_scope(Test& t, const std::string& url) {
    const auto player = t.player();
    return scope_shown(t.send(described(t, url, player, identity_token(t, player)), "finding out the scope"));
}

Surfaces look(Test& t) {
    Surfaces found;
    const auto& target = t.target();
    found.scope = value(target, "scope");
    found.other_scope = value(target, "other-scope");
    for (const auto& [mode, word] : names) {
        const auto url = value(target, "url." + std::string(word));
        if (!url.empty()) found.urls.emplace_back(mode, named(t, url));
    }
    if (found.urls.empty()) ask(t, found);
    if (const auto* url = found.url(Mode::Data); url != nullptr && found.scope.empty()) {
        found.scope = ask_scope(t, *url);
    }
    if (const auto* url = found.url(Mode::Write); url != nullptr && found.other_scope.empty()) {
        found.other_scope = ask_scope(t, *url);
    }
    return found;
}

struct Entry {
    std::mutex mutex;
    std::optional<Surfaces> found;
};

// One entry per world, known by the key of its agent provider, which no other world has.
std::shared_ptr<Entry> entry_of(World& world) {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<Entry>> entries;
    const std::scoped_lock lock(mutex);
    auto& entry = entries[world.agent_provider().key().kid];
    if (!entry) entry = std::make_shared<Entry>();
    return entry;
}

}  // namespace

const std::string* Surfaces::url(Mode mode) const {
    const auto found = std::find_if(urls.begin(), urls.end(), [&](const auto& entry) { return entry.first == mode; });
    return found == urls.end() ? nullptr : &found->second;
}

const Surfaces& surfaces(Test& t) {
    const auto entry = entry_of(t.world());
    const std::scoped_lock lock(entry->mutex);
    if (!entry->found) entry->found = look(t);
    return *entry->found;
}

bool has(Test& t, Mode mode) {
    if (mode == Mode::Person && !t.draft().person_tokens) return false;
    return surfaces(t).url(mode) != nullptr;
}

std::string url_of(Test& t, Mode mode) {
    if (has(t, mode)) return *surfaces(t).url(mode);
    const auto& explanation = surfaces(t).explanation;
    t.skip("the target description gives no value url." + std::string(name(mode)) +
           (explanation.empty() ? "" : ", and the target's URL does not show that mode (" + explanation + ")"));
}

std::string scope_of(Test& t, Mode mode) {
    const auto& found = surfaces(t);
    const auto& scope = mode == Mode::Write ? found.other_scope : found.scope;
    if (scope.empty()) t.skip("no scope is known for the value url." + std::string(name(mode)));
    return scope;
}

bool served(const Answer& answer) { return answer.status() >= 200 && answer.status() < 300 && answer.status() != 202; }

std::optional<jose::Jwt> resource_token_in(const Answer& answer) {
    auto compact = answer.text("resource_token");
    if (auto requirement = protocol::parse_requirement(answer.response.fields)) {
        if (const auto parameter = requirement->parameter("resource-token"); !parameter.empty()) compact = parameter;
    }
    auto token = jose::Jwt::decode(compact);
    return token ? std::optional<jose::Jwt>(*token) : std::nullopt;
}

bool recognized(const Answer& answer) {
    return (answer.status() >= 200 && answer.status() < 300) || resource_token_in(answer).has_value();
}

mocks::SignedRequest call(Test& t, Mode mode, const Player& player, std::string token) {
    return described(t, url_of(t, mode), player, std::move(token));
}

Answer call_plain(Test& t, Mode mode, http::Fields fields, std::string note) {
    auto plan = call(t, mode, t.player());
    plan.unsigned_();
    for (const auto& [field, text] : fields.all()) plan.request.fields.add(field, text);
    return t.send(plan, std::move(note));
}

Answer called(Test& t, Mode mode, const Player& player, std::string token, std::string note) {
    return t.send(call(t, mode, player, std::move(token)), std::move(note));
}

}  // namespace aauth::suites::rs
