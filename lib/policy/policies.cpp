#include "policy/policies.h"

#include <fmt/format.h>

#include <utility>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "policy/document.h"

namespace pharmacy::policy {
namespace {

struct Version {
  std::int64_t version;
  std::string document;

  static constexpr auto fields() {
    return std::tuple{Field{"version", &Version::version}, Field{"document", &Version::document}};
  }
};

Version version_on(db::Database& database, Date day) {
  auto found = database.row<Version>(
      "SELECT version, document FROM policy WHERE effective_on <= ?1"
      " ORDER BY effective_on DESC, version DESC LIMIT 1",
      day);
  if (!found) throw Error(Errc::damaged, _("the store has no policy for this day"));
  return std::move(*found);
}

// An import asks for the policy of every receipt, and the document hardly ever changes.
const Policy& parsed(const Version& version) {
  thread_local std::string document;
  thread_local Policy policy;
  if (document != version.document || document.empty()) {
    policy = parse_document(version.document, fmt::format("policy {}", version.version));
    document = version.document;
  }
  return policy;
}

}  // namespace

Policy policy_on(db::Database& database, Date day) {
  const Version version = version_on(database, day);
  Policy policy = parsed(version);
  policy.version = version.version;
  return policy;
}

std::string policy_document(db::Database& database, Date day) {
  return version_on(database, day).document;
}

}  // namespace pharmacy::policy
