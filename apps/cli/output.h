// Where a verb puts its answer. Nothing is written before the verb is done: the frame prints it
// after the commit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/table.h"

namespace pharmacy::cli {

class Output {
 public:
  virtual ~Output() = default;

  // One record. JSON: {"schema": "pharmacy.<schema>/1", fields…}.
  virtual void record(std::string_view schema, Table one_row) = 0;
  // A list. JSON: {"schema": …, "<key>": [{…}, …]}. `if_empty` is what a person is told where it
  // has no rows ("no member matches"); there is a general word for it.
  virtual void list(std::string_view schema, std::string_view key, Table rows,
                    std::string if_empty = {}) = 0;
  // A larger answer. `head`: single values before the sections (JSON: beside them; a null or
  // empty Table for none). CSV and TSV: columns section,key,sub,value.
  virtual void report(std::string_view schema, Table head, std::vector<Section> sections) = 0;

  template <FieldRow Row>
  void record(std::string_view schema, const Row& row) {
    record(schema, to_table(std::vector{row}));
  }
  template <FieldRow Row>
  void list(std::string_view schema, std::string_view key, const std::vector<Row>& rows,
            std::string if_empty = {}) {
    list(schema, key, to_table(rows), std::move(if_empty));
  }

  // A document that has a form of its own (a policy's TOML): printed as it is, also into a pipe; a
  // machine format that was asked for gets the report, which says the same.
  virtual void document(std::string text, std::string_view schema, Table head,
                        std::vector<Section> sections) = 0;

  // What a change did, one line ("added M1 张伟"), and the command that reverses it (may be
  // empty). Goes to standard error and is silenced by --quiet; in a dry run it says "would".
  // On a terminal this is all that a change prints: record(), list() and report() are for
  // machines there, unless --format asks for them.
  virtual void changed(std::string line, std::string undo) = 0;
  // A remark for people, on standard error.
  virtual void note(std::string line) = 0;
  // The same, but for this once: it is not kept with the operation, whose repetition prints what
  // is. For what a health note tells, which nothing but the note may keep.
  virtual void aside(std::string line) = 0;
  // Text for people on standard output (a receipt slip); machine formats leave it out.
  virtual void text(std::string lines) = 0;
  // The exit status where it is not `done` (an import that kept the good rows: not_found, 1).
  virtual void ends_with(int status) = 0;
};

}  // namespace pharmacy::cli
