// What a health note says: what each kind has, how it is written down, and under which keys a
// counter check looks for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/health.h"

namespace pharmacy::members {

// The facts as they are kept; faults where they are wrong, or no part of that kind of note.
HealthFacts checked(const HealthFacts& facts, Date today, std::vector<Fault>& faults);

// Keys under which a note is found (base/substance_keys.h), each once; none where its kind has no
// such key.
std::vector<std::string> keys_of(const HealthFacts& facts);
// Whether counter checks heed such a note where it is not said.
[[nodiscard]] bool alerts_by_itself(HealthKind kind);

// The text that is sealed, and back: pharmacy-store(5). nullopt for anything that written() does
// not write.
struct WrittenNote {
  MemberId member;
  HealthFacts facts;
};
std::string written(const WrittenNote& note);
std::optional<WrittenNote> read_written(std::string_view text);

}  // namespace pharmacy::members
