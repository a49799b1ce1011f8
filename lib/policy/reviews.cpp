// When a policy is to be looked at again, and that it was.
#include <fmt/format.h>

#include <utility>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "policy/document.h"
#include "policy/policies.h"

namespace pharmacy::policy {
namespace {

constexpr std::size_t note_bytes_max = 1000;

struct LastReview {
  Instant at;
  std::string by;
  std::string note;

  static constexpr auto fields() {
    return std::tuple{Field{"recorded_at", &LastReview::at}, Field{"login", &LastReview::by},
                      Field{"note", &LastReview::note}};
  }
};

std::optional<LastReview> last_review(db::Database& database, std::int64_t version) {
  return database.row<LastReview>(
      "SELECT r.recorded_at, s.login, r.note FROM policy_review r"
      " JOIN staff s ON s.id = r.recorded_by WHERE r.version = ?1 ORDER BY r.id DESC LIMIT 1",
      version);
}

PolicyReview review_of(db::Database& database, const PolicyText& policy, const Zone& zone,
                       Date today) {
  const PolicyVersion& about = policy.about;
  const auto last = last_review(database, about.version);
  const Policy rules = parse_document(policy.document, fmt::format("policy {}", about.version));
  const Date since = zone.day_of(last ? last->at : about.recorded_at);
  const Date due_on = add_months(since, rules.review_months);
  PolicyReview review{.version = about.version,
                      .status = about.status,
                      .recorded_by = about.recorded_by,
                      .recorded_at = about.recorded_at,
                      .reviewed_at = {},
                      .reviewed_by = {},
                      .note = {},
                      .due_on = due_on,
                      .is_due = due_on <= today};
  if (last) {
    review.reviewed_at = last->at;
    review.reviewed_by = last->by;
    review.note = last->note;
  }
  return review;
}

std::string checked_note(std::string_view note) {
  auto text = normalise(note);
  if (!text || text->empty() || text->size() > note_bytes_max) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("a note has 1 to {} bytes of text")), note_bytes_max));
  }
  return std::move(*text);
}

}  // namespace

std::vector<PolicyReview> reviews(db::Database& database, const Zone& zone, Date today) {
  std::vector<PolicyReview> all;
  for (const auto& about : versions(database, today)) {
    if (about.status == PolicyStatus::replaced) continue;
    all.push_back(review_of(database, version(database, about.version, today), zone, today));
  }
  return all;
}

PolicyReview add_review(db::Database& database, const Zone& zone,
                        std::optional<std::int64_t> number, std::string_view note,
                        const Recorder& by) {
  const std::string text = checked_note(note);
  const PolicyText policy =
      number ? version(database, *number, by.today) : text_on(database, by.today, by.today);
  if (policy.about.status == PolicyStatus::replaced) {
    throw Error(
        Errc::refused,
        fmt::format(fmt::runtime(_("policy {} was replaced by another one")), policy.about.version),
        _("list those that are to be reviewed with: store policy review"));
  }
  database.run(
      "INSERT INTO policy_review (version, note, recorded_at, recorded_by)"
      " VALUES (?1, ?2, ?3, ?4)",
      policy.about.version, text, by.now, by.staff);
  return review_of(database, policy, zone, by.today);
}

}  // namespace pharmacy::policy
