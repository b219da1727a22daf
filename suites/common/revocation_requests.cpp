#include "suites/common/revocation_requests.h"

#include <nlohmann/json.hpp>

#include "harness/httpsig/base.h"
#include "harness/json/json.h"
#include "mocks/party.h"
#include "mocks/revocation_body.h"
#include "suites/common/waiting.h"

namespace aauth::suites {

namespace {

// With what a resource wants covered besides.
mocks::SignedRequest request_of(Test& t, const mocks::Party& by, const std::string& method, const std::string& url,
                                const nlohmann::json& body) {
    auto plan = t.request_by(by, method, url, body);
    const auto* additional = json::member(t.world().metadata(), "additional_signature_components");
    if (additional == nullptr || !additional->is_array()) return plan;
    for (const auto& name : *additional) {
        if (name.is_string()) plan.uncover(name.get<std::string>()).also_cover(name.get<std::string>());
    }
    return plan;
}

}  // namespace

nlohmann::json revocation_body(Test& t, const std::string& token) {
    const auto jwt = jose::Jwt::decode(token);
    if (!jwt) t.blocked("the token to be revoked is no JWT");
    return mocks::revocation_body(t.draft(), jwt->claim_string("iss").value_or(""),
                                  jwt->claim_string("jti").value_or(""), jwt->claim_integer("exp").value_or(0));
}

mocks::SignedRequest revocation(Test& t, const mocks::Party& by, const nlohmann::json& body) {
    t.needs("revocation_endpoint");
    const auto url = t.world().endpoint("revocation_endpoint");
    if (url.empty()) t.skip("the target's metadata names no revocation_endpoint");
    return request_of(t, by, "POST", url, body);
}

void skip_if_refusable(Test& t, const Answer& answer) {
    if (!t.draft().server_signs_jwks_uri && answer.status() >= 400) {
        t.skip("this draft does not say how a server signs a revocation, and the target refuses ours: " +
               answer.summary());
    }
    if (answer.text("error") == "unsupported_iss") t.skip("the target takes no revocations from this party of ours");
    if (answer.status() == 429) t.skip("the target takes no more revocations from us for now");
}

Answer revoked(Test& t, const mocks::Party& by, const std::string& token) {
    auto answer = t.send(revocation(t, by, revocation_body(t, token)), "the issuer revokes the token");
    if (answer.status() == 202) answer = ended(t, by, answer);
    skip_if_refusable(t, answer);
    if (answer.status() != 200) t.blocked("a conforming revocation got " + answer.summary());
    return answer;
}

Answer poll_as(Test& t, const mocks::Party& party, const Answer& put_off) {
    const auto location = put_off.header("Location").value_or("");
    if (location.empty()) t.blocked("the 202 has no Location to poll");
    return t.send(request_of(t, party, "GET", location, nullptr), "poll");
}

Answer ended(Test& t, const mocks::Party& party, const Answer& put_off) {
    return outcome(t, [&] { return poll_as(t, party, put_off); });
}

std::optional<mocks::Seen> revoked_at(Test& t, const mocks::Party& party, const std::string& jti, std::uint64_t after,
                                      std::chrono::milliseconds limit) {
    const auto wanted = [&](const mocks::Seen& seen) {
        const auto body = json::parse_object(seen.request.body);
        return seen.request.method == "POST" && seen.request.path() == "/revoke" && body &&
               json::string_member(*body, "jti") == jti;
    };
    return t.received(party, wanted, "the target revokes its token", after, limit);
}

void expect_revocation(Test& t, const mocks::Seen& seen) {
    const auto refusal = protocol::parse_signature_error(seen.response.fields);
    const auto code = refusal ? refusal->error : std::string();
    const auto observed = code.empty() ? std::to_string(seen.response.status) : "Signature-Error " + code;
    t.check("revocation.signed-post", code.empty() || code == "invalid_input", "the target's revocation",
            "signed by the target as a server", observed);
    t.check("revocation.components", code != "invalid_input", "covered components",
            "with content-digest and content-type", observed);
    t.check("revocation.body", code.empty() && seen.response.status != 400, "the revocation's body",
            t.draft().revocation_names_issuer ? "has iss and jti" : "has jti and exp",
            seen.request.body.substr(0, 300));
}

http::Reply answering(int status, std::string body) {
    http::Reply reply;
    reply.response.status = status;
    if (!body.empty()) reply.response.fields.add("Content-Type", "application/json");
    reply.response.body = std::move(body);
    return reply;
}

void Gate::wait(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    reached_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, limit, [this] { return open_; });
    passed_ = true;
}

void Gate::open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
}

bool Gate::reached() const {
    const std::scoped_lock lock(mutex_);
    return reached_;
}

bool Gate::passed() const {
    const std::scoped_lock lock(mutex_);
    return passed_;
}

}  // namespace aauth::suites
