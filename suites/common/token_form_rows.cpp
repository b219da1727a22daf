#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "harness/json/json.h"
#include "suites/common/token_rows.h"

// The compact form of a token, and what strangers may make of it (RFC 7515, 13.3).
namespace aauth::suites {

namespace {

using Change = std::function<std::string(Test&, const std::string&)>;

// Header or payload replaced by a text, signed by the issuer all the same.
Change header_text(const Presented& presented, std::string text) {
    return [presented, text](Test& t, const std::string& compact) {
        return jose::mint_raw(text, jose::Jwt::decode(compact).value().payload_text(), presented.issuer(t).key());
    };
}

Change payload_text(const Presented& presented, std::function<std::string(std::string)> change) {
    return [presented, change](Test& t, const std::string& compact) {
        const auto jwt = jose::Jwt::decode(compact).value();
        return jose::mint_raw(jwt.header_text(), change(jwt.payload_text()), presented.issuer(t).key());
    };
}

Change text(std::function<std::string(std::string)> change) {
    return [change](Test&, const std::string& compact) { return change(compact); };
}

std::string nested(std::string payload) {
    const std::size_t depth = 2000;
    payload.pop_back();
    return payload + ",\"deep\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

}  // namespace

void token_form_rows(Suite& suite, const Presented& presented) {
    const Covers covers{{"sig.jwt.invalid", "status-500-for-signature"}};
    const std::vector<std::string> codes{"invalid_jwt"};
    struct {
        const char* title;
        Change change;
    } const malformed[] = {
        {"that is no JWT at all is refused", text([](auto) { return "token"; })},
        {"of two parts is refused", text([](auto t) { return t.substr(0, t.rfind('.')); })},
        {"of four parts is refused", text([](auto t) { return t + ".AAAA"; })},
        {"of empty parts is refused", text([](auto) { return ".."; })},
        {"with a character that is not of base64url is refused",
         text([](auto t) { return t.insert(t.find('.') + 1, "!"); })},
        {"whose header is not JSON is refused", header_text(presented, "typ: jwt")},
        {"whose header is an array is refused", header_text(presented, "[]")},
        {"whose payload is not JSON is refused", payload_text(presented, [](auto) { return "iss=me"; })},
        {"whose payload is an array is refused", payload_text(presented, [](auto p) { return "[" + p + "]"; })},
        {"whose payload is cut off is refused",
         payload_text(presented, [](auto p) { return p.substr(0, p.size() / 2); })},
    };
    int number = 100;
    for (const auto& row : malformed) {
        add_refused(suite, presented, {{number++, row.title, covers, codes, {}, {}, row.change}});
    }
    const auto duplicated = payload_text(presented, [](std::string p) { return "{\"iss\":\"x\"," + p.substr(1); });
    add_preferred(
        suite, presented,
        {{110,
          "with base64 padding is better refused",
          covers,
          {},
          {},
          {},
          text([](auto t) { return t + "=="; }),
          "RFC 7515 leaves padding out, and anything else in the text is an error."},
         {111, "with a space at its end is better refused", covers, {}, {}, {}, text([](auto t) { return t + " "; })}});
    add_harmless(suite, presented,
                 {{112, "with a claim that stands twice does not break the server", {}, {}, {}, {}, duplicated},
                  {113,
                   "with a deeply nested claim does not break the server",
                   {},
                   {},
                   {},
                   {},
                   payload_text(presented, nested)}});
    suite
        .add(case_id(presented.prefix, 114), fmt::format("{} of 200 KiB does not break the server", presented.name),
             {{"input.hostile", presented.in_body() ? "server-error-on-hostile" : "crash-on-long-headers"}},
             [presented](Test& t) {
                 const auto who = t.player();
                 t.control(presented.endpoint(), who);
                 const auto long_one = presented.token.mint(t, who, [](nlohmann::json&, nlohmann::json& claims) {
                     claims["padding"] = std::string(150 << 10, 'a');
                 });
                 const auto request = placed(t, presented, who, long_one);
                 // A server may close the connection on it, but goes on serving others.
                 if (const auto answer = send_huge(t, request, "huge")) expect_no_server_error(t, *answer);
                 const auto after = t.send(presented.endpoint().request(t, who), "the control again, afterwards");
                 const bool accepted = presented.endpoint().accepted(after);
                 t.expect(after).that(accepted, "answer", "accepted", after.summary());
             })
        .only_for(drafts_of(suite, presented, "input.hostile"));
}

}  // namespace aauth::suites
