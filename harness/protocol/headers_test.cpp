#include "harness/protocol/headers.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/protocol/problem.h"

using namespace aauth;
using namespace aauth::protocol;

TEST_CASE("AAuth-Requirement is a dictionary with a token and its parameters", "[protocol]") {
    const http::Fields fields{{"AAuth-Requirement", "requirement=interaction; url=\"https://r.example/i\"; code=\"A1B2-C3D4\"; new"}};
    const auto requirement = parse_requirement(fields).value();
    CHECK(requirement.value == "interaction");
    CHECK(requirement.parameter("url") == "https://r.example/i");
    CHECK(requirement.parameter("code") == "A1B2-C3D4");
    CHECK(requirement.parameter("resource-token").empty());
    CHECK(to_field(Requirement{"auth-token", {{"resource-token", "eyJ"}}}) == "requirement=auth-token;resource-token=\"eyJ\"");
    CHECK(parse_requirement({}).error().code == "absent");
    for (const char* bad : {"requirement=\"agent-token\"", "agent-token", "requirement=(a b)", "requirement=", "other=x"}) {
        INFO(bad);
        CHECK(parse_requirement({{"AAuth-Requirement", bad}}).error().code == "malformed_requirement");
    }
}

TEST_CASE("Signature-Error is a dictionary with a token and may list required input", "[protocol]") {
    const auto error =
        parse_signature_error({{"signature-error", "error=invalid_input, required_input=(\"@method\" \"@path\")"}}).value();
    CHECK(error.error == "invalid_input");
    CHECK(error.required_input == std::vector<std::string>{"@method", "@path"});
    CHECK(to_field(error) == "error=invalid_input, required_input=(\"@method\" \"@path\")");
    CHECK(parse_signature_error({{"Signature-Error", "error=\"invalid_key\""}}).error().code == "malformed_signature_error");
}

TEST_CASE("lists of tokens are parsed and written", "[protocol]") {
    CHECK(parse_token_list({{"Accept-Signature-Alg", "Ed25519, ES256"}, {"Accept-Signature-Alg", "PS256"}},
                           "Accept-Signature-Alg").value() == std::vector<std::string>{"Ed25519", "ES256", "PS256"});
    CHECK(parse_token_list({{"AAuth-Capabilities", "interaction;x=1, clarification"}}, "aauth-capabilities").value().size() == 2);
    CHECK(parse_token_list({{"AAuth-Capabilities", "\"interaction\""}}, "AAuth-Capabilities").error().code == "malformed_list");
    CHECK(to_token_list({"jwt", "jwks_uri"}) == "jwt, jwks_uri");
}

TEST_CASE("a session token is one token68", "[protocol]") {
    CHECK(is_token68("abc-._~+/09=="));
    for (const char* bad : {"", "=", "a b", "a=b", "a\tb", "a,b", "a\"b"}) CHECK_FALSE(is_token68(bad));
    CHECK(parse_authorization({{"Authorization", "AAuth abc"}}).value() == "abc");
    CHECK(parse_authorization({{"Authorization", "aauth   abc"}}).value() == "abc");
    CHECK(parse_authorization({{"Authorization", "Bearer abc"}}).error().code == "absent");
    CHECK(parse_authorization({{"Authorization", "AAuth"}}).error().code == "malformed_access");
    CHECK(parse_authorization({{"Authorization", "AAuth a b"}}).error().code == "malformed_access");
    CHECK(parse_authorization({{"Authorization", "AAuth a"}, {"Authorization", "AAuth b"}}).error().code ==
          "malformed_access");
    CHECK(parse_access({{"AAuth-Access", "a"}, {"AAuth-Access", "b"}}).error().code == "malformed_access");
    CHECK(parse_access({{"AAuth-Access", "a, b"}}).error().code == "malformed_access");
}

TEST_CASE("error bodies are problem details with a code", "[protocol]") {
    const auto response = problem_response(400, {"invalid_request", "no resource", {}});
    CHECK(response.status == 400);
    CHECK(parse_problem(response).value().error == "invalid_request");
    auto plain = response;
    plain.fields.set("Content-Type", "application/json");
    CHECK(parse_problem(plain).error().code == "not_problem_json");
    auto empty = response;
    empty.body = R"({"error":5})";
    CHECK(parse_problem(empty).error().code == "malformed_problem");
    auto charset = response;
    charset.fields.set("Content-Type", "Application/Problem+JSON; charset=utf-8");
    CHECK(parse_problem(charset).has_value());

    CHECK(status_of("invalid_request") == 400);
    CHECK(status_of("expired_presented_token") == 400);
    CHECK(status_of("denied") == 403);
    CHECK(status_of("expired") == 408);
    CHECK(status_of("invalid_code") == 410);
    CHECK(status_of("as_unreachable") == 502);
    CHECK_FALSE(status_of("unheard_of"));
}
