#include "harness/httpsig/digest.h"
#include "vectors/source/signature_requests.h"

// Requests of an agent: the fields, what is covered, what is altered after signing (sections 11.3.3.1 and 11.3.4, steps
// 1, 2 and 7).
namespace aauth::vectors {

namespace {

void headers(Table& table) {
    const auto good = to_resource(table.draft);
    RequestRows rows(table, "requests to a resource: the three fields", 801,
                     shared_input(table.draft, resource_verifier()), good);
    const auto m = good.signed_message();
    const auto missing = missing_codes(table.draft);
    for (const char* name : {"Signature", "Signature-Input", "Signature-Key"}) {
        rows.refused(std::string("without ") + name, without_field(m, name), missing, "sig.headers-present");
    }
    rows.refused("not signed", without_field(good.unsigned_message(), "Signature-Key"), missing, "sig.headers-present");
    rows.refused("Signature-Key alone", good.unsigned_message(), missing, "sig.headers-present");
    for (const char* name : {"Signature", "Signature-Input", "Signature-Key"}) {
        auto codes = missing;
        if (std::string_view(name) == "Signature-Key") codes.emplace_back("invalid_key");
        rows.refused(std::string("with an empty ") + name, with_field(m, name, ""), codes, "sig.malformed");
    }
    rows.valid("the fields in another order",
               with_line(without_field(m, "Signature-Key"), "Signature-Key", good.signature_key), "sig.base");
    rows.valid("field names in lower case",
               with_line(without_field(m, "Signature"), "signature", field(m, "Signature")), "sig.base");
    rows.valid("with a query that is not covered", with(m, "url", "https://rs.example/data?x=1"), "sig.base");
    rows.valid("with a field that is not covered", with_line(m, "X-Other", "1"), "sig.base");
    auto post = good;
    post.method = "POST";
    post.body = "{}";
    post.lines.emplace_back("Content-Type", "application/json");
    rows.valid("with a body that is not covered", post.signed_message(), "sig.base");
    rows.valid("such a body altered", with(post.signed_message(), "body", "e30K"), "sig.base");
}

void malformed(Table& table) {
    const auto good = to_resource(table.draft);
    RequestRows rows(table, "requests to a resource: malformed fields", 821,
                     shared_input(table.draft, resource_verifier()), good);
    const auto m = good.signed_message();
    for (const std::string name : {"Signature", "Signature-Input", "Signature-Key"}) {
        const auto dictionary = sfv::parse_dictionary(field(m, name)).value();
        for (const auto& breakage : sfv::all_breakages()) {
            const auto text = sfv::broken(dictionary, "sig", breakage.breakage);
            const auto comment = name + ": " + words(breakage.breakage);
            auto sent = with_field(m, name, text);
            // What is malformed in Signature-Key is covered as it stands, unless it cannot be.
            if (name == "Signature-Key" && breakage.breakage != sfv::Breakage::non_ascii_string) {
                auto again = good;
                again.signature_key = text;
                sent = again.signed_message();
            }
            auto codes = Codes{"invalid_signature"};
            if (name == "Signature-Key") codes.push_back("invalid_key");
            switch (breakage.reception) {
                case sfv::Reception::must_refuse:
                    rows.refused(comment, sent, codes, "sig.malformed");
                    break;
                case sfv::Reception::may_refuse:
                    rows.either(comment, sent, "LenientBase64", "sig.malformed");
                    break;
                case sfv::Reception::accepted:
                    rows.either(comment, sent, "DuplicateKey", "sig.malformed");
                    break;
            }
        }
    }
}

void coverage(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    RequestRows rows(table, "requests to a resource: what is covered", 921, shared_input(draft, resource_verifier()),
                     good);
    const auto covering = [&](const std::vector<std::string>& components) {
        auto request = good;
        request.components = components;
        return request.signed_message();
    };
    const auto requirement = [](const std::string& name) {
        return "sig.components." + (name[0] == '@' ? name.substr(1) : name);
    };
    for (const auto& left_out : good.components) {
        auto rest = good.components;
        rest.erase(std::find(rest.begin(), rest.end(), left_out));
        rows.refused(left_out + " is not covered", covering(rest), {"invalid_input"}, requirement(left_out));
    }
    rows.refused("nothing is covered", covering({}), {"invalid_input"}, "sig.components.method");
    rows.refused("only Signature-Key is covered", covering({"signature-key"}), {"invalid_input"},
                 "sig.components.method");
    rows.refused("@target-uri instead of @authority and @path", covering({"@method", "@target-uri", "signature-key"}),
                 {"invalid_input"}, "sig.components.authority");
    rows.refused("@request-target instead of @path",
                 covering({"@method", "@authority", "@request-target", "signature-key"}), {"invalid_input"},
                 "sig.components.path");
    rows.refused("host instead of @authority", covering({"@method", "host", "@path", "signature-key"}),
                 {"invalid_input"}, "sig.components.authority");
    rows.refused(
        "the input of another signature instead of signature-key",
        [&] {
            auto request = good;
            request.lines.emplace_back("Signature-Input", "other=(\"@method\")");
            request.lines.emplace_back("Signature", "other=:AAAA:");
            return with_signature(request.unsigned_message(), "sig",
                                  R"(("@method" "@authority" "@path" "signature-input";key="other"))" + good.parameters,
                                  good.key);
        }(),
        {"invalid_input", "invalid_signature"}, "sig.components.signature-key");
    rows.valid("the components in another order", covering({"signature-key", "@path", "@authority", "@method"}),
               "sig.base");
    auto more = good.components;
    more.insert(more.end(), {"@target-uri", "@scheme", "@query", "@request-target", "host"});
    rows.valid("more is covered than asked for", covering(more), "sig.base");
    auto session = good;
    session.lines.emplace_back("Authorization", "AAuth abc.def==");
    session.components.push_back("authorization");
    rows.valid("a session token is covered", session.signed_message(), "sig.base");
    const Codes no_base{"invalid_signature", "invalid_input"};
    const auto claiming = [&](const std::string& list) {
        auto request = good;
        const auto base = base_of(good.signed_message());
        return with_signature_over(request.unsigned_message(), "sig", list + request.parameters, base, good.key);
    };
    const std::string four = R"("@method" "@authority" "@path" "signature-key")";
    rows.refused("a component is covered twice", claiming("(" + four + " \"@method\")"), no_base, "sig.base");
    rows.refused("a field is covered that is not there", claiming("(" + four + " \"x-a\")"), no_base, "sig.base");
    rows.refused("a component is covered that does not exist", claiming("(" + four + " \"@foo\")"), no_base,
                 "sig.base");
    rows.refused("@status is covered", claiming("(" + four + " \"@status\")"), no_base, "sig.base");
    rows.refused("a component is a token", claiming("(@method \"@authority\" \"@path\" \"signature-key\")"), no_base,
                 "sig.malformed");
    auto as_bytes = good;
    as_bytes.components.pop_back();
    rows.either("signature-key is covered with a parameter only",
                with_signature(as_bytes.unsigned_message(), "sig",
                               R"(("@method" "@authority" "@path" "signature-key";bs))" + good.parameters, good.key),
                "OtherForm", "sig.components.signature-key");
}

void additional(Table& table) {
    auto verifier = resource_verifier();
    verifier["also_covered"] = {"@query", "content-digest", "authorization"};
    auto good = to_resource(table.draft);
    good.method = "PUT";
    good.url = "https://rs.example/data?x=1";
    good.body = R"({"a":1})";
    good.lines = {{"Host", "rs.example"},
                  {"Content-Type", "application/json"},
                  {"Content-Digest", httpsig::content_digest(good.body)},
                  {"Authorization", "AAuth abc.def"}};
    good.components = {"@method", "@authority", "@path", "@query", "content-digest", "authorization", "signature-key"};
    RequestRows rows(table, "requests to a resource that asks for more components", 961,
                     shared_input(table.draft, verifier), good);
    for (const std::string name : {"@query", "content-digest", "authorization", "signature-key"}) {
        auto request = good;
        request.components.erase(std::find(request.components.begin(), request.components.end(), name));
        rows.refused(name + " is not covered", request.signed_message(), {"invalid_input"},
                     name == "signature-key" ? "sig.components.signature-key" : "sig.components.additional-enforced");
    }
    const auto m = good.signed_message();
    rows.refused("the query altered", with(m, "url", "https://rs.example/data?x=2"), {"invalid_signature"},
                 "sig.signature-invalid");
    rows.refused("another session token", with_field(m, "Authorization", "AAuth abc.deg"), {"invalid_signature"},
                 "sig.signature-invalid");
    rows.either("the body altered, and not its digest", with(m, "body", "e30="), "BodyNotCompared",
                "sig.content-digest.checked");
    // Who compares the digest with the body first has no code for it.
    rows.refused("the digest altered", with_field(m, "Content-Digest", httpsig::content_digest("{}")), {},
                 "sig.signature-invalid");
}

void altered(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    RequestRows rows(table, "requests to a resource: altered after signing", 1101,
                     shared_input(draft, resource_verifier()), good);
    const auto m = good.signed_message();
    const auto refuse = [&](const std::string& comment, const json& message, Codes codes = {"invalid_signature"}) {
        rows.refused(comment, message, codes, "sig.signature-invalid");
    };
    refuse("another method", with(m, "method", "DELETE"));
    refuse("another path", with(m, "url", "https://rs.example/admin"));
    refuse("a slash at the end of the path", with(m, "url", "https://rs.example/data/"));
    refuse("the path in another case", with(m, "url", "https://rs.example/DATA"));
    refuse("signed for another host",
           with_field(with(with_signature(with_field(with(good.unsigned_message(), "url", "https://other.example/data"),
                                                     "Host", "other.example"),
                                          "sig", good.input(), good.key),
                           "url", good.url),
                      "Host", "rs.example"));
    auto other = agent_token(draft);
    other.claims["jti"] = fixed_id("another token");
    refuse("another good token for the same key", with_field(m, "Signature-Key", jwt_member(other.minted())));
    refuse("a parameter added to Signature-Key", with_field(m, "Signature-Key", good.signature_key + ";x=\"1\""));
    refuse("a member added to Signature-Key", with_field(m, "Signature-Key", good.signature_key + ", other=hwk"));
    refuse("a space added within Signature-Key",
           with_field(m, "Signature-Key", "sig=jwt; " + good.signature_key.substr(8)));
    refuse("created is another second",
           with_field(m, "Signature-Input", "sig=" + covered(good.components) + ";created=1790000001"));
    refuse("a parameter added", with_field(m, "Signature-Input", field(m, "Signature-Input") + ";tag=\"x\""));
    refuse(
        "two components have changed places",
        with_field(m, "Signature-Input", R"(sig=("@authority" "@method" "@path" "signature-key");created=1790000000)"));
    refuse("a component added",
           with_field(m, "Signature-Input",
                      R"(sig=("@method" "@authority" "@path" "signature-key" "host");created=1790000000)"));
    const auto octets = octets_of(field(m, "Signature").substr(4));
    const auto signature = [&](const std::string& text) { return with_field(m, "Signature", "sig=" + bytes(text)); };
    auto flipped = octets;
    flipped[10] = static_cast<char>(flipped[10] ^ 1);
    refuse("one bit of the signature is another", signature(flipped));
    refuse("the signature has lost an octet", signature(octets.substr(1)));
    refuse("the signature has an octet more", signature(octets + '\0'));
    refuse("an empty signature", signature(""));
    refuse("a signature of zeros", signature(std::string(64, '\0')));
    auto by_other = good;
    by_other.key = key("other");
    rows.refused("signed by another key than the token's", by_other.signed_message(), {"invalid_signature"},
                 "agent-token.cnf-matches");
    by_other.key = key_of(agent_provider);
    rows.refused("signed by the agent provider's key", by_other.signed_message(), {"invalid_signature"},
                 "agent-token.cnf-matches");
    rows.refused(
        "signed over the Signature-Key of another token",
        [&] {
            auto request = good;
            request.signature_key = jwt_member(other.minted());
            return with_field(request.signed_message(), "Signature-Key", good.signature_key);
        }(),
        {"invalid_signature"}, "sig.signature-invalid");
}

}  // namespace

void write_requests(Table& table) {
    table.flag("OtherForm", "The component is covered in another form than the profile names it (11.3.3.1).");
    headers(table);
    malformed(table);
    coverage(table);
    additional(table);
    altered(table);
}

}  // namespace aauth::vectors
