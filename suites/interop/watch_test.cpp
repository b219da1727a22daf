#include "suites/interop/watch.h"

#include <nlohmann/json.hpp>

#include "harness/catch.h"
#include "harness/jose/jwt.h"
#include "harness/protocol/tokens.h"

namespace aauth::interop {

namespace {

Exchange exchange(const std::string& from, const std::string& to, int status, const std::string& problem = {},
                  bool challenge = false) {
    Exchange made;
    made.from = from;
    made.to = to;
    made.status = status;
    made.problem = problem;
    made.challenge = challenge;
    return made;
}

PairingCell broken(std::vector<Exchange> exchanges, const std::string& says = {}) {
    PairingCell cell;
    cell.outcome = Outcome::Red;
    cell.exchanges = std::move(exchanges);
    find_fault(cell, says);
    return cell;
}

Heard heard(http::Request request, http::Response response) {
    return {"resource", "https://resource.aauth.test", std::move(request), std::move(response)};
}

httpsig::Discovery::Fetch nothing() {
    return [](const std::string&) -> Result<httpsig::Document> { return httpsig::Document{404, "", std::nullopt}; };
}

}  // namespace

TEST_CASE("a request whose signature is wrong is its sender's fault", "[interop]") {
    const auto cell = broken({exchange("agent", "resource", 401, {}, true),
                              exchange("agent", "person-server", 401, "the request's signature: invalid_input (x)")});
    CHECK(cell.at_fault == "agent");
    CHECK(cell.broke_at == 1);
}

TEST_CASE("an answer that is none is the fault of who gave it", "[interop]") {
    const auto cell = broken({exchange("agent", "person-server", 500, "the answer is status 500")});
    CHECK(cell.at_fault == "person-server");
    CHECK(cell.broke_at == 0);
}

TEST_CASE("who refuses what is right by our reading is at fault, and a challenge is no refusal", "[interop]") {
    const auto cell = broken({exchange("agent", "resource", 401, {}, true),
                              exchange("agent", "person-server", 403), exchange("agent", "resource", 200)},
                             "denied: no");
    CHECK(cell.at_fault == "person-server");
    CHECK(cell.broke_at == 1);
    CHECK(cell.reason.find("denied: no") != std::string::npos);
}

TEST_CASE("a decision is nobody's mistake", "[interop]") {
    auto denied = exchange("agent", "person-server", 403);
    denied.error = "access_denied";
    const auto cell = broken({denied});
    CHECK(cell.at_fault == "unclear");
    CHECK(cell.broke_at == 0);
}

TEST_CASE("an agent that stops although nothing is wrong, or says nothing at all, is at fault", "[interop]") {
    const auto stopped = broken({exchange("agent", "resource", 401, {}, true)});
    CHECK(stopped.at_fault == "agent");
    CHECK(stopped.broke_at == 0);
    const auto silent = broken({});
    CHECK(silent.at_fault == "agent");
    CHECK(silent.broke_at == -1);
}

TEST_CASE("a request belongs to an agent when a token in it is for its key or in its name", "[interop]") {
    const auto key = jose::SigningKey::generate(crypto::Algorithm::Ed25519, "k");
    const auto x = key.public_jwk().at("x").get<std::string>();
    const std::string agent = "aauth:one@ap.aauth.test";
    const auto token = [&](const nlohmann::json& claims) { return jose::mint({{"typ", "t"}}, claims, key); };
    http::Request request;
    CHECK_FALSE(concerns(request, agent, x));
    request.fields.set("Signature-Key", "sig=jwt;jwt=\"" + token({{"sub", "aauth:two@ap.aauth.test"}}) + "\"");
    CHECK_FALSE(concerns(request, agent, x));
    request.fields.set("Signature-Key", "sig=jwt;jwt=\"" + token({{"cnf", protocol::confirmation(key)}}) + "\"");
    CHECK(concerns(request, agent, x));
    request.fields.erase("Signature-Key");
    request.body = R"({"agent_token": ")" + token({{"sub", agent}}) + "\"}";
    CHECK(concerns(request, agent, x));
    request.body = "eyJhbGciOiJub25lIn0.!.x eyJ..";
    CHECK_FALSE(concerns(request, agent, x));
    request.fields.set("Signature-Key", "sig=hwk;kty=\"OKP\";crv=\"Ed25519\";x=\"" + x + "\"");
    CHECK(concerns(request, agent, x));
}

TEST_CASE("an exchange is read as the draft has it", "[interop]") {
    const auto& draft = *protocol::find_draft("11");
    http::Request plain;
    http::Response challenge;
    challenge.status = 401;
    CHECK_FALSE(read_exchange(heard(plain, challenge), draft, nothing()).problem.empty());
    challenge.fields.set("AAuth-Requirement", "requirement=agent-token");
    CHECK(read_exchange(heard(plain, challenge), draft, nothing()).problem.empty());
    challenge.fields.set("AAuth-Requirement", "requirement=");
    CHECK_FALSE(read_exchange(heard(plain, challenge), draft, nothing()).problem.empty());
    http::Request signed_badly;
    signed_badly.fields.set("Signature-Input", "sig=(\"@method\");created=1");
    signed_badly.fields.set("Signature", "sig=:AAAA:");
    signed_badly.fields.set("Signature-Key", "sig=jwt;jwt=\"x\"");
    http::Response fine;
    fine.status = 200;
    const auto read = read_exchange(heard(signed_badly, fine), draft, nothing());
    CHECK(read.from == "agent");
    CHECK(read.problem.rfind("the request's signature", 0) == 0);
    fine.body = std::string(100000, 'x');
    CHECK(read_exchange(heard(plain, fine), draft, nothing()).response.size() < 10000);
}

}  // namespace aauth::interop
