#pragma once

#include <string>
#include <vector>

#include "harness/protocol/metadata.h"
#include "vectors/table.h"

// The metadata documents that the vectors change.
namespace aauth::vectors {

// A role, and what its documents have to have.
struct RoleDocuments {
    protocol::Role role;
    std::string identifier;
    std::string required;            // the requirement about required members
    std::vector<std::string> needs;  // the names of those beside issuer
};

std::vector<RoleDocuments> role_documents(const protocol::Draft& draft);
json least_metadata(const RoleDocuments& kind, const protocol::Draft& draft);  // the required members alone
json whole_metadata(const RoleDocuments& kind, const protocol::Draft& draft);  // every member that the draft defines

}  // namespace aauth::vectors
