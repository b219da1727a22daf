#include "harness/catch.h"
#include "harness/crypto/encoding.h"
#include "harness/httpsig/digest.h"
#include "harness/httpsig/rfc9421_messages.h"
#include "harness/httpsig/sign.h"

// RFC 9421 appendix B.2 and B.4 and section 4.3, byte for byte.

using namespace aauth;
using crypto::Algorithm;

namespace {

sfv::InnerList input(const std::string& text) {
    return std::get<sfv::InnerList>(sfv::parse_list(text).value().front());
}

std::string request_base(const std::string& text) {
    const auto request = rfc9421::request();
    return httpsig::signature_base({&request, nullptr}, input(text)).value();
}

bool verifies(const httpsig::Message& message, const httpsig::LabelledSignature& signature,
              const crypto::PublicKey& key, Algorithm algorithm) {
    const auto verdict = httpsig::verify(message, signature, key, algorithm);
    if (!verdict) CHECK(verdict.error().code == "invalid_signature");
    return verdict.has_value();
}

}  // namespace

TEST_CASE("B.2.1 to B.2.3 and B.2.5: the bases of the algorithms that we do not have", "[httpsig][rfc9421]") {
    const std::string b21 = R"(();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd")";
    CHECK(request_base(b21) == "\"@signature-params\": " + b21);

    const std::string b22 =
        R"(("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss")"
        R"(;tag="header-example")";
    CHECK(request_base(b22) == std::string("\"@authority\": example.com\n") +
                                   "\"content-digest\": " + rfc9421::request_digest +
                                   "\n\"@query-param\";name=\"Pet\": dog\n\"@signature-params\": " + b22);

    const std::string b23 =
        R"(("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length"))"
        R"(;created=1618884473;keyid="test-key-rsa-pss")";
    CHECK(request_base(b23) == std::string("\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n") +
                                   "\"@method\": POST\n"
                                   "\"@path\": /foo\n"
                                   "\"@query\": ?param=Value&Pet=dog\n"
                                   "\"@authority\": example.com\n"
                                   "\"content-type\": application/json\n"
                                   "\"content-digest\": " +
                                   rfc9421::request_digest +
                                   "\n\"content-length\": 18\n\"@signature-params\": " + b23);

    const std::string b25 = R"(("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret")";
    CHECK(request_base(b25) ==
          "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
          "\"@authority\": example.com\n"
          "\"content-type\": application/json\n"
          "\"@signature-params\": " +
              b25);
}

TEST_CASE("B.2.6: Ed25519, the same bytes and verified", "[httpsig][rfc9421]") {
    const std::string parameters =
        R"(("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473)"
        R"(;keyid="test-key-ed25519")";
    const std::string base =
        "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
        "\"@method\": POST\n"
        "\"@path\": /foo\n"
        "\"@authority\": example.com\n"
        "\"content-type\": application/json\n"
        "\"content-length\": 18\n"
        "\"@signature-params\": " +
        parameters;
    const auto key = rfc9421::ed25519_key();

    auto request = rfc9421::request();
    httpsig::Signing signing;
    signing.label = "sig-b26";
    signing.covered =
        httpsig::components({"date", "@method", "@path", "@authority", "content-type", "content-length"});
    signing.parameters.set("created", std::int64_t{1618884473});
    signing.parameters.set("keyid", std::string("test-key-ed25519"));
    CHECK(httpsig::sign(request, signing, key).value() == base);
    CHECK(request.fields.first("signature-input") == "sig-b26=" + parameters);
    CHECK(request.fields.first("signature") ==
          "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:");

    const auto signatures = httpsig::parse_signatures(request.fields).value();
    REQUIRE(signatures.size() == 1);
    const httpsig::Message message{&request, nullptr};
    CHECK(httpsig::verify(message, signatures[0], key.key.public_key(), Algorithm::Ed25519).value() == base);
    CHECK(verifies(message, signatures[0], key.key.public_key(), Algorithm::Ed25519));
    CHECK_FALSE(verifies(message, signatures[0], key.key.public_key(), Algorithm::ES256));
    CHECK_FALSE(verifies(message, signatures[0], rfc9421::p256_key().key.public_key(), Algorithm::Ed25519));
}

TEST_CASE("B.3: a TLS-terminating proxy, ECDSA P-256", "[httpsig][rfc9421]") {
    http::Request request;
    request.method = "POST";
    request.target = "/foo?param=Value&Pet=dog";
    request.authority = "service.internal.example";
    request.fields = {{"Client-Cert",
                       ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVB"
                       "AMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJ"
                       "DMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8Oth"
                       "xM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0"
                       "ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wb"
                       "GUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmi"
                       "Z0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:"}};
    const auto signature = rfc9421::labelled(
        R"(ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256")",
        "ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:");
    const auto key = rfc9421::p256_key().key.public_key();
    CHECK(verifies({&request, nullptr}, signature, key, Algorithm::ES256));
    request.fields.set("Client-Cert", ":AQ==:");
    CHECK_FALSE(verifies({&request, nullptr}, signature, key, Algorithm::ES256));
}

TEST_CASE("B.4: what a message may go through and what not", "[httpsig][rfc9421]") {
    const auto signature = rfc9421::labelled(
        R"(transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519")",
        "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:");
    const auto key = rfc9421::ed25519_key().key.public_key();
    http::Request original;
    original.target = "/demo?name1=Value1&Name2=value2";
    original.scheme = "https";
    original.authority = "example.org";
    original.fields = {{"Host", "example.org"},
                       {"Date", "Fri, 15 Jul 2022 14:24:55 GMT"},
                       {"Accept", "application/json"},
                       {"Accept", "*/*"}};
    const auto verified = [&](const http::Request& request) {
        return verifies({&request, nullptr}, signature, key, Algorithm::Ed25519);
    };
    CHECK(verified(original));

    auto request = original;
    request.target = "/demo?name1=Value1&Name2=value2&param=added";
    request.fields.add("Accept-Language", "en-US,en;q=0.5");
    CHECK(verified(request));

    request = original;
    request.fields = {{"Referer", "https://developer.example.org/demo"}, {"accept", "application/json, */*"}};
    CHECK(verified(request));

    request.fields = {{"Accept", "  application/json  "}, {"Host", "example.org"}, {"Accept", "  */*  "}};
    CHECK(verified(request));

    request = original;
    request.method = "POST";
    CHECK_FALSE(verified(request));
    request = original;
    request.authority = "example.com";
    CHECK_FALSE(verified(request));
    request = original;
    request.fields = {{"Accept", "*/*"}, {"Accept", "application/json"}};
    CHECK_FALSE(verified(request));
}

TEST_CASE("section 4.3: two signatures on one message, ECDSA and RSA", "[httpsig][rfc9421]") {
    auto request = rfc9421::request();
    request.fields.add("Forwarded", "for=192.0.2.123;host=example.com;proto=https");
    request.fields.add(
        "Signature-Input",
        R"(sig1=("@method" "@authority" "@path" "content-digest" "content-type" "content-length");created=1618884475)"
        R"(;keyid="test-key-ecc-p256", proxy_sig=("@method" "@authority" "@path" "content-digest" "content-type" )"
        R"("content-length" "forwarded");created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256")"
        R"(;expires=1618884540)");
    request.fields.add(
        "Signature",
        "sig1=:X5spyd6CFnAG5QnDyHfqoSNICd+BUP4LYMz2Q0JXlb//4Ijpzp+kve2w4NIyqeAuM7jTDX+sNalzA8ESSaHD3A==:, "
        "proxy_sig=:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxt"
        "RPz+MjniOaYmdkDcnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObt"
        "NKKZd8tSFu7LB5YAv0RAGhB8tmpv7sFnIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2Twe"
        "vU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZHowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==:");
    const auto signatures = httpsig::parse_signatures(request.fields).value();
    REQUIRE(signatures.size() == 2);
    CHECK(signatures[1].expires() == 1618884540);
    const auto p256 = rfc9421::p256_key().key.public_key();
    const auto rsa = rfc9421::rsa_key().key;
    CHECK(verifies({&request, nullptr}, signatures[0], p256, Algorithm::ES256));
    CHECK_FALSE(verifies({&request, nullptr}, signatures[1], rsa, Algorithm::RS256));
    request.authority = "origin.host.internal.example";  // as the proxy sent it on
    CHECK_FALSE(verifies({&request, nullptr}, signatures[0], p256, Algorithm::ES256));
    CHECK(verifies({&request, nullptr}, signatures[1], rsa, Algorithm::RS256));
}
