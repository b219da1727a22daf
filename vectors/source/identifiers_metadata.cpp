#include "harness/protocol/metadata.h"
#include "vectors/source/identifiers.h"
#include "vectors/source/identifiers_documents.h"
#include "vectors/source/material.h"

namespace aauth::vectors {

namespace {

using protocol::Role;

// One group of documents of one role.
class Documents {
public:
    Documents(Table& table, const RoleDocuments& kind, int first)
        : draft_(table.draft),
          kind_(kind),
          rows_(table.group("metadata documents: " + std::string(name(kind.role)), "check-metadata", first,
                            {{"role", name(kind.role)}, {"identifier", kind.identifier}})),
          least_(least_metadata(kind, draft_)),
          whole_(whole_metadata(kind, draft_)) {
        plain_ = rows_.valid("the required members alone", {{"document", least_}}, {.requirements = {kind.required}});
        full_ = rows_.valid("every member that the draft defines for this role", {{"document", whole_}},
                            {.requirements = {kind.required, "meta.well-known"}});
    }

    void issuers();
    void required_members();
    void urls();
    void other_members();
    void texts();

private:
    json with(const std::string& member, json value) const {
        auto document = whole_;
        document[member] = std::move(value);
        return {{"document", document}};
    }
    std::vector<std::string> code(std::vector<std::string> codes) const {
        return draft_.issuer_compared ? std::move(codes) : std::vector<std::string>();
    }
    void mismatch(const std::string& comment, const std::string& issuer) {
        auto document = least_;
        document["issuer"] = issuer;
        rows_.invalid(
            comment, plain_, {{"document", document}},
            {.errors = code({"issuer_mismatch"}), .flags = {"Issuer"}, .requirements = {"meta.issuer-match"}});
    }

    const protocol::Draft& draft_;
    RoleDocuments kind_;
    Rows rows_;
    json least_, whole_;
    std::string plain_, full_;
};

void Documents::issuers() {
    const auto& id = kind_.identifier;
    auto document = least_;
    document.erase("issuer");
    rows_.invalid(
        "without issuer", plain_, {{"document", document}},
        {.errors = code({"issuer_missing"}), .flags = {"MissingMember"}, .requirements = {"meta.issuer-missing"}});
    for (const auto& [comment, value] :
         std::vector<std::pair<const char*, json>>{{"issuer is null", nullptr},
                                                   {"issuer is a number", 1},
                                                   {"issuer is true", true},
                                                   {"issuer is an array with the identifier", json::array({id})},
                                                   {"issuer is an object", {{"url", id}}},
                                                   {"issuer is empty", ""}}) {
        document["issuer"] = value;
        rows_.invalid(comment, plain_, {{"document", document}},
                      {.errors = code({"issuer_missing", "issuer_mismatch"}),
                       .flags = {"WrongType"},
                       .requirements = {"meta.issuer-match"}});
    }
    mismatch("issuer with a trailing slash", id + "/");
    mismatch("issuer with the default port", id + ":443");
    mismatch("issuer with a port", id + ":8443");
    mismatch("issuer with http", "http" + id.substr(5));
    mismatch("issuer with an uppercase scheme", "HTTPS" + id.substr(5));
    mismatch("issuer with an uppercase letter in the host",
             "https://" + std::string(1, static_cast<char>(id[8] - 32)) + id.substr(9));
    mismatch("issuer with a trailing dot", id + ".");
    mismatch("issuer with a trailing space", id + " ");
    mismatch("issuer with a space in front", " " + id);
    mismatch("issuer without its last letter", id.substr(0, id.size() - 1));
    mismatch("issuer with one more letter", id + "s");
    mismatch("issuer that begins with the identifier", id + ".evil.example");
    mismatch("issuer that ends with the identifier's host", "https://evil." + id.substr(8));
    mismatch("issuer of another server", "https://evil.example");
    mismatch("issuer without scheme", id.substr(8));
    mismatch("issuer with the path of the document", protocol::document_url(id, kind_.role));
    mismatch("issuer with a Cyrillic letter", "https://\u0430" + id.substr(9));
    mismatch("issuer with a NUL behind it", id + std::string(1, '\0'));
}

void Documents::required_members() {
    for (const auto& member : kind_.needs) {
        auto document = least_;
        document.erase(member);
        rows_.invalid("without " + member, plain_, {{"document", document}},
                      {.flags = {"MissingMember"}, .requirements = {kind_.required}});
        for (const auto& [words, value] :
             std::vector<std::pair<const char*, json>>{{" is null", nullptr},
                                                       {" is a number", 7},
                                                       {" is an array", json::array({least_.at(member)})},
                                                       {" is an object", {{"url", least_.at(member)}}},
                                                       {" is empty", ""}}) {
            document[member] = value;
            rows_.invalid(member + words, plain_, {{"document", document}},
                          {.flags = {"WrongType"}, .requirements = {kind_.required}});
        }
        document.erase(member);
        auto upper = member;
        upper[0] = static_cast<char>(upper[0] - 32);
        document[upper] = least_.at(member);
        rows_.invalid(member + " with an uppercase letter in its name", plain_, {{"document", document}},
                      {.flags = {"MissingMember"}, .requirements = {kind_.required}});
    }
    if (kind_.needs.empty()) {
        auto document = least_;
        document.erase("jwks_uri");
        rows_.valid("without jwks_uri, as a resource may that has no keys", {{"document", document}},
                    {.requirements = {"meta.resource.issuer"}});
    }
}

void Documents::urls() {
    std::vector<std::string> endpoints, shown{"tos_uri", "policy_uri", "logo_uri", "logo_dark_uri"};
    for (const auto& member :
         {draft_.auth_token_endpoint_field, draft_.person_token_endpoint_field, std::string("authorization_endpoint"),
          std::string("mission_endpoint"), std::string("callback_endpoint")}) {
        if (whole_.contains(member)) endpoints.push_back(member);
    }
    if (draft_.plain_metadata_names) shown.push_back("documentation_uri");
    for (const auto& member : endpoints) {
        const auto url = whole_.at(member).get<std::string>();
        const auto bad = [&](const std::string& what, const std::string& value, const char* flag) {
            rows_.invalid(member + what, full_, with(member, value),
                          {.flags = {flag}, .requirements = {"meta.endpoints-https"}});
        };
        bad(" with http", "http" + url.substr(5), "Scheme");
        bad(" with a query", url + "?x=1", "QueryOrFragment");
        bad(" with a fragment", url + "#x", "QueryOrFragment");
        bad(" that is a path", url.substr(kind_.identifier.size()), "Scheme");
        rows_.valid(member + " on another host", with(member, "https://other.example/x"),
                    {.requirements = {"meta.endpoints-https"}});
    }
    const auto keys = whole_.at("jwks_uri").get<std::string>();
    rows_.invalid("jwks_uri with http", full_, with("jwks_uri", "http" + keys.substr(5)),
                  {.flags = {"Scheme"}, .requirements = {"meta.uris-https"}});
    rows_.invalid("jwks_uri that is a path", full_, with("jwks_uri", "/.well-known/jwks.json"),
                  {.flags = {"Scheme"}, .requirements = {"meta.uris-https"}});
    rows_.valid("jwks_uri with a query, which only endpoints may not have", with("jwks_uri", keys + "?v=2"),
                {.requirements = {"meta.uris-https"}});
    for (const auto& member : shown) {
        rows_.acceptable(member + " with http", full_,
                         with(member, "http" + whole_.at(member).get<std::string>().substr(5)),
                         {.flags = {"DisplayMember"}, .requirements = {"meta.uris-https"}});
        rows_.acceptable(member + " is a number", full_, with(member, 7),
                         {.flags = {"DisplayMember"}, .requirements = {"meta.uris-https"}});
    }
    for (const char* member : {"permission_endpoint", "audit_endpoint", "interaction_endpoint", "revocation_endpoint",
                               "mission_control_endpoint"}) {
        if (!whole_.contains(member)) continue;
        rows_.acceptable(std::string(member) + " with http", full_,
                         with(member, "http" + whole_.at(member).get<std::string>().substr(5)),
                         {.flags = {"UnlistedEndpoint"}, .requirements = {"meta.endpoints-https"}});
    }
}

void Documents::other_members() {
    rows_.valid("a member that nobody knows", with("x-colour", "blue"), {.requirements = {"meta.well-known"}});
    rows_.valid("an unknown member that is an object", with("extensions", {{"a", {1, 2}}}),
                {.requirements = {"meta.well-known"}});
    rows_.valid("an unknown member that is null", with("extension", nullptr), {.requirements = {"meta.well-known"}});
    rows_.valid("an unknown member with http", with("x_uri", "http://ps.example/x"),
                {.requirements = {"meta.uris-https"}});
    const auto doubtful = [&](const std::string& member, const std::string& what, json value) {
        rows_.acceptable(member + what, full_, with(member, std::move(value)),
                         {.flags = {"OptionalMember"}, .requirements = {"meta.well-known"}});
    };
    for (const char* member : {"name", "description", "client_name", "access_mode"}) {
        if (whole_.contains(member)) doubtful(member, " is a number", 7);
    }
    for (const char* member :
         {"scopes_supported", "claims_supported", "additional_signature_components", "accept_signature_algs"}) {
        if (!whole_.contains(member)) continue;
        doubtful(member, " is a string", "openid");
        doubtful(member, " has an entry that is a number", json::array({"email", 7}));
    }
    if (kind_.role == Role::Resource) {
        doubtful("scope_descriptions", " is an array", json::array({"data.read"}));
        doubtful("scope_descriptions", " has a value that is a number", {{"data.read", 1}});
        doubtful("signature_window", " is a string", "120");
        doubtful("signature_window", " has a fraction", 60.5);
        doubtful("signature_window", " is negative", -1);
        if (draft_.plain_metadata_names) {
            rows_.valid("an access_mode that nobody knows", with("access_mode", "x-other"),
                        {.requirements = {"meta.resource.access-mode-unknown"}});
            std::vector<std::string> modes{"agent-token", draft_.session_access_mode};
            if (draft_.person_tokens) modes.emplace_back("person-token");
            for (const auto& mode : modes) {
                rows_.valid("access_mode " + mode, with("access_mode", mode),
                            {.requirements = {"meta.resource.access-mode"}});
            }
        }
    }
    if (kind_.role == Role::AgentProvider) doubtful("localhost_callback_allowed", " is a string", "true");
    if (draft_.accepted_algs_published) {
        doubtful("accept_signature_algs", " names none", json::array({"Ed25519", "none"}));
        doubtful("accept_signature_algs", " names the polymorphic EdDSA", json::array({"EdDSA"}));
        doubtful("accept_signature_algs", " is empty", json::array());
    }
}

void Documents::texts() {
    const auto text = least_.dump();
    const auto id =
        rows_.valid("the body as it was received", {{"document", text}}, {.requirements = {"meta.well-known"}});
    rows_.valid("white space around the members", {{"document", "\r\n { \n" + text.substr(1) + "\t\n"}},
                {.requirements = {"meta.well-known"}});
    const auto bad = [&](const char* comment, const std::string& body) {
        rows_.invalid(comment, id, {{"document", body}},
                      {.flags = {"NotAnObject"}, .requirements = {"meta.well-known"}});
    };
    bad("an empty body", "");
    bad("a body that ends early", text.substr(0, text.size() - 1));
    bad("a comma behind the last member", text.substr(0, text.size() - 1) + ",}");
    bad("more behind the object", text + "{}");
    bad("a comment", "/* metadata */" + text);
    bad("names without quotes", "{issuer:\"" + kind_.identifier + "\"}");
    bad("a page of HTML", "<!DOCTYPE html><title>Not found</title>");
    bad("null", "null");
    bad("an array around the object", "[" + text + "]");
    bad("a JSON text in a string", json(text).dump());
    const auto doubtful = [&](const char* comment, const std::string& body) {
        rows_.acceptable(comment, id, {{"document", body}},
                         {.flags = {"JsonReading"}, .requirements = {"meta.well-known"}});
    };
    doubtful("issuer twice, with the same value", "{\"issuer\":\"" + kind_.identifier + "\"," + text.substr(1));
    doubtful("issuer twice, first with another value", "{\"issuer\":\"https://evil.example\"," + text.substr(1));
    doubtful("a byte order mark in front", "\ufeff" + text);
}

}  // namespace

void write_metadata(Table& table) {
    table.flag("Issuer", "issuer is not, byte for byte, the URL that the document was fetched under.");
    table.flag("MissingMember", "A member that the role's document has to have is absent.");
    table.flag("WrongType", "A required member has another type than a string with a URL.");
    table.flag("DisplayMember",
               "A member that is only shown to people breaks the rule for it (11.1.2 of -11). A reader may refuse the "
               "document, or leave the member unused; the draft does not say which.");
    table.flag("OptionalMember",
               "An optional member has a value that the draft does not define. A reader may refuse the document, or "
               "leave the member unused; the draft does not say which.");
    table.flag(
        "UnlistedEndpoint",
        "The rule for endpoints (11.1.2 of -11) lists the endpoints that it holds for, and this one is not listed.");
    table.flag("NotAnObject", "The body is no JSON object.");
    table.flag("JsonReading", "RFC 8259 leaves to the reader what becomes of this.");
    int first = 1001;
    for (const auto& kind : role_documents(table.draft)) {
        Documents documents(table, kind, first);
        documents.issuers();
        documents.required_members();
        documents.urls();
        documents.other_members();
        if (kind.role == Role::PersonServer) documents.texts();
        first += 200;
    }
}

}  // namespace aauth::vectors
