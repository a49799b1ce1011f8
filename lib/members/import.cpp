#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <unordered_map>

#include "base/at_format.h"
#include "base/i18n.h"
#include "members/facts/facts.h"
#include "members/import_row.h"
#include "members/rights/status.h"
#include "members/tables.h"
#include "pharmacy/policy.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/import_plan.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using members::ImportRow;

constexpr std::size_t key_batch = 400'000;   // search keys sorted at a time: some 30 MB
constexpr std::size_t report_every = 2'000;  // rows
constexpr std::int64_t notices_max = 20;     // of one kind that are told one by one
constexpr int identity_size = 16;

// A row that makes a member, or adds to one what it lacks.
struct NewRow {
  ImportRow row;
  std::optional<db::Bytes> identity{};  // of a row without a card
  std::optional<MemberId> completes{};
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
  // Whether no row before has the card.
  bool is_first_of_card(const Sheet& sheet, const ImportRow& row);
  // Leaves of the row's further cards those that `owner` lacks; whether they are all free to take.
  bool take_other_cards(db::Database& db, const Sheet& sheet, ImportRow& row,
                        std::optional<MemberId> owner);
  // Leaves of the row what the card's owner lacks, and tells what differs.
  void compare(Reading& reading, NewRow& taken, MemberId owner);
  void take_new(db::Database& db, NewRow taken);
  void look_at_phone(db::Database& db, ImportRow& row);
  void look_at_age(const ImportRow& row);
  void reject(const Sheet& sheet, const std::vector<RowFault>& faults);
  void notice(const char* kind, std::int64_t line, std::string text, const char* further);
  // Leaves the rows that are still new as of now.
  void drop_known(Transaction& tx);

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
  check_at_format(options.at_format);
  Sheet sheet{bytes, options.sheet, member_import_fields(), options.progress};
  const members::RowReader reader{sheet, options.at_format, reading.zone(), today_};
  while (sheet.next()) {
    ++summary.rows;
    auto faults = sheet.faults();
    ImportRow row;
    if (faults.empty()) row = reader.read(faults);
    if (faults.empty() && row.points > Points{0} && !options.opening.grant) {
      faults.push_back({{}, _("opening points cannot be taken here")});
    }
    if (faults.empty()) {
      take(reading, sheet, std::move(row));
    } else {
      reject(sheet, faults);
    }
  }
  take_form(sheet, member_import_fields(), options);
  summary.blank = sheet.blank_rows();
  summary.added = static_cast<std::int64_t>(rows_.size());
  cards_.clear();
  phones_.clear();
  contents_.clear();
}

void MemberImport::take(Reading& reading, const Sheet& sheet, ImportRow row) {
  auto& db = vault::database(reading);
  NewRow taken{std::move(row)};
  if (!taken.row.member.card) {
    const auto content = content_of(taken.row);
    taken.identity = identity_of(options_.source, content, contents_[content]++);
    if (has_identity(db, *taken.identity)) {
      ++summary.already;
    } else {
      take_new(db, std::move(taken));
    }
    return;
  }
  if (!is_first_of_card(sheet, taken.row)) return;
  const auto owner = members::card_owner(db, *taken.row.member.card);
  if (!take_other_cards(db, sheet, taken.row,
                        owner ? std::optional{owner->member} : std::nullopt)) {
    return;
  }
  if (owner && owner->ended_at) {
    ++summary.already;
    notice("card_differs", taken.row.line,
           fmt::format(fmt::runtime(_("the card was taken off {}")), to_string(owner->member)),
           _("further cards that are there with other facts"));
    return;
  }
  if (owner && members::status_of(db, owner->member) == MemberStatus::restricted) {
    reject(sheet, {{sheet.column(members::card_column),
                    fmt::format(fmt::runtime(_("the card is that of {}, who is restricted")),
                                to_string(owner->member))}});
    return;
  }
  if (owner) compare(reading, taken, owner->member);
  if (owner && !has_facts(taken.row)) {
    ++summary.already;
  } else {
    take_new(db, std::move(taken));
  }
}

void MemberImport::take_new(db::Database& db, NewRow taken) {
  look_at_phone(db, taken.row);
  look_at_age(taken.row);
  summary.points += taken.row.points;
  rows_.push_back(std::move(taken));
}

// Whether a fact that the row gives is another one in the store.
bool differs(const NewMember& row, const Member& stored) {
  const auto other = [](const auto& given, const auto& kept) {
    return given && kept && given != kept;
  };
  return other(row.name, stored.name) || other(row.phone, stored.phone) ||
         other(row.sex, stored.sex) || other(row.birth, stored.birth) ||
         other(row.address, stored.address) || other(row.note, stored.note) ||
         members::differs_in_facts(row, stored);
}

bool MemberImport::is_first_of_card(const Sheet& sheet, const ImportRow& row) {
  const auto content = content_of(row);
  const auto [seen, is_first] = cards_.try_emplace(*row.member.card, Seen{row.line, content});
  if (is_first) return true;
  if (seen->second.content == content) {
    ++summary.already;
  } else {
    reject(sheet, {{sheet.column(members::card_column),
                    fmt::format(fmt::runtime(_("the card is on line {} with other facts")),
                                seen->second.line)}});
  }
  return false;
}

bool MemberImport::take_other_cards(db::Database& db, const Sheet& sheet, ImportRow& row,
                                    std::optional<MemberId> owner) {
  std::vector<std::string> lacking;
  for (auto& card : row.other_cards) {
    const auto found = members::card_owner(db, card);
    const bool is_own = found && found->member == owner;
    const bool is_seen = !cards_.try_emplace(card, Seen{row.line, {}}).second;
    if ((found && !is_own) || is_seen) {
      reject(sheet, {{sheet.column(members::other_cards_column),
                      fmt::format(fmt::runtime(_("the card belongs to another member: {}")),
                                  for_terminal(card))}});
      return false;
    }
    if (!found) lacking.push_back(std::move(card));
  }
  row.other_cards = std::move(lacking);
  return true;
}

void MemberImport::compare(Reading& reading, NewRow& taken, MemberId owner) {
  auto& row = taken.row;
  const Member stored = members::stored_member(vault::database(reading), owner);
  vault::shows(reading, owner);
  if (differs(row.member, stored)) {
    notice("card_differs", row.line,
           fmt::format(fmt::runtime(_("the card is that of {}, who has other facts; they stay")),
                       to_string(owner)),
           _("further cards that are there with other facts"));
  }
  const Points granted =
      row.points > Points{0} ? options_.opening.granted(reading, owner) : Points{0};
  if (granted > Points{0} && granted != row.points) {
    notice(
        "points_differ", row.line,
        fmt::format(fmt::runtime(_("{member} brought along {points} points; they stay")),
                    fmt::arg("member", to_string(owner)), fmt::arg("points", to_string(granted))),
        _("further members who brought along other points"));
  }
  keep_lacking(row, stored, granted);
  taken.completes = owner;
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
  list_rejected(sheet.line(), faults, sheet.cells_of(sheet.raw()));
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

void MemberImport::drop_known(Transaction& tx) {
  auto& db = vault::database(tx);
  const auto is_known = [&](NewRow& row) {
    if (row.identity) return has_identity(db, *row.identity);
    if (!row.completes) return members::card_owner(db, *row.row.member.card).has_value();
    const Points granted =
        row.row.points > Points{0} ? options_.opening.granted(tx, *row.completes) : Points{0};
    keep_lacking(row.row, members::stored_member(db, *row.completes), granted);
    return !has_facts(row.row);
  };
  const auto known = std::remove_if(rows_.begin(), rows_.end(), is_known);
  summary.already += rows_.end() - known;
  rows_.erase(known, rows_.end());
  summary.added = static_cast<std::int64_t>(rows_.size());
  summary.points = Points{0};
}

ImportSummary MemberImport::run(Transaction& tx) {
  refuse_rejected();
  auto& db = vault::database(tx);
  drop_known(tx);
  if (rows_.empty()) return summary;
  const ImportId batch = vault::insert_batch(tx, "members", options_, summary.added);
  const members::Provenance from{.source = options_.source,
                                 .now = tx.now(),
                                 .staff = tx.actor().id,
                                 .verified_on = std::nullopt,
                                 .import = batch};
  KeyWriter keys{db};
  std::size_t done = 0;
  for (auto& [row, identity, completes] : rows_) {
    // A phone may have found an owner since the file was read.
    row.member.shared_phone =
        row.member.phone &&
        (row.member.shared_phone || !members::phone_owners(db, *row.member.phone, 1).empty());
    if (completes) {
      members::edit(tx, *completes, edit_of(row), from);
    } else {
      completes = members::insert_member(db, row.member, tx.today(), from, identity);
      if (row.member.name) keys.add(*completes, *row.member.name);
    }
    vault::shows(tx, *completes);
    for (const auto& card : row.other_cards) {
      // Older than the row's card, which is the one to be shown.
      const Instant before{from.now.seconds - 1};
      if (!members::card_owner(db, card)) members::insert_card(db, *completes, card, before);
    }
    if (row.points > Points{0}) options_.opening.grant(tx, *completes, row.points, batch);
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
  vault::require(reading, vault::Permission::import_records);
  return ImportPlan{std::make_unique<MemberImport>(reading, bytes, options)};
}

}  // namespace pharmacy
