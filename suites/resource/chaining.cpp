#include "suites/resource/chaining.h"

#include <nlohmann/json.hpp>

#include "harness/httpsig/signature_key.h"
#include "harness/json/json.h"
#include "suites/common/auth_server.h"
#include "suites/resource/waiting.h"

namespace aauth::suites::rs {

namespace {

using nlohmann::json;

std::string percent_encoded(const std::string& text) {
    constexpr auto plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr auto digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (std::string_view(plain).find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            encoded += {'%', digits[octet / 16], digits[octet % 16]};
        }
    }
    return encoded;
}

const std::string placeholder = "{{downstream}}";

// Skips the case unless the target is described as an intermediary.
Test& intermediary(Test& t) {
    const auto& values = t.target().values;
    const auto found = values.find("url.chain");
    if (found == values.end()) t.skip("the target description gives no value url.chain");
    if (found->second.find(placeholder) == std::string::npos) {
        t.skip("the value url.chain has no {{downstream}}, so that the target calls no resource of ours");
    }
    return t;
}

std::string chain_url(Test& t, const std::string& downstream) {
    auto url = named(t, t.target().values.at("url.chain"));
    return url.replace(url.find(placeholder), placeholder.size(), percent_encoded(downstream));
}

}  // namespace

Chained::Chained(Test& test, const mocks::TokenEdit& edit, mocks::PersonServer* chosen)
    : t(intermediary(test)),
      server(chosen == nullptr ? test.world().person_server() : *chosen),
      downstream(second_resource(test)),
      player(test.player()),
      upstream(auth_token_of(server, test, player, scope_of(test, Mode::Data), edit)),
      url(chain_url(test, downstream.url("/data"))),
      before_(server.log().last()) {}

Answer Chained::call(std::string token, std::string note) {
    return t.send(rs::request(t, "GET", url, player, token.empty() ? upstream : std::move(token)), std::move(note));
}

std::optional<mocks::Seen> Chained::request(const std::string& path, const std::string& with) {
    const auto wanted = [&](const mocks::Seen& seen) {
        return seen.request.path() == path && aauth::json::string_member(body_of(seen), "upstream_token") == with;
    };
    return t.received(server, wanted, "the target asks our person server for a token", before_);
}

std::optional<mocks::Seen> Chained::person_request(const std::string& with) { return request("/person", with); }

std::optional<mocks::Seen> Chained::auth_request(const std::string& with) { return request("/token", with); }

mocks::Seen Chained::first_request(std::string_view requirement) {
    const auto seen = t.draft().person_tokens ? person_request(upstream) : auth_request(upstream);
    t.check(requirement, seen.has_value(), "our person server",
            "is asked for a token, with the caller's token as upstream_token", seen ? "it is" : "it is not");
    if (!seen) throw engine::Stop{};
    return *seen;
}

std::optional<jose::Jwt> presented_in(const mocks::Seen& seen) {
    const auto field = seen.request.fields.combined("Signature-Key").value_or("");
    const auto start = field.find("jwt=\"");
    if (start == std::string::npos) return std::nullopt;
    const auto compact = field.substr(start + 5, field.find('"', start + 5) - start - 5);
    auto token = jose::Jwt::decode(compact);
    return token ? std::optional<jose::Jwt>(*token) : std::nullopt;
}

json body_of(const mocks::Seen& seen) {
    const auto body = aauth::json::parse_object(seen.request.body);
    return body ? *body : json::object();
}

Waiting waiting_chain(Test& t, Chained& chain) {
    chain.server.ask_about(chain.downstream.identifier());
    const auto answer = chain.call({}, "a call that needs the person downstream");
    chain.first_request({});
    t.expect(answer, "chain.interaction").status(202).requirement("interaction").required();
    return waiting_for(chain.player, answer);
}

Answer result_of(Test& t, Chained& chain, const Waiting& waiting, const std::string& decision) {
    if (!waiting.url.empty()) {
        t.send_plain("GET", waiting.url + "?code=" + waiting.code, {{"Accept", "text/html"}}, {},
                     "the person's browser");
    }
    // What our person server told the target when it asked for the first time.
    const auto seen =
        t.draft().person_tokens ? chain.person_request(chain.upstream) : chain.auth_request(chain.upstream);
    if (!seen) t.blocked("the target did not ask our person server");
    const auto theirs = protocol::parse_requirement(seen->response.fields);
    if (!theirs || !chain.server.decide(theirs->parameter("code"), decision)) {
        throw engine::HarnessError{"our person server has nothing to decide"};
    }
    return suites::outcome(t, [&] { return poll(t, waiting, chain.upstream); });
}

}  // namespace aauth::suites::rs
