#include <fmt/format.h>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "members/rights/status.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using vault::database;
using vault::Permission;

// One that is not lifted.
struct OpenRestriction {
  RestrictionCause cause;
  std::optional<std::string> reason;
  Instant at;
  std::string login;

  static constexpr auto fields() {
    return std::tuple{Field{"cause", &OpenRestriction::cause},
                      Field{"reason", &OpenRestriction::reason}, Field{"at", &OpenRestriction::at},
                      Field{"login", &OpenRestriction::login}};
  }
};

std::vector<OpenRestriction> open_restrictions(db::Database& db, MemberId id) {
  return db.rows<OpenRestriction>(
      "SELECT r.cause, r.reason, r.at, s.login FROM restriction r JOIN staff s ON s.id = r.staff"
      " WHERE r.member = ?1 AND r.lifted_at IS NULL ORDER BY r.id",
      id);
}

bool has_open(db::Database& db, MemberId id, RestrictionCause cause) {
  return db
      .value<std::int64_t>(
          "SELECT 1 FROM restriction WHERE member = ?1 AND cause = ?2 AND lifted_at IS NULL", id,
          cause)
      .has_value();
}

void set_status(db::Database& db, MemberId id) {
  db.run(
      "UPDATE member SET status = iif(EXISTS (SELECT 1 FROM restriction WHERE member = ?1"
      " AND lifted_at IS NULL), 'restricted', 'active') WHERE id = ?1",
      id);
}

bool add(Transaction& tx, MemberId id, RestrictionCause cause,
         const std::optional<std::string>& reason) {
  auto& db = database(tx);
  if (has_open(db, id, cause)) return false;
  db.run("INSERT INTO restriction (member, cause, reason, at, staff) VALUES (?1, ?2, ?3, ?4, ?5)",
         id, cause, reason, tx.now(), tx.actor().id);
  set_status(db, id);
  vault::shown(tx).note("restricted");
  return true;
}

bool lift(Transaction& tx, MemberId id, RestrictionCause cause) {
  auto& db = database(tx);
  if (!has_open(db, id, cause)) return false;
  db.run(
      "UPDATE restriction SET lifted_at = ?3, lifted_by = ?4"
      " WHERE member = ?1 AND cause = ?2 AND lifted_at IS NULL",
      id, cause, tx.now(), tx.actor().id);
  set_status(db, id);
  vault::shown(tx).note("lifted");
  return true;
}

std::string membership_command(MemberId id) {
  return "member consent give " + to_string(id) + " --purpose membership";
}

// Why, for whoever may decide about it.
std::string told_to_manager(Reading& reading, MemberId id) {
  std::string told;
  for (const OpenRestriction& one : open_restrictions(database(reading), id)) {
    const bool is_asked = one.cause == RestrictionCause::asked;
    told += fmt::format(
        fmt::runtime(is_asked
                         ? _("restricted on {day} by {login}: {reason}; lift it with: {command}")
                         : _("she withdrew her consent to membership on {day}, recorded by"
                             " {login}; when she gives it again: {command}")),
        fmt::arg("day", to_string(reading.zone().day_of(one.at))), fmt::arg("login", one.login),
        fmt::arg("reason", for_terminal(one.reason.value_or(""))),
        fmt::arg("command", is_asked ? "member restrict " + to_string(id) + " --lift"
                                     : membership_command(id)));
    told += "; ";
  }
  return told;
}

}  // namespace

namespace members {

std::optional<MemberStatus> status_of(db::Database& db, MemberId id) {
  return db.value<MemberStatus>("SELECT status FROM member WHERE id = ?1", id);
}

bool is_kept(db::Database& db, MemberId id) {
  const auto status = status_of(db, id);
  return status == MemberStatus::active || status == MemberStatus::restricted;
}

void require_kept(db::Database& db, MemberId id) {
  if (!is_kept(db, id)) throw_no_member(to_string(id));
}

void throw_no_member(std::string_view text) {
  throw Error(Errc::not_found, fmt::format(fmt::runtime(_("there is no such member: {}")), text),
              _("look for the name with: member find"));
}

std::string checked_reason(std::string_view reason) {
  constexpr std::size_t longest = 200;  // bytes
  std::vector<Fault> faults;
  std::string plain = checked_text(faults, _("reason"), reason, longest);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return plain;
}

void restrict_by_withdrawal(Transaction& tx, MemberId id) {
  add(tx, id, RestrictionCause::withdrawal, std::nullopt);
}

void lift_withdrawal(Transaction& tx, MemberId id) { lift(tx, id, RestrictionCause::withdrawal); }

}  // namespace members

void require_in_use(Reading& reading, MemberId member) {
  auto& db = database(reading);
  members::require_kept(db, member);
  if (members::status_of(db, member) == MemberStatus::active) return;
  vault::shows(reading, member);
  std::string hint = _("a sale needs no member: leave her out");
  if (vault::may(reading.actor(), Permission::erase_people))
    hint = told_to_manager(reading, member) + hint;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("{} is restricted: what is known of her is kept, and not"
                                         " used")),
                          to_string(member)),
              hint);
}

bool is_in_use(Reading& reading, MemberId member) {
  return members::status_of(database(reading), member) == MemberStatus::active;
}

bool restrict_member(Transaction& tx, MemberId member, const std::string& reason) {
  vault::require(tx, Permission::answer_rights);
  members::require_kept(database(tx), member);
  vault::shows(tx, member);
  return add(tx, member, RestrictionCause::asked, members::checked_reason(reason));
}

bool lift_restriction(Transaction& tx, MemberId member) {
  vault::require(tx, Permission::answer_rights);
  members::require_kept(database(tx), member);
  vault::shows(tx, member);
  if (lift(tx, member, RestrictionCause::asked)) return true;
  if (!has_open(database(tx), member, RestrictionCause::withdrawal)) return false;
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("{} withdrew her consent to membership")), to_string(member)),
      fmt::format(fmt::runtime(_("when she gives it again: {}")), membership_command(member)));
}

}  // namespace pharmacy
