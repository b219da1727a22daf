#include "suites/resource/suite.h"

#include "mocks/person_server.h"
#include "suites/common/discovery_cases.h"
#include "suites/common/signature_cases.h"
#include "suites/common/tls_cases.h"
#include "suites/common/token_cases.h"
#include "suites/flows/flows.h"
#include "suites/resource/four_party.h"
#include "suites/resource/older_drafts.h"
#include "suites/resource/surfaces.h"

namespace aauth::suites {

namespace {

using Other = PresentedToken::Other;

PresentedToken agent_tokens() {
    const auto mint = [](mocks::AgentProvider& provider, Test& t, const Player& player, const mocks::TokenEdit& edit) {
        return provider.agent_token(player.agent, t.person_server_identifier(), edit);
    };
    return {protocol::TokenKind::Agent, rs::agent_endpoint(), {},
            [mint](Test& t, const Player& player, const mocks::TokenEdit& edit) {
                return mint(t.world().agent_provider(), t, player, edit);
            },
            [mint](Test& t, const Player& player, crypto::Algorithm algorithm) {
                auto& provider = t.world().another_agent_provider(algorithm);
                return Other{provider, [mint, &provider, &t, player](const mocks::TokenEdit& edit) {
                                 return mint(provider, t, player, edit);
                             }};
            }};
}

// Person tokens, and auth tokens, which our person servers issue alike.
using Mint = std::function<std::string(mocks::PersonServer&, Test&, const Player&, const mocks::TokenEdit&)>;

PresentedToken person_server_tokens(protocol::TokenKind kind, Endpoint endpoint, const Mint& mint) {
    return {kind, std::move(endpoint), {},
            [mint](Test& t, const Player& player, const mocks::TokenEdit& edit) {
                return mint(t.world().person_server(), t, player, edit);
            },
            [mint](Test& t, const Player& player, crypto::Algorithm algorithm) {
                auto& server = t.world().another_person_server(algorithm);
                return Other{server, [mint, &server, &t, player](const mocks::TokenEdit& edit) {
                                 return mint(server, t, player, edit);
                             }};
            }};
}

PresentedToken person_tokens() {
    return person_server_tokens(protocol::TokenKind::Person, rs::person_endpoint(), rs::person_token_of);
}

PresentedToken auth_tokens() {
    return person_server_tokens(protocol::TokenKind::Auth, rs::auth_endpoint(),
                                [](mocks::PersonServer& server, Test& t, const Player& player,
                                   const mocks::TokenEdit& edit) {
                                    return rs::auth_token_of(server, t, player, rs::scope_of(t, rs::Mode::Data), edit);
                                });
}

}  // namespace

void resource_suite(Suite& suite) {
    flows::of_resource(suite);
    flows::surfaces_of_resource(suite);
    rs::challenge_cases(suite);
    rs::access_cases(suite);
    rs::managed_cases(suite);
    rs::session_cases(suite);
    rs::held_cases(suite);
    rs::authorize_cases(suite);
    rs::authorize_error_cases(suite);
    rs::resource_token_cases(suite);
    rs::step_up_cases(suite);
    rs::four_party_cases(suite);
    rs::mission_header_cases(suite);
    rs::pseudonym_cases(suite);
    rs::identity_cases(suite);
    rs::metadata_cases(suite);
    rs::jwks_cases(suite);
    rs::profile_cases(suite);
    signature_cases(suite, "RS", rs::basic_endpoint());
    token_cases(suite, "RS-AGT", agent_tokens());
    token_cases(suite, "RS-PER", person_tokens());
    token_cases(suite, "RS-AUT", auth_tokens());
    discovery_cases(suite, verification_of("RS-DIS", agent_tokens()));
    rs::identifier_cases(suite);
    tls_cases(suite, "RS");
    rs::revocation_cases(suite);
    rs::revoked_cases(suite);
    rs::chaining_cases(suite);
    rs::link_cases(suite);
    rs::hostile_cases(suite);
    rs::guessing_cases(suite);
}

}  // namespace aauth::suites
