#include "reports/sample.h"

#include <fmt/format.h>

namespace aauth::reports {

namespace {

using engine::CaseResult;
using engine::Check;
using engine::Exchange;
using engine::Level;
using engine::RunResult;
using engine::Verdict;

const char* const agent_token =
    "eyJhbGciOiJFZDI1NTE5IiwidHlwIjoiYWEtYWdlbnQrand0Iiwia2lkIjoiYTEifQ."
    "eyJpc3MiOiJodHRwczovL2FwLmV4YW1wbGUiLCJzdWIiOiJhYXV0aDphbGljZUBhcC5leGFtcGxlIiwiZXhwIjoxNzk1NTI5OTUyfQ."
    "c2lnbmF0dXJlLW9mLXRoZS1zYW1wbGUtd2hpY2gtdmVyaWZpZXMtbm90aGluZw";

Exchange person_exchange(const std::string& components, const std::string& response) {
    Exchange out;
    out.from = "agent (harness)";
    out.to = "person server";
    out.request = fmt::format(
        "POST /person HTTP/1.1\r\nHost: ps.example\r\nContent-Type: application/json\r\n"
        "Content-Digest: sha-256=:Hu3HcNHzQ4wqJ9P0N0zqdyhMPaf7wIDkmPgtTBR4p3s=:\r\n"
        "Signature-Input: sig=({});created=1795526352\r\n"
        "Signature: sig=:5Dcp3NgZZ3TxHYpMkuJ8n0rWfWmSrSTfhM5XfPcmkJw2TfmQm2jrKQWJpB4kFQ==:\r\n"
        "Signature-Key: sig=jwt;jwt=\"{}\"\r\n\r\n{{\"resource\":\"https://rs.example\"}}",
        components, agent_token);
    out.response = response;
    out.signature_base =
        "\"@authority\": ps.example\n\"@path\": /person\n\"content-type\": application/json\n"
        "\"@signature-params\": (" +
        components + ");created=1795526352";
    out.tokens = {{"Signature-Key", agent_token,
                   "{\n  \"alg\": \"Ed25519\",\n  \"typ\": \"aa-agent+jwt\",\n  \"kid\": \"a1\"\n}",
                   "{\n  \"iss\": \"https://ap.example\",\n  \"sub\": \"aauth:alice@ap.example\",\n"
                   "  \"exp\": 1795529952\n}"}};
    out.elapsed_us = 3100;
    return out;
}

const std::string whole = "\"@method\" \"@authority\" \"@path\" \"content-type\" \"content-digest\" \"signature-key\"";
const std::string no_method = "\"@authority\" \"@path\" \"content-type\" \"content-digest\" \"signature-key\"";

std::string issued() {
    return std::string("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"person_token\":\"") + agent_token +
           "\",\"expires_in\":3600}";
}

const std::string refused =
    "HTTP/1.1 401 Unauthorized\r\nSignature-Error: error=invalid_signature\r\n"
    "Content-Type: application/problem+json\r\n\r\n{\"type\":\"about:blank\",\"status\":401}";

CaseResult make(std::string id, std::string title, std::string area, std::string requirement, Verdict verdict) {
    CaseResult out;
    out.id = std::move(id);
    out.title = std::move(title);
    out.suite = "person-server";
    out.area = std::move(area);
    out.requirements = {std::move(requirement)};
    out.verdict = verdict;
    out.elapsed_us = 12000;
    out.reproduce = "aauth-conform test person-server --target https://ps.example --case " + out.id + " --show wire";
    return out;
}

CaseResult passing(std::string id, std::string title, std::string area, const std::string& requirement) {
    CaseResult out = make(std::move(id), std::move(title), std::move(area), requirement, Verdict::Pass);
    out.checks = {
        {requirement, Level::Must, true, "status", "401", "401"},
        {requirement, Level::Must, true, "Signature-Error", "error=invalid_signature", "error=invalid_signature"}};
    out.exchanges = {person_exchange(whole, issued()), person_exchange(whole, refused)};
    out.exchanges[0].note = "control: the same request unaltered";
    return out;
}

std::vector<CaseResult> striking_cases() {
    std::vector<CaseResult> out;
    CaseResult fail = make("PS-SIG-004", "a signature that leaves out @method is refused", "Signature profile",
                           "sig.components.method", Verdict::Fail);
    fail.explanation =
        "A signature that does not cover the method lets a captured GET be replayed as a DELETE. The server "
        "has to refuse it with `invalid_input`.";
    fail.checks = {{"sig.components.method", Level::Must, false, "status", "401", "200"},
                   {"sig.components.method", Level::Must, false, "Signature-Error", "error=invalid_input", "absent"},
                   {"sig.components.method", Level::Must, false, "body", "no token", "a person token was issued"}};
    fail.reason = "status: expected 401, observed 200";
    fail.exchanges = {person_exchange(no_method, issued())};
    out.push_back(fail);

    CaseResult warn = make("PS-SIG-007", "the refusal names the components it requires", "Signature profile",
                           "sig.required-input", Verdict::Warn);
    warn.explanation = "An agent that is told `required_input` can sign again without a person's help.";
    warn.checks = {{"sig.components.method", Level::Must, true, "status", "401", "401"},
                   {"sig.required-input", Level::Should, false, "required_input", "names \"@method\"", "absent"}};
    warn.requirements.push_back("sig.components.method");
    warn.reason = "required_input: expected names \"@method\", observed absent";
    warn.exchanges = {person_exchange(whole, issued()), person_exchange(no_method, refused)};
    warn.exchanges[0].note = "control: the same request unaltered";
    out.push_back(warn);

    CaseResult known = fail;
    known.id = "PS-SIG-011";
    known.title = "a kid that is not published gives a signature error";
    known.checks[0].observed = "500";
    known.exchanges[0].response = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    known.expectation = "expected";
    known.expectation_reason = "the server throws when the JWKS has no such key; reported to its authors";
    out.push_back(known);

    CaseResult fixed = passing("PS-SIG-012", "created 90 s in the past is refused", "Signature profile", "sig.created");
    fixed.expectation = "fixed";
    fixed.expectation_reason = "accepted any age";
    out.push_back(fixed);

    CaseResult error =
        make("PS-AGT-006", "a token bound to another key is refused", "Agent token", "agent.cnf", Verdict::Error);
    error.reason = "connection refused: 127.0.0.1:9000";
    Exchange lost = person_exchange(whole, "");
    lost.failure = "connection refused";
    error.exchanges = {lost};
    out.push_back(error);
    return out;
}

}  // namespace

RunResult sample_run() {
    RunResult run;
    run.tool_version = "1.0 (3f2a91c)";
    run.suite = "person-server";
    run.target_name = "Example Person Server 2.4";
    run.target_url = "https://ps.example";
    run.draft = "11";
    run.draft_title = "draft 11 (Signature Keys -09)";
    run.notes = {"loopback: identifier and TLS rules relaxed"};
    run.started = "2026-12-02T14:07:31Z";
    run.elapsed_us = 6200000;
    const auto requirement = [](std::string id, std::string section, Level level, std::string text) {
        return engine::Requirement{
            std::move(id), "AAuth -11", std::move(section), level, {"person-server"}, std::move(text), "", "0.1"};
    };
    run.requirements = {
        requirement("sig.accepted", "11.3.1", Level::Must, "A request that is signed by the profile is accepted."),
        requirement("sig.components.method", "11.3.3.1", Level::Must, "The signature covers @method."),
        requirement("sig.required-input", "11.3.4", Level::Should, "A refusal lists the components that it requires."),
        requirement("sig.created", "11.3.3.2", Level::Must, "A signature that is too old is refused."),
        requirement("agent.cnf", "5.3.2", Level::Must, "The agent token's key is the one that signs the request."),
        requirement("agent.exp", "11.5.1", Level::Must, "An expired token gives expired_jwt."),
        requirement("mission.create", "8.2", Level::May, "A person server may offer missions."),
        requirement("deferred.gone", "11.8.3", Level::Must, "A pending URL answers 410 after its terminal answer."),
    };

    run.cases = {
        passing("PS-SIG-001", "a signed request with an agent token is accepted", "Signature profile", "sig.accepted")};
    for (CaseResult& result : striking_cases()) run.cases.push_back(std::move(result));
    for (int i = 20; i < 32; ++i)
        run.cases.push_back(passing(fmt::format("PS-SIG-{:03}", i), "a signature with a wrong component is refused",
                                    "Signature profile", "sig.accepted"));
    for (int i = 9; i < 15; ++i)
        run.cases.push_back(
            passing(fmt::format("PS-AGT-{:03}", i), "an expired token gives expired_jwt", "Agent token", "agent.exp"));
    for (int i = 1; i < 9; ++i) {
        CaseResult skip =
            make(fmt::format("PS-MIS-{:03}", i), "a mission is created", "Missions", "mission.create", Verdict::Skip);
        skip.reason = "no mission_endpoint published";
        run.cases.push_back(skip);
    }
    for (int i = 10; i < 14; ++i)
        run.cases.push_back(
            passing(fmt::format("PS-DEF-{:03}", i), "a pending URL is polled", "Deferred responses", "deferred.gone"));
    CaseResult gone = make("PS-DEF-014", "a pending URL answers 410 after its terminal answer", "Deferred responses",
                           "deferred.gone", Verdict::Fail);
    gone.checks = {{"deferred.gone", Level::Must, false, "status", "410", "404"}};
    gone.reason = "status: expected 410, observed 404";
    gone.exchanges = {person_exchange(whole, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")};
    run.cases.push_back(gone);
    CaseResult blocked = make("PS-DEF-015", "a cancelled request stays cancelled", "Deferred responses",
                              "deferred.gone", Verdict::Blocked);
    blocked.reason = "PS-DEF-014 did not pass (fail: status: expected 410, observed 404)";
    run.cases.push_back(blocked);
    return run;
}

RunResult run_full_of(const std::string& text) {
    RunResult run;
    run.tool_version = run.suite = run.target_name = run.target_url = run.draft = run.draft_title = run.started = text;
    run.notes = {text};
    run.requirements = {{text, text, text, Level::Must, {text}, text, text, text}};
    for (const Verdict verdict :
         {Verdict::Pass, Verdict::Skip, Verdict::Warn, Verdict::Blocked, Verdict::Error, Verdict::Fail}) {
        for (const char* expectation : {"", "expected", "fixed"}) {
            CaseResult result;
            result.id = result.title = result.suite = result.area = result.explanation = result.reason = text;
            result.requirements = {text, "other"};
            result.verdict = verdict;
            result.checks = {{text, Level::Must, verdict != Verdict::Fail, text, text, text},
                             {text, Level::Should, verdict == Verdict::Pass, text, text, text}};
            Exchange exchange{text, text, text, text, text, text, {{text, text, text, text}}, 1, text};
            result.exchanges = {exchange, exchange};
            result.exchanges[1].response.clear();
            result.reproduce = result.expectation_reason = text;
            result.expectation = expectation;
            run.cases.push_back(std::move(result));
        }
    }
    return run;
}

}  // namespace aauth::reports
