#pragma once

#include "vectors/source/signatures.h"
#include "vectors/source/token.h"

// What the sources of the verify-request vectors share.
namespace aauth::vectors {

// A request before it is signed, and how it is signed. Change what a vector is about, then take `signed_message()`.
struct Signable {
    std::string method = "GET", url = "https://rs.example/data";
    Lines lines = {{"Host", "rs.example"}};
    std::string body = {};
    std::string signature_key = {};  // the field's value; empty: none is sent
    std::vector<std::string> components = {"@method", "@authority", "@path", "signature-key"};
    std::string parameters = ";created=1790000000";
    std::string label = "sig";
    jose::SigningKey key;

    json unsigned_message() const;
    std::string input() const { return covered(components) + parameters; }
    json signed_message() const { return with_signature(unsigned_message(), label, input(), key); }
};

// The Signature-Key value of a token under the label sig.
std::string jwt_member(const std::string& token);
// The same of any member.
std::string under_sig(const sfv::Item& member);
// That of a bare key, in the form that the draft has of it.
std::string hwk_member_of(const protocol::Draft& draft, const jose::SigningKey& key);
// That of a good agent token.
std::string agent_member(const protocol::Draft& draft);

// A good request of the agent to the resource, and one with a body to the person server.
Signable to_resource(const protocol::Draft& draft);
Signable to_person_server(const protocol::Draft& draft);

// Who verifies: the member `verifier` of the input, for endpoints that agents call.
json resource_verifier();
json person_server_verifier();
// All that a group shares: the clock, the verifier, the documents of all parties.
json shared_input(const protocol::Draft& draft, const json& verifier);

using Codes = std::vector<std::string>;

// Codes that differ by draft.
Codes missing_codes(const protocol::Draft& draft);
Codes scheme_codes(const protocol::Draft& draft);

// The rows of one group. `valid` gives the id of its row; refused ones differ from the first unless they say from
// which.
class RequestRows {
public:
    RequestRows(Table& table, const std::string& name, int first, const json& shared, const Signable& good);

    const protocol::Draft& draft() const { return draft_; }
    const std::string& good() const { return good_; }

    std::string valid(const std::string& comment, const json& message, const std::string& requirement,
                      json more = json::object());
    void refused(const std::string& comment, const json& message, const Codes& codes, const std::string& requirement,
                 json more = json::object(), const std::string& from = {});
    void either(const std::string& comment, const json& message, const std::string& flag,
                const std::string& requirement, json more = json::object());

private:
    Says says(const json& message, const std::string& requirement) const;

    const protocol::Draft& draft_;
    Rows rows_;
    std::string good_, thumbprint_;
};

}  // namespace aauth::vectors
