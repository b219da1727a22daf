#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/engine/requirement.h"
#include "harness/engine/verdict.h"
#include "harness/result.h"

// The result model: what a run leaves behind, and all that the renderers know.
namespace aauth::engine {

// One expectation inside a case.
struct Check {
    std::string requirement;  // id, may be empty
    Level level = Level::Must;
    bool passed = false;
    std::string what;      // "status", "Signature-Error"
    std::string expected;  // "401"
    std::string observed;  // "200"; hostile text
};

// A token seen in an exchange, decoded for the reader.
struct TokenView {
    std::string where;    // "Signature-Key", "body person_token"
    std::string compact;  // shortened when it was live (see reports), whole when asked for
    std::string header;   // JSON text, indented
    std::string payload;  // JSON text, indented
};

// One HTTP request and its response as they went over the wire.
struct Exchange {
    std::string from, to;           // "agent (harness)", "person server"
    std::string request;            // head and body, exact bytes up to a limit
    std::string response;           // likewise; empty when none came
    std::string failure;            // why none came
    std::string signature_base;     // of what the harness signed or verified; may be empty
    std::vector<TokenView> tokens;
    std::int64_t elapsed_us = 0;
    std::string note;               // "control: the same request unaltered"
};

struct CaseResult {
    std::string id, title, suite, area;
    std::string explanation;               // why the rule matters, one or two sentences
    std::vector<std::string> requirements;  // ids
    Verdict verdict = Verdict::Error;
    std::string reason;                    // of skip, blocked, error; the first failed check of fail and warn
    std::vector<Check> checks;
    std::vector<Exchange> exchanges;
    std::int64_t elapsed_us = 0;
    std::string reproduce;                 // the command that runs just this case again
    // Against an expectation file: "expected" (a known failure, with its reason), "fixed", or empty.
    std::string expectation;
    std::string expectation_reason;
};

struct RunResult {
    std::string tool_version;
    std::string suite;           // "person-server"
    std::string target_name;
    std::string target_url;
    std::string draft;           // "11"
    std::string draft_title;     // "draft 11 (Signature Keys -09)"
    std::vector<std::string> notes;  // "loopback: identifier and TLS rules relaxed"
    std::string started;         // RFC 3339, UTC
    std::int64_t elapsed_us = 0;
    std::vector<CaseResult> cases;
    std::vector<Requirement> requirements;  // those that the cases name

    std::size_t count(Verdict verdict) const;
    // Requirements of a level that a check of that level judged, and those of them that nothing broke.
    std::pair<std::size_t, std::size_t> met(Level level) const;  // {met, judged}
};

// The JSON result model, schema in reports/schema/result.schema.json, and back. Error "bad_result".
nlohmann::json to_json(const CaseResult& result);
nlohmann::json to_json(const RunResult& result);
Result<CaseResult> case_result_from_json(const nlohmann::json& document);
Result<RunResult> run_result_from_json(const nlohmann::json& document);

}  // namespace aauth::engine
