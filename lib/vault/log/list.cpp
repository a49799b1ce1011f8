// Reading the access log, and noting that an anchor was taken of it.
#include <fmt/format.h>

#include <algorithm>

#include "base/bounds.h"
#include "base/i18n.h"
#include "pharmacy/audit.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

constexpr std::size_t anchor_digits = 32;
constexpr std::size_t mac_digits = 64;

// The number of the slot, which may never have acted.
std::optional<StaffId> staff_of(Reading& reading, const std::optional<std::string>& login) {
  if (!login) return std::nullopt;
  return StaffId{vault::slot_of(reading.impl().keyring(), *login).certificate.slot};
}

// The instants of a period: from the first, to before the second.
struct Span {
  std::optional<Instant> from;
  std::optional<Instant> end;
};

Span span_of(const std::optional<Period>& period, const Zone& zone) {
  if (!period) return {};
  const auto [from, end] = bounds_of(*period, zone);
  return {from, end};
}

}  // namespace

std::vector<AccessEntry> list_accesses(Reading& reading, const AccessFilter& filter) {
  vault::require(reading, vault::Permission::view_log);
  if (filter.limit < 1 || filter.limit > accesses_limit_max) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("at most {} entries at once")), accesses_limit_max));
  }
  const auto staff = staff_of(reading, filter.staff);
  vault::shown(reading).note("log");
  if (filter.member) vault::shows(reading, *filter.member);
  const Span span = span_of(filter.period, reading.zone());
  return vault::database(reading).rows<AccessEntry>(
      "SELECT e.seq, e.at, s.login, e.kind, e.command,"
      " coalesce((SELECT sum(last - first + 1) FROM log_subject WHERE seq = e.seq), 0),"
      " 'M' || (SELECT min(first) FROM log_subject WHERE seq = e.seq),"
      " d.text, e.operation"
      " FROM log_entry e JOIN staff s ON s.id = e.staff LEFT JOIN log_detail d ON d.seq = e.seq"
      " WHERE (?1 IS NULL OR e.staff = ?1) AND (?2 IS NULL OR e.kind = ?2)"
      " AND (?3 IS NULL OR e.at >= ?3) AND (?4 IS NULL OR e.at < ?4)"
      " AND (?5 IS NULL OR e.seq IN"
      "  (SELECT seq FROM log_subject WHERE first <= ?5 AND last >= ?5))"
      " AND (?6 IS NULL OR e.seq < ?6)"
      " ORDER BY e.seq DESC LIMIT ?7",
      staff, filter.kind, span.from, span.end, filter.member, filter.before,
      static_cast<std::int64_t>(filter.limit));
}

std::string to_string(const LogAnchor& anchor) {
  return fmt::format("{}:{}", anchor.seq, anchor.mac.substr(0, anchor_digits));
}

std::optional<LogAnchor> parse_log_anchor(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto id = parse_receipt_id(text.substr(0, colon));  // a number from 1
  const std::string_view mac = text.substr(colon + 1);
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!id || mac.size() < anchor_digits || mac.size() > mac_digits ||
      !std::ranges::all_of(mac, is_digit)) {
    return std::nullopt;
  }
  return LogAnchor{.seq = id->number(), .mac = std::string{mac}};
}

std::optional<LogAnchor> log_head(Reading& reading) {
  vault::require(reading, vault::Permission::view_figures);
  return vault::newest_entry(vault::database(reading));
}

void record_anchor(Store& store, const LogAnchor& anchor) {
  Store::Impl& impl = store.impl();
  vault::require(impl, vault::Permission::view_figures);
  impl.keep({{vault::anchor_setting, std::to_string(impl.now().seconds)}},
            "anchor " + std::to_string(anchor.seq));
}

}  // namespace pharmacy
