#include "suites/common/revocation_cases.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/party.h"
#include "mocks/revocation_body.h"
#include "suites/common/drafts.h"
#include "suites/common/revocation_requests.h"
#include "suites/common/rows.h"

namespace aauth::suites {

namespace {

constexpr int most_revocations = 350;  // that are sent to see whether there is a limit

// The number of a case: of a person server or access server, and of a resource. 0: it has no such case.
struct Number {
    int server, resource;
};

class Cases {
public:
    Cases(Suite& suite, const RevocationServer& server) : suite_(suite), server_(server) {}

    void add(Number number, const std::string& title, const Covers& covers, std::function<void(Test&)> body,
             const std::string& because = {}, bool slow = false, bool second = false) {
        const int chosen = suite_.name() == "resource" ? number.resource : number.server;
        if (chosen == 0) return;
        auto made = suite_.add(case_id(server_.prefix, chosen), title, covers_of(covers), std::move(body));
        made.because(because).only_for(second ? with_second_member() : server_.drafts);
        if (slow) made.slow().alone();
    }

    const RevocationServer& server() const { return server_; }
    bool is(std::string_view role) const { return suite_.name() == role; }

private:
    // The drafts whose revocations have a second member.
    std::vector<std::string> with_second_member() const {
        auto ids = server_.drafts;
        if (ids.empty()) {
            for (const auto& draft : suite_drafts(suite_.name())) ids.push_back(draft.id);
        }
        std::erase_if(ids, [](const auto& id) {
            return mocks::second_revocation_member(*protocol::find_draft(id)).empty();
        });
        return ids;
    }

    // Those that are asked of the role.
    Covers covers_of(const Covers& covers) const {
        Covers kept;
        for (const auto& covered : covers) {
            if (!drafts_with(suite_, covered.requirement).empty()) kept.push_back(covered);
        }
        return kept;
    }

    Suite& suite_;
    const RevocationServer& server_;
};

// A token whose revocation the draft has answered 200: one that the target has seen, where it may say that it knows
// none.
Revocable fresh(Test& t, const RevocationServer& server) {
    return t.draft().unknown_revocation_404 ? used(t, server) : server.revocable(t);
}

// A conforming revocation, not yet sent.
mocks::SignedRequest conforming(Test& t, const RevocationServer& server) {
    const auto token = fresh(t, server);
    return revocation(t, *token.issuer, revocation_body(t, token.token));
}

void expect_refused(Test& t, const Answer& answer) {
    t.expect(answer).that(answer.status() >= 400 && answer.status() < 500, "answer", "refused", answer.summary());
}

void answers(Cases& cases) {
    const auto server = cases.server();
    const bool person_server = cases.is("person-server");
    Covers covers{{"revocation.response-200", "revoke-204"},
                  {"revocation.at-once", "revoke-202"},
                  {"revocation.empty-body", "revoke-body"}};
    if (cases.is("resource")) covers.push_back({"revocation.no-body-no-type", "revoke-typed"});
    if (person_server) covers.push_back({"revocation.ps-no-report", "revoke-body"});
    cases.add({2, 1}, "a revocation that makes no others necessary is answered 200 at once, without a body", covers,
              [server, covers](Test& t) {
                  const auto answer = t.send(conforming(t, server), "the issuer revokes a token");
                  skip_if_refusable(t, answer);
                  const auto& body = answer.response.body;
                  t.expect(answer, "revocation.at-once").status_not(202);
                  t.expect(answer, "revocation.response-200").status(200);
                  t.expect(answer, "revocation.empty-body").that(body.empty(), "body", "empty", body.substr(0, 100));
                  t.expect(answer, "revocation.ps-no-report").that(body.empty(), "body", "empty", body.substr(0, 100));
                  const auto type = answer.header("Content-Type");
                  t.expect(answer, "revocation.no-body-no-type")
                      .that(!body.empty() || !type, "Content-Type", "absent", type.value_or("absent"));
              });
    cases.add({5, 0}, "a 200 without a body has no Content-Type", {{"revocation.no-body-no-type", "revoke-typed"}},
              [server](Test& t) {
                  const auto answer = t.send(conforming(t, server), "the issuer revokes a token");
                  skip_if_refusable(t, answer);
                  if (answer.response.body.empty()) t.expect(answer).no_header("Content-Type");
                  if (!answer.response.body.empty()) t.expect(answer).media_type("application/json");
              });
    cases.add({4, 3}, "a repeated revocation is answered like the first", {{"revocation.idempotent", "revoke-once"}},
              [server](Test& t) {
                  const auto token = fresh(t, server);
                  revoked(t, *token.issuer, token.token);
                  const auto again = revocation(t, *token.issuer, revocation_body(t, token.token));
                  t.expect(t.send(again, "the same again")).status(200);
              });
}

// A token that the target never saw.
void unknown_tokens(Suite& suite, const RevocationServer& server) {
    const auto send = [server](Test& t, bool controlled) {
        const auto token = fresh(t, server);
        if (controlled) revoked(t, *token.issuer, token.token);
        auto body = revocation_body(t, token.token);
        body["jti"] = "aauth-conformance-never-issued";
        return t.send(revocation(t, *token.issuer, body), "of a token that nobody knows");
    };
    const bool resource = suite.name() == "resource";
    suite
        .add(case_id(server.prefix, resource ? 2 : 3),
             "a revocation of a token that the target never saw is answered 200",
             {{"revocation.no-404", "revoke-404"}, {"revocation.response-200", "revoke-404"}},
             [send](Test& t) {
                 const auto answer = send(t, false);
                 skip_if_refusable(t, answer);
                 t.expect(answer, "revocation.no-404").status_not(404);
                 t.expect(answer, "revocation.response-200").status(200);
             })
        .only_for(drafts_with(suite, "revocation.no-404"))
        .because("Who keeps no record of tokens still has to keep one of revocations.");
    auto drafts = drafts_with(suite, "revocation.unknown-404");
    if (!server.drafts.empty()) {
        std::erase_if(drafts, [&](const std::string& draft) {
            return std::find(server.drafts.begin(), server.drafts.end(), draft) == server.drafts.end();
        });
    }
    if (drafts.empty()) return;
    suite
        .add(case_id(server.prefix, resource ? 4 : 6), "a revocation of a token that is not recognized is answered 404",
             {{"revocation.unknown-404", "revoke-known"}}, [send](Test& t) { t.expect(send(t, true)).status(404); })
        .only_for(drafts);
}

// A revocation whose signature or signer is not right.
void signers(Cases& cases) {
    const auto server = cases.server();
    const auto refused = [&](Number number, const char* title, const Covers& covers,
                             std::function<void(Test&, mocks::SignedRequest&)> change, const char* because = "") {
        cases.add(
            number, title, covers,
            [server, change](Test& t) {
                needs_revocations(t, server);
                auto request = conforming(t, server);
                change(t, request);
                expect_refused(t, t.send(request, "the same with one change"));
            },
            because);
    };
    refused({21, 10}, "a revocation without a signature is refused", {{"revocation.signed-post", "revoke-unsigned"}},
            [](Test&, mocks::SignedRequest& request) { request.unsigned_(); });
    refused({26, 11}, "a revocation signed by another key than the issuer's is refused",
            {{"revocation.signed-post", "ignore sig.verifies"}}, [](Test&, mocks::SignedRequest& request) {
                request.key = jose::SigningKey::generate(crypto::Algorithm::Ed25519, request.key.kid);
            });
    refused(
        {20, 12}, "a revocation signed by an agent is refused", {{"revocation.agent-refused", "revoke-by-agent"}},
        [](Test& t, mocks::SignedRequest& request) {
            const auto player = t.player();
            request.key = player.agent.key;
            request.signature_key.reset();
            request.token = player.token;
        },
        "An agent that could revoke could shut out others.");
}

void coverage(Suite& suite, const RevocationServer& server) {
    const bool resource = suite.name() == "resource";
    for (const char* name : {"content-digest", "content-type"}) {
        const bool digest = std::string_view(name) == "content-digest";
        const int number = resource ? (digest ? 13 : 14) : (digest ? 22 : 25);
        suite
            .add(case_id(server.prefix, number),
                 "a revocation that does not cover " + std::string(name) + " is refused",
                 {{"revocation.components", "ignore sig.components." + std::string(name)}},
                 [server, name](Test& t) {
                     needs_revocations(t, server);
                     auto request = conforming(t, server);
                     const auto answer = t.send(request.uncover(name), std::string(name) + " is not covered");
                     expect_refused(t, answer);
                     t.expect(answer).status(401).signature_error({"invalid_input"});
                 })
            .only_for(server.drafts.empty() ? drafts_with(suite, "revocation.components") : server.drafts);
    }
}

struct BodyRow {
    Number number;
    const char* title;
    std::function<std::string(Test&, nlohmann::json)> body;
    bool second = false;  // about the other member, which not every draft has
};

std::vector<BodyRow> bodies() {
    const auto second = [](Test& t) { return mocks::second_revocation_member(t.draft()); };
    return {
        {{10, 30},
         "a revocation without jti is answered invalid_request",
         [](Test&, nlohmann::json body) {
             body.erase("jti");
             return json::dump(body);
         }},
        {{11, 31},
         "a revocation that lacks the other member is answered invalid_request",
         [second](Test& t, nlohmann::json body) {
             body.erase(second(t));
             return json::dump(body);
         },
         true},
        {{12, 32},
         "a jti that is a number is answered invalid_request",
         [](Test&, nlohmann::json body) {
             body["jti"] = 7;
             return json::dump(body);
         }},
        {{13, 33},
         "another member of the wrong type is answered invalid_request",
         [second](Test& t, nlohmann::json body) {
             body[second(t)] = nlohmann::json::array();
             return json::dump(body);
         },
         true},
        {{14, 34},
         "a revocation that is no JSON is answered invalid_request",
         [](Test&, const nlohmann::json& body) { return json::dump(body) + "}"; }},
        {{15, 35},
         "a revocation that is a JSON array is answered invalid_request",
         [](Test&, const nlohmann::json& body) { return json::dump(nlohmann::json::array({body})); }},
    };
}

void body_cases(Cases& cases) {
    const auto server = cases.server();
    for (const auto& row : bodies()) {
        cases.add(row.number, row.title, {{"revocation.body", "revoke-any-body"}}, [server, row](Test& t) {
            needs_revocations(t, server);
            const auto token = fresh(t, server);
            const auto good = revocation_body(t, token.token);
            auto request = revocation(t, *token.issuer, good);
            request.body(row.body(t, good));
            const auto answer = t.send(request, "another body");
            expect_refused(t, answer);
            if (t.draft().server_signs_jwks_uri) t.expect(answer).status(400).problem({"invalid_request"});
        }, {}, false, row.second);
    }
}

// One of many revocations, which are not kept in the record. False when it was refused.
bool took(Test& t, const mocks::Party& issuer, nlohmann::json body, int number) {
    body["jti"] = "aauth-conformance-" + std::to_string(number);
    const auto answer = issuer.call(revocation(t, issuer, body));
    if (!answer) throw engine::HarnessError{"no answer came: " + answer.error().message};
    return answer->status < 400;
}

// Who may revoke what, and how much of it.
void callers(Cases& cases) {
    const auto server = cases.server();
    cases.add(
        {23, 25}, "nobody revokes another's token", {{"revocation.own-namespace", "revoke-any-issuer"}},
        [server](Test& t) {
            const auto token = used(t, server);
            needs_revocations(t, server);
            auto& stranger = server.another(t);
            t.world().trust(stranger);
            t.send(revocation(t, stranger, revocation_body(t, token.token)), "a stranger revokes");
            const auto answer = token.use();
            t.expect(answer).that(server.works(answer), "answer", "accepted as before", answer.summary());
        },
        "A jti is unique within its issuer only, and everybody can run a server.");
    cases.add({27, 24}, "the revocation of one token leaves the issuer's other tokens alone",
              {{"revocation.own-namespace", "revoke-whole-issuer"}}, [server](Test& t) {
                  const auto gone = used(t, server);
                  const auto other = used(t, server);
                  revoked(t, *gone.issuer, gone.token);
                  const auto answer = other.use();
                  t.expect(answer).that(server.works(answer), "answer", "accepted as before", answer.summary());
              });
    cases.add({28, 26}, "a caller whose revocations are not taken is told unsupported_iss",
              {{"revocation.unsupported-iss", "refuses-otherwise"}}, [server](Test& t) {
                  auto& stranger = server.another(t);
                  t.world().trust(stranger);
                  auto body = revocation_body(t, server.revocable(t).token);
                  body["jti"] = "aauth-conformance-of-a-stranger";
                  const auto answer = t.send(revocation(t, stranger, body), "of somebody never met");
                  // Whoever signs rightly may as well be taken; whose keys are not to be found has not signed.
                  const bool unverified = answer.status() == 401 && answer.header("Signature-Error");
                  const bool told = answer.status() == 403 && answer.text("error") == "unsupported_iss";
                  t.expect(answer).that(told || unverified || answer.status() == 200 || answer.status() == 429,
                                        "answer", "403 unsupported_iss, where it is not taken", answer.summary());
              });
    cases.add(
        {29, 27}, "too many revocations are answered 429 rate_limited with Retry-After",
        {{"revocation.rate-limited", "rate-limited-no-retry-after"}},
        [server](Test& t) {
            auto& issuer = server.another(t);
            t.world().trust(issuer);
            auto body = revocation_body(t, server.revocable(t).token);
            skip_if_refusable(t, t.send(revocation(t, issuer, body), "the first of many"));
            int taken = 0;
            while (taken < most_revocations && took(t, issuer, body, taken)) ++taken;
            if (taken == most_revocations) t.skip("the target takes " + std::to_string(taken) + " in a row");
            const auto answer = t.send(revocation(t, issuer, body), "after " + std::to_string(taken) + " more");
            t.expect(answer).status(429).problem({"rate_limited"}).header("Retry-After");
        },
        "Without a bound one issuer can fill the memory of whoever listens to it.", true);
}

}  // namespace

Revocable used(Test& t, const RevocationServer& server) {
    auto token = server.revocable(t);
    if (const auto answer = token.use(); !server.works(answer)) t.blocked("a good token got " + answer.summary());
    return token;
}

void needs_revocations(Test& t, const RevocationServer& server) {
    const auto token = fresh(t, server);
    revoked(t, *token.issuer, token.token);
}

void revocation_endpoint_cases(Suite& suite, const RevocationServer& server) {
    Cases cases(suite, server);
    answers(cases);
    unknown_tokens(suite, server);
    signers(cases);
    coverage(suite, server);
    body_cases(cases);
    callers(cases);
}

}  // namespace aauth::suites
