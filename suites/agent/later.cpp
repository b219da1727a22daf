#include "suites/agent/later.h"

#include <memory>
#include <mutex>

namespace aauth::suites::ag {

http::Reply waiting(std::optional<std::int64_t> seconds, const std::string& requirement, const std::string& body) {
    auto reply = answer(202, body, {{"Location", pending_path}, {"Cache-Control", "no-store"}});
    if (seconds) reply.response.fields.add("Retry-After", std::to_string(*seconds));
    if (!requirement.empty()) reply.response.fields.add("AAuth-Requirement", requirement);
    return reply;
}

void defers(mocks::Party& party, const std::string& path, std::vector<http::Reply> script) {
    struct Kept {
        std::mutex mutex;
        std::vector<http::Reply> script;
        std::size_t next = 0;
        std::optional<http::Reply> held;
    };
    const auto kept = std::make_shared<Kept>();
    kept->script = std::move(script);
    party.alter_answers([kept, path](const http::Request& request, http::Reply& reply) {
        const std::scoped_lock lock(kept->mutex);
        const bool good = reply.response.status >= 200 && reply.response.status < 300;
        if (!good || request.path() != path || kept->held || kept->script.empty()) return;
        kept->held = reply;
        reply = kept->script[kept->next++];
    });
    party.intercept([kept](const http::Request& request) -> std::optional<http::Reply> {
        if (request.path() != pending_path) return std::nullopt;
        const std::scoped_lock lock(kept->mutex);
        if (!kept->held) return problem(404, "not_found");
        if (request.method == "DELETE") return answer(204, {});
        if (request.method == "POST") return waiting();
        return kept->next < kept->script.size() ? kept->script[kept->next++] : *kept->held;
    });
}

std::vector<Received> polls(const Scene& scene, const mocks::Party& party) {
    std::vector<Received> all;
    for (auto& received : scene.at(party, pending_path)) {
        if (received.request().method == "GET") all.push_back(std::move(received));
    }
    return all;
}

void polled(const Scene& scene, const mocks::Party& party, std::size_t times, std::string_view requirement) {
    const auto count = polls(scene, party).size();
    scene.test().check(requirement, count == times, "polls", std::to_string(times), std::to_string(count));
}

}  // namespace aauth::suites::ag
