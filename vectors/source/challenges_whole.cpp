#include "vectors/source/challenges.h"
#include "vectors/source/token.h"

namespace aauth::vectors {

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response {
    const char* comment;
    int status;
    Headers headers;
    json output;
    const char* requirement;
};

}  // namespace

void write_whole_challenges(Table& table) {
    const auto& draft = table.draft;
    auto rows = table.group("whole responses", "read-challenge", 1501);
    const std::string token = resource_token(draft).minted();
    const std::string needs = "requirement=auth-token;resource-token=\"" + token + "\"";
    const json auth{{"requirement", "auth-token"}, {"signature_error", nullptr}};
    const json none{{"requirement", nullptr}, {"signature_error", nullptr}};
    const json refused{{"requirement", nullptr}, {"signature_error", "invalid_signature"}};
    const char* beside = "requirement.www-authenticate-beside";
    std::vector<Response> all{
        {"an auth token is required",
         401,
         {{"AAuth-Requirement", needs}},
         auth,
         "requirement.auth-token.resource-token"},
        {"Bearer beside it",
         401,
         {{"WWW-Authenticate", "Bearer realm=\"api\""}, {"AAuth-Requirement", needs}},
         auth,
         beside},
        {"Basic behind it",
         401,
         {{"AAuth-Requirement", needs}, {"WWW-Authenticate", "Basic realm=\"x\", charset=\"UTF-8\""}},
         auth,
         beside},
        {"two challenges in one WWW-Authenticate",
         401,
         {{"WWW-Authenticate", "Bearer realm=\"a\", Basic realm=\"b\""}, {"AAuth-Requirement", needs}},
         auth,
         beside},
        {"two lines of WWW-Authenticate",
         401,
         {{"WWW-Authenticate", "Bearer"}, {"WWW-Authenticate", "DPoP algs=\"ES256\""}, {"AAuth-Requirement", needs}},
         auth,
         beside},
        {"a WWW-Authenticate that no parser takes",
         401,
         {{"WWW-Authenticate", "\"=,;"}, {"AAuth-Requirement", needs}},
         auth,
         beside},
        {"an empty WWW-Authenticate", 401, {{"WWW-Authenticate", ""}, {"AAuth-Requirement", needs}}, auth, beside},
        {"a payment challenge beside it, 402",
         402,
         {{"WWW-Authenticate", "Payment id=\"x7Tg2pLq\", method=\"stripe\", request=\"eyJhbW91bnQiOiIxMDAw\""},
          {"AAuth-Requirement", needs}},
         auth,
         beside},
        {"a requirement in WWW-Authenticate, which conveys none",
         401,
         {{"WWW-Authenticate", "AAuth requirement=auth-token"}},
         none,
         "requirement.not-www-authenticate"},
        {"a requirement in WWW-Authenticate and another in its own field",
         401,
         {{"WWW-Authenticate", "AAuth requirement=interaction"}, {"AAuth-Requirement", needs}},
         auth,
         "requirement.not-www-authenticate"},
        {"Bearer alone", 401, {{"WWW-Authenticate", "Bearer"}}, none, beside},
        {"no field at all", 401, {}, none, "requirement.header-form"},
        {"the field's name in lower case", 401, {{"aauth-requirement", needs}}, auth, "requirement.header-form"},
        {"the field's name in upper case", 401, {{"AAUTH-REQUIREMENT", needs}}, auth, "requirement.header-form"},
        {"the requirement in two lines",
         401,
         {{"AAuth-Requirement", "x=1"}, {"AAuth-Requirement", needs}},
         auth,
         "requirement.header-form"},
        {"other fields around it",
         401,
         {{"Date", "Mon, 21 Sep 2026 14:13:20 GMT"},
          {"AAuth-Requirement", needs},
          {"Cache-Control", "no-store"},
          {"Content-Length", "0"}},
         auth,
         "requirement.header-form"},
        {"an approval, 202",
         202,
         {{"AAuth-Requirement", "requirement=approval"}, {"Location", "/pending/1"}, {"Retry-After", "30"}},
         {{"requirement", "approval"}},
         "interaction.approval"},
        {"an interaction, 202",
         202,
         {{"AAuth-Requirement", "requirement=interaction; url=\"https://ps.example/i\"; code=\"A1B2-C3D4\""},
          {"Location", "/pending/1"}},
         {{"requirement", "interaction"}},
         "interaction.url"},
        {"a requirement that no draft defines",
         401,
         {{"AAuth-Requirement", "requirement=x-quantum"}},
         {{"requirement", "x-quantum"}},
         "requirement.unknown-value"},
        {"a requirement that does not parse",
         401,
         {{"AAuth-Requirement", "requirement="}},
         none,
         "requirement.header-form"},
        {"a requirement that is a string",
         401,
         {{"AAuth-Requirement", "requirement=\"auth-token\""}},
         none,
         "requirement.header-form"},
        {"a signature error", 401, {{"Signature-Error", "error=invalid_signature"}}, refused, "sig.error-header.form"},
        {"a signature error and Bearer",
         401,
         {{"WWW-Authenticate", "Bearer"}, {"Signature-Error", "error=invalid_signature"}},
         refused,
         beside},
        {"a signature error with 400, as the companion has it",
         400,
         {{"Signature-Error", "error=invalid_signature"}},
         refused,
         "sig.error-header.form"},
        {"a signature error that does not parse",
         401,
         {{"Signature-Error", "error=\"x"}},
         none,
         "sig.error-header.form"},
        {"a requirement that parses and a signature error that does not",
         401,
         {{"AAuth-Requirement", needs}, {"Signature-Error", "error="}},
         auth,
         "requirement.header-form"},
    };
    if (draft.agent_token_requirement) {
        all.push_back({"an agent token is required",
                       401,
                       {{"AAuth-Requirement", "requirement=agent-token"}},
                       {{"requirement", "agent-token"}},
                       "requirement.agent-token"});
    }
    if (draft.person_tokens) {
        all.push_back({"a person token is required",
                       401,
                       {{"AAuth-Requirement", "requirement=person-token"}},
                       {{"requirement", "person-token"}},
                       "requirement.person-token"});
    }
    if (draft.revoked_jwt_error) {
        all.push_back({"a revoked token and what to bring instead",
                       401,
                       {{"Signature-Error", "error=revoked_jwt"}, {"AAuth-Requirement", "requirement=person-token"}},
                       {{"requirement", "person-token"}, {"signature_error", "revoked_jwt"}},
                       "requirement.auth-token.revoked-person"});
    }
    if (draft.accept_fields) {
        all.push_back({"a scheme that is not taken, and the one that is",
                       401,
                       {{"Signature-Error", "error=unsupported_scheme"}, {"Accept-Signature-Scheme", "jwt"}},
                       {{"signature_error", "unsupported_scheme"}, {"accept_signature_schemes", {"jwt"}}},
                       "sig.accept-scheme"});
        all.push_back({"an algorithm that is not taken, and those that are",
                       401,
                       {{"Signature-Error", "error=unsupported_algorithm"}, {"Accept-Signature-Alg", "Ed25519, ES256"}},
                       {{"signature_error", "unsupported_algorithm"}, {"accept_signature_algs", {"Ed25519", "ES256"}}},
                       "sig.accept-alg"});
        all.push_back({"what is accepted, without an error, beside Bearer",
                       401,
                       {{"WWW-Authenticate", "Bearer realm=\"api\""},
                        {"Accept-Signature-Scheme", "jwks_uri, jwt"},
                        {"Accept-Signature-Alg", "ES256"}},
                       {{"requirement", nullptr},
                        {"signature_error", nullptr},
                        {"accept_signature_schemes", {"jwks_uri", "jwt"}},
                        {"accept_signature_algs", {"ES256"}}},
                       "sig.accept-scheme.form"});
        all.push_back({"algorithms that are strings, and so nothing",
                       401,
                       {{"Signature-Error", "error=unsupported_algorithm"}, {"Accept-Signature-Alg", "\"Ed25519\""}},
                       {{"signature_error", "unsupported_algorithm"}, {"accept_signature_algs", json::array()}},
                       "sig.accept-alg.form"});
        all.push_back({"a requirement and the schemes",
                       401,
                       {{"AAuth-Requirement", needs}, {"Accept-Signature-Scheme", "jwt"}},
                       {{"requirement", "auth-token"}, {"accept_signature_schemes", {"jwt"}}},
                       "sig.accept-scheme.form"});
    }
    std::string first;
    for (const auto& row : all) {
        const json input{{"status", row.status}, {"headers", row.headers}};
        if (row.requirement == std::string("requirement.unknown-value")) {
            rows.acceptable(row.comment, first, input, {.flags = {"UnknownValue"}, .requirements = {row.requirement}});
            continue;
        }
        const auto id = rows.valid(row.comment, input, {.requirements = {row.requirement}, .output = row.output});
        if (first.empty()) first = id;
    }
}

}  // namespace aauth::vectors
