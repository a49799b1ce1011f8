// Where the events of a member's timeline come from.
#pragma once

#include <span>
#include <string_view>

#include "vault/permissions.h"

namespace pharmacy::members {

// What happened by the rows of one table.
struct TimelineSource {
  std::string_view table;  // of child_tables(), or `member` itself
  vault::Permission permission;
  // A selection of at, topic, event, about, detail, amount, login, and a number that tells rows of
  // one instant apart; ?1 is the member.
  const char* sql;
};
std::span<const TimelineSource> timeline_sources();

// Child tables that tell of nothing that happened by itself: their changes are in the history, or
// they belong to a row that is told.
std::span<const std::string_view> silent_tables();

}  // namespace pharmacy::members
