// What the library says of health notes, and of the buyers of special drugs, as they are sealed in
// rows; vectors.py has the words.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "db/database.h"
#include "format/python.h"
#include "format/vectors.h"
#include "pharmacy/store.h"
#include "support/temp_dir.h"

namespace pharmacy::test {

// Of all in a store, by "note-1" and "buyer-1". "untagged" is after the words where what it says
// has a tag that the row does not have.
Verdicts verdicts_on_rows(Reading& reading);

// Commits what this does to the rows of a vectors' store.
void change_rows(Store::Impl& store, const std::function<void(db::Database&)>& body);

// The vectors' store, whose tables take any row.
class RowStore {
 public:
  explicit RowStore(const VectorBase& base);
  ~RowStore();

  std::string verdict_of(const SealedRow& row);

 private:
  Store::Impl& open_with(const std::string& key_file);

  const VectorBase& base_;
  TempDir dir_;
  std::map<std::string, std::unique_ptr<Store::Impl>> open_;  // by key file
};

}  // namespace pharmacy::test
