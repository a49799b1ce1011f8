// How the rooms above reach the database behind a Reading or a Transaction, and say whom they show.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/store.h"
#include "vault/log/log.h"

namespace pharmacy::vault {

// The connection whose snapshot or change `reading` is.
db::Database& database(Reading& reading);

// What the access log gets of it: every verb that shows or changes something of a member adds the
// member. A bug in a reading of which nothing is logged: persons are for Store::view and changes.
Shown& shown(Reading& reading);
inline void shows(Reading& reading, MemberId member) {
  shown(reading).members.push_back({member, member});
}

// What it gets of persons who are no members, by the numbers of what is kept of them: "leads 1-3
// 7".
template <class Ids>
void notes(Reading& reading, std::string_view what, const Ids& ids) {
  if (std::empty(ids)) return;
  std::vector sorted(std::begin(ids), std::end(ids));
  std::ranges::sort(sorted);
  std::string words{what};
  for (std::size_t from = 0; from < sorted.size();) {
    std::size_t to = from;
    while (to + 1 < sorted.size() && sorted[to + 1].number() == sorted[to].number() + 1) ++to;
    words += ' ' + to_string(sorted[from]);
    if (to > from) words += '-' + to_string(sorted[to]);
    from = to + 1;
  }
  // A change that prints what it made looks at it once more.
  const std::string& noted = shown(reading).detail;
  if (noted != words && !noted.ends_with(' ' + words)) shown(reading).note(words);
}

}  // namespace pharmacy::vault
