#include "complaints/evidence.h"

#include <fmt/format.h>

#include "base/as_bytes.h"
#include "base/i18n.h"
#include "crypto/hash.h"
#include "pharmacy/error.h"
#include "vault/access.h"

namespace pharmacy::complaints {

static db::Bytes digest_of(std::string_view content) {
  const auto digest = crypto::digest(as_bytes(content));
  return {digest.begin(), digest.end()};
}

void put_evidence(db::Database& database, std::int64_t step, const AddEvidence& evidence) {
  const auto content = as_bytes(evidence.content);
  database.run(
      "INSERT INTO complaint_evidence (step, name, bytes, digest, content)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      step, evidence.name, static_cast<std::int64_t>(content.size()), digest_of(evidence.content),
      db::Bytes{content.begin(), content.end()});
}

}  // namespace pharmacy::complaints

namespace pharmacy {

namespace {

struct StoredEvidence {
  std::optional<std::string> name;
  std::optional<db::Bytes> content;
  db::Bytes digest;

  static constexpr auto fields() {
    return std::tuple{Field{"name", &StoredEvidence::name},
                      Field{"content", &StoredEvidence::content},
                      Field{"digest", &StoredEvidence::digest}};
  }
};

}  // namespace

Evidence get_evidence(Reading& reading, ComplaintId id, std::int64_t step) {
  get_complaint(reading, id);  // asks for the permission, and whether her file is in use
  const auto stored = vault::database(reading).row<StoredEvidence>(
      "SELECT e.name, e.content, e.digest FROM complaint_evidence e"
      " JOIN complaint_step s ON s.id = e.step WHERE e.step = ?1 AND s.complaint = ?2",
      step, id);
  const std::string number = to_string(id);
  vault::shown(reading).note(fmt::format("evidence {}", step));
  if (!stored || !stored->content) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(stored ? _("evidence {step} of {number} went with the"
                                                    " person")
                                                : _("{number} has no evidence {step}")),
                            fmt::arg("number", number), fmt::arg("step", step)),
                fmt::format(fmt::runtime(_("see what it has with: complain show {}")), number));
  }
  std::string content{stored->content->begin(), stored->content->end()};
  if (complaints::digest_of(content) != stored->digest) {
    throw Error(Errc::damaged,
                fmt::format(fmt::runtime(_("evidence {step} of {number} is not what was stored")),
                            fmt::arg("step", step), fmt::arg("number", number)),
                _("put the store back from a backup: store restore"));
  }
  return {.name = stored->name.value_or(""), .content = std::move(content)};
}

}  // namespace pharmacy
