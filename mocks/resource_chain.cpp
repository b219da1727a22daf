#include <algorithm>
#include <charconv>

#include "mocks/intermediary.h"
#include "mocks/resource.h"

// The path that is served by calling another resource (section 10.1), and the page that describes this one.
namespace aauth::mocks {

namespace {

// The value of the only query parameter, percent-decoded.
std::string value_in(const std::string& query) {
    const auto text = query.substr(std::min(query.size(), query.find('=')));
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        unsigned octet = 0;
        const char* digits = text.data() + i + 1;
        const bool escaped =
            text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, octet, 16).ptr == digits + 2;
        value += escaped ? static_cast<char>(octet) : text[i];
        if (escaped) i += 2;
    }
    return value;
}

}  // namespace

http::Reply Resource::chain_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    const auto downstream = http::Url::parse(value_in(request.query()));
    const bool granted = grants(*caller, "data.read");
    const bool misused = !granted && caller->token() != nullptr && faults().on("chain-uses-challenged");
    if (misused && downstream) intermediary_->misuse(*caller->token(), *downstream);
    if (!granted) return challenge_for_scope(*caller, "data.read");
    if (!downstream || !protocol::is_server_identifier(downstream->origin(), reach())) {
        return problem_reply("invalid_request", "the query names no resource");
    }
    return intermediary_->call(owner(*caller), *caller->token(), *downstream);
}

http::Reply Resource::documentation() const {
    const auto target =
        url(faults().on("link-other-target") ? "/aauth-resource.json?v=1"
                                             : "/.well-known/" + std::string(protocol::resource_document));
    http::Reply reply;
    reply.response.status = 200;
    reply.response.fields.add("Content-Type", "text/html; charset=utf-8");
    reply.response.body = "<!doctype html><title>" + name() + "</title>";
    if (faults().on("docs-no-link")) return reply;
    reply.response.fields.add("Link", "<" + target + ">; rel=\"aauth-resource\"");
    reply.response.body.insert(15, "<link rel=\"aauth-resource\" href=\"" + target + "\">");
    return reply;
}

}  // namespace aauth::mocks
