#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/engine/verdict.h"
#include "harness/result.h"

namespace aauth::engine {

// One testable sentence of a specification.
struct Requirement {
    std::string id;                   // "sig.components.method"
    std::string specification;        // "AAuth -11", "HTTP Signature Keys -09", "RFC 9421"
    std::string section;              // "11.3.3.1"
    Level level = Level::Must;
    std::vector<std::string> roles;   // of the party it binds: "person-server", "resource", ...
    std::string text;                 // one line, our own words
    std::string untestable;           // why no black-box experiment can tell; empty: testable
    std::string since;                // release of the requirement set, "0.1"
};

// The requirement set of one draft.
class Catalogue {
public:
    // From a JSON document: {"draft": "11", "version": "0.1", "base": "...", "requirements": [{...}]}. A catalogue with a
    // "base" is a list of differences to another one: entries replace those of the same id, {"id", "removed": true} takes
    // one away. `load_base` gives the text of the base. Errors: "bad_catalogue" with the entry named.
    static Result<Catalogue> parse(std::string_view text, const std::function<Result<std::string>(std::string)>& load_base);

    const Requirement* find(std::string_view id) const;
    const std::vector<Requirement>& all() const { return requirements_; }
    const std::string& draft() const { return draft_; }

private:
    std::string draft_;
    std::vector<Requirement> requirements_;
    std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace aauth::engine
