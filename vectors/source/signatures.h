#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/httpsig/sign.h"
#include "harness/sfv/broken.h"
#include "vectors/source/material.h"
#include "vectors/table.h"

// What the sources of the signature vectors share.
namespace aauth::vectors {

// The parts of the topic, a function a subject.
void write_signature_bases(Table& table);
void write_refused_bases(Table& table);
void write_signing(Table& table);
void write_verification(Table& table);
void write_altered_fields(Table& table);
void write_requests(Table& table);
void write_request_parameters(Table& table);
void write_request_tokens(Table& table);
void write_request_keys(Table& table);
void write_request_schemes(Table& table);
void write_pseudonyms(Table& table);
void write_server_requests(Table& table);
void write_published_examples(Table& table);
void write_content_digests(Table& table);

using Lines = std::vector<std::pair<std::string, std::string>>;

// A `message` input with the URL and the lines exactly as given.
json message(const std::string& method, const std::string& url, const Lines& lines, const std::string& body = {});
json with(json message, const std::string& member, const json& value);             // "method", "url", "body"
json with_line(json message, const std::string& name, const std::string& value);   // added behind the others
json with_field(json message, const std::string& name, const std::string& value);  // in the place of all of the name
json without_field(json message, const std::string& name);
std::string field(const json& message, const std::string& name);  // the first line of the name

// The names of the components as they stand in Signature-Input: ("@method" "@path").
std::string covered(const std::vector<std::string>& names);

// The message signed: `input` is the inner list with its parameters, ("@method");created=1. Fields Signature-Input and
// Signature are added behind the others. std::logic_error when no base can be made.
json with_signature(json message, const std::string& label, const std::string& input, const jose::SigningKey& key);
// The same without the check of what is covered: `base` is signed as it stands.
json with_signature_over(json message, const std::string& label, const std::string& input, const std::string& base,
                         const jose::SigningKey& key);
// The base that a verifier comes to for the label of a message as it stands; empty where there is none.
std::string base_of(const json& message, const std::string& label = "sig");

// What a breakage of structured fields is called in a comment: "trailing comma".
std::string words(sfv::Breakage breakage);

// A byte sequence (RFC 9651) and its octets.
std::string bytes(const std::string& octets);
std::string octets_of(const std::string& byte_sequence);

}  // namespace aauth::vectors
