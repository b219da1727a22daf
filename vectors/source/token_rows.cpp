#include "vectors/source/token_rows.h"

#include <algorithm>
#include <map>

#include "harness/protocol/metadata.h"
#include "vectors/source/material.h"

namespace aauth::vectors {

using protocol::Role;
using protocol::TokenKind;

namespace {

std::string verifier_of(TokenKind kind) { return std::string(kind == TokenKind::Resource ? person_server : resource); }

// Everything that the vectors of a kind share.
json shared(TokenKind kind, json documents) {
    const bool server = kind == TokenKind::Resource;
    return {{"kind", protocol::word(kind)},
            {"now", now},
            {"verifier", {{"identifier", verifier_of(kind)}, {"role", server ? "person-server" : "resource"}}},
            {"bound_to", key("agent").thumbprint()},
            {"documents", std::move(documents)}};
}

constexpr Role roles[] = {Role::AgentProvider, Role::Resource, Role::PersonServer, Role::AccessServer};

// Ways to write an identifier that is no server identifier.
std::vector<std::string> spellings_of(const std::string& id) {
    const auto host = id.substr(8);
    auto upper = host;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return {id + "/",         id + "/v1",         id + ":443",       id + ":8443",
            "http://" + host, "https://" + upper, "HTTPS://" + host, "https://user@" + host,
            id + "."};
}

std::string issuer_of(const Draftable& token) { return token.claims["iss"]; }

json usual_documents(const protocol::Draft& draft, const std::string& issuer) {
    return documents_everywhere(draft, {issuer, issuer == access_server ? person_server : access_server});
}

}  // namespace

json documents_everywhere(const protocol::Draft& draft, const std::vector<std::string_view>& issuers) {
    json all;
    for (const auto issuer : issuers) {
        for (const auto role : roles) all.update(documents_of(issuer, role, draft, {curve_key_of(issuer)}));
    }
    return all;
}

json documents_with_spellings(const protocol::Draft& draft, const Draftable& token) {
    const auto issuer = issuer_of(token);
    auto all = usual_documents(draft, issuer);
    for (const auto& spelling : spellings_of(issuer)) {
        for (const auto role : roles) {
            all[protocol::document_url(spelling, role)] = {{"issuer", spelling},
                                                           {"jwks_uri", issuer + "/.well-known/jwks.json"}};
        }
    }
    return all;
}

const jose::SigningKey& curve_key_of(std::string_view issuer) {
    return key("es256." + std::string(issuer.substr(8)), crypto::Algorithm::ES256);
}

Draftable signed_by(Draftable token, const jose::SigningKey& key, const protocol::Draft& draft) {
    token.header["alg"] = algorithm_name(key.algorithm, draft);
    token.signer = key;
    return token;
}

std::string title(TokenKind kind) {
    switch (kind) {
        case TokenKind::Agent:
            return "agent tokens";
        case TokenKind::Person:
            return "person tokens";
        case TokenKind::Resource:
            return "resource tokens";
        case TokenKind::Auth:
            break;
    }
    return "auth tokens";
}

TokenGroup::TokenGroup(Table& table, std::string name, int first, TokenKind kind, Draftable good, json documents)
    : table_(table),
      rows_(table.group(
          std::move(name), "verify-token", first,
          shared(kind, documents.is_null() ? usual_documents(table.draft, issuer_of(good)) : std::move(documents)))),
      kind_(kind),
      good_(std::move(good)) {}

void TokenGroup::start(std::string comment, std::vector<std::string> requirements, std::function<void(json&)> around) {
    const TokenRow row{std::move(comment), {}, {}, std::move(around)};
    first_ = rows_.valid(row.comment, input(row), {.requirements = std::move(requirements)});
}

void TokenGroup::valid(const TokenRow& row, std::vector<std::string> requirements) {
    rows_.valid(row.comment, input(row), {.requirements = std::move(requirements)});
}

void TokenGroup::invalid(const TokenRow& row, const char* flag, const Codes& codes,
                         std::vector<std::string> requirements) {
    rows_.invalid(row.comment, first_, input(row),
                  {.errors = this->codes(codes), .flags = {flag}, .requirements = std::move(requirements)});
}

void TokenGroup::acceptable(const TokenRow& row, const char* flag, std::vector<std::string> requirements) {
    rows_.acceptable(row.comment, first_, input(row), {.flags = {flag}, .requirements = std::move(requirements)});
}

json TokenGroup::input(const TokenRow& row) const {
    auto token = good_;
    if (row.edit) row.edit(token);
    auto compact = token.minted();
    if (row.compact) compact = row.compact(compact);
    json made{{"token", compact}};
    if (row.around) row.around(made);
    return made;
}

Codes TokenGroup::codes(const Codes& shared) const {
    if (kind_ != TokenKind::Resource || shared.empty()) return shared;
    Codes own;
    for (const auto& code : shared) {
        const std::string same = code == "expired_jwt" ? "expired_resource_token" : "invalid_resource_token";
        if (std::find(own.begin(), own.end(), same) == own.end()) own.push_back(same);
    }
    return own;
}

std::vector<std::string> TokenGroup::own(const std::string& shared, const std::string& rule) const {
    static const std::map<TokenKind, std::vector<std::string>> rules{
        {TokenKind::Agent, {"verify-typ", "verify-dwk"}},
        {TokenKind::Person, {"verify-typ", "verify-dwk", "verify-aud", "verify-cnf", "verify-exp", "verify-lifetime"}},
        {TokenKind::Resource,
         {"verify-typ", "verify-dwk", "verify-signature", "verify-exp", "verify-aud", "verify-agent-jkt"}},
        {TokenKind::Auth, {"verify-typ", "verify-dwk", "verify-aud", "verify-cnf", "verify-exp", "verify-lifetime"}}};
    std::vector<std::string> ids;
    if (!shared.empty()) ids.push_back(shared);
    const auto& known = rules.at(kind_);
    if (std::find(known.begin(), known.end(), rule) != known.end()) {
        ids.push_back(std::string(protocol::word(kind_)) + "." + rule);
    }
    return ids;
}

namespace {

json& place(json& claims, const std::string& name) {
    const auto slash = name.find('/');
    return slash == std::string::npos ? claims[name] : place(claims[name.substr(0, slash)], name.substr(slash + 1));
}

void leave_out(json& claims, const std::string& name) {
    const auto slash = name.rfind('/');
    if (slash == std::string::npos) {
        claims.erase(name);
    } else {
        place(claims, name.substr(0, slash)).erase(name.substr(slash + 1));
    }
}

}  // namespace

std::function<void(Draftable&)> claim(std::string name, json value) {
    return [name = std::move(name), value = std::move(value)](Draftable& token) {
        if (value.is_null()) {
            leave_out(token.claims, name);
        } else {
            place(token.claims, name) = value;
        }
    };
}

std::function<void(Draftable&)> null_claim(std::string name) {
    return [name = std::move(name)](Draftable& token) { place(token.claims, name) = nullptr; };
}

std::function<void(Draftable&)> header(std::string name, json value) {
    return [name = std::move(name), value = std::move(value)](Draftable& token) {
        token.header[name] = value;
        // Minting fills in alg and kid, unless null stands there.
        if (value.is_null() && name != "alg" && name != "kid") token.header.erase(name);
    };
}

}  // namespace aauth::vectors
