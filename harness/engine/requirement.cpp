#include "harness/engine/requirement.h"

#include <fmt/format.h>

#include <set>

#include "harness/engine/reader.h"
#include "harness/json/json.h"

namespace aauth::engine {

namespace {

using LoadBase = std::function<Result<std::string>(std::string)>;

constexpr int deepest_base = 8;

struct Document {
    std::string draft;
    std::vector<Requirement> requirements;
};

Requirement read_entry(const Reader& entry, const std::string& version) {
    entry.allow_only({"id", "specification", "section", "level", "roles", "text", "untestable", "since"});
    Requirement out;
    out.id = entry.required_string("id");
    out.specification = entry.required_string("specification");
    out.section = entry.required_string("section");
    out.level = *level_from_name(entry.one_of("level", {"MUST", "SHOULD", "MAY"}, ""));
    out.roles = entry.strings("roles");
    if (out.roles.empty()) entry.fail("roles", "an array of strings that is not empty");
    out.text = entry.required_string("text");
    if (out.text.find('\n') != std::string::npos) entry.fail("text", "one line");
    out.untestable = entry.string("untestable");
    out.since = entry.string("since", version);
    return out;
}

std::string about(const Reader& entry, std::size_t number, const Misread& wrong) {
    const std::string id = entry.has("id") && entry.value("id").is_string() ? entry.value("id").get<std::string>() : "";
    return id.empty() ? wrong.message : fmt::format("{} (entry {}, \"{}\")", wrong.message, number, id);
}

// Applies one entry to the list.
void apply(const Reader& entry, const std::string& version, std::vector<Requirement>& list, bool has_base) {
    const std::string id = entry.required_string("id");
    const auto same = [&](const Requirement& requirement) { return requirement.id == id; };
    const auto found = std::find_if(list.begin(), list.end(), same);
    if (entry.boolean("removed", false)) {
        entry.allow_only({"id", "removed"});
        if (!has_base || found == list.end()) entry.fail("removed", "an id that the base has");
        list.erase(found);
    } else if (found != list.end()) {
        *found = read_entry(entry, version);
    } else {
        list.push_back(read_entry(entry, version));
    }
}

Result<Document> read(std::string_view text, const LoadBase& load_base, int depth) {
    const auto document = json::parse_object(text);
    if (!document) return failure("bad_catalogue", document.error().message);
    try {
        const Reader reader(*document, "");
        reader.allow_only({"draft", "version", "base", "requirements"});
        Document out;
        out.draft = reader.required_string("draft");
        const std::string version = reader.required_string("version");
        const std::string base = reader.string("base");
        if (!base.empty()) {
            if (depth >= deepest_base) throw Misread{"base: more than 8 catalogues deep; do they go in a circle?"};
            const auto base_text = load_base ? load_base(base) : failure("no_base", "none can be loaded here");
            if (!base_text) throw Misread{fmt::format("base: {}: {}", base, base_text.error().message)};
            auto loaded = read(*base_text, load_base, depth + 1);
            if (!loaded) return failure("bad_catalogue", fmt::format("{}: {}", base, loaded.error().message));
            out.requirements = std::move(loaded->requirements);
        }
        if (!reader.has("requirements")) reader.fail("requirements", "an array of objects");

        std::set<std::string> seen;
        std::size_t number = 0;
        for (const Reader& entry : reader.objects("requirements")) {
            ++number;
            try {
                if (!seen.insert(entry.required_string("id")).second) throw Misread{"id: used twice"};
                apply(entry, version, out.requirements, !base.empty());
            } catch (const Misread& wrong) {
                throw Misread{about(entry, number, wrong)};
            }
        }
        return out;
    } catch (const Misread& wrong) {
        return failure("bad_catalogue", wrong.message);
    }
}

}  // namespace

Result<Catalogue> Catalogue::parse(std::string_view text, const LoadBase& load_base) {
    auto document = read(text, load_base, 0);
    if (!document) return tl::unexpected(document.error());
    Catalogue out;
    out.draft_ = std::move(document->draft);
    out.requirements_ = std::move(document->requirements);
    for (std::size_t i = 0; i < out.requirements_.size(); ++i) out.index_[out.requirements_[i].id] = i;
    return out;
}

const Requirement* Catalogue::find(std::string_view id) const {
    const auto found = index_.find(id);
    return found == index_.end() ? nullptr : &requirements_[found->second];
}

}  // namespace aauth::engine
