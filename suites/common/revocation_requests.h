#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/http/server.h"
#include "suites/common/test.h"

// Revocations (11.12), as our parties make them at the target and as they receive them from it.
namespace aauth::suites {

// What a revocation of this token says in the draft: {jti, exp}, or {iss, jti}.
nlohmann::json revocation_body(Test& t, const std::string& token);

// A revocation by a party of ours, signed in its own right. Skips the case when the target has no revocation endpoint.
mocks::SignedRequest revocation(Test& t, const mocks::Party& by, const nlohmann::json& body);

// Skips the case when the answer is a refusal of our revocation that the draft allows: of the caller, of its number,
// or, in drafts that do not say how a server signs, of its signature.
void skip_if_refusable(Test& t, const Answer& answer);

// The answer to a conforming revocation of a token by its issuer; where it is put off, the one that it ends with.
// Skipped as above; Blocked when it is refused otherwise.
Answer revoked(Test& t, const mocks::Party& by, const std::string& token);

// A poll of a revocation that was put off, by this party.
Answer poll_as(Test& t, const mocks::Party& party, const Answer& put_off);
// Polls until something else than 202 comes.
Answer ended(Test& t, const mocks::Party& party, const Answer& put_off);

// The target's revocation of one of its tokens (jti) at a party of ours, after number `after` of its log. Nothing when
// none came.
std::optional<mocks::Seen> revoked_at(Test& t, const mocks::Party& party, const std::string& jti,
                                      std::uint64_t after = 0,
                                      std::chrono::milliseconds limit = std::chrono::seconds(5));
// Our party's own verification is the judge of it: signed-post, components and body.
void expect_revocation(Test& t, const mocks::Seen& seen);

// An answer to a revocation as a party of ours can be made to give it.
http::Reply answering(int status, std::string body = {});

// Holds a party's answers back until it is opened, or for so long.
class Gate {
public:
    // Waits at the gate. Afterwards it counts as passed.
    void wait(std::chrono::milliseconds limit);
    void open();
    bool reached() const;  // somebody came
    bool passed() const;   // somebody has been let through

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false, reached_ = false, passed_ = false;
};

}  // namespace aauth::suites
