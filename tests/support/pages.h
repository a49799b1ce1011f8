// What is in the pages of a store's file, free ones too.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "db/page_seal.h"
#include "support/vault.h"

namespace pharmacy::test {

// All pages as SQLite knows them. The log must be empty.
inline std::string all_pages(TestStore& t) {
  t.close();
  const KeyringInHand hand{t};
  CHECK(std::filesystem::file_size(hand.place.log()) == 0);
  const std::string file = bytes_of(hand.place.database());
  const auto keys = hand.keys();
  std::string pages;
  for (std::uint32_t number = 1; number <= file.size() / db::page_size; ++number) {
    const Page page = opened_page(keys, number, file);
    pages.append(page.begin(), page.end());
  }
  t.reopen();
  return pages;
}

// How often each text is in them, where it is at all.
inline std::map<std::string, int> texts_in(const std::string& pages,
                                           const std::vector<std::string>& texts) {
  std::map<std::string, int> found;
  for (const std::string& text : texts) {
    for (auto at = pages.find(text); at != std::string::npos; at = pages.find(text, at + 1))
      ++found[text];
  }
  return found;
}

// Copies the log of a store into its file.
inline void empty_log(TestStore& t) {
  t.close();
  empty_log(KeyringInHand{t});
  t.reopen();
}

}  // namespace pharmacy::test
