#include "harness/httpsig/component.h"

#include <fmt/core.h>

#include <array>

#include "harness/httpsig/field_value.h"
#include "harness/httpsig/target.h"

namespace aauth::httpsig {

namespace {

struct Flags {
    bool sf = false, bs = false, req = false, tr = false;
    const std::string* key = nullptr;
    const std::string* name = nullptr;
};

enum class Derived { Method, TargetUri, Authority, Scheme, RequestTarget, Path, Query, QueryParam, Status };

struct NamedDerived {
    std::string_view name;
    Derived derived;
};

constexpr std::array derived_components{
    NamedDerived{"@method", Derived::Method},     NamedDerived{"@authority", Derived::Authority},
    NamedDerived{"@path", Derived::Path},         NamedDerived{"@query", Derived::Query},
    NamedDerived{"@status", Derived::Status},     NamedDerived{"@target-uri", Derived::TargetUri},
    NamedDerived{"@scheme", Derived::Scheme},     NamedDerived{"@request-target", Derived::RequestTarget},
    NamedDerived{"@query-param", Derived::QueryParam},
};

tl::unexpected<Error> refused(std::string_view name, std::string_view why) {
    return failure("invalid_input", fmt::format("the component \"{}\" {}", name.substr(0, 80), why));
}

Result<Flags> flags_of(std::string_view name, const sfv::Parameters& parameters) {
    Flags flags;
    for (const auto& [key, value] : parameters.entries()) {
        if (key == "key" || key == "name") {
            const auto* text = std::get_if<std::string>(&value);
            if (text == nullptr) return refused(name, "has a key or name parameter that is no string");
            (key == "key" ? flags.key : flags.name) = text;
            continue;
        }
        bool* flag = nullptr;
        if (key == "sf") flag = &flags.sf;
        if (key == "bs") flag = &flags.bs;
        if (key == "req") flag = &flags.req;
        if (key == "tr") flag = &flags.tr;
        if (flag == nullptr) return refused(name, "has an unknown parameter");
        const auto* on = std::get_if<bool>(&value);
        if (on == nullptr || !*on) return refused(name, "has a flag that is not true");
        *flag = true;
    }
    return flags;
}

// @status is the one component of responses; all others are of requests.
Result<void> append_status(std::string& out, const http::Response& response) {
    if (response.status < 100 || response.status > 999) return refused("@status", "has no three-digit value");
    out += std::to_string(response.status);
    return {};
}

Result<void> append_derived(std::string& out, const http::Request& request, Derived derived, const Flags& flags) {
    const Target target = target_of(request);
    switch (derived) {
        case Derived::Method:
            if (request.method.empty()) return refused("@method", "has no value");
            out += request.method;
            break;
        case Derived::TargetUri:
            if (target.authority.empty() || target.scheme.empty()) return refused("@target-uri", "has no value");
            append_target_uri(out, target);
            break;
        case Derived::Authority:
            if (target.authority.empty()) return refused("@authority", "has no value");
            append_authority(out, target);
            break;
        case Derived::Scheme:
            if (target.scheme.empty()) return refused("@scheme", "has no value");
            out += http::lowercase(target.scheme);
            break;
        case Derived::RequestTarget:
            out += request.target;
            break;
        case Derived::Path:
            out += target.path.empty() ? std::string_view("/") : target.path;
            break;
        case Derived::Query:
            out += '?';
            out += target.query;
            break;
        case Derived::QueryParam:
            return append_query_parameter(out, target.query, *flags.name);
        case Derived::Status:
            return refused("@status", "is not in a request");
    }
    return {};
}

Result<void> append_derived_component(std::string& out, const Message& message, std::string_view name,
                                      const Flags& flags) {
    const NamedDerived* known = nullptr;
    for (const NamedDerived& entry : derived_components) {
        if (entry.name == name) known = &entry;
    }
    if (known == nullptr) return refused(name, "is not known");
    if (flags.sf || flags.bs || flags.key != nullptr) return refused(name, "has a parameter that only fields can have");
    const bool needs_name = known->derived == Derived::QueryParam;
    if (needs_name != (flags.name != nullptr)) {
        return refused(name, needs_name ? "needs a name parameter" : "has a name parameter");
    }
    const bool of_response = message.response != nullptr && !flags.req;
    if (of_response && known->derived == Derived::Status) return append_status(out, *message.response);
    if (of_response) return refused(name, "is not in a response");
    return append_derived(out, *message.request, known->derived, flags);
}

Result<void> append_component_field(std::string& out, const Message& message, std::string_view name,
                                    const Flags& flags) {
    if (!is_field_name(name)) return refused(name, "is not a lowercase field name");
    if (flags.name != nullptr) return refused(name, "has a name parameter");
    if (flags.bs && (flags.sf || flags.key != nullptr)) return refused(name, "has bs beside sf or key");
    const bool of_response = message.response != nullptr && !flags.req;
    const http::Fields& fields = of_response ? message.response->fields : message.request->fields;
    if (flags.key != nullptr) return append_dictionary_member(out, fields, name, *flags.key);
    if (flags.sf) return append_structured_field(out, fields, name);
    if (flags.bs) return append_field_as_bytes(out, fields, name);
    return append_field(out, fields, name);
}

bool is_printable(std::string_view text) {
    bool all = true;
    for (char c : text) all = all && ((c >= ' ' && c <= '~') || c == '\t');
    return all;
}

}  // namespace

bool is_field_name(std::string_view name) {
    static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    for (char c : name) {
        const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
        if (!allowed) return false;
    }
    return !name.empty();
}

Result<void> append_component_value(std::string& out, const Message& message, const sfv::Item& component) {
    const auto* name = std::get_if<std::string>(&component.value);
    if (name == nullptr) return failure("invalid_input", "a covered component is no string");
    const auto flags = flags_of(*name, component.parameters);
    if (!flags) return tl::unexpected(flags.error());
    if (flags->tr) return refused(*name, "is a trailer, and trailers are not kept");
    if (flags->req && message.response == nullptr) return refused(*name, "has req in the signature of a request");
    if (message.request == nullptr && (flags->req || message.response == nullptr)) {
        return refused(*name, "is of a request that is not there");
    }
    const std::size_t before = out.size();
    auto appended = name->starts_with('@') ? append_derived_component(out, message, *name, *flags)
                                           : append_component_field(out, message, *name, *flags);
    if (appended && !is_printable(std::string_view(out).substr(before))) {
        return refused(*name, "has a value that is not printable ASCII");
    }
    return appended;
}

}  // namespace aauth::httpsig
