# Writes OUTPUT, a C++ file with the SQL of schema/NNNN_*.sql as raw string literals.
# Called as: cmake -DSCHEMA=DIR -DOUTPUT=FILE -P EmbedSchema.cmake
file(GLOB files ${SCHEMA}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)
set(entries "")
set(expected 0)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME)
  string(SUBSTRING ${name} 0 4 number)
  string(REGEX REPLACE "^0+" "" number ${number})
  math(EXPR expected "${expected} + 1")
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${name}: expected number ${expected}")
  endif()
  file(READ ${file} sql)
  string(APPEND entries "    {${number}, R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include <array>

#include \"db/migrate.h\"

namespace pharmacy::db {

static constexpr Migration all[] = {
${entries}};

std::span<const Migration> migrations() { return all; }

}  // namespace pharmacy::db
")
