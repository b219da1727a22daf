#pragma once

#include <functional>
#include <string>

// A compact token taken apart as text, to be put together wrongly.
namespace aauth::vectors {

using Change = std::function<std::string(const std::string& compact)>;

struct Parts {
    std::string header, payload, signature;
    std::string text() const { return header + "." + payload + "." + signature; }
};

inline Parts parts_of(const std::string& compact) {
    const auto first = compact.find('.'), last = compact.rfind('.');
    return {compact.substr(0, first), compact.substr(first + 1, last - first - 1), compact.substr(last + 1)};
}

inline Change text(std::function<void(Parts&)> change) {
    return [change](const std::string& compact) {
        auto parts = parts_of(compact);
        change(parts);
        return parts.text();
    };
}

}  // namespace aauth::vectors
