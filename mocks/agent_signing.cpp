#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/http/handshake.h"
#include "harness/httpsig/component.h"
#include "harness/httpsig/digest.h"
#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/problem.h"
#include "mocks/scenario_agent.h"

// The signature profile (11.3.3) as an agent follows it. Faults:
//   "uncover COMPONENT" (of the profile's, at every server), "body-uncovered" (content-digest and content-type at a person
//   server), "additional-uncovered" (what a resource's metadata names),
//   "digest-other" (of another body), "digest-md5", "sends-unsigned", "signs-other-base", "created-old", "created-text",
//   "no-created", "alg-parameter", "keyid", "keyid-other", "scheme-hwk", "scheme-jwks-uri", "scheme-cached",
//   "second-signature" (that does not cover signature-key), "no-capabilities", "capabilities-strings",
//   "capabilities-at-ps", "session-uncovered", "session-bearer",
//   "session-trimmed" (its padding is left out), "session-elsewhere" (it is shown to other resources), "capabilities-unchecked" (a mission's, whatever they are),
//   "follows-redirects" (with the signature that it has), "writes-raw" (values with line breaks go into fields as they are), "required-input-from-body", "accept-strict" (a name in Accept-Signature-Scheme
//   or -Alg that it does not know ends the step), "unsigned-at PATH", "tls-old" (TLS 1.1 will do), "sub-agent-asks" (a sub-agent signs at the PS)
namespace aauth::mocks {

namespace {

const std::vector<std::string> base_components{"@method", "@authority", "@path", "signature-key"};

// A field as somebody writes it who does not look at its value: a line break begins another field.
void write_raw(http::Fields& fields, const std::string& name, const std::string& value) {
    const auto end = value.find("\r\n");
    const auto colon = value.find(": ", end);
    if (!name.empty()) fields.set(name, value.substr(0, end));
    if (end == std::string::npos || colon == std::string::npos) return;
    fields.set(value.substr(end + 2, colon - end - 2), value.substr(colon + 2));
}

bool is_listed(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::vector<std::string> ScenarioAgent::components(const Call& call) {
    std::vector<std::string> names;
    const auto origin = call.url.origin();
    if (call.at_resource && !on("additional-uncovered")) {
        const auto document = metadata(origin, protocol::Role::Resource);
        const auto* list = document ? json::member(*document, "additional_signature_components") : nullptr;
        if (list != nullptr && list->is_array()) {
            for (const auto& name : *list) {
                if (name.is_string()) names.push_back(name.get<std::string>());
            }
        }
    }
    for (const auto& name : learnt_[origin]) names.push_back(name);
    return names;
}

SignedRequest ScenarioAgent::plan(const Call& call) {
    const bool in_person = call.at_resource || (on("sub-agent-asks") && call.token == acting().token);
    const auto token = on("writes-raw") ? call.token.substr(0, call.token.find('\r')) : call.token;
    auto plan = signed_request(call.method, call.url, in_person ? acting().key : self_.key, token, now());
    plan.request.fields = call.fields;
    if (on("writes-raw")) write_raw(plan.request.fields, "", call.token);
    const auto further = components(call);
    if (!call.body.empty()) {
        const auto type = call.fields.first("Content-Type").value_or("application/json");
        plan.body(call.body, type);
        // A resource says for itself whether it wants bodies covered.
        if (call.at_resource || on("body-uncovered")) {
            for (const char* name : {"content-digest", "content-type"}) {
                if (!is_listed(further, name)) plan.uncover(name);
            }
            if (!is_listed(further, "content-digest")) plan.request.fields.erase("Content-Digest");
        }
    } else if (is_listed(further, "content-digest")) {
        plan.request.fields.set("Content-Digest", httpsig::content_digest(""));
    }
    if (call.at_resource && !on("no-capabilities")) {
        auto all = scenario_.capabilities;
        for (const auto& name : mission_capabilities_) {
            if (!is_listed(all, name) && !on("mission-capabilities-dropped")) all.push_back(name);
        }
        if (!all.empty()) plan.request.fields.set("AAuth-Capabilities", protocol::to_token_list(all));
        if (on("capabilities-unchecked") || on("writes-raw")) {
            std::string text;
            for (const auto& name : all) text += (text.empty() ? "" : ", ") + name;
            write_raw(plan.request.fields, "AAuth-Capabilities", text);
        }
        if (!all.empty() && on("capabilities-strings")) {
            plan.request.fields.set("AAuth-Capabilities", "\"" + all.front() + "\"");
        }
    }
    auto session = sessions_.find(call.url.origin());
    if (session == sessions_.end() && on("session-elsewhere")) session = sessions_.begin();
    if (call.at_resource && session != sessions_.end()) {
        auto value = session->second;
        if (on("session-trimmed")) value.erase(value.find_last_not_of('=') + 1);
        plan.request.fields.set("Authorization", (on("session-bearer") ? "Bearer " : "AAuth ") + value);
        if (!on("session-uncovered")) plan.also_cover("authorization");
    }
    if (on("mission-header-dropped")) plan.request.fields.erase("AAuth-Mission");
    if (plan.request.fields.contains("AAuth-Mission") && !on("mission-uncovered")) plan.also_cover("aauth-mission");
    for (const auto& name : further) {
        const auto component = httpsig::component(name);
        const bool there = name == "signature-key" || httpsig::component_value({&plan.request}, component).has_value();
        if (there) plan.uncover(name).also_cover(name);
    }
    misuse(plan, call);
    return plan;
}

void ScenarioAgent::misuse(SignedRequest& plan, const Call& call) const {
    for (const auto& name : base_components) {
        if (on("uncover " + name)) plan.uncover(name);
    }
    const bool body_at_server = !call.body.empty() && !call.at_resource;
    if (body_at_server && on("uncover content-digest")) plan.uncover("content-digest");
    if (body_at_server && on("uncover content-type")) plan.uncover("content-type");
    if (plan.request.fields.contains("Content-Digest")) {
        if (on("digest-other")) plan.request.fields.set("Content-Digest", httpsig::content_digest(call.body + " "));
        if (on("digest-md5")) plan.request.fields.set("Content-Digest", "md5=:XrY7u+Ae7tCTyyK7j1rNww==:");
    }
    if (on("created-old")) plan.created(now() - 40);
    if (on("created-text")) plan.signing.parameters.set("created", std::to_string(now()));
    if (on("no-created")) plan.without_created();
    if (on("alg-parameter")) plan.signing.parameters.set("alg", std::string(crypto::name(plan.key.algorithm)));
    if (on("keyid")) plan.signing.parameters.set("keyid", plan.key.kid);
    if (on("keyid-other")) plan.signing.parameters.set("keyid", std::string("another-key"));
    if (on("scheme-hwk")) plan.signature_key = httpsig::hwk_member(plan.key);
    if (on("scheme-jwks-uri")) {
        plan.signature_key = httpsig::jwks_uri_member(scenario_.person_server, protocol::agent_document, "key-1");
    }
    if (on("scheme-cached")) {
        plan.signature_key = sfv::Item{sfv::Token{"cached"}, {}};
        plan.signature_key->parameters.set("cid", std::string("2f9c8a1e"));
    }
    if (on("capabilities-at-ps") && !call.at_resource) plan.request.fields.set("AAuth-Capabilities", "interaction");
    if (on("sends-unsigned") || on("unsigned-at " + call.url.path)) plan.unsigned_();
    if (on("signs-other-base")) plan.then([](http::Request& r) { r.fields.set("Signature", "sig=:" + std::string(86, 'A') + "==:"); });
    if (on("second-signature")) {
        const auto first = plan;
        plan.then([first](http::Request& request) {
            auto second = first.signing;
            second.label = "also";
            second.covered = httpsig::components({"@method"});
            second.signature_key = httpsig::hwk_member(first.key);
            (void)httpsig::sign(request, second, first.key);
        });
    }
}

bool ScenarioAgent::learn(const Call& call, const http::Response& response) {
    const auto error = protocol::parse_signature_error(response.fields);
    if (response.status != 401) return false;
    auto names = error && error->error == "invalid_input" ? error->required_input : std::vector<std::string>();
    if (on("required-input-from-body")) {
        const auto body = json::parse_object(response.body);
        const auto* list = body ? json::member(*body, "required_input") : nullptr;
        names = list == nullptr ? std::vector<std::string>() : list->get<std::vector<std::string>>();
    }
    auto& known = learnt_[call.url.origin()];
    bool more = false;
    for (const auto& name : names) {
        const bool base = is_listed(base_components, name) || name == "authorization";
        if (base || is_listed(known, name) || known.size() > 20) continue;
        known.push_back(name);
        more = true;
    }
    return more;
}

ScenarioAgent::Answer ScenarioAgent::send(const Call& call) {
    for (int attempt = 0;; ++attempt) {
        if (now() >= until_) return failure("deadline", "there is no time left");
        auto sealed = seal(plan(call));
        if (!sealed) return failure("cannot_sign", sealed.error().message);
        if (on("tls-old") && call.url.scheme == "https") {
            const auto* address = network_.client()->options().addresses.find(call.url);
            const auto dialled = address == nullptr ? Result<http::Url>(call.url) : http::Url::parse(address->base);
            const auto version = http::handshake(*dialled, call.url.host, http::TlsVersion::Tls1_1);
            if (dialled->scheme == "https" && version && *version) return http::Response{200, "OK", {}, {}};
        }
        auto transfer = network_.client()->send(call.url, sealed->request);
        if (!transfer) return tl::unexpected(transfer.error());
        if (on("follows-redirects") && transfer->response.status / 100 == 3) {
            const auto there = call.url.resolve(transfer->response.fields.first("Location").value_or(""));
            if (there) transfer = network_.client()->send(*there, sealed->request);
            if (!transfer) return tl::unexpected(transfer.error());
        }
        if (attempt == 0 && learn(call, transfer->response)) continue;
        if (on("accept-strict")) {
            for (const char* name : {"Accept-Signature-Scheme", "Accept-Signature-Alg"}) {
                const auto text = transfer->response.fields.combined(name).value_or("");
                if (text.find("x-") != std::string::npos) return failure("unknown_name", text);
            }
        }
        return transfer->response;
    }
}

}  // namespace aauth::mocks
