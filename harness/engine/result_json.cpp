#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/engine/bounds.h"
#include "harness/engine/result.h"

namespace aauth::engine {

namespace {

using nlohmann::json;

json text(const std::string& bytes) { return valid_utf8(bytes); }

json texts(const std::vector<std::string>& list) {
    json out = json::array();
    for (const std::string& item : list) out.push_back(text(item));
    return out;
}

json to_json(const Check& check) {
    return {{"requirement", text(check.requirement)},
            {"level", std::string(name(check.level))},
            {"passed", check.passed},
            {"what", text(check.what)},
            {"expected", text(check.expected)},
            {"observed", text(check.observed)}};
}

json to_json(const TokenView& token) {
    return {{"where", text(token.where)},
            {"compact", text(token.compact)},
            {"header", text(token.header)},
            {"payload", text(token.payload)}};
}

json to_json(const Exchange& exchange) {
    json tokens = json::array();
    for (const TokenView& token : exchange.tokens) tokens.push_back(to_json(token));
    return {{"from", text(exchange.from)},       {"to", text(exchange.to)},
            {"request", text(exchange.request)}, {"response", text(exchange.response)},
            {"failure", text(exchange.failure)}, {"signature_base", text(exchange.signature_base)},
            {"tokens", std::move(tokens)},       {"elapsed_us", exchange.elapsed_us},
            {"note", text(exchange.note)}};
}

json to_json(const Requirement& requirement) {
    return {{"id", text(requirement.id)},
            {"specification", text(requirement.specification)},
            {"section", text(requirement.section)},
            {"level", std::string(name(requirement.level))},
            {"roles", texts(requirement.roles)},
            {"text", text(requirement.text)},
            {"untestable", text(requirement.untestable)},
            {"since", text(requirement.since)}};
}

// Reads members; a wrong type throws Wrong, which the public functions turn into "bad_result".
struct Wrong {
    std::string message;
};

const json* find(const json& object, const char* member) {
    if (!object.is_object()) throw Wrong{"an object is expected where there is " + std::string(object.type_name())};
    const auto found = object.find(member);
    return found == object.end() ? nullptr : &*found;
}

std::string string_of(const json& object, const char* member, bool required = false) {
    const json* value = find(object, member);
    if (value == nullptr) {
        if (required) throw Wrong{fmt::format("{}: missing", member)};
        return {};
    }
    if (!value->is_string()) throw Wrong{fmt::format("{}: expected a string", member)};
    return value->get<std::string>();
}

std::int64_t integer_of(const json& object, const char* member) {
    const json* value = find(object, member);
    if (value == nullptr) return 0;
    if (!value->is_number_integer()) throw Wrong{fmt::format("{}: expected a whole number", member)};
    return value->get<std::int64_t>();
}

bool bool_of(const json& object, const char* member) {
    const json* value = find(object, member);
    if (value == nullptr || !value->is_boolean()) throw Wrong{fmt::format("{}: expected true or false", member)};
    return value->get<bool>();
}

template <class Item, class Read>
std::vector<Item> list_of(const json& object, const char* member, Read read) {
    const json* value = find(object, member);
    std::vector<Item> out;
    if (value == nullptr) return out;
    if (!value->is_array()) throw Wrong{fmt::format("{}: expected an array", member)};
    for (std::size_t i = 0; i < value->size(); ++i) {
        try {
            out.push_back(read((*value)[i]));
        } catch (const Wrong& wrong) {
            throw Wrong{fmt::format("{}[{}].{}", member, i, wrong.message)};
        }
    }
    return out;
}

std::string read_text(const json& value) {
    if (!value.is_string()) throw Wrong{": expected a string"};
    return value.get<std::string>();
}

Level level_of(const json& object) {
    const auto level = level_from_name(string_of(object, "level", true));
    if (!level) throw Wrong{"level: expected MUST, SHOULD or MAY"};
    return *level;
}

Check read_check(const json& object) {
    return {string_of(object, "requirement"), level_of(object),
            bool_of(object, "passed"),        string_of(object, "what"),
            string_of(object, "expected"),    string_of(object, "observed")};
}

TokenView read_token(const json& object) {
    return {string_of(object, "where"), string_of(object, "compact"), string_of(object, "header"),
            string_of(object, "payload")};
}

Exchange read_exchange(const json& object) {
    Exchange out;
    out.from = string_of(object, "from");
    out.to = string_of(object, "to");
    out.request = string_of(object, "request");
    out.response = string_of(object, "response");
    out.failure = string_of(object, "failure");
    out.signature_base = string_of(object, "signature_base");
    out.tokens = list_of<TokenView>(object, "tokens", read_token);
    out.elapsed_us = integer_of(object, "elapsed_us");
    out.note = string_of(object, "note");
    return out;
}

CaseResult read_case(const json& object) {
    CaseResult out;
    out.id = string_of(object, "id", true);
    out.title = string_of(object, "title");
    out.suite = string_of(object, "suite");
    out.area = string_of(object, "area");
    out.explanation = string_of(object, "explanation");
    out.requirements = list_of<std::string>(object, "requirements", read_text);
    const auto verdict = verdict_from_name(string_of(object, "verdict", true));
    if (!verdict) throw Wrong{"verdict: no such verdict"};
    out.verdict = *verdict;
    out.reason = string_of(object, "reason");
    out.checks = list_of<Check>(object, "checks", read_check);
    out.exchanges = list_of<Exchange>(object, "exchanges", read_exchange);
    out.elapsed_us = integer_of(object, "elapsed_us");
    out.reproduce = string_of(object, "reproduce");
    out.expectation = string_of(object, "expectation");
    out.expectation_reason = string_of(object, "expectation_reason");
    return out;
}

Requirement read_requirement(const json& object) {
    Requirement out;
    out.id = string_of(object, "id", true);
    out.specification = string_of(object, "specification");
    out.section = string_of(object, "section");
    out.level = level_of(object);
    out.roles = list_of<std::string>(object, "roles", read_text);
    out.text = string_of(object, "text");
    out.untestable = string_of(object, "untestable");
    out.since = string_of(object, "since");
    return out;
}

}  // namespace

json to_json(const CaseResult& result) {
    json checks = json::array(), exchanges = json::array();
    for (const Check& check : result.checks) checks.push_back(to_json(check));
    for (const Exchange& exchange : result.exchanges) exchanges.push_back(to_json(exchange));
    return {{"id", text(result.id)},
            {"title", text(result.title)},
            {"suite", text(result.suite)},
            {"area", text(result.area)},
            {"explanation", text(result.explanation)},
            {"requirements", texts(result.requirements)},
            {"verdict", std::string(name(result.verdict))},
            {"reason", text(result.reason)},
            {"checks", std::move(checks)},
            {"exchanges", std::move(exchanges)},
            {"elapsed_us", result.elapsed_us},
            {"reproduce", text(result.reproduce)},
            {"expectation", text(result.expectation)},
            {"expectation_reason", text(result.expectation_reason)}};
}

json to_json(const RunResult& result) {
    json cases = json::array(), requirements = json::array(), counts = json::object(), met = json::object();
    for (const CaseResult& one : result.cases) cases.push_back(to_json(one));
    for (const Requirement& requirement : result.requirements) requirements.push_back(to_json(requirement));
    for (const Verdict verdict :
         {Verdict::Pass, Verdict::Skip, Verdict::Warn, Verdict::Blocked, Verdict::Error, Verdict::Fail})
        counts[std::string(name(verdict))] = result.count(verdict);
    for (const Level level : {Level::Must, Level::Should, Level::May}) {
        const auto [kept, judged] = result.met(level);
        met[std::string(name(level))] = {{"met", kept}, {"judged", judged}};
    }
    return {{"format", "aauth-conformance-result-1"},
            {"tool_version", text(result.tool_version)},
            {"suite", text(result.suite)},
            {"target_name", text(result.target_name)},
            {"target_url", text(result.target_url)},
            {"draft", text(result.draft)},
            {"draft_title", text(result.draft_title)},
            {"notes", texts(result.notes)},
            {"started", text(result.started)},
            {"elapsed_us", result.elapsed_us},
            {"counts", std::move(counts)},
            {"met", std::move(met)},
            {"cases", std::move(cases)},
            {"requirements", std::move(requirements)}};
}

Result<CaseResult> case_result_from_json(const json& document) try {
    return read_case(document);
} catch (const Wrong& wrong) {
    return failure("bad_result", wrong.message);
}

Result<RunResult> run_result_from_json(const json& document) try {
    RunResult out;
    out.tool_version = string_of(document, "tool_version");
    out.suite = string_of(document, "suite", true);
    out.target_name = string_of(document, "target_name");
    out.target_url = string_of(document, "target_url");
    out.draft = string_of(document, "draft", true);
    out.draft_title = string_of(document, "draft_title");
    out.notes = list_of<std::string>(document, "notes", read_text);
    out.started = string_of(document, "started");
    out.elapsed_us = integer_of(document, "elapsed_us");
    out.cases = list_of<CaseResult>(document, "cases", read_case);
    out.requirements = list_of<Requirement>(document, "requirements", read_requirement);
    return out;
} catch (const Wrong& wrong) {
    return failure("bad_result", wrong.message);
}

}  // namespace aauth::engine
