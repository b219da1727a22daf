#pragma once

#include <fstream>
#include <string>

#include "vectors/run.h"

namespace aauth::cli {

// The files that a run of vectors writes while it goes on, so that their length costs no memory.
class VectorReports {
public:
    struct Wanted {
        std::string json, junit;  // paths; empty: not asked for
        std::string implementation;
    };
    // Stops with bad_usage when a file cannot be written.
    explicit VectorReports(const Wanted& wanted);

    void add(const vectors::Heading& heading, const vectors::Group& group, const vectors::Vector& vector,
             const vectors::Run& run);
    // Ends the files. Stops with trouble when they could not be written.
    void end();

private:
    void add_json(const vectors::Heading& heading, const vectors::Group& group, const vectors::Vector& vector,
                  const vectors::Run& run);
    void add_junit(const vectors::Heading& heading, const vectors::Group& group, const vectors::Vector& vector,
                   const vectors::Run& run);

    std::ofstream json_, junit_;
    bool first_ = true;
    std::string suite_;  // that is open in the JUnit file
};

}  // namespace aauth::cli
