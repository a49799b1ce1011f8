#include "members/health/notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "crypto/random.h"
#include "members/consent/consent.h"
#include "members/health/seal.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

using vault::database;
using vault::Permission;

constexpr std::size_t about_columns = 40;  // of a list's line

constexpr const char* alerts_none = "none";
constexpr const char* alerts_tags = "tags";
constexpr const char* alerts_always = "always";

// A note as stored.
struct StoredNote {
  HealthNoteId id;
  MemberId member;
  MemberId written_for;
  std::int64_t epoch;
  db::Bytes sealed;
  std::string alerts;
  Instant added_at;
  std::string added_by;
  std::optional<Instant> ended_at;
  std::optional<std::string> ended_by;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StoredNote::id},
                      Field{"member", &StoredNote::member},
                      Field{"written_for", &StoredNote::written_for},
                      Field{"epoch", &StoredNote::epoch},
                      Field{"sealed", &StoredNote::sealed},
                      Field{"alerts", &StoredNote::alerts},
                      Field{"added_at", &StoredNote::added_at},
                      Field{"added_by", &StoredNote::added_by},
                      Field{"ended_at", &StoredNote::ended_at},
                      Field{"ended_by", &StoredNote::ended_by}};
  }
};

constexpr std::string_view stored_rows =
    "SELECT n.id, n.member, n.written_for, n.epoch, n.sealed, n.alerts, n.added_at, a.login,"
    " n.ended_at, e.login FROM health_note n JOIN staff a ON a.id = n.added_by"
    " LEFT JOIN staff e ON e.id = n.ended_by";

HealthNote note_of(const StoredNote& row, const HealthFacts& facts) {
  return {.id = row.id,
          .member = row.member,
          .kind = facts.kind,
          .ingredient = facts.ingredient,
          .drug_class = facts.drug_class,
          .condition = facts.condition,
          .reaction = facts.reaction,
          .severity = facts.severity,
          .response = facts.response,
          .dose = facts.dose,
          .since = facts.since,
          .until = facts.until,
          .text = facts.text,
          .alerts = row.alerts != alerts_none,
          .added = row.added_at,
          .added_by = row.added_by,
          .ended = row.ended_at,
          .ended_by = row.ended_by};
}

// The keys that the actor has, each opened once.
class Reader {
 public:
  explicit Reader(Reading& reading) : reading_{reading} {}

  void read(const StoredNote& row, HealthNotes& into) {
    const auto& keys = keys_of(row.epoch);
    if (!keys) {
      into.closed.push_back(row.id);
      return;
    }
    const auto note = members::opened(row.sealed, *keys);
    if (note && note->member == row.written_for) {
      into.notes.push_back(note_of(row, note->facts));
    } else {
      into.not_ours.push_back(row.id);
    }
  }

 private:
  struct Epoch {
    std::int64_t number;
    std::optional<crypto::BoxKeys> keys;
  };
  const std::optional<crypto::BoxKeys>& keys_of(std::int64_t epoch) {
    const auto known = std::ranges::find(epochs_, epoch, &Epoch::number);
    if (known != epochs_.end()) return known->keys;
    epochs_.push_back({epoch, vault::health_key(reading_, static_cast<std::uint16_t>(epoch))});
    return epochs_.back().keys;
  }

  Reading& reading_;
  std::vector<Epoch> epochs_;
};

const char* alerts_word(const NewHealthNote& input) {
  if (!input.alerts.value_or(members::alerts_by_itself(input.facts.kind))) return alerts_none;
  return members::keys_of(input.facts).empty() ? alerts_always : alerts_tags;
}

void insert_tags(db::Database& db, HealthNoteId note, const NewHealthNote& input) {
  const auto key = members::tag_key_to_write(db);
  std::vector<db::Bytes> tags;
  for (const std::string& held : members::keys_of(input.facts))
    tags.push_back(members::tag_of(key, input.member, held));
  while (tags.size() % members::tags_each != 0 || tags.empty()) {
    const auto random = crypto::random_bytes<16>();
    tags.emplace_back(random.begin(), random.end());
  }
  for (const db::Bytes& tag : tags)
    db.run("INSERT INTO health_tag (note, tag) VALUES (?1, ?2)", note, tag);
}

std::string about(const HealthNote& note) {
  for (const auto* fact : {&note.ingredient, &note.drug_class, &note.condition, &note.text}) {
    if (*fact) return cut_to_width(**fact, about_columns);
  }
  return {};
}

}  // namespace

HealthNotes members::notes_of(Reading& reading, MemberId member, bool all) {
  HealthNotes notes;
  Reader reader{reading};
  const auto rows = database(reading).rows<StoredNote>(
      std::string{stored_rows} +
          " WHERE n.member = ?1 AND (?2 OR n.ended_at IS NULL) ORDER BY n.id DESC",
      member, all);
  for (const StoredNote& row : rows) reader.read(row, notes);
  return notes;
}

HealthFacts members::facts_of(const HealthNote& note) {
  return {.kind = note.kind,
          .ingredient = note.ingredient,
          .drug_class = note.drug_class,
          .condition = note.condition,
          .reaction = note.reaction,
          .severity = note.severity,
          .response = note.response,
          .dose = note.dose,
          .since = note.since,
          .until = note.until,
          .text = note.text};
}

HealthNoteId add_health_note(Transaction& tx, const NewHealthNote& input) {
  vault::require(tx, Permission::add_health);
  auto& db = database(tx);
  require_in_use(tx, input.member);
  vault::shows(tx, input.member);
  std::vector<Fault> faults;
  NewHealthNote note = input;
  note.facts = members::checked(input.facts, tx.today(), faults);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  require_consent(tx, note.member, Purpose::health);

  const auto seal = vault::health_seal(tx);
  const std::string alerts = alerts_word(note);
  db.run(
      "INSERT INTO health_note (member, written_for, epoch, sealed, alerts, added_at, added_by)"
      " VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6)",
      note.member, static_cast<std::int64_t>(seal.epoch),
      members::sealed({.member = note.member, .facts = note.facts}, seal), alerts, tx.now(),
      tx.actor().id);
  const HealthNoteId id{db.last_insert_id()};
  if (alerts == alerts_tags && vault::keeps_blind_alerts(db)) insert_tags(db, id, note);
  vault::shown(tx).note("health note " + to_string(id));
  return id;
}

std::vector<std::string> note_keys(const HealthFacts& facts) { return members::keys_of(facts); }

void end_health_note(Transaction& tx, HealthNoteId id) {
  auto& db = database(tx);
  const auto row = db.row<StoredNote>(std::string{stored_rows} + " WHERE n.id = ?1", id);
  const bool is_own =
      row && row->added_by == tx.actor().login && tx.zone().day_of(row->added_at) == tx.today();
  if (is_own) {
    vault::require(tx, Permission::add_health);
  } else {
    vault::require_health_key(tx);
  }
  if (!row) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no health note {}")), to_string(id)),
                _("list them with: member health list"));
  }
  require_in_use(tx, row->member);
  vault::shows(tx, row->member);
  vault::shown(tx).note("health note " + to_string(id) + " ended");
  if (row->ended_at) {
    throw Error(Errc::conflict,
                fmt::format(fmt::runtime(_("health note {} has an end already")), to_string(id)));
  }
  db.run("UPDATE health_note SET ended_at = ?2, ended_by = ?3 WHERE id = ?1", id, tx.now(),
         tx.actor().id);
  db.run("DELETE FROM health_tag WHERE note = ?1", id);
}

HealthNotes health_notes(Reading& reading, MemberId member, bool all) {
  vault::require_health_key(reading);
  require_in_use(reading, member);
  vault::shows(reading, member);
  require_consent(reading, member, Purpose::health);
  return members::notes_of(reading, member, all);
}

std::vector<HealthLine> health_lines(const HealthNotes& notes, const Zone& zone) {
  std::vector<HealthLine> lines;
  for (const HealthNote& note : notes.notes) {
    lines.push_back({.id = note.id,
                     .kind = note.kind,
                     .about = about(note),
                     .severity = note.severity,
                     .alerts = note.alerts,
                     .added = zone.day_of(note.added),
                     .ended = note.ended ? std::optional{zone.day_of(*note.ended)} : std::nullopt});
  }
  return lines;
}

}  // namespace pharmacy
