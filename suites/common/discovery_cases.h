#pragma once

#include <functional>
#include <string>
#include <vector>

#include "suites/common/suite.h"
#include "suites/common/test.h"
#include "suites/common/token_cases.h"

// How a target looks for the keys of others (11.4, HTTP Signature Keys 7.2 and 7.3), whatever its role: what it caches,
// when it looks again, and where it does not look at all.
namespace aauth::suites {

// A party of ours that the target has not met, and a request that stands on its keys.
struct FreshIssuer {
    mocks::Party& party;
    // A conforming request whose token or signature is made with this key, under its kid. Not yet sent.
    std::function<mocks::SignedRequest(Test&, const jose::SigningKey& key)> request;
};

// What makes a target verify something of an issuer.
struct Verification {
    std::string prefix;  // of the ids: "RS-DIS"
    std::function<FreshIssuer(Test&)> issuer;
    std::function<bool(const Answer&)> accepted;
};

// By a token that an endpoint takes in Signature-Key or in its body; where the issuer of the token signs the request as
// well, by that.
Verification verification_of(std::string prefix, const PresentedToken& token);

// Cases PREFIX-001 to -039.
void discovery_cases(Suite& suite, const Verification& verification);

// Its parts: what is cached and when it is fetched again (001 to 009); where nothing is fetched from (010 to 029).
void discovery_cache_cases(Suite& suite, const Verification& verification);
void discovery_egress_cases(Suite& suite, const Verification& verification);

// For the parts. The path of a party's metadata.
std::string metadata_path(const mocks::Party& party);
inline const std::string jwks_path = "/.well-known/jwks.json";
// The document as an answer, with these fields beside its media type.
http::Reply document(std::string text, const http::Fields& fields = {});
// A new issuer with good documents; the case is skipped where the target is told of issuers and fetches nothing.
FreshIssuer new_issuer(Test& t, const Verification& verification);
// The control: a request that stands on an issuer with good documents was accepted. Else the case is skipped: the
// target takes nothing from further issuers.
FreshIssuer met(Test& t, const Verification& verification, const std::function<void(mocks::Party&)>& before = {});
// Sends the issuer's request, signed with its own key or another.
Answer asked(Test& t, const FreshIssuer& issuer, std::string note);
Answer asked(Test& t, const FreshIssuer& issuer, const jose::SigningKey& key, std::string note);

}  // namespace aauth::suites
