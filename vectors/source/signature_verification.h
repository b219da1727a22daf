#pragma once

#include "vectors/source/signatures.h"

// What the sources of the vectors share that verify with a known key.
namespace aauth::vectors {

// A request before it is signed, and all that its signature covers.
json unsigned_message();
const std::vector<std::string>& everything();
std::string plain_input();  // that, with created

json with_octets(const json& message, const std::string& octets);  // in place of its signature

// The rows of one group, whose first is that request well signed, from which all others differ.
class Verification {
public:
    Verification(Table& table, const std::string& name, int first, const jose::SigningKey& key);

    const json& message() const { return signed_; }
    std::string octets() const;  // the signature
    const std::string& good() const { return good_; }
    Rows& rows() { return rows_; }

    void valid(const std::string& comment, const json& message);
    void refused(const std::string& comment, const json& message,
                 const std::string& requirement = "sig.signature-invalid");
    void either(const std::string& comment, const json& message, const std::string& flag);

private:
    static Says says(const json& message);

    Rows rows_;
    json signed_;
    std::string good_;
};

// Signatures that are not that of the key over the message, whatever the algorithm.
void write_other_signatures(Verification& rows, const jose::SigningKey& key, const jose::SigningKey& other);

}  // namespace aauth::vectors
