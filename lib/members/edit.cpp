#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "members/facts/facts.h"
#include "members/masks.h"
#include "members/merge/numbers.h"
#include "members/tables.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

// One edit of one member: first everything is checked, then it is applied.
class Editor {
 public:
  Editor(Transaction& tx, MemberId id, const MemberEdit& edit, const members::Provenance& from)
      : tx_{tx},
        db_{vault::database(tx)},
        now_{members::stored_member(db_, id)},
        edit_{edit},
        from_{from} {}

  std::vector<MemberChange> run() {
    check_facts();
    check_cards();
    check_phone();
    check_someone_is_left();
    check_standing();
    members::throw_if_any(faults_, conflicts_);
    apply_name();
    apply_cards();
    apply_phone();
    apply_address();
    apply_others();
    apply_standing();
    return std::move(changes_);
  }

 private:
  void check_facts();
  void check_cards();
  void take_previous_phone();
  void check_phone();
  void check_someone_is_left();
  void check_standing();
  void apply_name();
  void apply_cards();
  void apply_phone();
  void apply_address();
  void apply_others();
  void apply_standing();

  // Whether the fact becomes another one. Empty text stands for absence.
  bool record(const char* field, std::optional<std::string> from, std::optional<std::string> to);
  void replace_contact(const members::NewContact& contact);

  Transaction& tx_;
  db::Database& db_;
  const Member now_;
  const MemberEdit& edit_;
  const members::Provenance& from_;
  members::Faults faults_;
  std::vector<Fault> conflicts_;
  std::vector<MemberChange> changes_;
  // As they will be kept; empty to clear, absent to leave.
  std::optional<std::string> name_, add_card_, remove_card_, phone_, address_, note_;
  bool is_shared_ = edit_.shared_phone;
  std::optional<Sex> sex_;
  std::optional<Date> birth_;
  bool card_comes_back_ = false;
  std::vector<members::FactChange> facts_;
  std::optional<std::string> reason_;
};

bool is_set(const std::optional<std::string>& text) { return text && !text->empty(); }

std::optional<std::string> none_if_empty(const std::optional<std::string>& text) {
  return is_set(text) ? text : std::nullopt;
}

template <class Value>
std::optional<std::string> as_text(const std::optional<Value>& value) {
  if (!value) return std::nullopt;
  if constexpr (NamedEnum<Value>) {
    return to_word(*value);
  } else {
    return to_string(*value);
  }
}

void Editor::check_facts() {
  const auto text = [&](const std::optional<std::string>& given, auto check) {
    return is_set(given) ? check(*given, faults_) : given;
  };
  name_ = text(edit_.name, members::checked_name);
  add_card_ = text(none_if_empty(edit_.add_card), members::checked_card);
  remove_card_ = text(none_if_empty(edit_.remove_card), members::checked_card);
  if (edit_.phone == previous_phone) {
    take_previous_phone();
  } else {
    phone_ = text(edit_.phone, members::checked_phone);
  }
  address_ = text(edit_.address, members::checked_address);
  note_ = text(edit_.note, members::checked_note);
  if (is_set(edit_.sex)) sex_ = members::checked_sex(*edit_.sex, faults_);
  if (is_set(edit_.birth)) birth_ = members::checked_birth(*edit_.birth, tx_.today(), faults_);
}

void Editor::check_cards() {
  if (add_card_) {
    const auto owner = members::card_owner(db_, *add_card_);
    const bool is_own = owner && owner->member == now_.id;
    if (owner && !is_own) {
      vault::shows(tx_, owner->member);
      conflicts_.push_back(members::card_taken(*owner));
    }
    card_comes_back_ = is_own && owner->ended_at;
    if (is_own && !owner->ended_at) add_card_.reset();  // it is there already
  }
  if (remove_card_) {
    const auto owner = members::card_owner(db_, *remove_card_);
    if (!owner || owner->member != now_.id || owner->ended_at) {
      faults_.push_back(
          {"card",
           {fmt::format(fmt::runtime(_("{member} has no such card: {card}")),
                        fmt::arg("member", to_string(now_.id)), fmt::arg("card", *remove_card_)),
            {}}});
    }
  }
}

void Editor::take_previous_phone() {
  auto last = db_.prepare(
      "SELECT value, shared FROM contact WHERE member = ?1 AND kind = 'phone'"
      " AND ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT 1");
  if (!last.bind(now_.id).step()) {
    faults_.push_back(
        {"phone",
         {fmt::format(fmt::runtime(_("{} had no other phone before")), to_string(now_.id)), {}}});
    return;
  }
  phone_ = last.get<std::string>(0);
  is_shared_ = is_shared_ || last.get<bool>(1);
}

void Editor::check_phone() {
  if (!is_set(phone_) || phone_ == now_.phone || is_shared_) return;
  for (const auto owner : members::phone_owners(db_, *phone_, 2)) {
    if (owner == now_.id) continue;
    vault::shows(tx_, owner);
    conflicts_.push_back(members::phone_taken(owner));
    return;
  }
}

void Editor::check_someone_is_left() {
  const bool has_name = name_ ? !name_->empty() : now_.name.has_value();
  if (has_name || add_card_) return;
  const auto others = db_.value<std::int64_t>(
      "SELECT count(*) FROM card WHERE member = ?1 AND ended_at IS NULL AND number <> ?2", now_.id,
      remove_card_.value_or(""));
  if (others.value_or(0) == 0) {
    faults_.push_back({"name", {_("a member needs a name or a card"), {}}});
  }
}

bool Editor::record(const char* field, std::optional<std::string> from,
                    std::optional<std::string> to) {
  if (from == to) return false;
  members::insert_change(tx_, now_.id,
                         {.field = field, .before = from, .after = to, .reason = reason_});
  changes_.push_back(
      {tx_.now(), tx_.actor().login, field, std::move(from), std::move(to), reason_});
  return true;
}

void Editor::apply_name() {
  if (!name_ || !record("name", now_.name, none_if_empty(name_))) return;
  db_.run("UPDATE member SET name = ?2 WHERE id = ?1", now_.id, none_if_empty(name_));
  members::rebuild_keys(db_, now_.id);
}

void Editor::apply_cards() {
  if (add_card_) {
    if (card_comes_back_) {
      db_.run("UPDATE card SET ended_at = NULL, added_at = ?2 WHERE number = ?1", *add_card_,
              tx_.now());
    } else {
      members::insert_card(db_, now_.id, *add_card_, tx_.now());
    }
    record("card", std::nullopt, add_card_);
  }
  if (remove_card_) {
    db_.run("UPDATE card SET ended_at = ?2 WHERE number = ?1", *remove_card_, tx_.now());
    record("card", remove_card_, std::nullopt);
  }
}

void Editor::replace_contact(const members::NewContact& contact) {
  db_.run("UPDATE contact SET ended_at = ?3 WHERE member = ?1 AND kind = ?2 AND ended_at IS NULL",
          now_.id, contact.kind, tx_.now());
  if (!contact.value.empty()) members::insert_contact(db_, now_.id, contact, from_);
}

void Editor::apply_phone() {
  if (!phone_) return;
  if (record("phone", now_.phone, none_if_empty(phone_))) {
    replace_contact({"phone", *phone_, is_shared_});
    return;
  }
  if (!from_.verified_on) return;
  // Typed again: it was asked for, and it holds.
  db_.run(
      "UPDATE contact SET verified_on = ?2"
      " WHERE member = ?1 AND kind = 'phone' AND ended_at IS NULL",
      now_.id, tx_.today());
}

void Editor::apply_address() {
  if (address_ && record("address", now_.address, none_if_empty(address_))) {
    replace_contact({"address", *address_});
  }
}

void Editor::apply_others() {
  if (edit_.sex && record("sex", as_text(now_.sex), as_text(sex_))) {
    db_.run("UPDATE member SET sex = ?2 WHERE id = ?1", now_.id, sex_);
  }
  if (edit_.birth && record("birth", as_text(now_.birth), as_text(birth_))) {
    db_.run("UPDATE member SET birth = ?2 WHERE id = ?1", now_.id, birth_);
  }
  if (note_ && record("note", now_.note, none_if_empty(note_))) {
    db_.run("UPDATE member SET note = ?2 WHERE id = ?1", now_.id, none_if_empty(note_));
  }
}

// What she is to the pharmacy.
void Editor::check_standing() {
  facts_ = members::fact_changes(now_, edit_, faults_);
  const auto of_class =
      std::ranges::find(facts_, std::string_view{"class"}, &members::FactChange::fact);
  const bool needs_reason = of_class != facts_.end() && !from_.import;
  reason_ = members::reason_of_class(needs_reason, edit_.reason, faults_);
  const auto kind = edit_.kind ? *edit_.kind : now_.kind;
  const bool is_described = (edit_.sex ? is_set(edit_.sex) : now_.sex.has_value()) ||
                            (edit_.birth ? is_set(edit_.birth) : now_.birth.has_value());
  members::check_person(kind, is_described, faults_);
  if (edit_.kind) members::check_kind_fits(db_, now_.id, kind, faults_);
}

void Editor::apply_standing() {
  for (auto& [fact, before, after] : facts_) {
    record(fact, before, after);
    members::end_fact(db_, now_.id, fact, tx_.now());
    if (!after) continue;
    members::insert_fact(db_, now_.id, {.fact = fact, .value = *after, .reason = reason_}, from_);
  }
}

}  // namespace

std::vector<MemberChange> members::edit(Transaction& tx, MemberId id, const MemberEdit& edit,
                                        const Provenance& from) {
  return Editor{tx, id, edit, from}.run();
}

std::vector<MemberChange> edit_member(Transaction& tx, MemberId id, const MemberEdit& edit) {
  vault::require(tx, vault::Permission::edit_people);
  vault::shows(tx, id);
  require_in_use(tx, id);
  auto changes = members::edit(tx, id, edit, members::told(tx, edit.source));
  for (auto& change : changes) change = members::masked(std::move(change), tx.actor());
  return changes;
}

}  // namespace pharmacy
