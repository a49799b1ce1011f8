#include "policy/policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "policy/document.h"

namespace pharmacy::policy {
namespace {

struct Document {
  std::int64_t version;
  std::string text;

  static constexpr auto fields() {
    return std::tuple{Field{"version", &Document::version}, Field{"document", &Document::text}};
  }
};

// Why a policy was set.
struct Reason {
  std::int64_t policy;
  ComplaintId complaint;

  static constexpr auto fields() {
    return std::tuple{Field{"policy", &Reason::policy}, Field{"complaint", &Reason::complaint}};
  }
};

void check_reasons(db::Database& database, const std::vector<ComplaintId>& because) {
  if (because.size() > policy_reasons_max) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("too many complaints: {}")), because.size()),
                fmt::format(fmt::runtime(_("give at most {}")), policy_reasons_max));
  }
  for (const ComplaintId id : because) {
    if (database.value<bool>("SELECT 1 FROM complaint WHERE id = ?1", id)) continue;
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no complaint {}")), to_string(id)),
                _("list them with: complain list"));
  }
}

Document document_on(db::Database& database, Date day) {
  auto found = database.row<Document>(
      "SELECT version, document FROM policy WHERE effective_on <= ?1"
      " ORDER BY effective_on DESC, version DESC LIMIT 1",
      day);
  if (!found) throw Error(Errc::damaged, _("the store has no policy for this day"));
  return std::move(*found);
}

// An import asks for the policy of every receipt, and the document hardly ever changes.
const Policy& parsed(const Document& document) {
  thread_local std::string text;
  thread_local Policy policy;
  if (text != document.text || text.empty()) {
    policy = parse_document(document.text, fmt::format("policy {}", document.version));
    text = document.text;
  }
  return policy;
}

std::int64_t newest(db::Database& database) {
  return database.value<std::int64_t>("SELECT max(version) FROM policy").value();
}

}  // namespace

Policy policy_on(db::Database& database, Date day) {
  const Document document = document_on(database, day);
  Policy policy = parsed(document);
  policy.version = document.version;
  return policy;
}

Policy policy_of(db::Database& database, std::int64_t version) {
  const auto text =
      database.value<std::string>("SELECT document FROM policy WHERE version = ?1", version);
  if (!text) throw Error(Errc::damaged, _("the store has no policy of this version"));
  Policy policy = parsed({.version = version, .text = *text});
  policy.version = version;
  return policy;
}

std::vector<PolicyVersion> versions(db::Database& database, Date today) {
  auto all = database.rows<PolicyVersion>(
      "SELECT p.version, p.effective_on,"
      " CASE WHEN EXISTS (SELECT 1 FROM policy q WHERE q.effective_on <= max(?1, p.effective_on)"
      "   AND (q.effective_on, q.version) > (p.effective_on, p.version)) THEN 'replaced'"
      "  WHEN p.effective_on > ?1 THEN 'coming' ELSE 'in_force' END,"
      " p.recorded_at, s.login, NULL"
      " FROM policy p JOIN staff s ON s.id = p.recorded_by"
      " ORDER BY p.effective_on DESC, p.version DESC",
      today);
  for (const auto& [policy, complaint] : database.rows<Reason>(
           "SELECT policy, complaint FROM policy_reason ORDER BY policy, complaint")) {
    auto& because = std::ranges::find(all, policy, &PolicyVersion::version)->because;
    because = (because ? *because + ", " : std::string{}) + to_string(complaint);
  }
  return all;
}

PolicyText version(db::Database& database, std::int64_t number, Date today) {
  for (auto& about : versions(database, today)) {
    if (about.version != number) continue;
    auto document =
        database.value<std::string>("SELECT document FROM policy WHERE version = ?1", number);
    return {.about = std::move(about), .document = std::move(document).value()};
  }
  throw Error(Errc::not_found, fmt::format(fmt::runtime(_("there is no policy {}")), number),
              _("list them with: store policy history"));
}

PolicyText text_on(db::Database& database, Date day, Date today) {
  return version(database, document_on(database, day).version, today);
}

void check_new(db::Database& database, const NewPolicy& input, Date today) {
  static_cast<void>(parse_document(input.document, input.name));
  check_reasons(database, input.because);
  if (input.effective_on < today) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("a policy cannot begin on a day that is past: {}")),
                            to_string(input.effective_on)),
                _("what was decided under the policies until now stays decided; name today or a "
                  "later day"));
  }
  const std::int64_t last = newest(database);
  if (input.newest.value_or(last) < last) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("another policy was recorded meanwhile: policy {}")), last),
        fmt::format(fmt::runtime(_("see what it says with: store policy diff {}")), last));
  }
}

SetPolicy add(db::Database& database, const NewPolicy& input, const Recorder& by) {
  check_new(database, input, by.today);
  const Document current = document_on(database, input.effective_on);
  if (current.text == input.document) return {.version = current.version, .is_new = false};
  const std::int64_t number = newest(database) + 1;
  database.run(
      "INSERT INTO policy (version, effective_on, document, recorded_at, recorded_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      number, input.effective_on, input.document, by.now, by.staff);
  for (const ComplaintId id : input.because)
    database.run("INSERT OR IGNORE INTO policy_reason (policy, complaint) VALUES (?1, ?2)", number,
                 id);
  return {.version = number, .is_new = true};
}

}  // namespace pharmacy::policy
