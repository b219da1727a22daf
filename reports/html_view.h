#pragma once

#include <kainjow/mustache.hpp>
#include <map>
#include <string>
#include <string_view>

#include "harness/engine/result.h"

// What the templates in html/ are filled with. Mustache looks a name up in the outer objects when an inner one has it
// not, so every object here has all its names. For the .cpp files of the HTML renderer only.
namespace aauth::reports {

using View = kainjow::mustache::data;
using Requirements = std::map<std::string, const engine::Requirement*, std::less<>>;

View object();
View list();
View flag(bool value);
View one_line(std::string_view text);    // visible, no line feeds
View many_lines(std::string_view text);  // visible, line feeds kept

// A case for its row and its article. `anchor` is unique on the page.
View case_view(const engine::CaseResult& result, const Requirements& requirements, const std::string& anchor);

std::string_view glyph(engine::Verdict verdict);

}  // namespace aauth::reports
