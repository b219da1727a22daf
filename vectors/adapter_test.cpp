#include <cstdlib>
#include <sstream>

#include "harness/catch.h"
#include "vectors/run.h"

namespace aauth::vectors {

namespace {

// An adapter that does what the input says.
constexpr const char* script = R"sh(
echo '{"hello": {"name": "fixture", "version": "1", "drafts": ["11"], "operations": ["do"]}}'
while read -r line; do
  id=${line#*\"id\":}; id=${id%%,*}
  case $line in
    *crash*) echo 'the reason' >&2; exit 3 ;;
    *kill*) kill -9 $$ ;;
    *hang*) while read -r more; do :; done ;;
    *garbage*) echo 'Traceback: something' ;;
    *other-id*) echo "{\"id\": 999, \"result\": \"valid\"}" ;;
    *no-verdict*) echo "{\"id\": $id}" ;;
    *unsupported*) echo "{\"id\": $id, \"unsupported\": true}" ;;
    *closes*) exec >&-; cat >/dev/null ;;
    *code*) echo "{\"id\": $id, \"result\": \"invalid\", \"error\": \"odd\"}" ;;
    *no*) echo "{\"id\": $id, \"result\": \"invalid\", \"error\": \"refused\"}" ;;
    *) echo "{\"id\": $id, \"result\": \"valid\", \"output\": {\"n\": 1, \"base\": \"a\"}}" ;;
  esac
done
)sh";

AdapterOptions options(const std::string& text = script) {
    AdapterOptions made;
    made.command = {"sh", "-c", text};
    made.answer = std::chrono::milliseconds(3000);
    return made;
}

std::unique_ptr<Adapter> adapter() {
    auto started = Adapter::start(options());
    REQUIRE(started);
    return std::move(*started);
}

std::string vector(const std::string& id, const std::string& what, const std::string& rest) {
    return R"({"id": ")" + id + R"(", "comment": "c", "input": {"what": ")" + what + R"("}, )" + rest + "}";
}

std::string file(const std::string& tests, const std::string& op = "do") {
    return R"({"draft": "11", "topic": "t", "groups": [{"name": "g", "op": ")" + op +
           R"(", "shared": {"s": 1}, "tests": [)" + tests + "]}]}";
}

struct Seen {
    std::vector<std::string> lines;  // "id kind answered"
    Count count;
    std::string error;
};

Seen ran(Implementation& implementation, const std::string& text, const KnownAnswers& known = {},
         const Selection& selection = {}) {
    std::istringstream in(text);
    Seen seen;
    const auto done = run(in, implementation, selection, known,
                          [&](const Heading&, const Group&, const Vector& one, const Run& became) {
                              static const char* kinds[] = {"agrees", "differs", "unsupported", "broke"};
                              seen.lines.push_back(one.id + " " + kinds[static_cast<int>(became.kind)] +
                                                   (became.answered.empty() ? "" : " " + became.answered) +
                                                   (became.known ? " known" : ""));
                          });
    if (done) seen.count = *done;
    if (!done) seen.error = done.error().code;
    return seen;
}

}  // namespace

TEST_CASE("an adapter that misbehaves is started again, the culprit is named, and nothing is lost", "[vectors]") {
    const auto subject = adapter();
    CHECK(subject->name() == "fixture 1");
    const auto seen = ran(*subject, file(vector("1", "yes", R"("result": "valid")") + "," +
                                         vector("2", "crash", R"("result": "valid")") + "," +
                                         vector("3", "yes", R"("result": "valid")") + "," +
                                         vector("4", "hang", R"("result": "valid")") + "," +
                                         vector("5", "garbage", R"("result": "invalid")") + "," +
                                         vector("6", "other-id", R"("result": "valid")") + "," +
                                         vector("7", "kill", R"("result": "valid")") + "," +
                                         vector("8", "no-verdict", R"("result": "valid")") + "," +
                                         vector("9", "closes", R"("result": "valid")") + "," +
                                         vector("10", "unsupported", R"("result": "valid")") + "," +
                                         vector("11", "no", R"("result": "invalid", "errors": ["refused"])")));
    CHECK(seen.lines == std::vector<std::string>{"1 agrees", "2 broke crashed", "3 agrees", "4 broke timeout",
                                                 "5 broke garbage", "6 broke wrong_id", "7 broke crashed",
                                                 "8 broke garbage", "9 broke crashed", "10 unsupported", "11 agrees"});
    CHECK(subject->restarts() == 7);
    CHECK(seen.count.total() == 11);
}

TEST_CASE("the reason of a crash is what the adapter wrote last", "[vectors]") {
    const auto subject = adapter();
    const auto answer = subject->ask(*protocol::find_draft("11"), "do", {{"what", "crash"}});
    REQUIRE(!answer);
    CHECK(answer.error().message.find("exited with code 3") != std::string::npos);
    CHECK(answer.error().message.find("the reason") != std::string::npos);
}

TEST_CASE("an adapter that no longer starts is given up", "[vectors]") {
    std::string folder = "/tmp/aauth-vectors-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    // The second start finds the folder gone.
    const auto started = Adapter::start(options("rmdir " + folder + " || exit 1;" + script));
    REQUIRE(started);
    std::string tests;
    for (int i = 1; i <= 9; ++i) tests += (i > 1 ? "," : "") + vector(std::to_string(i), i == 2 ? "crash" : "yes", R"("result": "valid")");
    const auto seen = ran(**started, file(tests));
    CHECK(seen.lines.size() == 6);
    CHECK(seen.error == "gone");
}

TEST_CASE("a program that says no hello is no adapter", "[vectors]") {
    for (const char* text : {"echo hello", "exit 7", "echo '{\"hello\": {}}'", "echo '{\"hello\": {\"name\": \"x\"}}'"}) {
        const auto started = Adapter::start(options(text));
        REQUIRE(!started);
        CHECK(started.error().code == "no_hello");
    }
    CHECK(Adapter::start({{"/no/such/program"}, {}}).error().code == "cannot_start");
}

TEST_CASE("answers are judged by what the vector expects, and by nothing else", "[vectors]") {
    const auto subject = adapter();
    const auto text = file(vector("1", "yes", R"("result": "invalid")") + "," + vector("2", "no", R"("result": "valid")") +
                           "," + vector("3", "code", R"("result": "invalid", "errors": ["refused"])") + "," +
                           vector("4", "code", R"("result": "invalid")") + "," +
                           vector("5", "yes", R"("result": "valid", "output": {"n": 2})") + "," +
                           vector("6", "yes", R"("result": "valid", "output": {"n": 1})") + "," +
                           vector("7", "yes", R"("result": "valid", "base": "b")") + "," +
                           vector("8", "yes", R"("result": "acceptable")") + "," +
                           vector("9", "no", R"("result": "acceptable")"));
    CHECK(ran(*subject, text).lines ==
          std::vector<std::string>{"1 differs valid", "2 differs invalid", "3 differs error:odd", "4 agrees",
                                   "5 differs output", "6 agrees", "7 differs output", "8 agrees", "9 agrees"});
    const auto known = KnownAnswers::parse(
        R"({"peer": "p", "draft": "11", "known": [{"vector": "1", "answered": "valid", "reason": "r"},
            {"vector": "2", "answered": "valid", "reason": "another answer than it gives"}]})");
    REQUIRE(known);
    const auto seen = ran(*subject, text, *known, {"11", {"1", "2"}});
    CHECK(seen.lines == std::vector<std::string>{"1 differs valid known", "2 differs invalid"});
    CHECK(seen.count.known == 1);
    CHECK(ran(*subject, text, {}, {"10", {}}).lines.empty());
}

TEST_CASE("what an adapter does not have it is not asked", "[vectors]") {
    const auto subject = adapter();
    CHECK(ran(*subject, file(vector("1", "crash", R"("result": "valid")"), "another")).lines ==
          std::vector<std::string>{"1 unsupported"});
}

TEST_CASE("known answers are refused without a reason, or twice", "[vectors]") {
    CHECK_FALSE(KnownAnswers::parse("[]"));
    CHECK_FALSE(KnownAnswers::parse(R"({"known": {}})"));
    CHECK_FALSE(KnownAnswers::parse(R"({"known": [{"vector": "1", "answered": "valid"}]})"));
    const std::string entry = R"({"vector": "1", "answered": "valid", "reason": "r"})";
    CHECK_FALSE(KnownAnswers::parse(R"({"known": [)" + entry + "," + entry + "]}"));
}

TEST_CASE("files that are no vectors are refused with what is wrong", "[vectors]") {
    const auto subject = adapter();
    for (const auto& text :
         {std::string("[]"), std::string("{"), std::string(R"({"groups": 1})"), file("1"), file(R"({"comment": "c"})"),
          file(vector("1", "yes", R"("result": "perhaps")")), file(vector("1", "yes", R"("result": 1)")),
          std::string(R"({"groups": [{"tests": [{}], "op": "do"}], "draft": "11", "topic": "t"})"),
          std::string(R"({"draft": "12", "topic": "t", "groups": [{"op": "do", "tests": [)") +
              vector("1", "yes", R"("result": "valid")") + "]}]}"}) {
        INFO(text);
        CHECK(ran(*subject, text).error == "bad_vectors");
    }
}

}  // namespace aauth::vectors
