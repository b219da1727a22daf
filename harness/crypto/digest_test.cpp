#include "harness/crypto/digest.h"

#include <set>

#include "harness/catch.h"
#include "harness/crypto/encoding.h"

using namespace aauth::crypto;

TEST_CASE("SHA-2 gives the values of FIPS 180-4's examples", "[crypto]") {
    CHECK(hex_encode(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex_encode(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_encode(sha512("abc")) ==
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("random octets and identifiers have their length and do not repeat", "[crypto]") {
    CHECK(random_octets(0).empty());
    CHECK(random_octets((1u << 20) + 7).size() == (1u << 20) + 7);
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const auto id = random_id();
        CHECK(id.size() == 22);
        CHECK(base64url_decode(id).has_value());
        CHECK(seen.insert(id).second);
    }
}

TEST_CASE("comparison in constant time compares", "[crypto]") {
    CHECK(constant_time_equal("", ""));
    CHECK(constant_time_equal("abc", "abc"));
    CHECK_FALSE(constant_time_equal("abc", "abd"));
    CHECK_FALSE(constant_time_equal("abc", "ab"));
}
