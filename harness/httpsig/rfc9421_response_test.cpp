#include "harness/catch.h"
#include "harness/httpsig/digest.h"
#include "harness/httpsig/rfc9421_messages.h"
#include "harness/httpsig/sign.h"

// Responses in RFC 9421: appendix B.2.4 and section 2.4.

using namespace aauth;
using crypto::Algorithm;

TEST_CASE("B.2.4: a response, ECDSA P-256", "[httpsig][rfc9421]") {
    auto response = rfc9421::response();
    const std::string parameters =
        R"(("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256")";
    const auto signature = rfc9421::labelled(
        "sig-b24=" + parameters,
        "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:");
    const auto key = rfc9421::p256_key().key.public_key();
    CHECK(httpsig::verify({nullptr, &response}, signature, key, Algorithm::ES256).value() ==
          std::string("\"@status\": 200\n\"content-type\": application/json\n\"content-digest\": ") +
              rfc9421::response_digest + "\n\"content-length\": 23\n\"@signature-params\": " + parameters);
    CHECK(httpsig::verify_content_digest(response.fields, response.body).has_value());
    response.status = 201;
    CHECK(httpsig::verify({nullptr, &response}, signature, key, Algorithm::ES256).error().code == "invalid_signature");
}

TEST_CASE("2.4: a response bound to its request", "[httpsig][rfc9421]") {
    const std::string digest =
        "sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:";
    http::Response response;
    response.status = 503;
    response.body = R"({"busy": true, "message": "Your call is very important to us"})";
    response.fields = {{"Date", "Tue, 20 Apr 2021 02:07:56 GMT"},
                       {"Content-Type", "application/json"},
                       {"Content-Length", "62"},
                       {"Content-Digest", digest}};
    CHECK(httpsig::verify_content_digest(response.fields, response.body).has_value());

    auto request = rfc9421::request();
    const std::string parameters =
        R"(("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req))"
        R"(;created=1618884479;keyid="test-key-ecc-p256")";
    const auto signature = rfc9421::labelled(
        "reqres=" + parameters,
        "reqres=:dMT/A/76ehrdBTD/2Xx8QuKV6FoyzEP/I9hdzKN8LQJLNgzU4W767HK05rx1i8meNQQgQPgQp8wq2ive3tV5Ag==:");
    const auto key = rfc9421::p256_key().key.public_key();
    CHECK(httpsig::verify({&request, &response}, signature, key, Algorithm::ES256).value() ==
          "\"@status\": 503\n"
          "\"content-digest\": " +
              digest +
              "\n\"content-type\": application/json\n"
              "\"@authority\";req: example.com\n"
              "\"@method\";req: POST\n"
              "\"@path\";req: /foo\n"
              "\"content-digest\";req: " +
              rfc9421::request_digest + "\n\"@signature-params\": " + parameters);
    request.fields.set("Content-Digest", digest);
    CHECK(httpsig::verify({&request, &response}, signature, key, Algorithm::ES256).error().code == "invalid_signature");
    CHECK(httpsig::verify({nullptr, &response}, signature, key, Algorithm::ES256).error().code == "invalid_input");
}

TEST_CASE("a response is signed over the signature of its request", "[httpsig]") {
    const auto key = rfc9421::ed25519_key();
    auto request = rfc9421::request();
    httpsig::Signing of_request;
    of_request.label = "sig1";
    of_request.covered = httpsig::components({"@method"});
    REQUIRE(httpsig::sign(request, of_request, key).has_value());

    auto response = rfc9421::response();
    httpsig::Signing signing;
    signing.covered = httpsig::components({"@status", "content-digest", "signature", "@method"});
    signing.covered[2].parameters.set("req", true);
    signing.covered[2].parameters.set("key", std::string("sig1"));
    CHECK(httpsig::sign(response, request, signing, key).error().code == "invalid_input");
    CHECK_FALSE(response.fields.contains("signature"));
    signing.covered[3].parameters.set("req", true);
    REQUIRE(httpsig::sign(response, request, signing, key).has_value());

    const auto signature = httpsig::parse_signatures(response.fields).value().front();
    const httpsig::Message message{&request, &response};
    CHECK(httpsig::verify(message, signature, key.key.public_key(), key.algorithm).has_value());
    request.fields.set("Signature", "sig1=:AQ==:");
    CHECK(httpsig::verify(message, signature, key.key.public_key(), key.algorithm).error().code == "invalid_signature");
}
