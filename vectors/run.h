#pragma once

#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vectors/implementation.h"
#include "vectors/read.h"

namespace aauth::vectors {

// What became of one vector.
struct Run {
    enum class Kind { Agrees, Differs, Unsupported, Broke };
    Kind kind = Kind::Agrees;
    std::string answered;     // when it differs as `difference` says it; when it broke: "crashed", "timeout", …
    std::string explanation;  // a sentence, of what an implementation said: hostile text
    bool known = false;       // it was expected to be so
};

struct Count {
    std::size_t agree = 0, differ = 0, unsupported = 0, broke = 0, known = 0;  // known: of differ and broke
    std::size_t total() const { return agree + differ + unsupported + broke; }
    Count& operator+=(const Count& other);
};

// Answers of one implementation that are known to differ from what the vectors expect, each with its reason.
struct KnownAnswers {
    struct Entry {
        std::string answered, reason;
    };
    std::string peer, draft;
    std::map<std::string, Entry> entries;  // by vector

    // {"peer", "draft", "known": [{"vector", "answered", "reason"}]}. Error "bad_expectations" with the entry named; an
    // entry without a reason is one.
    static Result<KnownAnswers> parse(std::string_view text);
};

// Which vectors are run.
struct Selection {
    std::string draft;                // only of this draft; empty: of all
    std::vector<std::string> globs;   // of ids; empty: all
    bool chooses(const Vector& vector) const;
};

// Runs the vectors of one file, one after the other, and shows what became of each. What the implementation does not
// have is Unsupported without being asked. Errors: as `read`, and "gone" when it could not be started any more.
using Show = std::function<void(const Heading& heading, const Group& group, const Vector& vector, const Run& run)>;
Result<Count> run(std::istream& file, Implementation& implementation, const Selection& selection,
                  const KnownAnswers& known, const Show& show);

}  // namespace aauth::vectors
