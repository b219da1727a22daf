#include "harness/httpsig/signature_key.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/httpsig/rfc9421_messages.h"

using namespace aauth;
using crypto::Algorithm;
using httpsig::Scheme;

namespace {

Result<httpsig::SignatureKey> parsed(const std::string& value, const std::string& label = "sig") {
    return httpsig::parse_signature_key({{"Signature-Key", value}}, label);
}

std::string parse_error(const std::string& value) {
    const auto key = parsed(value);
    return key ? "none" : key.error().code;
}

std::string hwk_error(const std::string& parameters, jose::JwkRules rules = {}) {
    const auto key = httpsig::hwk_key(parsed("sig=hwk" + parameters).value(), rules);
    return key ? "none" : key.error().code;
}

const std::string x = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";
const std::string okp = ";kty=\"OKP\";crv=\"Ed25519\";x=\"" + x + "\"";

}  // namespace

TEST_CASE("every registered scheme is known by its name", "[httpsig]") {
    const std::vector<std::pair<std::string, Scheme>> all{
        {"hwk", Scheme::Hwk}, {"jkt-jwt", Scheme::JktJwt},   {"jwks_uri", Scheme::JwksUri}, {"jwks", Scheme::Jwks},
        {"jwt", Scheme::Jwt}, {"self-jwt", Scheme::SelfJwt}, {"x509", Scheme::X509},        {"cached", Scheme::Cached}};
    for (const auto& [text, scheme] : all) {
        CHECK(httpsig::name(scheme) == text);
        CHECK(httpsig::scheme_from_name(text) == scheme);
        CHECK(parsed("sig=" + text).value().scheme == scheme);
    }
    CHECK_FALSE(httpsig::scheme_from_name("JWT"));
    CHECK_FALSE(httpsig::scheme_from_name(""));
}

TEST_CASE("the member of a label is found, whatever the others are", "[httpsig]") {
    const auto key = parsed("other=\"x\", sig=future;a=\"b\";c=1;d, last=(1 2)").value();
    CHECK(key.scheme_name == "future");
    CHECK_FALSE(key.scheme);
    CHECK(key.string_parameter("a") == "b");
    CHECK_FALSE(key.string_parameter("c"));
    CHECK_FALSE(key.string_parameter("e"));
    const auto uri = httpsig::parse_signature_key(
        {{"signature-key", "a=jwt;jwt=\"x.y.z\";cache"},
         {"Signature-Key", "b=jwks_uri;id=\"https://client.example\";dwk=\"example-configuration\";kid=\"key-1\""}},
        "b");
    REQUIRE(uri.has_value());
    CHECK(uri->scheme == Scheme::JwksUri);
    CHECK(uri->string_parameter("id") == "https://client.example");
}

TEST_CASE("a Signature-Key without a usable member is refused", "[httpsig]") {
    CHECK(httpsig::parse_signature_key({}, "sig").error().code == "invalid_signature");
    for (const char* value : {"", "other=jwt", "sig=\"jwt\"", "sig=(jwt)", "sig", "sig=1", "sig=jwt;", "sig=jwt,"}) {
        INFO(value);
        CHECK(parse_error(value) == "invalid_signature");
    }
    CHECK(parse_error("sig=jwt;jwt") == "none");  // whether its parameters will do, the scheme decides
}

TEST_CASE("members are written as the draft shows them", "[httpsig]") {
    const auto text = [](const sfv::Item& item) { return sfv::serialize(item).value(); };
    CHECK(text(httpsig::hwk_member(rfc9421::ed25519_key())) == "hwk" + okp + ";alg=\"Ed25519\"");
    CHECK(text(httpsig::hwk_member(rfc9421::p256_key())) ==
          "hwk;kty=\"EC\";crv=\"P-256\";x=\"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA\""
          ";y=\"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0\";alg=\"ES256\"");
    CHECK(text(httpsig::jwt_member("a.b.c")) == "jwt;jwt=\"a.b.c\"");
    CHECK(text(httpsig::jkt_jwt_member("a.b.c")) == "jkt-jwt;jwt=\"a.b.c\"");
    CHECK(text(httpsig::jwks_uri_member("https://client.example", "example-configuration", "key-1")) ==
          "jwks_uri;id=\"https://client.example\";dwk=\"example-configuration\";kid=\"key-1\"");
}

TEST_CASE("an hwk member gives its key", "[httpsig]") {
    const auto good = httpsig::hwk_key(parsed("sig=hwk" + okp + ";alg=\"Ed25519\"").value(), {}).value();
    CHECK(good.algorithm == Algorithm::Ed25519);
    CHECK(jose::thumbprint(good.key) == "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U");
    CHECK(hwk_error(okp + ";alg=\"Ed25519\";future=\"x\"") == "none");
    CHECK(hwk_error(okp + ";alg=\"Ed25519\";flag") == "none");
    CHECK(hwk_error(okp, {.algorithm_required = false}) == "none");
    const auto rsa = jose::SigningKey::generate(Algorithm::PS256);
    const auto text = sfv::serialize(httpsig::hwk_member(rsa)).value();
    CHECK(httpsig::hwk_key(parsed("sig=" + text).value(), {}).value().algorithm == Algorithm::PS256);
}

TEST_CASE("an hwk member that breaks a rule gives none", "[httpsig]") {
    CHECK(hwk_error(okp + ";alg=\"Ed25519\";kid=\"k\"") == "invalid_key");
    CHECK(hwk_error(okp + ";alg=Ed25519") == "invalid_key");
    CHECK(hwk_error(okp + ";alg=\"ES256\"") == "invalid_key");
    CHECK(hwk_error(";kty=\"OKP\";crv=\"Ed25519\";alg=\"Ed25519\"") == "invalid_key");
    CHECK(hwk_error(";kty=\"OKP\";crv=\"Ed25519\";x=:AQ==:;alg=\"Ed25519\"") == "invalid_key");
    CHECK(hwk_error(";kty=\"OKP\";crv=\"Ed25519\";x=\"AQ\";alg=\"Ed25519\"") == "invalid_key");
    CHECK(hwk_error(";kty=\"RSA\";crv=\"Ed25519\";x=\"" + x + "\";alg=\"Ed25519\"") == "invalid_key");
    CHECK(hwk_error(okp + ";alg=\"Ed25519\";d=\"n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU\"") == "invalid_key");
    for (const char* algorithm : {"EdDSA", "none", "HS256", "ed25519", "ML-DSA-44", ""}) {
        INFO(algorithm);
        CHECK(hwk_error(okp + ";alg=\"" + algorithm + "\"") == "unsupported_algorithm");
    }
    CHECK_FALSE(hwk_error(okp) == "none");
    CHECK_FALSE(hwk_error("") == "none");
    CHECK(httpsig::hwk_key(parsed("sig=jwt" + okp + ";alg=\"Ed25519\"").value(), {}).error().code == "invalid_key");
}

TEST_CASE("each scheme has the parameters that it requires, of their types", "[httpsig]") {
    const auto problem = [](const std::string& member, jose::JwkRules rules = {}, bool further = true) {
        const auto checked = httpsig::check_parameters(parsed("sig=" + member).value(), rules, further);
        return checked ? "none" : checked.error().code;
    };
    CHECK(problem("hwk" + okp + ";alg=\"Ed25519\"") == "none");
    CHECK(problem("hwk" + okp) == "invalid_key");
    CHECK(problem("hwk" + okp, {.algorithm_required = false}) == "none");
    CHECK(problem("hwk" + okp + ";alg=\"Ed25519\";kid=\"k\"") == "invalid_key");
    CHECK(problem("hwk;kty=\"EC\";crv=\"P-256\";x=\"a\";alg=\"ES256\"") == "invalid_key");
    CHECK(problem("hwk;kty=\"RSA\";n=\"a\";e=\"AQAB\";alg=\"PS256\"") == "none");
    CHECK(problem("jwt;jwt=\"a.b.c\";cache") == "none");
    CHECK(problem("jwt;jwt=\"a.b.c\";cache=\"yes\"") == "invalid_jwt");
    CHECK(problem("jwt;jwt=abc") == "invalid_jwt");
    CHECK(problem("jwks_uri;id=\"https://a.example\";dwk=\"d\"") == "invalid_signature");
    CHECK(problem("x509;x5u=\"https://a.example\";x5t=:AQ==:") == "none");
    CHECK(problem("x509;x5u=\"https://a.example\";x5t=\"AQ==\"") == "invalid_signature");
    CHECK(problem("cached;cid=\"a\"") == "none");
    CHECK(problem("cached;cid=\"a\"", {}, false) == "unsupported_scheme");
    CHECK(problem("future;jwt=\"a.b.c\"") == "unsupported_scheme");
}
