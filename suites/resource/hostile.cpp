#include <nlohmann/json.hpp>

#include "harness/jose/jwt.h"
#include "harness/json/json.h"
#include "suites/common/rows.h"
#include "suites/resource/surfaces.h"

// Input that nobody sends by mistake (13.3). What it is answered does not matter, as long as the resource stands.
namespace aauth::suites::rs {

namespace {

struct HostileRow {
    int number;
    const char* title;
    const char* fault;
    std::function<void(Test&, mocks::SignedRequest&)> change;
    const char* because = "";
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// An agent token with these claims on top of the usual ones.
std::string token_with(Test& t, const mocks::SignedRequest& r, const nlohmann::json& claims) {
    const auto& provider = t.world().agent_provider();
    const mocks::Agent agent{"aauth:hostile@" + protocol::domain_of(provider.identifier()), r.key};
    return provider.agent_token(agent, t.person_server_identifier(),
                                [&](nlohmann::json&, nlohmann::json& all) { all.update(claims); });
}

// 1 to 6: no signature to accept.
std::vector<HostileRow> requests() {
    const auto* refused = "status-500-for-signature";
    return {
        {1, "a token of nested arrays is no server error", refused,
         [](Test&, mocks::SignedRequest& r) {
             r.token = jose::mint_raw(R"({"alg":"Ed25519","typ":"aa-agent+jwt","kid":"k"})", nested(5000), r.key);
         }},
        {2, "a token whose claims have all the wrong types is no server error", refused,
         [](Test& t, mocks::SignedRequest& r) {
             r.token = token_with(t, r,
                                  {{"iss", nlohmann::json::array({1, 2})},
                                   {"sub", nullptr},
                                   {"exp", "soon"},
                                   {"cnf", "none"},
                                   {"jti", true}});
         }},
        {3, "an exp beyond all numbers is no server error", refused,
         [](Test& t, mocks::SignedRequest& r) {
             r.token = token_with(t, r, {{"exp", 1e300}, {"iat", -1e300}});
         }},
        {4, "an issuer that is a path into the resource's own network is refused", refused,
         [](Test& t, mocks::SignedRequest& r) {
             r.token = token_with(t, r, {{"iss", "http://169.254.169.254/latest/meta-data"}});
         },
         "Whoever names the issuer names an address that the resource will call."},
        {5, "a kid with quotes and a path is no server error", refused,
         [](Test&, mocks::SignedRequest& r) {
             const auto jwt = jose::Jwt::decode(r.token).value();
             auto header = jwt.header();
             header["kid"] = "../../etc/passwd\" OR '1'='1";
             r.token = jose::mint(header, jwt.payload(), r.key);
         }},
        {6, "a hundred labels in the signature headers are no server error", refused,
         [](Test&, mocks::SignedRequest& r) {
             r.then([](http::Request& request) {
                 std::string input, signature;
                 for (int i = 0; i < 100; ++i) {
                     const auto label = "x" + std::to_string(i);
                     input += (i == 0 ? "" : ", ") + label + "=(\"@method\");created=1";
                     signature += (i == 0 ? "" : ", ") + label + "=:AAAA:";
                 }
                 request.fields.set("Signature-Input", input);
                 request.fields.set("Signature", signature);
             });
         }},
    };
}

std::vector<HostileRow> headers() {
    return {
        {7, "an AAuth-Capabilities that does not parse is no server error", "capabilities-500",
         [](Test&, mocks::SignedRequest& r) { r.header("AAuth-Capabilities", ";;;=(\"\" ,,"); }},
        {8, "an Authorization of eight kilobytes is no server error", "session-500",
         [](Test&, mocks::SignedRequest& r) {
             r.header("Authorization", "AAuth " + std::string(8000, 'A')).also_cover("authorization");
         }},
        {9, "an AAuth-Mission that does not parse is no server error", "mission-500",
         [](Test&, mocks::SignedRequest& r) { r.header("AAuth-Mission", "approver=\"\\"); }},
    };
}

// Bodies for the authorization endpoint.
struct BodyRow {
    int number;
    const char* title;
    std::function<std::string(Test&)> body;
};

std::vector<BodyRow> bodies() {
    return {
        {20, "a body of nested arrays is no server error at the authorization endpoint",
         [](Test&) { return "{\"scope\":" + nested(5000) + "}"; }},
        {21, "a scope of markup and control characters is no server error at the authorization endpoint",
         [](Test&) { return json::dump({{"scope", "<script>alert(1)</script>\x01\x7f\r\nSet-Cookie: a=b"}}); }},
        {22, "a body that is no UTF-8 is no server error at the authorization endpoint",
         [](Test&) { return std::string("{\"scope\":\"\xff\xfe\xc0\x80\"}"); }},
        {23, "a scope of a hundred thousand characters is no server error at the authorization endpoint",
         [](Test&) { return json::dump({{"scope", std::string(100000, 'a')}}); }},
    };
}

}  // namespace

void hostile_cases(Suite& suite) {
    suite.area("Untrusted input", "13.3");
    auto rows = requests();
    const auto more = headers();
    rows.insert(rows.end(), more.begin(), more.end());
    for (const auto& row : rows) {
        suite
            .add(case_id("RS-ERR", row.number), row.title, {{"input.hostile", row.fault}},
                 [row](Test& t) {
                     auto request = basic_endpoint().request(t, t.player());
                     row.change(t, request);
                     const auto answer = t.send(request);
                     expect_no_server_error(t, answer);
                     if (row.number > 6) return;
                     t.expect(answer).that(!recognized(answer), "answer", "not accepted", answer.summary());
                 })
            .because(row.because);
    }
    for (const auto& row : bodies()) {
        suite.add(case_id("RS-ERR", row.number), row.title, {{"input.hostile", "error-500"}}, [row](Test& t) {
            auto request = authorize_endpoint().request(t, t.player());
            request.body(row.body(t));
            const auto answer = send_huge(t, request, "hostile body");
            if (!answer) t.skip("the target closes the connection");
            expect_no_server_error(t, *answer);
        });
    }
}

}  // namespace aauth::suites::rs
