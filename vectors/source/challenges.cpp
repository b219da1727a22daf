#include "vectors/source/challenges.h"

#include <stdexcept>

#include "harness/sfv/broken.h"
#include "vectors/source/sources.h"

namespace aauth::vectors {

namespace {

const char* words(sfv::Breakage breakage) {
    using enum sfv::Breakage;
    switch (breakage) {
        case leading_comma:
            return "a comma in front";
        case trailing_comma:
            return "a comma behind the last member";
        case double_comma:
            return "two commas together";
        case missing_comma:
            return "no comma between two members";
        case trailing_garbage:
            return "an exclamation mark behind the member";
        case duplicate_key:
            return "the member twice: the last one counts";
        case uppercase_key:
            return "an uppercase letter in the member's name";
        case digit_first_key:
            return "a digit in front of the member's name";
        case space_before_equals:
            return "a space in front of the equals sign";
        case tab_before_value:
            return "a tab behind the equals sign";
        case missing_value:
            return "no value behind the equals sign";
        case uppercase_parameter:
            return "an uppercase letter in a parameter's name";
        case duplicate_parameter:
            return "a parameter twice: the last one counts";
        case space_before_semicolon:
            return "a space in front of a semicolon";
        case unterminated_inner_list:
            return "an inner list that does not end";
        case comma_separated_inner_list:
            return "commas in an inner list";
        case tab_separated_inner_list:
            return "a tab in an inner list";
        case nested_inner_list:
            return "an inner list in an inner list";
        case unterminated_string:
            return "a string that does not end";
        case single_quoted_string:
            return "a string in single quotes";
        case non_ascii_string:
            return "a letter outside ASCII in a string";
        case tab_in_string:
            return "a tab in a string";
        case bad_escape_in_string:
            return "a backslash before another character than a quote or a backslash";
        case unterminated_bytes:
            return "a byte sequence that does not end";
        case bytes_without_padding:
            return "a byte sequence without padding, which parsers are not to refuse";
        case bytes_with_nonzero_pad:
            return "a byte sequence with bits behind its last byte, which parsers are not to refuse";
        case bytes_in_url_alphabet:
            return "a byte sequence in the alphabet of base64url";
        case space_in_bytes:
            return "a space in a byte sequence";
        case too_long_integer:
            return "an integer of 16 digits";
    }
    return "";
}

}  // namespace

json ParserRows::input(const Lines& lines) const {
    json made = more.is_object() ? more : json::object();
    made["fields"] = lines;
    return made;
}

std::string ParserRows::valid(const std::string& comment, const Lines& lines, json output) {
    return rows.valid(comment, input(lines), {.requirements = requirements, .output = std::move(output)});
}

void ParserRows::invalid(const std::vector<LinesRow>& table) {
    for (const auto& row : table) {
        rows.invalid(row.comment, base, input(row.lines), {.flags = {row.flag}, .requirements = requirements});
    }
}

void ParserRows::acceptable(const std::vector<LinesRow>& table) {
    for (const auto& row : table) {
        rows.acceptable(row.comment, base, input(row.lines), {.flags = {row.flag}, .requirements = requirements});
    }
}

void ParserRows::broken(const std::string& key) {
    const auto good = rows.input(base).at("fields").at(0).get<std::string>();
    const auto dictionary = sfv::parse_dictionary(good);
    if (!dictionary) throw std::logic_error("vectors: " + good + " does not parse");
    for (const auto& info : sfv::all_breakages()) {
        const Lines lines{sfv::broken(*dictionary, key, info.breakage)};
        if (info.reception == sfv::Reception::must_refuse) {
            invalid({{words(info.breakage), lines, "BrokenField"}});
        } else {
            acceptable({{words(info.breakage), lines, "OddField"}});
        }
    }
}

void write_challenges(Table& table) {
    table.flag("Absent", "The field is not there.");
    table.flag("BrokenField", "The field is no structured field: RFC 9651 (RFC 8941 before -11) has its parser fail.");
    table.flag("OddField",
               "The structured field parses (RFC 9651, 4.2), at least by what parsers SHOULD do, and is nothing that a "
               "conforming sender sends.");
    table.flag("WrongType", "A structured field whose member or parameter is of another type than the draft says.");
    table.flag("MissingMember", "A dictionary without the member that it has to have.");
    table.flag("SeveralLines", "The field comes in several lines, which RFC 9110 (5.3) has joined by commas.");
    table.flag("NotToken68", "The value is no token68 (RFC 9110, 11.2), or none at all.");
    table.flag("SeveralCredentials", "There is more than one credential.");
    table.flag("OtherScheme", "Authorization has another scheme than AAuth, so it carries no session token.");
    table.flag("Ambiguous", "The draft is silent, or says two things; the comment says about what.");
    table.flag(
        "UnknownValue",
        "A well-formed value that the draft does not define. Requirement values and error codes are open; a parser "
        "may hand it on, or say that it does not know it, as long as nobody takes it for another one.");
    table.flag(
        "NotAToken",
        "A list with a member that is no token. The draft says 'a List of Tokens', and not whether a reader refuses "
        "the field or leaves the member out, as it does with values that it does not know.");
    table.flag("NotBuildable", "No structured field can carry the value.");
    table.flag("ParameterOrder",
               "Parameters have no order that matters; their order in the text is the library's own.");
    write_requirements(table);
    write_access(table);
    write_token_lists(table);
    write_signature_errors(table);
    write_whole_challenges(table);
}

}  // namespace aauth::vectors
