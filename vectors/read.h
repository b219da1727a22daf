#pragma once

#include <functional>
#include <istream>

#include "vectors/topic.h"

namespace aauth::vectors {

// What stands before the vectors of a file.
struct Heading {
    std::string draft, topic;
};

// Reads a file of vectors and shows them one after the other, each with its heading and its group (whose `vectors` are
// empty), so that a file of any length needs the memory of one vector and one group's shared input. In the file, draft
// and topic come before the groups, and in a group op and shared before its tests. `visit` says whether to go on.
// Error "bad_vectors" with what is wrong and where; what came before it has been shown.
Result<void> read(std::istream& file,
                  const std::function<bool(const Heading& heading, const Group& group, const Vector& vector)>& visit);

}  // namespace aauth::vectors
