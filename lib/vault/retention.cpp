#include "vault/retention.h"

#include <array>

#include "pharmacy/policy.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using Kind = RecordKind;

constexpr std::array tables{
    vault::RetainedTable{"member", Kind::members},
    vault::RetainedTable{"card", Kind::members},
    vault::RetainedTable{"contact", Kind::members},
    vault::RetainedTable{"member_key", Kind::members},
    vault::RetainedTable{"member_fact", Kind::members},
    vault::RetainedTable{"member_risk", Kind::members},
    vault::RetainedTable{"member_keeper", Kind::members},
    vault::RetainedTable{"member_licence", Kind::members},
    vault::RetainedTable{"member_preference", Kind::members},
    vault::RetainedTable{"member_group", Kind::members},
    vault::RetainedTable{"member_change", Kind::member_history},
    vault::RetainedTable{"consent", Kind::members},
    vault::RetainedTable{"restriction", Kind::members},
    vault::RetainedTable{"member_merge", Kind::members},
    vault::RetainedTable{"member_merge_row", Kind::members},
    vault::RetainedTable{"household", Kind::members},
    vault::RetainedTable{"household_member", Kind::members},
    vault::RetainedTable{"health_note", Kind::health_notes},
    vault::RetainedTable{"health_tag", Kind::health_notes},
    vault::RetainedTable{"health_tag_key", std::nullopt},
    vault::RetainedTable{"receipt", Kind::purchases},
    vault::RetainedTable{"line", Kind::purchases},
    vault::RetainedTable{"line_return", Kind::purchases},
    vault::RetainedTable{"payment", Kind::purchases},
    vault::RetainedTable{"account_payment", Kind::purchases},
    vault::RetainedTable{"check_override", Kind::purchases},
    vault::RetainedTable{"missed_step", Kind::purchases},
    vault::RetainedTable{"delivery", Kind::purchases},
    vault::RetainedTable{"line_tracking", Kind::purchases},
    vault::RetainedTable{"imported_receipt", Kind::purchases},
    vault::RetainedTable{"stock_request", Kind::members},
    vault::RetainedTable{"counsel", Kind::purchases},
    vault::RetainedTable{"lead", Kind::leads},
    vault::RetainedTable{"lead_contact", Kind::leads},
    vault::RetainedTable{"recall", Kind::purchases},
    vault::RetainedTable{"recall_batch", Kind::purchases},
    vault::RetainedTable{"recall_call", Kind::purchases},
    vault::RetainedTable{"recall_close", Kind::purchases},
    vault::RetainedTable{"complaint", Kind::complaints},
    vault::RetainedTable{"complaint_health", Kind::complaints},
    vault::RetainedTable{"complaint_step", Kind::complaints},
    vault::RetainedTable{"complaint_evidence", Kind::complaints},
    vault::RetainedTable{"adverse_reaction", Kind::complaints},
    vault::RetainedTable{"adverse_reaction_suspect", Kind::complaints},
    vault::RetainedTable{"adverse_reaction_health", Kind::complaints},
    vault::RetainedTable{"adverse_reaction_report", Kind::complaints},
    vault::RetainedTable{"special_buyer", Kind::purchases},
    vault::RetainedTable{"special_line", Kind::purchases},
    vault::RetainedTable{"special_tag_key", std::nullopt},
    vault::RetainedTable{"points_lot", Kind::points},
    vault::RetainedTable{"points_debit", Kind::points},
    vault::RetainedTable{"points_return", Kind::points},
    vault::RetainedTable{"points_allocation", Kind::points},
    vault::RetainedTable{"import_batch", Kind::imports},
    vault::RetainedTable{"policy", Kind::policies},
    vault::RetainedTable{"policy_reason", Kind::policies},
    vault::RetainedTable{"policy_review", Kind::policies},
    vault::RetainedTable{"calendar_day", Kind::policies},
    vault::RetainedTable{"shop_closed_day", Kind::policies},
    vault::RetainedTable{"log_entry", Kind::access_log},
    vault::RetainedTable{"log_subject", Kind::access_log},
    vault::RetainedTable{"log_detail", Kind::access_log},
    vault::RetainedTable{"log_key", Kind::access_log},
    vault::RetainedTable{"retired_key", Kind::access_log},
    vault::RetainedTable{"operation", Kind::operations},
    vault::RetainedTable{"approval", Kind::operations},
    vault::RetainedTable{"received_file", Kind::operations},
    vault::RetainedTable{"complaint_action", Kind::complaints},
    vault::RetainedTable{"checkup", Kind::operations},
    vault::RetainedTable{"checkup_item", Kind::operations},
    vault::RetainedTable{"finding", Kind::operations},
    vault::RetainedTable{"finding_step", Kind::operations},
    vault::RetainedTable{"product", Kind::products},
    vault::RetainedTable{"product_ingredient", Kind::products},
    vault::RetainedTable{"product_advice", Kind::products},
    vault::RetainedTable{"reference_edition", Kind::products},
    vault::RetainedTable{"reference_atc", Kind::products},
    vault::RetainedTable{"reference_contraindication", Kind::products},
    vault::RetainedTable{"reference_interaction", Kind::products},
    vault::RetainedTable{"reference_allergen_class", Kind::products},
    vault::RetainedTable{"reference_allergen", Kind::products},
    vault::RetainedTable{"reference_drug", Kind::products},
    vault::RetainedTable{"staff", Kind::staff},
    vault::RetainedTable{"training", Kind::staff},
    vault::RetainedTable{"training_annulment", Kind::staff},
    vault::RetainedTable{"setting", std::nullopt},
    vault::RetainedTable{"transfer_key", std::nullopt},
};

// How many there are, from when the oldest is, and how many are past.
template <class Time>
struct Counted {
  std::int64_t held;
  std::optional<Time> oldest;
  std::optional<std::int64_t> past;

  static constexpr auto fields() {
    return std::tuple{Field{"held", &Counted::held}, Field{"oldest", &Counted::oldest},
                      Field{"past", &Counted::past}};
  }
};

// Counts by one rule.
class Counting {
 public:
  Counting(Reading& reading, RetentionRule rule, std::int64_t months)
      : database_{vault::database(reading)},
        zone_{reading.zone()},
        rule_{rule},
        months_{months},
        first_kept_{add_months(reading.today(), -static_cast<int>(months))} {}

  // The first day that is not past, and its first instant.
  [[nodiscard]] Date day() const { return first_kept_; }
  [[nodiscard]] Instant instant() const { return zone_.at_local(first_kept_, {}); }

  // `Time`: Date or Instant, as the statement's second column is.
  template <class Time, class... Bounds>
  [[nodiscard]] RetentionFigures count(Kind kind, std::string_view sql,
                                       const Bounds&... bounds) const {
    const auto counted = database_.row<Counted<Time>>(sql, bounds...).value();
    RetentionFigures figures{.kind = kind,
                             .rule = rule_,
                             .months = months_,
                             .before = first_kept_,
                             .held = counted.held,
                             .oldest = {},
                             .past = counted.past.value_or(0)};
    if (counted.oldest) figures.oldest = day_of(*counted.oldest);
    return figures;
  }

 private:
  [[nodiscard]] Date day_of(Instant at) const { return zone_.day_of(at); }
  [[nodiscard]] static Date day_of(Date day) { return day; }

  db::Database& database_;
  const Zone& zone_;
  RetentionRule rule_;
  std::int64_t months_;
  Date first_kept_;
};

// A member is heard of by a purchase, a change of what is known, or points that still live.
RetentionFigures count_members(const Counting& counting) {
  return counting.count<Date>(
      Kind::members,
      "SELECT count(*), min(m.joined), sum(m.joined < ?1"
      "  AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.member = m.id AND r.day >= ?1)"
      "  AND NOT EXISTS (SELECT 1 FROM points_lot l WHERE l.member = m.id AND l.expires_on >= ?1)"
      "  AND NOT EXISTS (SELECT 1 FROM member_change c WHERE c.member = m.id AND c.at >= ?2))"
      " FROM member m WHERE m.status <> 'erased'",
      counting.day(), counting.instant());
}

// Of who was dropped, or is a member now, nothing personal is left to have a term.
RetentionFigures count_leads(const Counting& counting) {
  return counting.count<Instant>(
      Kind::leads,
      "SELECT count(*), min(l.added_at), sum(coalesce((SELECT max(c.at) FROM lead_contact c"
      "  WHERE c.lead = l.id), l.added_at) < ?1) FROM lead l WHERE l.ended_at IS NULL",
      counting.instant());
}

RetentionFigures count_history(const Counting& counting) {
  return counting.count<Instant>(
      Kind::member_history,
      "SELECT count(*), min(at), sum(at < ?1) FROM"
      " (SELECT at FROM member_change"
      "  UNION ALL SELECT ended_at FROM card WHERE ended_at IS NOT NULL"
      "  UNION ALL SELECT ended_at FROM contact WHERE ended_at IS NOT NULL)",
      counting.instant());
}

// A note that holds is needed, however old it is.
RetentionFigures count_health(const Counting& counting) {
  return counting.count<Instant>(Kind::health_notes,
                                 "SELECT count(*), min(added_at), sum(ended_at < ?1)"
                                 " FROM health_note",
                                 counting.instant());
}

RetentionFigures count_purchases(const Counting& counting) {
  return counting.count<Date>(
      Kind::purchases, "SELECT count(*), min(day), sum(day < ?1) FROM receipt", counting.day());
}

// One that is open is needed, however old it is.
RetentionFigures count_complaints(const Counting& counting) {
  return counting.count<Instant>(Kind::complaints,
                                 "SELECT count(*), min(received_at),"
                                 " sum(received_at < ?1 AND state = 'closed') FROM complaint",
                                 counting.instant());
}

// A lot that lives is somebody's money, however old it is.
RetentionFigures count_points(const Counting& counting) {
  return counting.count<Date>(Kind::points,
                              "SELECT count(*), min(day), sum(ends < ?1) FROM"
                              " (SELECT earned_on AS day, expires_on AS ends FROM points_lot"
                              "  UNION ALL SELECT day, day FROM points_debit"
                              "  UNION ALL SELECT day, day FROM points_return)",
                              counting.day());
}

RetentionFigures count_imports(const Counting& counting) {
  return counting.count<Instant>(Kind::imports,
                                 "SELECT count(*), min(at), sum(at < ?1) FROM import_batch",
                                 counting.instant());
}

// A policy ends on the first day on which another one holds. What a receipt or complaint within its
// term cites is not past.
RetentionFigures count_policies(const Counting& counting) {
  return counting.count<Instant>(
      Kind::policies,
      "SELECT count(*), min(p.recorded_at),"
      " sum(p.recorded_at < ?2 AND p.ends < ?1 AND NOT EXISTS"
      "  (SELECT 1 FROM receipt r WHERE r.policy = p.version AND r.day >= ?1)"
      "  AND NOT EXISTS"
      "  (SELECT 1 FROM complaint c WHERE c.policy = p.version AND c.received_at >= ?2))"
      " FROM (SELECT version, recorded_at,"
      "  (SELECT min(q.effective_on) FROM policy q"
      "   WHERE (q.effective_on, q.version) > (o.effective_on, o.version)) AS ends"
      "  FROM policy o) p",
      counting.day(), counting.instant());
}

// The log has its entries in the order in which they were written, and no gaps.
RetentionFigures count_log(const Counting& counting) {
  return counting.count<Instant>(
      Kind::access_log,
      "SELECT coalesce(max(seq), 0), (SELECT at FROM log_entry ORDER BY seq LIMIT 1),"
      " coalesce((SELECT min(seq) FROM log_entry WHERE at >= ?1), max(seq) + 1) - 1"
      " FROM log_entry",
      counting.instant());
}

RetentionFigures count_operations(const Counting& counting) {
  return counting.count<Instant>(Kind::operations,
                                 "SELECT count(*), min(at), sum(at < ?1) FROM operation",
                                 counting.instant());
}

RetentionFigures unlimited(Kind kind, std::int64_t held) {
  return {.kind = kind,
          .rule = RetentionRule::unlimited,
          .months = {},
          .before = {},
          .held = held,
          .oldest = {},
          .past = {}};
}

}  // namespace

std::vector<RetentionFigures> retention(Reading& reading) {
  vault::require(reading, vault::Permission::view_figures);
  const Policy policy = policy_on(reading, reading.today());
  const Counting by_policy{reading, RetentionRule::policy,
                           12 * std::int64_t{policy.retention_years}};
  const Counting of_leads{reading, RetentionRule::policy, policy.retention_leads_months};
  const Counting by_law{reading, RetentionRule::processing_law, processing_months};
  db::Database& database = vault::database(reading);
  return {
      count_members(by_policy),
      count_leads(of_leads),
      count_history(by_policy),
      count_health(by_policy),
      count_purchases(by_policy),
      count_complaints(by_policy),
      count_points(by_policy),
      count_imports(by_policy),
      count_policies(by_policy),
      count_log(by_law),
      count_operations(by_law),
      unlimited(Kind::products,
                database.value<std::int64_t>("SELECT count(*) FROM product").value()),
      unlimited(Kind::staff, database.value<std::int64_t>("SELECT count(*) FROM staff").value())};
}

namespace vault {

std::span<const RetainedTable> retained_tables() { return tables; }

}  // namespace vault
}  // namespace pharmacy
