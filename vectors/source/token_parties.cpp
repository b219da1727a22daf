#include "vectors/source/material.h"
#include "vectors/source/token_rows.h"

// Tokens of other parties than the usual: auth tokens of an access server, agent tokens of sub-agents.
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

const Codes malformed{"invalid_jwt"};

// Auth tokens of an access server: their issuer is not the person's server.
void access_server_rows(Table& table, int first) {
    const auto good = auth_token(table.draft, true);
    TokenGroup group(table, "auth tokens of an access server", first, TokenKind::Auth, good,
                     documents_with_spellings(table.draft, good));
    group.start("an auth token of an access server", {"auth-token.dwk"});
    const std::string id(access_server);
    group.invalid({"without dwk", claim("dwk", nullptr)}, "Document",
                  {"invalid_jwt", "unknown_key", "issuer_mismatch", "issuer_missing"}, {"auth-token.verify-dwk"});
    for (const auto name : {protocol::agent_document, protocol::resource_document}) {
        group.invalid({"dwk " + std::string(name), claim("dwk", name)}, "Document",
                      {"invalid_jwt", "unknown_key", "issuer_mismatch", "issuer_missing"}, {"auth-token.verify-dwk"});
    }
    for (const auto& iss : {id + "/", id + "/v1", id + ":8443", "http" + id.substr(5)}) {
        group.invalid({"iss " + iss, claim("iss", iss)}, "Issuer", {}, {"jwt.iss-valid"});
    }
    group.invalid({"iss is the person server, which did not sign it", claim("iss", person_server)}, "WrongKey",
                  {"unknown_key", "invalid_jwt"}, {"jwt.signature"});
    group.invalid({"signed by the person server", [](Draftable& token) { token.signer = key_of(person_server); }},
                  "UnknownKey", {"unknown_key", "invalid_jwt"}, {"sig.key.unknown"});
    group.invalid({"for another resource", claim("aud", "https://other.example")}, "Audience", malformed,
                  {"auth-token.verify-aud"});
    group.invalid({"expired", claim("exp", now - 1)}, "Expired", {"expired_jwt"}, {"auth-token.verify-exp"});
    group.invalid({"the type of a person token", header("typ", "aa-person+jwt")}, "WrongTyp", malformed,
                  {"auth-token.verify-typ"});
    group.invalid({"bound to another key", claim("cnf", {{"jwk", jwk_of(key("stranger"), table.draft)}})}, "Binding",
                  {}, {"auth-token.verify-cnf"});
}

// 10.2: the marker is parent_agent, and nothing else.
void sub_agent_rows(Table& table, int first) {
    if (!table.draft.sub_agents) return;
    TokenGroup group(table, "agent tokens of sub-agents", first, TokenKind::Agent, sub_agent_token(table.draft));
    const auto bound = [](json& input) { input["bound_to"] = key("sub-agent").thumbprint(); };
    group.start("the agent token of a sub-agent", {"subagent.parent-claim"}, bound);
    const auto bad = [&](TokenRow row) {
        row.around = bound;
        group.invalid(row, "ParentAgent", malformed, {"agent-token.parent-agent-valid"});
    };
    bad({"parent_agent is a number", claim("parent_agent", 1)});
    bad({"parent_agent is an array", claim("parent_agent", json::array({agent}))});
    bad({"parent_agent is empty", claim("parent_agent", "")});
    bad({"parent_agent without its scheme", claim("parent_agent", "assistant@ap.example")});
    bad({"parent_agent without domain", claim("parent_agent", "aauth:assistant")});
    bad({"parent_agent without local part", claim("parent_agent", "aauth:@ap.example")});
    bad({"parent_agent with a space", claim("parent_agent", "aauth:my agent@ap.example")});
    bad({"parent_agent with a URL for its domain", claim("parent_agent", "aauth:assistant@https://ap.example")});
    bad({"parent_agent with its domain in upper case", claim("parent_agent", "aauth:assistant@AP.example")});
    bad({"parent_agent with a port", claim("parent_agent", "aauth:assistant@ap.example:8443")});
    bad({"parent_agent with 256 characters before the @",
         claim("parent_agent", "aauth:" + std::string(256, 'a') + "@ap.example")});
    bad({"parent_agent is the provider", claim("parent_agent", agent_provider)});
    group.acceptable(
        {"parent_agent is null: whether that is a parent_agent that is present", null_claim("parent_agent"), {}, bound},
        "Ambiguous");
    group.valid({"a sub that is not made from the parent's: nobody parses it",
                 claim("sub", "aauth:search@ap.example"),
                 {},
                 bound},
                {"id.agent.no-parsing"});
    group.valid({"a parent of the same provider with another name",
                 claim("parent_agent", "aauth:planner.7f3c@ap.example"),
                 {},
                 bound},
                {"id.agent.no-parsing"});
    group.acceptable({"a parent that looks like a sub-agent: a rule for the provider",
                      claim("parent_agent", "aauth:a+b@ap.example"),
                      {},
                      bound},
                     "NoStep", {"subagent.no-nesting"});
    group.acceptable({"a parent of another provider: its PS compares that",
                      claim("parent_agent", "aauth:a@other.example"),
                      {},
                      bound},
                     "NoStep", {"subagent.iss"});
    group.invalid({"shown by a request that its parent signed",
                   {},
                   {},
                   [](json& input) { input["bound_to"] = key("agent").thumbprint(); }},
                  "Binding", {}, {"agent-token.cnf-matches"});
}

}  // namespace

void write_other_parties(Table& table, TokenKind kind, int first) {
    if (kind == TokenKind::Agent) sub_agent_rows(table, first);
    if (kind == TokenKind::Auth) access_server_rows(table, first);
}

}  // namespace aauth::vectors
