#include "harness/httpsig/digest.h"
#include "vectors/source/signature_requests.h"

// Requests that servers sign, under the jwks_uri scheme (section 11.3.2): a person server at an access server, and
// revocation.
namespace aauth::vectors {

namespace {

const std::string metadata = "https://ps.example/.well-known/aauth-person.json";
const std::string jwks = "https://ps.example/.well-known/jwks.json";

Signable from_person_server(const std::string& url, const std::string& host) {
    Signable request{.key = key_of(person_server)};
    request.method = "POST";
    request.url = url;
    request.body = R"({"resource_token":"eyJ"})";
    request.lines = {{"Host", host},
                     {"Content-Type", "application/json"},
                     {"Content-Digest", httpsig::content_digest(request.body)}};
    request.components = {"@method", "@authority", "@path", "content-digest", "content-type", "signature-key"};
    request.signature_key = R"(sig=jwks_uri;id="https://ps.example";dwk="aauth-person.json";kid="ps.example")";
    return request;
}

json server_verifier(std::string_view identifier, const char* role) {
    auto verifier = resource_verifier();
    verifier["identifier"] = identifier;
    verifier["role"] = role;
    verifier["tokens"] = json::array();
    verifier["schemes"] = {"jwks_uri"};
    verifier["servers"] = true;
    return verifier;
}

void at_access_server(Table& table) {
    const auto& draft = table.draft;
    const auto good = from_person_server("https://as.example/token", "as.example");
    const auto shared = shared_input(draft, server_verifier(access_server, "access-server"));
    RequestRows rows(table, "a person server's request to an access server", 1301, shared, good);
    const auto m = good.signed_message();
    for (const auto& name : good.components) {
        auto request = good;
        request.components.erase(std::find(request.components.begin(), request.components.end(), name));
        rows.refused(name + " is not covered", request.signed_message(), {"invalid_input"},
                     "sig.components." + (name[0] == '@' ? name.substr(1) : name));
    }
    const auto presenting = [&](const std::string& value) {
        auto request = good;
        request.signature_key = value;
        return request.signed_message();
    };
    const Codes any_code{};
    rows.refused("a kid that the JWKS has not",
                 presenting(R"(sig=jwks_uri;id="https://ps.example";dwk="aauth-person.json";kid="k")"), {"unknown_key"},
                 "sig.key.unknown");
    rows.refused("a kid in another case",
                 presenting(R"(sig=jwks_uri;id="https://ps.example";dwk="aauth-person.json";kid="PS.example")"),
                 {"unknown_key"}, "sig.key.unknown");
    rows.refused("without kid", presenting(R"(sig=jwks_uri;id="https://ps.example";dwk="aauth-person.json")"), any_code,
                 "sig.key.unknown");
    rows.refused("without dwk", presenting(R"(sig=jwks_uri;id="https://ps.example";kid="ps.example")"), any_code,
                 "sig.scheme.server-dwk");
    rows.refused("without id", presenting(R"(sig=jwks_uri;dwk="aauth-person.json";kid="ps.example")"), any_code,
                 "sig.scheme.server-id");
    rows.refused("the id of another server",
                 presenting(R"(sig=jwks_uri;id="https://rs.example";dwk="aauth-resource.json";kid="ps.example")"),
                 {"unknown_key"}, "sig.key.unknown");
    rows.refused("the id of a server without documents",
                 presenting(R"(sig=jwks_uri;id="https://nobody.example";dwk="aauth-person.json";kid="ps.example")"),
                 any_code, "jwks.discovery");
    rows.refused("a dwk that the server has not",
                 presenting(R"(sig=jwks_uri;id="https://ps.example";dwk="aauth-agent.json";kid="ps.example")"),
                 any_code, "jwks.discovery");
    rows.refused("a dwk that leads elsewhere",
                 presenting(R"(sig=jwks_uri;id="https://ps.example";dwk="../aauth-person.json";kid="ps.example")"),
                 any_code, "jwks.discovery");
    rows.refused("an id under http",
                 presenting(R"(sig=jwks_uri;id="http://ps.example";dwk="aauth-person.json";kid="ps.example")"),
                 any_code, "egress.https");
    rows.refused("an id with a slash at its end",
                 presenting(R"(sig=jwks_uri;id="https://ps.example/";dwk="aauth-person.json";kid="ps.example")"),
                 any_code, "sig.scheme.server-id");
    rows.refused("an id that is a token", presenting(R"(sig=jwks_uri;id=ps;dwk="aauth-person.json";kid="ps.example")"),
                 any_code, "sig.scheme.server-id");
    rows.refused("a bare key",
                 presenting(R"(sig=hwk;kty="OKP";crv="Ed25519";x=")" +
                            key_of(person_server).public_jwk()["x"].get<std::string>() + R"(";alg="Ed25519")"),
                 {"unsupported_scheme"}, "sig.scheme.unsupported");
    auto agents = to_resource(draft);
    auto as_agent = good;
    as_agent.key = agents.key;
    as_agent.signature_key = agents.signature_key;
    rows.refused("an agent's token", as_agent.signed_message(), any_code, "sig.scheme.server-jwks-uri");

    const auto with_documents = [&](auto change) {
        auto all = shared["documents"];
        change(all);
        return json{{"documents", all}};
    };
    const auto its_key = [&](auto change) { return with_documents([&](json& all) { change(all[jwks]["keys"][0]); }); };
    rows.refused("the metadata has no issuer", m, {"issuer_missing"}, "jwks.discovery",
                 with_documents([](json& all) { all[metadata].erase("issuer"); }));
    rows.refused("the metadata has another issuer", m, {"issuer_mismatch"}, "jwks.discovery",
                 with_documents([](json& all) { all[metadata]["issuer"] = "https://ps2.example"; }));
    rows.refused("the metadata's issuer differs in case", m, {"issuer_mismatch"}, "jwks.discovery",
                 with_documents([](json& all) { all[metadata]["issuer"] = "https://PS.example"; }));
    rows.refused("the metadata is not to be found", m, any_code, "jwks.discovery",
                 with_documents([](json& all) { all.erase(metadata); }));
    rows.refused("the metadata has no jwks_uri", m, any_code, "jwks.discovery",
                 with_documents([](json& all) { all[metadata].erase("jwks_uri"); }));
    rows.refused("the JWKS is not to be found", m, any_code, "jwks.discovery",
                 with_documents([](json& all) { all.erase(jwks); }));
    rows.refused("the JWKS is empty", m, {"unknown_key"}, "sig.key.unknown",
                 with_documents([](json& all) { all[jwks]["keys"] = json::array(); }));
    rows.either("the jwks_uri is under http", m, "Egress", "egress.https", with_documents([](json& all) {
                    all["http://ps.example/keys"] = all[jwks];
                    all[metadata]["jwks_uri"] = "http://ps.example/keys";
                }));
    rows.either("the jwks_uri is on another host", m, "Egress", "egress.cross-origin-jwks",
                with_documents([](json& all) {
                    all["https://keys.example/keys"] = all[jwks];
                    all[metadata]["jwks_uri"] = "https://keys.example/keys";
                }));
    rows.refused("another key under the kid", m, {"invalid_signature"}, "sig.signature-invalid",
                 its_key([](json& jwk) { jwk["x"] = key("other").public_jwk()["x"]; }));
    rows.refused("its key has no alg", m, {"unsupported_algorithm"}, "key.alg-required",
                 its_key([](json& jwk) { jwk.erase("alg"); }));
    rows.refused("its key has alg EdDSA", m, {"unsupported_algorithm"}, "key.alg-polymorphic",
                 its_key([](json& jwk) { jwk["alg"] = "EdDSA"; }));
    rows.refused("its key has alg ES256", m, {"invalid_key"}, "key.kty-crv-agree",
                 its_key([](json& jwk) { jwk["alg"] = "ES256"; }));
    rows.refused("its key cannot be read", m, {"invalid_key"}, "sig.key.unparsable",
                 its_key([](json& jwk) { jwk["x"] = "AAAA"; }));
    rows.valid("a key of an unknown type beside it", m, "jwks.unselected-ignored", with_documents([](json& all) {
                   all[jwks]["keys"].insert(all[jwks]["keys"].begin(),
                                            json({{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"kid", "pq"}, {"pub", "AA"}}));
               }));
    rows.valid("a key without alg beside it", m, "jwks.unselected-ignored", with_documents([](json& all) {
                   auto other = key("other").public_jwk();
                   other.erase("alg");
                   all[jwks]["keys"].push_back(other);
               }));
    auto es256 = good;
    es256.key = key("ps-es256", crypto::Algorithm::ES256);
    es256.signature_key = R"(sig=jwks_uri;id="https://ps.example";dwk="aauth-person.json";kid="ps-es256")";
    rows.valid("a key for ES256", es256.signed_message(), "key.es256",
               with_documents([&](json& all) { all[jwks]["keys"].push_back(es256.key.public_jwk()); }));
}

void revocation(Table& table) {
    const auto good = [&] {
        auto request = from_person_server("https://rs.example/revoke", "rs.example");
        request.body = R"({"jti":"abc","exp":1790003600})";
        request.lines[2].second = httpsig::content_digest(request.body);
        return request;
    }();
    RequestRows rows(table, "a person server's revocation at a resource", 1381,
                     shared_input(table.draft, server_verifier(resource, "resource")), good);
    for (const std::string name : {"content-digest", "content-type", "signature-key"}) {
        auto request = good;
        request.components.erase(std::find(request.components.begin(), request.components.end(), name));
        rows.refused(name + " is not covered", request.signed_message(), {"invalid_input"}, "sig.components." + name);
    }
    auto other = good;
    other.key = key_of(access_server);
    other.signature_key = R"(sig=jwks_uri;id="https://as.example";dwk="aauth-access.json";kid="as.example")";
    rows.valid("another server's", other.signed_message(), "sig.scheme.server-jwks-uri");
    rows.refused(
        "another server's key under the id of the first",
        [&] {
            auto request = good;
            request.key = key_of(access_server);
            return request.signed_message();
        }(),
        {"invalid_signature"}, "sig.signature-invalid");
}

}  // namespace

void write_server_requests(Table& table) {
    if (!table.draft.server_signs_jwks_uri) return;
    at_access_server(table);
    revocation(table);
}

}  // namespace aauth::vectors
