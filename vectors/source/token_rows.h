#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/protocol/tokens.h"
#include "vectors/source/token.h"
#include "vectors/table.h"

// The groups of the topic "tokens": what they have in common. Every table of rows is made for every kind of token.
namespace aauth::vectors {

using Codes = std::vector<std::string>;

// One change of a good token: before it is minted, of its compact form, or of the input around it.
struct TokenRow {
    std::string comment;
    std::function<void(Draftable&)> edit = {};
    std::function<std::string(const std::string& compact)> compact = {};
    std::function<void(json& input)> around = {};
};

// A kind of token at the party that verifies it, as the tables see it.
class TokenGroup {
public:
    // Without documents, the verifier can fetch those of the issuer and of another server.
    TokenGroup(Table& table, std::string name, int first, protocol::TokenKind kind, Draftable good,
               json documents = nullptr);

    const protocol::Draft& draft() const { return table_.draft; }
    protocol::TokenKind kind() const { return kind_; }
    bool is(protocol::TokenKind kind) const { return kind_ == kind; }
    const Draftable& good() const { return good_; }

    // The first row, the good token itself.
    void start(std::string comment, std::vector<std::string> requirements = {}, std::function<void(json&)> around = {});
    void valid(const TokenRow& row, std::vector<std::string> requirements = {});
    // `codes` are those of a token in Signature-Key; a resource token has its own, which say the same.
    void invalid(const TokenRow& row, const char* flag, const Codes& codes, std::vector<std::string> requirements = {});
    void acceptable(const TokenRow& row, const char* flag, std::vector<std::string> requirements = {});

    // Requirement ids of this kind's own: those that the kind has, of "verify-typ" and so on.
    std::vector<std::string> own(const std::string& shared, const std::string& rule) const;

private:
    json input(const TokenRow& row) const;
    Codes codes(const Codes& shared) const;

    Table& table_;
    Rows rows_;
    protocol::TokenKind kind_;
    Draftable good_;
    std::string first_;
};

// The tables. Numbers within a kind's thousand: 1 (own claims), 71 (other parties), 101 (header), 201 (signature), 251
// (form), 401 (shared claims), 501 (times), 601 (cnf), 701 (issuer).
void write_own_claims(Table& table, protocol::TokenKind kind, int first);
void write_other_parties(Table& table, protocol::TokenKind kind, int first);
void write_token_headers(Table& table, protocol::TokenKind kind, int first);
void write_token_signatures(Table& table, protocol::TokenKind kind, int first);
void write_token_forms(Table& table, protocol::TokenKind kind, int first);
void write_token_claims(Table& table, protocol::TokenKind kind, int first);
void write_token_times(Table& table, protocol::TokenKind kind, int first);
void write_token_keys(Table& table, protocol::TokenKind kind, int first);
void write_token_issuers(Table& table, protocol::TokenKind kind, int first);
void write_agent_checks(Table& table);  // 5001: verify-challenge, 5501: verify-grant

std::string title(protocol::TokenKind kind);  // "agent tokens"

// What a verifier can fetch of these parties. Each publishes every kind of metadata document, so that only the check of
// dwk can refuse a wrong one, and a second key, for ES256.
json documents_everywhere(const protocol::Draft& draft, const std::vector<std::string_view>& issuers);
// Those of the issuer of this token and of another server, and what would be found under wrong spellings of the issuer,
// so that only the check of iss can refuse them.
json documents_with_spellings(const protocol::Draft& draft, const Draftable& token);
// The ES256 key of a party, its kid.
const jose::SigningKey& curve_key_of(std::string_view issuer);
// Another token, signed by this key.
Draftable signed_by(Draftable token, const jose::SigningKey& key, const protocol::Draft& draft);

// A claim or header member set or, with null, left out. A path of two is written "cnf/jwk".
std::function<void(Draftable&)> claim(std::string name, json value);
std::function<void(Draftable&)> null_claim(std::string name);  // it is there, and is null
std::function<void(Draftable&)> header(std::string name, json value);

}  // namespace aauth::vectors
