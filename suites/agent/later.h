#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "suites/agent/scenario.h"

// What the cases about deferred responses share (11.8).
namespace aauth::suites::ag {

inline constexpr const char* pending_path = "/pending/of-this-case";

// A 202 with the pending URL of the case. `seconds` is its Retry-After; nothing: it has none. `requirement` is its
// AAuth-Requirement; empty: none. `body` is JSON.
http::Reply waiting(std::optional<std::int64_t> seconds = 0, const std::string& requirement = {},
                    const std::string& body = R"({"status": "pending"})");

// The first success of this party at the path comes deferred: the script answers it, and then the polls. After its end
// comes what would have been answered at once. POST and DELETE of the pending URL are answered without the script.
void defers(mocks::Party& party, const std::string& path, std::vector<http::Reply> script);

// The polls at this party's pending URL.
std::vector<Received> polls(const Scene& scene, const mocks::Party& party);
// So many polls came, and no more.
void polled(const Scene& scene, const mocks::Party& party, std::size_t times, std::string_view requirement = {});

}  // namespace aauth::suites::ag
