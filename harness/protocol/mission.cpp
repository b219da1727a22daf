#include "harness/protocol/mission.h"

#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "harness/protocol/identifiers.h"
#include "harness/sfv/sfv.h"

namespace aauth::protocol {

namespace {

constexpr std::string_view field_name = "AAuth-Mission";

}  // namespace

Result<std::string> mission_blob(std::string_view encoded) {
    auto blob = crypto::base64url_decode(encoded);
    if (!blob) return failure("invalid_mission", "the mission is no base64url: " + blob.error().message);
    return *blob;
}

std::string mission_digest(std::string_view blob) { return crypto::base64url_encode(crypto::sha256(blob)); }

Result<void> verify_mission(std::string_view encoded, std::string_view s256) {
    const auto blob = mission_blob(encoded);
    if (!blob) return tl::unexpected(blob.error());
    if (mission_digest(*blob) != s256) return failure("mission_mismatch", "s256 is not the digest of the mission");
    return {};
}

Result<MissionReference> parse_mission(const http::Fields& fields) {
    const auto text = fields.combined(field_name);
    if (!text) return failure("absent", "AAuth-Mission is absent");
    const auto wrong = [](const std::string& why) { return failure("malformed_mission", "AAuth-Mission: " + why); };
    // The drafts write s256 as a parameter of the member approver, and call both of them parameters.
    const auto dictionary = sfv::parse_dictionary(*text);
    if (!dictionary) return wrong(dictionary.error().message);
    const auto* item = dictionary->item("approver");
    const auto* approver = item == nullptr ? nullptr : std::get_if<std::string>(&item->value);
    if (approver == nullptr) return wrong("there is no string approver");
    const auto* s256 = item->parameters.find_as<std::string>("s256");
    if (s256 == nullptr) return wrong("there is no string s256");
    if (const auto problem = server_identifier_problem(*approver, Reach::Loopback)) return wrong(*problem);
    const auto digest = crypto::base64url_decode(*s256);
    if (!digest || digest->size() != 32) return wrong("s256 is no SHA-256 in base64url");
    return MissionReference{*approver, *s256};
}

std::string to_field(const MissionReference& reference) {
    sfv::Item item{reference.approver, {}};
    item.parameters.set("s256", reference.s256);
    sfv::Dictionary dictionary;
    dictionary.set("approver", item);
    return sfv::serialize(dictionary).value_or("");
}

}  // namespace aauth::protocol
