#include "suites/interop/parties.h"

#include <stdexcept>

#include "harness/process/process.h"

namespace aauth::interop {

namespace {

void replace_all(std::string& text, const std::string& place, const std::string& value) {
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size())) {
        text.replace(at, place.size(), value);
    }
}

template <class Visit>
void each_text(engine::Target& target, Visit visit) {
    for (std::string* text : {&target.url, &target.identifier, &target.command, &target.draft, &target.launch.command,
                              &target.launch.ready_url}) {
        visit(*text);
    }
    for (auto* texts : {&target.addresses, &target.identifiers, &target.values, &target.launch.environment}) {
        for (auto& [name, text] : *texts) visit(text);
    }
    const auto hook_texts = [&](engine::Hook& hook) {
        for (std::string* text : {&hook.url, &hook.body, &hook.command}) visit(*text);
        for (auto& [name, text] : hook.headers) visit(text);
    };
    for (auto* hook : {&target.trust, &target.approve, &target.defer, &target.proceed, &target.reset}) hook_texts(*hook);
    for (auto& [name, hook] : target.hooks) hook_texts(hook);
}

std::string role_in_lab(const std::string& role) {
    if (role == "person-server") return "ps";
    if (role == "access-server") return "as";
    if (role == "agent-provider") return "ap";
    return role;
}

}  // namespace

void fill_places(engine::Target& target, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) {
        each_text(target, [&](std::string& text) { replace_all(text, "{{" + name + "}}", value); });
    }
}

bool has_place(const engine::Target& target, const std::string& name) {
    bool found = target.launch.command.find("{{" + name + "}}") != std::string::npos;
    for (const auto& [variable, text] : target.launch.environment) {
        found = found || text.find("{{" + name + "}}") != std::string::npos;
    }
    return found;
}

void Wire::add(Heard heard) {
    const std::scoped_lock lock(mutex_);
    if (heard_.size() == most) heard_.erase(heard_.begin(), heard_.begin() + most / 2);
    heard_.push_back(std::move(heard));
}

std::vector<Heard> Wire::all(const std::function<bool(const Heard&)>& wanted) const {
    const std::scoped_lock lock(mutex_);
    std::vector<Heard> chosen;
    for (const auto& heard : heard_) {
        if (wanted(heard)) chosen.push_back(heard);
    }
    return chosen;
}

Parties::Parties(const lab::Lab& lab, Wire& wire, Launch launch, std::string program)
    : lab_(lab), wire_(wire), launch_(std::move(launch)), program_(std::move(program)) {}

void Parties::start(Slot& slot, const Contender& contender, const std::string& draft, const std::string& access_server) {
    auto name = lab_.fresh(role_in_lab(contender.role));
    const auto port = process::free_port();
    if (!name || port == 0) {
        slot.problem = name ? "there is no free port" : name.error().message;
        return;
    }
    Running made;
    made.identifier = name->identifier();
    made.base = "http://127.0.0.1:" + std::to_string(port);
    made.target = contender.target;
    made.target.identifier = made.identifier;
    fill_places(made.target, {{"port", std::to_string(port)}, {"identifier", made.identifier}, {"program", program_},
                              {"draft", draft}});
    // One that serves every access server is told by each request.
    if (has_place(made.target, "access_server")) fill_places(made.target, {{"access_server", access_server}});
    try {
        made.process = launch_(made.target);
    } catch (const std::exception& problem) {
        slot.problem = problem.what();
        return;
    }
    auto front = lab::Front::start(lab_, *name, made.base,
                                   [this, role = contender.role, identifier = made.identifier](
                                       const http::Request& request, const http::Response& response) {
                                       wire_.add({role, identifier, request, response});
                                   });
    if (!front) {
        slot.problem = front.error().message;
        return;
    }
    made.front = std::move(*front);
    const std::scoped_lock lock(mutex_);  // for running()
    slot.running = std::move(made);
}

Result<const Running*> Parties::get(const Contender& contender, const std::string& draft,
                                    const std::string& access_server) {
    const auto part = [&](const char* place, const std::string& value) {
        return has_place(contender.target, place) ? " " + value : std::string();
    };
    const auto key = contender.peer + " " + contender.role + part("draft", draft) + part("access_server", access_server);
    std::shared_ptr<Slot> slot;
    {
        const std::scoped_lock lock(mutex_);
        auto& kept = slots_[key];
        if (!kept) kept = std::make_shared<Slot>();
        slot = kept;
    }
    std::call_once(slot->once, [&] { start(*slot, contender, draft, access_server); });
    if (!slot->running) return failure("cannot_start", contender.peer + " could not be started: " + slot->problem);
    return &*slot->running;
}

std::vector<const Running*> Parties::running() const {
    const std::scoped_lock lock(mutex_);
    std::vector<const Running*> all;
    for (const auto& [key, slot] : slots_) {
        if (slot->running) all.push_back(&*slot->running);
    }
    return all;
}

}  // namespace aauth::interop
