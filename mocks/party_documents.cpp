#include <nlohmann/json.hpp>

#include "harness/httpsig/digest.h"
#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "harness/protocol/older_forms.h"
#include "mocks/party.h"

// What a party publishes about itself, what it reads of others, and what it sends in its own right.
namespace aauth::mocks {

nlohmann::json Party::metadata() const {
    nlohmann::json document{
        {"issuer", identifier_}, {"jwks_uri", url("/.well-known/jwks.json")}};
    document[options_.draft->plain_metadata_names ? "name" : "client_name"] = options_.name;
    const auto& broken = options_.faults;
    if (broken.on("metadata-no-issuer")) document.erase("issuer");
    if (broken.on("metadata-other-issuer")) document["issuer"] = identifier_ + "/";
    if (broken.on("metadata-no-jwks-uri")) document.erase("jwks_uri");
    if (broken.on("metadata-http-jwks-uri")) document["jwks_uri"] = "http://keys.example/jwks.json";
    return document;
}

nlohmann::json Party::jwks() const {
    auto jwk = key_.public_jwk();
    protocol::name_algorithm(*options_.draft, jwk);
    const auto& broken = options_.faults;
    if (broken.on("jwks-empty")) return {{"keys", nlohmann::json::array()}};
    if (broken.on("jwks-no-alg")) jwk.erase("alg");
    if (broken.on("jwks-eddsa")) jwk["alg"] = "EdDSA";
    if (broken.on("jwks-no-kid")) jwk.erase("kid");
    if (broken.on("jwks-private")) jwk["d"] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    nlohmann::json keys = nlohmann::json::array({jwk});
    if (broken.on("jwks-symmetric")) keys.push_back({{"kty", "oct"}, {"alg", "HS256"}, {"kid", "shared"}, {"k", "AA"}});
    return {{"keys", keys}};
}

void Party::publish_metadata(std::string text) {
    const std::scoped_lock lock(mutex_);
    metadata_text_ = std::move(text);
}

void Party::publish_jwks(std::string text) {
    const std::scoped_lock lock(mutex_);
    jwks_text_ = std::move(text);
}

void Party::intercept(Documents script) {
    const std::scoped_lock lock(mutex_);
    intercepted_ = std::move(script);
}

void Party::alter_answers(std::function<void(const http::Request&, http::Reply&)> change) {
    const std::scoped_lock lock(mutex_);
    altered_ = std::move(change);
}

void Party::answer_documents_with(Documents script) {
    const std::scoped_lock lock(mutex_);
    documents_ = std::move(script);
}
http::Reply Party::serve_metadata() const {
    {
        const std::scoped_lock lock(mutex_);
        if (metadata_text_) return text_reply(200, *metadata_text_, "application/json");
    }
    if (options_.faults.on("metadata-not-json")) return text_reply(200, "<html></html>", "application/json");
    return text_reply(200, json::dump(metadata()),
                      options_.faults.on("metadata-wrong-media-type") ? "text/html" : "application/json");
}

http::Reply Party::serve_jwks() const {
    {
        const std::scoped_lock lock(mutex_);
        if (jwks_text_) return text_reply(200, *jwks_text_, "application/json");
    }
    if (options_.faults.on("jwks-not-json")) return text_reply(200, "no keys", "application/json");
    return text_reply(200, json::dump(jwks()), "application/json");
}

Result<httpsig::Document> Party::fetch(const std::string& url) const {
    const auto& broken = options_.faults;
    if (broken.empty()) return network_.fetch(url);
    auto document = network_.fetch(url, [&](http::ClientOptions& options) {
        options.follow_redirects = !broken.checks("egress.redirects");
        if (broken.checks("egress.limits")) return;
        options.max_response_body = 1u << 30;
        options.total_timeout = options.idle_timeout = std::chrono::minutes(10);
    });
    if (!document) return document;
    // Whatever came is taken: our own parser has a limit too, and space at the end means nothing.
    if (!broken.checks("egress.limits")) document->body.resize(document->body.find_last_not_of(' ') + 1);
    if (!broken.checks("jwks.http-cache")) document->max_age.reset();
    const auto opens = document->link.find('<'), closes = document->link.find('>');
    if (document->status == 404 && opens < closes && broken.on("keys-by-link")) {
        return network_.fetch(document->link.substr(opens + 1, closes - opens - 1));
    }
    auto body = json::parse(document->body);
    if (!body || !body->is_object() || !body->contains("keys")) return document;
    auto keys = jose::parse_jwks(*body, options_.draft->jwk);
    if (broken.on("jwks-siblings-refused") && keys && !keys->unusable.empty()) {
        return failure("connect_failed", "the JWKS holds a key that cannot be used");
    }
    auto& members = (*body)["keys"];
    if (broken.on("jwks-first-key-only") && members.is_array() && members.size() > 1) {
        members = nlohmann::json::array({members.front()});
        document->body = json::dump(*body);
    }
    return document;
}

SignedRequest Party::as_server(std::string method, const http::Url& url, const nlohmann::json& body) const {
    auto plan = signed_request(std::move(method), url, key_, {}, network_.now());
    const auto& broken = options_.faults;
    const auto id = broken.on("server-id-other") ? identifier_ + ".example" : identifier_;
    const auto document = protocol::document_name(role_);
    plan.signature_key =
        httpsig::jwks_uri_member(id, broken.on("server-dwk-other") ? "aauth-other.json" : document, key_.kid);
    if (broken.on("server-scheme-hwk")) plan.signature_key = httpsig::hwk_member(key_);
    if (!body.is_null()) plan.body(json::dump(body));
    if (broken.on("server-body-uncovered")) plan.uncover("content-digest");
    for (const auto& fault : broken.names()) {
        if (fault.rfind("server-uncovers ", 0) == 0) plan.uncover(fault.substr(16));
    }
    if (broken.on("server-digest-other")) plan.header("Content-Digest", httpsig::content_digest("another body"));
    if (broken.on("server-no-created")) plan.without_created();
    if (broken.on("server-created-old")) plan.created(network_.now() - 600);
    if (broken.on("server-other-key")) plan.key = jose::SigningKey::generate(key_.algorithm);
    if (broken.on("server-unsigned")) plan.unsigned_();
    return plan;
}

Result<http::Response> Party::call(const SignedRequest& plan) const {
    auto sealed = seal(plan);
    if (!sealed) return tl::unexpected(sealed.error());
    auto transfer = network_.client()->send(plan.url, sealed->request);
    if (!transfer) return tl::unexpected(transfer.error());
    return transfer->response;
}

}  // namespace aauth::mocks
