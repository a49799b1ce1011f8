// An Output that keeps everything until the frame prints it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/render.h"

namespace pharmacy::cli {

// What a verb printed, ready for the two streams.
struct Printed {
  std::string out;
  std::string err;
  std::string aside;  // on standard error too; not part of the result
  int status = 0;
  bool long_table = false;  // `out` may be shown by a pager
};

// For keeping with the operation, so that a repetition prints the same.
std::string to_result(const Printed& printed);
// nullopt for text that to_result did not make.
std::optional<Printed> from_result(std::string_view result);

class Buffer : public Output {
 public:
  struct Options {
    bool dry_run = false;
    bool for_change = false;  // what is said in a transaction
    bool quiet = false;
    bool for_people = false;     // a change on a terminal: no records but on demand
    bool says_if_empty = false;  // standard error is a terminal
    bool fails_if_empty = false;
    bool prints_documents = false;  // and not the report of one
  };
  explicit Buffer(const Options& options) : options_{options} {}

  void record(std::string_view schema, Table one_row) override;
  void list(std::string_view schema, std::string_view key, Table rows,
            std::string if_empty) override;
  void report(std::string_view schema, Table head, std::vector<Section> sections) override;
  void document(std::string text, std::string_view schema, Table head,
                std::vector<Section> sections) override;
  void changed(std::string line, std::string undo) override;
  void note(std::string line) override;
  void aside(std::string line) override;
  void text(std::string lines) override;
  void ends_with(int status) override { printed_.status = status; }
  using Output::list;
  using Output::record;

  // What was gathered, in the asked form; the buffer is empty again. Throws invalid_input for an
  // unknown column.
  Printed take(const Style& style);

 private:
  void add(Answer answer);

  Options options_;
  std::vector<Answer> answers_;
  Printed printed_;
};

}  // namespace pharmacy::cli
