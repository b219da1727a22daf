#include "harness/httpsig/sign.h"

#include "harness/catch.h"
#include "harness/httpsig/rfc9421_messages.h"
#include "harness/httpsig/signature_key.h"

using namespace aauth;
using crypto::Algorithm;

namespace {

httpsig::Signing signing(const std::string& label, const jose::SigningKey& key) {
    httpsig::Signing made;
    made.label = label;
    made.covered = httpsig::components({"@method", "@authority", "@path", "signature-key"});
    made.parameters.set("created", std::int64_t{1732210000});
    made.signature_key = httpsig::hwk_member(key);
    return made;
}

}  // namespace

TEST_CASE("what is signed verifies, by every algorithm", "[httpsig]") {
    for (Algorithm algorithm : {Algorithm::Ed25519, Algorithm::Ed448, Algorithm::ES256, Algorithm::ES384,
                                Algorithm::ES512, Algorithm::RS256, Algorithm::PS256}) {
        INFO(crypto::name(algorithm));
        const auto key = jose::SigningKey::generate(algorithm);
        auto request = rfc9421::request();
        const auto base = httpsig::sign(request, signing("sig", key), key);
        REQUIRE(base.has_value());

        const auto signature = httpsig::parse_signatures(request.fields).value().front();
        const auto member = httpsig::parse_signature_key(request.fields, "sig").value();
        const auto found = httpsig::hwk_key(member, {}).value();
        CHECK(found.algorithm == algorithm);
        CHECK(httpsig::verify({&request, nullptr}, signature, found.key, algorithm).value() == *base);
        request.method = "PUT";
        CHECK(httpsig::verify({&request, nullptr}, signature, found.key, algorithm).error().code ==
              "invalid_signature");
    }
}

TEST_CASE("a second signature goes behind the first", "[httpsig]") {
    const auto one = jose::SigningKey::generate(Algorithm::Ed25519);
    const auto two = jose::SigningKey::generate(Algorithm::ES256);
    auto request = rfc9421::request();
    auto first = signing("one", one);
    first.covered = httpsig::components({"@method"});
    REQUIRE(httpsig::sign(request, first, one).has_value());
    REQUIRE(httpsig::sign(request, signing("two", two), two).has_value());

    CHECK(request.fields.count("signature-key") == 1);
    const auto signatures = httpsig::parse_signatures(request.fields).value();
    REQUIRE(signatures.size() == 2);
    CHECK(signatures[0].label == "one");
    CHECK(signatures[1].label == "two");
    const httpsig::Message message{&request, nullptr};
    CHECK(httpsig::verify(message, signatures[0], one.key.public_key(), one.algorithm).has_value());
    CHECK(httpsig::verify(message, signatures[1], two.key.public_key(), two.algorithm).has_value());
    CHECK_FALSE(httpsig::verify(message, signatures[1], one.key.public_key(), one.algorithm).has_value());
    CHECK(httpsig::parse_signature_key(request.fields, "one")->scheme == httpsig::Scheme::Hwk);
    CHECK(httpsig::parse_signature_key(request.fields, "two")->string_parameter("crv") == "P-256");
}

TEST_CASE("parameters keep their order and no Signature-Key is added unasked", "[httpsig]") {
    const auto key = jose::SigningKey::generate(Algorithm::Ed25519);
    auto request = rfc9421::request();
    httpsig::Signing plain;
    plain.covered = httpsig::components({"@method"});
    plain.parameters.set("tag", std::string("t"));
    plain.parameters.set("created", std::int64_t{1});
    plain.parameters.set("alg", std::string("ed25519"));
    REQUIRE(httpsig::sign(request, plain, key).has_value());
    CHECK(request.fields.first("Signature-Input") == "sig=(\"@method\");tag=\"t\";created=1;alg=\"ed25519\"");
    CHECK_FALSE(request.fields.contains("Signature-Key"));
    const auto signature = httpsig::parse_signatures(request.fields).value().front();
    CHECK(httpsig::verify({&request, nullptr}, signature, key.key.public_key(), key.algorithm).has_value());
}

TEST_CASE("a message that cannot be signed stays as it was", "[httpsig]") {
    auto key = jose::SigningKey::generate(Algorithm::Ed25519);
    auto request = rfc9421::request();
    const auto before = request.fields.all();
    auto wrong = signing("sig", key);
    wrong.covered = httpsig::components({"missing"});
    CHECK(httpsig::sign(request, wrong, key).error().code == "invalid_input");
    CHECK(request.fields.all() == before);

    CHECK(httpsig::sign(request, signing("Not a label", key), key).error().code == "invalid_input");
    CHECK(request.fields.all() == before);

    auto nameless = signing("Not a label", key);
    nameless.signature_key.reset();
    nameless.covered.clear();
    CHECK(httpsig::sign(request, nameless, key).error().code == "invalid_input");
    CHECK(request.fields.all() == before);

    const auto good = signing("sig", key);
    key.algorithm = Algorithm::ES256;
    CHECK(httpsig::sign(request, good, key).error().code == "wrong_key_type");
    CHECK(request.fields.all() == before);
}
