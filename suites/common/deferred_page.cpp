#include "suites/common/deferred_page.h"

#include <fmt/core.h>
#include <algorithm>
#include <map>
#include <utility>

#include "harness/http/message.h"

namespace aauth::suites {

namespace {

constexpr std::size_t longest_page = 512u << 10;  // octets that are looked at

struct Tag {
    std::string name;  // lowercase, with a slash in front at the end of an element
    std::map<std::string, std::string> attributes;
    std::size_t end = 0;  // behind it

    std::string value(const std::string& attribute) const {
        const auto found = attributes.find(attribute);
        return found == attributes.end() ? std::string() : found->second;
    }
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::string unescaped(std::string text) {
    constexpr std::pair<std::string_view, std::string_view> entities[] = {
        {"&quot;", "\""}, {"&#39;", "'"}, {"&#x27;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
    for (const auto& [entity, plain] : entities) {
        for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + plain.size())) {
            text.replace(at, entity.size(), plain);
        }
    }
    return text;
}

// The attribute that begins at `at`, which is moved behind it.
std::pair<std::string, std::string> attribute(std::string_view html, std::size_t& at) {
    const auto start = at;
    while (at < html.size() && !is_space(html[at]) && html[at] != '=' && html[at] != '>') ++at;
    std::pair<std::string, std::string> made{http::lowercase(std::string(html.substr(start, at - start))), {}};
    if (at >= html.size() || html[at] != '=') return made;
    ++at;
    const char quote = at < html.size() && (html[at] == '"' || html[at] == '\'') ? html[at] : '\0';
    if (quote != '\0') ++at;
    const auto from = at;
    while (at < html.size() && (quote != '\0' ? html[at] != quote : !is_space(html[at]) && html[at] != '>')) ++at;
    made.second = unescaped(std::string(html.substr(from, at - from)));
    if (quote != '\0' && at < html.size()) ++at;
    return made;
}

std::vector<Tag> tags_of(std::string_view html) {
    html = html.substr(0, longest_page);
    std::vector<Tag> tags;
    std::size_t at = 0;
    while ((at = html.find('<', at)) != std::string_view::npos) {
        Tag tag;
        const auto start = ++at;
        while (at < html.size() && !is_space(html[at]) && html[at] != '>') ++at;
        tag.name = http::lowercase(std::string(html.substr(start, at - start)));
        while (at < html.size() && html[at] != '>') {
            if (is_space(html[at]) || html[at] == '/') {
                ++at;
                continue;
            }
            const auto before = at;
            auto made = attribute(html, at);
            if (at == before) ++at;
            tag.attributes.insert(std::move(made));
        }
        tag.end = std::min(at + 1, html.size());
        tags.push_back(std::move(tag));
    }
    return tags;
}

// Whether what stands on a button means this decision.
bool means(const std::string& text, std::string_view decision) {
    static const std::map<std::string_view, std::vector<std::string_view>> words = {
        {"approve", {"approve", "allow", "accept", "grant", "authorize", "consent"}},
        {"deny", {"deny", "decline", "reject", "refuse", "disallow", "cancel"}},
        {"continue", {"continue", "proceed", "go on", "next"}}};
    const auto lowered = http::lowercase(text);
    const auto has = [&](std::string_view word) { return lowered.find(word) != std::string::npos; };
    const auto& wanted = words.at(decision);
    const bool refusal = decision != "deny" && (has("disallow") || has("don"));
    return !refusal && std::any_of(wanted.begin(), wanted.end(), has);
}

// name=value pairs of a form, the later of a name in place of the earlier.
void put(std::vector<std::pair<std::string, std::string>>& fields, const std::string& name, const std::string& value) {
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    fields.emplace_back(name, value);
}

std::string encoded(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string body;
    for (const auto& [name, value] : fields) {
        body += fmt::format("{}{}={}", body.empty() ? "" : "&", percent_encoded(name), percent_encoded(value));
    }
    return body;
}

// The URL that a reference of the page leads to; empty when it is none.
std::string resolved(const Answer& page, const std::string& reference) {
    const auto here = http::Url::parse(page.request.url());
    const auto there = here ? here->resolve(reference) : here;
    return there ? there->origin() + there->request_target() : std::string();
}

}  // namespace

std::string percent_encoded(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        made += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return made;
}

std::optional<Form> form_for(std::string_view html, std::string_view decision, const std::string& values) {
    Form form;
    std::vector<std::pair<std::string, std::string>> fields;
    std::optional<std::pair<std::string, std::string>> pressed;
    bool inside = false;
    for (const auto& tag : tags_of(html)) {
        if (tag.name == "form") {
            form = {http::lowercase(tag.value("method")) == "post" ? "POST" : "GET", tag.value("action"), {}};
            fields.clear();
            inside = true;
        } else if (tag.name == "/form" && std::exchange(inside, false) && pressed) {
            break;
        } else if (inside && (tag.name == "input" || tag.name == "button")) {
            const auto type = http::lowercase(tag.value("type"));
            const bool button = tag.name == "button" ? type != "button" && type != "reset" : type == "submit";
            const auto text = html.substr(tag.end, html.find('<', tag.end) - tag.end);
            const auto label = tag.value("value") + " " + (tag.name == "button" ? std::string(text) : std::string());
            if (button && !pressed && means(label, decision)) pressed = {tag.value("name"), tag.value("value")};
            if (!button && !tag.value("name").empty()) put(fields, tag.value("name"), tag.value("value"));
        }
    }
    if (!pressed) return std::nullopt;
    if (!pressed->first.empty()) put(fields, pressed->first, pressed->second);
    for (std::string_view rest = values; !rest.empty();) {
        const auto part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        const auto equals = std::min(part.find('='), part.size());
        put(fields, std::string(part.substr(0, equals)), std::string(part.substr(std::min(equals + 1, part.size()))));
    }
    form.body = encoded(fields);
    return form;
}

std::vector<std::string> ways_from(const Answer& page) {
    std::vector<std::string> ways;
    if (const auto location = page.header("Location")) ways.push_back(resolved(page, *location));
    for (const auto& tag : tags_of(page.response.body)) {
        const auto reference = tag.name == "form" ? tag.value("action") : tag.value("href");
        if (!reference.empty()) ways.push_back(resolved(page, reference));
        const auto content = tag.value("content");
        const auto refresh = http::lowercase(content).find("url=");
        if (tag.name == "meta" && refresh != std::string::npos)
            ways.push_back(resolved(page, content.substr(refresh + 4)));
    }
    return ways;
}

Answer submit(Test& t, const Answer& page, const Form& form, std::string note) {
    http::Fields fields{{"Accept", "text/html"}};
    std::string cookies;
    for (const auto& [name, value] : page.response.fields.all()) {
        if (http::lowercase(name) != "set-cookie") continue;
        cookies += (cookies.empty() ? "" : "; ") + value.substr(0, value.find(';'));
    }
    if (!cookies.empty()) fields.add("Cookie", cookies);
    auto url = form.action.empty() ? page.request.url() : resolved(page, form.action);
    if (form.method == "GET") {
        return t.send_plain("GET", url.substr(0, url.find('?')) + "?" + form.body, std::move(fields), {},
                            std::move(note));
    }
    fields.add("Content-Type", "application/x-www-form-urlencoded");
    return t.send_plain("POST", url, std::move(fields), form.body, std::move(note));
}

}  // namespace aauth::suites
