#pragma once

#include <functional>
#include <string>

#include "suites/common/suite.h"
#include "suites/common/test.h"

namespace aauth::suites {

// A token that an endpoint takes in Signature-Key, and how the harness makes one.
struct PresentedToken {
    protocol::TokenKind kind;
    Endpoint endpoint;
    // A token of this kind for the player, edited, issued by our default party of the right role.
    std::function<std::string(Test&, const Player&, const mocks::TokenEdit&)> mint;
    // The same issued and signed by another party of that role that has just been made (another identifier, another key).
    // `algorithm` is that of its key. The party is not yet known to a target that has to be told: the case calls
    // world().trust(), with odd documents if that is what it is about.
    struct Other {
        mocks::Party& party;
        std::function<std::string(const mocks::TokenEdit&)> mint;
    };
    std::function<Other(Test&, const Player&, crypto::Algorithm)> other;
};

// Verification of a token in Signature-Key (11.5.2 and the token's own section), keys and algorithms (11.3.1, 11.4):
// ids PREFIX-NNN, e.g. "PS-AGT", "RS-PER".
void token_cases(Suite& suite, const std::string& prefix, const PresentedToken& presented);

}  // namespace aauth::suites
