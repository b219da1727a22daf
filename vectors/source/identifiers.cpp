#include "vectors/source/identifiers.h"

#include "vectors/source/sources.h"

namespace aauth::vectors {

namespace {

Says says(const TextRow& row, const std::vector<std::string>& requirements) {
    Says made{.requirements = requirements};
    if (*row.flag != '\0') made.flags = {row.flag};
    return made;
}

}  // namespace

void TextRows::valid(const std::vector<TextRow>& table) {
    for (const auto& row : table) rows.valid(row.comment, {{member, row.text}}, says(row, requirements));
}

void TextRows::invalid(const std::vector<TextRow>& table) {
    for (const auto& row : table) rows.invalid(row.comment, base, {{member, row.text}}, says(row, requirements));
}

void TextRows::acceptable(const std::vector<TextRow>& table) {
    for (const auto& row : table) rows.acceptable(row.comment, base, {{member, row.text}}, says(row, requirements));
}

void write_identifiers(Table& table) {
    table.flag("Scheme", "The scheme is another than the one that the rule names.");
    table.flag("Uppercase", "A letter is in upper case where only lower case is allowed.");
    table.flag("NotHostOnly", "There is more than scheme and host: a port, path, query, fragment or user.");
    table.flag("NotAscii", "A host has characters outside ASCII, where the draft wants the A-labels of RFC 5890.");
    table.flag("Whitespace", "There is white space or a control character at or in the text.");
    table.flag("NoHost", "There is no host.");
    table.flag("HostSyntax",
               "The text has the form that the draft asks for, and the host is none that DNS would look up, or an "
               "address. The section on server identifiers (11.1.1 of -11) says only 'host'.");
    table.flag(
        "DomainName",
        "The domain part is no valid domain name, which the section on agent identifiers (5.2 of -11) asks for.");
    table.flag("LocalPart", "The local part has a character that it may not have, or is empty or too long.");
    table.flag("PlusNaming",
               "A plus stands where the naming of sub-agents puts none. The section on agent identifiers (5.2 of -11) "
               "says how they are named, and that nobody parses the local part for protocol decisions.");
    table.flag("Ambiguous", "The draft is silent, or says two things; the comment says about what.");
    table.flag("QueryOrFragment", "An endpoint has a query or a fragment.");
    table.flag(
        "EmptyComponent",
        "The query or fragment is there and empty. RFC 3986 counts it as there; many URL parsers do not show it.");
    table.flag("UrlSyntax",
               "RFC 3986 does not allow this as a URL, and parsers that follow the WHATWG URL standard mend it. The "
               "section on endpoint URLs (11.1.2 of -11) names no grammar.");
    table.flag("UrlPolicy", "A good URL by its form that a deployment may refuse for reasons of its own.");
    table.flag("CodeAlphabet", "The code has a character outside the 32 symbols of Crockford base32 and the hyphen.");
    table.flag("CodeLength", "The code has fewer than eight symbols, so less than 40 bits.");
    table.flag("HyphenPlace", "Hyphens stand where they group nothing; the draft allows hyphens and names no places.");
    table.flag("NotACode",
               "What was typed is no code, even after folding; the draft does not say what folding it gives.");
    write_server_identifiers(table);
    write_agent_identifiers(table);
    write_endpoints(table);
    write_codes(table);
    write_metadata(table);
    write_missions(table);
}

}  // namespace aauth::vectors
