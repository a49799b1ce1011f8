// What of a member's notes a counter check asks about: opened for staff who may read them, by
// digests alone for those who may not.
#include <algorithm>
#include <set>

#include "members/consent/consent.h"
#include "members/health/notes.h"
#include "members/health/seal.h"
#include "vault/access.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

// The notes of a member that a check heeds by their tags, for whoever cannot read them.
std::vector<HealthMatch> match_blindly(db::Database& db, MemberId member,
                                       std::span<const std::string> keys) {
  const auto key = members::tag_key(db);
  if (!key) return {};
  const auto numbers = db.values<MemberId>(
      "SELECT DISTINCT written_for FROM health_note"
      " WHERE member = ?1 AND ended_at IS NULL AND alerts = 'tags'",
      member);
  const auto stored = db.values<db::Bytes>(
      "SELECT t.tag FROM health_note n JOIN health_tag t ON t.note = n.id"
      " WHERE n.member = ?1 AND n.ended_at IS NULL AND n.alerts = 'tags'",
      member);
  const std::set<db::Bytes> tags{stored.begin(), stored.end()};
  std::vector<HealthMatch> found;
  for (const std::string& asked : keys) {
    const bool is_there = std::ranges::any_of(numbers, [&](MemberId written_for) {
      return tags.contains(members::tag_of(*key, written_for, asked));
    });
    if (is_there) found.push_back({asked, std::nullopt});
  }
  return found;
}

// Whether checks heed one of her notes by its tags; of these alone, where they are given.
bool has_tagged(db::Database& db, MemberId member, const std::vector<HealthNoteId>* of = nullptr) {
  const auto tagged = db.values<HealthNoteId>(
      "SELECT id FROM health_note WHERE member = ?1 AND ended_at IS NULL AND alerts = 'tags'",
      member);
  return std::ranges::any_of(tagged, [of](HealthNoteId id) {
    return of == nullptr || std::ranges::find(*of, id) != of->end();
  });
}

std::vector<HealthMatch> match_opened(const std::vector<HealthNote>& notes,
                                      std::span<const std::string> keys) {
  std::vector<HealthMatch> found;
  for (const std::string& asked : keys) {
    for (const HealthNote& note : notes) {
      if (!note.alerts) continue;
      const auto held = members::keys_of(members::facts_of(note));
      if (std::ranges::find(held, asked) != held.end()) found.push_back({asked, note});
    }
  }
  return found;
}

}  // namespace

HealthMatches match_health_notes(Reading& reading, MemberId member,
                                 std::span<const std::string> keys) {
  auto& db = vault::database(reading);
  HealthMatches matches;
  matches.agrees = members::agrees(db, member, Purpose::health);
  if (!matches.agrees) return matches;
  vault::shows(reading, member);
  matches.any = db.value<bool>(
                      "SELECT EXISTS (SELECT 1 FROM health_note WHERE member = ?1"
                      " AND ended_at IS NULL AND alerts <> 'none')",
                      member)
                    .value_or(false);
  matches.ask_always = db.value<bool>(
                             "SELECT EXISTS (SELECT 1 FROM health_note WHERE member = ?1"
                             " AND ended_at IS NULL AND alerts = 'always')",
                             member)
                           .value_or(false);
  const bool has_tags = vault::keeps_blind_alerts(db);
  if (!vault::may_read_health(reading)) {
    matches.found = match_blindly(db, member, keys);
    matches.passed_over = !has_tags && has_tagged(db, member);
    return matches;
  }
  const HealthNotes notes = members::notes_of(reading, member, false);
  matches.found = match_opened(notes.notes, keys);
  // What she has no key to is compared as for whoever has none.
  if (!notes.closed.empty()) {
    matches.passed_over = !has_tags && has_tagged(db, member, &notes.closed);
    for (HealthMatch& blind : match_blindly(db, member, keys)) {
      if (std::ranges::find(matches.found, blind.key, &HealthMatch::key) == matches.found.end())
        matches.found.push_back(std::move(blind));
    }
  }
  if (!notes.not_ours.empty()) matches.ask_always = true;
  return matches;
}

}  // namespace pharmacy
