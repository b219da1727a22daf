#include "harness/jose/jwt.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/crypto/encoding.h"

using namespace aauth;
using namespace aauth::jose;
using crypto::Algorithm;

namespace {

const SigningKey& ed25519_key() {
    static const auto key = SigningKey::generate(Algorithm::Ed25519, "k1");
    return key;
}

std::string b64(std::string_view text) { return crypto::base64url_encode(text); }

std::string code_of(std::string_view compact) {
    const auto jwt = Jwt::decode(compact);
    return jwt ? "ok" : jwt.error().code;
}

}  // namespace

TEST_CASE("the ES256 example of RFC 7515, appendix A.3, verifies", "[jose]") {
    const std::string compact =
        "eyJhbGciOiJFUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    const auto key = parse_private_jwk({{"kty", "EC"},
                                        {"crv", "P-256"},
                                        {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                                        {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                                        {"d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}})
                         .value();
    const auto jwt = Jwt::decode(compact).value();
    CHECK(jwt.signed_by(key.key.public_key(), Algorithm::ES256));
    CHECK_FALSE(jwt.signed_by(key.key.public_key(), Algorithm::Ed25519));
    CHECK(jwt.compact() == compact);
    CHECK(jwt.signing_input() == compact.substr(0, compact.rfind('.')));
    CHECK(jwt.header_text() == R"({"alg":"ES256"})");
    CHECK(jwt.payload_text().find("\r\n") != std::string::npos);
    CHECK(jwt.signature().size() == 64);
    CHECK(jwt.claim_string("iss") == "joe");
    CHECK(jwt.claim_integer("exp") == 1300819380);
    CHECK_FALSE(jwt.claim_string("exp"));
    CHECK_FALSE(jwt.claim_integer("iss"));
    CHECK(jwt.header_string("alg") == "ES256");
    CHECK_FALSE(jwt.header_string("kid"));
}

TEST_CASE("the Ed25519 example of RFC 8037, appendices A.4 and A.5, is made and verified to the octet", "[jose]") {
    const auto key = parse_private_jwk({{"kty", "OKP"},
                                        {"crv", "Ed25519"},
                                        {"d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
                                        {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}})
                         .value();
    const auto compact = mint_raw(R"({"alg":"EdDSA"})", "Example of Ed25519 signing", key);
    CHECK(compact ==
          "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
          "09PGcvMg3AIbQR6dWbhijcNR4ki"
          "4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    const auto jws = Jws::decode(compact).value();
    CHECK(jws.payload_text == "Example of Ed25519 signing");
    CHECK_FALSE(jws.signed_by(key.key.public_key(), Algorithm::Ed25519));
    CHECK(jws.signed_by(key.key.public_key(), Algorithm::Ed25519, {.eddsa_allowed = true}));
    CHECK(code_of(compact) == "invalid_jwt");  // its payload is no JSON
}

TEST_CASE("tokens of every algorithm are minted, decoded and verified", "[jose]") {
    for (const auto algorithm : {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384,
                                 Algorithm::ES512, Algorithm::RS256, Algorithm::PS256}) {
        INFO(crypto::name(algorithm));
        const auto key = SigningKey::generate(algorithm);
        const auto compact = mint({{"typ", "aa-agent+jwt"}}, {{"iss", "https://ap.example"}, {"exp", 17}}, key);
        const auto jwt = Jwt::decode(compact).value();
        CHECK(jwt.header_string("alg") == crypto::name(algorithm));
        CHECK(jwt.header_string("kid") == key.kid);
        CHECK(jwt.header_string("typ") == "aa-agent+jwt");
        CHECK(jwt.payload() == nlohmann::json{{"iss", "https://ap.example"}, {"exp", 17}});
        CHECK(jwt.signed_by(key.key.public_key(), algorithm));
        CHECK_FALSE(jwt.signed_by(SigningKey::generate(algorithm).key.public_key(), algorithm));
        CHECK_FALSE(jwt.signed_by(ed25519_key().key.public_key(), Algorithm::Ed25519));

        const auto corrupt = Jwt::decode(corrupt_signature(compact)).value();
        CHECK(corrupt.signing_input() == jwt.signing_input());
        CHECK(corrupt.signature().size() == jwt.signature().size());
        CHECK_FALSE(corrupt.signed_by(key.key.public_key(), algorithm));
        CHECK(corrupt_signature(corrupt.compact()) == compact);
    }
}

TEST_CASE("the header's alg must be the algorithm of the key", "[jose]") {
    const auto rsa = SigningKey::generate(Algorithm::RS256);
    const auto key = rsa.key.public_key();
    const auto says = [&](const char* alg, const SigningKey& with) {
        return Jwt::decode(mint({{"alg", alg}}, {}, with)).value();
    };
    CHECK(says("RS256", rsa).signed_by(key, Algorithm::RS256));
    CHECK_FALSE(says("PS256", rsa).signed_by(key, Algorithm::RS256));
    CHECK_FALSE(says("PS256", rsa).signed_by(key, Algorithm::PS256));
    CHECK_FALSE(says("none", rsa).signed_by(key, Algorithm::RS256));
    CHECK_FALSE(says("EdDSA", rsa).signed_by(key, Algorithm::RS256, {.eddsa_allowed = true}));
    const auto edwards = ed25519_key().key.public_key();
    CHECK_FALSE(says("EdDSA", ed25519_key()).signed_by(edwards, Algorithm::Ed25519));
    CHECK(says("EdDSA", ed25519_key()).signed_by(edwards, Algorithm::Ed25519, {.eddsa_allowed = true}));
    CHECK(says("Ed25519", ed25519_key()).signed_by(edwards, Algorithm::Ed25519, {.eddsa_allowed = true}));
    CHECK_FALSE(says("ed25519", ed25519_key()).signed_by(edwards, Algorithm::Ed25519, {.eddsa_allowed = true}));
}

TEST_CASE("a NumericDate may have a fraction, and gives its whole seconds", "[jose]") {
    const auto jwt = Jwt::decode(mint_raw(R"({"alg":"Ed25519"})", R"({"exp":1300819380.75,"nbf":-1.5,"iat":1e300})",
                                          ed25519_key()))
                         .value();
    CHECK(jwt.claim_integer("exp") == 1300819380);
    CHECK(jwt.claim_integer("nbf") == -2);
    CHECK_FALSE(jwt.claim_integer("iat"));
}

TEST_CASE("compact forms that are not strict are refused", "[jose]") {
    const auto good = mint({{"typ", "t"}}, {{"a", 1}}, ed25519_key());
    REQUIRE(code_of(good) == "ok");
    const auto dot = good.find('.'), last = good.rfind('.');
    const auto header = good.substr(0, dot), payload = good.substr(dot + 1, last - dot - 1),
               signature = good.substr(last + 1);
    for (const auto& wrong : std::vector<std::string>{"",
                                                      ".",
                                                      "..",
                                                      "...",
                                                      header,
                                                      header + "." + payload,
                                                      good + ".",
                                                      good + "." + signature,
                                                      "." + good,
                                                      header + "..",
                                                      header + ".." + signature,
                                                      "." + payload + "." + signature,
                                                      " " + good,
                                                      good + " ",
                                                      good + "\n",
                                                      good + "=",
                                                      good + "==",
                                                      header + "=." + payload + "." + signature,
                                                      header + "." + payload + "=." + signature,
                                                      header + "\n." + payload + "." + signature,
                                                      header + "." + payload + "." + signature.substr(0, 85) + "_",
                                                      header + "." + payload + "." + signature.substr(0, 85),
                                                      header + "." + payload + "." + "+" + signature.substr(1),
                                                      header + "." + payload + "." + "/" + signature.substr(1),
                                                      good.substr(0, 5) + '\0' + good.substr(5),
                                                      "{\"payload\":\"" + payload + "\",\"protected\":\"" + header +
                                                          "\",\"signature\":\"" + signature + "\"}"}) {
        INFO(wrong);
        CHECK(code_of(wrong) == "invalid_jwt");
    }
}

TEST_CASE("headers and payloads must be JSON objects without repeated members", "[jose]") {
    const auto header = R"({"alg":"Ed25519"})";
    CHECK(code_of(mint_raw(header, "{}", ed25519_key())) == "ok");
    CHECK(code_of(mint_raw(" {\n \"alg\" : \"Ed25519\" } ", "{ }", ed25519_key())) == "ok");
    for (const std::string wrong :
         {"", "[]", "\"x\"", "null", R"({"alg":"Ed25519","alg":"none"})", R"({"alg":"none","\u0061lg":"Ed25519"})",
          R"({"alg":1})", R"({"alg":null})", R"({"alg":["Ed25519"]})", R"({"kid":"k"})", R"({"alg":"Ed25519"}x)",
          "\xef\xbb\xbf{\"alg\":\"Ed25519\"", "{\"alg\":\"Ed25519\",\"x\":\"\xff\"}"}) {
        INFO(wrong);
        CHECK(code_of(mint_raw(wrong, "{}", ed25519_key())) == "invalid_jwt");
    }
    for (const std::string wrong :
         {"", "[]", "1", "null", R"({"exp":1,"exp":2})", R"({"a":{"b":1,"b":2}})", "{\"a\":\"\xff\"}"}) {
        INFO(wrong);
        CHECK(code_of(mint_raw(header, wrong, ed25519_key())) == "invalid_jwt");
    }
    CHECK(code_of(mint_raw(header, R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}", ed25519_key())) ==
          "invalid_jwt");
    CHECK(code_of(mint_raw(header, "{\"a\":\"" + std::string(5u << 20, 'x') + "\"}", ed25519_key())) == "invalid_jwt");
}

TEST_CASE("mint writes what it is told to, right or wrong", "[jose]") {
    const auto decode = [](const nlohmann::json& header, const nlohmann::json& payload) {
        return Jwt::decode(mint(header, payload, ed25519_key())).value();
    };
    CHECK(decode({{"kid", nullptr}}, {{"a", 1}}).header() == nlohmann::json{{"alg", "Ed25519"}});
    CHECK(decode({{"alg", "HS256"}, {"kid", 5}}, {{"a", 1}}).header() == nlohmann::json{{"alg", "HS256"}, {"kid", 5}});
    CHECK(decode({{"typ", nullptr}}, {{"a", nullptr}}).header()["typ"].is_null());
    CHECK(decode({{"typ", "t"}}, {{"exp", "soon"}, {"a", nullptr}}).payload_text() == R"({"a":null,"exp":"soon"})");
    const auto without_alg = mint({{"alg", nullptr}}, {{"a", 1}}, ed25519_key());
    CHECK(without_alg.substr(0, without_alg.find('.')) == b64(R"({"kid":"k1"})"));
    CHECK(decode({}, {}).header_text() == R"({"alg":"Ed25519","kid":"k1"})");
    CHECK(decode({}, {}).payload_text() == "{}");
    CHECK(mint(nlohmann::json::array(), "text", ed25519_key()).rfind(b64("[]") + "." + b64("\"text\"") + ".", 0) == 0);

    auto nameless = ed25519_key();
    nameless.kid.clear();
    CHECK_FALSE(Jwt::decode(mint({{"typ", "t"}}, {{"a", 1}}, nameless)).value().header_string("kid"));
    auto misfit = ed25519_key();
    misfit.algorithm = Algorithm::ES256;
    CHECK_THROWS_AS(mint({}, {}, misfit), std::logic_error);
}

TEST_CASE("tokens are assembled with any signature, or none to corrupt", "[jose]") {
    const auto unsecured = assemble(R"({"alg":"none"})", R"({"a":1})", {});
    CHECK(unsecured == b64(R"({"alg":"none"})") + "." + b64(R"({"a":1})") + ".");
    const auto jwt = Jwt::decode(unsecured).value();
    CHECK(jwt.signature().empty());
    CHECK_FALSE(jwt.signed_by(ed25519_key().key.public_key(), Algorithm::Ed25519));
    CHECK_THROWS_AS(corrupt_signature(unsecured), std::invalid_argument);
    CHECK_THROWS_AS(corrupt_signature("abc"), std::invalid_argument);
    CHECK_THROWS_AS(corrupt_signature("a.AA"), std::invalid_argument);
    CHECK(Jwt::decode(assemble(R"({"alg":"Ed25519"})", "{}", "\x01\x02")).value().signature() == "\x01\x02");
}

TEST_CASE("a key that the token brings along is not what it is verified with", "[jose]") {
    const auto attacker = SigningKey::generate(Algorithm::Ed25519);
    const auto jwt = Jwt::decode(mint({{"jwk", attacker.public_jwk()}, {"kid", "k1"}}, {{"a", 1}}, attacker)).value();
    CHECK_FALSE(jwt.signed_by(ed25519_key().key.public_key(), Algorithm::Ed25519));
}
