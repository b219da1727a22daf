#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "harness/protocol/tokens.h"
#include "mocks/access_server.h"
#include "suites/common/rows.h"
#include "suites/resource/chaining.h"
#include "suites/resource/waiting.h"

// Call chaining as the intermediary does it (10.1.1, 10.1.2).
namespace aauth::suites::rs {

namespace {

using nlohmann::json;

std::string host_of(const std::string& authority) { return authority.substr(0, authority.find(':')); }

std::string claim(const std::optional<jose::Jwt>& token, const char* name) {
    return token ? token->claim_string(name).value_or("absent") : "no token";
}

void identity_cases(Suite& suite) {
    suite
        .add("RS-CHN-001", "an intermediary publishes agent metadata with the issuer of its resource metadata",
             {{"chain.own-agent-provider", "chain-agent-metadata-other"}},
             [](Test& t) {
                 const Chained chain(t);
                 const auto place = t.world().identifier() + "/.well-known/" + std::string(protocol::agent_document);
                 const auto answer = t.send_plain("GET", place, {{"Accept", "application/json"}}, {}, "agent metadata");
                 t.expect(answer).status(200).member_is("issuer", t.world().identifier());
             })
        .because("That is how a person server knows that it is the resource which the caller's token was shown to.");
    suite.add("RS-CHN-002", "an intermediary asks for downstream tokens with an agent token of its own",
              {{"chain.own-agent-token", "chain-agent-token-other-issuer"}}, [](Test& t) {
                  Chained chain(t);
                  chain.call();
                  const auto token = presented_in(chain.first_request({}));
                  const auto typ = token ? token->header_string("typ").value_or("absent") : "no token";
                  t.check({}, typ == protocol::typ(protocol::TokenKind::Agent), "typ of the token in Signature-Key",
                          std::string(protocol::typ(protocol::TokenKind::Agent)), typ);
                  t.check({}, claim(token, "iss") == t.world().identifier(), "its iss", t.world().identifier(),
                          claim(token, "iss"));
              });
    suite.add("RS-CHN-003", "the domain of an intermediary's agent identifier is its own host",
              {{"chain.agent-domain", "chain-agent-other-domain"}}, [](Test& t) {
                  Chained chain(t);
                  chain.call();
                  const auto sub = claim(presented_in(chain.first_request({})), "sub");
                  const auto own = host_of(protocol::domain_of(t.world().identifier()));
                  const auto domain = host_of(sub.substr(std::min(sub.size(), sub.find('@') + 1)));
                  t.check({}, domain == own, "domain in sub of its agent token", own, sub);
              });
    suite
        .add("RS-CHN-004", "an intermediary signs with its own key, and sends the caller's token in the body only",
             {{"chain.own-key", "chain-upstream-in-header"}},
             [](Test& t) {
                 Chained chain(t);
                 chain.call();
                 const auto seen = chain.first_request({});
                 bool in_fields = false;
                 for (const auto& [name, value] : seen.request.fields.all()) {
                     in_fields = in_fields || value.find(chain.upstream) != std::string::npos;
                 }
                 t.check({}, !in_fields, "the caller's token", "in the body alone",
                         in_fields ? "in a field" : "in the body");
                 t.check({}, seen.response.status != 401, "the request's signature",
                         "verifies under the key of its token",
                         fmt::format("our person server answered {}", seen.response.status));
             })
        .because("The caller's token is bound to the caller's key, which the intermediary does not have.");
}

void routing_cases(Suite& suite) {
    suite
        .add("RS-CHN-010", "downstream token requests go to the person server that the caller's token names",
             {{"chain.routing", "chain-routes-to-iss"}},
             [](Test& t) {
                 auto& person_server = t.world().another_person_server();
                 auto& access_server = t.world().another_access_server();
                 t.world().trust(person_server);
                 t.world().trust(access_server);
                 Chained chain(t, {}, &person_server);
                 const auto shown = person_token_of(person_server, t, chain.player);
                 const auto asked = t.world().resource().resource_token(
                     shown, chain.player.agent.key, access_server.identifier(), scope_of(t, Mode::Data));
                 chain.upstream = access_server.auth_token(asked, chain.player.agent.key, [&](json&, json& claims) {
                     claims["aud"] = t.world().identifier();
                     claims["ps"] = person_server.identifier();
                 });
                 const auto answer = chain.call({}, "a call with an access server's token");
                 if (answer.status() == 401 || answer.status() == 403) {
                     t.skip("the target takes no auth token of our access server: " + answer.summary());
                 }
                 chain.first_request({});
             })
        .because("Only the person's own person server can say who the person is downstream.")
        .only_for(drafts_with(suite, "chain.person-token-first"));
    suite.add("RS-CHN-011", "an intermediary gets a person token for the downstream resource before an auth token",
              {{"chain.person-token-first", "chain-auth-first"}}, [](Test& t) {
                  Chained chain(t);
                  const auto answer = chain.call();
                  if (!served(answer)) t.blocked("a call that our parties all agree to got " + answer.summary());
                  const auto person = chain.first_request({});
                  const auto resource = aauth::json::string_member(body_of(person), "resource").value_or("absent");
                  t.check({}, resource == chain.downstream.identifier(), "resource of the person token request",
                          chain.downstream.identifier(), resource);
                  const auto auth = chain.auth_request(chain.upstream);
                  t.check({}, auth && auth->number > person.number, "its auth token request", "after that",
                          !auth                          ? "it did not come"
                          : auth->number > person.number ? "after that"
                                                         : "before that");
              });
    suite
        .add("RS-CHN-012", "only a token of a request that was served is used as upstream token",
             {{"chain.upstream-served", "chain-uses-challenged"}},
             [](Test& t) {
                 Chained chain(t);
                 const auto shown = person_token_of(chain.server, t, chain.player);
                 const auto challenge = chain.call(shown, "with a person token, which is not enough");
                 if (!resource_token_in(challenge))
                     t.skip("the target did not ask for an auth token: " + challenge.summary());
                 const auto answer = chain.call();
                 if (!served(answer)) t.blocked("a call that our parties all agree to got " + answer.summary());
                 chain.first_request({});
                 bool used = false;
                 for (const auto& seen : chain.server.log().all()) {
                     used = used || seen.request.body.find(shown) != std::string::npos;
                 }
                 t.check({}, !used, "the person token that was answered with a challenge", "is not used",
                         used ? "is sent to our person server" : "is not used");
             })
        .because("What was asked for with it has not been granted to anybody yet.");
    suite.add("RS-CHN-013", "an intermediary sends no mission of its own beside the upstream token",
              {{"chain.no-mission-parameter", "chain-mission"}}, [](Test& t) {
                  const std::string mission = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
                  Chained chain(t, [&](json&, json& claims) { claims["mission_s256"] = mission; });
                  chain.call();
                  const auto body = body_of(chain.first_request({}));
                  const bool sent = body.contains("mission_s256");
                  t.check({}, !sent, "mission_s256 in the token request", "absent", sent ? "there" : "absent");
              });
}

void interaction_cases(Suite& suite) {
    suite
        .add("RS-CHN-020", "an interaction that is needed downstream comes back as the intermediary's own 202",
             {{"chain.interaction", "chain-relays-interaction"}},
             [](Test& t) {
                 Chained chain(t);
                 const auto waiting = waiting_chain(t, chain);
                 const auto theirs = protocol::parse_requirement(chain.first_request({}).response.fields);
                 const auto code = theirs ? theirs->parameter("code") : std::string();
                 t.check({}, !waiting.code.empty() && waiting.code != code, "the interaction code", "one of its own",
                         waiting.code.empty()   ? "absent"
                         : waiting.code == code ? "the person server's"
                                                : "one of its own");
                 const auto location = http::Url::parse(t.world().identifier() + "/")->resolve(waiting.location);
                 t.check({}, !waiting.location.empty() && location && location->origin() == t.world().identifier(),
                         "Location", "on " + t.world().identifier(),
                         waiting.location.empty() ? "absent" : waiting.location);
             })
        .because("The caller's agent cannot poll at a server that never heard of it.");
    suite
        .add("RS-CHN-021", "the intermediary's pending URL gives the result when the downstream interaction is done",
             {{"chain.interaction-result", "chain-result-lost"}},
             [](Test& t) {
                 Chained chain(t);
                 const auto waiting = waiting_chain(t, chain);
                 const auto first = poll(t, waiting, chain.upstream, "a poll before the person has decided");
                 t.expect(first).status(202).required();
                 const auto answer = result_of(t, chain, waiting, "approve");
                 t.expect(answer).that(served(answer), "the last poll", "the result of the call", answer.summary());
             })
        .because("The agent asked once, and gets what it asked for.");
}

}  // namespace

void chaining_cases(Suite& suite) {
    suite.area("Call chaining", "10.1");
    identity_cases(suite);
    routing_cases(suite);
    interaction_cases(suite);
}

}  // namespace aauth::suites::rs
