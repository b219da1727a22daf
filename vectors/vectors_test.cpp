#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "harness/catch.h"
#include "harness/engine/requirement.h"
#include "harness/engine/schema.h"
#include "vectors/implementation.h"
#include "vectors/topic.h"

namespace aauth::vectors {

namespace {

std::string contents(const std::string& path) {
    std::ifstream file(AAUTH_SOURCE_DIR "/" + path, std::ios::binary);
    std::ostringstream out;
    if (file) out << file.rdbuf();
    return std::move(out).str();
}

Topic made(const std::string& name, const protocol::Draft& draft) {
    const auto text = contents("suites/requirements/" + draft.id + ".json");
    const auto catalogue = engine::Catalogue::parse(text,
                                                    [](std::string base) -> Result<std::string> {
                                                        return contents("suites/requirements/" + base + ".json");
                                                    });
    REQUIRE(catalogue);
    return make_topic(name, draft, [&](std::string_view id) { return catalogue->find(id) != nullptr; });
}

}  // namespace

TEST_CASE("our own code agrees with every vector of every draft", "[vectors]") {
    const auto own = in_process();
    for (const auto& draft : protocol::drafts_with_vectors()) {
        for (const auto& name : topic_names()) {
            const auto topic = made(name, draft);
            for (const auto& group : topic.groups) {
                for (const auto& vector : group.vectors) {
                    INFO("draft " << draft.id << " " << vector.id << ": " << vector.comment);
                    auto input = group.shared;
                    input.update(vector.input);
                    const auto answer = own->ask(draft, group.op, input);
                    REQUIRE(answer);
                    CHECK(answer->kind != Answer::Kind::Unsupported);
                    INFO(explanation(vector, *answer));
                    CHECK(difference(vector, *answer) == "");
                }
            }
        }
    }
}

TEST_CASE("a topic is the same every time, and ends in the form of the schema", "[vectors]") {
    for (const auto& draft : protocol::drafts_with_vectors()) {
        for (const auto& name : topic_names()) {
            const auto text = to_text(made(name, draft), draft);
            CHECK(text == to_text(made(name, draft), draft));
            CHECK(nlohmann::json::parse(text).at("draft") == draft.id);
        }
    }
}

TEST_CASE("the files that are checked in are what the sources make, in the form of the schema", "[vectors]") {
    const auto schema = contents("vectors/schema/vectors.schema.json");
    for (const auto& draft : protocol::drafts_with_vectors()) {
        for (const auto& name : topic_names()) {
            INFO("vectors/" << draft.id << "/" << name << ".json: aauth-conform vectors generate");
            const auto text = to_text(made(name, draft), draft);
            CHECK(contents("vectors/" + draft.id + "/" + name + ".json") == text);
            const auto violations = engine::schema_violations(nlohmann::json::parse(text), schema);
            CHECK(violations == std::vector<std::string>{});
        }
    }
}

TEST_CASE("there are 1,200 vectors of draft 11 at least, and every refusal stands beside what is valid", "[vectors]") {
    const auto& draft = *protocol::find_draft("11");
    std::size_t count = 0;
    for (const auto& name : topic_names()) {
        const auto topic = made(name, draft);
        count += topic.count();
        std::set<std::string> valid;
        for (const auto& group : topic.groups) {
            for (const auto& vector : group.vectors) {
                if (vector.result == Expectation::Valid) valid.insert(vector.id);
                if (vector.result == Expectation::Invalid) CHECK(valid.count(vector.differs_from) == 1);
            }
        }
    }
    CHECK(count >= 1200);
}

// Not a test: writes the files, as `aauth-conform vectors generate` does.
TEST_CASE("write the files", "[.write]") {
    for (const auto& draft : protocol::drafts_with_vectors()) {
        for (const auto& name : topic_names()) {
            const auto topic = made(name, draft);
            std::ofstream(AAUTH_SOURCE_DIR "/vectors/" + draft.id + "/" + name + ".json", std::ios::binary)
                << to_text(topic, draft);
            WARN(draft.id << " " << name << ": " << topic.count());
        }
    }
}

}  // namespace aauth::vectors
