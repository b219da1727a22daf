#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/lab/lab.h"
#include "harness/protocol/headers.h"
#include "suites/agent/scenario.h"

// The parties around the agent: how they are set up, and what they do that is odd.
namespace aauth::suites::ag {

Setting odd_resource(protocol::Faults faults) {
    Setting setting;
    setting.resource.faults = std::move(faults);
    return setting;
}

Setting odd_person_server(protocol::Faults faults) {
    Setting setting;
    setting.person_server.faults = std::move(faults);
    return setting;
}

Setting begins_with_agent_token() {
    Setting setting;
    setting.resource.access_mode = "agent-token";
    return setting;
}

Scene::Scene(Test& t, Setting setting) : t_(t), setting_(std::move(setting)), network_(t.world().client_options()) {
    const auto fresh = [this, tally = tally_](const http::Request&) {
        const std::scoped_lock lock(tally->mutex);
        ++tally->fresh_tokens;
        http::Reply reply;
        reply.response.status = 200;
        reply.response.fields.add("Content-Type", "application/json");
        const auto token = provider_->agent_token(*agent_, scenario.person_server, fresh_edit_);
        reply.response.body = json::dump({{"agent_token", token}});
        return reply;
    };
    const auto visit = [this, tally = tally_](const http::Request& request) {
        const auto body = json::parse_object(request.body);
        const auto callback = http::Url::parse(callback_of(body ? json::string_member(*body, "url").value_or("") : ""));
        std::unique_lock lock(tally->mutex);
        const auto query = tally->query;
        lock.unlock();
        const bool local = callback && (callback->host == "127.0.0.1" || callback->host == "localhost");
        if (!query.empty() && local) {
            auto there = *callback;
            there.has_query = true;
            there.query = query;
            const auto answered = http::Client().send(there, {});
            lock.lock();
            tally->called_back = tally->called_back || answered;
        }
        return answer(200, "{}");
    };
    provider_ = &add<mocks::AgentProvider>("agent-provider", providers_, mocks::PartyOptions{},
                                           [&](mocks::AgentProvider& party) {
                                               party.also_serve("POST", "/mock/fresh-token", fresh);
                                               party.also_serve("POST", "/mock/browser", visit);
                                           });
    if (setting_.tls) speak_tls();
    resource_ = &another_resource(setting_.resource);
    person_server_ = &another_person_server(setting_.person_server);
    agent_ = provider_->enrol({}, setting_.algorithm);
    scenario.draft = t.draft().id;
    if (setting_.has_person_server) scenario.person_server = person_server_->identifier();
    scenario.agent = {agent_->identifier, json::dump(agent_->key.private_jwk()),
                      provider_->agent_token(*agent_, scenario.person_server, setting_.agent_token)};
    scenario.capabilities = {"interaction", "clarification"};
    scenario.clarification = "It is needed for what you asked me to do.";
    scenario.deadline = setting_.deadline;
    scenario.ca_file = t.world().client_options().ca_file;
    if (setting_.tls && lab::current() == nullptr) serve_tls();
}

void Scene::speak_tls() {
    const auto* here = lab::current();
    if (here == nullptr && t_.world().reach() != protocol::Reach::Strict) {
        t_.skip("the resource is reached without TLS; --lab gives it a name and a certificate");
    }
    if (here == nullptr) {
        ca_ = std::make_unique<http::TestCa>();
    } else {
        auto trusted = here->ca();
        if (!trusted) throw engine::HarnessError{trusted.error().message};
        ca_ = std::make_unique<http::TestCa>((*trusted)->certificate_pem(), (*trusted)->key_pem());
    }
    ca_->speak(setting_.tls->first, setting_.tls->second);
}

// Outside of a lab it is reached by a map of addresses, and its authority is to be trusted by a file.
void Scene::serve_tls() {
    const auto base = resource_->start_tls(*ca_);
    if (!base) throw engine::HarnessError{base.error().message};
    ca_file_ = std::make_unique<TemporaryFile>(ca_->certificate_pem());
    scenario.addresses[resource_->identifier()] = *base;
    scenario.ca_file = ca_file_->path();
}

Scene::~Scene() {
    // What is still being answered may look at the other parties.
    for (auto& party : providers_) party->stop();
    for (auto& party : resources_) party->stop();
    for (auto& party : person_servers_) party->stop();
    for (auto& party : access_servers_) party->stop();
}

template <class PartyType, class Options>
PartyType& Scene::add(std::string_view role, std::vector<std::unique_ptr<PartyType>>& kept, Options options,
                      const std::function<void(PartyType&)>& before) {
    options.draft = &t_.draft();
    options.name = "aauth-conformance " + std::string(role);
    if (!options.key) options.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519);
    for (int tries = 50;; --tries) {
        t_.world().place(role, options);
        if (ca_ && options.ca != nullptr && role == "resource") options.ca = ca_.get();
        auto party = std::make_unique<PartyType>(network_, options);
        if (before) before(*party);
        const auto started = party->start();
        if (started) {
            kept.push_back(std::move(party));
            break;
        }
        if (tries == 0 || started.error().code != "address_in_use") throw engine::HarnessError{started.error().message};
    }
    auto& party = *kept.back();
    if (party.identifier() != party.base()) {
        t_.world().network().serve(party.identifier(), party.base());
        scenario.addresses[party.identifier()] = party.base();
    }
    return party;
}

mocks::Resource& Scene::another_resource(mocks::ResourceOptions options) {
    return add<mocks::Resource>("resource", resources_, std::move(options));
}

mocks::PersonServer& Scene::another_person_server(mocks::PersonServerOptions options) {
    return add<mocks::PersonServer>("person-server", person_servers_, std::move(options));
}

mocks::AccessServer& Scene::access_server() {
    if (access_servers_.empty())
        add<mocks::AccessServer>("access-server", access_servers_, mocks::AccessServerOptions{});
    return *access_servers_.front();
}

Scene& Scene::get(const std::string& path) { return call("GET", path); }

Scene& Scene::call(const std::string& method, const std::string& path, const std::string& body,
                   const std::string& media_type) {
    mocks::Step step;
    step.method = method;
    step.url = path.rfind("http", 0) == 0 ? path : resource_->url(path);
    step.body = body;
    if (!body.empty()) step.headers.set("Content-Type", media_type);
    scenario.steps.push_back(std::move(step));
    return *this;
}

Scene& Scene::act(const std::string& action, const nlohmann::json& parameters) {
    mocks::Step step;
    step.action = action;
    step.parameters = json::dump(parameters);
    scenario.steps.push_back(std::move(step));
    return *this;
}

Scene& Scene::refreshable(mocks::TokenEdit edit) {
    fresh_edit_ = std::move(edit);
    scenario.refresh_url = provider_->url("/mock/fresh-token");
    return *this;
}

Scene& Scene::browser(std::string query) {
    scenario.interaction_url = provider_->url("/mock/browser");
    const std::scoped_lock lock(tally_->mutex);
    tally_->query = std::move(query);
    return *this;
}

bool Scene::called_back() const {
    const std::scoped_lock lock(tally_->mutex);
    return tally_->called_back;
}

int Scene::fresh_tokens() const {
    const std::scoped_lock lock(tally_->mutex);
    return tally_->fresh_tokens;
}

Scene& Scene::person_answers(mocks::Party& party, const std::string& decision, int poll) {
    struct Waiting {
        std::mutex mutex;
        std::string code;
        int polls = 0;
    };
    const auto waiting = std::make_shared<Waiting>();
    party.alter_answers([waiting](const http::Request&, http::Reply& reply) {
        const auto requirement = protocol::parse_requirement(reply.response.fields);
        const std::scoped_lock lock(waiting->mutex);
        if (requirement && requirement->value == "interaction") waiting->code = requirement->parameter("code");
    });
    party.intercept([this, waiting, decision, poll,
                     base = party.base()](const http::Request& request) -> std::optional<http::Reply> {
        if (request.method != "GET" || request.path().find("/pending/") == std::string::npos) return std::nullopt;
        std::unique_lock lock(waiting->mutex);
        const auto code = waiting->code;
        if (++waiting->polls != poll) return std::nullopt;
        lock.unlock();
        http::Request decide;
        decide.method = "POST";
        decide.fields.set("Content-Type", "application/json");
        decide.body = json::dump({{"code", code}, {"decision", decision}});
        if (const auto url = http::Url::parse(base + "/mock/decide")) (void)network_.client()->send(*url, decide);
        return std::nullopt;
    });
    return *this;
}

Scene& Scene::challenges_with(const Making& make) {
    resource_->alter_answers([make](const http::Request& request, http::Reply& reply) {
        auto requirement = protocol::parse_requirement(reply.response.fields);
        auto body = json::parse_object(reply.response.body);
        const bool asks = requirement && requirement->value == "auth-token";
        const bool gives = body && json::member(*body, "resource_token") != nullptr;
        if (!asks && !gives) return;
        const auto presented = taken_apart({0, 0, 0, request, {}}).token;
        const auto token = make(presented ? presented->compact() : std::string());
        if (gives) {
            (*body)["resource_token"] = token;
            reply.response.body = json::dump(*body);
            return;
        }
        requirement->parameters["resource-token"] = token;
        reply.response.fields.set("AAuth-Requirement", protocol::to_field(*requirement));
    });
    return *this;
}

std::string Scene::resource_token(const std::string& presented, const mocks::Resource::Edit& edit) const {
    return resource_->resource_token(presented, agent_->key, person_server_->identifier(), "data.read", edit);
}

}  // namespace aauth::suites::ag
