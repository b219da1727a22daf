#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "harness/cli/status_page.h"
#include "harness/json/json.h"
#include "harness/lab/lab.h"
#include "mocks/access_server.h"
#include "mocks/agent_provider.h"
#include "mocks/person_server.h"
#include "mocks/resource.h"

namespace aauth::cli {

namespace {

// In a lab a party has the plain name of its role, or the name that it is to have, unless it is to have a port.
std::optional<lab::Name> name_in_lab(const std::string& role, const ServeFlags& flags) {
    if (lab::current() == nullptr || flags.port != 0) return std::nullopt;
    return flags.identifier.empty() ? lab::name_of(role, 0) : lab::find_name(flags.identifier);
}

void place_in_lab(mocks::PartyOptions& options, const lab::Name& name) {
    auto ca = lab::current()->ca();
    if (!ca) stop(trouble, ca.error().message);
    options.identifier = name.identifier();
    options.address = name.address;
    options.port = 443;
    options.ca = *ca;
    options.reach = protocol::Reach::Strict;
}

http::ClientOptions client_options() {
    http::ClientOptions options;
    if (const auto* here = lab::current()) options.ca_file = here->bundle();
    return options;
}

// A party of the role with the faults, not started.
std::unique_ptr<mocks::Party> make(mocks::Network& network, const std::string& role, const ServeFlags& flags) {
    const auto set_up = [&](mocks::PartyOptions& options) {
        options.draft = &draft_named(flags.draft);
        options.identifier = flags.identifier;
        options.port = flags.port;
        for (const auto& fault : flags.faults) options.faults.add(fault);
        options.name = "aauth-conformance mock " + role;
        if (const auto name = name_in_lab(role, flags)) place_in_lab(options, *name);
    };
    if (role == "person-server") {
        mocks::PersonServerOptions options;
        set_up(options);
        options.ask = flags.ask;
        options.pin = flags.pin;
        return std::make_unique<mocks::PersonServer>(network, options);
    }
    if (role == "resource") {
        mocks::ResourceOptions options;
        set_up(options);
        if (!flags.access_mode.empty()) options.access_mode = flags.access_mode;
        return std::make_unique<mocks::Resource>(network, options);
    }
    if (role == "access-server") {
        mocks::AccessServerOptions options;
        set_up(options);
        options.ask = flags.ask;
        return std::make_unique<mocks::AccessServer>(network, options);
    }
    mocks::PartyOptions options;
    set_up(options);
    return std::make_unique<mocks::AgentProvider>(network, options);
}

void write_agent(const mocks::AgentProvider& provider, const ServeFlags& flags) {
    const auto agent = provider.enrol();
    const nlohmann::json document{{"identifier", agent.identifier},
                                  {"private_jwk", agent.key.private_jwk()},
                                  {"agent_token", provider.agent_token(agent, flags.person_server)}};
    write_secret_file(flags.agent_file, json::pretty(document) + "\n");
    fmt::print("  agent {}: private JWK and agent token (for an hour) in {}\n", agent.identifier, flags.agent_file);
}

void print_ways_in(const mocks::Party& party, const std::string& role) {
    const std::string metadata = party.base() + "/.well-known/" + std::string(protocol::document_name(party.role()));
    fmt::print("  metadata {}\n", metadata);
    fmt::print("  the last exchanges {}/\n", party.base());
    const auto members = party.metadata();
    for (const auto& [name, value] : members.items()) {
        if (name.ends_with("_endpoint") || name == "jwks_uri") fmt::print("  {} {}\n", name, value.get<std::string>());
    }
    if (role == "resource") {
        fmt::print("  paths /agent /person /data /write /managed /held\n");
        fmt::print("\n  curl -i {}/data\n", party.base());
    } else {
        fmt::print("\n  curl -i {}\n", metadata);
    }
    if (role != "agent-provider") {
        fmt::print("  {} test {} --target {}{} --draft {}\n", program_name(), role, party.base(),
                   role == "resource" ? "/data" : "", party.draft().id);
    }
    if (role == "person-server" || role == "access-server") {
        fmt::print(
            "  in the person's place: curl -d '{{\"code\": \"CODE\", \"decision\": \"approve\"}}' {}/mock/decide\n",
            party.base());
    }
}

}  // namespace

Exit serve(const ServeFlags& flags) {
    const std::string role = role_named(flags.role, {"person-server", "resource", "access-server", "agent-provider"});
    draft_named(flags.draft);
    for (const auto& fault : flags.faults) check_fault(fault);
    if (!flags.agent_file.empty()) {
        if (role != "agent-provider")
            stop(bad_usage, "--agent-file is for 'serve ap': agent providers issue agent tokens");
        check_writable(flags.agent_file);
    }
    if (!flags.person_server.empty() && flags.agent_file.empty()) {
        stop(bad_usage, "--ps is for the agent token of 'serve ap --agent-file FILE'");
    }

    // Before the party's threads are there, so that none of them takes the signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    mocks::Network network(client_options());
    const auto party = make(network, role, flags);
    party->also_serve("GET", "/", [&party](const http::Request&) { return status_page(*party); });
    if (auto started = party->start(); !started) {
        const bool taken = started.error().code == "address_in_use";
        stop(bad_usage,
             taken && flags.port != 0
                 ? fmt::format("port {} is in use; choose another with --port, or 0 for any free one", flags.port)
                 : "cannot listen: " + started.error().message);
    }
    fmt::print("{} at {}", role, party->base());
    if (party->identifier() != party->base()) fmt::print(", identifier {}", party->identifier());
    for (const auto& fault : flags.faults) fmt::print(", fault \"{}\"", fault);
    fmt::print("\n");
    print_ways_in(*party, role);
    if (!flags.agent_file.empty()) write_agent(dynamic_cast<const mocks::AgentProvider&>(*party), flags);
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    party->stop();
    return nothing_worse;
}

}  // namespace aauth::cli
