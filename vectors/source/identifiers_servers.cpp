#include "vectors/source/identifiers.h"

namespace aauth::vectors {

namespace {

const std::string good = "https://agent.example";

// A host of `length` characters whose labels are within their bounds, or one of whose labels has `label` characters.
std::string host_of_length(std::size_t length, std::size_t label = 50) {
    std::string host;
    while (host.size() + label + 1 < length - 7) host += std::string(label, 'a') + '.';
    while (host.size() < length - 7) host += 'b';
    return host + ".exampl";
}

void valid_ones(TextRows& rows) {
    rows.valid({
        {"an internationalized name in its ACE form", "https://xn--nxasmq6b.example"},
        {"two A-labels", "https://xn--bcher-kva.xn--hxajbheg2az3al"},
        {"several labels", "https://a.deep.name.under.agent.example"},
        {"a hyphen in a label", "https://my-agent.example"},
        {"two hyphens in a label", "https://my--agent.example"},
        {"digits in a label", "https://agent2.example"},
        {"a label that begins with a digit", "https://3agents.example"},
        {"a label of digits only", "https://123.example"},
        {"labels of one character", "https://a.b.c.example"},
        {"a label of 63 characters", "https://" + std::string(63, 'a') + ".example"},
        {"a host of 253 characters", "https://" + host_of_length(253)},
        {"the name of another role", "https://ps.example"},
        {"a word like localhost as a label", "https://localhost.example"},
        {"the word http in the host", "https://http.example"},
    });
}

void other_schemes(TextRows& rows) {
    rows.invalid({
        {"http", "http://agent.example", "Scheme"},
        {"no scheme", "agent.example", "Scheme"},
        {"no scheme, with the two slashes", "//agent.example", "Scheme"},
        {"the scheme in upper case", "HTTPS://agent.example", "Uppercase"},
        {"the scheme in mixed case", "Https://agent.example", "Uppercase"},
        {"wss", "wss://agent.example", "Scheme"},
        {"ftp", "ftp://agent.example", "Scheme"},
        {"the scheme of agent identifiers", "aauth://agent.example", "Scheme"},
        {"a scheme that begins with https", "https+unix://agent.example", "Scheme"},
        {"a scheme that ends with https", "xhttps://agent.example", "Scheme"},
        {"one slash", "https:/agent.example", "Scheme"},
        {"no slash", "https:agent.example", "Scheme"},
        {"three slashes", "https:///agent.example", "NoHost"},
        {"backslashes", "https:\\\\agent.example", "Scheme"},
        {"the scheme twice", "https://https://agent.example", "NotHostOnly"},
        {"a URN", "urn:agent.example", "Scheme"},
    });
}

void uppercase(TextRows& rows) {
    rows.invalid({
        {"a host in mixed case", "https://Agent.Example", "Uppercase"},
        {"a host in upper case", "https://AGENT.EXAMPLE", "Uppercase"},
        {"one uppercase letter in the first label", "https://Agent.example", "Uppercase"},
        {"one uppercase letter in the last label", "https://agent.examplE", "Uppercase"},
        {"an A-label in upper case", "https://XN--NXASMQ6B.example", "Uppercase"},
        {"the prefix of an A-label in upper case", "https://XN--nxasmq6b.example", "Uppercase"},
        {"an uppercase letter in the encoded part of an A-label", "https://xn--nxasmq6B.example", "Uppercase"},
    });
}

void more_than_host(TextRows& rows) {
    rows.invalid({
        {"a port", "https://agent.example:8443", "NotHostOnly"},
        {"the default port", "https://agent.example:443", "NotHostOnly"},
        {"the port 0", "https://agent.example:0", "NotHostOnly"},
        {"a port that is no number", "https://agent.example:https", "NotHostOnly"},
        {"a colon without a port", "https://agent.example:", "NotHostOnly"},
        {"a trailing slash", "https://agent.example/", "NotHostOnly"},
        {"two trailing slashes", "https://agent.example//", "NotHostOnly"},
        {"a path", "https://agent.example/v1", "NotHostOnly"},
        {"a path with a trailing slash", "https://agent.example/v1/", "NotHostOnly"},
        {"a dot segment", "https://agent.example/.", "NotHostOnly"},
        {"the path of a metadata document", "https://agent.example/.well-known/aauth-agent.json", "NotHostOnly"},
        {"a query", "https://agent.example?x=1", "NotHostOnly"},
        {"an empty query", "https://agent.example?", "NotHostOnly"},
        {"a path and a query", "https://agent.example/?x=1", "NotHostOnly"},
        {"a fragment", "https://agent.example#top", "NotHostOnly"},
        {"an empty fragment", "https://agent.example#", "NotHostOnly"},
        {"a user", "https://user@agent.example", "NotHostOnly"},
        {"a user and a password", "https://user:secret@agent.example", "NotHostOnly"},
        {"an empty user", "https://@agent.example", "NotHostOnly"},
        {"another host as user", "https://ps.example@agent.example", "NotHostOnly"},
        {"a trailing backslash", "https://agent.example\\", "NotHostOnly"},
        {"a backslash and a path", "https://agent.example\\v1", "NotHostOnly"},
        {"two identifiers with a space between", "https://agent.example https://ps.example", "Whitespace"},
        {"two identifiers with a comma between", "https://agent.example,https://ps.example", "NotHostOnly"},
        {"in quotes", "\"https://agent.example\"", "Scheme"},
        {"in angle brackets", "<https://agent.example>", "Scheme"},
    });
}

void other_characters(TextRows& rows) {
    rows.invalid({
        {"a U-label instead of an A-label", "https://b\u00fccher.example", "NotAscii"},
        {"a Greek U-label", "https://\u03c0\u03b1\u03c1\u03ac\u03b4\u03b5\u03b9\u03b3\u03bc\u03b1.example", "NotAscii"},
        {"a Cyrillic letter that looks like a", "https://\u0430gent.example", "NotAscii"},
        {"a Greek letter that looks like v", "https://\u03bdendor.example", "NotAscii"},
        {"fullwidth letters", "https://\uff41gent.example", "NotAscii"},
        {"an ideographic full stop between the labels", "https://agent\u3002example", "NotAscii"},
        {"a fullwidth full stop between the labels", "https://agent\uff0eexample", "NotAscii"},
        {"a fullwidth solidus after the host", "https://agent.example\uff0fv1", "NotAscii"},
        {"a zero width space in the host", "https://age\u200bnt.example", "NotAscii"},
        {"a soft hyphen in the host", "https://age\u00adnt.example", "NotAscii"},
        {"a no-break space after the host", "https://agent.example\u00a0", "NotAscii"},
        {"a right-to-left override in the host", "https://agent\u202e.example", "NotAscii"},
        {"a byte order mark in front", "\ufeffhttps://agent.example", "NotAscii"},
        {"a letter with a combining accent", "https://age\u0301nt.example", "NotAscii"},
        {"a non-breaking hyphen in the host", "https://my\u2011agent.example", "NotAscii"},
        {"a percent-encoded U-label", "https://b%c3%bccher.example", "NotAscii"},
        {"a space in front", " https://agent.example", "Whitespace"},
        {"a space behind", "https://agent.example ", "Whitespace"},
        {"a space in the host", "https://agent .example", "Whitespace"},
        {"a tab behind", "https://agent.example\t", "Whitespace"},
        {"a tab in the host", "https://ag\tent.example", "Whitespace"},
        {"a newline behind", "https://agent.example\n", "Whitespace"},
        {"a newline in front", "\nhttps://agent.example", "Whitespace"},
        {"a carriage return and a newline behind", "https://agent.example\r\n", "Whitespace"},
        {"a NUL behind", std::string("https://agent.example\0", 22), "Whitespace"},
        {"a NUL and another name behind", std::string("https://agent.example\0.evil.example", 35), "Whitespace"},
        {"a DEL in the host", "https://agent\x7f.example", "Whitespace"},
        {"empty", "", "NoHost"},
        {"a scheme alone", "https://", "NoHost"},
        {"a scheme and a slash", "https:///", "NoHost"},
        {"a space alone", " ", "Whitespace"},
    });
}

void silent(TextRows& rows) {
    rows.acceptable({
        {"an IPv4 address", "https://192.0.2.1", "HostSyntax"},
        {"an IPv6 address", "https://[2001:db8::1]", "HostSyntax"},
        {"an IPv4 address as one number", "https://3221225985", "HostSyntax"},
        {"a host of one label", "https://localhost", "HostSyntax"},
        {"a trailing dot", "https://agent.example.", "HostSyntax"},
        {"an empty label in the middle", "https://agent..example", "HostSyntax"},
        {"a leading dot", "https://.agent.example", "HostSyntax"},
        {"a dot alone", "https://.", "HostSyntax"},
        {"an underscore", "https://my_agent.example", "HostSyntax"},
        {"a label that begins with a hyphen", "https://-agent.example", "HostSyntax"},
        {"a label that ends with a hyphen", "https://agent-.example", "HostSyntax"},
        {"a label of 64 characters", "https://" + std::string(64, 'a') + ".example", "HostSyntax"},
        {"a host of 254 characters", "https://" + host_of_length(254), "HostSyntax"},
        {"a wildcard", "https://*.agent.example", "HostSyntax"},
        {"a percent-encoded dot", "https://agent%2eexample", "HostSyntax"},
        {"an A-label whose encoded part decodes to nothing", "https://xn--.example", "HostSyntax"},
    });
}

}  // namespace

void write_server_identifiers(Table& table) {
    auto group = table.group("server identifiers", "check-server-identifier", 1);
    const auto base = group.valid("scheme and host", {{"text", good}}, {.requirements = {"id.server.syntax"}});
    TextRows rows{group, "text", base, {"id.server.syntax"}};
    valid_ones(rows);
    other_schemes(rows);
    uppercase(rows);
    more_than_host(rows);
    other_characters(rows);
    silent(rows);
}

}  // namespace aauth::vectors
