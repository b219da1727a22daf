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
    std::string role, identifier, draft = "11", agent_file, person_server, pin, access_mode;
    std::vector<std::string> faults;
    std::uint16_t port = 0;
    bool ask = false;
};
Exit serve(const ServeFlags& flags);

struct AgentFlags {
    std::string scenario;  // file
    std::vector<std::string> faults;
};
Exit agent(const AgentFlags& flags);

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

struct VectorsFlags {
    std::string what, id;  // what: "run" (or nothing), "generate", "show" ID
    std::string adapter, peer;
    std::string draft, only, known, json, junit;
    std::string folder;  // of the vectors; empty: the project's
    std::vector<std::string> topics;
    double timeout = 10;  // seconds, for each answer
    bool check = false, install = false, or_skip = false;
};
Exit vectors(const VectorsFlags& flags);

struct LabFlags {
    std::vector<std::string> command;
    bool hosts_file = false;
};
// Gives what the command ended with. In a lab already, the command runs in that one.
int lab(const LabFlags& flags);
bool inside_lab();
// Whether there can be one on this machine.
bool lab_possible();

// Runs the program in a lab with the same arguments, and gives what it ended with.
int again_in_lab(int argc, const char* const* argv);

struct FrontFlags {
    std::vector<std::string> pairs;  // NAME=BASE
};
Exit front(const FrontFlags& flags);

struct BenchFlags {
    double seconds = 2;  // for each figure
    std::vector<std::string> peers;  // whose adapters are measured too; none: all
};
Exit bench(const BenchFlags& flags);

struct InteropFlags {
    std::vector<std::string> peers, flows;  // names; none: all
    std::string folder;  // of the matrix; empty: out/interop of the project
    std::string expect;  // an earlier matrix.json
    bool install = false, only_pairings = false;
    unsigned threads = 4;
};
Exit interop(const InteropFlags& flags);
// Installs what `interop` is asked to install: before the lab, which has no network.
void install_peers(const InteropFlags& flags);

// Parses the command line, runs the command, prints what stopped it. The only one that knows CLI11.
int run_command_line(int argc, const char* const* argv);

}  // namespace aauth::cli
