#include "mocks/party.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/headers.h"
#include "harness/protocol/older_forms.h"
#include "harness/protocol/problem.h"

namespace aauth::mocks {

Party::Party(Network& network, protocol::Role role, PartyOptions options)
    : network_(network),
      role_(role),
      options_(std::move(options)),
      identifier_(options_.identifier),
      key_(options_.key ? *options_.key : jose::SigningKey::generate(crypto::Algorithm::Ed25519)) {
    httpsig::Discovery::Rules rules;
    rules.jwk = options_.draft->jwk;
    if (!options_.faults.checks("sig.algorithm")) rules.jwk = {false, true};
    rules.check_issuer = options_.draft->issuer_compared && options_.faults.checks("meta.issuer-match");
    rules.cache = options_.faults.checks("jwks.cache");
    rules.refetch_unknown = options_.faults.checks("jwks.refresh-unknown-kid");
    rules.refetch_failed = options_.faults.checks("jwks.rekey-retry");
    rules.stale_on_failure = options_.faults.checks("jwks.stale-on-failure");
    rules.backoff = options_.faults.checks("jwks.backoff");
    const bool admission = options_.faults.checks("egress");
    rules.https_only = admission && options_.reach == protocol::Reach::Strict;
    rules.same_host = admission && options_.faults.checks("egress.cross-origin");
    discovery_ = std::make_unique<httpsig::Discovery>([this](const std::string& url) { return fetch(url); },
                                                      [this] { return network_.now(); }, rules);
    route("GET", "/.well-known/" + std::string(protocol::document_name(role_)),
          [this](const http::Request&) { return serve_metadata(); });
    route("GET", "/.well-known/jwks.json", [this](const http::Request&) { return serve_jwks(); });
    // For tests: where another party's identifier is served.
    route("POST", "/mock/reach", [this](const http::Request& request) {
        const auto body = json::parse_object(request.body);
        const auto named = body ? json::string_member(*body, "identifier") : std::nullopt;
        const auto address = body ? json::string_member(*body, "address") : std::nullopt;
        if (!named || !address) return problem_reply("invalid_request", "identifier or address is missing");
        network_.serve(*named, *address);
        return json_reply(200, nlohmann::json::object());
    });
    // For tests: time passes for this party and for those who share its network.
    route("POST", "/mock/advance", [this](const http::Request& request) {
        const auto body = json::parse_object(request.body);
        // A hook writes digits as a text.
        const auto text = body ? json::string_member(*body, "seconds").value_or("") : std::string();
        auto seconds = body ? json::integer_member(*body, "seconds").value_or(0) : 0;
        std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (seconds <= 0) return problem_reply("invalid_request", "seconds is missing");
        network_.advance(seconds);
        return json_reply(200, nlohmann::json::object());
    });
}

Party::~Party() { stop(); }

Result<void> Party::start() {
    http::ServerOptions options;
    options.address = options_.address;
    options.port = options_.port;
    options.ca = options_.ca;
    // A long poll holds one for up to five seconds; a revocation that has to be passed on for up to twenty.
    const bool passes_on = role_ == protocol::Role::PersonServer || role_ == protocol::Role::AccessServer;
    options.threads = passes_on ? 12 : 6;
    // Requests that come before the identifier is known wait in handle().
    const std::scoped_lock lock(mutex_);
    auto server = http::Server::start(options, [this](const http::Request& request) { return handle(request); });
    if (!server) return tl::unexpected(server.error());
    server_ = std::move(*server);
    base_ = options_.ca != nullptr && !identifier_.empty() ? identifier_ : server_->base();
    if (identifier_.empty()) identifier_ = base_;
    if (identifier_ != base_) network_.serve(identifier_, base_);
    return {};
}

void Party::stop() {
    log_.wake();
    if (tls_server_) tls_server_->stop();
    if (clear_server_) clear_server_->stop();
    if (server_) server_->stop();
}

Result<std::string> Party::start_tls(http::TestCa& ca) {
    http::ServerOptions options;
    options.ca = &ca;
    auto server = http::Server::start(options, [this](const http::Request& request) { return handle(request); });
    if (!server) return tl::unexpected(server.error());
    tls_server_ = std::move(*server);
    return tls_server_->base();
}

Result<std::string> Party::base_in_clear() {
    if (options_.ca == nullptr) return server_->base();
    const std::scoped_lock lock(mutex_);
    if (!clear_server_) {
        http::ServerOptions options;
        options.address = options_.address;
        auto server = http::Server::start(options, [this](const http::Request& request) { return handle(request); });
        if (!server) return tl::unexpected(server.error());
        clear_server_ = std::move(*server);
    }
    return clear_server_->base();
}

std::size_t Party::requests(const std::string& path) const {
    const std::scoped_lock lock(mutex_);
    const auto found = counts_.find(path);
    return found == counts_.end() ? 0 : found->second;
}

void Party::route(std::string method, std::string path, Handler handler) {
    routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

http::Reply Party::handle(const http::Request& received) {
    const auto path = received.path();
    auto request = received;
    {
        const std::scoped_lock lock(mutex_);
        const bool room = counts_.size() < 10000 && path.size() <= 1024;
        if (room || counts_.count(path) != 0) ++counts_[path];
        // A party with an https identifier that is served in clear stands behind something that ends TLS.
        if (identifier_ != base_) request.scheme = identifier_.substr(0, identifier_.find(':'));
    }
    if (request.method == "GET" && path.rfind("/.well-known/", 0) == 0) {
        std::unique_lock lock(mutex_);
        const auto script = documents_;
        lock.unlock();
        if (script) {
            if (auto scripted = script(request)) return *scripted;
        }
    }
    if (path.rfind("/.well-known/", 0) != 0 && path.rfind("/mock/", 0) != 0) {
        std::unique_lock lock(mutex_);
        const auto script = intercepted_;
        lock.unlock();
        if (script) {
            if (auto scripted = script(request)) {
                log_.add(network_.now(), request, scripted->response);
                return *scripted;
            }
        }
    }
    std::string allowed;
    for (const auto& candidate : routes_) {
        const bool prefix = candidate.path.back() == '*';
        const auto stem = std::string_view(candidate.path).substr(0, candidate.path.size() - (prefix ? 1 : 0));
        const bool fits = prefix ? std::string_view(path).substr(0, stem.size()) == stem : path == stem;
        if (!fits) continue;
        if (candidate.method == request.method) {
            auto reply = finished(request, candidate.handler(request));
            const bool of_interest = path.rfind("/.well-known/", 0) != 0 && path.rfind("/mock/", 0) != 0 && path != "/";
            std::unique_lock lock(mutex_);
            const auto change = altered_;
            lock.unlock();
            if (change && of_interest) change(request, reply);
            if (of_interest) log_.add(network_.now(), request, reply.response);
            return reply;
        }
        if (!allowed.empty()) allowed += ", ";
        allowed += candidate.method;
    }
    if (allowed.empty()) return problem_reply("not_found", "there is nothing at this path", 404);
    auto reply = problem_reply("method_not_allowed", "this path takes " + allowed, 405);
    reply.response.fields.add("Allow", allowed);
    return reply;
}

http::Reply Party::finished(const http::Request& request, http::Reply reply) const {
    if (options_.faults.on("signature-key-cache")) reply.response.fields.add("Signature-Key-Cache", "sig=\"0\"");
    const auto& fields = request.fields.all();
    const bool long_field =
        std::any_of(fields.begin(), fields.end(), [](const auto& field) { return field.second.size() > 65536; });
    if (long_field && options_.faults.on("crash-on-long-headers")) reply.response.status = 500;
    return reply;
}

protocol::Verifier Party::verifier() const {
    std::vector<crypto::Algorithm> algorithms{crypto::Algorithm::Ed25519, crypto::Algorithm::ES256};
    if (options_.faults.on("refuse-ed25519")) algorithms.erase(algorithms.begin());
    if (options_.faults.on("refuse-es256")) algorithms.pop_back();
    return {*options_.draft,
            identifier_,
            options_.reach,
            [this] { return network_.now(); },
            *discovery_,
            options_.faults,
            algorithms,
            [this](const std::string& issuer, const std::string& jti) { return revoked(issuer, jti); }};
}

tl::expected<protocol::VerifiedRequest, http::Reply> Party::verified(const http::Request& request,
                                                                     const protocol::SignatureRules& rules) const {
    auto outcome = protocol::verify_request(verifier(), request, rules);
    if (outcome) return *outcome;
    auto refusal = outcome.error();
    const auto& broken = options_.faults;
    if (broken.on("no-required-input")) refusal.required_input.clear();
    if (broken.on("no-accept-scheme")) refusal.accept_schemes.clear();
    if (broken.on("accept-scheme-wrong") && !refusal.accept_schemes.empty()) refusal.accept_schemes = {"hwk"};
    if (broken.on("no-accept-alg")) refusal.accept_algorithms.clear();
    auto& algorithms = refusal.accept_algorithms;
    if (broken.on("accept-alg-eddsa") && !algorithms.empty()) algorithms.push_back("EdDSA");
    if (broken.on("accept-alg-subset") && !algorithms.empty()) algorithms.pop_back();
    if (broken.on("signature-error-wrong-code")) refusal.error = "invalid_request";
    http::Reply reply;
    reply.response = protocol::refusal_response(draft(), refusal);
    if (broken.on("status-400-for-signature")) reply.response.status = 400;
    if (broken.on("status-500-for-signature")) reply.response.status = 500;
    if (broken.on("signature-body-plain")) reply.response.fields.set("Content-Type", "application/json");
    if (broken.on("signature-body-other-type")) {
        reply.response.body = json::dump({{"type", "https://errors.example/1"}, {"error", refusal.error}});
    }
    for (const auto& [fault, name] : {std::pair{"accept-scheme-string", "Accept-Signature-Scheme"},
                                      std::pair{"accept-alg-string", "Accept-Signature-Alg"}}) {
        const auto list = reply.response.fields.first(name);
        if (list && broken.on(fault)) reply.response.fields.set(name, "\"" + *list + "\"");
    }
    if (broken.on("no-signature-error")) reply.response.fields.erase("Signature-Error");
    if (broken.on("signature-error-string")) {
        reply.response.fields.set("Signature-Error", "error=\"" + refusal.error + "\"");
    }
    if (broken.on("required-input-tokens") && !refusal.required_input.empty()) {
        reply.response.fields.set("Signature-Error", "error=" + refusal.error + ", required_input=(signature-key)");
    }
    return tl::unexpected(reply);
}

http::Reply Party::text_reply(int status, std::string body, std::string media_type) {
    http::Reply reply;
    reply.response.status = status;
    reply.response.fields.add("Content-Type", std::move(media_type));
    reply.response.body = std::move(body);
    return reply;
}

http::Reply Party::json_reply(int status, const nlohmann::json& body) {
    http::Reply reply = text_reply(status, json::dump(body), "application/json");
    reply.response.fields.add("Cache-Control", "no-store");
    return reply;
}

http::Reply Party::problem_reply(std::string_view error, std::string_view detail, int status) const {
    if (status == 0) status = protocol::status_of(error).value_or(400);
    const auto& broken = options_.faults;
    if (broken.on("error-wrong-status")) status = status == 400 ? 422 : 400;
    if (broken.on("error-wrong-code")) error = "something_else";
    http::Reply reply;
    reply.response = protocol::problem_response(status, {std::string(error), std::string(detail), {}});
    protocol::plain_problem(draft(), reply.response);
    if (broken.on("error-plain-json")) reply.response.fields.set("Content-Type", "application/json");
    if (broken.on("error-500")) reply.response.status = 500;
    if (broken.on("error-detail-object")) reply.response.body = json::dump(
            {{"error", error}, {draft().problem_json ? "detail" : "error_description", {{"text", detail}}}});
    if (broken.on("error-no-member")) reply.response.body = R"({"title":"error"})";
    if (broken.on("error-html")) return text_reply(status, "<html><body>Error</body></html>", "text/html");
    return reply;
}

bool Party::revoked(const std::string& issuer, const std::string& jti) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& [by, of] : revocations_) {
        const bool loosely = (of == jti && faults().on("revoke-any-issuer")) ||
                             (by == issuer && faults().on("revoke-whole-issuer"));
        if (loosely) return true;
    }
    return revocations_.count({issuer, jti}) != 0;
}

void Party::record_revocation(const std::string& issuer, const std::string& jti) {
    const std::scoped_lock lock(mutex_);
    if (revocations_.size() < 100000) revocations_.emplace(issuer, jti);
}

}  // namespace aauth::mocks
