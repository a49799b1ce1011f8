#include "complaints/times.h"

#include "complaints/learning/counted.h"
#include "pharmacy/error.h"

namespace pharmacy::complaints {

static int percent_of(const Policy& policy, MemberClass member_class) {
  const auto& classes = policy.complaints.classes;
  switch (member_class) {
    case MemberClass::ordinary:
      return classes.ordinary;
    case MemberClass::member:
      return classes.member;
    case MemberClass::key:
      return classes.key;
    case MemberClass::potential:
      return classes.potential;
    case MemberClass::risk:
      return classes.risk;
  }
  PHARMACY_CHECK(false);
}

static const Policy::ComplaintTimes& times_of(const Policy& policy, ComplaintSeverity severity) {
  switch (severity) {
    case ComplaintSeverity::minor:
      return policy.complaints.minor;
    case ComplaintSeverity::major:
      return policy.complaints.major;
    case ComplaintSeverity::critical:
      return policy.complaints.critical;
  }
  PHARMACY_CHECK(false);
}

Allowance allowance_of(const Policy& policy, ComplaintSeverity severity, MemberClass member_class) {
  const auto& times = times_of(policy, severity);
  const auto seconds = [percent = percent_of(policy, member_class)](int minutes) {
    return std::int64_t{minutes} * 60 * percent / 100;
  };
  return {.ack = seconds(times.ack_minutes), .answer = seconds(times.answer_minutes)};
}

MemberClass class_of(db::Database& database, const std::optional<MemberId>& member) {
  if (!member) return MemberClass::ordinary;
  return database
      .value<MemberClass>(
          "SELECT value FROM member_fact WHERE member = ?1 AND fact = 'class'"
          " AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
          *member)
      .value_or(MemberClass::member);
}

std::optional<ComplaintId> repeated_by(db::Database& database, const NewComplaint& complaint,
                                       Instant received, int days) {
  const bool can_repeat =
      complaint.kind == ComplaintKind::complaint || complaint.kind == ComplaintKind::objection;
  if (!can_repeat || days == 0) return std::nullopt;
  const Instant since{received.seconds - std::int64_t{days} * 86'400};
  // Hers first, by an index: there are few of one person among those of some months.
#define PHARMACY_OF_THE_SAME                                                                  \
  " AND c.kind IN ('complaint', 'objection') AND c.received_at >= ?1 AND c.received_at <= ?2" \
  " AND p.code IS ?3 AND (?3 IS NOT NULL OR c.category = ?4)"                                 \
  " AND NOT " PHARMACY_IS_MISTAKE " ORDER BY c.received_at DESC, c.id DESC LIMIT 1"
#define PHARMACY_EARLIER_ONES \
  "SELECT c.id FROM complaint c LEFT JOIN product p ON p.id = c.product WHERE "
  if (complaint.member) {
    return database.value<ComplaintId>(PHARMACY_EARLIER_ONES "c.member = ?5" PHARMACY_OF_THE_SAME,
                                       since, received, complaint.product, complaint.category,
                                       complaint.member);
  }
  if (!complaint.contact) return std::nullopt;
  return database.value<ComplaintId>(
      PHARMACY_EARLIER_ONES "c.member IS NULL AND c.contact = ?5" PHARMACY_OF_THE_SAME, since,
      received, complaint.product, complaint.category, complaint.contact);
#undef PHARMACY_EARLIER_ONES
#undef PHARMACY_OF_THE_SAME
}

}  // namespace pharmacy::complaints
