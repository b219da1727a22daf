#include <fmt/core.h>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "harness/http/client.h"
#include "harness/json/json.h"
#include "mocks/agent_provider.h"
#include "mocks/resource.h"
#include "suites/common/discovery_cases.h"
#include "suites/common/rows.h"

// What is not fetched, or not to its end (HTTP Signature Keys 7.3), and where keys are not looked for (11.2.5).
namespace aauth::suites {

namespace {

using Script = mocks::Party::Documents;

constexpr const char* moved_path = "/.well-known/moved.json";

Script at(const std::string& path, const http::Reply& reply) {
    return [path, reply](const http::Request& request) {
        return request.path() == path ? std::optional(reply) : std::nullopt;
    };
}

// A party of ours on another host, which has to stay unasked. On loopback it is called by the other name of this
// machine.
struct Elsewhere {
    mocks::Party& party;
    std::string base;
};

Elsewhere elsewhere(Test& t) {
    auto& party = t.world().another_agent_provider();
    t.world().trust(party);
    if (t.world().reach() == protocol::Reach::Strict) return {party, party.identifier()};
    return {party, "http://localhost" + party.base().substr(party.base().rfind(':'))};
}

void expect_unasked(Test& t, const Answer& answer, const mocks::Party& party, const std::string& path) {
    const auto asked = party.requests(path);
    t.expect(answer).that(asked == 0, "requests for " + path, "none", std::to_string(asked));
}

void expect_refused(Test& t, const Verification& v, const Answer& answer) {
    t.expect(answer).that(!v.accepted(answer), "answer", "refused", answer.summary());
}

void needs_strict(Test& t, const char* what) {
    if (t.world().reach() != protocol::Reach::Strict) t.skip(fmt::format("on loopback {}", what));
}

// One of the issuer's documents has gone to another host.
void redirect_case(Suite& suite, const Verification& v, int number, const char* name, bool of_metadata) {
    suite
        .add(
            case_id(v.prefix, number), fmt::format("an issuer's {} is not fetched from where a redirect says", name),
            {{"egress.redirects", "ignore egress.redirects"}},
            [v, of_metadata](Test& t) {
                met(t, v);
                const auto issuer = new_issuer(t, v);
                const auto other = elsewhere(t);
                http::Reply redirect;
                redirect.response.status = 302;
                redirect.response.fields.add("Location", other.base + moved_path);
                const auto text = json::dump(of_metadata ? issuer.party.metadata() : issuer.party.jwks());
                issuer.party.answer_documents_with(at(of_metadata ? metadata_path(issuer.party) : jwks_path, redirect));
                other.party.answer_documents_with(at(moved_path, document(text)));
                expect_unasked(t, asked(t, issuer, "an issuer whose document has moved"), other.party, moved_path);
            })
        .because("A redirect lets whoever may name an issuer choose any address, also inside the verifier's network.");
}

void size_case(Suite& suite, const Verification& v) {
    suite
        .add(case_id(v.prefix, 12), "a JWKS of 32 MiB is not read to its end",
             {{"egress.limits", "ignore egress.limits"}},
             [v](Test& t) {
                 met(t, v);
                 const auto issuer = new_issuer(t, v);
                 const auto text = json::dump(issuer.party.jwks()) + std::string(32u << 20, ' ');
                 issuer.party.answer_documents_with(at(jwks_path, document(text)));
                 expect_refused(t, v, asked(t, issuer, "an issuer whose JWKS is huge"));
             })
        .because("Anybody can be an issuer, and make a verifier without a limit fill its memory.");
}

// Keeps the handlers of a party waiting until somebody lets them go.
class Silence {
public:
    void last(std::chrono::seconds limit) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, limit, [this] { return over_; });
    }
    void end() {
        const std::scoped_lock lock(mutex_);
        over_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool over_ = false;
};

// Sends with more patience than a case has otherwise: the target may wait for others.
Answer patiently(Test& t, const mocks::SignedRequest& plan, std::chrono::seconds limit) {
    auto sealed = mocks::seal(plan);
    if (!sealed) throw engine::HarnessError{"our request could not be signed: " + sealed.error().message};
    auto options = t.world().network().client()->options();
    options.idle_timeout = options.total_timeout = limit;
    auto transfer = http::Client(options).send(plan.url, sealed->request);
    if (!transfer) throw engine::HarnessError{"no answer came: " + transfer.error().message};
    engine::Exchange exchange;
    exchange.from = "agent (harness)";
    exchange.to = t.target().role;
    exchange.note = "an issuer that does not answer";
    exchange.request = transfer->sent;
    exchange.response = transfer->received;
    exchange.elapsed_us = transfer->elapsed.count();
    return {sealed->request, transfer->response, t.record().exchange(std::move(exchange))};
}

// How long a target may wait for a document: what its description says, or else a minute, which is long.
std::chrono::seconds patience(Test& t) {
    const auto declared = t.target().values.find("fetch.seconds");
    const int seconds = declared == t.target().values.end() ? 0 : std::atoi(declared->second.c_str());
    return std::chrono::seconds(seconds > 0 ? seconds + 2 : 60);
}

void time_case(Suite& suite, const Verification& v) {
    suite
        .add(case_id(v.prefix, 13), "an issuer that does not answer is given up after a while",
             {{"egress.limits", "ignore egress.limits"}},
             [v](Test& t) {
                 met(t, v);
                 const auto issuer = new_issuer(t, v);
                 const auto silence = std::make_shared<Silence>();
                 const auto limit = patience(t);
                 issuer.party.answer_documents_with([silence, limit](const http::Request& request) {
                     if (request.path() == jwks_path) silence->last(limit);
                     return std::nullopt;
                 });
                 const std::shared_ptr<void> end(nullptr, [silence](void*) { silence->end(); });
                 const auto answer =
                     patiently(t, issuer.request(t, issuer.party.key()), limit + std::chrono::seconds(15));
                 t.expect(answer).that(!v.accepted(answer), fmt::format("answer after {} s", limit.count()), "refused",
                                       answer.summary());
             })
        .because("A verifier that waits for ever can be made to wait by anybody, in all of its threads.")
        .slow();
}

void address_cases(Suite& suite, const Verification& v) {
    suite
        .add(case_id(v.prefix, 14), "a jwks_uri on another host than the metadata's is not fetched",
             {{"egress.cross-origin-jwks", "ignore egress.cross-origin"}},
             [v](Test& t) {
                 needs_strict(t, "the deployment may admit whatever this machine serves");
                 if (t.world().has("cross-origin-jwks")) t.skip("the deployment is said to admit other hosts");
                 met(t, v);
                 const auto issuer = new_issuer(t, v);
                 const auto other = elsewhere(t);
                 auto metadata = issuer.party.metadata();
                 metadata["jwks_uri"] = other.base + moved_path;
                 issuer.party.publish_metadata(json::dump(metadata));
                 other.party.answer_documents_with(at(moved_path, document(json::dump(issuer.party.jwks()))));
                 const auto answer = asked(t, issuer, "an issuer whose keys are said to be elsewhere");
                 expect_unasked(t, answer, other.party, moved_path);
                 expect_refused(t, v, answer);
             })
        .because("Otherwise an issuer can make the verifier ask any host at all.");
    suite
        .add(case_id(v.prefix, 15), "a jwks_uri that is an http URL is not fetched",
             {{"egress.admission", "ignore egress"}, {"egress.https", "ignore egress"}},
             [v](Test& t) {
                 needs_strict(t, "http is agreed on");
                 met(t, v);
                 const auto issuer = new_issuer(t, v);
                 auto metadata = issuer.party.metadata();
                 metadata["jwks_uri"] = t.world().in_clear(issuer.party) + moved_path;
                 issuer.party.publish_metadata(json::dump(metadata));
                 issuer.party.answer_documents_with(at(moved_path, document(json::dump(issuer.party.jwks()))));
                 const auto answer = asked(t, issuer, "an issuer whose keys are said to be served in clear");
                 const auto fetched = issuer.party.requests(moved_path);
                 for (const char* requirement : {"egress.admission", "egress.https"}) {
                     t.expect(answer, requirement)
                         .that(fetched == 0, "fetches of the JWKS by http", "none", std::to_string(fetched))
                         .that(!v.accepted(answer), "answer", "refused", answer.summary());
                 }
             })
        .because(
            "What is admitted is looked at before anything is fetched: keys in clear are keys of whoever is near.");
}

// Where the metadata should be there is a page, with a link to a document that would do.
void link_case(Suite& suite, const Verification& v) {
    suite
        .add(case_id(v.prefix, 16), "an issuer's keys are not looked for by a link",
             {{"link.not-for-keys", "keys-by-link"}},
             [v](Test& t) {
                 met(t, v);
                 const auto issuer = new_issuer(t, v);
                 auto& linked = t.world().another_resource();
                 t.world().trust(linked);
                 const auto target = linked.url(metadata_path(linked));
                 http::Reply page;
                 page.response.status = 404;
                 page.response.fields = {{"Content-Type", "text/html"},
                                         {"Link", fmt::format("<{}>; rel=\"aauth-resource\"", target)}};
                 page.response.body = fmt::format("<html><link rel=\"aauth-resource\" href=\"{}\"></html>", target);
                 issuer.party.answer_documents_with(at(metadata_path(issuer.party), page));
                 linked.publish_metadata(json::dump(issuer.party.metadata()));
                 const auto answer = asked(t, issuer, "an issuer with a link where its metadata should be");
                 expect_unasked(t, answer, linked, metadata_path(linked));
                 expect_refused(t, v, answer);
             })
        .only_for(drafts_with(suite, "link.not-for-keys"))
        .because("A link stands in content that others may have written; the well-known place belongs to the issuer.");
}

}  // namespace

void discovery_egress_cases(Suite& suite, const Verification& v) {
    redirect_case(suite, v, 10, "metadata", true);
    redirect_case(suite, v, 11, "JWKS", false);
    size_case(suite, v);
    time_case(suite, v);
    address_cases(suite, v);
    link_case(suite, v);
}

}  // namespace aauth::suites
