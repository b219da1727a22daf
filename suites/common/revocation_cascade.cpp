#include "suites/common/revocation_cascade.h"

#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/revocation_requests.h"
#include "suites/common/rows.h"
#include "suites/common/server_signature.h"

namespace aauth::suites {

namespace {

constexpr std::chrono::seconds round_trip{3};  // that our slow resource takes: well within what has to be held
constexpr std::chrono::seconds too_long{8};

// Holds the first answers of a resource back.
mocks::Revocations::Script behind(const std::shared_ptr<Gate>& gate, std::chrono::milliseconds limit) {
    return [gate, limit](const http::Request&) -> std::optional<http::Reply> {
        gate->wait(limit);
        return std::nullopt;
    };
}

mocks::Revocations::Script always(int status, const std::string& body = {}) {
    return [status, body](const http::Request&) { return answering(status, body); };
}

std::string unsupported_iss() { return R"({"error":"unsupported_iss"})"; }

void skip_unless(Test& t, bool called) {
    if (!called) t.skip("the target revokes nothing at the resource of the token");
}

// A revocation whose caller does not want to wait while our resource takes its time.
struct PutOff {
    Cascading cascading;
    std::shared_ptr<Gate> gate;
    mocks::Resource* resource;
    Answer answer;
};

PutOff put_off(Test& t, const CascadeServer& server) {
    auto gate = std::make_shared<Gate>();
    auto& resource = own_resource(t, behind(gate, too_long));
    const auto cascading = server.issue(t, resource);
    auto request = revocation(t, *cascading.issuer, revocation_body(t, cascading.token));
    const auto answer = t.send(request.header("Prefer", "wait=1"), "a revocation, while the resource takes its time");
    skip_if_refusable(t, answer);
    skip_unless(t, gate->reached());
    if (answer.status() == 200) t.skip("the target held its answer until the resource had given its own");
    return {cascading, gate, &resource, answer};
}

void waiting_cases(Suite& suite, const CascadeServer& server) {
    suite
        .add(case_id(server.prefix, 41), "a 200 comes when the downstream revocations have ended, and is held for them",
             {{"revocation.after-cascade", "cascade-unawaited"}, {"revocation.hold-20s", "hold-short"}},
             [server](Test& t) {
                 const auto gate = std::make_shared<Gate>();
                 auto& resource = own_resource(t, behind(gate, round_trip));
                 const auto cascading = server.issue(t, resource);
                 const auto request = revocation(t, *cascading.issuer, revocation_body(t, cascading.token));
                 auto answer = t.send(request, "a revocation that has to be passed on");
                 bool over = gate->passed();
                 skip_if_refusable(t, answer);
                 if (answer.status() == 202) {
                     t.expect(answer, "revocation.hold-20s").status(200);
                     answer = ended(t, *cascading.issuer, answer);
                     over = gate->passed();
                 }
                 const bool called = revoked_at(t, resource, cascading.jti).has_value();
                 gate->open();
                 skip_unless(t, called);
                 t.expect(answer, "revocation.after-cascade").status(200);
                 t.check("revocation.after-cascade", over, "the resource's answer", "before the target's",
                         over ? "before" : "after");
             })
        .slow()
        .because("A 200 says that the access has ended, not that it is going to.");
    suite
        .add(case_id(server.prefix, 42), "a cascade that takes longer is answered 202 with a pending URL, and then 200",
             {{"revocation.deferred", "revocation-no-location"},
              {"revocation.deferred", "hold-gives-up"},
              {"revocation.no-requirement", "revocation-requirement"}},
             [server](Test& t) {
                 const auto [cascading, gate, resource, answer] = put_off(t, server);
                 t.expect(answer, "revocation.deferred").status(202).header("Location").required();
                 t.expect(answer, "revocation.no-requirement").no_header("AAuth-Requirement");
                 gate->open();
                 const auto last = ended(t, *cascading.issuer, answer);
                 t.expect(last, "revocation.deferred").status(200);
                 t.expect(last, "revocation.no-requirement").no_header("AAuth-Requirement");
                 if (!server.reports) return;
                 const auto entry = reported(last, resource->identifier());
                 t.check("revocation.downstream-report", !entry.is_null(), "downstream of the last answer",
                         "names the resource", last.response.body.substr(0, 300));
             })
        .slow();
    suite
        .add(case_id(server.prefix, 43), "a poll by another server than the caller is answered 404",
             {{"revocation.poll-other-404", "revocation-poll-any"}},
             [server](Test& t) {
                 const auto [cascading, gate, resource, answer] = put_off(t, server);
                 if (!answer.header("Location")) t.blocked("the revocation got " + answer.summary());
                 auto& stranger = server.another(t);
                 t.world().trust(stranger);
                 t.expect(poll_as(t, stranger, answer)).status(404);
                 gate->open();
                 if (const auto own = ended(t, *cascading.issuer, answer); own.status() != 200) {
                     t.blocked("the caller's own poll got " + own.summary());
                 }
             })
        .slow();
}

// A resource that fails in one way, what the target has to make of it, and how our mock gets it wrong.
struct Failing {
    int number;
    const char* title;
    std::function<mocks::Resource&(Test&)> resource;
    const char* error;
};

std::vector<Failing> failing() {
    return {
        {44, "a resource that answers 503 ends its part of the cascade",
         [](Test& t) -> mocks::Resource& { return own_resource(t, always(503)); }, "revocation_unavailable"},
        {45, "a resource without revocation endpoint ends its part of the cascade",
         [](Test& t) -> mocks::Resource& { return resource_without_revocation(t); }, "revocation_unsupported"},
        {46, "a resource that answers unsupported_iss ends its part of the cascade",
         [](Test& t) -> mocks::Resource& { return own_resource(t, always(403, unsupported_iss())); },
         "revocation_unsupported"},
        {47, "a resource whose answer cannot be read ends its part of the cascade",
         [](Test& t) -> mocks::Resource& { return own_resource(t, always(200, "{\"downstream\":")); },
         "revocation_unavailable"},
    };
}

void failing_cases(Suite& suite, const CascadeServer& server) {
    for (const auto& row : failing()) {
        Covers covers{{"revocation.unreachable-party", "cascade-fails"}};
        if (server.reports) {
            covers.push_back({"revocation.downstream-report", "report-none"});
            covers.push_back({"revocation.downstream-errors", "report-no-error"});
            covers.push_back({"revocation.downstream-errors", "report-errors-swapped"});
        }
        suite.add(case_id(server.prefix, row.number), row.title, covers, [server, row](Test& t) {
            auto& resource = row.resource(t);
            const auto cascading = server.issue(t, resource);
            const auto request = revocation(t, *cascading.issuer, revocation_body(t, cascading.token));
            auto answer = t.send(request, "a revocation that has to be passed on");
            if (answer.status() == 202) answer = ended(t, *cascading.issuer, answer);
            skip_if_refusable(t, answer);
            t.expect(answer, "revocation.unreachable-party").status(200);
            if (!server.reports) return;
            const auto entry = reported(answer, resource.identifier());
            t.check("revocation.downstream-report", !entry.is_null(), "downstream", "names the resource",
                    answer.response.body.substr(0, 300));
            if (entry.is_null()) return;
            const auto error = json::string_member(entry, "error").value_or("absent");
            t.check("revocation.downstream-errors", error == row.error, "error", row.error, error);
        });
    }
}

}  // namespace

mocks::Resource& own_resource(Test& t, mocks::Revocations::Script script) {
    auto& resource = t.world().another_resource();
    t.world().trust(resource);
    resource.revocations().answer_with(std::move(script));
    return resource;
}

mocks::Resource& resource_without_revocation(Test& t) {
    auto& resource = t.world().another_resource();
    auto metadata = resource.metadata();
    metadata.erase("revocation_endpoint");
    t.world().trust(resource, json::dump(metadata));
    return resource;
}

nlohmann::json reported(const Answer& answer, const std::string& recipient) {
    const auto body = answer.json();
    const auto* entries = body ? json::member(*body, "downstream") : nullptr;
    if (entries == nullptr || !entries->is_array()) return nullptr;
    for (const auto& entry : *entries) {
        if (json::string_member(entry, "recipient") == recipient) return entry;
    }
    return nullptr;
}

Answer cascaded(Test& t, const Cascading& cascading, const mocks::Resource& resource) {
    auto answer = revoked(t, *cascading.issuer, cascading.token);
    skip_unless(t, revoked_at(t, resource, cascading.jti).has_value());
    return answer;
}

void cascade_cases(Suite& suite, const CascadeServer& server) {
    const auto drafts = drafts_with(suite, "revocation.unreachable-party");
    const auto seen = [server](Test& t) {
        auto& resource = own_resource(t);
        const auto cascading = server.issue(t, resource);
        revoked(t, *cascading.issuer, cascading.token);
        const auto found = revoked_at(t, resource, cascading.jti);
        skip_unless(t, found.has_value());
        return *found;
    };
    suite
        .add(case_id(server.prefix, 40),
             "the target's own revocations are signed by it, cover their body, and are complete",
             {{"revocation.signed-post", "server-scheme-hwk"},
              {"revocation.components", "server-body-uncovered"},
              {"revocation.body", "revoke-sends-jti-alone"}},
             [seen](Test& t) { expect_revocation(t, seen(t)); })
        .only_for(drafts)
        .because("A resource cannot tell a revocation that lacks anything of it from one by an impostor.");
    server_signature_cases(suite, server.prefix, 60, "a revocation at a resource", seen, drafts);
    waiting_cases(suite, server);
    failing_cases(suite, server);
    suite
        .add(case_id(server.prefix, 48), "a repeated revocation tries again where it failed before",
             {{"revocation.idempotent", "cascade-unrepeated"}},
             [server](Test& t) {
                 auto& resource = own_resource(t, always(503));
                 const auto cascading = server.issue(t, resource);
                 revoked(t, *cascading.issuer, cascading.token);
                 const auto first = revoked_at(t, resource, cascading.jti);
                 skip_unless(t, first.has_value());
                 resource.revocations().answer_with({});
                 const auto answer = revoked(t, *cascading.issuer, cascading.token);
                 const auto second = revoked_at(t, resource, cascading.jti, first->number);
                 t.check({}, second.has_value(), "at the resource", "the revocation again",
                         second ? "came" : "nothing");
                 if (!server.reports) return;
                 const auto entry = reported(answer, resource.identifier());
                 t.check("revocation.idempotent", !entry.is_null() && !entry.contains("error"), "downstream",
                         "the resource without error", answer.response.body.substr(0, 300));
             })
        .only_for(drafts);
}

}  // namespace aauth::suites
