#include "harness/engine/target.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "embedded/target_schema.h"
#include "harness/engine/reader.h"
#include "harness/engine/schema.h"
#include "harness/json/json.h"

namespace aauth::engine {

namespace {

// The words that the published schema allows for a member.
std::vector<std::string> allowed(const char* member) {
    const auto schema = nlohmann::json::parse(embedded::target_schema("target.schema.json"));
    return schema.at("properties").at(member).at("enum").get<std::vector<std::string>>();
}

bool is_url(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (text.starts_with(scheme) && text.size() > scheme.size())
            return std::string_view("/?#").find(text[scheme.size()]) == std::string_view::npos;
    }
    return false;
}

bool is_base(std::string_view text) {
    if (text.ends_with('/')) text.remove_suffix(1);
    return is_url(text) && text.find_first_of("/?#", text.find("://") + 3) == std::string_view::npos;
}

std::string url(const Reader& reader, std::string_view name) {
    const std::string text = reader.string(name);
    if (reader.has(name) && !is_url(text)) reader.fail(name, "a URL that starts with http:// or https://");
    return text;
}

std::map<std::string, std::string> addresses(const Reader& reader) {
    const auto out = reader.string_map("addresses");
    for (const auto& [from, to] : out) {
        if (!is_base(from) || from.ends_with('/')) {
            throw Misread{
                fmt::format("addresses: the name {} is no origin; expected scheme://host[:port]", json::dump(from))};
        }
        if (!is_base(to)) reader.object("addresses").fail(from, "a base URL, scheme://host[:port]");
    }
    return out;
}

std::map<std::string, std::string> identifiers(const Reader& reader) {
    auto out = reader.string_map("identifiers");
    for (const auto& [party, ignored] : out) url(reader.object("identifiers"), party);
    return out;
}

std::vector<std::string> words(const Reader& reader, std::string_view name) {
    auto out = reader.strings(name);
    for (std::size_t i = 0; i < out.size(); ++i)
        if (out[i].empty()) throw Misread{fmt::format("{}[{}]: expected a word, got \"\"", reader.path_of(name), i)};
    return out;
}

Hook hook(const Reader& parent, std::string_view name) {
    Hook out;
    if (!parent.has(name)) return out;
    const Reader reader = parent.object(name);
    reader.allow_only({"method", "url", "headers", "body", "command"});
    out.method = reader.string("method", "POST");
    if (out.method.empty() || out.method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
        reader.fail("method", "a method in capitals");
    if (reader.has("url") == reader.has("command")) {
        throw Misread{fmt::format("{}: expected either url or command, got {}", parent.path_of(name),
                                  reader.has("url") ? "both" : "neither")};
    }
    if (reader.has("url")) out.url = reader.required_string("url");
    if (reader.has("command")) out.command = reader.required_string("command");
    out.headers = reader.string_map("headers");
    if (reader.has("body")) {
        const nlohmann::json& body = reader.value("body");
        out.body = body.is_string() ? body.get<std::string>() : json::dump(body);
    }
    return out;
}

std::map<std::string, Hook> hooks(const Reader& parent) {
    std::map<std::string, Hook> out;
    if (!parent.has("hooks")) return out;
    const Reader reader = parent.object("hooks");
    for (const auto& [name, ignored] : parent.value("hooks").items()) out[name] = hook(reader, name);
    return out;
}

Launch launch(const Reader& parent) {
    Launch out;
    if (!parent.has("launch")) return out;
    const Reader reader = parent.object("launch");
    reader.allow_only({"command", "environment", "directory", "ready_url", "ready_seconds"});
    out.command = reader.required_string("command");
    out.environment = reader.string_map("environment");
    out.directory = reader.string("directory");
    out.ready_url = url(reader, "ready_url");
    out.ready_seconds = static_cast<int>(reader.integer("ready_seconds", 1, 3600, out.ready_seconds));
    return out;
}

Target read(const Reader& reader) {
    reader.allow_only({"$schema", "name", "role", "url", "command", "identifier", "draft", "features", "unsupported", "addresses",
                       "ca_file", "identifiers", "consent", "trust", "approve", "defer", "proceed", "reset", "hooks",
                       "launch", "values"});
    Target out;
    reader.string("$schema");
    out.name = reader.required_string("name");
    out.role = reader.one_of("role", allowed("role"), "");
    out.url = url(reader, "url");
    if (reader.has("command")) out.command = reader.required_string("command");
    out.identifier = url(reader, "identifier");
    if (reader.has("draft")) out.draft = reader.required_string("draft");
    out.features = words(reader, "features");
    out.unsupported = words(reader, "unsupported");
    out.addresses = addresses(reader);
    out.ca_file = reader.string("ca_file");
    out.identifiers = identifiers(reader);
    out.consent = reader.one_of("consent", allowed("consent"), "none");
    out.trust = hook(reader, "trust");
    out.approve = hook(reader, "approve");
    out.defer = hook(reader, "defer");
    out.proceed = hook(reader, "proceed");
    out.reset = hook(reader, "reset");
    out.hooks = hooks(reader);
    out.launch = launch(reader);
    out.values = reader.string_map("values");
    return out;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
    const auto document = json::parse_object(text);
    if (!document) return failure("bad_target", document.error().message);
    try {
        Target target = read(Reader(*document, ""));
        // The reader above gives the better messages; the published schema has the last word.
        const auto violations = schema_violations(*document, embedded::target_schema("target.schema.json"));
        if (!violations.empty()) return failure("bad_target", violations.front());
        return target;
    } catch (const Misread& wrong) {
        return failure("bad_target", wrong.message);
    }
}

}  // namespace aauth::engine
