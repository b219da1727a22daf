#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suites/common/test.h"

// The pages that people see, read as a browser would for the little that cases need of them. What stands there is
// hostile text.
namespace aauth::suites {

// What a press of a button sends.
struct Form {
    std::string method, action;  // action as it stands; empty: the page's own URL
    std::string body;            // application/x-www-form-urlencoded
};

// The form that the button for this decision ("approve", "deny", "continue") belongs to, filled in: with its hidden
// fields, and with `values` ("name=value&...") in place of fields of these names. Nothing when no button says so.
std::optional<Form> form_for(std::string_view html, std::string_view decision, const std::string& values = {});

// Where links, forms and a redirect of the answer lead to, as absolute URLs.
std::vector<std::string> ways_from(const Answer& page);

// Sends it as the browser that got the page, with its cookies.
Answer submit(Test& t, const Answer& page, const Form& form, std::string note);

std::string percent_encoded(std::string_view text);

}  // namespace aauth::suites
