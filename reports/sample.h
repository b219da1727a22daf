#pragma once

#include "harness/engine/result.h"

namespace aauth::reports {

// A run of some forty cases with every verdict, much like one of a real person server.
engine::RunResult sample_run();

// The same text in every field of the model, lists included.
engine::RunResult run_full_of(const std::string& text);

}  // namespace aauth::reports
