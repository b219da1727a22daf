#include "vectors/source/deferred.h"
#include "vectors/source/material.h"

namespace aauth::vectors {

namespace {

const json done = response(200, {{"Content-Type", "application/json"}}, {{"auth_token", "eyJ"}});
const json interacting{{"status", "interacting"}};

std::string interaction(const std::string& code = "A1B2-C3D4",
                        const std::string& url = "https://ps.example/interaction") {
    return "requirement=interaction;url=\"" + url + "\";code=\"" + code + "\"";
}

json interact(std::int64_t after, const std::string& code = "A1B2-C3D4",
              const std::string& url = "https://ps.example/interaction") {
    return {{"do", "interact"}, {"url", url}, {"code", code}, {"after", after}};
}

void interactions(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "interaction and approval", 701, std::string(person_server) + "/token");
    const std::vector<std::string> about{"interaction.url", "interaction.code"};
    const auto needs = interaction();
    scripts.play({"the person is needed, then the result", {pending("0", needs), done}, {interact(0), finish()}},
                 about);
    scripts.play({"the person is needed, then pending without the requirement",
                  {pending("5", needs), pending("5"), done},
                  {interact(5), poll(5), finish()}},
                 about);
    scripts.play({"the same interaction at each poll: the person is directed there once",
                  {pending("5", needs), pending("5", needs), pending("5", needs), done},
                  {interact(5), poll(5), poll(5), finish()}},
                 about);
    scripts.play({"the person has arrived",
                  {pending("5", needs), pending("5", "", interacting), done},
                  {interact(5), poll(5), finish()}},
                 {"interaction.status-interacting"});
    scripts.play({"the person has arrived, and the requirement is still there: no more prompting",
                  {pending("5", needs), pending("5", needs, interacting), done},
                  {interact(5), poll(5), finish()}},
                 {"interaction.status-interacting"});
    scripts.play({"arrived, then pending again with the same code",
                  {pending("5", needs), pending("5", "", interacting), pending("5", needs), done},
                  {interact(5), poll(5), poll(5), finish()}},
                 {"interaction.status-interacting"});
    scripts.play({"the requirement comes with the second poll",
                  {pending("1"), pending("2", needs), done},
                  {poll(1), interact(2), finish()}},
                 about);
    scripts.play({"a second interaction with another code",
                  {pending("5", needs), pending("5", interaction("E5F6-G7H8")), done},
                  {interact(5), interact(5, "E5F6-G7H8"), finish()}},
                 about);
    scripts.play({"a second interaction at another url",
                  {pending("5", needs), pending("5", interaction("A1B2-C3D4", "https://ps.example/other")), done},
                  {interact(5), interact(5, "A1B2-C3D4", "https://ps.example/other"), finish()}},
                 about);
    scripts.play({"the page is at another server, as it may be",
                  {pending("5", interaction("A1B2-C3D4", "https://bank.example/confirm")), done},
                  {interact(5, "A1B2-C3D4", "https://bank.example/confirm"), finish()}},
                 about);
    scripts.play(
        {"a code without a hyphen", {pending("5", interaction("A1B2C3D4")), done}, {interact(5, "A1B2C3D4"), finish()}},
        about);
    scripts.play(
        {"the person says no", {pending("5", needs), problem(draft, 403, "denied")}, {interact(5), stop("denied")}},
        {"deferred.denied"});
    scripts.play({"the person goes away",
                  {pending("5", needs), pending("5", "", interacting), problem(draft, 403, "abandoned")},
                  {interact(5), poll(5), stop("abandoned")}},
                 {"deferred.abandoned"});
    scripts.play({"nobody comes",
                  {pending("5", needs), problem(draft, 408, "expired")},
                  {interact(5), stop("expired")},
                  "MayStartOver"},
                 {"deferred.expired"});
    scripts.play({"the code was guessed at too often",
                  {pending("5", needs), problem(draft, 410, "invalid_code")},
                  {interact(5), stop("invalid_code")}},
                 {"interaction.code-rate-limit"});
    scripts.play({"without Retry-After", {pending("", needs), done}, {interact(5), finish()}},
                 {"deferred.default-interval"});
    scripts.play({"no body, as in the draft's own example",
                  {pending("0", needs, nullptr), done},
                  {interact(0), finish()},
                  "NoBody"},
                 about);
    scripts.play({"an unknown parameter", {pending("0", needs + ";x=1"), done}, {interact(0), finish()}},
                 {"requirement.unknown-parameters"});
    scripts.play({"WWW-Authenticate beside it",
                  {response(202,
                            {{"WWW-Authenticate", "Bearer"},
                             {"Location", "/pending/1"},
                             {"Retry-After", "0"},
                             {"AAuth-Requirement", needs}},
                            {{"status", "pending"}}),
                   done},
                  {interact(0), finish()}},
                 {"requirement.www-authenticate-beside"});
    const std::vector<std::string> approval{"interaction.approval"};
    scripts.play({"approval is pending", {pending("30", "requirement=approval"), done}, {poll(30), finish()}},
                 approval);
    scripts.play({"approval is pending at each poll",
                  {pending("30", "requirement=approval"), pending("30", "requirement=approval"), done},
                  {poll(30), poll(30), finish()}},
                 approval);
    scripts.play({"approval without a body, as in the draft's own example",
                  {pending("30", "requirement=approval", nullptr), done},
                  {poll(30), finish()},
                  "NoBody"},
                 approval);
    scripts.play({"approval is refused",
                  {pending("30", "requirement=approval"), problem(draft, 403, "denied")},
                  {poll(30), stop("denied")}},
                 approval);
    scripts.play({"approval, then an interaction",
                  {pending("30", "requirement=approval"), pending("5", needs), done},
                  {poll(30), interact(5), finish()}},
                 approval);
    for (const auto& [comment, field] : std::vector<std::pair<const char*, std::string>>{
             {"an interaction without url", "requirement=interaction;code=\"A1B2-C3D4\""},
             {"an interaction without code", "requirement=interaction;url=\"https://ps.example/interaction\""},
             {"an interaction whose url is http", interaction("A1B2-C3D4", "http://ps.example/interaction")},
             {"an interaction whose url has a query", interaction("A1B2-C3D4", "https://ps.example/interaction?x=1")},
             {"an interaction whose url has a fragment", interaction("A1B2-C3D4", "https://ps.example/interaction#x")},
             {"an interaction whose url is javascript", interaction("A1B2-C3D4", "javascript:alert(1)")},
             {"an interaction whose url is a path", interaction("A1B2-C3D4", "/interaction")},
             {"an interaction with an empty code", interaction("")},
             {"a requirement that does not parse", "requirement="},
             {"a requirement that is a string", "requirement=\"approval\""},
             {"another member alone", "x=1"},
             {"a requirement that no draft defines", "requirement=x-quantum"},
             {"a requirement in upper case, which no draft defines", "requirement=INTERACTION"}}) {
        scripts.free({std::string(comment) + ": a client may give up, or poll on for one that it understands",
                      {pending("5", field), done},
                      {},
                      "ClientsChoice"},
                     {"requirement.unknown-value"});
    }
}

json asked(const std::string& question) { return {{"status", "pending"}, {"clarification", question}}; }
json answer(const std::string& question) { return {{"do", "answer"}, {"question", question}}; }

void clarifications(Table& table) {
    const auto& draft = table.draft;
    Scripts scripts(table, "clarification", 801, std::string(person_server) + "/token");
    const std::vector<std::string> about{"clarification.answered"};
    const std::string needs = "requirement=clarification", why = "Why do you need *write* access?";
    scripts.play({"a question, its answer taken with 202, then the result",
                  {pending("0", needs, asked(why)), pending("5"), done},
                  {answer(why), poll(), finish()}},
                 about);
    scripts.play(
        {"a question with timeout and options",
         {pending(
              "0", needs,
              {{"status", "pending"}, {"clarification", why}, {"timeout", 120}, {"options", {"To book", "To plan"}}}),
          pending("5"), done},
         {answer(why), poll(), finish()}},
        about);
    scripts.play({"two questions one after the other",
                  {pending("0", needs, asked("First?")), pending("1"), pending("0", needs, asked("Second?")),
                   pending("1"), done},
                  {answer("First?"), poll(), answer("Second?"), poll(), finish()}},
                 about);
    scripts.play({"a question after an interaction",
                  {pending("5", interaction()), pending("0", needs, asked(why)), pending("5"), done},
                  {interact(5), answer(why), poll(), finish()}},
                 about);
    scripts.play({"a question in other letters than ASCII",
                  {pending("0", needs, asked("W\u00fcrden Sie das erkl\u00e4ren?")), pending("0"), done},
                  {answer("W\u00fcrden Sie das erkl\u00e4ren?"), poll(), finish()}},
                 about);
    scripts.play({"answered, then denied",
                  {pending("0", needs, asked(why)), pending("5"), problem(draft, 403, "denied")},
                  {answer(why), poll(), stop("denied")}},
                 about);
    scripts.free({"the answer is answered with 408: what a POST to the pending URL is answered with is not said",
                  {pending("0", needs, asked(why)), problem(draft, 408, "expired")},
                  {},
                  "Ambiguous"},
                 about);
    scripts.free({"the answer is refused: whether the client polls on is not said",
                  {pending("0", needs, asked(why)), problem(draft, 400, "invalid_request")},
                  {},
                  "Ambiguous"},
                 about);
    scripts.play({"a question comes with the second poll",
                  {pending("1"), pending("0", needs, asked(why)), pending("1"), done},
                  {poll(1), answer(why), poll(), finish()}},
                 about);
    scripts.free({"the answer is taken with 200: what a POST to the pending URL is answered with is not said",
                  {pending("0", needs, asked(why)), response(200)},
                  {},
                  "Ambiguous"},
                 about);
    scripts.free({"the answer is taken with 204", {pending("0", needs, asked(why)), response(204)}, {}, "Ambiguous"},
                 about);
    scripts.free({"the same question at the next poll: asked again, or the answer not read yet",
                  {pending("0", needs, asked(why)), pending("5"), pending("0", needs, asked(why)), done},
                  {},
                  "Ambiguous"},
                 about);
    scripts.free({"a clarification without a question", {pending("0", needs), done}, {}, "ClientsChoice"},
                 {"clarification.member"});
    scripts.free({"a question that is a number",
                  {pending("0", needs, {{"status", "pending"}, {"clarification", 7}}), done},
                  {},
                  "ClientsChoice"},
                 {"clarification.member"});
}

}  // namespace

void write_people(Table& table) {
    interactions(table);
    clarifications(table);
}

}  // namespace aauth::vectors
