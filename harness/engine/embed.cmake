# aauth_embed(TARGET NAME FILE...)
# Puts text files into a library, so that the program finds them wherever it is started. In the code:
#   #include "embedded/NAME.h"
#   std::string_view text = aauth::embedded::NAME("file.ext");   // by its name without folders
function(aauth_embed target name)
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_write.cmake)
  set(folder ${CMAKE_BINARY_DIR}/generated)
  set(files)
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    list(APPEND files ${file})
  endforeach()
  string(REPLACE ";" "|" joined "${files}")
  add_custom_command(
    OUTPUT ${folder}/embedded/${name}.h ${folder}/embedded/${name}.cpp
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} "-DFILES=${joined}" -DFOLDER=${folder}/embedded -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE ${folder}/embedded/${name}.h ${folder}/embedded/${name}.cpp)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
