#include "harness/httpsig/digest.h"
#include "vectors/operations/input.h"
#include "vectors/source/signatures.h"

// Signing with Ed25519, whose signatures are the same bytes everywhere.
namespace aauth::vectors {

namespace {

json private_jwk(const protocol::Draft& draft, const jose::SigningKey& key) {
    auto jwk = key.private_jwk();
    jwk["alg"] = algorithm_name(key.algorithm, draft);
    return jwk;
}

struct Row {
    std::string comment;
    json message;
    std::vector<std::string> components;
    std::string label = "sig", signature_key = {}, key = "agent";
    std::int64_t created = now;
};

json input_of(const protocol::Draft& draft, const Row& row) {
    json input{{"message", row.message},
               {"label", row.label},
               {"components", row.components},
               {"parameters", {{"created", row.created}}},
               {"key", private_jwk(draft, key(row.key))}};
    if (!row.signature_key.empty()) input["signature_key"] = row.signature_key;
    return input;
}

std::vector<Row> good_rows() {
    const Lines host{{"Host", "rs.example"}};
    const auto get = [&](const std::string& url) { return message("GET", url, host); };
    const std::string body = R"({"resource":"https://rs.example"})";
    const json post = message("POST", "https://ps.example/token",
                              {{"Host", "ps.example"},
                               {"Content-Type", "application/json"},
                               {"Content-Digest", httpsig::content_digest(body)}},
                              body);
    const std::vector<std::string> profile{"@method", "@authority", "@path", "signature-key"};
    const std::string jwt = R"(sig=jwt;jwt="eyJhbGciOiJFZDI1NTE5In0.e30.AAAA")";
    return {
        {"what AAuth asks of a request", get("https://rs.example/data"), profile, "sig", jwt},
        {"created is another second", get("https://rs.example/data"), profile, "sig", jwt, "agent", now + 1},
        {"another key", get("https://rs.example/data"), profile, "sig", jwt, "sub-agent"},
        {"another label", get("https://rs.example/data"), profile, "agent1",
         R"(agent1=jwt;jwt="eyJhbGciOiJFZDI1NTE5In0.e30.AAAA")"},
        {"a label with every kind of character", get("https://rs.example/data"), {"@method"}, "*s.i_g-9*"},
        {"a request with a body, of what a person server asks",
         post,
         {"@method", "@authority", "@path", "content-digest", "content-type", "signature-key"},
         "sig",
         jwt},
        {"the components in another order",
         post,
         {"signature-key", "content-type", "@path", "content-digest", "@authority", "@method"},
         "sig",
         jwt},
        {"a session token beside",
         with_line(get("https://rs.example/data"), "Authorization", "AAuth abc.def=="),
         {"@method", "@authority", "@path", "authorization", "signature-key"},
         "sig",
         jwt},
        {"one component", get("https://rs.example/data"), {"@method"}},
        {"no component", get("https://rs.example/data"), {}},
        {"every derived component without parameters",
         get("https://rs.example/data?x=1"),
         {"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"}},
        {"no query", get("https://rs.example/data"), {"@query"}},
        {"a port",
         message("GET", "https://rs.example:8443/", {{"Host", "rs.example:8443"}}),
         {"@authority", "@target-uri"}},
        {"a path with percent triplets", get("https://rs.example/a%20b/%C3%A9?q=%2F"), {"@path", "@query"}},
        {"a field on two lines", with_line(with_line(get("https://rs.example/"), "X-A", "one"), "X-A", "two"), {"x-a"}},
        {"an empty field", with_line(get("https://rs.example/"), "X-A", ""), {"@method", "x-a"}},
        {"spaces around a value", with_line(get("https://rs.example/"), "X-A", "  a  b  "), {"x-a"}},
        {"a value with quotes and commas", with_line(get("https://rs.example/"), "X-A", R"("a", b;c="d\e")"), {"x-a"}},
        {"Signature-Key with several members",
         get("https://rs.example/"),
         {"signature-key"},
         "sig",
         R"(sig=hwk;kty="OKP";crv="Ed25519";x="AA", other=jwt;jwt="e30.e30.AA")"},
        {"created is zero", get("https://rs.example/"), {"@method"}, "sig", "", "agent", 0},
        {"created has fifteen digits", get("https://rs.example/"), {"@method"}, "sig", "", "agent", 999999999999999},
    };
}

}  // namespace

void write_signing(Table& table) {
    auto rows = table.group("signing with Ed25519", "sign", 401);
    for (const auto& row : good_rows()) {
        auto sent =
            row.signature_key.empty() ? row.message : with_line(row.message, "Signature-Key", row.signature_key);
        const auto input = covered(row.components) + ";created=" + std::to_string(row.created);
        const auto signed_message = with_signature(sent, row.label, input, key(row.key));
        rows.valid(row.comment, input_of(table.draft, row),
                   {.requirements = {"sig.base"},
                    .output = {{"headers",
                                {{"Signature-Input", field(signed_message, "Signature-Input")},
                                 {"Signature", field(signed_message, "Signature")}}}},
                    .base = base_of(signed_message, row.label)});
    }
    const std::string good = "signatures-0401";
    const auto refuse = [&](const std::string& comment, const std::string& member, const json& value) {
        auto input = rows.input(good);
        input[member] = value;
        rows.invalid(comment, good, input, {.requirements = {"sig.base"}});
    };
    refuse("a field that the message has not", "components",
           {"@method", "@authority", "@path", "signature-key", "x-a"});
    refuse("a derived component that does not exist", "components",
           {"@method", "@authority", "@path", "signature-key", "@foo"});
    refuse("@signature-params is no component", "components",
           {"@method", "@authority", "@path", "signature-key", "@signature-params"});
    refuse("a component twice", "components", {"@method", "@authority", "@path", "signature-key", "@method"});
    refuse("a field twice", "components", {"@method", "@authority", "@path", "signature-key", "signature-key"});
    refuse("@status in a request", "components", {"@method", "@authority", "@path", "signature-key", "@status"});
    refuse("a label in upper case", "label", "Sig");
    refuse("a label that begins with a digit", "label", "1sig");
    refuse("an empty label", "label", "");
    auto half = rows.input(good)["key"];
    half.erase("d");
    refuse("a public key", "key", half);
    auto short_key = rows.input(good)["key"];
    short_key["d"] = short_key["d"].get<std::string>().substr(0, 40);
    refuse("a private key that is too short", "key", short_key);
}

}  // namespace aauth::vectors
