#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

// A strict reader of the markup that our renderers write, for tests: what a browser would forgive is an error here.
namespace aauth::reports {

struct Tag {
    std::string name;
    std::map<std::string, std::string> attributes;  // values as written
};

struct Markup {
    std::vector<Tag> tags;                   // opened, in order
    std::string text;                        // of all elements but script and style, entities as written
    std::string error;                       // empty: well-formed
    std::map<std::string, std::string> raw;  // the contents of script and style
};

enum class Language { Html, Xml };

// Every element closed in order (but HTML's void ones), every attribute quoted and given once, no bare & or <, valid
// UTF-8, no control characters but tab and line feed.
Markup read_markup(std::string_view text, Language language);

}  // namespace aauth::reports
