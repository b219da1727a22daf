#include "vectors/source/key_groups.h"
#include "vectors/source/material.h"

// Signature-Key as a field: HTTP Signature Keys, sections 3 and 3.4 to 3.11.
namespace aauth::vectors {

namespace {

// A member of the field, to be written and changed. Values are written as they stand: "\"text\"", ":AQ==:", "?1".
struct Member {
    std::string scheme;
    std::vector<std::pair<std::string, std::string>> parameters;

    std::string text() const {
        auto written = scheme;
        for (const auto& [name, value] : parameters) written += ";" + name + (value.empty() ? "" : "=" + value);
        return written;
    }
    Member without(const std::string& name) const {
        auto changed = *this;
        std::erase_if(changed.parameters, [&](const auto& entry) { return entry.first == name; });
        return changed;
    }
    Member with(const std::string& name, const std::string& value) const {
        auto changed = *this;
        for (auto& entry : changed.parameters) {
            if (entry.first == name) {
                entry.second = value;
                return changed;
            }
        }
        changed.parameters.emplace_back(name, value);
        return changed;
    }
};

json field(const std::string& text, const std::string& label = "sig") { return {{"field", text}, {"label", label}}; }

std::string quoted(const std::string& text) { return '"' + text + '"'; }

// What the output has: the parameters that are strings.
json output_of(const Member& member) {
    auto parameters = json::object();
    for (const auto& [name, value] : member.parameters) {
        if (value.size() < 2 || value.front() != '"') return {{"scheme", member.scheme}};
        parameters[name] = value.substr(1, value.size() - 2);
    }
    return {{"scheme", member.scheme}, {"parameters", parameters}};
}

Member hwk_of(const jose::SigningKey& key, const protocol::Draft& draft) {
    Member member{"hwk", {}};
    const auto jwk = key.public_jwk();
    for (const char* name : {"kty", "crv", "x", "y"}) {
        if (jwk.contains(name)) member.parameters.emplace_back(name, quoted(jwk[name]));
    }
    if (draft.jwk.algorithm_required) member.parameters.emplace_back("alg", quoted(jwk["alg"]));
    return member;
}

std::vector<std::pair<std::string, Member>> members(const protocol::Draft& draft) {
    const std::string jwt = "\"eyJhbGciOiJFZDI1NTE5In0.eyJzdWIiOiJhIn0.AAAA\"";
    std::vector<std::pair<std::string, Member>> all{
        {"hwk, an Ed25519 key", hwk_of(key("agent"), draft)},
        {"hwk, a P-256 key", hwk_of(key("agent", crypto::Algorithm::ES256), draft)},
        {"jwt", {"jwt", {{"jwt", jwt}}}},
        {"jkt-jwt", {"jkt-jwt", {{"jwt", jwt}}}},
        {"jwks_uri",
         {"jwks_uri", {{"id", "\"https://ps.example\""}, {"dwk", "\"aauth-person.json\""}, {"kid", "\"k1\""}}}},
        {"x509",
         {"x509",
          {{"x5u", "\"https://client.example/cert.pem\""},
           {"x5t", ":bWcoon4QTVn8Q6xiY0ekMD6L8bNLMkuDV2KtvsFc1nM=:"}}}}};
    if (!draft.further_schemes) return all;
    all.push_back({"jwks", {"jwks", {{"url", "\"https://client.example/keys.jwks\""}, {"kid", "\"k1\""}}}});
    all.push_back({"self-jwt", {"self-jwt", {{"jwt", jwt}}}});
    all.push_back({"cached", {"cached", {{"cid", "\"2f9c8a1e-a7b3\""}}}});
    return all;
}

// Each parameter away, and with values of other types.
void schemes(Table& table) {
    auto rows = table.group("Signature-Key: the parameters of each scheme", "parse-signature-key", 401);
    const Says missing{.flags = {"MissingMember"}, .requirements = {"sig.malformed"}};
    const Says type{.flags = {"WrongType"}, .requirements = {"sig.malformed"}};
    for (const auto& [title, member] : members(table.draft)) {
        const auto good = rows.valid(title, field("sig=" + member.text()), {.output = output_of(member)});
        for (const auto& [name, value] : member.parameters) {
            const bool octets = value.front() == ':';
            rows.invalid(title + ", without " + name, good, field("sig=" + member.without(name).text()), missing);
            const std::vector<std::pair<std::string, std::string>> others{
                {"a token", "abc"},
                {"an integer", "17"},
                {"a boolean", ""},
                {octets ? "a string" : "a byte sequence", octets ? "\"AQ==\"" : ":AQ==:"}};
            for (const auto& [what, other] : others) {
                const auto changed = field("sig=" + member.with(name, other).text());
                const auto comment = title + ", " + name + " is " + what;
                // The schemes say of which type their parameters are; that a Token is not read as the text is not said.
                if (other == "abc" && !octets) {
                    rows.acceptable(comment, good, changed, {.flags = {"Ambiguous"}, .requirements = {"sig.malformed"}});
                } else {
                    rows.invalid(comment, good, changed, type);
                }
            }
        }
    }
}

void further_parameters(Table& table) {
    auto rows = table.group("Signature-Key: further parameters", "parse-signature-key", 561);
    const auto all = members(table.draft);
    const auto& hwk = all[0].second;
    const auto& jwt = all[2].second;
    const auto good = rows.valid("jwt", field("sig=" + jwt.text()), {.output = output_of(jwt)});
    const auto inlined = rows.valid("hwk", field("sig=" + hwk.text()), {.output = output_of(hwk)});
    rows.valid("hwk with a JWK member that nobody knows", field("sig=" + hwk.with("future", "\"x\"").text()),
               {.requirements = {"key.unknown-members"}, .output = {{"scheme", "hwk"}}});
    const Says kid{.flags = {"Ambiguous"}};
    if (table.draft.jwk.algorithm_required) {
        rows.invalid("hwk with kid, which must not be used", inlined, field("sig=" + hwk.with("kid", "\"k\"").text()),
                     {.flags = {"Forbidden"}});
    } else {
        rows.acceptable("hwk with kid, which should not be used", inlined,
                        field("sig=" + hwk.with("kid", "\"k\"").text()), kid);
        rows.acceptable("hwk with alg, which must not be there; what a verifier does about it is not said", inlined,
                        field("sig=" + hwk.with("alg", "\"Ed25519\"").text()), kid);
    }
    rows.valid("a parameter that stands twice: the last one counts (RFC 9651, section 4.2.3.2)",
               field("sig=jwt;jwt=\"first\";jwt=" + jwt.parameters[0].second), {.output = output_of(jwt)});
    rows.valid("parameters in another order",
               field("sig=jwks_uri;kid=\"k1\";dwk=\"aauth-person.json\";id=\"https://ps.example\""),
               {.output = {{"scheme", "jwks_uri"}}});
    if (table.draft.further_schemes) {
        rows.valid("jwt with cache", field("sig=" + jwt.with("cache", "").text()),
                   {.requirements = {"sig.cached.parameter"}, .output = {{"scheme", "jwt"}}});
        rows.acceptable("jwt with a cache that is a string: it is a boolean, and optional", good,
                        field("sig=" + jwt.with("cache", "\"yes\"").text()), kid);
    }
    for (const char* text : {"future", "future=\"x\"", "future=:AQ==:", "kid=\"k\""}) {
        rows.acceptable(std::string("jwt with a parameter that the scheme does not have: ") + text +
                            "; nothing says whether it is ignored",
                        good, field("sig=" + jwt.text() + ";" + text), kid);
    }
}

void labels(Table& table) {
    auto rows = table.group("Signature-Key: labels and schemes", "parse-signature-key", 601);
    const auto jwt = members(table.draft)[2].second;
    const auto output = output_of(jwt);
    const auto member = jwt.text();
    const auto good = rows.valid("one member", field("sig=" + member), {.output = output});
    const Says ignored{.requirements = {"sig.label.unselected-ignored"}, .output = output};
    rows.valid("another label", field("sig1=" + member, "sig1"),
               {.requirements = {"sig.label.any-name"}, .output = output});
    rows.valid("a label with all the characters that a key may have", field("*a1-b_c.d=" + member, "*a1-b_c.d"),
               {.requirements = {"sig.label.any-name"}, .output = output});
    rows.valid("a second member of another label", field("sig=" + member + ", sig2=jwt;jwt=\"a.b.c\""), ignored);
    rows.valid("a second member of a scheme that nobody knows", field("a=future;x=1, sig=" + member), ignored);
    const Says may_be{.flags = {"Ambiguous"}, .requirements = {"sig.label.unselected-ignored"}};
    rows.acceptable("a second member that is no token, which a verifier may pass over", good,
                    field("a=\"jwt\", sig=" + member), may_be);
    rows.acceptable("a second member that is an inner list, which a verifier may pass over", good,
                    field("a=(jwt), sig=" + member), may_be);
    rows.acceptable("a second member without its scheme's parameters, which a verifier may pass over", good,
                    field("a=jwks_uri, sig=" + member), may_be);
    rows.valid("a label that stands twice: the last one counts (RFC 9651, section 4.2.2)",
               field("sig=future, sig=" + member), {.output = output});
    rows.valid("white space around the comma", field("a=jwks_uri \t,\t  sig=" + member), ignored);
    rows.valid("spaces after the semicolon", field("sig=jwt; " + member.substr(4)), {.output = output});

    std::vector<std::string> unsupported{"unsupported_scheme"};
    if (!table.draft.further_schemes) unsupported.clear();  // a code of later drafts
    const Says absent{.flags = {"MissingMember"}, .requirements = {"sig.label.member-missing"}};
    rows.invalid("no member of the label", good, field("sig=" + member, "sig1"), absent);
    rows.invalid("the label in other case", good, field("sig=" + member, "Sig"), absent);
    rows.invalid("a label that is the beginning of one", good, field("sig=" + member, "si"), absent);
    for (const char* scheme : {"future", "JWT", "Jwt", "jwks-uri", "pseudonym", "jwt2", "x-jwt", "none"}) {
        rows.invalid(std::string("the scheme ") + scheme + ", which is not registered", good,
                     field("sig=" + std::string(scheme) + member.substr(3)),
                     {.errors = unsupported, .flags = {"UnknownScheme"}, .requirements = {"sig.scheme.unsupported"}});
    }
    if (!table.draft.further_schemes) {
        rows.invalid("the scheme cached, which came with later drafts", good, field("sig=cached;cid=\"a\""),
                     {.errors = unsupported, .flags = {"UnknownScheme"}});
    }
}

void syntax(Table& table) {
    auto rows = table.group("Signature-Key: the field", "parse-signature-key", 641);
    const auto member = members(table.draft)[2].second.text();
    const auto rest = member.substr(3);  // ;jwt="…"
    const auto good = rows.valid("one member", field("sig=" + member));
    const Says type{.flags = {"WrongType"}, .requirements = {"sig.malformed"}};
    const Says broken{.flags = {"Syntax"}, .requirements = {"sig.malformed"}};
    for (const auto& [what, text] : {std::pair<std::string, std::string>{"a string", "\"jwt\""},
                                     {"an integer", "1"},
                                     {"an inner list", "(jwt)"},
                                     {"a byte sequence", ":and0:"},
                                     {"a boolean", "?1"}}) {
        rows.invalid("the scheme is " + what, good, field("sig=" + text + rest), type);
    }
    rows.invalid("no scheme at all", good, field("sig" + rest), type);
    const Says absent{.flags = {"MissingMember"}, .requirements = {"sig.label.member-missing"}};
    rows.invalid("an empty field", good, field(""), absent);
    rows.invalid("parameters separated by commas, which makes them members", good, field("sig=jwt,jwt=\"a.b.c\""),
                 {.flags = {"MissingMember"}, .requirements = {"sig.malformed"}});
    for (const auto& [what, text] : {std::pair<std::string, std::string>{"a comma at the end", "sig=" + member + ","},
                                     {"a comma at the beginning", ",sig=" + member},
                                     {"two commas", "sig=" + member + ",,a=jwt"},
                                     {"a label in upper case", "SIG=" + member},
                                     {"a label that begins with a digit", "1=" + member},
                                     {"spaces around the equals sign", "sig = " + member},
                                     {"nothing after the equals sign", "sig="},
                                     {"a string that does not end", "sig=jwt;jwt=\"eyJ"},
                                     {"a string in single quotes", "sig=jwt;jwt='eyJ'"},
                                     {"a letter in the string that is not ASCII", "sig=jwt;jwt=\"ü\""},
                                     {"a newline in the string", "sig=jwt;jwt=\"a\nb\""},
                                     {"an unknown escape in the string", "sig=jwt;jwt=\"a\\nb\""},
                                     {"a parameter in upper case", "sig=jwt;JWT=\"a.b.c\""},
                                     {"a space before the semicolon", "sig=jwt ;jwt=\"a.b.c\""},
                                     {"a semicolon at the end", "sig=" + member + ";"},
                                     {"text after the member", "sig=" + member + " a"},
                                     {"a second member that does not parse", "sig=" + member + ", a=jwt;kid=\"k"},
                                     {"a list in place of the dictionary", "jwt" + rest + ", (jwt)"}}) {
        rows.invalid(what, good, field(text), broken);
    }
}

}  // namespace

void write_scheme_fields(Table& table) {
    table.flag("Forbidden", "A member that is understood and must not be there.");
    schemes(table);
    further_parameters(table);
    labels(table);
    syntax(table);
}

}  // namespace aauth::vectors
