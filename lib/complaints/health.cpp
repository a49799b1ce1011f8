#include "complaints/health.h"

#include <fmt/format.h>

#include <array>

#include "base/as_bytes.h"
#include "base/i18n.h"
#include "complaints/safety/details.h"
#include "complaints/safety/reactions.h"
#include "pharmacy/complaints.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy::complaints {

// How long it is tells little: what is sealed is a multiple of this many bytes.
static constexpr std::size_t health_block = 256;

std::string filled_up(std::string written) {
  written.resize((written.size() / health_block + 1) * health_block, '\0');
  return written;
}

SealedHealth seal_health(Transaction& tx, std::string_view written) {
  const auto seal = vault::health_seal(tx);
  return {.epoch = seal.epoch, .sealed = crypto::seal_to(seal.key, as_bytes(written))};
}

std::optional<std::string> open_health(Reading& reading, const SealedHealth& stored) {
  if (!vault::may_read_health(reading)) return std::nullopt;
  const auto keys = vault::health_key(reading, static_cast<std::uint16_t>(stored.epoch));
  if (!keys) return std::nullopt;
  std::vector<unsigned char> plain(stored.sealed.size() - crypto::box_overhead);
  if (!crypto::open_sealed_to(*keys, stored.sealed, plain)) return std::string{};
  return std::string{reinterpret_cast<const char*>(plain.data()), plain.size()};
}

std::string written_health(ComplaintId id, std::string_view text) {
  return filled_up(fmt::format("pharmacy-complaint-1\ncomplaint={}\n{}", to_string(id), text));
}

std::optional<std::string> read_health(ComplaintId id, std::string_view written) {
  const std::string head = fmt::format("pharmacy-complaint-1\ncomplaint={}\n", to_string(id));
  if (!written.starts_with(head)) return std::nullopt;
  std::string_view text = written.substr(head.size());
  text = text.substr(0, text.find('\0'));
  // Only what written_health() writes, nothing behind; whoever has the public key can seal
  // anything.
  const bool is_kept = !text.empty() && text.size() <= complaint_health_max &&
                       normalise_lines(text) == text && written_health(id, text) == written;
  return is_kept ? std::optional{std::string{text}} : std::nullopt;
}

void put_health(Transaction& tx, ComplaintId id, std::string_view text) {
  const SealedHealth health = seal_health(tx, written_health(id, text));
  vault::database(tx).run(
      "INSERT INTO complaint_health (complaint, epoch, sealed) VALUES (?1, ?2, ?3)", id,
      health.epoch, health.sealed);
}

}  // namespace pharmacy::complaints

namespace pharmacy {

// nullopt where the actor has no key to it. Throws damaged.
static std::optional<std::string> text_about_health(Reading& reading, ComplaintId id) {
  const auto stored = vault::database(reading).row<complaints::SealedHealth>(
      "SELECT epoch, sealed FROM complaint_health WHERE complaint = ?1", id);
  if (!stored) return std::nullopt;
  const auto written = complaints::open_health(reading, *stored);
  if (!written) return std::nullopt;
  auto text = complaints::read_health(id, *written);
  vault::notes(reading, "health of complaint", std::array{id});
  if (text) return text;
  throw Error(Errc::damaged,
              fmt::format(fmt::runtime(_("what complaint {} tells of health does not open")),
                          to_string(id)),
              _("put the store back from a backup: store restore"));
}

std::optional<std::string> complaint_health(Reading& reading, ComplaintId id) {
  get_complaint(reading, id);  // asks for the permission, and whether her file is in use
  return text_about_health(reading, id);
}

namespace {

struct Hers {
  ComplaintId id;
  bool has_text;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Hers::id}, Field{"has_text", &Hers::has_text}};
  }
};

}  // namespace

std::vector<HealthInComplaint> health_in_complaints(Reading& reading, MemberId member) {
  vault::require(reading, vault::Permission::answer_rights);
  vault::shows(reading, member);
  std::vector<HealthInComplaint> all;
  for (const auto& [id, has_text] : vault::database(reading).rows<Hers>(
           "SELECT c.id, h.complaint IS NOT NULL FROM complaint c"
           " LEFT JOIN complaint_health h ON h.complaint = c.id WHERE c.member = ?1 ORDER BY c.id",
           member)) {
    if (has_text) all.push_back({.id = id, .fact = "told", .text = text_about_health(reading, id)});
    for (const auto& told : complaints::stored_details(reading, id)) {
      if (!told) {
        all.push_back({.id = id, .fact = "told", .text = {}});
        continue;
      }
      for (auto& [fact, text] : complaints::named_details(*told))
        all.push_back({.id = id, .fact = std::move(fact), .text = std::move(text)});
    }
  }
  return all;
}

}  // namespace pharmacy
