#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/protocol/draft.h"
#include "harness/protocol/identifiers.h"
#include "harness/result.h"

// Metadata documents (section 11.2), as a reader judges them.
namespace aauth::protocol {

enum class Role { AgentProvider, Resource, PersonServer, AccessServer };

std::string_view document_name(Role role);              // "aauth-person.json"
std::string document_url(std::string_view identifier, Role role);  // identifier/.well-known/aauth-person.json
std::string_view name(Role role);                        // "person-server"
std::optional<Role> role_named(std::string_view name);   // nothing for another name

// One thing that is wrong with a document: the rule it breaks and a sentence.
struct MetadataProblem {
    std::string member;  // "issuer"
    std::string rule;    // requirement id: "meta.issuer-match", "meta.required", "meta.url-https", "meta.endpoint-url"
    std::string message;
};

// Everything that is wrong with a metadata document that was fetched under `identifier`: required members of the role,
// issuer by byte equality, URL forms, types of the optional members.
std::vector<MetadataProblem> metadata_problems(const nlohmann::json& document, Role role, std::string_view identifier,
                                               const Draft& draft, Reach reach);

}  // namespace aauth::protocol
