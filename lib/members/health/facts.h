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

// Keys by which notes and drugs are compared: "i:阿莫西林" an ingredient, "a:J01C" an ATC code,
// "c:penicillins" a class of allergens, "r:华法林" an ingredient of what the member takes,
// "d:高血压" a condition, "p:" pregnancy. Names are folded as they are searched.
std::string ingredient_key(std::string_view name);
std::string atc_key(std::string_view code);
std::string class_key(std::string_view name);
std::string regimen_key(std::string_view ingredient);
std::string condition_key(std::string_view name);
std::string pregnancy_key();
// Of a drug class as it is typed: an ATC code, else a class's name.
std::string drug_class_key(std::string_view text);
// Whether the text has the form of an ATC code, of any level from 2 on: "J01", "J01CA04".
[[nodiscard]] bool is_atc_code(std::string_view text);

// Under which a note is found; none where its kind has no such key.
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
