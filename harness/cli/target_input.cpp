#include "harness/cli/target_input.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/cli/files.h"
#include "harness/cli/known.h"
#include "harness/cli/say.h"
#include "harness/http/message.h"
#include "harness/process/process.h"
#include "suites/common/suite.h"

namespace aauth::cli {

namespace fs = std::filesystem;

namespace {

engine::Target described(const std::string& path) {
    auto target = engine::parse_target(read_file(path, "the description"));
    if (!target) {
        stop(bad_usage,
             fmt::format("the description {} is not valid: {} (its members: suites/schema/target.schema.json)", path,
                         target.error().message));
    }
    const fs::path folder = fs::absolute(path).parent_path();
    if (!target->ca_file.empty()) target->ca_file = (folder / target->ca_file).lexically_normal().string();
    // An agent's command is run there too.
    if (target->launch.given() || !target->command.empty()) {
        target->launch.directory = (folder / target->launch.directory).lexically_normal().string();
    }
    return *target;
}

void check_url(const std::string& text, const std::string& what) {
    const auto url = http::Url::parse(text);
    const bool plain = url && (url->scheme == "http" || url->scheme == "https") && !url->host.empty();
    if (!plain) {
        stop(bad_usage, fmt::format("{} is no URL: '{}'; it has to look like http://127.0.0.1:8080 or "
                                    "https://ps.example",
                                    what, text));
    }
}

void add_map(engine::Target& target, const std::string& text) {
    const std::size_t middle = text.find('=');
    if (middle == std::string::npos) {
        stop(bad_usage, fmt::format("--map takes IDENTIFIER=BASE, for example https://ps.test=http://127.0.0.1:9000, "
                                    "and not '{}'",
                                    text));
    }
    const std::string identifier = text.substr(0, middle), base = text.substr(middle + 1);
    check_url(identifier, "the identifier of --map");
    check_url(base, "the base of --map");
    target.addresses[identifier] = base;
}

// An agent is not called: it calls, when its program is told to.
void check_agent(const engine::Target& target) {
    if (target.command.empty()) {
        stop(bad_usage, "say what performs a scenario (suites/agent/README.md): --command 'python3 my_agent.py', or "
                        "--description FILE with a command");
    }
    if (!target.url.empty() || target.launch.given()) {
        stop(bad_usage, "an agent is told by its command alone; it has no URL and is not launched beforehand");
    }
    if (auto words = process::split(target.command); !words) stop(bad_usage, "the command: " + words.error().message);
    draft_named(target.draft);
    if (!target.ca_file.empty()) read_file(target.ca_file, "the CA file");
}

}  // namespace

engine::Target read_target(const TargetFlags& flags) {
    engine::Target target;
    if (!flags.description.empty()) target = described(flags.description);
    if (!flags.role.empty()) {
        const std::string role = role_named(flags.role, suites::suite_names());
        if (!target.role.empty() && target.role != role) {
            stop(bad_usage,
                 fmt::format("{} describes a target of the role {}, not {}", flags.description, target.role, role));
        }
        target.role = role;
    }
    if (target.role.empty()) {
        stop(bad_usage, fmt::format("say what is to be tested: '{0} test person-server --target URL' or '{0} test "
                                    "resource --target URL'",
                                    program_name()));
    }
    target.role = role_named(target.role, suites::suite_names());
    if (!flags.url.empty()) {
        target.url = flags.url;
        target.launch = {};  // it is running already
    }
    if (!flags.command.empty()) target.command = flags.command;
    if (!flags.identifier.empty()) target.identifier = flags.identifier;
    if (!flags.draft.empty()) target.draft = flags.draft;
    if (!flags.ca_file.empty()) target.ca_file = flags.ca_file;
    for (const auto& map : flags.maps) add_map(target, map);

    if (target.role == "agent") {
        check_agent(target);
        return target;
    }
    if (!target.command.empty()) stop(bad_usage, "only an agent is tested by a command; of others say --target URL");
    if (target.url.empty()) {
        stop(bad_usage, "say where the target is: --target URL, or --description FILE with a url");
    }
    const bool has_port = target.url.find("{{port}}") != std::string::npos;
    if (has_port && !target.launch.given()) {
        stop(bad_usage,
             "the target's url has {{port}}, which only has a value when the description says how to launch it");
    }
    if (!has_port) check_url(target.url, "the target's url");
    if (!target.identifier.empty() && target.identifier.find("{{port}}") == std::string::npos) {
        check_url(target.identifier, "the target's identifier");
    }
    draft_named(target.draft);
    if (!target.ca_file.empty()) read_file(target.ca_file, "the CA file");
    return target;
}

std::string as_typed(const TargetFlags& flags, const engine::Target& target) {
    std::string out = "test " + target.role;
    const auto add = [&](const char* flag, const std::string& value) {
        if (!value.empty()) out += std::string(" ") + flag + " " + quoted(value);
    };
    add("--description", flags.description);
    add("--target", flags.url);
    add("--command", flags.command);
    add("--identifier", flags.identifier);
    add("--draft", flags.description.empty() ? target.draft : flags.draft);
    add("--ca", flags.ca_file);
    for (const auto& map : flags.maps) add("--map", map);
    return out;
}

}  // namespace aauth::cli
