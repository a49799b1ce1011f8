// What a member's facts must be like, and the form in which they are kept.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/members.h"

namespace pharmacy::members {

// Nobody alive, and no pharmacy's file, is older.
inline constexpr Date earliest_day{std::chrono::year{1850} / 1 / 1};

// What is wrong with a fact, under the fact's name in Member::fields().
struct FieldFault {
  const char* field;
  Fault fault;
};
using Faults = std::vector<FieldFault>;

// The fact as it is kept. Where it is wrong: nullopt, and a fault added.
std::optional<std::string> checked_name(std::string_view text, Faults& faults);
std::optional<std::string> checked_card(std::string_view text, Faults& faults);
std::optional<std::string> checked_phone(std::string_view text, Faults& faults);
std::optional<Sex> checked_sex(std::string_view text, Faults& faults);
std::optional<Date> checked_birth(std::string_view text, Date today, Faults& faults);
std::optional<std::string> checked_address(std::string_view text, Faults& faults);
std::optional<std::string> checked_note(std::string_view text, Faults& faults);
std::optional<std::string> checked_region(std::string_view text, Faults& faults);
std::optional<std::string> checked_call_as(std::string_view text, Faults& faults);

// All of it but the reason. Empty text is as absent.
NewMember checked(const NewMember& input, Date today, Faults& faults);

// Throws Error(invalid_input) for a limit that is not 1 to members_limit_max.
void check_limit(std::size_t limit);

// Throws Error(invalid_input) with all faults, or Error(conflict) where only `conflicts` has any.
void throw_if_any(const Faults& faults, const std::vector<Fault>& conflicts = {});

}  // namespace pharmacy::members
