#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <unordered_map>

#include "base/i18n.h"
#include "members/import_row.h"
#include "members/tables.h"
#include "pharmacy/policy.h"
#include "vault/access.h"
#include "vault/import_plan.h"

namespace pharmacy {
namespace {

using members::ImportRow;

constexpr std::size_t key_batch = 400'000;   // search keys sorted at a time: some 30 MB
constexpr std::size_t report_every = 2'000;  // rows
constexpr std::int64_t notices_max = 20;     // of one kind that are told one by one
constexpr int identity_size = 16;

// A row that makes a member.
struct NewRow {
  ImportRow row;
  std::optional<db::Bytes> identity;  // of a row without a card
};

bool has_identity(db::Database& db, const db::Bytes& identity) {
  return db.value<std::int64_t>("SELECT id FROM member WHERE import_identity = ?1", identity)
      .has_value();
}

db::Bytes identity_of(std::string_view source, const crypto::Digest& content, int ordinal) {
  const auto digest = crypto::Hasher{}
                          .add(fmt::format("{}:{}:{}:", source.size(), source, ordinal))
                          .add(content)
                          .finish();
  return {digest.begin(), digest.begin() + identity_size};
}

// Search keys in the order of their index: one sorted sweep is several times faster than
// as many leaps.
class KeyWriter {
 public:
  explicit KeyWriter(db::Database& db) : db_{db} {}

  void add(MemberId member, const std::string& name) {
    for (auto& key : members::search_keys(name)) keys_.emplace_back(std::move(key), member);
    if (keys_.size() >= key_batch) write();
  }
  void write() {
    std::sort(keys_.begin(), keys_.end());
    for (const auto& [key, member] : keys_) members::insert_key(db_, member, key);
    keys_.clear();
  }

 private:
  db::Database& db_;
  std::vector<std::pair<members::SearchKey, MemberId>> keys_;
};

class MemberImport : public ImportPlan::Impl {
 public:
  MemberImport(Reading& reading, const std::string& bytes, const ImportOptions& options);
  ImportSummary run(Transaction& tx) override;

 private:
  void take(Reading& reading, const Sheet& sheet, ImportRow row);
  // Whether the row's card is there already, in the store or in a row before.
  bool is_known_card(Reading& reading, const Sheet& sheet, const ImportRow& row);
  void look_at_phone(db::Database& db, ImportRow& row);
  void look_at_age(const ImportRow& row);
  void reject(const Sheet& sheet, const std::vector<RowFault>& faults);
  void notice(const char* kind, std::int64_t line, std::string text, const char* further);
  // Leaves the rows that are still new as of now.
  void drop_known(db::Database& db);

  struct Seen {
    std::int64_t line;
    crypto::Digest content;
  };
  ImportOptions options_;
  Date today_;
  Date guardian_from_;  // who is born after this day needs a guardian
  std::vector<NewRow> rows_;
  std::unordered_map<std::string, Seen> cards_;           // of the file
  std::unordered_map<std::string, std::int64_t> phones_;  // of the file, and the first line
  std::map<crypto::Digest, int> contents_;                // of rows without a card: how many
  std::map<std::string, std::int64_t> notice_counts_;
};

MemberImport::MemberImport(Reading& reading, const std::string& bytes, const ImportOptions& options)
    : options_{options},
      today_{reading.today()},
      guardian_from_{add_months(today_, -12 * policy_on(reading, today_).members.guardian_age)} {
  Sheet sheet{bytes, options.sheet, member_import_fields(), options.progress};
  const members::RowReader reader{sheet, options.at_format, reading.zone(), today_};
  while (sheet.next()) {
    ++summary.rows;
    auto faults = sheet.faults();
    ImportRow row;
    if (faults.empty()) row = reader.read(faults);
    if (faults.empty() && row.points > Points{0} && !options.open_points) {
      faults.push_back({{}, _("opening points cannot be taken here")});
    }
    if (faults.empty()) {
      take(reading, sheet, std::move(row));
    } else {
      reject(sheet, faults);
    }
  }
  header = sheet.header();
  columns = sheet.taken(member_import_fields());
  keep_good = options.keep_good;
  summary.blank = sheet.blank_rows();
  summary.added = static_cast<std::int64_t>(rows_.size());
  cards_.clear();
  phones_.clear();
  contents_.clear();
}

void MemberImport::take(Reading& reading, const Sheet& sheet, ImportRow row) {
  auto& db = vault::database(reading);
  NewRow taken;
  if (row.member.card) {
    if (is_known_card(reading, sheet, row)) return;
  } else {
    const auto content = content_of(row);
    taken.identity = identity_of(options_.source, content, contents_[content]++);
    if (has_identity(db, *taken.identity)) {
      ++summary.already;
      return;
    }
  }
  look_at_phone(db, row);
  look_at_age(row);
  summary.points += row.points;
  taken.row = std::move(row);
  rows_.push_back(std::move(taken));
}

// Whether a fact that the row gives is another one in the store.
bool differs(const NewMember& row, const Member& stored) {
  const auto other = [](const auto& given, const auto& kept) { return given && given != kept; };
  return other(row.name, stored.name) || other(row.phone, stored.phone) ||
         other(row.sex, stored.sex) || other(row.birth, stored.birth) ||
         other(row.address, stored.address) || other(row.note, stored.note);
}

bool MemberImport::is_known_card(Reading& reading, const Sheet& sheet, const ImportRow& row) {
  const auto content = content_of(row);
  const auto [seen, is_first] = cards_.try_emplace(*row.member.card, Seen{row.line, content});
  if (!is_first && seen->second.content != content) {
    reject(sheet, {{sheet.column(1),
                    fmt::format(fmt::runtime(_("the card is on line {} with other facts")),
                                seen->second.line)}});
    return true;
  }
  const auto owner = members::card_owner(vault::database(reading), *row.member.card);
  if (is_first && !owner) return false;
  ++summary.already;
  if (!owner) return true;
  if (owner->ended_at) {
    notice("card_differs", row.line,
           fmt::format(fmt::runtime(_("the card was taken off {}")), to_string(owner->member)),
           _("further cards that are there with other facts"));
  } else if (differs(row.member, get_member(reading, owner->member))) {
    notice("card_differs", row.line,
           fmt::format(fmt::runtime(_("the card is that of {}, who has other facts; they stay")),
                       to_string(owner->member)),
           _("further cards that are there with other facts"));
  }
  return true;
}

void MemberImport::look_at_phone(db::Database& db, ImportRow& row) {
  if (!row.member.phone) return;
  const auto [first, is_first] = phones_.try_emplace(*row.member.phone, row.line);
  const auto owners = members::phone_owners(db, *row.member.phone, 1);
  if (is_first && owners.empty()) return;
  row.member.shared_phone = true;
  notice("shared_phone", row.line,
         owners.empty()
             ? fmt::format(fmt::runtime(_("the phone is also on line {}")), first->second)
             : fmt::format(fmt::runtime(_("the phone is also that of {}")), to_string(owners[0])),
         _("further rows share a phone"));
}

void MemberImport::look_at_age(const ImportRow& row) {
  if (!row.member.birth || *row.member.birth <= guardian_from_) return;
  notice("guardian_missing", row.line, _("a child: guardian missing"),
         _("further children: guardian missing"));
}

void MemberImport::reject(const Sheet& sheet, const std::vector<RowFault>& faults) {
  std::string all;
  for (const auto& fault : faults) all += (all.empty() ? "" : "; ") + fault.message;
  rejected.push_back({sheet.line(), faults[0].column, all, sheet.cells_of(sheet.raw())});
  ++summary.rejected;
}

void MemberImport::notice(const char* kind, std::int64_t line, std::string text,
                          const char* further) {
  const auto count = ++notice_counts_[kind];
  if (count <= notices_max) {
    notices.push_back({kind, std::to_string(line), std::move(text), 1});
    return;
  }
  if (count == notices_max + 1) notices.push_back({kind, std::to_string(line), further, 0});
  const auto last = std::find_if(notices.rbegin(), notices.rend(),
                                 [&](const ImportNotice& n) { return n.kind == kind; });
  ++last->count;
}

void MemberImport::drop_known(db::Database& db) {
  const auto is_known = [&](const NewRow& row) {
    return row.identity ? has_identity(db, *row.identity)
                        : members::card_owner(db, *row.row.member.card).has_value();
  };
  const auto known = std::remove_if(rows_.begin(), rows_.end(), is_known);
  summary.already += rows_.end() - known;
  rows_.erase(known, rows_.end());
  summary.added = static_cast<std::int64_t>(rows_.size());
  summary.points = Points{0};
}

ImportSummary MemberImport::run(Transaction& tx) {
  if (summary.rejected > 0 && !keep_good) {
    throw Error(Errc::bad_data,
                fmt::format(fmt::runtime(P_("{} row cannot be taken", "{} rows cannot be taken",
                                            summary.rejected)),
                            summary.rejected));
  }
  auto& db = vault::database(tx);
  drop_known(db);
  if (rows_.empty()) return summary;
  db.run(
      "INSERT INTO import_batch (subject, source, at, staff, added)"
      " VALUES ('members', ?1, ?2, ?3, ?4)",
      options_.source, tx.now(), tx.actor().id, summary.added);
  const ImportId batch{db.last_insert_id()};
  const members::Provenance from{.source = options_.source,
                                 .now = tx.now(),
                                 .staff = tx.actor().id,
                                 .verified_on = std::nullopt,
                                 .import = batch};
  KeyWriter keys{db};
  std::size_t done = 0;
  for (auto& [row, identity] : rows_) {
    // A phone may have found an owner since the file was read.
    row.member.shared_phone =
        row.member.phone &&
        (row.member.shared_phone || !members::phone_owners(db, *row.member.phone, 1).empty());
    const MemberId id = members::insert_member(db, row.member, tx.today(), from, identity);
    if (row.member.name) keys.add(id, *row.member.name);
    if (row.points > Points{0}) options_.open_points(tx, id, row.points, batch);
    summary.points += row.points;
    if (++done % report_every == 0 && options_.progress) {
      options_.progress(static_cast<std::int64_t>(done), summary.added);
    }
  }
  keys.write();
  return summary;
}

}  // namespace

ImportPlan plan_member_import(Reading& reading, const std::string& bytes,
                              const ImportOptions& options) {
  return ImportPlan{std::make_unique<MemberImport>(reading, bytes, options)};
}

}  // namespace pharmacy
