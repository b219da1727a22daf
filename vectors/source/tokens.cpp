#include "vectors/source/sources.h"
#include "vectors/source/token_rows.h"

namespace aauth::vectors {

namespace {

using protocol::TokenKind;

void flags(Table& table) {
    table.flag("WrongTyp",
               "typ is not that of the token that is wanted; only typ tells AAuth's tokens apart (11.5.1).");
    table.flag("ForbiddenAlgorithm", "none, EdDSA, or a symmetric algorithm (11.5.1).");
    table.flag("WrongAlgorithm",
               "The header's alg is not that of the key that the kid selects, or is none that there is.");
    table.flag("KeyInHeader",
               "The header brings or names a key of its own; the issuer's keys are those that it publishes.");
    table.flag("CriticalExtension", "crit names what the verifier does not understand (RFC 7515, section 4.1.11).");
    table.flag("UnknownKey", "The issuer publishes no key of this kid.");
    table.flag("WrongKey", "Signed by another key than the one that the kid selects.");
    table.flag("BadSignature", "The signature is not that of this header and payload.");
    table.flag("Form", "No JWT in compact form (RFC 7515, sections 2, 3.1 and 5.2).");
    table.flag("NonCanonical",
               "Bits that base64url does not use are not zero. RFC 4648, section 3.5, allows a decoder to refuse "
               "that, and does not demand it.");
    table.flag("Json", "Header or payload is no JSON object in UTF-8.");
    table.flag("Duplicate",
               "A member stands twice. RFC 7515 and RFC 7519, section 4: refused, or the last one counts.");
    table.flag("Limits", "Sizes and depths that an implementation may bound.");
    table.flag("Issuer", "iss is no server identifier, or not the expected one (11.1.1, 11.5.2 step 4).");
    table.flag("Document", "dwk is not the metadata document of the role that issues such tokens (11.5.2 step 2).");
    table.flag("Audience", "aud is not the verifier, or not the resource.");
    table.flag("NoStep", "The draft says that an issuer puts it in so, and no step of the verification looks at it.");
    table.flag("SeenLater", "Another part of the verification, with what this input does not have, refuses the token.");
    table.flag("Expired", "exp is not in the future; there is no tolerance (11.5.2 step 3).");
    table.flag("Expiry", "exp is absent or no NumericDate.");
    table.flag("IssuedAhead", "iat is in the future.");
    table.flag("Skew",
               "iat is ahead by no more than clocks differ, or in a draft that leaves the bound to the verifier.");
    table.flag("Lifetime",
               "The token lives longer than it should or may: an hour for person and auth tokens (11.5.2), 24 hours "
               "and 5 minutes as a recommendation for agent and resource tokens. Whether a verifier enforces a "
               "recommendation, or in older drafts the bound, is its own choice.");
    table.flag("Confirmation", "cnf.jwk is missing or lacks members (9.4.3.2).");
    table.flag("KeyMaterial", "cnf.jwk is no usable public key.");
    table.flag("KeyAlgorithm", "alg of cnf.jwk is absent, forbidden, unknown, or disagrees with kty and crv (11.3.1).");
    table.flag("OptionalAlgorithm", "An algorithm that an implementation may have or not have.");
    table.flag("PrivateMember",
               "A private member in a key that is shown to others. The draft does not say what a verifier does "
               "about it.");
    table.flag("Binding", "Bound to another key than the one that signed the request, or than the agent's.");
    table.flag("PersonServer", "ps is no server identifier, or not the expected person server.");
    table.flag("ParentAgent", "parent_agent is no agent identifier (5.3.3 step 3).");
    table.flag("Person", "sub is absent, or not the expected person.");
    table.flag("Agent", "agent is absent, or not the expected agent.");
    table.flag("Delegation", "act is absent where it is required, has another form, or names another agent.");
    table.flag("Presented", "presented_jti is not the jti of the token that the agent presented.");
    table.flag("ShouldVerify",
               "The agent should verify the signature of an auth token from its person server, and need not (9.4.4 "
               "step 1).");
    table.flag("Metadata", "The issuer's metadata is absent, malformed, or another's (11.2; HTTP Signature Keys 3.6).");
    table.flag("KeySet", "The issuer's key set is absent or malformed.");
    table.flag("IssuerKey", "The issuer's key cannot be used (HTTP Signature Keys 3.3).");
    table.flag("Egress", "Keys are fetched by https only (HTTP Signature Keys 7.3).");
    table.flag("CrossHost",
               "Keys on another host than the metadata need the deployment's consent (HTTP Signature Keys 7.3).");
    table.flag("Ambiguous", "The draft is silent here, or says two things; the comment says where.");
}

}  // namespace

void write_tokens(Table& table) {
    flags(table);
    int first = 1;
    for (const auto kind : {TokenKind::Agent, TokenKind::Person, TokenKind::Resource, TokenKind::Auth}) {
        if (kind != TokenKind::Person || table.draft.person_tokens) {
            write_own_claims(table, kind, first);
            write_other_parties(table, kind, first + 70);
            write_token_headers(table, kind, first + 100);
            write_token_signatures(table, kind, first + 200);
            write_token_forms(table, kind, first + 250);
            write_token_claims(table, kind, first + 400);
            write_token_times(table, kind, first + 500);
            write_token_keys(table, kind, first + 600);
            write_token_issuers(table, kind, first + 700);
        }
        first += 1000;
    }
    write_agent_checks(table);
}

}  // namespace aauth::vectors
