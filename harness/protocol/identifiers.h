#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/protocol/draft.h"

// The identifiers of AAuth (section 11.1) and its interaction codes (11.6.3.1).
namespace aauth::protocol {

// Where the parties are reached. On loopback, server identifiers of the forms http://127.0.0.1:PORT and
// http://localhost:PORT are taken as well, and so are endpoint URLs below them.
enum class Reach { Strict, Loopback };

// Why a server identifier (11.1.1) is not valid, in one sentence; nothing when it is.
std::optional<std::string> server_identifier_problem(std::string_view text, Reach reach);
inline bool is_server_identifier(std::string_view text, Reach reach) {
    return !server_identifier_problem(text, reach).has_value();
}

// Why a text is no agent identifier (5.2) of the draft; nothing when it is one.
std::optional<std::string> agent_identifier_problem(std::string_view text, const Draft& draft, Reach reach);

// Why a URL cannot be an endpoint (11.1.2): https, no query, no fragment.
std::optional<std::string> endpoint_problem(std::string_view url, Reach reach);

// The domain of an agent identifier's provider: the identifier without its scheme ("ap.example", "127.0.0.1:9000").
std::string domain_of(std::string_view server_identifier);

// An interaction code: eight symbols of Crockford base32 with a hyphen in the middle, 40 random bits.
std::string new_interaction_code();
// The value that codes are compared by: hyphens gone, upper case, aliases I and L to 1 and O to 0.
std::string folded_code(std::string_view code);
// Why a code as emitted breaks 11.6.3.1: alphabet, or fewer than eight symbols; nothing when it is good.
std::optional<std::string> code_problem(std::string_view code);

}  // namespace aauth::protocol
