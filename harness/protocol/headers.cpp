#include "harness/protocol/headers.h"

#include "harness/sfv/sfv.h"

namespace aauth::protocol {

std::string Requirement::parameter(std::string_view name) const {
    const auto found = parameters.find(std::string(name));
    return found == parameters.end() ? std::string() : found->second;
}

namespace {

// A dictionary field, with its one member that has to be a token.
struct TokenMember {
    sfv::Dictionary fields;
    std::string token;
    sfv::Parameters parameters;
};

Result<TokenMember> parse_token_member(const http::Fields& fields, std::string_view field, std::string_view member,
                                       const std::string& code) {
    const auto text = fields.combined(field);
    if (!text) return failure("absent", std::string(field) + " is absent");
    auto dictionary = sfv::parse_dictionary(*text);
    if (!dictionary) return failure(code, std::string(field) + ": " + dictionary.error().message);
    const auto* item = dictionary->item(member);
    const auto* token = item == nullptr ? nullptr : std::get_if<sfv::Token>(&item->value);
    if (token == nullptr) {
        return failure(code, std::string(field) + " has no token member " + std::string(member));
    }
    return TokenMember{*dictionary, token->text, item->parameters};
}

}  // namespace

Result<Requirement> parse_requirement(const http::Fields& fields) {
    auto member = parse_token_member(fields, "AAuth-Requirement", "requirement", "malformed_requirement");
    if (!member) return tl::unexpected(member.error());
    Requirement requirement{member->token, {}};
    for (const auto& [key, value] : member->parameters.entries()) {
        if (const auto* text = std::get_if<std::string>(&value)) requirement.parameters[key] = *text;
    }
    return requirement;
}

std::string to_field(const Requirement& requirement) {
    sfv::Item item{sfv::Token{requirement.value}, {}};
    for (const auto& [key, value] : requirement.parameters) item.parameters.set(key, value);
    sfv::Dictionary dictionary;
    dictionary.set("requirement", item);
    return sfv::serialize(dictionary).value_or("");
}

Result<SignatureErrorField> parse_signature_error(const http::Fields& fields) {
    auto member = parse_token_member(fields, "Signature-Error", "error", "malformed_signature_error");
    if (!member) return tl::unexpected(member.error());
    SignatureErrorField error{member->token, {}};
    if (const auto* list = member->fields.inner_list("required_input")) {
        for (const auto& item : list->items) {
            if (const auto* text = std::get_if<std::string>(&item.value)) error.required_input.push_back(*text);
        }
    }
    return error;
}

std::string to_field(const SignatureErrorField& error) {
    sfv::Dictionary dictionary;
    dictionary.set("error", sfv::Item{sfv::Token{error.error}, {}});
    if (!error.required_input.empty()) {
        sfv::InnerList list;
        for (const auto& name : error.required_input) list.items.push_back(sfv::Item{name, {}});
        dictionary.set("required_input", list);
    }
    return sfv::serialize(dictionary).value_or("");
}

Result<std::vector<std::string>> parse_token_list(const http::Fields& fields, std::string_view name) {
    const auto text = fields.combined(name);
    if (!text) return failure("absent", std::string(name) + " is absent");
    auto list = sfv::parse_list(*text);
    if (!list) return failure("malformed_list", std::string(name) + ": " + list.error().message);
    std::vector<std::string> tokens;
    for (const auto& member : *list) {
        const auto* item = std::get_if<sfv::Item>(&member);
        const auto* token = item == nullptr ? nullptr : std::get_if<sfv::Token>(&item->value);
        if (token == nullptr) return failure("malformed_list", std::string(name) + " is not a list of tokens");
        tokens.push_back(token->text);
    }
    return tokens;
}

std::string to_token_list(const std::vector<std::string>& tokens) {
    sfv::List list;
    for (const auto& token : tokens) list.push_back(sfv::Item{sfv::Token{token}, {}});
    return sfv::serialize(list).value_or("");
}

bool is_token68(std::string_view text) {
    const auto padding = text.find('=');
    const auto body = text.substr(0, padding);
    if (body.empty()) return false;
    for (const char c : body) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~' || c == '+' || c == '/';
        if (!plain) return false;
    }
    return padding == std::string_view::npos || text.find_first_not_of('=', padding) == std::string_view::npos;
}

namespace {

Result<std::string> one_credential(const std::vector<std::string>& values, std::string_view name) {
    if (values.size() > 1) return failure("malformed_access", std::string(name) + " carries more than one credential");
    if (!is_token68(values.front())) return failure("malformed_access", std::string(name) + " carries no token68");
    return values.front();
}

}  // namespace

Result<std::string> parse_authorization(const http::Fields& fields) {
    std::vector<std::string> credentials;
    for (const auto& line : fields.lines("Authorization")) {
        const auto text = http::trim(line);
        const auto space = text.find(' ');
        if (!http::equals_ignoring_case(text.substr(0, space), "AAuth")) continue;
        credentials.emplace_back(space == std::string_view::npos ? "" : http::trim(text.substr(space)));
    }
    if (credentials.empty()) return failure("absent", "there is no Authorization field with the AAuth scheme");
    return one_credential(credentials, "Authorization");
}

Result<std::string> to_authorization(std::string_view session_token) {
    if (!is_token68(session_token)) return failure("malformed_access", "the session token is no token68");
    return "AAuth " + std::string(session_token);
}

Result<std::string> parse_access(const http::Fields& fields) {
    std::vector<std::string> values;
    for (const auto& line : fields.lines("AAuth-Access")) values.emplace_back(http::trim(line));
    if (values.empty()) return failure("absent", "AAuth-Access is absent");
    return one_credential(values, "AAuth-Access");
}

}  // namespace aauth::protocol
