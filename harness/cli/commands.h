#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cli/run.h"
#include "harness/cli/say.h"
#include "harness/cli/target_input.h"

// The commands of the program, one file each, with what their command lines give. They print to standard output, give
// the exit code back, and stop with a sentence (see say.h) when they cannot go on.
namespace aauth::cli {

struct TestFlags {
    TargetFlags target;
    RunFlags run;
};
Exit test(const TestFlags& flags);

struct DemoFlags {
    std::string folder;  // empty: out/demo of the project
    std::string only;
    bool show_wire = false;
};
Exit demo(const DemoFlags& flags);

struct ListFlags {
    std::string what, role, draft, level;
    bool uncovered = false;
};
Exit list(const ListFlags& flags);

struct ExplainFlags {
    std::string id, draft;
};
Exit explain(const ExplainFlags& flags);

struct ServeFlags {
    std::string role, identifier, draft = "11", agent_file, person_server;
    std::vector<std::string> faults;
    std::uint16_t port = 0;
    bool ask = false;
};
Exit serve(const ServeFlags& flags);

struct SelfTestFlags {
    std::string draft = "11", only;
    bool faults = false;
    unsigned threads = 0;  // 0: one per core
};
Exit self_test(const SelfTestFlags& flags);

struct ReportFlags {
    std::string input;          // journal or result
    std::string draft, target;  // other ones than a journal says
    ReportFiles files;
};
Exit report(const ReportFlags& flags);

struct ExpectFlags {
    std::string input;  // result
};
Exit expect(const ExpectFlags& flags);

struct PeerFlags {
    std::string name;
    RunFlags run;
    bool install = false, or_skip = false, compare = true;
};
Exit peer(const PeerFlags& flags);
// The peers that have a manifest: suites/interop/peers/NAME/target.json of the project.
std::vector<std::string> peer_names();
std::string peer_description(const std::string& name);  // path

// Parses the command line, runs the command, prints what stopped it. The only one that knows CLI11.
int run_command_line(int argc, const char* const* argv);

}  // namespace aauth::cli
