#include "vault/log/erase.h"

#include "pharmacy/approval.h"
#include "vault/access.h"
#include "vault/store_impl.h"

// Which entries of the log are about the member ?1, and which of them are about so few that their
// texts can tell of her (?2 at most).
#define PHARMACY_ABOUT_HER "(SELECT seq FROM log_subject WHERE first <= ?1 AND last >= ?1)"
#define PHARMACY_TELLS_OF_HER                                             \
  "(SELECT s.seq FROM log_subject s WHERE s.first <= ?1 AND s.last >= ?1" \
  " AND (SELECT sum(o.last - o.first + 1) FROM log_subject o WHERE o.seq = s.seq) <= ?2)"
// The requests that name her, or were used for an entry about her; not the one to erase her.
#define PHARMACY_ASKED_ABOUT_HER                                               \
  " FROM approval WHERE action <> 'erase_person' AND command || summary <> ''" \
  " AND (used_entry IN " PHARMACY_TELLS_OF_HER                                 \
  "  OR command || ' ' || summary || ' ' GLOB '*M' || ?1 || '[^0-9]*')"

namespace pharmacy {
namespace {

constexpr auto few = static_cast<std::int64_t>(people_shown_max);

struct Erasing {
  MemberId member;
  std::int64_t seq;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &Erasing::member}, Field{"seq", &Erasing::seq}};
  }
};

}  // namespace

namespace vault {

Traces traces_of(db::Database& db, MemberId member) {
  return {.operations = *db.value<std::int64_t>(
              "SELECT count(*) FROM operation WHERE result <> '' AND log_entry IN"
              " " PHARMACY_ABOUT_HER,
              member),
          .details = *db.value<std::int64_t>(
              "SELECT count(*) FROM log_detail WHERE seq IN " PHARMACY_TELLS_OF_HER, member, few),
          .approvals =
              *db.value<std::int64_t>("SELECT count(*)" PHARMACY_ASKED_ABOUT_HER, member, few)};
}

void erase_traces(Transaction& tx, MemberId member) {
  auto& db = database(tx);
  // Nobody can ask for what makes such a digest.
  db.run(
      "UPDATE operation SET result = '', request = zeroblob(32) WHERE log_entry IN"
      " " PHARMACY_ABOUT_HER,
      member);
  db.run("DELETE FROM log_detail WHERE seq IN " PHARMACY_TELLS_OF_HER, member, few);
  db.run(
      "UPDATE approval SET request = zeroblob(32), command = '', summary = ''"
      " WHERE id IN (SELECT id" PHARMACY_ASKED_ABOUT_HER ")",
      member, few);
  shown(tx).members.push_back({member, member});
  shown(tx).note(erasing_words(member));
}

std::string erasing_words(MemberId member) { return "erased " + to_string(member); }

std::map<MemberId, std::int64_t> erasing_entries(db::Database& db) {
  std::map<MemberId, std::int64_t> entries;
  for (const Erasing& one :
       db.rows<Erasing>("SELECT m.id, max(e.seq) FROM member m"
                        " JOIN log_subject s ON m.id BETWEEN s.first AND s.last"
                        " JOIN log_entry e ON e.seq = s.seq JOIN log_detail d ON d.seq = e.seq"
                        " WHERE m.status = 'erased' AND e.kind = 'change'"
                        " AND ' ' || d.text || ' ' GLOB '* erased M' || m.id || ' *'"
                        " GROUP BY m.id ORDER BY m.id")) {
    entries.emplace(one.member, one.seq);
  }
  return entries;
}

void empty_log_after(Transaction& tx) { tx.impl().empties_log = true; }

}  // namespace vault
}  // namespace pharmacy

#undef PHARMACY_ABOUT_HER
#undef PHARMACY_TELLS_OF_HER
#undef PHARMACY_ASKED_ABOUT_HER
