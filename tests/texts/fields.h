// Where texts go in, and where they come out again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/run.h"
#include "support/test_store.h"

namespace pharmacy::test {

// What a field may hold:
enum class Holds {
  text,   // one line, as every option
  lines,  // several
  code    // a number or a code, of which each kind has a form; kept half-width
};

struct TextField {
  // A command whose words have a space between them; @ stands for the text, which is alone in its
  // word or follows a =. %D stands for a day that nothing was told of. A command that ends in <
  // reads the text from its input.
  const char* write;
  // What shows it; %C stands for the number of a complaint that the first printed. Where it is
  // empty, the first itself shows it.
  const char* read;
  const char* column;  // where the text is, of the answer or of any of its rows
  std::size_t most;    // bytes that it may have
  Holds holds = Holds::text;
};

const std::vector<TextField>& text_fields();

// A store with a person, a clinic, a product, a sale, a complaint and what else the fields need.
struct TextStore : TestStore {
  TextStore();
  // Of any program.
  Ran command(const std::vector<std::string>& words, Surroundings around = {});
  // A day of 2098 that was not given before.
  std::string unused_day();

 private:
  int days_ = 0;
};

// The words of a command of the table.
std::vector<std::string> words_of(const std::string& command, const std::string& text);

}  // namespace pharmacy::test
