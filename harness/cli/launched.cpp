#include "harness/cli/launched.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/cli/say.h"
#include "harness/http/client.h"
#include "harness/lab/lab.h"
#include "harness/protocol/metadata.h"
#include "reports/text.h"
#include "suites/interop/parties.h"

namespace aauth::cli {

namespace {

// Asked when the description has no ready_url: the metadata document, which any answer will do for.
std::string metadata_url(const engine::Target& target) {
    const auto place = http::Url::parse(target.url);
    const auto role = target.role == "resource" ? protocol::Role::Resource : protocol::Role::PersonServer;
    return protocol::document_url(place ? place->origin() : target.url, role);
}

std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const std::size_t newline = text.rfind('\n');
    text = reports::visible(newline == std::string::npos ? text : text.substr(newline + 1));
    return text.size() > 300 ? text.substr(0, 300) + "…" : text;
}

}  // namespace

void choose_port(engine::Target& target) {
    if (!target.launch.given()) return;
    const auto port = process::free_port();
    if (port == 0) stop(trouble, "there is no free port on 127.0.0.1 to launch the target on");
    interop::fill_places(target, {{"port", std::to_string(port)}});
    interop::fill_places(target, {{"draft", target.draft}, {"identifier", target.identifier}});
}

LaunchedTarget::LaunchedTarget(const engine::Target& target) {
    if (!target.launch.given()) return;
    auto words = process::split(target.launch.command);
    if (!words) stop(bad_usage, "launch.command cannot be split into words: " + words.error().message);
    process::Command command;
    command.arguments = *words;
    command.environment = target.launch.environment;
    command.directory = target.launch.directory;
    auto started = process::Process::start(std::move(command));
    if (!started) stop(trouble, "the target cannot be launched: " + started.error().message);
    process_ = std::move(*started);
    wait_until_ready(target);
}

LaunchedTarget::~LaunchedTarget() {
    if (process_) process_->stop();
}

void LaunchedTarget::wait_until_ready(const engine::Target& target) {
    http::ClientOptions options;
    options.connect_timeout = std::chrono::milliseconds(1000);
    options.total_timeout = std::chrono::milliseconds(3000);
    options.ca_file = target.ca_file;
    if (const auto* here = lab::current(); here != nullptr && options.ca_file.empty()) options.ca_file = here->bundle();
    for (const auto& [identifier, base] : target.addresses) options.addresses.entries[identifier] = {base, true};
    const http::Client client(options);
    const bool named = !target.launch.ready_url.empty();
    const auto url = http::Url::parse(named ? target.launch.ready_url : metadata_url(target));
    if (!url) stop(bad_usage, "launch.ready_url is no URL: " + url.error().message);

    std::string seen = "no answer";
    const auto ready = [&] {
        const auto answer = client.send(*url, {});
        seen = answer ? fmt::format("status {}", answer->response.status) : answer.error().message;
        return answer && (!named || (answer->response.status >= 200 && answer->response.status < 300));
    };
    const auto waited = process_->wait_until(ready, std::chrono::seconds(target.launch.ready_seconds));
    if (waited) return;
    if (waited.error().code == "exited") {
        stop(trouble, fmt::format("the target ended before it was ready{}; try its command by hand in {}: {}",
                                  last_words(), target.launch.directory, target.launch.command));
    }
    stop(trouble,
         fmt::format("the target was not ready after {} s ({} at {}); set launch.ready_seconds if it needs longer",
                     target.launch.ready_seconds, seen, url->text()));
}

std::string LaunchedTarget::last_words() const {
    if (!process_ || process_->running()) return {};
    std::string out;
    if (const auto ended = process_->wait(std::chrono::milliseconds(0))) out = "; it " + process::describe(*ended);
    std::string words = last_line(process_->errors());
    if (words.empty()) words = last_line(process_->output());
    return words.empty() ? out : fmt::format("{}, its last words: {}", out, words);
}

}  // namespace aauth::cli
