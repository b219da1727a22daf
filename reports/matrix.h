#pragma once

#include <string>

#include "suites/interop/matrix.h"

// The interop matrix, for people and for programs. Everything in it came from strangers.
namespace aauth::reports {

// One page that needs nothing else: both matrices, and behind each cell of the second the exchanges.
std::string render_matrix_html(const interop::Matrix& matrix);
// Schema: reports/schema/matrix.schema.json.
std::string render_matrix_json(const interop::Matrix& matrix);
// For a README or a CI page: both matrices as tables, and a line for each red cell.
std::string render_matrix_markdown(const interop::Matrix& matrix);

}  // namespace aauth::reports
