#include "harness/lab/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace aauth::lab {

namespace {

constexpr std::string_view domain = ".aauth.test";
constexpr int first_network = 64;         // of 127.N.x.y, one for each role
constexpr int addresses_per_block = 200;  // so that none ends in .0 or .255

std::string_view short_form(std::string_view role) {
    if (role == "agent-provider") return "ap";
    if (role == "person-server") return "ps";
    if (role == "access-server") return "as";
    return role;
}

}  // namespace

const std::vector<std::string>& roles() {
    static const std::vector<std::string> all{"agent", "ap", "resource", "ps", "as"};
    return all;
}

std::optional<Name> name_of(std::string_view role, int number) {
    const auto& all = roles();
    const auto found = std::find(all.begin(), all.end(), short_form(role));
    if (found == all.end() || number < 0 || number >= names_per_role) return std::nullopt;
    const auto network = first_network + (found - all.begin());
    const std::string label = number == 0 ? *found : fmt::format("{}-{}", *found, number);
    return Name{label + std::string(domain),
                fmt::format("127.{}.{}.{}", network, number / addresses_per_block, number % addresses_per_block + 1)};
}

std::optional<Name> find_name(std::string_view identifier) {
    constexpr std::string_view scheme = "https://";
    if (identifier.starts_with(scheme)) identifier.remove_prefix(scheme.size());
    if (!identifier.ends_with(domain)) return std::nullopt;
    const auto label = identifier.substr(0, identifier.size() - domain.size());
    const auto hyphen = label.rfind('-');
    int number = 0;
    if (hyphen != std::string_view::npos) {
        std::from_chars(label.data() + hyphen + 1, label.data() + label.size(), number);
        if (number == 0) return std::nullopt;
    }
    auto name = name_of(label.substr(0, hyphen), number);
    // The long forms and odd spellings of the number name nobody.
    return name && name->host == identifier ? name : std::nullopt;
}

std::string hosts_lines() {
    std::string lines;
    for (int number = 0; number < names_per_role; ++number) {
        for (const auto& role : roles()) {
            const auto name = *name_of(role, number);
            lines += name.address + " " + name.host + "\n";
        }
    }
    return lines;
}

}  // namespace aauth::lab
