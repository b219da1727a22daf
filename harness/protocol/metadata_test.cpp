#include "harness/protocol/metadata.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"

using namespace aauth::protocol;

namespace {

nlohmann::json person_server() {
    return {{"issuer", "https://ps.example"},
            {"jwks_uri", "https://ps.example/jwks"},
            {"auth_token_endpoint", "https://ps.example/token"},
            {"person_token_endpoint", "https://ps.example/person"}};
}

std::vector<std::string> rules(const nlohmann::json& document, const char* draft = "11",
                               Role role = Role::PersonServer, const char* identifier = "https://ps.example") {
    std::vector<std::string> broken;
    for (const auto& problem : metadata_problems(document, role, identifier, *find_draft(draft), Reach::Strict)) {
        broken.push_back(problem.rule + " " + problem.member);
    }
    return broken;
}

using Rules = std::vector<std::string>;

}  // namespace

TEST_CASE("the conformance floor of a person server has nothing wrong with it", "[protocol]") {
    CHECK(rules(person_server()).empty());
    CHECK(rules(person_server(), "11-2026-08").empty());
    CHECK(rules(person_server(), "10") == Rules{"meta.ps.auth-token-endpoint token_endpoint"});
}

TEST_CASE("each rule about metadata is seen on its own", "[protocol]") {
    const auto with = [](const char* member, nlohmann::json value) {
        auto document = person_server();
        if (value.is_null()) {
            document.erase(member);
        } else {
            document[member] = value;
        }
        return rules(document);
    };
    CHECK(with("issuer", nullptr) == Rules{"meta.issuer-present issuer"});
    CHECK(with("issuer", "https://other.example") == Rules{"meta.issuer-match issuer"});
    CHECK(with("issuer", "https://ps.example/") == Rules{"meta.issuer-match issuer", "id.server issuer"});
    CHECK(with("jwks_uri", nullptr) == Rules{"meta.jwks-uri jwks_uri"});
    CHECK(with("jwks_uri", "http://ps.example/jwks") == Rules{"meta.url-https jwks_uri"});
    CHECK(with("jwks_uri", "https://ps.example/jwks?v=1").empty());
    CHECK(with("person_token_endpoint", nullptr) == Rules{"meta.ps.person-token-endpoint person_token_endpoint"});
    CHECK(with("auth_token_endpoint", "https://ps.example/token?x=1") == Rules{"meta.endpoint-url auth_token_endpoint"});
    CHECK(with("mission_endpoint", "http://ps.example/m") == Rules{"meta.endpoint-url mission_endpoint"});
    CHECK(with("logo_uri", 7) == Rules{"meta.url-https logo_uri"});
    CHECK(with("scopes_supported", "openid") == Rules{"meta.types scopes_supported"});
    CHECK(with("accept_signature_algs", {"Ed25519", "EdDSA"}) == Rules{"meta.algs accept_signature_algs"});
    CHECK(with("token_endpoint", "http://ps.example/oauth?x=1").empty());
}

TEST_CASE("a resource needs no keys in its metadata", "[protocol]") {
    CHECK(rules({{"issuer", "https://r.example"}}, "11", Role::Resource, "https://r.example").empty());
    CHECK(rules({{"issuer", "https://r.example"}, {"signature_window", "60"}}, "11", Role::Resource,
                "https://r.example") == Rules{"meta.types signature_window"});
}
