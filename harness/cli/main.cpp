#include "harness/cli/commands.h"

int main(int argc, char** argv) { return aauth::cli::run_command_line(argc, argv); }
