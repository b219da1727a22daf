#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "harness/http/message.h"
#include "harness/httpsig/base.h"
#include "harness/jose/jwk.h"

// The keys of RFC 9421 appendix B.1 and the messages of B.2, for our tests.
namespace aauth::rfc9421 {

inline constexpr const char* request_digest =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
inline constexpr const char* response_digest =
    "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:";

inline http::Request request() {
    http::Request message;
    message.method = "POST";
    message.target = "/foo?param=Value&Pet=dog";
    message.scheme = "https";
    message.authority = "example.com";
    message.fields = {{"Host", "example.com"},
                      {"Date", "Tue, 20 Apr 2021 02:07:55 GMT"},
                      {"Content-Type", "application/json"},
                      {"Content-Digest", request_digest},
                      {"Content-Length", "18"}};
    message.body = R"({"hello": "world"})";
    return message;
}

inline http::Response response() {
    http::Response message;
    message.status = 200;
    message.reason = "OK";
    message.fields = {{"Date", "Tue, 20 Apr 2021 02:07:56 GMT"},
                      {"Content-Type", "application/json"},
                      {"Content-Digest", response_digest},
                      {"Content-Length", "23"}};
    message.body = R"({"message": "good dog"})";
    return message;
}

inline jose::SigningKey ed25519_key() {
    return jose::parse_private_jwk({{"kty", "OKP"},
                                    {"crv", "Ed25519"},
                                    {"alg", "Ed25519"},
                                    {"kid", "test-key-ed25519"},
                                    {"x", "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"},
                                    {"d", "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"}})
        .value();
}

inline jose::SigningKey p256_key() {
    return jose::parse_private_jwk({{"kty", "EC"},
                                    {"crv", "P-256"},
                                    {"alg", "ES256"},
                                    {"kid", "test-key-ecc-p256"},
                                    {"x", "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA"},
                                    {"y", "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"},
                                    {"d", "UpuF81l-kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDs"}})
        .value();
}

inline jose::Jwk rsa_key() {
    return jose::parse_jwk(
               nlohmann::json{
                   {"kty", "RSA"},
                   {"alg", "RS256"},
                   {"n",
                    "hAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrwWEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MO"
                    "Et8uA5txSKobBpKDeBLOsdJKFqMGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd_QBwVW9OwNFhekro3RtlinV0a75jfZg"
                    "kne_YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0PuKxI4T-HIaFpv8-rdV6eUgOrB2"
                    "xeI1dSFFn_nnv5OoZJEIB-VmuKn3DCUcCZSFlQPSXSfBDiUGhwOw76WuSSsf1D4b_vLoJ10w"},
                   {"e", "AQAB"}})
        .value();
}

// One signature as its two fields would carry it.
inline httpsig::LabelledSignature labelled(const std::string& input, const std::string& signature) {
    const http::Fields fields{{"Signature-Input", input}, {"Signature", signature}};
    return httpsig::parse_signatures(fields).value().front();
}

}  // namespace aauth::rfc9421
