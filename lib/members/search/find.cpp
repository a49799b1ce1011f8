#include <unordered_set>

#include "base/i18n.h"
#include "base/phone.h"
#include "members/masks.h"
#include "members/merge/numbers.h"
#include "members/tables.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

constexpr std::size_t card_part_min = 3;  // characters of the beginning of a card

// Members in the order in which they were found, each once, up to a limit. Every scan is of one
// index in its own order and ends when enough are found, so that a single letter costs no more
// in a large store than in a small one.
class Hits {
 public:
  Hits(db::Database& db, std::size_t limit) : db_{db}, limit_{limit} {}

  [[nodiscard]] bool full() const { return ids_.size() == limit_; }
  [[nodiscard]] const std::vector<MemberId>& ids() const { return ids_; }

  void add(MemberId id) {
    if (!full() && seen_.insert(id.number()).second) ids_.push_back(id);
  }
  // Adds the members that `sql` lists, until there are enough.
  template <class... Values>
  void scan(std::string_view sql, const Values&... values) {
    if (full()) return;
    auto statement = db_.prepare(sql);
    statement.bind(values...);
    while (!full() && statement.step()) add(statement.template get<MemberId>(0));
  }

 private:
  db::Database& db_;
  std::size_t limit_;
  std::vector<MemberId> ids_;
  std::unordered_set<std::int64_t> seen_;
};

bool is_four_digits(std::string_view text) {
  return text.size() == 4 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void find_by_number(db::Database& db, std::string_view text, Hits& hits) {
  if (const auto id = parse_member_id(text)) hits.add(members::standing_for(db, *id));
  const auto owner = members::card_owner(db, text);
  if (owner && !owner->ended_at) hits.add(owner->member);
  if (const auto phone = normalise_phone(text)) {
    hits.scan(
        "SELECT member FROM contact WHERE kind = 'phone' AND ended_at IS NULL AND value = ?1"
        " ORDER BY member",
        *phone);
  }
  if (is_four_digits(text)) {
    hits.scan(
        "SELECT member FROM contact WHERE kind = 'phone' AND ended_at IS NULL"
        " AND substr(value, -4) = ?1 ORDER BY member",
        text);
  }
}

void find_by_name(const std::string& form, Hits& hits) {
  const std::string end = members::after_prefix(form);
  for (const bool inner : {false, true}) {
    hits.scan(
        "SELECT member FROM member_key WHERE inner_part = ?1 AND key >= ?2 AND key < ?3"
        " ORDER BY key, member",
        inner, form, end);
  }
}

void find_by_part_of_card(std::string_view text, Hits& hits) {
  if (text.size() < card_part_min) return;
  hits.scan(
      "SELECT member FROM card WHERE number >= ?1 AND number < ?2 AND ended_at IS NULL"
      " ORDER BY number",
      text, members::after_prefix(text));
}

}  // namespace

MemberList find_members(Reading& reading, const MemberFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  members::check_limit(filter.limit);
  const auto normal = normalise(filter.text);
  if (!normal || normal->empty()) {
    throw Error(Errc::invalid_input, _("there is nothing to look for"),
                _("give a name or part of it, pinyin, initials, a card, a phone, or its last four "
                  "digits"));
  }
  const std::string text = fold_width(*normal);
  const std::string form = members::search_form(*normal);
  auto& db = vault::database(reading);
  Hits hits{db, filter.limit + 1};  // to know whether there are more
  find_by_number(db, text, hits);
  // Whoever sees no names cannot find them letter by letter either.
  if (!form.empty() && members::sees_names(reading.actor())) find_by_name(form, hits);
  find_by_part_of_card(text, hits);

  std::vector<MemberLine> lines;
  for (const auto id : hits.ids()) {
    auto line = db.row<MemberLine>(
        "SELECT id, name, card, phone, birth, joined FROM current_member WHERE id = ?1", id);
    if (line) lines.push_back(std::move(*line));
  }
  if (lines.empty()) vault::shown(reading).note("nobody");
  return members::shown_list(reading, std::move(lines), filter.limit);
}

}  // namespace pharmacy
