#include "cli/labels.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/i18n.h"
#include "cli/phrases.h"
#include "cli/policy_words.h"

namespace pharmacy::cli {

using Entry = std::pair<std::string_view, const char*>;

// Columns and headings, sorted. "scope.column" is taken before "column".
static constexpr Entry column_labels[] = {
    {"added", N_("added")},
    {"address", N_("address")},
    {"advice", N_("what to do")},
    {"after", N_("after")},
    {"already", N_("there already")},
    {"amount", N_("amount")},
    {"anonymous", N_("of non-members")},
    {"approval", N_("approval number")},
    {"approvals", N_("Approvals")},
    {"approved", N_("approved")},
    {"approved_by", N_("approved by")},
    {"as_of", N_("as of")},
    {"asked", N_("asked")},
    {"asked_by", N_("asked by")},
    {"at", N_("time")},
    {"average_receipt", N_("average receipt")},
    {"balance", N_("balance")},
    {"batch", N_("batch")},
    {"before", N_("before")},
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
    {"command", N_("command")},
    {"completed", N_("products completed")},
    {"count", N_("count")},
    {"created", N_("made")},
    {"currency", N_("currency")},
    {"day", N_("day")},
    {"days_supply", N_("days of supply")},
    {"detail", N_("detail")},
    {"difference", N_("difference")},
    {"digest", N_("digest")},
    {"discount", N_("discount")},
    {"due_on", N_("review due on")},
    {"earned", N_("points earned")},
    {"earns_points", N_("earns points")},
    {"effective_on", N_("holds from")},
    {"ends", N_("until")},
    {"entries", N_("Movements")},
    {"entry", N_("log entry")},
    {"expired", N_("points expired")},
    {"expires", N_("until")},
    {"expires_on", N_("ends on")},
    {"expiring", N_("points that end then")},
    {"expiry", N_("expiry")},
    {"field", N_("field")},
    {"file", N_("file")},
    {"fingerprint", N_("fingerprint")},
    {"form", N_("form")},
    {"from", N_("from")},
    {"gross", N_("gross sales")},
    {"held", N_("held")},
    {"id", N_("number")},
    {"idle_minutes", N_("minutes without a command")},
    {"is_due", N_("due")},
    {"joined", N_("joined")},
    {"key", N_("key")},
    {"key_epoch", N_("key epoch")},
    {"keyring_format", N_("keyring format")},
    {"kind", N_("kind")},
    {"line", N_("line")},
    {"lines", N_("Lines")},
    {"lines.name", N_("product name")},
    {"list_amount", N_("before discount")},
    {"log_anchor", N_("access log until")},
    {"log_bytes", N_("bytes of the log")},
    {"log_mac", N_("check value")},
    {"log_seq", N_("log entry")},
    {"login", N_("login")},
    {"mac", N_("check value")},
    {"made", N_("made")},
    {"maker", N_("maker")},
    {"member", N_("member")},
    {"members", N_("Members")},
    {"members.joined", N_("new members")},
    {"members.total", N_("members in all")},
    {"members_created", N_("members created")},
    {"messages", N_("Messages")},
    {"method", N_("method")},
    {"months", N_("months")},
    {"name", N_("name")},
    {"net", N_("net sales")},
    {"new", N_("new value")},
    {"new_buyers", N_("first purchases")},
    {"next_expiry", N_("next to end")},
    {"note", N_("note")},
    {"notices", N_("Notices")},
    {"old", N_("old value")},
    {"oldest", N_("oldest")},
    {"operation", N_("operation")},
    {"origin", N_("where from")},
    {"other_cards", N_("further cards")},
    {"pages", N_("pages")},
    {"paid", N_("paid")},
    {"paid_back", N_("paid back")},
    {"paid_by", N_("paid by")},
    {"past", N_("past")},
    {"path", N_("directory")},
    {"payments", N_("Payments")},
    {"period", N_("period")},
    {"pharmacy.member.points.value", N_("worth in yuan")},
    {"pharmacy.product.name", N_("product name")},
    {"pharmacy.products.name", N_("product name")},
    {"pharmacy.store.audit.member", N_("first member")},
    {"pharmacy.store.audit.members", N_("members")},
    {"pharmacy.store.backup.path", N_("file")},
    {"pharmacy.store.policy.diff.key", N_("rule")},
    {"pharmacy.store.retention.before", N_("from before")},
    {"phone", N_("phone")},
    {"points", N_("points")},
    {"policy", N_("Policy")},
    {"price", N_("price")},
    {"problem", N_("problem")},
    {"products_created", N_("products created")},
    {"quantity", N_("quantity")},
    {"reads_health", N_("reads health notes")},
    {"reason", N_("reason")},
    {"receipt", N_("receipt")},
    {"receipts", N_("receipts")},
    {"recipient", N_("recipient")},
    {"recorded_at", N_("recorded")},
    {"recorded_by", N_("recorded by")},
    {"recovery_code", N_("recovery code")},
    {"redeemed", N_("points redeemed")},
    {"reference", N_("till number")},
    {"refund", N_("refunds")},
    {"refund_of", N_("refund of")},
    {"refund_receipts", N_("refund receipts")},
    {"refunded_line", N_("line taken back")},
    {"refunded_receipt", N_("receipt taken back")},
    {"refunds", N_("Refunds")},
    {"rejected", N_("rejected rows")},
    {"report", N_("Report")},
    {"retention", N_("Retention")},
    {"returned", N_("returned")},
    {"reviewed_at", N_("reviewed")},
    {"reviewed_by", N_("reviewed by")},
    {"revoked", N_("points taken back")},
    {"roles", N_("roles")},
    {"rows", N_("rows")},
    {"rule", N_("kept")},
    {"sales", N_("Sales")},
    {"sales.lines", N_("lines sold")},
    {"schema", N_("schema")},
    {"sealed", N_("sealed")},
    {"section", N_("section")},
    {"section.points", N_("Points")},
    {"sender", N_("sender")},
    {"seq", N_("no.")},
    {"sessions", N_("Sessions")},
    {"sex", N_("sex")},
    {"shop", N_("Shop")},
    {"staff", N_("staff")},
    {"status", N_("status")},
    {"store", N_("store")},
    {"store_id", N_("store number")},
    {"strength", N_("strength")},
    {"sub", N_("of it")},
    {"subject", N_("subject")},
    {"summary", N_("what it would do")},
    {"text", N_("text")},
    {"to", N_("to")},
    {"top_products", N_("Top products")},
    {"top_products.name", N_("product name")},
    {"total", N_("total")},
    {"unit", N_("unit")},
    {"unit_price", N_("unit price")},
    {"untied_refunds", N_("refunds without a sale")},
    {"value", N_("value")},
    {"version", N_("version")},
    {"visit_days", N_("visits")},
    {"vouched_by", N_("vouched by")},
    {"zone", N_("time zone")},
};

static constexpr Entry word_labels[] = {
    {"access_log", N_("access log")},
    {"account", N_("on account")},
    {"alipay", N_("Alipay")},
    {"amount_differs", N_("amount differs")},
    {"approved", N_("approved")},
    {"auditor", N_("auditor")},
    {"card", N_("bank card")},
    {"cash", N_("cash")},
    {"change", N_("change")},
    {"clerk", N_("clerk")},
    {"coming", N_("coming")},
    {"counter", N_("counter")},
    {"coupon", N_("coupon")},
    {"default", N_("default")},
    {"done", N_("done")},
    {"earn", N_("earned")},
    {"ended", N_("ended")},
    {"expire", N_("expired")},
    {"female", N_("female")},
    {"guardian_missing", N_("guardian missing")},
    {"imports", N_("imports")},
    {"in_force", N_("in force")},
    {"insurance_personal", N_("insurance, personal account")},
    {"insurance_pooled", N_("insurance, pooled fund")},
    {"job", N_("job")},
    {"male", N_("male")},
    {"manager", N_("manager")},
    {"member_history", N_("member history")},
    {"members", N_("member files")},
    {"one", N_("one person")},
    {"opening", N_("opening balance")},
    {"operations", N_("operations")},
    {"pharmacist", N_("pharmacist")},
    {"points", N_("points")},
    {"policies", N_("policies")},
    {"policy", N_("by policy")},
    {"processing_law", N_("by law")},
    {"products", N_("products")},
    {"purchases", N_("purchases")},
    {"redeem", N_("redeemed")},
    {"refund", N_("refund")},
    {"refusal", N_("refusal")},
    {"reinstate", N_("given back")},
    {"replaced", N_("replaced")},
    {"revoke", N_("taken back")},
    {"sale", N_("sale")},
    {"service", N_("service")},
    {"several_names", N_("several names")},
    {"shared_phone", N_("shared phone")},
    {"staff", N_("staff")},
    {"two", N_("two people")},
    {"unlimited", N_("no term")},
    {"view", N_("view")},
    {"waiting", N_("waiting")},
    {"wechat", N_("WeChat")},
};

// Texts that are words, as "column.text", sorted.
static constexpr Entry text_labels[] = {
    {"channel.counter", N_("counter")},
    {"channel.online", N_("online")},
    {"channel.phone", N_("by phone")},
    {"check.access_log", N_("access log")},
    {"check.foreign_keys", N_("references")},
    {"check.keyring", N_("keyring")},
    {"check.keys", N_("keys")},
    {"check.log", N_("log")},
    {"check.modes", N_("access to files")},
    {"check.pages", N_("damaged pages")},
    {"check.payments", N_("sums of payments")},
    {"check.points", N_("sums of points")},
    {"check.receipts", N_("sums of receipts")},
    {"check.refunds", N_("refunds against sales")},
    {"check.structure", N_("structure")},
    {"check.untied_refund", N_("refund without a sale")},
    {"kind.change", N_("changed")},
    {"kind.refusal", N_("refused")},
    {"kind.view", N_("seen")},
    {"method.key_file", N_("key file")},
    {"method.passphrase", N_("passphrase")},
    {"method.recovery", N_("recovery code")},
    {"reason.quality", N_("quality defect")},
    {"reason.recall", N_("recall")},
    {"reason.typing", N_("typing error")},
    {"status.active", N_("active")},
    {"status.disabled", N_("disabled")},
    {"status.expired", N_("run out")},
};

static constexpr auto by_key = [](const Entry& a, const Entry& b) { return a.first < b.first; };
static_assert(std::is_sorted(std::begin(column_labels), std::end(column_labels), by_key));
static_assert(std::is_sorted(std::begin(text_labels), std::end(text_labels), by_key));
static_assert(std::is_sorted(std::begin(word_labels), std::end(word_labels), by_key));

template <std::size_t N>
static const char* look_up(const Entry (&entries)[N], std::string_view key) {
  const auto* found =
      std::lower_bound(std::begin(entries), std::end(entries), Entry{key, ""}, by_key);
  return found != std::end(entries) && found->first == key ? found->second : nullptr;
}

std::string scope_of(std::string_view schema) { return "pharmacy." + std::string{schema}; }

std::string label(std::string_view key, std::string_view scope) {
  std::string plain{key};
  for (const std::string_view unit : {"_fen", "_milli", "_e4"}) {
    if (plain.ends_with(unit)) plain.resize(plain.size() - unit.size());
  }
  const auto scoped = std::string{scope} + '.' + plain;
  if (const char* text = look_up(column_labels, scoped)) return _(text);
  if (auto rule = rule_label(scoped)) return std::move(*rule);
  if (const char* text = look_up(column_labels, plain)) return _(text);
  std::replace(plain.begin(), plain.end(), '_', ' ');
  return plain;
}

std::string word_label(std::string_view word) {
  const char* text = look_up(word_labels, word);
  return text != nullptr ? _(text) : std::string{word};
}

// "manager,clerk", each translated.
static std::string role_labels(std::string_view roles) {
  std::vector<std::string> labels;
  while (!roles.empty()) {
    const auto end = std::min(roles.find(','), roles.size());
    labels.push_back(word_label(roles.substr(0, end)));
    roles.remove_prefix(std::min(end + 1, roles.size()));
  }
  return listed(labels);
}

static void put_word(const std::string& column, Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return;
  if (column == "roles") {
    cell = Word{role_labels(*text)};
    return;
  }
  if (const char* found = look_up(text_labels, column + '.' + *text)) cell = Word{_(found)};
}

// A change of a member: its field as a column is called, and a sex by its word.
static void put_change(const std::vector<std::string>& names, std::vector<Cell>& row) {
  const auto at = [&](const char* name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? nullptr : &row[static_cast<std::size_t>(found - names.begin())];
  };
  Cell* field = at("field");
  const auto* name = field == nullptr ? nullptr : std::get_if<std::string>(field);
  if (name == nullptr) return;
  for (Cell* value : {at("old"), at("new")}) {
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (text != nullptr && *name == "sex") *value = Word{word_label(*text)};
  }
  *field = Word{label(*name)};
}

void put_words(std::string_view scope, Table& table) {
  for (auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) put_word(table.columns[i], row[i]);
    if (scope == scope_of("member.history")) put_change(table.columns, row);
  }
  if (scope == scope_of("store.policy.diff")) put_rules(table);
}

}  // namespace pharmacy::cli
