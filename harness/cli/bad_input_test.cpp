#include "harness/catch.h"
#include "harness/cli/program_fixture.h"

using namespace aauth;
using namespace aauth::cli;

namespace {

// The program says one sentence on standard error, which has all the parts, and nothing on standard output.
void check_refused(const std::vector<std::string>& arguments, int code, const std::vector<std::string>& parts) {
    const auto finished = run_program(arguments);
    std::string called;
    for (const auto& argument : arguments) called += argument + " ";
    INFO(called << "\n" << finished.errors);
    CHECK(finished.exit.code == code);
    CHECK(finished.output.empty());
    CHECK(lines_of(finished.errors).size() == 1);
    for (const auto& part : parts) {
        INFO(part);
        CHECK(finished.errors.find(part) != std::string::npos);
    }
}

}  // namespace

TEST_CASE("a wrong command line is one sentence that says what was meant", "[cli]") {
    check_refused({}, 2, {"say what to do", "--help"});
    check_refused({"tset", "ps"}, 2, {"'tset'", "did you mean test?"});
    check_refused({"test", "ps", "--tagret", "http://127.0.0.1:1"}, 2, {"'--tagret'", "did you mean --target?"});
    check_refused({"test", "ps", "--threads", "many"}, 2, {"--threads", "many"});
    check_refused({"test", "ps", "--target"}, 2, {"--target"});
    check_refused({"test", "ps", "extra", "--target", "http://127.0.0.1:1"}, 2, {"'extra'"});
    check_refused({"test"}, 2, {"what is to be tested"});
    check_refused({"test", "ps"}, 2, {"--target URL"});
    check_refused({"test", "persons-server", "--target", "http://127.0.0.1:1"}, 2, {"did you mean person-server?"});
    check_refused({"test", "ps", "--target", "127.0.0.1"}, 2, {"is no URL", "http://127.0.0.1:8080"});
    check_refused({"test", "ps", "--target", "http://127.0.0.1:1", "--map", "https://ps.test"}, 2, {"IDENTIFIER=BASE"});
    check_refused({"test", "ps", "--target", "http://127.0.0.1:1", "--draft", "12"}, 2, {"'12'", "11-2026-08"});
    check_refused({"test", "ps", "--target", "http://127.0.0.1:1", "--case", "XX-*"}, 2, {"'XX-*'", "list cases"});
    check_refused({"test", "ps", "--target", "http://127.0.0.1:1", "--resume"}, 2, {"--journal"});
    check_refused({"demo", "--case", "XX-*"}, 2, {"'XX-*'"});
    check_refused({"list", "case"}, 2, {"did you mean cases?"});
    check_refused({"list", "cases", "--uncovered"}, 2, {"requirements"});
    check_refused({"list", "requirements", "--level", "shall"}, 2, {"'shall'", "MUST"});
    check_refused({"serve", "ps", "--fault", "metadata-noissuer"}, 2, {"did you mean metadata-no-issuer"});
    check_refused({"serve", "ps", "--agent-file", "/tmp/x"}, 2, {"serve ap"});
    check_refused({"self-test"}, 2, {"--faults"});
    check_refused({"self-test", "--faults", "--case", "XX-*"}, 2, {"'XX-*'"});
    check_refused({"lab"}, 2, {"lab -- COMMAND"});
    check_refused({"lab", "--"}, 2, {"lab -- COMMAND"});
    check_refused({"lab", "true"}, 2, {"'true'"});
    check_refused({"lab", "--host-file", "--", "true"}, 2, {"did you mean --hosts-file?"});
    check_refused({"front", "https://ps.aauth.test=http://127.0.0.1:1"}, 2, {"those of a lab"});
    check_refused({"peer", "mockim"}, 2, {"'mockim'", "did you mean mockin?"});
}

TEST_CASE("unknown ids are answered with the nearest known ones", "[cli]") {
    check_refused({"explain", "invalid_jwd"}, 2, {"invalid_jwt"});
    check_refused({"explain", "sig.components.methods"}, 2, {"sig.components.method"});
    check_refused({"explain", "metadata-noissuer"}, 2, {"metadata-no-issuer"});
}

TEST_CASE("files that cannot be read or are wrong are named", "[cli]") {
    const Folder folder;
    const auto absent = folder.path("absent.json");
    check_refused({"test", "--description", absent}, 2, {absent, "No such file"});
    check_refused({"test", "--description", folder.path("")}, 2, {"folder"});
    const auto unknown =
        folder.write("unknown.json", R"({"name": "x", "role": "person-server", "ulr": "http://a.example"})");
    check_refused({"test", "--description", unknown}, 2, {unknown, "ulr", "url"});
    const auto wrong = folder.write("wrong.json", R"({"name": "x", "role": "person-server", "url": 5})");
    check_refused({"test", "--description", wrong}, 2, {"url", "5"});
    const auto broken = folder.write("broken.json", "{");
    check_refused({"test", "--description", broken}, 2, {broken});
    const auto portless =
        folder.write("portless.json", R"({"name": "x", "role": "person-server", "url": "http://127.0.0.1:{{port}}"})");
    check_refused({"test", "--description", portless}, 2, {"{{port}}", "launch"});
    const auto other = folder.write("other.json", R"({"name": "x", "role": "resource", "url": "http://127.0.0.1:1"})");
    check_refused({"test", "ps", "--description", other}, 2, {"resource", "person-server"});
    const std::vector<std::string> nowhere = {"test", "ps", "--target", "http://127.0.0.1:1"};
    const auto with = [&](const std::vector<std::string>& more) {
        auto all = nowhere;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    check_refused(with({"--expect", absent}), 2, {absent});
    check_refused(with({"--expect", broken}), 2, {broken, "expect RESULT.json"});
    check_refused(with({"--ca", absent}), 2, {absent});
    check_refused(with({"--journal", broken, "--resume"}), 3, {"127.0.0.1:1"});  // a torn line is no harm
    const auto no_journal = folder.write("text", "one\ntwo\n");
    check_refused(with({"--journal", no_journal, "--resume"}), 2, {no_journal, "line 1"});
    CHECK(text_of(no_journal) == "one\ntwo\n");
    check_refused({"report", no_journal}, 2, {no_journal});
    check_refused({"expect", no_journal}, 2, {no_journal});
}

TEST_CASE("an output that cannot be written is found before the run", "[cli]") {
    for (const char* flag : {"--html", "--junit", "--json", "--markdown", "--badge", "--journal", "--out"}) {
        check_refused({"test", "ps", "--target", "http://127.0.0.1:1", flag, "/dev/null/x"}, 2,
                      {"/dev/null/x", "cannot write"});
    }
    check_refused({"demo", "--out", "/dev/null/x"}, 2, {"/dev/null/x"});
    check_refused({"serve", "ap", "--agent-file", "/dev/null/x"}, 2, {"/dev/null/x"});
}

TEST_CASE("a target that refuses connections is told apart from one that fails", "[cli]") {
    const auto port = std::to_string(process::free_port());
    check_refused({"test", "ps", "--target", "http://127.0.0.1:" + port}, 3, {"127.0.0.1:" + port, "Is it running"});
}

TEST_CASE("a port in use is said so", "[cli]") {
    const Served served({"ps"});
    check_refused({"serve", "resource", "--port", served.port()}, 2, {"port " + served.port(), "in use", "--port"});
}
