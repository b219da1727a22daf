#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/http/message.h"
#include "harness/result.h"
#include "harness/sfv/sfv.h"

// The signature base of RFC 9421 (section 2) and the fields that carry signatures (section 4).
namespace aauth::httpsig {

// What a signature is made over: a request, or a response together with the request it answers.
struct Message {
    const http::Request* request = nullptr;
    const http::Response* response = nullptr;  // set: the signature is over this response
};

// A covered component without parameters: a field name or a derived component ("@method").
sfv::Item component(std::string name);
std::vector<sfv::Item> components(const std::vector<std::string>& names);

// The value of one component (section 2.1, 2.2) as it stands in the signature base. Supports @method, @target-uri,
// @authority, @scheme, @request-target, @path, @query, @query-param;name, @status, fields, and the parameters sf, key,
// bs, req, tr. Error code "invalid_input": unknown component or parameter, absent field, a parameter where it may not
// be (any flag given as false too), a name that is not lowercase, tr (trailers are not kept), and a value that is not
// printable ASCII, which bs can carry.
Result<std::string> component_value(const Message& message, const sfv::Item& component);

// More covered components than this are refused: what a signature base costs has to have a bound.
inline constexpr std::size_t most_components = 128;

// The whole signature base, "@signature-params" line last, no newline at its end (section 2.5). `input` is the inner
// list of covered components with the signature parameters. Errors: "invalid_input" (also for a component covered
// twice: same name and same parameters in any order).
Result<std::string> signature_base(const Message& message, const sfv::InnerList& input);

struct LabelledSignature {
    std::string label;
    sfv::InnerList input;     // covered components and parameters
    std::string signature;    // decoded octets

    bool covers(std::string_view name) const;  // a component of this name, without parameters
    std::optional<std::int64_t> created() const;
    std::optional<std::int64_t> expires() const;
};

// All signatures of a message, in the order of Signature-Input. Error code "invalid_signature": a field that is absent
// or malformed, a label in one of the two and not in the other, a member of the wrong type.
Result<std::vector<LabelledSignature>> parse_signatures(const http::Fields& fields);

}  // namespace aauth::httpsig
