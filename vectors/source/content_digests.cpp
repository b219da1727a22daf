#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/httpsig/digest.h"
#include "vectors/source/signatures.h"

// Content-Digest (RFC 9530).
namespace aauth::vectors {

namespace {

const std::string hello = R"({"hello": "world"})";

void good(Rows& rows) {
    using httpsig::DigestAlgorithm;
    const auto add = [&](const std::string& comment, const std::string& field, const std::string& body) {
        rows.valid(comment, {{"field", field}, {"body", crypto::base64_encode(body)}},
                   {.requirements = {"sig.content-digest.checked"}});
    };
    const auto sha256 = bytes(crypto::sha256(hello)), sha512 = bytes(crypto::sha512(hello));
    add("sha-256", "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", hello);
    rows.acceptable("sha-512 alone, which nobody has to know (RFC 9530, section 5)", "signatures-1401",
                    {{"field", "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"},
                     {"body", crypto::base64_encode(hello)}},
                    {.flags = {"Ambiguous"}, .requirements = {"sig.content-digest.checked"}});
    add("both", "sha-256=" + sha256 + ", sha-512=" + sha512, hello);
    add("both, the longer first", "sha-512=" + sha512 + ",sha-256=" + sha256, hello);
    add("of an empty body", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:", "");
    add("of a single line feed", httpsig::content_digest("\n"), "\n");
    add("of a body with CRLF", httpsig::content_digest("a\r\nb\r\n"), "a\r\nb\r\n");
    std::string octets;
    for (int i = 0; i < 256; ++i) octets += static_cast<char>(i);
    add("of every octet", httpsig::content_digest(octets), octets);
    add("of 10,000 octets", httpsig::content_digest(std::string(10000, 'a')), std::string(10000, 'a'));
    add("spaces around it", "  sha-256=" + sha256 + " ", hello);
    add("an algorithm that nobody knows beside it", "foo=:AQID:, sha-256=" + sha256, hello);
}

void bad(Rows& rows) {
    const auto sha256 = bytes(crypto::sha256(hello)), sha512 = bytes(crypto::sha512(hello));
    const auto refuse = [&](const std::string& comment, const std::string& field, const std::string& body = hello) {
        rows.invalid(comment, "signatures-1401", {{"field", field}, {"body", crypto::base64_encode(body)}},
                     {.requirements = {"sig.content-digest.checked"}});
    };
    const auto either = [&](const std::string& comment, const std::string& field, const std::string& flag) {
        rows.acceptable(comment, "signatures-1401", {{"field", field}, {"body", crypto::base64_encode(hello)}},
                        {.flags = {flag}, .requirements = {"sig.content-digest.checked"}});
    };
    const auto text = sha256.substr(1, sha256.size() - 2);
    refuse("of another body", httpsig::content_digest("{}"));
    refuse("the body has a space less", "sha-256=" + sha256, R"({"hello":"world"})");
    refuse("the body has a line feed at its end", "sha-256=" + sha256, hello + "\n");
    refuse("the body is empty", "sha-256=" + sha256, "");
    refuse("one bit is another", "sha-256=" + bytes([] {
                                     auto octets = crypto::sha256(hello);
                                     octets[31] = static_cast<char>(octets[31] ^ 1);
                                     return octets;
                                 }()));
    refuse("an octet is missing", "sha-256=" + bytes(crypto::sha256(hello).substr(0, 31)));
    refuse("an octet too many", "sha-256=" + bytes(crypto::sha256(hello) + '\0'));
    refuse("empty", "sha-256=::");
    refuse("the digest of sha-512 under sha-256", "sha-256=" + sha512);
    refuse("the digest of sha-256 under sha-512", "sha-512=" + sha256);
    refuse("hexadecimal digits as octets",
           "sha-256=" + bytes("5f8f04f6a3a892aaabbddb6cf273894493773960d4a325b105fee46eef4304f1"));
    refuse("a string instead of a byte sequence", "sha-256=\"" + text + "\"");
    refuse("without colons, as Digest had it", "sha-256=" + text);
    refuse("a token instead of a byte sequence", "sha-256=abc");
    refuse("an inner list", "sha-256=(" + sha256 + ")");
    refuse("without a value", "sha-256");
    refuse("the algorithm in upper case", "SHA-256=" + sha256);
    refuse("in the alphabet of URLs", "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBP_=:");
    refuse("a space in the byte sequence", "sha-256=" + sha256.substr(0, 9) + " " + sha256.substr(9));
    refuse("it does not end", "sha-256=" + sha256.substr(0, sha256.size() - 1));
    refuse("a comma at the end", "sha-256=" + sha256 + ",");
    refuse("an empty field", "");
    refuse("only an algorithm that nobody knows", "foo=:AQID:");
    refuse("both algorithms, and both wrong",
           httpsig::content_digest("{}", {httpsig::DigestAlgorithm::Sha256, httpsig::DigestAlgorithm::Sha512}));
    either("both algorithms, the first one wrong", "sha-256=" + bytes(crypto::sha256("{}")) + ", sha-512=" + sha512,
           "OneOfTwo");
    either("both algorithms, the last one wrong", "sha-256=" + sha256 + ", sha-512=" + bytes(crypto::sha512("{}")),
           "OneOfTwo");
    either("the algorithm twice, the last one right", httpsig::content_digest("{}") + ", sha-256=" + sha256,
           "DuplicateKey");
    refuse("the algorithm twice, the last one wrong", "sha-256=" + sha256 + ", " + httpsig::content_digest("{}"));
    either("without padding", "sha-256=" + sha256.substr(0, sha256.size() - 2) + ":", "LenientBase64");
    either("a member of another type for an algorithm that nobody knows", "foo=bar, sha-256=" + sha256, "Ambiguous");
    either("a parameter", "sha-256=" + sha256 + ";x=1", "Ambiguous");
    either("md5 alone, which RFC 9530 has as insecure", "md5=:Sd/dVLAcvNLSq16eXua5uQ==:", "InsecureDigest");
}

}  // namespace

void write_content_digests(Table& table) {
    table.flag("OneOfTwo", "RFC 9530 lets a recipient ignore any of several digests (section 2).");
    table.flag("InsecureDigest", "RFC 9530 has it for nothing that an attacker could touch (section 5).");
    auto rows = table.group("Content-Digest", "content-digest", 1401);
    good(rows);
    bad(rows);
}

}  // namespace aauth::vectors
