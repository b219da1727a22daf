#include "harness/crypto/encoding.h"
#include "harness/protocol/metadata.h"
#include "vectors/source/material.h"
#include "vectors/source/token_rows.h"

// What the issuer publishes: metadata and key set (11.2, 11.4, HTTP Signature Keys 3.6 and 7.3).
namespace aauth::vectors {

namespace {

using protocol::TokenKind;

const Codes any;
const Codes key_code{"unsupported_algorithm", "invalid_jwt"};

// The documents of one issuer, to be changed.
class Issuer {
public:
    Issuer(const std::string& id, const std::string& document, json all)
        : metadata_(id + "/.well-known/" + document), jwks_(id + "/.well-known/jwks.json"), all_(std::move(all)) {}

    TokenRow metadata(std::string comment, std::function<void(json&)> change) const {
        return changed(std::move(comment), metadata_, std::move(change));
    }
    TokenRow jwks(std::string comment, std::function<void(json&)> change) const {
        return changed(std::move(comment), jwks_, std::move(change));
    }
    TokenRow without(std::string comment, bool metadata) const {
        auto documents = all_;
        documents.erase(metadata ? metadata_ : jwks_);
        return {std::move(comment), {}, {}, [documents](json& input) { input["documents"] = documents; }};
    }
    // The key set moved to another URL.
    TokenRow moved(std::string comment, const std::string& url) const {
        auto documents = all_;
        documents[url] = documents[jwks_];
        documents.erase(jwks_);
        documents[metadata_]["jwks_uri"] = url;
        return {std::move(comment), {}, {}, [documents](json& input) { input["documents"] = documents; }};
    }

private:
    TokenRow changed(std::string comment, const std::string& url, std::function<void(json&)> change) const {
        auto documents = all_;
        change(documents[url]);
        return {std::move(comment), {}, {}, [documents](json& input) { input["documents"] = documents; }};
    }

    std::string metadata_, jwks_;
    json all_;
};

void metadata(TokenGroup& group, const Issuer& issuer, const std::string& id) {
    const auto bad = [&](TokenRow row, const Codes& codes, const char* requirement) {
        if (group.draft().issuer_compared || std::string(requirement) == "jwks.discovery") {
            group.invalid(row, "Metadata", codes, {requirement});
        } else {
            group.acceptable(row, "Ambiguous");
        }
    };
    const char* missing = "meta.issuer-missing";
    const char* match = "meta.issuer-match";
    const Codes mismatch{"issuer_mismatch"};
    const auto set = [](const char* name, const json& value) {
        return [name, value](json& document) {
            document[name] = value;
            if (value.is_null()) document.erase(name);
        };
    };
    bad(issuer.metadata("metadata without issuer", set("issuer", nullptr)), {"issuer_missing"}, missing);
    bad(issuer.metadata("metadata whose issuer is null", [](json& d) { d["issuer"] = nullptr; }),
        {"issuer_missing", "issuer_mismatch"}, match);
    bad(issuer.metadata("metadata whose issuer is an array", set("issuer", json::array({id}))),
        {"issuer_missing", "issuer_mismatch"}, match);
    bad(issuer.metadata("metadata of another issuer", set("issuer", "https://other.example")), mismatch, match);
    bad(issuer.metadata("metadata whose issuer has a trailing slash", set("issuer", id + "/")), mismatch, match);
    bad(issuer.metadata("metadata whose issuer is in upper case", set("issuer", "HTTPS" + id.substr(5))), mismatch,
        match);
    bad(issuer.metadata("metadata whose issuer is by http", set("issuer", "http" + id.substr(5))), mismatch, match);

    const char* discovery = "jwks.discovery";
    bad(issuer.without("no metadata", true), any, discovery);
    bad(issuer.metadata("metadata that is no JSON", [](json& d) { d = "<html></html>"; }), any, discovery);
    bad(issuer.metadata("metadata that is an array", [](json& d) { d = json::array({d}); }), any, discovery);
    bad(issuer.metadata("metadata without jwks_uri", set("jwks_uri", nullptr)), any, discovery);
    bad(issuer.metadata("metadata whose jwks_uri is no URL", set("jwks_uri", "keys")), any, discovery);
    bad(issuer.metadata("metadata whose jwks_uri is a number", set("jwks_uri", 1)), any, discovery);
    bad(issuer.metadata("metadata that has the keys itself",
                        [id](json& d) {
                            d.erase("jwks_uri");
                            d["jwks"] = {{"keys", json::array({key_of(id).public_jwk()})}};
                        }),
        any, discovery);
    group.invalid(issuer.moved("a jwks_uri by http", "http" + id.substr(5) + "/jwks.json"), "Egress", any, {discovery});
    group.acceptable(
        issuer.moved("a jwks_uri on another host: a matter of the deployment", "https://keys.example/jwks.json"),
        "CrossHost");
    group.valid(issuer.moved("a jwks_uri with a path and a query of its own", id + "/keys/current?format=jwks"));
    group.valid(issuer.metadata("metadata with members that nobody knows", set("x-note", {{"a", 1}})));
}

void key_sets(TokenGroup& group, const Issuer& issuer) {
    const auto& draft = group.draft();
    const auto discovery = [&](TokenRow row) { group.invalid(row, "KeySet", any, {"jwks.discovery"}); };
    discovery(issuer.without("no key set", false));
    discovery(issuer.jwks("a key set that is no JSON", [](json& d) { d = "keys"; }));
    discovery(issuer.jwks("a key set without keys", [](json& d) { d.erase("keys"); }));
    discovery(issuer.jwks("a key set whose keys is a string", [](json& d) { d["keys"] = "none"; }));
    group.invalid(issuer.jwks("an empty key set", [](json& d) { d["keys"] = json::array(); }), "UnknownKey",
                  {"unknown_key", "invalid_jwt"}, {"sig.key.unknown"});
    const auto stranger = [&draft](const char* kid) {
        auto jwk = jwk_of(key("stranger"), draft);
        jwk["kid"] = kid;
        return jwk;
    };
    group.invalid(issuer.jwks("another key under the kid",
                              [](json& d) { d["keys"][0]["x"] = key("stranger").public_jwk()["x"]; }),
                  "WrongKey", {"invalid_jwt"}, {"jwt.signature"});
    group.invalid(issuer.jwks("the issuer's key under another kid", [](json& d) { d["keys"][0]["kid"] = "other"; }),
                  "UnknownKey", {"unknown_key", "invalid_jwt"}, {"sig.key.unknown"});
    const auto spoiled = [&](const char* comment, const char* name, const json& value, const Codes& codes,
                             const char* id) {
        group.invalid(issuer.jwks(comment,
                                  [name, value](json& d) {
                                      d["keys"][0][name] = value;
                                      if (value.is_null()) d["keys"][0].erase(name);
                                  }),
                      "IssuerKey", codes, {id});
    };
    if (draft.jwk.algorithm_required) {
        spoiled("the issuer's key has no alg", "alg", nullptr, key_code, "key.alg-required");
        spoiled("the issuer's key has alg EdDSA", "alg", "EdDSA", key_code, "key.alg-polymorphic");
    }
    const Codes key_codes{"invalid_key", "unsupported_algorithm", "invalid_jwt"};
    spoiled("the issuer's key has alg ES256", "alg", "ES256", key_codes, "key.kty-crv-agree");
    spoiled("the issuer's key has alg none", "alg", "none", key_codes, "key.alg-forbidden");
    spoiled("the issuer's key has no x", "x", nullptr, {"invalid_key", "unknown_key", "invalid_jwt"},
            "sig.key.unparsable");
    group.valid(issuer.jwks("further keys that are of no use",
                            [stranger](json& d) {
                                auto broken = stranger("broken"), unnamed = stranger("unnamed");
                                broken["x"] = "AA";
                                unnamed.erase("alg");
                                d["keys"].insert(
                                    d["keys"].begin(),
                                    json({{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"kid", "pq"}, {"pub", "AA"}}));
                                d["keys"].insert(d["keys"].begin(), broken);
                                d["keys"].insert(d["keys"].begin(), unnamed);
                                d["keys"].push_back({{"kty", "future"}, {"kid", "f"}});
                            }),
                {"jwks.unselected-ignored"});
    group.valid(issuer.jwks("the key stands last",
                            [stranger](json& d) {
                                d["keys"].insert(d["keys"].begin(), stranger("first"));
                                std::swap(d["keys"][1], d["keys"][2]);
                            }),
                {"jwks.kid-selection"});
    group.acceptable(issuer.jwks("two keys of the kid, the first one a stranger's",
                                 [stranger, &group](json& d) {
                                     d["keys"].insert(d["keys"].begin(), stranger(group.good().signer.kid.c_str()));
                                 }),
                     "Ambiguous", {"jwks.kid-selection"});
}

}  // namespace

void write_token_issuers(Table& table, TokenKind kind, int first) {
    const auto good = token_of(table.draft, kind);
    const std::string id = good.claims["iss"];
    const auto documents = documents_everywhere(table.draft, {id});
    TokenGroup group(table, title(kind) + ": what the issuer publishes", first, kind, good, documents);
    group.start("a good token", {"jwks.discovery"});
    const Issuer issuer(id, good.claims["dwk"], documents);
    metadata(group, issuer, id);
    key_sets(group, issuer);
}

}  // namespace aauth::vectors
