#include "harness/http/message.h"

#include <algorithm>

namespace aauth::http {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Where the path of a request target starts: behind the authority when the target is in absolute form.
std::string_view origin_form(std::string_view target) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (target.size() < scheme.size() || !equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const auto start = target.find_first_of("/?", scheme.size());
        return start == std::string_view::npos ? std::string_view{} : target.substr(start);
    }
    return target;
}

}  // namespace

void Fields::set(std::string name, std::string value) {
    const auto same = [&](const Field& field) { return equals_ignoring_case(field.first, name); };
    const auto found = std::find_if(fields_.begin(), fields_.end(), same);
    if (found == fields_.end()) {
        add(std::move(name), std::move(value));
        return;
    }
    fields_.erase(std::remove_if(found + 1, fields_.end(), same), fields_.end());
    *found = Field(std::move(name), std::move(value));
}

void Fields::erase(std::string_view name) {
    std::erase_if(fields_, [&](const Field& field) { return equals_ignoring_case(field.first, name); });
}

bool Fields::contains(std::string_view name) const { return count(name) != 0; }

std::size_t Fields::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
        fields_.begin(), fields_.end(), [&](const Field& field) { return equals_ignoring_case(field.first, name); }));
}

std::optional<std::string> Fields::first(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (equals_ignoring_case(key, name)) return value;
    return std::nullopt;
}

std::vector<std::string> Fields::lines(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& [key, value] : fields_)
        if (equals_ignoring_case(key, name)) found.push_back(value);
    return found;
}

std::optional<std::string> Fields::combined(std::string_view name) const {
    std::optional<std::string> joined;
    for (const auto& [key, value] : fields_) {
        if (!equals_ignoring_case(key, name)) continue;
        if (joined) {
            *joined += ", ";
        } else {
            joined.emplace();
        }
        *joined += trim(value);
    }
    return joined;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string lowercase(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string Request::path() const {
    const std::string_view form = origin_form(target);
    const std::string_view bare = form.substr(0, form.find('?'));
    return bare.empty() ? "/" : std::string(bare);
}

std::string Request::query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string() : target.substr(mark + 1);
}

std::string Request::url() const {
    const std::string_view form = origin_form(target);
    if (form.size() != target.size()) return target;  // absolute form
    if (form == "*") return scheme + "://" + authority;
    return scheme + "://" + authority + target;
}

}  // namespace aauth::http
