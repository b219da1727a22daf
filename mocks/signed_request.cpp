#include "mocks/signed_request.h"

#include <algorithm>

#include "harness/httpsig/digest.h"
#include "harness/httpsig/signature_key.h"

namespace aauth::mocks {

SignedRequest& SignedRequest::cover(const std::vector<std::string>& names) {
    signing.covered = httpsig::components(names);
    return *this;
}

SignedRequest& SignedRequest::uncover(std::string_view name) {
    auto& covered = signing.covered;
    covered.erase(std::remove_if(covered.begin(), covered.end(),
                                 [&](const sfv::Item& item) { return item == httpsig::component(std::string(name)); }),
                  covered.end());
    return *this;
}

SignedRequest& SignedRequest::also_cover(const std::string& name) {
    signing.covered.push_back(httpsig::component(name));
    return *this;
}

SignedRequest& SignedRequest::created(std::int64_t seconds) {
    signing.parameters.set("created", seconds);
    return *this;
}

SignedRequest& SignedRequest::without_created() {
    signing.parameters.erase("created");
    return *this;
}

SignedRequest& SignedRequest::body(std::string text, std::string media_type) {
    request.body = std::move(text);
    request.fields.set("Content-Type", std::move(media_type));
    request.fields.set("Content-Digest", httpsig::content_digest(request.body));
    for (const char* name : {"content-digest", "content-type"}) uncover(name).also_cover(name);
    return *this;
}

SignedRequest& SignedRequest::header(std::string name, std::string value) {
    request.fields.set(std::move(name), std::move(value));
    return *this;
}

SignedRequest& SignedRequest::then(std::function<void(http::Request&)> change) {
    after_signing.push_back(std::move(change));
    return *this;
}

SignedRequest& SignedRequest::unsigned_() {
    sign = false;
    return *this;
}

SignedRequest signed_request(std::string method, const http::Url& url, const jose::SigningKey& key, std::string token,
                             std::int64_t now) {
    SignedRequest plan{url, {}, key, std::move(token), std::nullopt, {}, true, {}};
    plan.request.method = std::move(method);
    plan.request.target = url.request_target();
    plan.request.scheme = url.scheme;
    plan.request.authority = url.authority();
    plan.cover({"@method", "@authority", "@path", "signature-key"}).created(now);
    return plan;
}

Result<Sealed> seal(const SignedRequest& plan) {
    Sealed sealed{plan.request, {}};
    if (plan.sign) {
        auto signing = plan.signing;
        if (plan.signature_key) {
            signing.signature_key = plan.signature_key;
        } else if (!plan.token.empty()) {
            signing.signature_key = httpsig::jwt_member(plan.token);
        }
        auto base = httpsig::sign(sealed.request, signing, plan.key);
        if (!base) return tl::unexpected(base.error());
        sealed.base = *base;
    }
    for (const auto& change : plan.after_signing) change(sealed.request);
    return sealed;
}

}  // namespace aauth::mocks
