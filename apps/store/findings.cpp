#include "store/findings.h"

#include <algorithm>
#include <optional>

#include "cli/i18n.h"
#include "cli/world.h"

namespace pharmacy::cli {

namespace {
// A finding; one that is about nothing in particular has no subject.
struct FindingRow {
  std::string check;
  std::optional<std::string> subject;
  std::string problem;
  std::optional<std::string> advice;

  static constexpr auto fields() {
    return std::tuple{Field{"check", &FindingRow::check}, Field{"subject", &FindingRow::subject},
                      Field{"problem", &FindingRow::problem}, Field{"advice", &FindingRow::advice}};
  }
};
}  // namespace

// Damage makes every answer doubtful; of other findings some are facts that do not agree, and some
// are only to be known.
static Exit status_of(const Finding& finding) {
  for (const char* damage :
       {"keyring", "pages", "log", "structure", "access_log", "older_log", "other_log"}) {
    if (finding.check == damage) return Exit::damaged;
  }
  return finding.check == "untied_refund" ? Exit::done : Exit::not_found;
}

static std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

void tell(const std::vector<Finding>& findings, Output& out, const std::string& if_none) {
  std::vector<FindingRow> rows;
  int status = 0;
  for (const auto& finding : findings) {
    rows.push_back({finding.check, unless_empty(finding.subject), finding.problem,
                    unless_empty(finding.advice)});
    status = std::max(status, static_cast<int>(status_of(finding)));
  }
  out.list("store.check", "findings", rows, if_none);
  out.ends_with(status);
}

}  // namespace pharmacy::cli
