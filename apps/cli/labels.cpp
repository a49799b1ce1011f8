#include "cli/labels.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/i18n.h"
#include "cli/phrases.h"

namespace pharmacy::cli {

using Entry = std::pair<std::string_view, const char*>;

// Columns and headings, sorted. "scope.column" is taken before "column".
static constexpr Entry column_labels[] = {
    {"added", N_("added")},
    {"address", N_("address")},
    {"advice", N_("what to do")},
    {"already", N_("there already")},
    {"amount", N_("amount")},
    {"annulled", N_("why it counts for nothing")},
    {"anonymous", N_("of non-members")},
    {"approval", N_("approval number")},
    {"approved", N_("approved")},
    {"approved_by", N_("approved by")},
    {"as_of", N_("as of")},
    {"asked", N_("asked")},
    {"asked_by", N_("asked by")},
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
    {"checks", N_("checks")},
    {"checkup", N_("checkup")},
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
    {"digest", N_("digest")},
    {"discount", N_("discount")},
    {"due", N_("due on")},
    {"earlier", N_("earlier finding")},
    {"earned", N_("points earned")},
    {"earns_points", N_("earns points")},
    {"ended", N_("ended on")},
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
    {"found", N_("found")},
    {"from", N_("from")},
    {"gone", N_("gone")},
    {"gross", N_("gross sales")},
    {"id", N_("number")},
    {"idle_minutes", N_("minutes without a command")},
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
    {"method", N_("method")},
    {"name", N_("name")},
    {"net", N_("net sales")},
    {"new", N_("new value")},
    {"new_buyers", N_("first purchases")},
    {"next_expiry", N_("next to end")},
    {"note", N_("note")},
    {"notices", N_("Notices")},
    {"old", N_("old value")},
    {"operation", N_("operation")},
    {"origin", N_("where from")},
    {"other_cards", N_("further cards")},
    {"owner", N_("who sees to it")},
    {"pages", N_("pages")},
    {"paid", N_("paid")},
    {"paid_back", N_("paid back")},
    {"paid_by", N_("paid by")},
    {"part", N_("looked at")},
    {"path", N_("directory")},
    {"payments", N_("Payments")},
    {"period", N_("period")},
    {"pharmacy", N_("version of the programs")},
    {"pharmacy.member.points.value", N_("worth in yuan")},
    {"pharmacy.product.name", N_("product name")},
    {"pharmacy.products.name", N_("product name")},
    {"pharmacy.store.audit.member", N_("first member")},
    {"pharmacy.store.audit.members", N_("members")},
    {"pharmacy.store.backup.path", N_("file")},
    {"phone", N_("phone")},
    {"points", N_("points")},
    {"policy", N_("policy version")},
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
    {"result", N_("result")},
    {"returned", N_("returned")},
    {"revoked", N_("points taken back")},
    {"roles", N_("roles")},
    {"rows", N_("rows")},
    {"sales", N_("Sales")},
    {"sales.lines", N_("lines sold")},
    {"schema", N_("schema")},
    {"score", N_("score")},
    {"sealed", N_("sealed")},
    {"section", N_("section")},
    {"section.checks", N_("What was looked at")},
    {"section.points", N_("Points")},
    {"section.steps", N_("What was done")},
    {"sender", N_("sender")},
    {"seq", N_("no.")},
    {"severity", N_("severity")},
    {"sex", N_("sex")},
    {"since", N_("since")},
    {"sodium", N_("version of libsodium")},
    {"sqlite", N_("version of SQLite")},
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
    {"topic", N_("topic")},
    {"total", N_("total")},
    {"unit", N_("unit")},
    {"unit_price", N_("unit price")},
    {"unknown", N_("not to be seen")},
    {"untied_refunds", N_("refunds without a sale")},
    {"value", N_("value")},
    {"visit_days", N_("visits")},
    {"vouched_by", N_("vouched by")},
    {"why", N_("why")},
    {"zone", N_("time zone")},
};

static constexpr Entry word_labels[] = {
    {"accepted", N_("accepted")},
    {"account", N_("on account")},
    {"alipay", N_("Alipay")},
    {"all", N_("everything")},
    {"amount_differs", N_("amount differs")},
    {"approved", N_("approved")},
    {"assigned", N_("assigned")},
    {"auditor", N_("auditor")},
    {"bad", N_("to be mended")},
    {"card", N_("bank card")},
    {"cash", N_("cash")},
    {"change", N_("change")},
    {"clerk", N_("clerk")},
    {"closed", N_("closed")},
    {"counter", N_("counter")},
    {"coupon", N_("coupon")},
    {"default", N_("default")},
    {"done", N_("done")},
    {"earn", N_("earned")},
    {"ended", N_("ended")},
    {"expire", N_("expired")},
    {"failed", N_("not passed")},
    {"female", N_("female")},
    {"gone", N_("gone")},
    {"good", N_("good")},
    {"guardian_missing", N_("guardian missing")},
    {"high", N_("high")},
    {"insurance_personal", N_("insurance, personal account")},
    {"insurance_pooled", N_("insurance, pooled fund")},
    {"job", N_("job")},
    {"low", N_("low")},
    {"male", N_("male")},
    {"manager", N_("manager")},
    {"medium", N_("medium")},
    {"never", N_("never taught")},
    {"open", N_("open")},
    {"opening", N_("opening balance")},
    {"outdated", N_("earlier policy")},
    {"overdue", N_("overdue")},
    {"pharmacist", N_("pharmacist")},
    {"points", N_("points")},
    {"policy", N_("policy")},
    {"privacy", N_("privacy")},
    {"redeem", N_("redeemed")},
    {"refund", N_("refund")},
    {"refusal", N_("refusal")},
    {"reinstate", N_("given back")},
    {"revoke", N_("taken back")},
    {"sale", N_("sale")},
    {"security", N_("security")},
    {"service", N_("service")},
    {"several_names", N_("several names")},
    {"shared_phone", N_("shared phone")},
    {"unknown", N_("not to be seen")},
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
    {"check.anchor", N_("anchor of the log")},
    {"check.backup", N_("backup")},
    {"check.backup_place", N_("place of the backup")},
    {"check.checkup", N_("regular checkups")},
    {"check.clock", N_("clock")},
    {"check.core", N_("core files")},
    {"check.disabled_grant", N_("key of a disabled login")},
    {"check.expired_login", N_("login that has run out")},
    {"check.files", N_("access to files")},
    {"check.foreign_keys", N_("references")},
    {"check.hidepid", N_("command lines of others")},
    {"check.kernel", N_("kernel settings")},
    {"check.key_file", N_("key file of a person")},
    {"check.keyring", N_("keyring")},
    {"check.keys", N_("keys")},
    {"check.log", N_("log")},
    {"check.managers", N_("number of managers")},
    {"check.memlock", N_("locked memory")},
    {"check.modes", N_("access to files")},
    {"check.network", N_("network file system")},
    {"check.pages", N_("damaged pages")},
    {"check.passphrase_cost", N_("cost of a passphrase")},
    {"check.payments", N_("sums of payments")},
    {"check.points", N_("sums of points")},
    {"check.receipts", N_("sums of receipts")},
    {"check.recovery_code", N_("recovery code")},
    {"check.refunds", N_("refunds against sales")},
    {"check.rotation", N_("change of keys")},
    {"check.store_check", N_("check of the store")},
    {"check.structure", N_("structure")},
    {"check.swap", N_("swap space")},
    {"check.untied_refund", N_("refund without a sale")},
    {"check.unused_login", N_("unused login")},
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
    {"topic.policy", N_("policy")},
    {"topic.privacy", N_("privacy")},
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
  if (const char* text = look_up(column_labels, std::string{scope} + '.' + plain)) return _(text);
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
}

}  // namespace pharmacy::cli
