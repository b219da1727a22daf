#include "vectors/source/signature_verification.h"

#include <fmt/format.h>

#include "harness/crypto/digest.h"
#include "harness/httpsig/digest.h"

// Verification with a key that is known (RFC 9421, section 3.2): messages altered after signing, and other signatures.
namespace aauth::vectors {

const std::vector<std::string>& everything() {
    static const std::vector<std::string> names{"@method",      "@authority", "@path",      "@query",  "content-digest",
                                                "content-type", "date",       "x-repeated", "x-empty", "authorization"};
    return names;
}

json unsigned_message() {
    const std::string body = R"({"amount":1})";
    return message("POST", "https://rs.example/data?x=1&y=two",
                   {{"Host", "rs.example"},
                    {"Content-Type", "application/json"},
                    {"Content-Digest", httpsig::content_digest(body)},
                    {"Date", "Mon, 21 Sep 2026 14:13:20 GMT"},
                    {"X-Repeated", "one"},
                    {"X-Repeated", "two"},
                    {"X-Empty", ""},
                    {"Authorization", "AAuth abc.def"}},
                   body);
}

std::string plain_input() { return covered(everything()) + ";created=1790000000"; }

json with_octets(const json& message, const std::string& octets) {
    return with_field(message, "Signature", "sig=" + bytes(octets));
}

Verification::Verification(Table& table, const std::string& name, int first, const jose::SigningKey& key)
    : rows_(table.group(name, "verify", first,
                        {{"public_key", jwk_of(key, table.draft)}, {"label", "sig"}, {"now", now}})),
      signed_(with_signature(unsigned_message(), "sig", plain_input(), key)) {
    good_ = rows_.valid("a signature over everything", {{"message", signed_}}, says(signed_));
}

std::string Verification::octets() const { return octets_of(field(signed_, "Signature").substr(4)); }

void Verification::valid(const std::string& comment, const json& message) {
    rows_.valid(comment, {{"message", message}}, says(message));
}

void Verification::refused(const std::string& comment, const json& message, const std::string& requirement) {
    auto told = says(message);
    told.requirements = {requirement};
    rows_.invalid(comment, good_, {{"message", message}}, told);
}

void Verification::either(const std::string& comment, const json& message, const std::string& flag) {
    auto told = says(message);
    told.flags = {flag};
    rows_.acceptable(comment, good_, {{"message", message}}, told);
}

Says Verification::says(const json& message) { return {.requirements = {"sig.base"}, .base = base_of(message)}; }

namespace {

void altered(Table& table) {
    Verification v(table, "verification: the message altered after signing", 451, key("agent"));
    const auto& m = v.message();
    v.refused("another method", with(m, "method", "PUT"));
    v.refused("the method in lower case", with(m, "method", "post"));
    v.refused("another host", with_field(with(m, "url", "https://rs2.example/data?x=1&y=two"), "Host", "rs2.example"));
    v.refused("another port",
              with_field(with(m, "url", "https://rs.example:8443/data?x=1&y=two"), "Host", "rs.example:8443"));
    v.refused("another path", with(m, "url", "https://rs.example/data2?x=1&y=two"));
    v.refused("a slash at the end of the path", with(m, "url", "https://rs.example/data/?x=1&y=two"));
    v.refused("the path in another case", with(m, "url", "https://rs.example/Data?x=1&y=two"));
    v.refused("a letter of the path encoded", with(m, "url", "https://rs.example/d%61ta?x=1&y=two"));
    v.refused("a query parameter changed", with(m, "url", "https://rs.example/data?x=2&y=two"));
    v.refused("query parameters in another order", with(m, "url", "https://rs.example/data?y=two&x=1"));
    v.refused("a query parameter added", with(m, "url", "https://rs.example/data?x=1&y=two&z=3"));
    v.refused("without the query", with(m, "url", "https://rs.example/data"));
    v.refused("an ampersand at the end of the query", with(m, "url", "https://rs.example/data?x=1&y=two&"));
    v.refused("another Content-Digest", with_field(m, "Content-Digest", httpsig::content_digest("{}")));
    v.refused("another Content-Type", with_field(m, "Content-Type", "text/plain"));
    v.refused("a parameter added to Content-Type", with_field(m, "Content-Type", "application/json; charset=utf-8"));
    v.refused("another Date", with_field(m, "Date", "Mon, 21 Sep 2026 14:13:21 GMT"));
    v.refused("a covered field is gone", without_field(m, "Date"));
    v.refused("a repeated field, its lines the other way round",
              with_line(with_line(without_field(m, "X-Repeated"), "X-Repeated", "two"), "X-Repeated", "one"));
    v.refused("a repeated field has a third line", with_line(m, "X-Repeated", "three"));
    v.refused("a repeated field has lost its second line", with_field(m, "X-Repeated", "one"));
    v.refused("a repeated field with other spaces behind the comma", with_field(m, "X-Repeated", "one,two"));
    v.refused("an empty field has a value", with_field(m, "X-Empty", "x"));
    v.refused("an empty field has a second line", with_line(m, "X-Empty", ""));
    v.refused("another session token", with_field(m, "Authorization", "AAuth abc.deg"));
    v.refused("another authentication scheme, in another case", with_field(m, "Authorization", "aauth abc.def"));
    v.refused("a second Authorization", with_line(m, "Authorization", "Bearer x"));
    v.valid("a field that is not covered", with_line(m, "X-Other", "1"));
    v.valid("two lines of a field joined to one", with_field(m, "X-Repeated", "one, two"));
    v.valid("spaces around values",
            with_field(with_field(m, "Date", "  Mon, 21 Sep 2026 14:13:20 GMT "), "X-Empty", "  "));
    v.valid("field names in another case", with_line(without_field(m, "Date"), "DATE", field(m, "Date")));
    v.valid("fields in another order", with_line(without_field(m, "Content-Type"), "Content-Type", "application/json"));
    v.valid("the default port written out", with(m, "url", "https://rs.example:443/data?x=1&y=two"));
    v.valid("the host in another case", with(m, "url", "https://RS.EXAMPLE/data?x=1&y=two"));
    v.either("another body, with the digest of the one before", with(m, "body", "e30="), "BodyNotCompared");
}

void input_altered(Table& table) {
    Verification v(table, "verification: Signature-Input altered after signing", 501, key("agent"));
    const auto& m = v.message();
    const auto list = covered(everything());
    const auto input = [&](const std::string& text) { return with_field(m, "Signature-Input", "sig=" + text); };
    auto fewer = everything(), swapped = everything(), more = everything();
    fewer.pop_back();
    std::swap(swapped[0], swapped[1]);
    more.push_back("host");
    v.refused("created is another second", input(list + ";created=1790000001"));
    v.refused("created is a string of the same digits", input(list + ";created=\"1790000000\""));
    v.refused("created is gone", input(list));
    v.refused("a component is gone", input(covered(fewer) + ";created=1790000000"));
    v.refused("no component is left", input("();created=1790000000"));
    v.refused("two components have changed places", input(covered(swapped) + ";created=1790000000"));
    v.refused("a component is added", input(covered(more) + ";created=1790000000"));
    v.refused("a component is there twice",
              input(list.substr(0, list.size() - 1) + " \"@method\");created=1790000000"));
    v.refused("a parameter is added", input(list + ";created=1790000000;tag=\"x\""));
    v.refused("a parameter without value is added", input(list + ";created=1790000000;x"));
    v.refused("expires is added", input(list + ";created=1790000000;expires=1790000060"));
    v.refused("a component has got a parameter",
              input("(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" "
                    "\"content-type\" \"date\" \"x-repeated\";bs \"x-empty\" \"authorization\");created=1790000000"));
    v.valid("with other whitespace",
            input("(  \"@method\"  \"@authority\" \"@path\" \"@query\" \"content-digest\" "
                  "\"content-type\" \"date\" \"x-repeated\" \"x-empty\"   \"authorization\"  );  created=1790000000"));
    v.refused("the label only there is another",
              with_field(m, "Signature-Input", "sig2=" + list + ";created=1790000000"));
    v.refused("the field is gone", without_field(m, "Signature-Input"));
    v.refused("the field is empty", with_field(m, "Signature-Input", ""), "sig.malformed");
    v.refused("an item instead of an inner list", input("\"@method\";created=1790000000"), "sig.malformed");
    v.refused("a component that is a token", input("(method);created=1790000000"), "sig.malformed");

    const auto resigned = [&](const std::string& text) {
        return with_signature(unsigned_message(), "sig", text, key("agent"));
    };
    v.valid("parameters in an odd order",
            resigned(list + ";tag=\"app\";keyid=\"k\";expires=1790000060;nonce=\"n\";created=1790000000"));
    v.valid("a nonce with quotes and backslashes", resigned(list + R"(;created=1790000000;nonce="a\"b\\c")"));
    v.either("no created", resigned(list), "VerifierPolicy");
    v.either("nothing is covered", resigned("();created=1790000000"), "VerifierPolicy");
    v.either("a parameter that nobody knows", resigned(list + ";created=1790000000;x=1.5"), "VerifierPolicy");
    v.valid("members and bytes are covered",
            resigned(R"(("content-digest";key="sha-256" "x-repeated";bs "@query-param";name="y");created=1790000000)"));
    v.either("alg names the algorithm in the words of RFC 9421", resigned(list + ";created=1790000000;alg=\"ed25519\""),
             "AlgParameter");
    v.either("alg names another algorithm", resigned(list + ";created=1790000000;alg=\"ecdsa-p256-sha256\""),
             "AlgParameter");
    v.either("created is there twice",
             with_signature_over(unsigned_message(), "sig", list + ";created=1;created=1790000000", base_of(m),
                                 key("agent")),
             "DuplicateKey");
}

// The signature with the group order added to its second half, which Ed25519 forbids (RFC 8032, section 5.1.7).
std::string with_order_added(std::string octets) {
    static constexpr unsigned char order[] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                              0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                              0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        const unsigned sum = static_cast<unsigned char>(octets[32 + i]) + order[i] + carry;
        octets[32 + i] = static_cast<char>(sum & 255U);
        carry = sum >> 8U;
    }
    return octets;
}

std::string flipped(std::string octets, std::size_t at, int bit = 1) {
    octets[at] = static_cast<char>(octets[at] ^ bit);
    return octets;
}

std::string hexadecimal(const std::string& octets) {
    std::string text;
    for (const char c : octets) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

}  // namespace

void write_other_signatures(Verification& v, const jose::SigningKey& key, const jose::SigningKey& other) {
    const auto& m = v.message();
    const auto octets = v.octets();
    const auto size = octets.size();
    for (const std::size_t at : {std::size_t{0}, size / 2 - 1, size / 2, size - 1}) {
        v.refused("one bit of octet " + std::to_string(at) + " is another", with_octets(m, flipped(octets, at)));
    }
    v.refused("the last octet is missing", with_octets(m, octets.substr(0, size - 1)));
    v.refused("an octet too many", with_octets(m, octets + '\0'));
    v.refused("an octet too many in front", with_octets(m, '\0' + octets));
    v.refused("half of it", with_octets(m, octets.substr(0, size / 2)));
    v.refused("empty", with_octets(m, ""));
    v.refused("zeros", with_octets(m, std::string(size, '\0')));
    v.refused("both halves have changed places", with_octets(m, octets.substr(size / 2) + octets.substr(0, size / 2)));
    v.refused("twice", with_octets(m, octets + octets));
    v.refused("in hexadecimal digits", with_octets(m, hexadecimal(octets)));
    v.refused("by another key", with_signature(unsigned_message(), "sig", plain_input(), other));
    v.refused("of another message",
              with_field(m, "Signature",
                         field(with_signature(with(unsigned_message(), "method", "PUT"), "sig", plain_input(), key),
                               "Signature")));
    const auto base = base_of(m);
    const auto over = [&](const std::string& text) {
        return with_signature_over(unsigned_message(), "sig", plain_input(), text, key);
    };
    v.refused("over a base with a line feed at its end", over(base + "\n"));
    std::string carriage;
    for (const char c : base) carriage += c == '\n' ? std::string("\r\n") : std::string(1, c);
    v.refused("over a base with CRLF between its lines", over(carriage));
    v.refused("over a base without its last line", over(base.substr(0, base.rfind('\n'))));
    v.refused("over a base with the label in its last line",
              over(base.substr(0, base.rfind('\n')) + "\n\"@signature-params\": sig=" + plain_input()));
    std::string lower = base;
    lower.replace(lower.find("POST"), 4, "post");
    v.refused("over a base with the method in lower case", over(lower));
    std::string unmarked = base;
    unmarked.erase(unmarked.find("?x=1"), 1);
    v.refused("over a base with the query without its ?", over(unmarked));
    std::string trimmed = base;
    trimmed.erase(trimmed.find("\"x-empty\": ") + 10, 1);
    v.refused("over a base without the space behind the colon of an empty field", over(trimmed));
    v.refused("over the digest of the base", over(crypto::sha256(base)));
}

void write_verification(Table& table) {
    table.flag("BodyNotCompared",
               "RFC 9421 covers the field Content-Digest, and not the content itself (section 7.2.8); whether "
               "the digest is compared with the content is not said to be the signature's part.");
    table.flag("AlgParameter",
               "RFC 9421 lets a verifier compare alg with the key (section 3.2); HTTP Signature Keys has it ignored.");
    table.flag("VerifierPolicy",
               "RFC 9421 leaves it to a verifier's policy which components and parameters it asks for "
               "(section 3.2).");
    altered(table);
    input_altered(table);
    Verification edwards(table, "verification: other Ed25519 signatures", 541, key("agent"));
    write_other_signatures(edwards, key("agent"), key("other"));
    edwards.refused("the group order is added to its second half",
                    with_octets(edwards.message(), with_order_added(edwards.octets())));
}

}  // namespace aauth::vectors
