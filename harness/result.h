#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace aauth {

// Why something could not be done. `code` is a stable word that callers compare (a protocol error code
// such as "invalid_jwt" where the protocol has one); `message` is one sentence for a person.
struct Error {
    std::string code;
    std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

// The error branch of a Result.
inline tl::unexpected<Error> failure(std::string code, std::string message) {
    return tl::unexpected<Error>(Error{std::move(code), std::move(message)});
}

}  // namespace aauth
