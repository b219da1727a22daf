#pragma once

#include "harness/http/server.h"
#include "mocks/party.h"

namespace aauth::cli {

// The page at a served party's own address: what it is, what it gets wrong on purpose, and the last requests that it
// received with what it answered, the newest first. Loads itself again every few seconds. Everything in it that came from
// outside is made visible and escaped; tokens are shortened.
http::Reply status_page(const mocks::Party& party);

}  // namespace aauth::cli
