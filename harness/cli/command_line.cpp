#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>

#include "harness/cli/commands.h"
#include "reports/text.h"

namespace aauth::cli {

namespace {

// The program's command line: which flags there are, and what is called when they have been read.
class CommandLine {
public:
    CommandLine() {
        app_.set_version_flag("--version", std::string("aauth-conform ") + AAUTH_VERSION);
        app_.require_subcommand(1);
        app_.get_formatter()->column_width(34);
        app_.footer(
            "\nExamples:\n"
            "  aauth-conform demo\n"
            "  aauth-conform test person-server --target http://127.0.0.1:8080\n"
            "  aauth-conform explain sig.components.method\n\n"
            "Exit codes: 0 nothing worse than expected, 1 failures, 2 bad usage or configuration,\n"
            "3 target unreachable or harness error.");
        add_test();
        add_demo();
        add_list();
        add_explain();
        add_serve();
        add_self_test();
        add_report();
        add_expect();
        add_peer();
        add_vectors();
        add_bench();
        add_interop();
        add_agent();
        add_lab();
        add_front();
    }

    int run(int argc, const char* const* argv);

private:
    // A command with its examples, each a line of arguments.
    CLI::App* command(const char* name, const char* what, const std::vector<const char*>& examples,
                      std::function<int()> called) {
        auto* sub = app_.add_subcommand(name, what);
        std::string footer = "\nExamples:";
        for (const char* example : examples) footer += fmt::format("\n  aauth-conform {} {}", name, example);
        sub->footer(footer);
        sub->callback([this, called = std::move(called)] { chosen_ = called; });
        return sub;
    }

    static CLI::Option* text(CLI::App* sub, const char* flag, std::string& value, const char* what) {
        return sub->add_option(flag, value, what);
    }
    static void texts(CLI::App* sub, const char* flag, std::vector<std::string>& values, const char* what) {
        sub->add_option(flag, values, what)->allow_extra_args(false)->take_all();
    }
    static void yes(CLI::App* sub, const char* flag, bool& value, const char* what) {
        sub->add_flag(flag, value, what);
    }

    static void report_files(CLI::App* sub, ReportFiles& files) {
        text(sub, "--html", files.html, "Write the report as one HTML page")->type_name("FILE");
        text(sub, "--junit", files.junit, "Write JUnit XML")->type_name("FILE");
        text(sub, "--json", files.json, "Write the result model as JSON")->type_name("FILE");
        text(sub, "--markdown", files.markdown, "Write a summary for CI pages")->type_name("FILE");
        text(sub, "--badge", files.badge, "Write an SVG badge")->type_name("FILE");
        text(sub, "--out", files.folder, "Write all of these and the journal into this folder")->type_name("DIR");
        yes(sub, "--full-tokens", files.full_tokens, "Show tokens whole, not shortened");
    }

    void show(CLI::App* sub, bool& wire) {
        sub->add_option_function<std::string>(
               "--show", [&wire](const std::string&) { wire = true; },
               "Print the exchanges of the cases as they finish: wire")
            ->check(CLI::IsMember({"wire"}))
            ->type_name("WHAT");
    }

    void run_flags(CLI::App* sub, RunFlags& flags) {
        text(sub, "--case", flags.only, "Only these cases, with what they need: PS-SIG-*,PS-META-001")
            ->type_name("GLOBS");
        text(sub, "--expect", flags.expect, "Compare with known failures; exit 1 for new and for stale ones")
            ->type_name("FILE");
        text(sub, "--journal", flags.journal, "Keep a line for each finished case here, at once")->type_name("FILE");
        yes(sub, "--resume", flags.resume, "Do not run the cases again that the journal has");
        sub->add_option("--threads", flags.threads, "Cases at a time")
            ->check(CLI::Range(1u, 64u))
            ->capture_default_str();
        yes(sub, "--slow", flags.slow, "Also run the cases that let real time pass");
        show(sub, flags.show_wire);
        report_files(sub, flags.files);
    }

    void add_test() {
        auto* sub = command("test", "Test an implementation",
                            {"person-server --target http://127.0.0.1:8080 --out results",
                             "ps --description my-server.json --expect known-failures.json --junit out.xml",
                             "resource --target http://127.0.0.1:9000/data --case 'RS-SIG-*' --show wire",
                             "agent --command 'python3 my_agent.py'"},
                            [this] { return test(test_); });
        auto& target = test_.target;
        sub->add_option("ROLE", target.role,
                        "person-server or ps, access-server or as, resource or rs, agent-provider or ap, agent");
        text(sub, "--command", target.command, "Of an agent: the program that performs a scenario (suites/agent)")
            ->type_name("COMMAND");
        text(sub, "--target", target.url, "Where the target is; of a resource the URL to call")->type_name("URL");
        text(sub, "--description", target.description, "Target description (suites/schema/target.schema.json)")
            ->type_name("FILE");
        text(sub, "--identifier", target.identifier, "Its server identifier, when it is not the target's origin")
            ->type_name("URL");
        text(sub, "--draft", target.draft, "The draft it speaks (default 11); 'list drafts' names them")
            ->type_name("ID");
        texts(sub, "--map", target.maps, "IDENTIFIER=BASE: dial BASE where a URL names IDENTIFIER (repeatable)");
        text(sub, "--ca", target.ca_file, "Certificate authorities to trust, PEM")->type_name("FILE");
        lab_flag(sub);
        run_flags(sub, test_.run);
    }

    void add_demo() {
        auto* sub = command("demo", "Run every suite against the built-in parties and write the reports",
                            {"", "--out /tmp/demo", "--case PS-META-001 --show wire"}, [this] { return demo(demo_); });
        text(sub, "--out", demo_.folder, "Where the reports go (default out/demo)")->type_name("DIR");
        text(sub, "--case", demo_.only, "Only these cases")->type_name("GLOBS");
        show(sub, demo_.show_wire);
    }

    void add_list() {
        auto* sub = command("list", "List what there is, one a line, tab separated",
                            {"cases --role ps", "requirements --role resource --level must --uncovered", "faults"},
                            [this] { return list(list_); });
        sub->add_option("WHAT", list_.what, "suites, cases, requirements, drafts, faults or peers")->required();
        text(sub, "--role", list_.role, "Only of this role");
        text(sub, "--draft", list_.draft, "Only of this draft (requirements: default 11)")->type_name("ID");
        text(sub, "--level", list_.level, "Only of this level: MUST, SHOULD or MAY");
        yes(sub, "--uncovered", list_.uncovered, "Only requirements that no case covers");
    }

    void add_explain() {
        auto* sub = command("explain", "Explain a case, a requirement, a fault or a Signature-Error code",
                            {"PS-META-001", "sig.components.method", "invalid_jwt", "'ignore agent-token.exp'"},
                            [this] { return explain(explain_); });
        sub->add_option("ID", explain_.id, "What to explain")->required();
        text(sub, "--draft", explain_.draft, "As this draft has it (default: the first that has it)")->type_name("ID");
    }

    void add_serve() {
        auto* sub = command("serve", "Be a party to talk to by hand, until interrupted",
                            {"ps --port 8080", "resource --fault open-door --fault no-signature-error",
                             "ap --agent-file agent.json --ps http://127.0.0.1:8080"},
                            [this] { return serve(serve_); });
        sub->add_option("ROLE", serve_.role, "ps, as, resource or ap")->required();
        sub->add_option("--port", serve_.port, "Port on 127.0.0.1; 0: any free one, in a lab 443 of its name")->capture_default_str();
        text(sub, "--identifier", serve_.identifier, "Its server identifier, when it is not where it listens")
            ->type_name("URL");
        texts(sub, "--fault", serve_.faults, "Get this wrong (repeatable); 'list faults' names them");
        text(sub, "--draft", serve_.draft, "The draft it speaks")->type_name("ID")->capture_default_str();
        yes(sub, "--ask", serve_.ask, "ps, as: every request needs a person");
        text(sub, "--pin", serve_.pin, "ps: what the person types to decide on its page")->type_name("PIN");
        text(sub, "--agent-file", serve_.agent_file, "ap: write an agent's private JWK and agent token here")
            ->type_name("FILE");
        text(sub, "--ps", serve_.person_server, "ap: the person server that the agent token names")->type_name("URL");
        text(sub, "--access-mode", serve_.access_mode, "resource: what its metadata says (default auth-token)")
            ->type_name("MODE");
        lab_flag(sub);
    }

    void add_self_test() {
        auto* sub =
            command("self-test", "Show that every case catches the faults that it is there for",
                    {"--faults", "--faults --draft 10 --case 'PS-SIG-*'"}, [this] { return self_test(self_test_); });
        yes(sub, "--faults", self_test_.faults, "Print the fault matrix: case, requirement, fault, caught");
        text(sub, "--draft", self_test_.draft, "For this draft")->type_name("ID")->capture_default_str();
        text(sub, "--case", self_test_.only, "Only these cases")->type_name("GLOBS");
        sub->add_option("--threads", self_test_.threads, "At a time (default: one per core)")
            ->check(CLI::Range(1u, 64u));
    }

    void add_report() {
        auto* sub = command("report", "Make the reports again from a journal or a result file",
                            {"results/result.json --html report.html", "results/journal.jsonl --out again"},
                            [this] { return report(report_); });
        sub->add_option("FILE", report_.input, "Journal or JSON result")->required();
        text(sub, "--draft", report_.draft, "Of a journal: the draft, when it does not say")->type_name("ID");
        text(sub, "--target", report_.target, "Of a journal: what the report calls the target")->type_name("NAME");
        report_files(sub, report_.files);
    }

    void add_expect() {
        auto* sub = command("expect", "Draft a file of known failures from a result file",
                            {"results/result.json > known-failures.json"}, [this] { return expect(expect_); });
        sub->add_option("RESULT", expect_.input, "JSON result")->required();
    }

    void add_peer() {
        auto* sub =
            command("peer", "Test a third-party implementation that this project has a manifest of",
                    {"mockin", "mockin --install --case 'PS-SIG-*' --show wire"}, [this] { return peer(peer_); });
        sub->add_option("NAME", peer_.name, "Of a folder in suites/interop/peers; 'list peers' names them")->required();
        yes(sub, "--install", peer_.install, "Install it again");
        yes(sub, "--or-skip", peer_.or_skip, "Exit 0 when it cannot be installed");
        sub->add_flag("!--no-expect", peer_.compare, "Do not compare with the peer's known failures");
        run_flags(sub, peer_.run);
    }

    void add_vectors() {
        auto* sub = command("vectors", "Run the test vectors through a library, or make them",
                            {"--adapter 'python3 adapter.py' --draft 11", "--peer httpsig --topic signatures",
                             "show tokens-0001", "generate --check"},
                            [this] { return vectors(vectors_); });
        sub->add_option("WHAT", vectors_.what, "run (which is what nothing means), generate, or show")
            ->check(CLI::IsMember({"run", "generate", "show"}));
        sub->add_option("ID", vectors_.id, "show: the vector");
        text(sub, "--adapter", vectors_.adapter, "A program that speaks the adapter protocol (vectors/README.md)")
            ->type_name("COMMAND");
        text(sub, "--peer", vectors_.peer, "The adapter of a peer in suites/interop/peers")->type_name("NAME");
        text(sub, "--draft", vectors_.draft, "Only of this draft (default: those that the adapter says)")->type_name("ID");
        texts(sub, "--topic", vectors_.topics, "Only of this topic (repeatable)");
        text(sub, "--vector", vectors_.only, "Only these: tokens-00*,keys-0001")->type_name("GLOBS");
        text(sub, "--known", vectors_.known, "Known answers; exit 1 for new and for stale ones")->type_name("FILE");
        text(sub, "--json", vectors_.json, "Write a line for each vector as JSON")->type_name("FILE");
        text(sub, "--junit", vectors_.junit, "Write JUnit XML")->type_name("FILE");
        text(sub, "--vectors", vectors_.folder, "The folder of the vectors")->type_name("DIR");
        sub->add_option("--timeout", vectors_.timeout, "Seconds for each answer")
            ->check(CLI::Range(0.01, 3600.0))
            ->capture_default_str();
        yes(sub, "--check", vectors_.check, "generate: compare with the files instead of writing them");
        yes(sub, "--install", vectors_.install, "--peer: install it again");
        yes(sub, "--or-skip", vectors_.or_skip, "--peer: exit 0 when it cannot be installed");
        lab_flag(sub);
    }

    void add_agent() {
        auto* sub = command("agent", "Perform a scenario as a conforming agent, and print what came of it",
                            {"< scenario.json", "scenario.json --fault 'ignore challenge.iss'"},
                            [this] { return agent(agent_); });
        sub->add_option("SCENARIO", agent_.scenario, "The scenario (default: what AAUTH_SCENARIO names, or standard input)");
        texts(sub, "--fault", agent_.faults, "Get this wrong (repeatable); 'list faults --role agent' names them");
    }

    void add_lab() {
        auto* sub = command("lab", "Run -- COMMAND ... on a machine where strict https identifiers reach the harness",
                            {"-- ./my-agent --ps https://ps.aauth.test", "-- sh -c 'server & client'"}, [this] {
                                lab_.command = after_dashes_;
                                return lab(lab_);
                            });
        yes(sub, "--hosts-file", lab_.hosts_file,
            "As root: name the parties in /etc/hosts while it runs, even where private namespaces can be had");
    }

    void add_front() {
        auto* sub = command("front", "In a lab: stand at names of it for servers that speak http, until interrupted",
                            {"https://ps.aauth.test=http://127.0.0.1:8080"}, [this] { return front(front_); });
        sub->add_option("NAME=BASE", front_.pairs, "A name of the lab, and where its server listens")->required();
        lab_flag(sub);
    }

    void lab_flag(CLI::App* sub) { yes(sub, "--lab", in_lab_, "Run in a lab ('aauth-conform lab --help')"); }

    void add_bench() {
        auto* sub = command("bench", "Measure how fast signatures are verified, beside openssl speed and the adapters",
                            {"", "--seconds 5 --peer httpsig"}, [this] { return bench(bench_); });
        sub->add_option("--seconds", bench_.seconds, "For each figure")
            ->check(CLI::Range(0.1, 600.0))
            ->capture_default_str();
        texts(sub, "--peer", bench_.peers, "Only this peer's adapter (repeatable)");
    }

    void add_interop() {
        auto* sub = command("interop", "Test third-party implementations and pair them with each other, in a lab",
                            {"", "httpsig aauth-python mockin --install --out results", "--flow identity --only-pairings"},
                            [this] { return interop(interop_); });
        sub->add_option("PEERS", interop_.peers, "Of suites/interop/peers (default: all); 'list peers' names them");
        yes(sub, "--install", interop_.install, "Install those that are not installed yet");
        texts(sub, "--flow", interop_.flows, "Only pairings of this flow (repeatable): identity, person, auth, federated");
        yes(sub, "--only-pairings", interop_.only_pairings, "No suites and no vectors");
        text(sub, "--out", interop_.folder, "Where the matrix goes (default out/interop)")->type_name("DIR");
        text(sub, "--expect", interop_.expect, "An earlier matrix.json; exit 1 when a pairing got worse")->type_name("FILE");
        sub->add_option("--threads", interop_.threads, "Pairings, and cases, at a time")
            ->check(CLI::Range(1u, 64u))
            ->capture_default_str();
    }

    int explain_error(const CLI::ParseError& error);
    std::vector<std::string> names_of(CLI::App* sub) const;

    CLI::App app_{"Conformance tests for AAuth: plays the parties around an implementation and reports what it does",
                  "aauth-conform"};
    std::function<int()> chosen_;
    bool in_lab_ = false;                   // the command is to run in a lab
    std::vector<std::string> after_dashes_;  // of "lab -- …"
    TestFlags test_;
    DemoFlags demo_;
    ListFlags list_;
    ExplainFlags explain_;
    ServeFlags serve_;
    SelfTestFlags self_test_;
    ReportFlags report_;
    ExpectFlags expect_;
    PeerFlags peer_;
    LabFlags lab_;
    FrontFlags front_;
    VectorsFlags vectors_;
    AgentFlags agent_;
    BenchFlags bench_;
    InteropFlags interop_;
};

std::vector<std::string> CommandLine::names_of(CLI::App* sub) const {
    std::vector<std::string> names;
    for (const auto* option : sub->get_options()) {
        if (!option->get_lnames().empty()) names.push_back("--" + option->get_lnames().front());
    }
    return names;
}

// One sentence, whatever was wrong.
int CommandLine::explain_error(const CLI::ParseError& error) {
    const auto used = app_.get_subcommands();
    CLI::App* sub = used.empty() ? &app_ : used.front();
    const std::string called = used.empty() ? "aauth-conform" : "aauth-conform " + sub->get_name();
    const std::string more = fmt::format("'{} --help' says more", called);
    const auto left = app_.remaining(true);
    if (used.empty() && !left.empty() && !left.front().starts_with("-")) {
        std::vector<std::string> commands;
        for (const auto* one : app_.get_subcommands({})) commands.push_back(one->get_name());
        fmt::print(stderr, "aauth-conform: there is no command '{}'{}; {}\n", left.front(),
                   suggestion(left.front(), commands), more);
    } else if (!left.empty() && error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
        const std::string word = left.front().substr(0, left.front().find('='));
        const bool flag = word.starts_with("-");
        fmt::print(stderr, "{}: {} '{}'{}; {}\n", called,
                   flag ? "unknown flag" : "nothing is expected after the rest:", word,
                   flag ? suggestion(word, names_of(sub)) : "", more);
    } else if (used.empty()) {
        fmt::print(stderr, "aauth-conform: say what to do, for example 'aauth-conform demo'; {}\n", more);
    } else {
        fmt::print(stderr, "{}: {}; {}\n", called, error.what(), more);
    }
    return bad_usage;
}

int CommandLine::run(int argc, const char* const* argv) {
    int ours = argc;
    if (argc > 1 && std::string_view(argv[1]) == "lab") {
        const auto* dashes = std::find(argv, argv + argc, std::string_view("--"));
        ours = static_cast<int>(dashes - argv);
        if (ours < argc) after_dashes_.assign(dashes + 1, argv + argc);
    }
    try {
        app_.parse(ours, argv);
    } catch (const CLI::ParseError& error) {
        return error.get_exit_code() == 0 ? app_.exit(error) : explain_error(error);
    }
    // It is in a lab that peers find each other; where there can be none, the pairings are left out.
    if (app_.got_subcommand("interop")) {
        in_lab_ = lab_possible();
        if (in_lab_ && !inside_lab()) install_peers(interop_);
    }
    return in_lab_ && !inside_lab() ? again_in_lab(argc, argv) : chosen_();
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
    try {
        return CommandLine().run(argc, argv);
    } catch (const Stopped& stopped) {
        // It may quote a target or a hook.
        fmt::print(stderr, "aauth-conform: {}\n", reports::visible(stopped.message, reports::Lines::Keep));
        return stopped.code;
    } catch (const std::exception& exception) {
        fmt::print(stderr, "aauth-conform: this is a defect of the program, please report it: {}\n", exception.what());
        return trouble;
    }
}

}  // namespace aauth::cli
