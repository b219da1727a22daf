#pragma once

#include <set>
#include <string>
#include <string_view>

namespace aauth::protocol {

// What a party of ours was told to get wrong. Empty in a conforming party. Two kinds of names:
//   "ignore RULE"  a check of that name is not made ("ignore agent-token.exp"): every check of a verifier has a name and
//                  can be switched off on its own;
//   anything else  one named misbehaviour ("no-signature-error"), described where the mock that has it lists it.
class Faults {
public:
    Faults() = default;
    Faults(std::initializer_list<std::string> names) : names_(names) {}
    explicit Faults(std::set<std::string, std::less<>> names) : names_(std::move(names)) {}

    bool on(std::string_view name) const { return names_.find(name) != names_.end(); }
    // True when the check of this rule is to be made.
    bool checks(std::string_view rule) const { return names_.empty() || !on("ignore " + std::string(rule)); }
    void add(std::string name) { names_.insert(std::move(name)); }
    bool empty() const { return names_.empty(); }
    const std::set<std::string, std::less<>>& names() const { return names_; }

private:
    std::set<std::string, std::less<>> names_;
};

}  // namespace aauth::protocol
