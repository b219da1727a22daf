#include "vectors/source/signature_requests.h"

// Requests of an agent: created and expires, the other parameters, labels (sections 11.3.3.2, 11.3.4 step 3
// and 11.3.4.2).
namespace aauth::vectors {

namespace {

void freshness(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    RequestRows rows(table, "requests to a resource: created and expires", 981,
                     shared_input(draft, resource_verifier()), good);
    const auto with_parameters = [&](const std::string& parameters) {
        auto request = good;
        request.parameters = parameters;
        return request.signed_message();
    };
    const auto created_at = [&](std::int64_t second) { return with_parameters(";created=" + std::to_string(second)); };
    const Codes old{"invalid_signature"}, ahead{draft.created_ahead_error}, none{};
    rows.valid("created a second ago", created_at(now - 1), "sig.window.default");
    rows.valid("created 59 seconds ago", created_at(now - 59), "sig.window.default");
    rows.valid("created 60 seconds ago", created_at(now - 60), "sig.window.default");
    rows.refused("created 61 seconds ago", created_at(now - 61), old, "sig.created.old");
    rows.refused("created an hour ago", created_at(now - 3600), old, "sig.created.old");
    rows.refused("created in 1970", created_at(0), old, "sig.created.old");
    rows.refused("created before 1970", created_at(-1), old, "sig.created.old");
    rows.valid("created a second ahead", created_at(now + 1), "sig.window.default");
    rows.valid("created 59 seconds ahead", created_at(now + 59), "sig.window.default");
    rows.valid("created 60 seconds ahead", created_at(now + 60), "sig.window.default");
    rows.refused("created 61 seconds ahead", created_at(now + 61), ahead, "sig.created.ahead");
    rows.refused("created an hour ahead", created_at(now + 3600), ahead, "sig.created.ahead");
    rows.refused("created in milliseconds", created_at(now * 1000), ahead, "sig.created.ahead");
    rows.refused("created as far ahead as can be written", created_at(999999999999999), ahead, "sig.created.ahead");
    rows.refused("no created", with_parameters(""), none, "sig.created.present");
    rows.refused("no created, but expires", with_parameters(";expires=1790000060"), none, "sig.created.present");
    rows.either("created is a string", with_parameters(";created=\"1790000000\""), "CreatedType",
                "sig.created.integer");
    rows.either("created is a decimal", with_parameters(";created=1790000000.0"), "CreatedType", "sig.created.integer");
    rows.either("created is a token", with_parameters(";created=now"), "CreatedType", "sig.created.integer");
    rows.either("created is true", with_parameters(";created"), "CreatedType", "sig.created.integer");

    const auto window = [&](int seconds) {
        auto verifier = resource_verifier();
        verifier["window"] = seconds;
        return json{{"verifier", verifier}};
    };
    const auto wide = rows.valid("a window of 600 seconds, created 600 seconds ago", created_at(now - 600),
                                 "sig.window.advertised", window(600));
    rows.valid("a window of 600 seconds, created 600 seconds ahead", created_at(now + 600), "sig.window.advertised",
               window(600));
    rows.refused("a window of 600 seconds, created 601 seconds ago", created_at(now - 601), old,
                 "sig.window.advertised", window(600), wide);
    rows.refused("a window of 600 seconds, created 601 seconds ahead", created_at(now + 601), ahead,
                 "sig.window.advertised", window(600), wide);
    const auto narrow = rows.valid("a window of 10 seconds, created 10 seconds ago", created_at(now - 10),
                                   "sig.window.advertised", window(10));
    rows.refused("a window of 10 seconds, created 11 seconds ago", created_at(now - 11), old, "sig.window.advertised",
                 window(10), narrow);
    rows.refused("a window of 10 seconds, created 11 seconds ahead", created_at(now + 11), ahead,
                 "sig.window.advertised", window(10), narrow);

    const auto expires = [&](const std::string& value) {
        return with_parameters(good.parameters + ";expires=" + value);
    };
    const auto lasting = rows.valid("expires in a second", expires(std::to_string(now + 1)), "sig.expires.future");
    rows.valid("expires in a year", expires(std::to_string(now + 31536000)), "sig.expires.future");
    const std::pair<const char*, std::int64_t> past[] = {
        {"expired a second ago", now - 1}, {"expired an hour ago", now - 3600}, {"expired in 1970", 0}};
    for (const auto& [comment, at] : past) {
        if (table.has("sig.expires.past")) {
            rows.refused(comment, expires(std::to_string(at)), none, "sig.expires.past", json::object(), lasting);
        } else {
            rows.either(comment, expires(std::to_string(at)), "Ambiguous", "sig.expires.past");
        }
    }
    rows.either("expires now", expires(std::to_string(now)), "Ambiguous", "sig.expires.past");
    rows.either("expires is a string", expires("\"1790000060\""), "Ambiguous", "sig.expires.past");
}

void parameters(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    RequestRows rows(table, "requests to a resource: other parameters", 1031, shared_input(draft, resource_verifier()),
                     good);
    const auto sent = [&](const std::string& parameters) {
        auto request = good;
        request.parameters = parameters;
        return request.signed_message();
    };
    const std::string created = good.parameters;
    for (const std::string alg :
         {"ed25519", "ecdsa-p256-sha256", "rsa-pss-sha512", "hmac-sha256", "ES256", "none", ""}) {
        const auto comment = "alg is \"" + alg + "\"";
        if (draft.alg_parameter_ignored) {
            rows.valid(comment, sent(created + ";alg=\"" + alg + "\""), "sig.alg-param.ignored");
        } else {
            rows.either(comment, sent(created + ";alg=\"" + alg + "\""), "AlgParameter", "sig.alg-param.ignored");
        }
    }
    rows.valid("keyid is the thumbprint of the key", sent(created + ";keyid=\"" + good.key.thumbprint() + "\""),
               "sig.keyid.key-from-signature-key");
    rows.either("keyid names another key", sent(created + ";keyid=\"" + key("other").thumbprint() + "\""),
                "KeyidConflict", "sig.keyid.key-from-signature-key");
    rows.either("keyid is an empty string", sent(created + ";keyid=\"\""), "KeyidConflict",
                "sig.keyid.key-from-signature-key");
    rows.valid("a nonce", sent(created + ";nonce=\"n-1\""), "sig.base");
    rows.valid("a nonce with quotes and backslashes", sent(created + R"(;nonce="a\"b\\c")"), "sig.base");
    rows.valid("a tag", sent(created + ";tag=\"aauth\""), "sig.base");
    rows.valid("the parameters in another order", sent(";tag=\"t\";nonce=\"n\";expires=1790000060;created=1790000000"),
               "sig.base");
    rows.either("a parameter that nobody knows", sent(created + ";x=1"), "VerifierPolicy", "sig.base");
    auto spaced = good;
    rows.valid("Signature-Input with other whitespace",
               with_field(spaced.signed_message(), "Signature-Input",
                          R"(sig=(  "@method"   "@authority" "@path" "signature-key"  );  created=1790000000)"),
               "sig.base");
}

void labels(Table& table) {
    const auto& draft = table.draft;
    const auto good = to_resource(draft);
    RequestRows rows(table, "requests to a resource: labels", 1061, shared_input(draft, resource_verifier()), good);
    const auto member = good.signature_key.substr(4);
    const auto labelled = [&](const std::string& label) {
        auto request = good;
        request.label = label;
        request.signature_key = label + "=" + member;
        return request.signed_message();
    };
    for (const char* label : {"sig1", "a", "agent", "*s.i_g-9*", "signature-key"}) {
        rows.valid(std::string("the label ") + label, labelled(label), "sig.label.any-name");
    }
    const auto m = good.signed_message();
    rows.refused(
        "Signature-Key has another label",
        [&] {
            auto request = good;
            request.signature_key = "other=" + member;
            return request.signed_message();
        }(),
        {}, "sig.label.member-missing");
    rows.refused(
        "Signature-Key has the label in another case",
        [&] {
            auto request = good;
            request.signature_key = "Sig=" + member;
            return request.signed_message();
        }(),
        {}, "sig.malformed");
    auto codes = missing_codes(draft);
    rows.refused("Signature has another label", with_field(m, "Signature", "other=" + field(m, "Signature").substr(4)),
                 codes, "sig.malformed");
    rows.refused("Signature-Input has another label",
                 with_field(m, "Signature-Input", "other=" + field(m, "Signature-Input").substr(4)), codes,
                 "sig.malformed");
    rows.refused("the label is renamed in all three fields after signing",
                 with_field(with_field(with_field(m, "Signature-Key", "b=" + member), "Signature-Input",
                                       "b=" + field(m, "Signature-Input").substr(4)),
                            "Signature", "b=" + field(m, "Signature").substr(4)),
                 {"invalid_signature"}, "sig.signature-invalid");
    const auto beside = [&](const std::string& value) {
        auto request = good;
        request.signature_key = value;
        return request.signed_message();
    };
    const auto unselected = [&](const std::string& comment, const json& message) {
        if (draft.unselected_schemes_ignored) {
            rows.valid(comment, message, "sig.label.unselected-ignored");
        } else {
            rows.either(comment, message, "UnselectedMember", "sig.label.unselected-ignored");
        }
    };
    unselected("Signature-Key has a member of an unknown scheme behind it",
               beside(good.signature_key + ", other=foo;x=1"));
    unselected("Signature-Key has a member of an unknown scheme in front",
               beside("other=foo;x=1, " + good.signature_key));
    rows.either("Signature-Key has a member that is no token", beside(good.signature_key + ", other=\"text\""),
                "UnselectedMember", "sig.label.unselected-ignored");
    rows.either("Signature-Key has a member with a token that is none",
                beside(good.signature_key + ", other=jwt;jwt=\"x\""), "UnselectedMember",
                "sig.label.unselected-ignored");
    auto both = good;
    both.signature_key = good.signature_key + ", other=foo";
    unselected("a second signature under an unknown scheme",
               with_signature(both.signed_message(), "other", good.input(), key("other")));
    rows.either("a second signature without a Signature-Key member",
                with_signature(good.signed_message(), "other", good.input(), key("other")), "WhichLabel",
                "sig.label.member-missing");
    const auto second = [&] {
        auto request = good;
        auto signed_twice = with_signature(request.unsigned_message(), "other", good.input(), key("other"));
        return with_signature(signed_twice, "sig", good.input(), key("agent"));
    }();
    rows.either("a signature without a Signature-Key member in front", second, "WhichLabel",
                "sig.label.member-missing");
}

}  // namespace

void write_request_parameters(Table& table) {
    table.flag("CreatedType", "Only the signer is told that created is an integer (11.3.3.2).");
    table.flag("KeyidConflict",
               "keyid and Signature-Key have to name the same key, and the verifier takes that of Signature-Key "
               "(11.3.3.2); whether it refuses a conflict is not said.");
    table.flag("UnselectedMember",
               "Verifiers MAY ignore Signature-Key members of labels that they do not verify (HTTP Signature "
               "Keys, section 3.1).");
    table.flag("WhichLabel",
               "Which of several labels is verified depends on the application (HTTP Signature Keys, section 3).");
    freshness(table);
    parameters(table);
    labels(table);
}

}  // namespace aauth::vectors
