#pragma once

#include <functional>
#include <optional>
#include <string>

#include "suites/common/suite.h"
#include "suites/common/test.h"

namespace aauth::suites {

// A token that an endpoint takes in Signature-Key or in its body, and how the harness makes one.
struct PresentedToken {
    protocol::TokenKind kind;
    Endpoint endpoint;
    // A request with this token in its place, by the player.
    using Place = std::function<mocks::SignedRequest(Test&, const Player&, const std::string& token)>;
    // Where the token is a parameter in the body: how it gets there, the parameter, what asks for its verification, and
    // what for the codes of a refusal.
    struct Parameter {
        Place place;
        std::string name, verified, codes;
        // Whoever issues the token signs the request too, so that its documents decide on the signature first.
        bool issuer_signs = false;
    };
    std::optional<Parameter> parameter = {};
    // A token of this kind for the player, edited, issued by our default party of the right role.
    std::function<std::string(Test&, const Player&, const mocks::TokenEdit&)> mint;
    // The same issued and signed by another party of that role that has just been made (another identifier, another key).
    // `algorithm` is that of its key. The party is not yet known to a target that has to be told: the case calls
    // world().trust(), with odd documents if that is what it is about.
    struct Other {
        mocks::Party& party;
        std::function<std::string(const mocks::TokenEdit&)> mint;
        Place place = {};  // where it is not that of the parameter
    };
    std::function<Other(Test&, const Player&, crypto::Algorithm)> other;  // empty: there are no cases about issuers
};

// An agent token of our agent provider, or of another one, that names the person server under test or ours.
PresentedToken presented_agent_token(Endpoint endpoint);

// Verification of a token (11.5.2 and the token's own section), keys and algorithms (11.3.1, 11.4):
// ids PREFIX-NNN, e.g. "PS-AGT", "RS-PER".
void token_cases(Suite& suite, const std::string& prefix, const PresentedToken& presented);

}  // namespace aauth::suites
