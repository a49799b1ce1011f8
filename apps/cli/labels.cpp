#include "cli/labels.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/i18n.h"

namespace pharmacy::cli {

using Entry = std::pair<std::string_view, const char*>;

// Columns and headings, sorted. "section.column" is taken before "column".
static constexpr Entry columns[] = {
    {"added", N_("added")},
    {"address", N_("address")},
    {"already", N_("there already")},
    {"amount", N_("amount")},
    {"anonymous", N_("of non-members")},
    {"approval", N_("approval number")},
    {"as_of", N_("as of")},
    {"at", N_("time")},
    {"average_receipt", N_("average receipt")},
    {"balance", N_("balance")},
    {"batch", N_("batch")},
    {"birth", N_("born")},
    {"blank", N_("blank rows")},
    {"buying", N_("buying members")},
    {"by_day", N_("By day")},
    {"by_payment", N_("By payment")},
    {"by_payment.key", N_("payment")},
    {"by_staff", N_("By staff")},
    {"by_staff.key", N_("staff")},
    {"bytes", N_("bytes")},
    {"card", N_("card")},
    {"channel", N_("channel")},
    {"check", N_("check")},
    {"cipher", N_("cipher")},
    {"code", N_("code")},
    {"count", N_("count")},
    {"currency", N_("currency")},
    {"day", N_("day")},
    {"days_supply", N_("days of supply")},
    {"discount", N_("discount")},
    {"earned", N_("points earned")},
    {"earns_points", N_("earns points")},
    {"expired", N_("points expired")},
    {"expires_on", N_("ends on")},
    {"expiring", N_("points that end then")},
    {"expiry", N_("expiry")},
    {"field", N_("field")},
    {"form", N_("form")},
    {"from", N_("from")},
    {"gross", N_("gross sales")},
    {"id", N_("number")},
    {"joined", N_("joined")},
    {"key", N_("key")},
    {"key_epoch", N_("key epoch")},
    {"keyring_format", N_("keyring format")},
    {"kind", N_("kind")},
    {"line", N_("line")},
    {"lines", N_("Lines")},
    {"list_amount", N_("before discount")},
    {"log_bytes", N_("bytes of the log")},
    {"login", N_("login")},
    {"maker", N_("maker")},
    {"member", N_("member")},
    {"members", N_("Members")},
    {"members.joined", N_("new members")},
    {"members.total", N_("members in all")},
    {"members_created", N_("members created")},
    {"method", N_("method")},
    {"name", N_("name")},
    {"net", N_("net sales")},
    {"new", N_("new value")},
    {"new_buyers", N_("first purchases")},
    {"next_expiry", N_("next to end")},
    {"note", N_("note")},
    {"notices", N_("Notices")},
    {"old", N_("old value")},
    {"origin", N_("where from")},
    {"pages", N_("pages")},
    {"paid", N_("paid")},
    {"paid_back", N_("paid back")},
    {"path", N_("directory")},
    {"payments", N_("Payments")},
    {"period", N_("period")},
    {"phone", N_("phone")},
    {"points", N_("points")},
    {"price", N_("price")},
    {"problem", N_("problem")},
    {"products_created", N_("products created")},
    {"quantity", N_("quantity")},
    {"reason", N_("reason")},
    {"receipt", N_("receipt")},
    {"receipts", N_("receipts")},
    {"recorded_at", N_("recorded")},
    {"recovery_code", N_("recovery code")},
    {"redeemed", N_("points redeemed")},
    {"reference", N_("till number")},
    {"refund", N_("refunds")},
    {"refund_of", N_("refund of")},
    {"refund_receipts", N_("refund receipts")},
    {"refunded_line", N_("line taken back")},
    {"refunds", N_("Refunds")},
    {"rejected", N_("rejected rows")},
    {"report", N_("Report")},
    {"returned", N_("returned")},
    {"revoked", N_("points taken back")},
    {"roles", N_("roles")},
    {"rows", N_("rows")},
    {"sales", N_("Sales")},
    {"sales.lines", N_("lines sold")},
    {"schema", N_("schema")},
    {"section", N_("section")},
    {"section.points", N_("Points")},
    {"sex", N_("sex")},
    {"staff", N_("staff")},
    {"store", N_("store")},
    {"store_id", N_("store number")},
    {"strength", N_("strength")},
    {"sub", N_("of it")},
    {"subject", N_("subject")},
    {"text", N_("text")},
    {"to", N_("to")},
    {"top_products", N_("Top products")},
    {"total", N_("total")},
    {"unit", N_("unit")},
    {"unit_price", N_("unit price")},
    {"untied_refunds", N_("refunds without a sale")},
    {"value", N_("value")},
    {"visit_days", N_("visits")},
    {"zone", N_("time zone")},
};

static constexpr Entry words[] = {
    {"account", N_("on account")},
    {"alipay", N_("Alipay")},
    {"amount_differs", N_("amount differs")},
    {"auditor", N_("auditor")},
    {"card", N_("bank card")},
    {"cash", N_("cash")},
    {"clerk", N_("clerk")},
    {"counter", N_("counter")},
    {"coupon", N_("coupon")},
    {"earn", N_("earned")},
    {"expire", N_("expired")},
    {"female", N_("female")},
    {"guardian_missing", N_("guardian missing")},
    {"insurance_personal", N_("insurance, personal account")},
    {"insurance_pooled", N_("insurance, pooled fund")},
    {"job", N_("job")},
    {"male", N_("male")},
    {"manager", N_("manager")},
    {"opening", N_("opening balance")},
    {"pharmacist", N_("pharmacist")},
    {"points", N_("points")},
    {"redeem", N_("redeemed")},
    {"refund", N_("refund")},
    {"reinstate", N_("given back")},
    {"revoke", N_("taken back")},
    {"sale", N_("sale")},
    {"service", N_("service")},
    {"several_names", N_("several names")},
    {"shared_phone", N_("shared phone")},
    {"wechat", N_("WeChat")},
};

static constexpr auto by_key = [](const Entry& a, const Entry& b) { return a.first < b.first; };
static_assert(std::is_sorted(std::begin(columns), std::end(columns), by_key));
static_assert(std::is_sorted(std::begin(words), std::end(words), by_key));

template <std::size_t N>
static const char* look_up(const Entry (&entries)[N], std::string_view key) {
  const auto* found =
      std::lower_bound(std::begin(entries), std::end(entries), Entry{key, ""}, by_key);
  return found != std::end(entries) && found->first == key ? found->second : nullptr;
}

std::string label(std::string_view key, std::string_view section) {
  std::string plain{key};
  for (const std::string_view unit : {"_fen", "_milli", "_e4"}) {
    if (plain.ends_with(unit)) plain.resize(plain.size() - unit.size());
  }
  if (const char* text = look_up(columns, std::string{section} + '.' + plain)) return _(text);
  if (const char* text = look_up(columns, plain)) return _(text);
  std::replace(plain.begin(), plain.end(), '_', ' ');
  return plain;
}

std::string word_label(std::string_view word) {
  const char* text = look_up(words, word);
  return text != nullptr ? _(text) : std::string{word};
}

}  // namespace pharmacy::cli
