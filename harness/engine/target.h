#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.h"

namespace aauth::engine {

// An HTTP call or a command that a target offers to the harness for its own sake: to trust our issuers, to answer for a
// person, to reset. In `url`, `body` and `command`, {{name}} is replaced: in a body by the JSON text of the value when
// it stands outside a JSON string, elsewhere by its plain text (percent-encoded in a URL).
struct Hook {
    std::string method = "POST";
    std::string url;      // either url …
    std::map<std::string, std::string> headers;
    std::string body;     // JSON text with placeholders
    std::string command;  // … or command
    bool given() const { return !url.empty() || !command.empty(); }
};

// How to start and stop the target, when the harness is to do so.
struct Launch {
    std::string command;
    std::map<std::string, std::string> environment;  // {{port}} is a free port
    std::string directory;
    std::string ready_url;        // polled until it answers 2xx
    int ready_seconds = 20;
    bool given() const { return !command.empty(); }
};

// The implementation under test. Read from a JSON file (schema: suites/schema/target.schema.json); the common fields are
// flags too.
struct Target {
    std::string name;
    std::string role;        // "person-server", "resource"
    std::string url;         // where it is dialled, or the resource URL to be called
    std::string command;     // agent: the program that performs one scenario; there is no url then
    std::optional<std::vector<std::string>> in_process;  // agent: ours in this process, with these faults; no command then
    std::string identifier;  // its server identifier; empty: the origin of url
    std::string draft = "11";
    std::vector<std::string> features;      // declared beyond what its metadata says
    std::vector<std::string> unsupported;   // features it is known not to have: skipped
    std::map<std::string, std::string> addresses;  // identifier origin -> base URL to dial
    std::string ca_file;
    std::map<std::string, std::string> identifiers;  // of our counterparties: "agent-provider" -> "https://ap.test"
    std::string consent = "none";  // "none", "auto", "browser", "ask"
    Hook trust;     // make the target know an issuer: {{issuer}}, {{metadata}}, {{jwks}}
    Hook approve;   // {{url}}, {{code}}, {{decision}}, {{location}}
    Hook defer;     // make the next requests need a person
    Hook proceed;   // undo defer
    Hook reset;
    std::map<std::string, Hook> hooks;  // by name: what suites need of a target beyond the above (suites/README.md)
    Launch launch;
    std::map<std::string, std::string> values;  // free for suites: "scope", "method", "body"
};

// Errors: "bad_target" with the path of the member and what was expected. Unknown members are errors (with the nearest
// known name).
Result<Target> parse_target(std::string_view text);

// Fills the placeholders. With `as_json` the text is JSON: inside a string the value is escaped for it, outside it goes
// in as it is when it is a JSON object, array or string, else as a JSON string. Otherwise the value goes in as it is,
// percent-encoded when the text starts with http:// or https://. Split a command into words before filling it, so that
// no value can add one.
// Error "bad_hook" names a placeholder that has no value.
Result<std::string> fill(std::string_view text, const std::map<std::string, std::string>& values, bool as_json);

}  // namespace aauth::engine
