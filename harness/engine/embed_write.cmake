# Called by aauth_embed at build time: writes FOLDER/NAME.h and NAME.cpp with the texts of FILES (separated by |).
string(REPLACE "|" ";" files "${FILES}")
file(WRITE ${FOLDER}/${NAME}.h
"#pragma once
#include <string_view>
namespace aauth::embedded {
// The text of an embedded file. std::logic_error for another name.
std::string_view ${NAME}(std::string_view file);
}
")
set(out "#include \"embedded/${NAME}.h\"\n#include <stdexcept>\n#include <string>\nnamespace aauth::embedded {\n")
string(APPEND out "std::string_view ${NAME}(std::string_view file) {\n    using namespace std::string_view_literals;\n")
file(WRITE ${FOLDER}/${NAME}.cpp "${out}")
foreach(file IN LISTS files)
  get_filename_component(short ${file} NAME)
  file(READ ${file} text)
  file(APPEND ${FOLDER}/${NAME}.cpp "    if (file == \"${short}\") return R\"aauth_embed(")
  file(APPEND ${FOLDER}/${NAME}.cpp "${text}")
  file(APPEND ${FOLDER}/${NAME}.cpp ")aauth_embed\"sv;\n")
endforeach()
file(APPEND ${FOLDER}/${NAME}.cpp
"    throw std::logic_error(\"no embedded file \" + std::string(file));
}
}
")
