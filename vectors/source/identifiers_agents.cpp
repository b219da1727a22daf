#include "vectors/source/identifiers.h"

namespace aauth::vectors {

namespace {

std::string agent_of(const std::string& local) { return "aauth:" + local + "@agent.example"; }
std::string at(const std::string& domain) { return "aauth:assistant@" + domain; }

void good_local_parts(TextRows& rows) {
    rows.requirements = {"id.agent.local-part"};
    rows.valid({
        {"hyphen and digit", agent_of("assistant-v2")},
        {"a period", agent_of("planner.7f3c")},
        {"the identifier of a sub-agent", agent_of("planner.7f3c+search1")},
        {"one letter", agent_of("a")},
        {"one digit", agent_of("7")},
        {"digits only", agent_of("0123456789")},
        {"all lowercase letters", agent_of("abcdefghijklmnopqrstuvwxyz")},
        {"an underscore", agent_of("my_agent")},
        {"every mark that is allowed in a top-level agent's name", agent_of("a-b_c.d")},
        {"a hyphen in front", agent_of("-assistant")},
        {"a hyphen alone", agent_of("-")},
        {"an underscore alone", agent_of("_")},
        {"a period in front", agent_of(".assistant")},
        {"a period behind", agent_of("assistant.")},
        {"two periods together", agent_of("a..b")},
        {"255 characters", agent_of(std::string(255, 'a'))},
        {"254 characters", agent_of(std::string(254, 'z'))},
        {"the word aauth", agent_of("aauth")},
        {"a domain of many labels", at("agents.eu.vendor.example")},
        {"an internationalized domain in its ACE form", at("xn--nxasmq6b.example")},
    });
}

void letters_in_upper_case(Table& table, TextRows& rows) {
    rows.requirements = {"id.agent.uppercase-accepted"};
    const std::vector<TextRow> table_of_cases{
        {"an uppercase letter in front", agent_of("Assistant"), "Uppercase"},
        {"upper case only", agent_of("ASSISTANT"), "Uppercase"},
        {"one uppercase letter inside", agent_of("planner.7F3c"), "Uppercase"},
        {"an uppercase letter behind a plus", agent_of("planner+Search1"), "Uppercase"},
        {"all uppercase letters", agent_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "Uppercase"},
        {"255 characters in upper case", agent_of(std::string(255, 'A')), "Uppercase"},
    };
    if (!table.draft.uppercase_local_part) return rows.invalid(table_of_cases);
    for (auto row : table_of_cases) rows.valid({{row.comment, row.text}});
}

void bad_local_parts(TextRows& rows) {
    rows.requirements = {"id.agent.local-part"};
    rows.invalid({
        {"an empty local part", agent_of(""), "LocalPart"},
        {"256 characters", agent_of(std::string(256, 'a')), "LocalPart"},
        {"1000 characters", agent_of(std::string(1000, 'a')), "LocalPart"},
        {"a space inside", agent_of("my agent"), "LocalPart"},
        {"a space in front", agent_of(" assistant"), "LocalPart"},
        {"a space behind", agent_of("assistant "), "LocalPart"},
        {"a tab", agent_of("my\tagent"), "LocalPart"},
        {"a newline", agent_of("my\nagent"), "LocalPart"},
        {"a NUL", "aauth:assistant" + std::string(1, '\0') + "@agent.example", "LocalPart"},
        {"a DEL", agent_of("my\x7f-agent"), "LocalPart"},
        {"a letter outside ASCII", agent_of("m\u00e4dchen"), "LocalPart"},
        {"a Cyrillic letter that looks like a", agent_of("\u0430ssistant"), "LocalPart"},
        {"a fullwidth digit", agent_of("agent\uff11"), "LocalPart"},
        {"an Arabic-Indic digit", agent_of("agent\u0661"), "LocalPart"},
        {"the Turkish dotless i", agent_of("ass\u0131stant"), "LocalPart"},
        {"the Kelvin sign for k", agent_of("\u212aernel"), "LocalPart"},
        {"an en dash", agent_of("assistant\u2013v2"), "LocalPart"},
        {"an emoji", agent_of("\U0001f916"), "LocalPart"},
        {"a zero width joiner", agent_of("assi\u200dstant"), "LocalPart"},
        {"a percent-encoded letter", agent_of("%61ssistant"), "LocalPart"},
        {"a percent-encoded at sign", agent_of("a%40b"), "LocalPart"},
        {"two at signs", agent_of("a@b"), "DomainName"},
        {"a slash", agent_of("team/assistant"), "LocalPart"},
        {"two slashes in front", "aauth://assistant@agent.example", "LocalPart"},
        {"a backslash", agent_of("team\\assistant"), "LocalPart"},
        {"a colon", agent_of("team:assistant"), "LocalPart"},
        {"a semicolon", agent_of("assistant;v=2"), "LocalPart"},
        {"a comma", agent_of("a,b"), "LocalPart"},
        {"an equals sign", agent_of("a=b"), "LocalPart"},
        {"an exclamation mark", agent_of("assistant!"), "LocalPart"},
        {"a question mark", agent_of("who?"), "LocalPart"},
        {"a number sign", agent_of("agent#7"), "LocalPart"},
        {"a dollar sign", agent_of("agent$"), "LocalPart"},
        {"an ampersand", agent_of("a&b"), "LocalPart"},
        {"an asterisk", agent_of("*"), "LocalPart"},
        {"a tilde", agent_of("~assistant"), "LocalPart"},
        {"an apostrophe", agent_of("a'b"), "LocalPart"},
        {"a quotation mark", agent_of("\"assistant\""), "LocalPart"},
        {"parentheses", agent_of("assistant(2)"), "LocalPart"},
        {"square brackets", agent_of("[assistant]"), "LocalPart"},
        {"braces", agent_of("{assistant}"), "LocalPart"},
        {"angle brackets", agent_of("<assistant>"), "LocalPart"},
        {"a vertical bar", agent_of("a|b"), "LocalPart"},
        {"a grave accent", agent_of("a`b"), "LocalPart"},
        {"a circumflex", agent_of("a^b"), "LocalPart"},
    });
}

void bad_forms(TextRows& rows) {
    rows.requirements = {"id.agent.domain"};
    rows.invalid({
        {"no scheme", "assistant@agent.example", "Scheme"},
        {"the scheme of mail addresses", "mailto:assistant@agent.example", "Scheme"},
        {"the scheme acct", "acct:assistant@agent.example", "Scheme"},
        {"the scheme without its colon", "aauthassistant@agent.example", "Scheme"},
        {"a scheme that begins with aauth", "aauth2:assistant@agent.example", "Scheme"},
        {"a scheme that ends with aauth", "xaauth:assistant@agent.example", "Scheme"},
        {"a server identifier", "https://agent.example", "Scheme"},
        {"a space in front", " aauth:assistant@agent.example", "Whitespace"},
        {"a space behind", "aauth:assistant@agent.example ", "Whitespace"},
        {"a newline behind", "aauth:assistant@agent.example\n", "Whitespace"},
        {"a tab behind the scheme", "aauth:\tassistant@agent.example", "LocalPart"},
        {"the scheme alone", "aauth:", "DomainName"},
        {"no at sign", "aauth:assistant", "DomainName"},
        {"no at sign and a domain alone", "aauth:agent.example", "DomainName"},
        {"an at sign alone", "aauth:@", "LocalPart"},
        {"empty", "", "Scheme"},
        {"in angle brackets", "<aauth:assistant@agent.example>", "Scheme"},
        {"a name in front", "Assistant <aauth:assistant@agent.example>", "Scheme"},
    });
}

void bad_domains(TextRows& rows) {
    rows.requirements = {"id.agent.domain"};
    rows.invalid({
        {"an empty domain", at(""), "DomainName"},
        {"a domain with a scheme", at("http://agent.example"), "DomainName"},
        {"a server identifier as domain", at("https://agent.example"), "DomainName"},
        {"a port", at("agent.example:8443"), "NotHostOnly"},
        {"the default port", at("agent.example:443"), "NotHostOnly"},
        {"a colon without a port", at("agent.example:"), "NotHostOnly"},
        {"a trailing slash", at("agent.example/"), "NotHostOnly"},
        {"a path", at("agent.example/v1"), "NotHostOnly"},
        {"a query", at("agent.example?x=1"), "NotHostOnly"},
        {"a fragment", at("agent.example#top"), "NotHostOnly"},
        {"a domain in upper case", at("AGENT.EXAMPLE"), "Uppercase"},
        {"one uppercase letter in the domain", at("agent.Example"), "Uppercase"},
        {"an A-label in upper case", at("XN--NXASMQ6B.example"), "Uppercase"},
        {"a U-label", at("b\u00fccher.example"), "NotAscii"},
        {"a Cyrillic letter in the domain", at("\u0430gent.example"), "NotAscii"},
        {"a fullwidth full stop", at("agent\uff0eexample"), "NotAscii"},
        {"a space in the domain", at("agent .example"), "Whitespace"},
        {"a space in front of the domain", at(" agent.example"), "Whitespace"},
        {"an IPv6 address", at("[2001:db8::1]"), "DomainName"},
        {"an empty label in the middle", at("agent..example"), "DomainName"},
        {"an empty label in front", at(".agent.example"), "DomainName"},
        {"a dot alone", at("."), "DomainName"},
        {"a label of 64 characters", at(std::string(64, 'a') + ".example"), "DomainName"},
        {"a domain of 300 characters", at([] {
             std::string domain;
             for (int i = 0; i < 6; ++i) domain += std::string(49, 'a') + '.';
             return domain.substr(0, 300 - 8) + ".example";
         }()),
         "DomainName"},
        {"a percent-encoded dot", at("agent%2eexample"), "DomainName"},
        {"a comma and a second domain", at("agent.example,ps.example"), "DomainName"},
        {"a backslash", at("agent.example\\"), "DomainName"},
    });
}

void silent(Table& table, TextRows& rows) {
    rows.requirements = {"id.agent.domain"};
    rows.acceptable({
        {"the scheme in upper case: schemes of URIs have no case (RFC 3986), identifiers are compared exactly",
         "AAUTH:assistant@agent.example", "Ambiguous"},
        {"an IPv4 address as domain", at("192.0.2.1"), "HostSyntax"},
        {"a domain of one label", at("localhost"), "HostSyntax"},
        {"a trailing dot behind the domain", at("agent.example."), "HostSyntax"},
        {"an underscore in the domain", at("my_agent.example"), "HostSyntax"},
        {"a label that begins with a hyphen", at("-agent.example"), "HostSyntax"},
        {"a label that ends with a hyphen", at("agent-.example"), "HostSyntax"},
    });
    rows.requirements = {"id.agent.plus"};
    const std::vector<TextRow> plus{
        {"a plus in front", agent_of("+search1"), "PlusNaming"},
        {"a plus behind", agent_of("planner+"), "PlusNaming"},
        {"a plus alone", agent_of("+"), "PlusNaming"},
        {"two pluses", agent_of("planner+search1+deep"), "PlusNaming"},
        {"two pluses together", agent_of("planner++search1"), "PlusNaming"},
    };
    if (table.draft.sub_agents) return rows.acceptable(plus);
    for (const auto& row : plus) rows.valid({{row.comment, row.text}});
}

}  // namespace

void write_agent_identifiers(Table& table) {
    auto group = table.group("agent identifiers", "check-agent-identifier", 201);
    const auto base = group.valid("a local part and a domain", {{"text", agent_of("assistant")}},
                                  {.requirements = {"id.agent.local-part", "id.agent.domain"}});
    TextRows rows{group, "text", base, {}};
    good_local_parts(rows);
    letters_in_upper_case(table, rows);
    bad_local_parts(rows);
    bad_forms(rows);
    bad_domains(rows);
    silent(table, rows);
}

}  // namespace aauth::vectors
