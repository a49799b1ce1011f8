#include "vault/approvals.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/as_bytes.h"
#include "base/checked_text.h"
#include "base/i18n.h"
#include "crypto/hash.h"
#include "pharmacy/policy.h"
#include "pharmacy/review.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/keyring/slot.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {

ApprovalNeeded::ApprovalNeeded(Approvable action, std::string message)
    : Error{Errc::refused, std::move(message)}, action_{action} {}
ApprovalNeeded::~ApprovalNeeded() = default;

namespace {

constexpr std::size_t max_reason = 200;  // bytes

// What the rules look at.
struct Stored {
  std::string action;
  db::Bytes request;
  std::string command;
  std::string summary;
  StaffId asked_by;
  Instant ends;
  std::optional<StaffId> approved_by;
  std::optional<std::int64_t> entry;

  static constexpr auto fields() {
    return std::tuple{
        Field{"action", &Stored::action},           Field{"request", &Stored::request},
        Field{"command", &Stored::command},         Field{"summary", &Stored::summary},
        Field{"asked_by", &Stored::asked_by},       Field{"ends", &Stored::ends},
        Field{"approved_by", &Stored::approved_by}, Field{"entry", &Stored::entry}};
  }
};

// The machine's time: an approval has no more life because a look is of another day.
Instant clock_of(Reading& reading) { return reading.impl().store.options.clock(); }

[[noreturn]] void throw_no_such(ApprovalId id) {
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("there is no request {}")), to_string(id)),
              _("list them with: store approvals"));
}

Stored stored(Reading& reading, ApprovalId id) {
  auto found = vault::database(reading).row<Stored>(
      "SELECT action, request, command, summary, asked_by, ends_at, approved_by, used_entry"
      " FROM approval WHERE id = ?1",
      id);
  if (!found) throw_no_such(id);
  return std::move(*found);
}

// What an approval holds for. Whoever approves makes it again of what she is shown, so that it has
// no key; the command lies beside it.
db::Bytes digest_of(const ApprovalRequest& request) {
  const auto digest =
      crypto::digest(as_bytes(std::string{to_word(request.action)} + '\n' + request.request));
  return {digest.begin(), digest.end()};
}

// The request as the access log names it, so that its entries show that what was approved was asked
// for, and done: the digest's first 128 bits.
std::string named(ApprovalId id, const db::Bytes& digest) {
  return to_string(id) + " of " + vault::hex(digest).substr(0, 32);
}

std::vector<Approval> approvals(Reading& reading, std::optional<ApprovalId> one, bool all) {
  return vault::database(reading).rows<Approval>(
      "SELECT a.id,"
      " CASE WHEN a.used_entry IS NOT NULL THEN 'done' WHEN a.ends_at <= ?1 THEN 'ended'"
      "      WHEN a.approved_by IS NOT NULL THEN 'approved' ELSE 'waiting' END,"
      " a.command, a.summary, asker.login, a.asked_at, a.ends_at, approver.login, a.approved_at,"
      " a.used_entry"
      " FROM approval a JOIN staff asker ON asker.id = a.asked_by"
      " LEFT JOIN staff approver ON approver.id = a.approved_by"
      " WHERE (?2 IS NULL OR a.id = ?2)"
      " AND (?3 OR (a.used_entry IS NULL AND a.ends_at > ?1))"
      " ORDER BY a.id DESC",
      clock_of(reading), one, all);
}

void require_alive(Reading& reading, const Stored& request, ApprovalId id) {
  if (request.entry) {
    throw Error(Errc::refused, fmt::format(fmt::runtime(_("request {} is done")), to_string(id)),
                _("ask again by running the command without --approval"));
  }
  if (request.ends <= clock_of(reading)) {
    throw Error(Errc::refused, fmt::format(fmt::runtime(_("request {} has ended")), to_string(id)),
                _("ask again by running the command without --approval"));
  }
}

// What is asked for, where the actor may approve it.
ApprovalRequest approvable(Reading& reading, ApprovalId id) {
  const Stored asked = stored(reading, id);
  if (asked.asked_by == reading.actor().id) {
    throw Error(Errc::refused, _("nobody approves what they asked for themselves"),
                _("another pharmacist or manager can"));
  }
  require_alive(reading, asked, id);
  if (asked.approved_by) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("request {} is approved already")), to_string(id)));
  }
  const auto action = from_word<Approvable>(asked.action);
  if (action) {
    ApprovalRequest request{*action, asked.command, asked.summary};
    if (digest_of(request) == asked.request) return request;
  }
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("request {} is not for what it shows")), to_string(id)),
              _("ask again by running the command without --approval"));
}

// Whether somebody but the actor could approve.
bool has_another_approver(Reading& reading) {
  return std::ranges::any_of(reading.impl().keyring().slots, [&](const vault::Slot& slot) {
    const vault::Certificate& c = slot.certificate;
    return vault::is_let_in(slot, clock_of(reading)) && c.method != vault::Method::recovery &&
           StaffId{c.slot} != reading.actor().id &&
           vault::may(vault::roles_of(c.roles), vault::Permission::approve);
  });
}

}  // namespace

ApprovedBy approved_by(Reading& reading) {
  if (const auto by = policy_on(reading, reading.today()).approvals.by) return *by;
  return has_another_approver(reading) ? ApprovedBy::two : ApprovedBy::one;
}

ApprovalId ask_approval(Transaction& tx, const ApprovalRequest& request) {
  auto& database = vault::database(tx);
  const Instant now = clock_of(tx);
  const StaffId me = tx.actor().id;
  if (for_terminal(request.request) != request.request) {
    throw Error(Errc::invalid_input,
                _("this cannot be asked for: the command has characters that are not shown"),
                _("give files names of plain letters"));
  }
  const db::Bytes digest = digest_of(request);
  const auto before = database.value<ApprovalId>(
      "SELECT max(id) FROM approval WHERE asked_by = ?1 AND request = ?2 AND used_entry IS NULL"
      " AND ends_at > ?3 HAVING count(*) > 0",
      me, digest, now);
  if (before) return *before;
  database.run(
      "INSERT INTO approval (action, request, command, summary, asked_at, asked_by, ends_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      std::string_view{to_word(request.action)}, digest, request.request, request.summary, now, me,
      Instant{now.seconds + std::chrono::seconds{approval_life}.count()});
  const ApprovalId id{database.last_insert_id()};
  vault::shown(tx).note("asks " + named(id, digest));
  return id;
}

std::vector<Approval> list_approvals(Reading& reading, bool all) {
  vault::require(reading, vault::Permission::view_approvals);
  return approvals(reading, std::nullopt, all);
}

Approval get_approval(Reading& reading, ApprovalId id) {
  vault::require(reading, vault::Permission::view_approvals);
  auto found = approvals(reading, id, true);
  if (found.empty()) throw_no_such(id);
  return std::move(found.front());
}

ApprovalRequest review_approval(Reading& reading, ApprovalId id) {
  vault::require(reading, vault::Permission::approve);
  ApprovalRequest request = approvable(reading, id);
  reading.impl().reviewed = request.action;
  return request;
}

void approve(Transaction& tx, ApprovalId id, const ApprovalRequest& shown) {
  vault::require(tx, vault::Permission::approve);
  vault::shown(tx).note("approves " + named(id, digest_of(shown)));
  if (const auto asked = approvable(tx, id); digest_of(asked) != digest_of(shown)) {
    throw Error(Errc::conflict,
                fmt::format(fmt::runtime(_("request {} is for something else")), to_string(id)),
                _("look at it again with: store approvals"));
  }
  vault::database(tx).run("UPDATE approval SET approved_by = ?2, approved_at = ?3 WHERE id = ?1",
                          id, tx.actor().id, clock_of(tx));
}

void use_approval(Reading& reading, ApprovalId id, const ApprovalRequest& request) {
  const Stored approved = stored(reading, id);
  if (approved.asked_by != reading.actor().id || approved.request != digest_of(request)) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("request {} is for something else")), to_string(id)),
                _("repeat the command exactly as it was approved, and add --approval"));
  }
  require_alive(reading, approved, id);
  if (!approved.approved_by) {
    throw Error(
        Errc::refused,
        fmt::format(fmt::runtime(_("request {} is not approved yet")), to_string(id)),
        fmt::format(fmt::runtime(_("another person runs: store approve {}")), to_string(id)));
  }
  vault::shown(reading).note("approval " + named(id, approved.request));
  vault::shown(reading).approval = id;
  reading.impl().approved = request.action;
}

void approve_alone(Reading& reading, Approvable action, Key key, const std::string& reason) {
  std::vector<Fault> faults;
  const std::string plain = checked_text(faults, _("reason"), std::string_view{reason}, max_reason);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  if (approved_by(reading) == ApprovedBy::two) {
    throw Error(Errc::refused, _("the policy asks for the approval of a second person"),
                _("ask by running the command without --approval"));
  }
  // Whoever stands at an open till is not asked to prove anything by it.
  if (std::holds_alternative<SessionKey>(key)) {
    throw Error(Errc::not_permitted, _("an open session does not prove who you are"),
                _("give the passphrase or the key file"));
  }
  const vault::Unlocked proved = vault::unlock(reading.impl().store.place, key, system_clock_now());
  if (proved.actor.id != reading.actor().id) {
    throw Error(Errc::not_permitted, _("this is the key of another person"));
  }
  vault::shown(reading).note("alone: " + plain);
  reading.impl().approved = action;
}

namespace vault {

void require_approved(Reading& reading, Approvable action, const std::string& what) {
  if (reading.impl().approved == action) return;
  throw ApprovalNeeded(action, what);
}

void require_to_plan(Reading& reading, Permission permission, Approvable action) {
  if (reading.impl().reviewed != action) require(reading, permission);
}

void require_may_show(Reading& reading, std::size_t people) {
  if (people <= people_shown_max) return;
  require_approved(reading, Approvable::show_many,
                   fmt::format(fmt::runtime(_("more than {} people at once take an approval")),
                               people_shown_max));
}

void spend_approval(db::Database& database, ApprovalId id, std::int64_t entry) {
  database.run("UPDATE approval SET used_entry = ?2 WHERE id = ?1 AND used_entry IS NULL", id,
               entry);
  if (database.changes() == 1) return;
  throw Error(Errc::conflict, fmt::format(fmt::runtime(_("request {} is done")), to_string(id)),
              _("ask again by running the command without --approval"));
}

}  // namespace vault
}  // namespace pharmacy
