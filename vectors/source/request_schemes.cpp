#include "harness/httpsig/signature_key.h"
#include "harness/jose/jwt.h"
#include "vectors/source/signature_requests.h"

// The schemes of Signature-Key at endpoints that agents call (section 11.3.4, steps 4 and 5).
namespace aauth::vectors {

namespace {

void refused_schemes(Table& table, const std::string& where, int first, const Signable& good, const json& verifier,
                     const std::string& requirement) {
    const auto& draft = table.draft;
    RequestRows rows(table, "schemes at " + where, first, shared_input(draft, verifier), good);
    const auto codes = scheme_codes(draft);
    const auto presenting = [&](const std::string& value) {
        auto request = good;
        request.signature_key = value;
        return request.signed_message();
    };
    rows.refused("a bare key (hwk)", presenting(hwk_member_of(draft, good.key)), codes, requirement);
    rows.refused("a self-issued delegation (jkt-jwt)",
                 presenting(under_sig(httpsig::jkt_jwt_member(
                     httpsig::mint_jkt_jwt(key("enclave", crypto::Algorithm::ES256), good.key, now - 10, now + 600)))),
                 codes, requirement);
    auto from_server = good;
    from_server.key = key_of(person_server);
    from_server.signature_key = R"(sig=jwks_uri;id="https://ps.example";dwk="aauth-person.json";kid="ps.example")";
    rows.refused("a server's key (jwks_uri)", from_server.signed_message(), {}, "sig.scheme.agent-as-server");
    rows.refused("a JWKS (jwks)",
                 presenting(R"(sig=jwks;url="https://ps.example/.well-known/jwks.json";kid="ps.example")"), codes,
                 "sig.scheme.unsupported");
    rows.refused("a token without cnf (self-jwt)",
                 presenting("sig=self-jwt;jwt=\"" +
                            [&] {
                                auto token = agent_token(draft);
                                token.claims.erase("cnf");
                                return token.minted();
                            }() +
                            "\""),
                 codes, "sig.scheme.unsupported");
    rows.refused(
        "a certificate (x509)",
        presenting(R"(sig=x509;x5u="https://ap.example/cert.pem";x5t=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:)"),
        codes, "sig.scheme.unsupported");
    rows.refused("an identifier of a cached token (cached)", presenting(R"(sig=cached;cid="2f9c8a1e-a7b3")"), codes,
                 "sig.scheme.unsupported");
    rows.refused("a scheme that is not registered", presenting(R"(sig=foo;x=1)"), codes, "sig.scheme.unsupported");
    rows.refused("a scheme that is not registered, with a good token",
                 presenting("sig=foo" + good.signature_key.substr(7)), codes, "sig.scheme.unsupported");
    rows.refused("jwt in upper case", presenting("sig=JWT" + good.signature_key.substr(7)), codes,
                 "sig.scheme.unsupported");
    rows.refused("a scheme that begins like jwt", presenting("sig=jwt2" + good.signature_key.substr(7)), codes,
                 "sig.scheme.unsupported");
}

void jwt_members(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    RequestRows rows(table, "the member of the jwt scheme", 1281, shared_input(draft, resource_verifier()), good);
    const auto token = agent_token(draft).minted();
    const auto presenting = [&](const std::string& value) {
        auto request = good;
        request.signature_key = value;
        return request.signed_message();
    };
    const Codes any_code{};
    rows.refused("the scheme is a string", presenting("sig=\"jwt\";jwt=\"" + token + "\""), any_code, "sig.malformed");
    rows.refused("the scheme is an integer", presenting("sig=1;jwt=\"" + token + "\""), any_code, "sig.malformed");
    rows.refused("the scheme is in an inner list", presenting("sig=(jwt);jwt=\"" + token + "\""), any_code,
                 "sig.malformed");
    rows.refused("the token is the member", presenting("sig=\"" + token + "\""), any_code, "sig.malformed");
    rows.refused("no scheme", presenting("sig;jwt=\"" + token + "\""), any_code, "sig.malformed");
    rows.refused("no jwt parameter", presenting("sig=jwt"), any_code, "sig.jwt.invalid");
    rows.refused("the jwt parameter is a token of structured fields", presenting("sig=jwt;jwt=abc"), any_code,
                 "sig.jwt.invalid");
    rows.refused("the jwt parameter is a byte sequence", presenting("sig=jwt;jwt=:AQID:"), any_code, "sig.jwt.invalid");
    rows.refused("the jwt parameter is true", presenting("sig=jwt;jwt"), any_code, "sig.jwt.invalid");
    rows.refused("the parameter has another name", presenting("sig=jwt;token=\"" + token + "\""), any_code,
                 "sig.jwt.invalid");
    rows.refused("a token with spaces around it", presenting("sig=jwt;jwt=\" " + token + " \""), {"invalid_jwt"},
                 "sig.jwt.invalid");
    rows.refused("a token with Bearer in front", presenting("sig=jwt;jwt=\"Bearer " + token + "\""), {"invalid_jwt"},
                 "sig.jwt.invalid");
    rows.valid("spaces in the field", presenting("sig=jwt;   jwt=\"" + token + "\""), "sig.base");
    rows.either("a parameter that nobody knows", presenting("sig=jwt;x=1;jwt=\"" + token + "\""), "UnknownParameter",
                "sig.base");
    rows.either("the parameter cache", presenting("sig=jwt;jwt=\"" + token + "\";cache"), "Caching",
                "sig.cached.parameter");
    rows.either("the jwt parameter twice, the last one good", presenting("sig=jwt;jwt=\"x\";jwt=\"" + token + "\""),
                "DuplicateKey", "sig.malformed");
    rows.either(
        "the member on a second line",
        [&] {
            auto request = good;
            request.lines.emplace_back("Signature-Key", "other=foo");
            return request.signed_message();
        }(),
        "TwoLines", "sig.label.unselected-ignored");
}

}  // namespace

void write_request_schemes(Table& table) {
    table.flag("Caching", "cache asks for caching of tokens, which nobody has to do; that it is ignored is advice.");
    table.flag("UnknownParameter",
               "Nothing says what a verifier does with a Signature-Key parameter that it does not know.");
    table.flag(
        "TwoLines",
        "A dictionary on two lines is one (RFC 9651, section 4.2), and what two lines of Signature-Key mean is not "
        "said anywhere else.");
    refused_schemes(table, "a resource that serves AAuth only", 1251, to_resource(table.draft), resource_verifier(),
                    "sig.scheme.unsupported");
    refused_schemes(table, "a person server", 1266, to_person_server(table.draft), person_server_verifier(),
                    "sig.scheme.not-aauth");
    jwt_members(table);
}

}  // namespace aauth::vectors
