#include "harness/httpsig/digest.h"

#include "harness/catch.h"

using namespace aauth;
using httpsig::DigestAlgorithm;

namespace {

// RFC 9530 appendix B: the content ends with a line feed.
const std::string content = "{\"hello\": \"world\"}\n";
const std::string sha256 = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
const std::string sha512 =
    "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:";

std::string verdict(const http::Fields& fields, std::string_view body) {
    const auto checked = httpsig::verify_content_digest(fields, body);
    return checked ? "good" : checked.error().code;
}

std::string verdict(const std::string& value, std::string_view body = content) {
    return verdict(http::Fields{{"Content-Digest", value}}, body);
}

}  // namespace

TEST_CASE("the digests of RFC 9530", "[httpsig]") {
    CHECK(httpsig::content_digest(content) == sha256);
    CHECK(httpsig::content_digest(content, {DigestAlgorithm::Sha512}) == sha512);
    CHECK(httpsig::content_digest(content, {DigestAlgorithm::Sha512, DigestAlgorithm::Sha256}) ==
          sha512 + ", " + sha256);
    CHECK(httpsig::content_digest("") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
}

TEST_CASE("a content digest is checked", "[httpsig]") {
    CHECK(verdict(sha256) == "good");
    CHECK(verdict(sha512) == "good");
    CHECK(verdict(sha256 + ", " + sha512) == "good");
    CHECK(verdict("md5=:AQ==:, unixsum=3, " + sha256) == "good");
    CHECK(verdict({{"content-digest", sha256}, {"Content-Digest", sha512}}, content) == "good");
    CHECK(verdict(httpsig::content_digest(""), "") == "good");
}

TEST_CASE("a content digest that does not hold is refused", "[httpsig]") {
    CHECK(verdict(http::Fields{}, content) == "digest_missing");
    CHECK(verdict(sha256, "{\"hello\": \"world\"}") == "digest_mismatch");
    CHECK(verdict(sha512, "") == "digest_mismatch");
    CHECK(verdict(sha256 + ", sha-512=:AQ==:") == "digest_mismatch");
    CHECK(verdict("sha-256=::") == "digest_mismatch");
    CHECK(verdict("md5=:AQ==:") == "digest_unsupported");
    CHECK(verdict("SHA-256=:AQ==:") == "digest_malformed");
    CHECK(verdict("sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=") == "digest_malformed");
    CHECK(verdict("sha-256=\"a\"") == "digest_malformed");
    CHECK(verdict("sha-256") == "digest_malformed");
    CHECK(verdict("sha-256=(:AQ==:)") == "digest_malformed");
    CHECK(verdict("") == "digest_malformed");
}
