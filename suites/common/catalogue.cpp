#include <map>
#include <mutex>
#include <stdexcept>

#include "embedded/requirements.h"
#include "suites/common/world.h"

namespace aauth::suites {

namespace {

engine::Catalogue load(const std::string& id) {
    const auto text = embedded::requirements(id + ".json");
    auto parsed = engine::Catalogue::parse(text, [](std::string base) -> Result<std::string> {
        return std::string(embedded::requirements(base + ".json"));
    });
    if (!parsed) throw std::logic_error("the catalogue of draft " + id + ": " + parsed.error().message);
    return *parsed;
}

}  // namespace

const engine::Catalogue& catalogue(const protocol::Draft& draft) {
    static std::mutex mutex;
    static std::map<std::string, engine::Catalogue> loaded;
    const std::scoped_lock lock(mutex);
    auto found = loaded.find(draft.id);
    if (found == loaded.end()) found = loaded.emplace(draft.id, load(draft.id)).first;
    return found->second;
}

}  // namespace aauth::suites
