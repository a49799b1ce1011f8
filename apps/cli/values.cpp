#include "cli/values.h"

#include <fmt/format.h>

#include <limits>

#include "cli/i18n.h"
#include "cli/phrases.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static constexpr std::size_t longest_shown = 60;  // columns of a wrong value in its message
static constexpr std::int64_t most_listed = 100'000;
static constexpr std::int64_t longest_wait = 86'400;  // seconds

Fault bad_value(const std::string& name, const std::string& what, const std::string& value,
                std::string hint) {
  const auto shown = value.empty()      ? std::string{"''"}
                     : is_secret(value) ? std::string{"…"}
                                        : cut_to_width(for_terminal(value), longest_shown);
  return {fmt::format(fmt::runtime(_("{option}: not {kind}: {value}")), fmt::arg("option", name),
                      fmt::arg("kind", what), fmt::arg("value", shown)),
          std::move(hint)};
}

std::string word_hint(std::string_view word, const std::vector<std::string>& known) {
  if (const auto near = nearest(word, known)) {
    return fmt::format(fmt::runtime(_("did you mean {}?")), *near);
  }
  return fmt::format(fmt::runtime(_("one of: {}")), listed(known));
}

std::string known_word() { return _("a known word"); }

const char* Parser<std::string>::placeholder() { return "TEXT"; }
std::string Parser<std::string>::what() { return _("plain text"); }
std::string Parser<std::string>::forms() {
  return _("text must be UTF-8, on one line, without control characters");
}
std::optional<std::string> Parser<std::string>::parse(std::string_view text, const ParseContext&) {
  return normalise(text);
}

const char* Parser<FileName>::placeholder() { return "FILE"; }
std::string Parser<FileName>::what() { return _("a file name"); }
std::string Parser<FileName>::forms() { return {}; }
std::optional<FileName> Parser<FileName>::parse(std::string_view text, const ParseContext&) {
  if (text.empty()) return std::nullopt;
  return FileName{std::string{text}};
}

const char* Parser<DirectoryName>::placeholder() { return "DIR"; }
std::string Parser<DirectoryName>::what() { return _("the name of a directory"); }
std::string Parser<DirectoryName>::forms() { return {}; }
std::optional<DirectoryName> Parser<DirectoryName>::parse(std::string_view text,
                                                          const ParseContext&) {
  if (text.empty()) return std::nullopt;
  return DirectoryName{std::string{text}};
}

const char* Parser<Date>::placeholder() { return "DATE"; }
std::string Parser<Date>::what() { return _("a day"); }
std::string Parser<Date>::forms() { return date_forms(); }
std::optional<Date> Parser<Date>::parse(std::string_view text, const ParseContext& context) {
  return parse_day(text, context.today);
}

const char* Parser<Period>::placeholder() { return "PERIOD"; }
std::string Parser<Period>::what() { return _("a period"); }
std::string Parser<Period>::forms() { return period_forms(); }
std::optional<Period> Parser<Period>::parse(std::string_view text, const ParseContext& context) {
  return parse_period(text, context.today);
}

const char* Parser<Instant>::placeholder() { return "TIME"; }
std::string Parser<Instant>::what() { return _("a time"); }
std::string Parser<Instant>::forms() {
  return _("2026-10-31, 2026-10-31T09:30, 2026-10-31 09:30:00, or with Z or +08:00 at its end");
}
std::optional<Instant> Parser<Instant>::parse(std::string_view text, const ParseContext& context) {
  return parse_instant(fold_width(text), context.zone);
}

const char* Parser<Money>::placeholder() { return "YUAN"; }
std::string Parser<Money>::what() { return _("an amount of money"); }
std::string Parser<Money>::forms() { return _("yuan with at most 2 decimals, like 28 or 28.50"); }
std::optional<Money> Parser<Money>::parse(std::string_view text, const ParseContext&) {
  return parse_money(text);
}

const char* Parser<UnitPrice>::placeholder() { return "YUAN"; }
std::string Parser<UnitPrice>::what() { return _("a price"); }
std::string Parser<UnitPrice>::forms() {
  return _("yuan for one unit with at most 4 decimals, like 28.00 or 0.035");
}
std::optional<UnitPrice> Parser<UnitPrice>::parse(std::string_view text, const ParseContext&) {
  return parse_unit_price(text);
}

const char* Parser<Quantity>::placeholder() { return "QUANTITY"; }
std::string Parser<Quantity>::what() { return _("a quantity"); }
std::string Parser<Quantity>::forms() {
  return _("a number with at most 3 decimals, like 2 or 12.5");
}
std::optional<Quantity> Parser<Quantity>::parse(std::string_view text, const ParseContext&) {
  return parse_quantity(text);
}

static std::string count_forms() {
  return _("a whole decimal number of 0 or more, without leading zeros");
}

const char* Parser<Points>::placeholder() { return "POINTS"; }
std::string Parser<Points>::what() { return _("a number of points"); }
std::string Parser<Points>::forms() { return _("a whole decimal number without leading zeros"); }
std::optional<Points> Parser<Points>::parse(std::string_view text, const ParseContext&) {
  return parse_points(text);
}

const char* Parser<std::int64_t>::placeholder() { return "NUMBER"; }
std::string Parser<std::int64_t>::what() { return _("a number"); }
std::string Parser<std::int64_t>::forms() { return count_forms(); }
std::optional<std::int64_t> Parser<std::int64_t>::parse(std::string_view text,
                                                        const ParseContext&) {
  const auto points = parse_points(text);  // whole numbers follow the same rules
  if (!points || points->count() < 0) return std::nullopt;
  return points->count();
}

const char* Parser<std::size_t>::placeholder() { return "NUMBER"; }
std::string Parser<std::size_t>::what() { return Parser<std::int64_t>::what(); }
std::string Parser<std::size_t>::forms() { return _("give 1 to 100000"); }
std::optional<std::size_t> Parser<std::size_t>::parse(std::string_view text,
                                                      const ParseContext& context) {
  const auto count = Parser<std::int64_t>::parse(text, context);
  if (!count || *count < 1 || *count > most_listed) return std::nullopt;
  return static_cast<std::size_t>(*count);
}

const char* Parser<int>::placeholder() { return "NUMBER"; }
std::string Parser<int>::what() { return Parser<std::int64_t>::what(); }
std::string Parser<int>::forms() { return count_forms(); }
std::optional<int> Parser<int>::parse(std::string_view text, const ParseContext& context) {
  const auto count = Parser<std::int64_t>::parse(text, context);
  if (!count || *count > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(*count);
}

const char* Parser<std::chrono::seconds>::placeholder() { return "SECONDS"; }
std::string Parser<std::chrono::seconds>::what() { return _("a number of seconds"); }
std::string Parser<std::chrono::seconds>::forms() { return _("give 0 to 86400, a day at most"); }
std::optional<std::chrono::seconds> Parser<std::chrono::seconds>::parse(
    std::string_view text, const ParseContext& context) {
  const auto count = Parser<std::int64_t>::parse(text, context);
  if (!count || *count > longest_wait) return std::nullopt;
  return std::chrono::seconds{*count};
}

const char* Parser<char>::placeholder() { return "CHARACTER"; }
std::string Parser<char>::what() { return _("a character"); }
std::string Parser<char>::forms() { return _("one ASCII character like ; or the word tab"); }
std::optional<char> Parser<char>::parse(std::string_view text, const ParseContext&) {
  if (text == "tab") return '\t';
  if (text.size() != 1 || text[0] < ' ' || text[0] > '~') return std::nullopt;
  return text[0];
}

const char* Parser<MemberId>::placeholder() { return "MEMBER"; }
std::string Parser<MemberId>::what() { return _("a member's number"); }
std::string Parser<MemberId>::forms() { return _("a member's number looks like M12"); }
std::optional<MemberId> Parser<MemberId>::parse(std::string_view text, const ParseContext&) {
  return parse_member_id(fold_width(text));
}

const char* Parser<ReceiptId>::placeholder() { return "RECEIPT"; }
std::string Parser<ReceiptId>::what() { return _("a receipt's number"); }
std::string Parser<ReceiptId>::forms() { return _("a receipt's number looks like 12"); }
std::optional<ReceiptId> Parser<ReceiptId>::parse(std::string_view text, const ParseContext&) {
  return parse_receipt_id(fold_width(text));
}

const char* Parser<ApprovalId>::placeholder() { return "REQUEST"; }
std::string Parser<ApprovalId>::what() { return _("a request's number"); }
std::string Parser<ApprovalId>::forms() { return _("a request's number looks like 7"); }
std::optional<ApprovalId> Parser<ApprovalId>::parse(std::string_view text, const ParseContext&) {
  return parse_approval_id(fold_width(text));
}

static std::string plain_number_form() { return _("it looks like 12"); }

const char* Parser<CheckupId>::placeholder() { return "CHECKUP"; }
std::string Parser<CheckupId>::what() { return _("the number of a checkup"); }
std::string Parser<CheckupId>::forms() { return plain_number_form(); }
std::optional<CheckupId> Parser<CheckupId>::parse(std::string_view text, const ParseContext&) {
  return parse_checkup_id(fold_width(text));
}

const char* Parser<FindingId>::placeholder() { return "FINDING"; }
std::string Parser<FindingId>::what() { return _("the number of a finding"); }
std::string Parser<FindingId>::forms() { return plain_number_form(); }
std::optional<FindingId> Parser<FindingId>::parse(std::string_view text, const ParseContext&) {
  return parse_finding_id(fold_width(text));
}

const char* Parser<TrainingId>::placeholder() { return "TRAINING"; }
std::string Parser<TrainingId>::what() { return _("the number of a training"); }
std::string Parser<TrainingId>::forms() { return plain_number_form(); }
std::optional<TrainingId> Parser<TrainingId>::parse(std::string_view text, const ParseContext&) {
  return parse_training_id(fold_width(text));
}

const char* Parser<HealthNoteId>::placeholder() { return "NOTE"; }
std::string Parser<HealthNoteId>::what() { return _("the number of a health note"); }
std::string Parser<HealthNoteId>::forms() { return plain_number_form(); }
std::optional<HealthNoteId> Parser<HealthNoteId>::parse(std::string_view text,
                                                        const ParseContext&) {
  return parse_health_note_id(fold_width(text));
}

const char* Parser<MergeId>::placeholder() { return "MERGE"; }
std::string Parser<MergeId>::what() { return _("the number of a merge"); }
std::string Parser<MergeId>::forms() { return plain_number_form(); }
std::optional<MergeId> Parser<MergeId>::parse(std::string_view text, const ParseContext&) {
  return parse_merge_id(fold_width(text));
}

const char* Parser<RecallId>::placeholder() { return "RECALL"; }
std::string Parser<RecallId>::what() { return _("the number of a recall"); }
std::string Parser<RecallId>::forms() { return plain_number_form(); }
std::optional<RecallId> Parser<RecallId>::parse(std::string_view text, const ParseContext&) {
  return parse_recall_id(fold_width(text));
}

const char* Parser<StockRequestId>::placeholder() { return "REQUEST"; }
std::string Parser<StockRequestId>::what() { return _("the number of a request"); }
std::string Parser<StockRequestId>::forms() { return plain_number_form(); }
std::optional<StockRequestId> Parser<StockRequestId>::parse(std::string_view text,
                                                            const ParseContext&) {
  return parse_stock_request_id(fold_width(text));
}

const char* Parser<CounselId>::placeholder() { return "COUNSEL"; }
std::string Parser<CounselId>::what() { return _("the number of a counselling"); }
std::string Parser<CounselId>::forms() { return plain_number_form(); }
std::optional<CounselId> Parser<CounselId>::parse(std::string_view text, const ParseContext&) {
  return parse_counsel_id(fold_width(text));
}

const char* Parser<AccountPaymentId>::placeholder() { return "PAYMENT"; }
std::string Parser<AccountPaymentId>::what() { return _("the number of a payment"); }
std::string Parser<AccountPaymentId>::forms() { return plain_number_form(); }
std::optional<AccountPaymentId> Parser<AccountPaymentId>::parse(std::string_view text,
                                                                const ParseContext&) {
  return parse_account_payment_id(fold_width(text));
}

const char* Parser<LeadId>::placeholder() { return "LEAD"; }
std::string Parser<LeadId>::what() { return _("the number of a prospect"); }
std::string Parser<LeadId>::forms() { return plain_number_form(); }
std::optional<LeadId> Parser<LeadId>::parse(std::string_view text, const ParseContext&) {
  return parse_lead_id(fold_width(text));
}

const char* Parser<ComplaintId>::placeholder() { return "NUMBER"; }
std::string Parser<ComplaintId>::what() { return _("the number of a complaint"); }
std::string Parser<ComplaintId>::forms() { return _("as C2026-000123, or C2026-123"); }
std::optional<ComplaintId> Parser<ComplaintId>::parse(std::string_view text, const ParseContext&) {
  return parse_complaint_id(text);
}

const char* Parser<ComplaintActionId>::placeholder() { return "ACTION"; }
std::string Parser<ComplaintActionId>::what() { return _("the number of an action"); }
std::string Parser<ComplaintActionId>::forms() { return plain_number_form(); }
std::optional<ComplaintActionId> Parser<ComplaintActionId>::parse(std::string_view text,
                                                                  const ParseContext&) {
  return parse_complaint_action_id(fold_width(text));
}

const char* Parser<Assignment>::placeholder() { return "NAME=VALUE"; }
std::string Parser<Assignment>::what() { return _("a pair NAME=VALUE"); }
std::string Parser<Assignment>::forms() { return {}; }
std::optional<Assignment> Parser<Assignment>::parse(std::string_view text, const ParseContext&) {
  const auto whole = normalise(text);
  if (!whole) return std::nullopt;
  // An input method types ＝ for =.
  const auto ascii = whole->find('=');
  const auto wide = whole->find("＝");
  const auto at = std::min(ascii, wide);
  if (at == std::string::npos || at == 0) return std::nullopt;
  const auto after = at + (at == ascii ? 1 : std::string_view{"＝"}.size());
  return Assignment{whole->substr(0, at), whole->substr(after)};
}

}  // namespace pharmacy::cli
