// Answers as people see them: fewer columns than programs get.
#pragma once

#include <string>
#include <vector>

#include "cli/frame.h"
#include "cli/table.h"

namespace pharmacy::cli {

// Who reads the answer. People do where it is a table whose columns were not asked for.
enum class Readers { people, programs };
// Valid while a verb runs.
Readers readers_of(Frame& frame);
// How wide their screen is.
int columns_of_screen(Frame& frame);

// The columns that are named, of those that the table has.
Table only(const Table& table, const std::vector<std::string>& columns);

// How a table is made to fit a screen.
struct Narrowing {
  std::string scope;                     // as label() takes it: a section, or scope_of() a schema
  std::vector<std::string> first_to_go;  // columns that are left out where there is no room
  int columns = 80;                      // of the screen
};
Table narrowed(Table table, const Narrowing& how);

}  // namespace pharmacy::cli
