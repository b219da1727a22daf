#include "vectors/source/signature_verification.h"

// The request of RFC 9421, appendix B.2.6: bytes that are not ours.
namespace aauth::vectors {

namespace {

json request() {
    return message(
        "POST", "https://example.com/foo?param=Value&Pet=dog",
        {{"Host", "example.com"},
         {"Date", "Tue, 20 Apr 2021 02:07:55 GMT"},
         {"Content-Type", "application/json"},
         {"Content-Digest",
          "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"},
         {"Content-Length", "18"}},
        R"({"hello": "world"})");
}

json with_both(json message, const std::string& input, const std::string& signature) {
    return with_line(with_line(std::move(message), "Signature-Input", input), "Signature", signature);
}

void edwards(Table& table) {
    const json key{{"kty", "OKP"},
                   {"crv", "Ed25519"},
                   {"alg", algorithm_name(crypto::Algorithm::Ed25519, table.draft)},
                   {"kid", "test-key-ed25519"},
                   {"x", "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}};
    auto rows = table.group("RFC 9421, B.2.6", "verify", 1491,
                            {{"public_key", key}, {"label", "sig-b26"}, {"now", 1618884473}});
    const std::string input = R"(sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")"
                              R"();created=1618884473;keyid="test-key-ed25519")";
    const std::string signature =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    const auto signed_request = with_both(request(), input, signature);
    const std::string base =
        "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": example.com\n"
        "\"content-type\": application/json\n\"content-length\": 18\n"
        "\"@signature-params\": " +
        input.substr(8);
    const auto good = rows.valid("the request of the appendix", {{"message", signed_request}},
                                 {.requirements = {"sig.base"}, .base = base});
    rows.invalid("its date is another second", good,
                 {{"message", with_field(signed_request, "Date", "Tue, 20 Apr 2021 02:07:56 GMT")}},
                 {.requirements = {"sig.signature-invalid"}});
    rows.invalid(
        "its keyid is another", good,
        {{"message", with_field(signed_request, "Signature-Input", input.substr(0, input.size() - 1) + "2\"")}},
        {.requirements = {"sig.signature-invalid"}});
    auto bases = table.group("RFC 9421, B.2.6: the base", "signature-base", 1496);
    bases.valid("the base of the appendix", {{"message", signed_request}, {"label", "sig-b26"}},
                {.requirements = {"sig.base"}, .output = {{"base", base}}});
}

}  // namespace

void write_published_examples(Table& table) { edwards(table); }

}  // namespace aauth::vectors
