#include "mocks/pseudonym.h"

#include "harness/protocol/older_forms.h"
#include "harness/protocol/problem.h"

namespace aauth::mocks {

http::Reply signature_asked(const protocol::Draft& draft, const protocol::Faults& faults, std::string_view sigkey) {
    const auto& code = draft.missing_headers_error;
    http::Reply reply;
    reply.response = protocol::problem_response(401, {code, "this request needs a signature", {}});
    auto& fields = reply.response.fields;
    fields.add("Signature-Error", "error=" + code);
    auto field = protocol::accept_signature(faults.on("sigkey-other") ? "any" : sigkey);
    if (faults.on("sigkey-string")) {
        const auto at = field.rfind('=') + 1;
        field = field.substr(0, at) + "\"" + field.substr(at) + "\"";
    }
    if (!faults.on("no-accept-signature")) fields.add("Accept-Signature", field);
    return reply;
}

std::vector<std::string> pseudonym_schemes(const protocol::Faults& faults) {
    std::vector<std::string> schemes;
    for (const char* scheme : {"hwk", "jkt-jwt", "jwt"}) {
        if (!faults.on("pseudonym-no-" + std::string(scheme))) schemes.emplace_back(scheme);
    }
    return schemes;
}

}  // namespace aauth::mocks
