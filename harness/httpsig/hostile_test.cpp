#include <nlohmann/json.hpp>
#include <random>

#include "harness/catch.h"
#include "harness/httpsig/digest.h"
#include "harness/httpsig/rfc9421_messages.h"
#include "harness/httpsig/sign.h"
#include "harness/httpsig/signature_key.h"

// Deterministic attacks on signed messages: every changed byte is noticed, and no garbage does harm.

using namespace aauth;

namespace {

const jose::SigningKey& signer() {
    static const jose::SigningKey key = rfc9421::ed25519_key();
    return key;
}

http::Request signed_request() {
    auto request = rfc9421::request();
    httpsig::Signing signing;
    signing.covered = httpsig::components({"@method", "@authority", "@path", "@query", "content-digest", "content-type",
                                           "signature-key"});
    signing.parameters.set("created", std::int64_t{1732210000});
    signing.signature_key = httpsig::hwk_member(signer());
    (void)httpsig::sign(request, signing, signer()).value();
    return request;
}

// From the bytes of the message to a verdict, as a verifier goes: signature, key of its label, content.
bool accepted(const http::Request& request) {
    const auto signatures = httpsig::parse_signatures(request.fields);
    if (!signatures || signatures->size() != 1 || !signatures->front().covers("signature-key")) return false;
    const auto member = httpsig::parse_signature_key(request.fields, signatures->front().label);
    if (!member) return false;
    const auto key = httpsig::hwk_key(*member, {});
    if (!key || !key->algorithm || jose::thumbprint(key->key) != signer().thumbprint()) return false;
    if (!httpsig::verify({&request, nullptr}, signatures->front(), key->key, *key->algorithm)) return false;
    return httpsig::verify_content_digest(request.fields, request.body).has_value();
}

// The same field set with one value replaced.
http::Fields with_value(const http::Fields& fields, std::size_t index, const std::string& value) {
    http::Fields changed;
    for (std::size_t i = 0; i < fields.all().size(); ++i) {
        changed.add(fields.all()[i].first, i == index ? value : fields.all()[i].second);
    }
    return changed;
}

std::size_t index_of(const http::Fields& fields, std::string_view name) {
    std::size_t index = 0;
    while (!http::equals_ignoring_case(fields.all().at(index).first, name)) ++index;
    return index;
}

// `text` with one byte changed, in every place: by one flipped bit, and to characters that mean something.
std::vector<std::string> neighbours(const std::string& text) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (char c : {'\0', ' ', '"', ',', ';', '\n', static_cast<char>(text[i] ^ 1), static_cast<char>(text[i] ^ 2),
                       static_cast<char>(text[i] ^ 32), static_cast<char>(text[i] ^ -128)}) {
            if (c == text[i]) continue;
            all.push_back(text);
            all.back()[i] = c;
        }
    }
    return all;
}

}  // namespace

TEST_CASE("the untouched message is accepted", "[httpsig]") { CHECK(accepted(signed_request())); }

TEST_CASE("a changed byte of method, path, query or content is noticed", "[httpsig]") {
    const auto good = signed_request();
    std::size_t wrong = 0;
    const auto attack = [&](std::string http::Request::*part) {
        for (const std::string& text : neighbours(good.*part)) {
            auto request = good;
            request.*part = text;
            if (accepted(request)) ++wrong;
        }
    };
    attack(&http::Request::method);
    attack(&http::Request::target);
    attack(&http::Request::body);
    CHECK(wrong == 0);
}

TEST_CASE("a changed byte of the authority is noticed, but for its case", "[httpsig]") {
    const auto good = signed_request();
    for (const std::string& text : neighbours(good.authority)) {
        auto request = good;
        request.authority = text;
        INFO(text);
        CHECK(accepted(request) == http::equals_ignoring_case(text, good.authority));
    }
}

TEST_CASE("a changed byte of a covered or signing field is noticed", "[httpsig]") {
    const auto good = signed_request();
    for (const char* name : {"content-digest", "content-type", "signature-key", "signature-input", "signature"}) {
        const std::size_t index = index_of(good.fields, name);
        std::size_t wrong = 0;
        for (const std::string& text : neighbours(good.fields.all()[index].second)) {
            auto request = good;
            request.fields = with_value(good.fields, index, text);
            if (accepted(request)) ++wrong;
        }
        INFO(name);
        CHECK(wrong == 0);
    }
}

TEST_CASE("an added, doubled or removed field line is noticed", "[httpsig]") {
    const auto good = signed_request();
    for (const char* name : {"content-digest", "content-type", "signature-key", "signature-input", "signature"}) {
        INFO(name);
        const bool covered = httpsig::parse_signatures(good.fields).value().front().covers(name);
        auto request = good;
        request.fields.erase(name);
        CHECK_FALSE(accepted(request));
        // The same member twice is the same dictionary; in a covered field its text tells.
        request = good;
        request.fields.add(name, good.fields.first(name).value());
        CHECK(accepted(request) == !covered);
        request.fields = good.fields;
        request.fields.add(name, "x=1");
        CHECK_FALSE(accepted(request));
    }
}

TEST_CASE("garbage in the signature fields gives errors and nothing else", "[httpsig]") {
    std::mt19937 random(9421);  // NOLINT: the same garbage every time
    const std::string_view pieces[] = {"sig", "=", "(", ")", "\"", ":", ";", ",", " ", "\t", "AQ==", "?1", "@1", "1.5",
                                       "\"@method\"", "\"date\"", "created=1", "hwk", "jwt=\"a.b.c\"", "kty=\"OKP\"",
                                       "\\", "%", "\xff", "*", "999999999999999", "-", ":AQ==:", "bs", "sf", "req"};
    const auto garbage = [&] {
        std::string text;
        const std::size_t count = random() % 24;
        for (std::size_t i = 0; i < count; ++i) {
            if (random() % 8 == 0) {
                text += static_cast<char>(random() % 256);
            } else {
                text += pieces[random() % std::size(pieces)];
            }
        }
        return text;
    };
    const auto key = signer().key.public_key();
    std::size_t parsed = 0;
    for (int round = 0; round < 20000; ++round) {
        auto request = rfc9421::request();
        request.fields.add("Signature-Input", "sig=" + garbage());
        request.fields.add("Signature", "sig=:AQ==:");
        request.fields.add("Signature-Key", garbage());
        request.fields.add("Content-Digest", garbage());
        request.target = "/" + garbage();
        const auto signatures = httpsig::parse_signatures(request.fields);
        if (signatures) {
            ++parsed;
            for (const auto& signature : *signatures) {
                REQUIRE_FALSE(httpsig::verify({&request, nullptr}, signature, key, signer().algorithm).has_value());
            }
        }
        const auto member = httpsig::parse_signature_key(request.fields, "sig");
        if (member) {
            REQUIRE_FALSE(httpsig::hwk_key(*member, {}).has_value());
            REQUIRE_FALSE(httpsig::verify_jkt_jwt(*member, 0, {}).has_value());
        }
        REQUIRE_FALSE(accepted(request));
    }
    CHECK(parsed > 0);
}

TEST_CASE("huge fields come to an end", "[httpsig]") {
    auto request = rfc9421::request();
    std::string covered = "sig=(";
    for (int i = 0; i < 20000; ++i) covered += "\"x-" + std::to_string(i) + "\" ";
    covered.back() = ')';
    request.fields.add("Signature-Input", covered);
    request.fields.add("Signature", "sig=:AQ==:");
    request.fields.add("Signature-Key", "sig=hwk;x=\"" + std::string(1 << 20, 'A') + "\"");
    request.fields.add("X-Long", std::string(1 << 20, ','));
    const auto signatures = httpsig::parse_signatures(request.fields);
    REQUIRE(signatures.has_value());
    CHECK(httpsig::signature_base({&request, nullptr}, signatures->front().input).error().code == "invalid_input");
    CHECK_FALSE(httpsig::hwk_key(httpsig::parse_signature_key(request.fields, "sig").value(), {}).has_value());
    CHECK(httpsig::component_value({&request, nullptr}, httpsig::component("x-long")).value().size() == 1 << 20);
}
