#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "mocks/resource.h"

// Paths of the resource that show whom it takes somebody for:
//   /identity               the record of the person in the token (7.1.4, 9.4.3.2), under "person"
//   /account?account=NAME   an account of the person, with an auth token for it (11.11)
//   /hinted                 for one person only, whom the resource token's login_hint names (6.7.1)
// Faults: "person-by-sub" (whoever issued it), "person-by-tenant", "person-without-tenant", "ignore-account",
// "hint-trusted".
namespace aauth::mocks {

using protocol::TokenKind;

namespace {

constexpr auto hint = "person-1@example.com";

}  // namespace

void Resource::person_routes() {
    route("GET", "/identity", [this](const http::Request& request) { return identity_path(request); });
    route("GET", "/account", [this](const http::Request& request) { return account_path(request); });
    route("GET", "/hinted", [this](const http::Request& request) { return hinted_path(request); });
}

http::Reply Resource::identity_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    if (!caller->shows(TokenKind::Person) && !caller->shows(TokenKind::Auth)) {
        return challenge_for_scope(*caller, "data.read");
    }
    const auto& token = *caller->token();
    const bool by_tenant = (draft().tenant_identifies && !faults().on("person-without-tenant")) ||
                           faults().on("person-by-tenant");
    std::string name = token.claim("sub");
    if (!faults().on("person-by-sub")) name += "\n" + token.claim("iss");
    if (by_tenant) name += "\n" + token.claim("tenant");
    const std::scoped_lock lock(mutex_);
    const auto record = persons_.size() < 100000 ? persons_.emplace(name, persons_.size() + 1).first : persons_.begin();
    return json_reply(200, {{"resource", identifier()}, {"person", std::to_string(record->second)}});
}

http::Reply Resource::account_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    const auto query = request.query();
    const auto account = query.substr(std::min(query.size(), query.find('=') + 1));
    const bool theirs = caller->token() != nullptr && caller->token()->claim("account") == account;
    if (grants(*caller, "data.read") && (theirs || faults().on("ignore-account"))) return served(account);
    return challenge_for_scope(*caller, "data.read", account);
}

http::Reply Resource::hinted_path(const http::Request& request) {
    auto caller = this->caller(request);
    if (!caller) return caller.error();
    const bool meant = caller->token() != nullptr && caller->token()->claim("email") == hint;
    if (grants(*caller, "data.read") && (meant || faults().on("hint-trusted"))) return served("hinted");
    if (!caller->shows(TokenKind::Person) && !caller->shows(TokenKind::Auth)) {
        return challenge_for_scope(*caller, "data.read");
    }
    return challenge("auth-token", issue_resource_token(*caller, "data.read", {}, {}, hint));
}

}  // namespace aauth::mocks
