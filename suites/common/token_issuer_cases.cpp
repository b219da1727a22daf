#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/token_rows.h"

// The issuer's documents: metadata and key set (11.2, 11.4, HTTP Signature Keys 3.6).
namespace aauth::suites {

namespace {

using nlohmann::json;
using Algorithm = crypto::Algorithm;

// The documents of an issuer as text, and the key they are about.
struct Documents {
    json metadata, jwks;
    std::string metadata_text, jwks_text;  // instead, when not empty
};

using Change = std::function<void(Documents&)>;

constexpr const char* jwks_path = "/.well-known/jwks.json";

// A token of a new issuer whose documents have been changed.
struct Issued {
    PresentedToken::Other other;
    Player player;
};

Issued new_issuer(Test& t, const Presented& presented, const Change& change, Algorithm algorithm = Algorithm::Ed25519) {
    const auto who = t.player();
    Issued issued{presented.token.other(t, who, algorithm), who};
    if (presented.is(protocol::TokenKind::Agent)) {
        // The rest of the request may name the agent, and another provider may name it otherwise.
        issued.player.token = issued.other.mint({});
        const auto sub = jose::Jwt::decode(issued.player.token).value().claim_string("sub");
        issued.player.agent.identifier = sub.value_or("");
    }
    Documents documents{issued.other.party.metadata(), issued.other.party.jwks(), {}, {}};
    change(documents);
    const auto text = [](const std::string& given, const json& document) {
        return given.empty() ? aauth::json::dump(document) : given;
    };
    t.world().trust(issued.other.party, text(documents.metadata_text, documents.metadata),
                    text(documents.jwks_text, documents.jwks));
    return issued;
}

Answer show(Test& t, const Presented& presented, const Issued& issued, const std::string& token) {
    if (!issued.other.place) return present(t, presented, issued.player, token);
    return t.send(issued.other.place(t, issued.player, token), "by another server, with its token");
}

// The control: a further issuer with good documents is taken like our first one.
void control(Test& t, const Presented& presented) {
    const auto issued = new_issuer(t, presented, [](Documents&) {});
    const auto answer = show(t, presented, issued, issued.other.mint({}));
    if (!presented.endpoint().accepted(answer)) t.skip("the target takes no tokens from a further issuer");
}

Answer from(Test& t, const Presented& presented, const Change& change, Algorithm algorithm = Algorithm::Ed25519) {
    control(t, presented);
    const auto issued = new_issuer(t, presented, change, algorithm);
    return show(t, presented, issued, issued.other.mint({}));
}

void needs_discovery(Test& t) {
    if (!t.world().discovers()) t.skip("the target is told of issuers by a hook and fetches no documents of ours");
}

json stranger() { return jose::SigningKey::generate(Algorithm::Ed25519).public_jwk(); }

void accepted(Suite& suite, const Presented& presented, int number, const char* title, Covers covers, Change change,
              const char* because, Algorithm algorithm = Algorithm::Ed25519) {
    suite
        .add(case_id(presented.prefix, number), fmt::format("{} {}", presented.name, title), covers,
             [presented, change, algorithm](Test& t) {
                 const auto answer = from(t, presented, change, algorithm);
                 const bool taken = presented.endpoint().accepted(answer);
                 t.expect(answer).that(taken, "answer", "accepted", answer.summary());
             })
        .only_for(drafts_of(suite, presented, covers.front().requirement))
        .because(because);
}

void key_set_cases(Suite& suite, const Presented& presented) {
    accepted(
        suite, presented, 160, "is accepted when the issuer publishes other keys that are of no use",
        {{"jwks.unselected-ignored", "jwks-siblings-refused"}},
        [](Documents& d) {
            auto broken = stranger();
            broken["x"] = "AA";
            auto unnamed = stranger();
            unnamed.erase("alg");
            json keys = json::array({{{"kty", "AKP"}, {"alg", "ML-DSA-44"}, {"kid", "pq"}, {"pub", "AA"}},
                                     broken,
                                     unnamed,
                                     {{"kty", "future"}, {"kid", "f"}}});
            for (const auto& key : d.jwks["keys"]) keys.push_back(key);
            d.jwks["keys"] = keys;
        },
        "Otherwise no issuer could publish a key of a new kind beside its old one.");
    accepted(
        suite, presented, 161, "signed with ES256 is accepted", {{"key.es256", "refuse-es256"}}, [](Documents&) {},
        "Keys in hardware are often of this kind.", Algorithm::ES256);
    accepted(
        suite, presented, 162, "is verified by the key that its kid names, wherever in the set it stands",
        {{"jwks.kid-selection", "jwks-first-key-only"}},
        [](Documents& d) {
            d.jwks["keys"] = json::array({stranger(), d.jwks["keys"][0], stranger()});
        },
        "");
    suite
        .add(case_id(presented.prefix, 163),
             fmt::format("{} whose kid names another key of its issuer is refused", presented.name),
             {{"jwks.kid-selection", presented.ignoring("signature")}},
             [presented](Test& t) {
                 control(t, presented);
                 const auto second = stranger();
                 const auto issued = new_issuer(t, presented, [&](Documents& d) { d.jwks["keys"].push_back(second); });
                 const auto token = issued.other.mint([&](json& members, json&) { members["kid"] = second["kid"]; });
                 const Covers covers{{"jwks.kid-selection", ""}};
                 expect_token_refusal(t, show(t, presented, issued, token), presented, covers, {"invalid_jwt"}, {});
             })
        .only_for(drafts_of(suite, presented, "jwks.kid-selection"));
}

struct RefusedIssuer {
    int number;
    const char* title;
    Covers covers;
    std::vector<std::string> codes, preferred;
    Change change;
    bool discovered = false;  // only a target that fetches can see it
};

void refused_cases(Suite& suite, const Presented& presented) {
    const Covers missing{{"meta.issuer-missing", "ignore meta.issuer-match"}};
    const Covers mismatch{{"meta.issuer-match", "ignore meta.issuer-match"}};
    const Covers discovery{{"jwks.discovery", "status-500-for-signature"}};
    const std::vector<std::string> any, key_code{"unsupported_algorithm", "invalid_jwt"};
    std::vector<RefusedIssuer> rows{
        {164,
         "whose issuer's key has no alg is refused",
         {{"key.alg-required", "ignore sig.algorithm"}, {"key.alg-not-inferred", "ignore sig.algorithm"}},
         any,
         key_code,
         [](Documents& d) { d.jwks["keys"][0].erase("alg"); }},
        {165,
         "whose issuer's key has alg EdDSA is refused",
         {{"key.alg-polymorphic", "ignore sig.algorithm"}},
         any,
         key_code,
         [](Documents& d) { d.jwks["keys"][0]["alg"] = "EdDSA"; }},
        {166,
         "is refused when the issuer's metadata has no issuer",
         missing,
         {"issuer_missing"},
         any,
         [](Documents& d) { d.metadata.erase("issuer"); },
         true},
        {167,
         "is refused when the issuer's metadata names another issuer",
         mismatch,
         {"issuer_mismatch"},
         any,
         [](Documents& d) { d.metadata["issuer"] = "https://issuer.example"; },
         true},
        {168,
         "is refused when the issuer's metadata names it with a trailing slash",
         mismatch,
         {"issuer_mismatch"},
         any,
         [](Documents& d) { d.metadata["issuer"] = d.metadata["issuer"].get<std::string>() + "/"; },
         true},
        {169, "is refused when the issuer's metadata is not JSON", discovery, any, any,
         [](Documents& d) { d.metadata_text = "<html></html>"; }, true},
        {170, "is refused when the issuer's metadata has no jwks_uri", discovery, any, any,
         [](Documents& d) { d.metadata.erase("jwks_uri"); }, true},
        {171, "is refused when the issuer's JWKS is not JSON", discovery, any, any,
         [](Documents& d) { d.jwks_text = "keys"; }, true},
        {172, "is refused when the issuer's JWKS is empty", discovery, any, any,
         [](Documents& d) { d.jwks["keys"] = json::array(); }},
        {173, "is refused when the issuer's JWKS has no array of keys", discovery, any, any,
         [](Documents& d) { d.jwks["keys"] = "none"; }, true},
    };
    if (presented.issuer_signs()) {
        rows.push_back({179,
                        "is refused with invalid_key when the key of the server that signs cannot be parsed",
                        {{"sig.key.unparsable", "signature-error-wrong-code"}},
                        {"invalid_key"},
                        any,
                        [](Documents& d) { d.jwks["keys"][0]["x"] = "AA"; }});
    }
    for (auto row : rows) {
        // What a server's own signature shows needs no other fault.
        if (!presented.issuer_signs()) row.covers = placed_covers(suite, presented, row.covers);
        suite
            .add(case_id(presented.prefix, row.number), fmt::format("{} {}", presented.name, row.title), row.covers,
                 [presented, row](Test& t) {
                     if (row.discovered) needs_discovery(t);
                     const auto answer = from(t, presented, row.change);
                     if (presented.issuer_signs()) {
                         expect_refusal(t, answer, presented.endpoint(), row.covers, row.codes, {});
                     } else {
                         expect_token_refusal(t, answer, presented, row.covers, row.codes, row.preferred);
                     }
                 })
            .only_for(drafts_of(suite, presented, row.covers.front().requirement));
    }
}

// How often the target asked for a new issuer's key set over several tokens.
void fetch_case(Suite& suite, const Presented& presented, int number, const char* title, Covers covers, Change change,
                std::vector<mocks::TokenEdit> edits) {
    suite
        .add(case_id(presented.prefix, number), title, covers,
             [presented, change, edits, covers](Test& t) {
                 needs_discovery(t);
                 control(t, presented);
                 const auto issued = new_issuer(t, presented, change);
                 const auto began = t.now();
                 std::optional<Answer> last;
                 for (const auto& edit : edits) last = show(t, presented, issued, issued.other.mint(edit));
                 const auto fetched = issued.other.party.requests(jwks_path);
                 if (t.now() - began > 50) throw engine::HarnessError{"the answers took so long that a fetch was due"};
                 for (const auto& covered : covers) {
                     t.expect(*last, covered.requirement)
                         .that(fetched <= 1, "fetches of the JWKS", "at most 1", std::to_string(fetched));
                 }
             })
        .only_for(drafts_of(suite, presented, "jwks.once-per-minute"))
        .because("Anybody can name any issuer: without a limit the verifier is a weapon against it.");
}

void fetch_cases(Suite& suite, const Presented& presented) {
    const auto kid = [](const char* name) {
        return mocks::TokenEdit([name](json& members, json&) { members["kid"] = name; });
    };
    const Covers covers{{"jwks.once-per-minute", "ignore jwks.cache"}, {"jwks.cache", "ignore jwks.cache"}};
    fetch_case(suite, presented, 175, "the keys of an issuer are fetched once for several tokens", covers,
               [](Documents&) {}, {{}, {}, {}});
    fetch_case(suite, presented, 176, "unknown kids do not make the server fetch an issuer's keys again at once",
               covers, [](Documents&) {}, {{}, kid("unknown-1"), kid("unknown-2"), kid("unknown-3")});
    fetch_case(suite, presented, 177, "a JWKS that is not JSON is not fetched again at once",
               {{"jwks.once-per-minute", "ignore jwks.cache"}}, [](Documents& d) { d.jwks_text = "keys"; },
               {{}, {}, {}});
}

// An issuer that can be reached only by http, which no issuer may be.
void clear_case(Suite& suite, const Presented& presented) {
    if (presented.in_body()) return;  // nobody fetches before the signature is good
    suite
        .add(case_id(presented.prefix, 178),
             fmt::format("{} whose iss is an http URL is refused, and nothing is fetched from there", presented.name),
             {{"egress.https", "ignore egress"}},
             [presented](Test& t) {
                 if (t.world().reach() != protocol::Reach::Strict) t.skip("on loopback http identifiers are agreed on");
                 const auto who = t.player();
                 t.control(presented.endpoint(), who);
                 const auto other = presented.token.other(t, who, Algorithm::Ed25519);
                 const auto clear = t.world().in_clear(other.party);
                 auto metadata = other.party.metadata();
                 metadata["issuer"] = clear;
                 metadata["jwks_uri"] = clear + jwks_path;
                 other.party.publish_metadata(aauth::json::dump(metadata));
                 const auto token = other.mint([&](json&, json& claims) { claims["iss"] = clear; });
                 const auto answer = present(t, presented, who, token);
                 const auto fetched = other.party.requests(jwks_path);
                 t.expect(answer).that(fetched == 0, "fetches of the JWKS by http", "none", std::to_string(fetched));
                 t.expect(answer).that(!presented.endpoint().accepted(answer), "answer", "refused", answer.summary());
             })
        .only_for(drafts_of(suite, presented, "egress.https"))
        .because("Keys that come over http are keys of whoever stands in between, and an http URL may point inside.");
}

}  // namespace

void token_issuer_cases(Suite& suite, const Presented& presented) {
    key_set_cases(suite, presented);
    refused_cases(suite, presented);
    fetch_cases(suite, presented);
    clear_case(suite, presented);
}

}  // namespace aauth::suites
