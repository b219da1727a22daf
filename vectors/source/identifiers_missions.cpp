#include "harness/crypto/digest.h"
#include "harness/crypto/encoding.h"
#include "vectors/source/identifiers.h"
#include "vectors/source/material.h"

namespace aauth::vectors {

namespace {

std::string encoded(const std::string& bytes) { return crypto::base64url_encode(bytes); }
std::string digest(const std::string& bytes) { return encoded(crypto::sha256(bytes)); }

// The blob of all missions here, as its person server keeps it.
std::string blob(const protocol::Draft& draft) {
    std::string text = "{";
    if (draft.mission_names_approver || !draft.mission_by_digest) text += R"("approver":"https://ps.example",)";
    return text + R"("agent":"aauth:assistant@ap.example","approved_at":"2026-04-07T14:30:00Z",)"
                  R"("description":"# Plan a trip\n\nTwo adults, about $5k."})";
}

struct Bytes {
    const char* comment;
    std::string bytes;
};

std::vector<Bytes> other_bytes(const std::string& plain) {
    const auto body = plain.substr(1, plain.size() - 2);
    const auto comma = body.rfind(",\"description\"");
    return {
        {"a space behind the first brace", "{ " + body + "}"},
        {"a newline at the end", plain + "\n"},
        {"a carriage return and a newline at the end", plain + "\r\n"},
        {"a byte order mark in front", "\ufeff" + plain},
        {"members in another order", "{" + body.substr(comma + 1) + "," + body.substr(0, comma) + "}"},
        {"a further member", "{" + body + ",\"x\":1}"},
        {"an escaped slash in a string", "{" + body.substr(0, body.size() - 1) + " a\\/b\"}"},
        {"a letter outside ASCII as UTF-8", "{" + body.substr(0, body.size() - 1) + " \u00e9\"}"},
        {"the same letter as an escape", "{" + body.substr(0, body.size() - 1) + " \\u00e9\"}"},
        {"the same letter with a combining accent", "{" + body.substr(0, body.size() - 1) + " e\u0301\"}"},
        {"a pair of surrogates as escapes", "{" + body.substr(0, body.size() - 1) + " \\ud83d\\ude00\"}"},
        {"indented", "{\n  " + body + "\n}"},
        {"a number with a fraction of zero", "{" + body + ",\"x\":1.0}"},
        {"a number with an exponent", "{" + body + ",\"x\":1e0}"},
        {"a member twice", "{" + body + ",\"agent\":\"aauth:assistant@ap.example\"}"},
    };
}

void digests(Table& table) {
    auto rows = table.group("mission digests", "mission-digest", 2001);
    const auto plain = blob(table.draft);
    const auto row = [&](const std::string& comment, const std::string& bytes) {
        return rows.valid(comment, {{"mission", encoded(bytes)}},
                          {.requirements = {"mission.s256"}, .output = {{"s256", digest(bytes)}}});
    };
    const auto first = row("a mission", plain);
    for (const auto& [comment, bytes] : other_bytes(plain)) row(comment, bytes);
    row("an encoding with a hyphen and an underscore", plain + "\n\xf0\x9f\x98\xbe\xc3\xbb\xe7\xbf\xbf");
    row("one byte", "{");
    row("two bytes", "{}");
    row("three bytes", "{ }");
    row("all 256 bytes, which are no JSON", [] {
        std::string all;
        for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
        return all;
    }());
    row("20,000 bytes", plain + std::string(20000 - plain.size(), ' '));
    if (!table.draft.mission_by_digest) return;  // there, the encoding is only the vectors' own
    const auto good = encoded(plain);
    const auto bad = [&](const char* comment, const std::string& text) {
        rows.invalid(comment, first, {{"mission", text}},
                     {.flags = {"Encoding"}, .requirements = {"mission.encoding"}});
    };
    auto padded = encoded("[]");
    const auto two = row("two other bytes, to be padded", "[]");
    rows.invalid("with padding", two, {{"mission", padded + "="}},
                 {.flags = {"Encoding"}, .requirements = {"mission.encoding"}});
    const auto marks = row("bytes whose encoding is hyphens and underscores", "\xfb\xef\xbe\xff\xff\xff");
    rows.invalid("the alphabet of plain base64", marks, {{"mission", "++++////"}},
                 {.flags = {"Encoding"}, .requirements = {"mission.encoding"}});
    bad("a space in front", " " + good);
    bad("a space behind", good + " ");
    bad("a newline behind", good + "\n");
    bad("a newline after 64 characters", good.substr(0, 64) + "\n" + good.substr(64));
    bad("a character outside the alphabet", good.substr(0, 8) + "!" + good.substr(9));
    bad("a letter outside ASCII", good.substr(0, 8) + "\u00e9" + good.substr(9));
    bad("a period", good.substr(0, 8) + "." + good.substr(9));
    bad("one character, which encodes no byte", "e");
    bad("five characters, of which the last encodes no byte", "eyJhI");
    rows.acceptable("bits behind the last byte that are not zero (RFC 4648, 3.5: a decoder may refuse)", two,
                    {{"mission", padded.substr(0, padded.size() - 1) + static_cast<char>(padded.back() + 1)}},
                    {.flags = {"Ambiguous"}, .requirements = {"mission.encoding"}});
    rows.acceptable("no bytes at all: the digest can be made, a mission it is not", first, {{"mission", ""}},
                    {.flags = {"Ambiguous"}, .requirements = {"mission.encoding"}});
}

void checks(Table& table) {
    auto rows = table.group("a mission against its digest", "check-mission", 2101);
    const auto plain = blob(table.draft);
    const auto input = [&](const std::string& bytes, const std::string& s256) {
        return json{{"mission", encoded(bytes)}, {"s256", s256}};
    };
    const std::vector<std::string> requirements{"mission.agent-verifies", "mission.s256"};
    const auto first =
        rows.valid("the digest of the bytes", input(plain, digest(plain)), {.requirements = requirements});
    for (const auto& [comment, bytes] : other_bytes(plain)) {
        rows.valid(std::string("the digest of the bytes: ") + comment, input(bytes, digest(bytes)),
                   {.requirements = {"mission.same-bytes", "mission.unknown-members"}});
    }
    for (const auto& [comment, bytes] : other_bytes(plain)) {
        rows.invalid(std::string("other bytes than the digest's: ") + comment, first, input(bytes, digest(plain)),
                     {.flags = {"OtherBytes"}, .requirements = requirements});
    }
    const auto bad = [&](const char* comment, const std::string& s256) {
        rows.invalid(comment, first, input(plain, s256), {.flags = {"Digest"}, .requirements = requirements});
    };
    const auto good = digest(plain);
    auto other = good;
    other[10] = other[10] == 'A' ? 'B' : 'A';
    bad("one character of the digest differs", other);
    auto lower = good;
    for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    bad("the digest in lower case", lower);
    bad("the digest with padding", good + "=");
    bad("the digest without its last character", good.substr(0, good.size() - 1));
    bad("the first half of the digest", good.substr(0, 22));
    bad("a space behind the digest", good + " ");
    bad("a newline behind the digest", good + "\n");
    bad("the digest in hexadecimal", crypto::hex_encode(crypto::sha256(plain)));
    bad("the digest of the base64url text instead of its bytes", digest(encoded(plain)));
    bad("SHA-512", encoded(crypto::sha512(plain)));
    bad("the first 32 bytes of SHA-512", encoded(crypto::sha512(plain).substr(0, 32)));
    bad("the digest of the digest", encoded(crypto::sha256(crypto::sha256(plain))));
    bad("with the name of the algorithm in front", "sha-256=:" + crypto::base64_encode(crypto::sha256(plain)) + ":");
    bad("empty", "");
    rows.invalid("the mission of another description", first, input(plain.substr(0, plain.size() - 3) + "6k.\"}", good),
                 {.flags = {"OtherBytes"}, .requirements = requirements});
    rows.invalid("bytes that end early", first, input(plain.substr(0, plain.size() - 1), good),
                 {.flags = {"OtherBytes"}, .requirements = requirements});
}

void header(Table& table) {
    if (table.draft.mission_by_digest) return;
    const auto s256 = digest(blob(table.draft));
    const std::string approver = "approver=\"https://ps.example\"", digest_part = "s256=\"" + s256 + "\"";
    auto rows = table.group("AAuth-Mission", "parse-mission", 2201);
    const json output{{"approver", "https://ps.example"}, {"s256", s256}};
    const auto first =
        rows.valid("as the draft writes it", {{"fields", {approver + "; " + digest_part}}}, {.output = output});
    rows.valid("without the space", {{"fields", {approver + ";" + digest_part}}}, {.output = output});
    rows.valid("white space around the value", {{"fields", {"  " + approver + ";  " + digest_part + " "}}},
               {.output = output});
    rows.valid("an unknown parameter", {{"fields", {approver + ";" + digest_part + ";x=1"}}}, {.output = output});
    const auto bad = [&](const char* comment, json lines, const char* flag) {
        rows.invalid(comment, first, {{"fields", std::move(lines)}}, {.flags = {flag}});
    };
    bad("absent", json::array(), "MissionHeader");
    bad("empty", {""}, "MissionHeader");
    bad("without s256", {approver}, "MissionHeader");
    bad("without approver", {digest_part}, "MissionHeader");
    bad("an approver without quotes", {"approver=https://ps.example;" + digest_part}, "MissionHeader");
    bad("a digest without quotes", {approver + ";s256=" + s256}, "MissionHeader");
    bad("an unterminated string", {approver + ";s256=\"" + s256}, "MissionHeader");
    bad("single quotes", {"approver='https://ps.example';" + digest_part}, "MissionHeader");
    bad("an approver that is a number", {"approver=7;" + digest_part}, "MissionHeader");
    bad("a name in upper case", {"Approver=\"https://ps.example\";" + digest_part}, "MissionHeader");
    const auto doubtful = [&](const char* comment, const std::string& line) {
        rows.acceptable(comment, first, {{"fields", {line}}}, {.flags = {"Ambiguous"}});
    };
    doubtful("more behind it", approver + ";" + digest_part + " !");
    doubtful("s256 as a member of its own: the draft says neither dictionary nor parameters",
             approver + ", " + digest_part);
    doubtful("s256 in front of approver", digest_part + ";" + approver);
    doubtful("an approver with a trailing slash: who checks it is not said",
             "approver=\"https://ps.example/\";" + digest_part);
    doubtful("a digest of 31 bytes: who checks it is not said",
             approver + ";s256=\"" + encoded(std::string(31, 'x')) + "\"");
    auto builder = table.group("building AAuth-Mission", "build-mission", 2301);
    builder.valid("approver and s256", {{"approver", "https://ps.example"}, {"s256", s256}},
                  {.output = {{"field", {approver + ";" + digest_part, approver + "; " + digest_part}}}});
}

}  // namespace

void write_missions(Table& table) {
    table.flag("Encoding", "The text is no base64url without padding.");
    table.flag("OtherBytes", "The digest is that of other bytes, though they may mean the same JSON.");
    table.flag("Digest", "The digest is none of these bytes, or is written in another way.");
    table.flag("MissionHeader", "The field has not the form approver=\"…\"; s256=\"…\".");
    digests(table);
    checks(table);
    header(table);
}

}  // namespace aauth::vectors
