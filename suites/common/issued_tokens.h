#pragma once

#include <functional>
#include <string>
#include <vector>

#include "suites/common/suite.h"
#include "suites/common/test.h"

// What the tokens that the target issues have in common, as one table for both kinds.
namespace aauth::suites {

// A token that the target issued, to whom and for which resource.
struct Issued {
    Player player;
    jose::Jwt token;
    std::string resource;
};

enum class Claim {
    Typ,
    Alg,
    Kid,
    Signature,
    Iss,
    Dwk,
    Aud,
    Ps,
    Sub,
    Cnf,
    CnfAlg,
    Jti,
    Iat,
    Ceiling,
    NoScope,
    NoAccount,
    NoMission,
    NoAgent
};

struct ClaimRow {
    const char *number, *requirement, *fault;
    Claim claim;
};

// One case for each row: the token that `issue` gives has to be right in that header parameter or claim. The cases run
// for drafts that have such tokens.
void claim_cases(Suite& suite, const std::string& prefix, protocol::TokenKind kind,
                 const std::function<Issued(Test&)>& issue, const std::vector<ClaimRow>& rows);

// 200 with the token in `member` and a positive expires_in.
void expect_grant(Test& t, const Answer& answer, const std::string& member);
// expires_in and the token's exp are the same but for a minute.
void expect_agreeing_lifetime(Test& t, const Answer& answer, const std::string& member);
// cnf.jwk is this key, judged under `requirement` (default: the case's first).
void expect_bound_to(Test& t, const jose::Jwt& token, const jose::SigningKey& key, std::string_view requirement = {});
void expect_expires_by(Test& t, const jose::Jwt& token, std::int64_t seconds);

}  // namespace aauth::suites
