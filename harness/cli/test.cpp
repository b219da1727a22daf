#include "harness/cli/commands.h"

namespace aauth::cli {

Exit test(const TestFlags& flags) {
    const auto target = read_target(flags.target);
    return run_target(target, flags.run, as_typed(flags.target, target) + (inside_lab() ? " --lab" : ""));
}

}  // namespace aauth::cli
