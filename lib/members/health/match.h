// What of a member's notes a counter check asks about, for staff who may read them, and, by
// digests alone, for those who may not.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pharmacy/health.h"

namespace pharmacy::members {

// A key (facts.h) that was asked about, and a note that holds it, where the actor can read it.
struct HealthMatch {
  std::string key;
  std::optional<HealthNote> note;
};

struct HealthMatches {
  bool agrees = true;  // else nothing was looked at
  std::vector<HealthMatch> found;
  // A note that says nothing but that the pharmacist is to be asked, or one that does not open.
  bool ask_always = false;
};

// Which of the keys the member's notes hold, as of now. Asks for no permission: a check is part of
// a sale. The same keys are found whether the actor reads the notes or not.
HealthMatches match_notes(Reading& reading, MemberId member, std::span<const std::string> keys);

}  // namespace pharmacy::members
