#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/http/server.h"
#include "harness/protocol/draft.h"
#include "harness/protocol/faults.h"

// Access by a key alone, in drafts whose servers say with sigkey what kind of key they want (AAuth -01 section 12.7.2,
// HTTP Signature Keys -04 section 4). Of a resource there is also the fault "pseudonym-resource-token" (a bare key gets
// one), and of the verifier "jkt-jwt-unchecked" (whoever made it) and "ignore sig.alg-param".
namespace aauth::mocks {

// 401 with Accept-Signature: "jkt" where a pseudonym will do, "uri" where somebody has to be named. Faults:
// "no-accept-signature", "sigkey-string", "sigkey-other" (a word that is none).
http::Reply signature_asked(const protocol::Draft& draft, const protocol::Faults& faults, std::string_view sigkey);

// The schemes of Signature-Key that are enough where a pseudonym is. Fault "pseudonym-no-SCHEME": all but that one.
std::vector<std::string> pseudonym_schemes(const protocol::Faults& faults);

}  // namespace aauth::mocks
