#include "vectors/source/signatures.h"

#include <algorithm>
#include <stdexcept>

#include "harness/crypto/encoding.h"
#include "vectors/operations/input.h"
#include "vectors/source/sources.h"

namespace aauth::vectors {

json message(const std::string& method, const std::string& url, const Lines& lines, const std::string& body) {
    json headers = json::array();
    for (const auto& [name, value] : lines) headers.push_back({name, value});
    json made{{"method", method}, {"url", url}, {"headers", headers}};
    if (!body.empty()) made["body"] = crypto::base64_encode(body);
    return made;
}

json with(json message, const std::string& member, const json& value) {
    message[member] = value;
    return message;
}

json with_line(json message, const std::string& name, const std::string& value) {
    message["headers"].push_back({name, value});
    return message;
}

json without_field(json message, const std::string& name) {
    json kept = json::array();
    for (const auto& line : message["headers"]) {
        if (!http::equals_ignoring_case(line[0].get<std::string>(), name)) kept.push_back(line);
    }
    message["headers"] = kept;
    return message;
}

json with_field(json message, const std::string& name, const std::string& value) {
    json kept = json::array();
    bool placed = false;
    for (const auto& line : message["headers"]) {
        if (!http::equals_ignoring_case(line[0].get<std::string>(), name)) {
            kept.push_back(line);
        } else if (!placed) {
            kept.push_back({name, value});
            placed = true;
        }
    }
    if (!placed) kept.push_back({name, value});
    message["headers"] = kept;
    return message;
}

std::string field(const json& message, const std::string& name) {
    for (const auto& line : message["headers"]) {
        if (http::equals_ignoring_case(line[0].get<std::string>(), name)) return line[1].get<std::string>();
    }
    throw std::logic_error("vectors: the message has no field " + name);
}

std::string covered(const std::vector<std::string>& names) {
    return sfv::serialize(sfv::InnerList{httpsig::components(names), {}}).value();
}

json with_signature_over(json message, const std::string& label, const std::string& input, const std::string& base,
                         const jose::SigningKey& key) {
    message = with_line(std::move(message), "Signature-Input", label + "=" + input);
    return with_line(std::move(message), "Signature", label + "=" + bytes(key.key.sign(key.algorithm, base).value()));
}

json with_signature(json message, const std::string& label, const std::string& input, const jose::SigningKey& key) {
    const auto list = sfv::parse_dictionary("sig=" + input);
    if (!list) throw std::logic_error("vectors: not to be signed: " + input);
    const auto request = request_in(message);
    const auto base = httpsig::signature_base({&request, nullptr}, *list->inner_list("sig"));
    if (!base) throw std::logic_error("vectors: not to be signed: " + input + ": " + base.error().message);
    return with_signature_over(std::move(message), label, input, *base, key);
}

std::string base_of(const json& message, const std::string& label) {
    const auto request = request_in(message);
    const auto inputs = sfv::parse_dictionary(request.fields.combined("Signature-Input").value_or(""));
    const auto* list = inputs ? inputs->inner_list(label) : nullptr;
    if (list == nullptr) return {};
    return httpsig::signature_base({&request, nullptr}, *list).value_or("");
}

std::string words(sfv::Breakage breakage) {
    std::string text(sfv::name_of(breakage));
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string bytes(const std::string& octets) { return ":" + crypto::base64_encode(octets) + ":"; }

std::string octets_of(const std::string& byte_sequence) {
    return crypto::base64_decode(std::string_view(byte_sequence).substr(1, byte_sequence.size() - 2)).value();
}

void write_signatures(Table& table) {
    table.flag("Ambiguous", "The drafts are silent here, or say two things; the comment says where.");
    write_signature_bases(table);
    write_refused_bases(table);
    write_signing(table);
    write_verification(table);
    write_altered_fields(table);
    write_requests(table);
    write_request_parameters(table);
    write_request_tokens(table);
    write_request_keys(table);
    write_request_schemes(table);
    write_pseudonyms(table);
    write_server_requests(table);
    write_content_digests(table);
    write_published_examples(table);
}

}  // namespace aauth::vectors
