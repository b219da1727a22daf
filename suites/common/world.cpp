#include "suites/common/world.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/engine/case.h"
#include "harness/json/json.h"
#include "harness/lab/lab.h"
#include "harness/process/process.h"
#include "mocks/access_server.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"
#include "suites/common/ports.h"

namespace aauth::suites {

namespace {

constexpr std::uint16_t https_port = 443;

http::ClientOptions options_for(const engine::Target& target) {
    http::ClientOptions options;
    options.connect_timeout = std::chrono::seconds(3);
    options.total_timeout = std::chrono::seconds(15);
    options.ca_file = target.ca_file;
    if (const auto* here = lab::current(); here != nullptr && options.ca_file.empty()) options.ca_file = here->bundle();
    for (const auto& [identifier, base] : target.addresses) options.addresses.entries[identifier] = {base, true};
    return options;
}

// https://ap.test, "7f3c" and 2 give https://ap-7f3c-2.test.
std::string numbered(const std::string& identifier, const std::string& tag, int number) {
    const auto start = identifier.find("://") + 3;
    const auto dot = std::min(identifier.find('.', start), identifier.size());
    std::string suffix = tag.empty() ? std::string() : "-" + tag;
    if (number > 1) suffix += "-" + std::to_string(number);
    return identifier.substr(0, dot) + suffix + identifier.substr(dot);
}

}  // namespace

World::World(engine::Target target)
    : target_(std::move(target)),
      network_(options_for(target_)),
      // A target that is told of our issuers gets new names in every run: it may remember the keys of the last one.
      tag_(target_.trust.given() ? crypto::hex_encode(crypto::random_octets(3)) : std::string()),
      metadata_(std::make_unique<nlohmann::json>()),
      trusted_(std::make_unique<nlohmann::json>(nlohmann::json::object())) {}

World::~World() = default;

http::ClientOptions World::client_options() const { return options_for(target_); }

Result<std::unique_ptr<World>> World::start(engine::Target target) {
    std::unique_ptr<World> world(new World(std::move(target)));
    try {
        if (auto begun = world->begin(); !begun) return tl::unexpected(begun.error());
    } catch (const engine::HarnessError& error) {
        return failure("bad_hook", error.reason);
    }
    return world;
}

Result<void> World::begin() {
    draft_ = protocol::find_draft(target_.draft);
    if (draft_ == nullptr) return failure("bad_target", "there is no draft " + target_.draft);
    if (target_.role == "agent") {
        // It is the one who calls: there is nothing to read, and every case plays parties of its own.
        const auto named = target_.identifiers.find("resource");
        const bool strict_names = named != target_.identifiers.end() &&
                                  protocol::is_server_identifier(named->second, protocol::Reach::Strict);
        lab_ = lab::current();
        reach_ = strict_names || lab_ != nullptr ? protocol::Reach::Strict : protocol::Reach::Loopback;
        return {};
    }
    auto place = http::Url::parse(target_.url);
    if (!place) return failure("bad_target", "the target's URL is not one: " + place.error().message);
    identifier_ = target_.identifier.empty() ? place->origin() : target_.identifier;
    const auto strict = protocol::Reach::Strict;
    reach_ = protocol::is_server_identifier(identifier_, strict) ? strict : protocol::Reach::Loopback;
    if (reach_ == strict) lab_ = lab::current();
    if (identifier_ != place->origin()) network_.serve(identifier_, place->origin());

    agent_provider_ = &another_agent_provider();
    resource_ = &another_resource();
    person_server_ = &another_person_server();
    access_server_ = &another_access_server();
    for (mocks::Party* party :
         std::initializer_list<mocks::Party*>{agent_provider_, resource_, person_server_, access_server_}) {
        trust(*party);
    }

    const auto role = protocol::role_named(target_.role);
    if (!role) return failure("bad_target", "a target in the role of " + target_.role + " has no metadata to read");
    auto document = network_.fetch(protocol::document_url(identifier_, *role));
    if (!document) {
        return failure("unreachable", fmt::format("the target does not answer at {}: {}. Is it running, and is the "
                                                  "address right?", place->origin(), document.error().message));
    }
    auto metadata = json::parse_object(document->body);
    if (document->status == 200 && metadata) {
        *metadata_ = *metadata;
    } else {
        metadata_problem_ = document->status != 200 ? fmt::format("status {}", document->status)
                                                    : metadata.error().message;
    }
    return {};
}

http::Url World::url(std::string_view text) const {
    auto base = http::Url::parse(identifier_ + "/");
    auto url = base ? base->resolve(text) : Result<http::Url>(tl::unexpected(base.error()));
    if (!url) throw engine::HarnessError{"not a URL: " + std::string(text.substr(0, 200))};
    return *url;
}

std::string World::endpoint(std::string_view member) const {
    return json::string_member(*metadata_, member).value_or("");
}

bool World::has(std::string_view feature) const {
    for (const auto& name : target_.unsupported) {
        if (name == feature) return false;
    }
    for (const auto& name : target_.features) {
        if (name == feature) return true;
    }
    return json::member(*metadata_, feature) != nullptr;
}

std::string World::name_for(std::string_view role) {
    const auto named = target_.identifiers.find(std::string(role));
    if (named == target_.identifiers.end()) return {};
    const std::scoped_lock lock(mutex_);
    return numbered(named->second, tag_, ++counts_[std::string(role)]);
}

void World::place(std::string_view role, mocks::PartyOptions& options) {
    options.reach = reach_;
    options.identifier = name_for(role);
    if (!options.identifier.empty()) return;
    if (lab_ == nullptr) {
        options.port = fresh_port();
        return;
    }
    auto ca = lab_->ca();
    auto name = lab_->fresh(role);
    if (name && name->identifier() == identifier_) name = lab_->fresh(role);
    if (!ca || !name) throw engine::HarnessError{ca ? name.error().message : ca.error().message};
    options.identifier = name->identifier();
    options.address = name->address;
    options.port = https_port;
    options.ca = *ca;
}

std::string World::in_clear(mocks::Party& party) {
    auto base = party.base_in_clear();
    if (!base) throw engine::HarnessError{base.error().message};
    return *base;
}

template <class PartyType, class Options>
PartyType& World::add(std::string_view role, std::vector<std::unique_ptr<PartyType>>& kept, Options options,
                      crypto::Algorithm algorithm) {
    options.draft = draft_;
    options.key = jose::SigningKey::generate(algorithm);
    options.name = "aauth-conformance " + std::string(role);
    std::unique_ptr<PartyType> party;
    for (int tries = 50;; --tries) {
        place(role, options);
        if (tries == 0 && lab_ == nullptr) options.port = 0;
        party = std::make_unique<PartyType>(network_, options);
        const auto started = party->start();
        if (started) break;
        if (tries == 0 || started.error().code != "address_in_use") throw engine::HarnessError{started.error().message};
    }
    const std::scoped_lock lock(mutex_);
    kept.push_back(std::move(party));
    return *kept.back();
}

mocks::AgentProvider& World::another_agent_provider(crypto::Algorithm algorithm) {
    return add("agent-provider", agent_providers_, mocks::PartyOptions{}, algorithm);
}

mocks::Resource& World::another_resource(crypto::Algorithm algorithm) {
    return add("resource", resources_, mocks::ResourceOptions{}, algorithm);
}

mocks::PersonServer& World::another_person_server(crypto::Algorithm algorithm) {
    return add("person-server", person_servers_, mocks::PersonServerOptions{}, algorithm);
}

mocks::AccessServer& World::another_access_server(crypto::Algorithm algorithm) {
    return add("access-server", access_servers_, mocks::AccessServerOptions{}, algorithm);
}

void World::trust(mocks::Party& party, std::string metadata, std::string jwks) {
    if (metadata.empty()) metadata = json::dump(party.metadata());
    if (jwks.empty()) jwks = json::dump(party.jwks());
    party.publish_metadata(metadata);
    party.publish_jwks(jwks);
    if (!target_.trust.given()) return;
    const std::scoped_lock lock(hook_mutex_);
    auto documents = json::parse(metadata);
    auto keys = json::parse(jwks);
    if ((!documents || !keys) && !discovers()) {
        throw engine::Skip{"the target is told of issuers by a hook, which takes only JSON"};
    }
    if (documents && keys) (*trusted_)[party.identifier()] = {{"metadata", *documents}, {"jwks", *keys}};
    call(target_.trust, {{"issuer", party.identifier()},
                         {"metadata", metadata},
                         {"jwks", jwks},
                         {"address", party.base()},
                         {"trusted", json::dump(*trusted_)}});
}

const engine::Hook* World::hook(std::string_view name) const {
    const auto found = target_.hooks.find(std::string(name));
    return found == target_.hooks.end() ? nullptr : &found->second;
}

void World::pass(std::int64_t seconds) {
    if (const auto* advance = hook("advance")) {
        call(*advance, {{"seconds", std::to_string(seconds)}});
        network_.advance(seconds);
    } else {
        std::this_thread::sleep_for(std::chrono::seconds(seconds));
    }
}

std::string World::once(const std::string& key, const std::function<std::string()>& ask) {
    std::shared_ptr<Once> entry;
    {
        const std::scoped_lock lock(mutex_);
        auto& kept = once_[key];
        if (!kept) kept = std::make_shared<Once>();
        entry = kept;
    }
    std::call_once(entry->flag, [&] { entry->given = ask(); });
    return entry->given;
}

std::string World::call(const engine::Hook& hook, const std::map<std::string, std::string>& values) {
    const auto filled = [&](const std::string& text, bool as_json) {
        auto done = engine::fill(text, values, as_json);
        if (!done) throw engine::HarnessError{done.error().message};
        return *done;
    };
    if (!hook.command.empty()) {
        auto words = process::split(hook.command);
        if (!words) throw engine::HarnessError{words.error().message};
        process::Command command;
        for (const auto& word : *words) command.arguments.push_back(filled(word, false));
        auto done = process::run(command, "", std::chrono::seconds(20));
        if (!done) throw engine::HarnessError{"the hook's command failed: " + done.error().message};
        if (done->exit.code != 0) throw engine::HarnessError{"the hook's command failed: " + done->errors.substr(0, 500)};
        return done->output;
    }
    http::Request request;
    request.method = hook.method;
    for (const auto& [name, value] : hook.headers) request.fields.set(name, filled(value, false));
    request.body = filled(hook.body, true);
    if (!request.body.empty() && !request.fields.contains("Content-Type")) {
        request.fields.set("Content-Type", "application/json");
    }
    auto answer = network_.client()->send(url(filled(hook.url, false)), std::move(request));
    if (!answer) throw engine::HarnessError{"the hook at " + hook.url + " failed: " + answer.error().message};
    if (answer->response.status >= 300) {
        throw engine::HarnessError{fmt::format("the hook at {} answered {}", hook.url, answer->response.status)};
    }
    return answer->response.body;
}

std::vector<std::string> World::notes() const {
    std::vector<std::string> notes;
    if (reach_ == protocol::Reach::Loopback) notes.emplace_back("loopback: identifier and TLS rules relaxed");
    if (lab_ != nullptr) notes.emplace_back("lab: names under aauth.test, on this machine, with certificates of a test CA");
    if (!discovers()) notes.emplace_back("the target was told of our issuers by a hook instead of discovering them");
    for (const auto& [name, value] : target_.values) {
        if (name.rfind("accommodate.", 0) == 0) {
            notes.push_back(fmt::format("accommodation: {} = {}", name.substr(12), value));
        }
    }
    return notes;
}

}  // namespace aauth::suites
