#include "pharmacy/preference.h"

#include "base/checked_text.h"
#include "base/i18n.h"
#include "members/masks.h"
#include "members/relations/standing.h"
#include "members/tables.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

bool is_known(db::Database& db, MemberId member, PreferenceKey key, const std::string& value) {
  return db
      .value<std::int64_t>(
          "SELECT 1 FROM member_preference"
          " WHERE member = ?1 AND ended_at IS NULL AND key = ?2 AND value = ?3 LIMIT 1",
          member, key, value)
      .has_value();
}

// A field of the history for each thing that a preference may be about.
std::string history_field(PreferenceKey key) {
  return std::string{members::preference_fields} + '_' + to_word(key);
}

}  // namespace

bool add_preference(Transaction& tx, const NewPreference& input) {
  vault::require(tx, vault::Permission::edit_people);
  require_in_use(tx, input.member);
  vault::shows(tx, input.member);
  constexpr std::size_t longest = 200;  // bytes
  std::vector<Fault> faults;
  const auto value = checked_text(faults, _("value"), std::string_view{input.value}, longest);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  auto& db = vault::database(tx);
  if (is_known(db, input.member, input.key, value)) return false;
  db.run(
      "INSERT INTO member_preference (member, key, value, source, added_at, added_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      input.member, input.key, value, input.source, tx.now(), tx.actor().id);
  members::insert_change(
      tx, input.member,
      {.field = history_field(input.key), .before = {}, .after = value, .reason = {}});
  return true;
}

bool end_preference(Transaction& tx, MemberId member, PreferenceKey key, const std::string& typed) {
  vault::require(tx, vault::Permission::edit_people);
  require_in_use(tx, member);
  vault::shows(tx, member);
  auto& db = vault::database(tx);
  const std::string value = normalise(typed).value_or(typed);
  if (!is_known(db, member, key, value)) return false;
  db.run(
      "UPDATE member_preference SET ended_at = ?4"
      " WHERE member = ?1 AND ended_at IS NULL AND key = ?2 AND value = ?3",
      member, key, value, tx.now());
  members::insert_change(tx, member,
                         {.field = history_field(key), .before = value, .after = {}, .reason = {}});
  return true;
}

std::vector<Preference> list_preferences(Reading& reading, MemberId member, bool all) {
  vault::require(reading, vault::Permission::view_people);
  require_in_use(reading, member);
  vault::shows(reading, member);
  auto preferences = members::preferences_of(vault::database(reading), member, all);
  if (!members::sees_names(reading.actor())) {
    for (Preference& one : preferences) members::mask_text(one.value);
  }
  return preferences;
}

}  // namespace pharmacy
