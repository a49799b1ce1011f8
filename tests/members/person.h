// A member with something in every table that holds anything of members, for what moves or erases
// all of it.
#pragma once

#include <string>
#include <vector>

#include "support/counter_store.h"

namespace pharmacy::test {

// Texts that are found in the store's pages for as long as anything of her is there; each stands in
// another table or column.
inline const std::vector<std::string> canaries{
    "canaryname",      "canaryoldname", "canarycard",   "8613912344321",    "8613912340000",
    "canaryaddress",   "canarynote",    "canaryreveal", "canaryresult",     "canaryapproval",
    "canaryreason",    "canaryearlier", "canarymerge",  "canarycall",       "canaryregion",
    "canarywhy",       "canaryrisk",    "canarylikes",  "canarylicence",    "canarywanted",
    "CANARYPARCEL",    "canaryspoke",   "canarytold",   "canarycomplainer", "canarycontact",
    "canarycomplaint", "canaryack",     "canaryfile",   "canaryevidence",   "canaryremedy",
    "canarybasis"};

// The store's M1 is somebody else; M2 is the person, M3 her child for whom she agrees, and others
// stand around her so that the tables have several pages.
struct PersonStore : CounterStore {
  explicit PersonStore(int others = 300);

  MemberId person;
  MemberId child;

 private:
  void merge_earlier();
  void live();
  void is_written_down();
  void complains();
  void buys();
};

}  // namespace pharmacy::test
