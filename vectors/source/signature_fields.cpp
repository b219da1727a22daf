#include "vectors/source/signature_verification.h"

// The fields Signature and Signature-Input: malformed, several labels, and signatures of ES256.
namespace aauth::vectors {

namespace {

void broken_field(Verification& v, const std::string& name) {
    const auto dictionary = sfv::parse_dictionary(field(v.message(), name)).value();
    for (const auto& breakage : sfv::all_breakages()) {
        const auto comment = name + ": " + words(breakage.breakage);
        const auto text = sfv::broken(dictionary, "sig", breakage.breakage);
        const auto message = with_field(v.message(), name, text);
        switch (breakage.reception) {
            case sfv::Reception::must_refuse:
                v.refused(comment, message, "sig.malformed");
                break;
            case sfv::Reception::may_refuse:
                v.either(comment, message, "LenientBase64");
                break;
            case sfv::Reception::accepted:
                v.either(comment, message, "DuplicateKey");
                break;
        }
    }
}

void malformed(Table& table) {
    Verification v(table, "verification: malformed fields", 581, key("agent"));
    broken_field(v, "Signature-Input");
    broken_field(v, "Signature");
    const auto signature = field(v.message(), "Signature").substr(4);
    const auto other = [&](const std::string& comment, const std::string& text) {
        v.refused("Signature: " + comment, with_field(v.message(), "Signature", text), "sig.malformed");
    };
    other("without its colons", "sig=" + signature.substr(1, signature.size() - 2));
    other("without its first colon", "sig=" + signature.substr(1));
    other("a string instead of a byte sequence", "sig=\"" + signature.substr(1, signature.size() - 2) + "\"");
    other("a token instead of a byte sequence", "sig=abc");
    other("an integer instead of a byte sequence", "sig=1");
    other("a boolean instead of a byte sequence", "sig");
    other("a list of byte sequences", "sig=(" + signature + ")");
    other("the byte sequence alone, without a label", signature);
    other("empty", "");
    other("a line break in the byte sequence", "sig=" + signature.substr(0, 20) + " " + signature.substr(20));
    v.either("Signature: one sign of padding too many",
             with_field(v.message(), "Signature", "sig=" + signature.substr(0, signature.size() - 1) + "=:"),
             "LenientBase64");
    other("padding in the middle", "sig=" + signature.substr(0, 20) + "==" + signature.substr(20));
    other("a sign that is not of base64", "sig=" + signature.substr(0, 20) + "!" + signature.substr(21));
    v.refused("Signature: the field is gone", without_field(v.message(), "Signature"), "sig.malformed");
    v.either("Signature: a parameter", with_field(v.message(), "Signature", "sig=" + signature + ";x=1"), "Ambiguous");
    v.valid("Signature: spaces around it", with_field(v.message(), "Signature", "  sig=" + signature + "  "));
    v.refused("Signature: another label", with_field(v.message(), "Signature", "sig2=" + signature), "sig.malformed");
}

void labels(Table& table) {
    Verification v(table, "verification: several labels", 671, key("agent"));
    const auto one = v.message();
    const auto two = with_signature(one, "other", covered({"@method"}) + ";created=1790000000", key("other"));
    const auto both = [&](const std::string& first, const std::string& second, const std::string& name) {
        return first + "=" + field(one, name).substr(4) + ", " + second + "=" +
               field(with_signature(unsigned_message(), "sig", covered({"@method"}) + ";created=1790000000",
                                    key("other")),
                     name)
                   .substr(4);
    };
    const auto joined = [&](const std::string& inputs, const std::string& signatures) {
        return with_field(with_field(one, "Signature-Input", inputs), "Signature", signatures);
    };
    v.valid("a second signature on lines of its own", two);
    v.valid("a second signature on the same lines",
            joined(both("sig", "other", "Signature-Input"), both("sig", "other", "Signature")));
    v.valid("a second signature whose label is longer by a letter",
            joined(both("sig", "sig2", "Signature-Input"), both("sig", "sig2", "Signature")));
    v.valid(
        "a second signature that does not verify",
        joined(both("sig", "other", "Signature-Input"), "sig=" + field(one, "Signature").substr(4) + ", other=:AAAA:"));
    v.valid("the signatures in another order than their inputs",
            joined(both("sig", "other", "Signature-Input"), "other=:AAAA:, sig=" + field(one, "Signature").substr(4)));
    v.refused("the signatures have changed their labels",
              joined(both("sig", "other", "Signature-Input"), both("other", "sig", "Signature")));
    v.refused("the inputs have changed their labels",
              joined(both("other", "sig", "Signature-Input"), both("sig", "other", "Signature")));
    v.either("a second label in Signature-Input only",
             joined(both("sig", "other", "Signature-Input"), field(one, "Signature")), "OtherLabel");
    v.either("a second label in Signature only",
             joined(field(one, "Signature-Input"), both("sig", "other", "Signature")), "OtherLabel");
    const auto renamed = [&](const std::string& label) {
        return json{{"message", with_signature(unsigned_message(), label, plain_input(), key("agent"))},
                    {"label", label}};
    };
    for (const char* label : {"sig1", "a", "*s.i_g-9*", "signature"}) {
        v.rows().valid(std::string("the label ") + label, renamed(label),
                       {.requirements = {"sig.label.any-name"}, .base = base_of(one)});
    }
    v.rows().invalid("a label that the message has not", v.good(), {{"message", one}, {"label", "sig1"}},
                     {.requirements = {"sig.malformed"}});
    v.rows().invalid("a label in another case", v.good(), {{"message", one}, {"label", "SIG"}},
                     {.requirements = {"sig.malformed"}});
}

void keys(Table& table) {
    Verification v(table, "verification: other keys", 701, key("agent"));
    const auto refuse = [&](const std::string& comment, const json& jwk) {
        v.rows().invalid(
            comment, v.good(), {{"message", v.message()}, {"public_key", jwk}},
            {.requirements = {"sig.signature-invalid", "key.kty-crv-agree"}, .base = base_of(v.message())});
    };
    const auto own = jwk_of(key("agent"), table.draft);
    refuse("another key", jwk_of(key("other"), table.draft));
    refuse("a key for ES256", jwk_of(key("agent", crypto::Algorithm::ES256), table.draft));
    auto changed = own;
    changed["alg"] = "ES256";
    v.rows().acceptable(
        "the key says that it is for ES256", v.good(), {{"message", v.message()}, {"public_key", changed}},
        {.flags = {"KeyDisagrees"}, .requirements = {"key.kty-crv-agree"}, .base = base_of(v.message())});
    changed = own;
    changed["crv"] = "Ed448";
    refuse("the key says that it is on Ed448", changed);
    changed = own;
    changed["x"] = own["x"].get<std::string>().substr(0, 40);
    refuse("the key is too short", changed);
    changed["x"] = own["x"].get<std::string>() + "AA";
    refuse("the key is too long", changed);
    changed = own;
    changed.erase("x");
    refuse("the key has no x", changed);
    changed = own;
    changed["kty"] = "EC";
    refuse("the key says that it is of type EC", changed);
    refuse("a symmetric key", {{"kty", "oct"}, {"k", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}, {"alg", "HS256"}});
}

// A number of DER, without its sign and with what a leading one bit needs.
std::string der_integer(std::string octets) {
    while (octets.size() > 1 && octets[0] == 0 && (octets[1] & 0x80) == 0) octets.erase(0, 1);
    if ((octets[0] & 0x80) != 0) octets.insert(0, 1, '\0');
    return std::string("\x02") + static_cast<char>(octets.size()) + octets;
}

std::string der(const std::string& octets) {
    const auto numbers = der_integer(octets.substr(0, 32)) + der_integer(octets.substr(32));
    return std::string("\x30") + static_cast<char>(numbers.size()) + numbers;
}

// The order of P-256 minus the second half: as good a signature for the curve.
std::string with_other_s(std::string octets) {
    static constexpr unsigned char order[] = {0xff, 0xff, 0xff, 0xff, 0,    0,    0,    0,    0xff, 0xff, 0xff,
                                              0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                              0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
        int digit = order[i] - static_cast<unsigned char>(octets[32 + i]) - borrow;
        borrow = digit < 0 ? 1 : 0;
        if (digit < 0) digit += 256;
        octets[32 + i] = static_cast<char>(digit);
    }
    return octets;
}

void es256(Table& table) {
    const auto& own = key("agent", crypto::Algorithm::ES256);
    Verification v(table, "verification: ES256", 721, own);
    write_other_signatures(v, own, key("other", crypto::Algorithm::ES256));
    const auto octets = v.octets();
    const std::string zero(32, '\0');
    v.refused("in DER", with_octets(v.message(), der(octets)));
    v.refused("r is zero", with_octets(v.message(), zero + octets.substr(32)));
    v.refused("s is zero", with_octets(v.message(), octets.substr(0, 32) + zero));
    v.refused("r and s in 33 octets each",
              with_octets(v.message(), '\0' + octets.substr(0, 32) + '\0' + octets.substr(32)));
    v.either("s is the order minus s", with_octets(v.message(), with_other_s(octets)), "OtherS");
    const auto es384 = key("agent", crypto::Algorithm::ES384);
    v.refused("by a key for ES384", with_signature(unsigned_message(), "sig", plain_input(), es384));
    v.refused("by a key for Ed25519", with_signature(unsigned_message(), "sig", plain_input(), key("agent")));
}

}  // namespace

void write_altered_fields(Table& table) {
    table.flag("LenientBase64",
               "RFC 9651 leaves room for parsers that do not refuse this form of base64 (section 4.2.7).");
    table.flag("OtherLabel",
               "RFC 9421 calls a label in one field only an error (section 4); HTTP Signature Keys lets labels "
               "that are not verified be ignored (section 3).");
    table.flag("KeyDisagrees",
               "HTTP Signature Keys refuses a key whose kty or crv disagrees with its alg (section 3.3); RFC "
               "9421 knows nothing of alg.");
    table.flag("OtherS", "ECDSA has two signatures for each; that both are taken is usual, and nobody has to.");
    malformed(table);
    labels(table);
    keys(table);
    es256(table);
}

}  // namespace aauth::vectors
