#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The names of a lab, each with a loopback address of its own, so that everybody can have port 443.
namespace aauth::lab {

// "ps.aauth.test" at 127.67.0.1, "ps-7.aauth.test" at 127.67.0.8.
struct Name {
    std::string host;
    std::string address;
    std::string identifier() const { return "https://" + host; }
};

// "agent", "ap", "resource", "ps", "as".
const std::vector<std::string>& roles();

// How many names each role has: the plain one, which is number 0, and ROLE-1 to ROLE-1999.
constexpr int names_per_role = 2000;

// `role` is one of roles() or the long form of one ("person-server"). Nothing for any other, or a number out of range.
std::optional<Name> name_of(std::string_view role, int number);

// By "https://ps-7.aauth.test" or "ps-7.aauth.test".
std::optional<Name> find_name(std::string_view identifier);

// Lines for a hosts file, the plain names first.
std::string hosts_lines();

}  // namespace aauth::lab
