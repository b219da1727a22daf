#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "harness/cli/commands.h"
#include "harness/cli/known.h"
#include "suites/common/world.h"

namespace aauth::cli {

namespace {

struct SignatureErrorCode {
    const char *code, *section, *meaning, *advice;
};

// HTTP Signature Keys -09, section 5.4, in our words.
constexpr std::array<SignatureErrorCode, 14> codes = {{
    {"unsupported_algorithm", "5.4.1", "The server does not support the key's algorithm, or its key type.",
     "Accept-Signature-Alg of the answer names what it takes: sign with a key of one of those."},
    {"unsupported_scheme", "5.4.2", "The server does not support the scheme of Signature-Key.",
     "Accept-Signature-Scheme of the answer names what it takes: present the key that way."},
    {"cache_miss", "5.4.3", "The server no longer knows the cache identifier of the cached scheme.",
     "Present the whole assertion again."},
    {"invalid_signature", "5.4.4",
     "Signature, Signature-Input or Signature-Key is missing or malformed, created is too old, or the signature does "
     "not verify.",
     "Compare the signature base of the report with your own, line by line."},
    {"invalid_input", "5.4.5", "The signature leaves out components that the server requires.",
     "required_input of the answer names them: cover those too."},
    {"invalid_request", "5.4.6", "The request is wrong in something that has nothing to do with its signature.",
     "The body of the answer says what."},
    {"invalid_key", "5.4.7", "The key in Signature-Key cannot be parsed, has expired, or is not trusted.",
     "Check kty, crv, alg and the coordinates of the JWK."},
    {"unknown_key", "5.4.8", "The key is not among those that the signer or issuer publishes.",
     "Publish the key in the JWKS, with the kid that the token or the scheme names."},
    {"issuer_missing", "5.4.9", "The metadata document that was discovered has no issuer.",
     "Add issuer to the document."},
    {"issuer_mismatch", "5.4.10", "The issuer of the metadata document is not the identity that it was fetched for.",
     "They are compared byte by byte: look for a slash at the end, capitals, a port."},
    {"invalid_jwt", "5.4.11", "The JWT in Signature-Key is malformed, or its signature does not verify.",
     "Check its typ, its kid, its claims, and the key that signed it."},
    {"expired_jwt", "5.4.12", "The JWT in Signature-Key has expired.", "Get a fresh one from its issuer."},
    {"revoked_jwt", "5.4.13", "The JWT is good, but its issuer has withdrawn it.",
     "It will not be accepted again: ask its issuer."},
    {"clock_skew", "5.4.14",
     "iat of the JWT or created of the signature is further ahead of the server's clock than it allows.",
     "Compare the clocks: Date of the answer is the server's. A fresh token from the same issuer will not help."},
}};

// The draft that was asked for, or the first that has the requirement.
struct Found {
    const engine::Requirement* requirement = nullptr;
    const protocol::Draft* draft = nullptr;
};
Found find_requirement(const std::string& id, const std::string& asked) {
    for (const auto& draft : protocol::drafts_with_vectors()) {
        if (!asked.empty() && draft.id != asked) continue;
        if (const auto* found = suites::catalogue(draft).find(id)) return {found, &draft};
    }
    return {};
}

std::string drafts_with(const std::string& id) {
    std::string out;
    for (const auto& draft : protocol::drafts_with_vectors()) {
        if (suites::catalogue(draft).find(id) != nullptr) out += (out.empty() ? "" : ", ") + draft.id;
    }
    return out;
}

void print_requirement_line(const std::string& id, const std::string& asked) {
    const auto found = find_requirement(id, asked);
    if (found.requirement == nullptr) {
        fmt::print("    {} (not in this draft)\n", id);
        return;
    }
    fmt::print("    {}  {} {}, {}\n      {}\n", id, found.requirement->specification, found.requirement->section,
               engine::name(found.requirement->level), found.requirement->text);
}

std::string command_for(const engine::Case& made) {
    return fmt::format("{} test {} {} --case {}{} --show wire", program_name(), made.suite,
                       made.suite == "agent" ? "--command COMMAND" : "--target URL", made.id,
                       made.slow ? " --slow" : "");
}

void explain_case(const engine::Case& made, const std::string& asked) {
    fmt::print("{}: {}\n", made.id, made.title);
    if (!made.explanation.empty()) fmt::print("  {}\n", made.explanation);
    fmt::print("\n  a case of the suite {}, area {}\n  requirements, and the fault of our mock that breaks each:\n",
               made.suite, made.area);
    for (const auto& covered : made.covers) {
        print_requirement_line(covered.requirement, asked);
        fmt::print("      fault: {}\n", covered.fault);
    }
    if (!made.drafts.empty()) fmt::print("  only for the drafts {}\n", fmt::join(made.drafts, ", "));
    if (!made.after.empty()) fmt::print("  needs {} to pass first\n", fmt::join(made.after, ", "));
    if (made.exclusive) fmt::print("  runs alone: it changes the target for everybody\n");
    if (made.slow) fmt::print("  lets real time pass: runs only with --slow\n");
    const auto fault = quoted(made.covers.empty() ? "" : made.covers.front().fault);
    fmt::print("\n  run it:       {}\n  see it fail:  {}\n", command_for(made),
               made.suite == "agent" ? fmt::format("--command {}", quoted(fmt::format("{} agent --fault {}", program_name(), fault)))
                                     : fmt::format("{} serve {} --fault {}", program_name(), made.suite, fault));
}

void explain_requirement(const Found& found) {
    const auto& one = *found.requirement;
    fmt::print("{}: {} {}, {}\n  {}\n\n  binds: {}\n  drafts: {} (shown as draft {} has it)\n", one.id,
               one.specification, one.section, engine::name(one.level), one.text, fmt::join(one.roles, ", "),
               drafts_with(one.id), found.draft->id);
    if (!one.untestable.empty()) fmt::print("  cannot be tested from outside: {}\n", one.untestable);
    std::vector<std::string> suites;
    for (const auto& made : all_cases()) {
        for (const auto& covered : made.covers) {
            if (covered.requirement != one.id) continue;
            fmt::print("  case {}: {}\n      fault: {}\n", made.id, made.title, covered.fault);
            const std::string line = command_for(made);
            if (std::find(suites.begin(), suites.end(), line) == suites.end()) suites.push_back(line);
        }
    }
    if (suites.empty()) fmt::print("  no case covers it yet\n");
    if (!suites.empty()) fmt::print("\n  run it:  {}\n", suites.front());
}

void explain_fault(const std::string& name) {
    std::map<std::string, std::vector<const engine::Case*>> broken;  // requirement -> the cases that notice
    const auto cases = all_cases();
    for (const auto& made : cases) {
        for (const auto& covered : made.covers) {
            if (covered.fault == name) broken[covered.requirement].push_back(&made);
        }
    }
    fmt::print("{}: a fault that a mock can be told to have\n", name);
    if (broken.empty()) fmt::print("  no case needs it; it is there to try clients and servers by hand\n");
    for (const auto& [requirement, noticing] : broken) {
        fmt::print("  breaks\n");
        print_requirement_line(requirement, "");
        for (const auto* made : noticing) fmt::print("      caught by {}: {}\n", made->id, made->title);
    }
    std::string role = broken.empty() ? "" : broken.begin()->second.front()->suite;
    for (const auto& fault : known_faults()) {
        if (fault.name == name && role.empty() && fault.role != "any") role = fault.role;
    }
    const std::string served = role == "agent" ? "agent SCENARIO" : "serve " + (role.empty() ? "ps" : role);
    fmt::print("\n  see it:  {} {} --fault {}\n", program_name(), served, quoted(name));
}

void explain_code(const SignatureErrorCode& code) {
    fmt::print("{}: a Signature-Error code (HTTP Signature Keys {})\n  {}\n  What to do: {}\n", code.code, code.section,
               code.meaning, code.advice);
}

std::vector<std::string> everything() {
    std::vector<std::string> names;
    for (const auto& made : all_cases()) names.push_back(made.id);
    for (const auto& draft : protocol::drafts_with_vectors()) {
        for (const auto& one : suites::catalogue(draft).all()) names.push_back(one.id);
    }
    for (const auto& fault : known_faults()) names.push_back(fault.name);
    for (const auto& code : codes) names.emplace_back(code.code);
    return names;
}

}  // namespace

Exit explain(const ExplainFlags& flags) {
    if (!flags.draft.empty()) draft_named(flags.draft);
    const auto code = std::find_if(codes.begin(), codes.end(), [&](const auto& one) { return one.code == flags.id; });
    if (code != codes.end()) {
        explain_code(*code);
        return nothing_worse;
    }
    for (const auto& made : all_cases()) {
        if (made.id != flags.id) continue;
        explain_case(made, flags.draft);
        return nothing_worse;
    }
    if (const auto found = find_requirement(flags.id, flags.draft); found.requirement != nullptr) {
        explain_requirement(found);
        return nothing_worse;
    }
    if (is_known_fault(flags.id, known_faults())) {
        explain_fault(flags.id);
        return nothing_worse;
    }
    if (const auto drafts = drafts_with(flags.id); !drafts.empty()) {
        stop(bad_usage, fmt::format("draft {} does not have '{}'; it is in: {}", flags.draft, flags.id, drafts));
    }
    stop(bad_usage,
         fmt::format("nothing is called '{}'{}; 'list cases', 'list requirements' and 'list faults' name them",
                     flags.id, suggestion(flags.id, everything(), 3)));
}

}  // namespace aauth::cli
