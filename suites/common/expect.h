#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/case.h"
#include "harness/http/message.h"
#include "harness/jose/jwt.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/problem.h"

namespace aauth::suites {

// What came back, with where it stands in the record.
struct Answer {
    http::Request request;
    http::Response response;
    std::size_t exchange = 0;

    int status() const { return response.status; }
    std::optional<std::string> header(std::string_view name) const { return response.fields.combined(name); }
    // The body as a JSON object; nothing when it is none.
    std::optional<nlohmann::json> json() const;
    std::string text(std::string_view member) const;  // a string member of it; empty when absent
    // The JWT in a string member; nothing when there is none.
    std::optional<jose::Jwt> jwt(std::string_view member) const;
    // "401, Signature-Error: error=invalid_key": one line for reports.
    std::string summary() const;
};

// Expectations on one answer, each recorded as a check. All of them give the object back; none of them throws, but
// `required` ends the case when the last one failed.
class Expect {
public:
    using Judge = std::function<bool(bool passed, std::string what, std::string expected, std::string observed)>;
    Expect(const Answer& answer, Judge judge) : answer_(answer), judge_(std::move(judge)) {}

    Expect& status(int code);
    Expect& status_in(const std::vector<int>& codes);
    Expect& status_not(int code);
    Expect& header(std::string_view name);                            // is there, once or more
    Expect& header_is(std::string_view name, std::string_view value);  // without case, trimmed
    Expect& no_header(std::string_view name);
    Expect& media_type(std::string_view type);
    Expect& cache_control_no_store();
    Expect& signature_error(const std::vector<std::string>& codes);  // empty: any code
    Expect& required_input(const std::vector<std::string>& names);  // names these at least
    Expect& token_list(std::string_view field, const std::vector<std::string>& including);
    Expect& problem(const std::vector<std::string>& codes);         // problem+json with `error` one of these; empty: any
    Expect& requirement(std::string_view value);                    // AAuth-Requirement
    Expect& requirement_parameter(std::string_view name);           // is there as a string
    Expect& member_string(std::string_view name);                   // of the JSON body
    Expect& member_is(std::string_view name, std::string_view value);
    Expect& jwt(std::string_view member);                           // decodes
    Expect& that(bool passed, std::string what, std::string expected, std::string observed);

    bool good() const { return good_; }
    void required() const {
        if (!good_) throw engine::Stop{};
    }

private:
    Expect& judge(bool passed, std::string what, std::string expected, std::string observed);

    const Answer& answer_;
    Judge judge_;
    bool good_ = true;
};

}  // namespace aauth::suites
