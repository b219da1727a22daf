#include "vectors/run.h"

#include <fnmatch.h>

#include <algorithm>

#include "harness/json/json.h"

namespace aauth::vectors {

Count& Count::operator+=(const Count& other) {
    agree += other.agree;
    differ += other.differ;
    unsupported += other.unsupported;
    broke += other.broke;
    known += other.known;
    return *this;
}

Result<KnownAnswers> KnownAnswers::parse(std::string_view text) {
    const auto bad = [](const std::string& what) { return failure("bad_expectations", what); };
    const auto parsed = json::parse_object(text);
    if (!parsed) return bad(parsed.error().message);
    KnownAnswers all;
    all.peer = json::string_member(*parsed, "peer").value_or("");
    all.draft = json::string_member(*parsed, "draft").value_or("");
    const auto* entries = json::member(*parsed, "known");
    if (entries == nullptr || !entries->is_array()) return bad("known is missing or no array");
    for (const auto& entry : *entries) {
        const auto vector = json::string_member(entry, "vector").value_or("");
        Entry known{json::string_member(entry, "answered").value_or(""), json::string_member(entry, "reason").value_or("")};
        if (vector.empty() || known.answered.empty() || known.reason.empty()) {
            return bad("the entry " + json::dump(entry) + " needs vector, answered and reason");
        }
        if (!all.entries.emplace(vector, std::move(known)).second) return bad("two entries for " + vector);
    }
    return all;
}

bool Selection::chooses(const Vector& vector) const {
    return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
               return ::fnmatch(glob.c_str(), vector.id.c_str(), 0) == 0;
           });
}

Result<Count> run(std::istream& file, Implementation& implementation, const Selection& selection,
                  const KnownAnswers& known, const Show& show) {
    Count count;
    std::optional<Error> wrong;
    const auto one = [&](const Heading& heading, const Group& group, const Vector& vector) {
        if (!selection.chooses(vector) || (!selection.draft.empty() && heading.draft != selection.draft)) return true;
        const auto* draft = protocol::find_draft(heading.draft);
        if (draft == nullptr) {
            wrong = Error{"bad_vectors", "the file is of a draft that is not known here: " + heading.draft};
            return false;
        }
        Run became;
        if (!implementation.does(group.op)) {
            became.kind = Run::Kind::Unsupported;
        } else {
            auto input = group.shared.is_object() ? group.shared : nlohmann::json::object();
            input.update(vector.input);
            const auto answer = implementation.ask(*draft, group.op, input);
            if (!answer && answer.error().code == "gone") {
                wrong = answer.error();
                return false;
            }
            if (!answer) {
                became = {Run::Kind::Broke, answer.error().code, answer.error().message, false};
            } else if (answer->kind == Answer::Kind::Unsupported) {
                became.kind = Run::Kind::Unsupported;
            } else if (became.answered = difference(vector, *answer); !became.answered.empty()) {
                became.kind = Run::Kind::Differs;
                became.explanation = explanation(vector, *answer);
            }
        }
        const auto entry = known.entries.find(vector.id);
        became.known = !became.answered.empty() && entry != known.entries.end() &&
                       entry->second.answered == became.answered;
        if (became.known) ++count.known;
        switch (became.kind) {
            case Run::Kind::Agrees: ++count.agree; break;
            case Run::Kind::Differs: ++count.differ; break;
            case Run::Kind::Unsupported: ++count.unsupported; break;
            case Run::Kind::Broke: ++count.broke; break;
        }
        show(heading, group, vector, became);
        return true;
    };
    auto done = read(file, one);
    if (wrong) return tl::unexpected(*wrong);
    if (!done) return tl::unexpected(done.error());
    return count;
}

}  // namespace aauth::vectors
