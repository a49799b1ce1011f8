// The report on an adverse reaction, as far as the store knows it.
#include <fmt/format.h>

#include "base/i18n.h"
#include "complaints/health.h"
#include "complaints/safety/details.h"
#include "complaints/safety/reactions.h"
#include "complaints/safety/register.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

std::vector<SuspectFacts> facts_of_suspects(Reading& reading, const Complaint& complaint,
                                            std::int64_t reaction) {
  auto suspects = complaints::suspects_of(vault::database(reading), reaction);
  if (complaint.code)
    suspects.insert(suspects.begin(), {.product = *complaint.code, .batch = complaint.batch});
  std::vector<SuspectFacts> all;
  for (const auto& [code, batch] : suspects) {
    const Product product = get_product(reading, code);
    all.push_back({.code = product.code,
                   .name = product.name,
                   .generic_name = product.generic_name,
                   .form = product.form,
                   .strength = product.strength,
                   .maker = product.maker,
                   .approval = product.approval,
                   .batch = batch});
  }
  return all;
}

struct SealedDetails {
  std::int64_t reaction;
  std::int64_t epoch;
  db::Bytes sealed;

  static constexpr auto fields() {
    return std::tuple{Field{"reaction", &SealedDetails::reaction},
                      Field{"epoch", &SealedDetails::epoch},
                      Field{"sealed", &SealedDetails::sealed}};
  }
};

}  // namespace

std::vector<std::optional<ReactionDetails>> complaints::stored_details(Reading& reading,
                                                                       ComplaintId id) {
  std::vector<std::optional<ReactionDetails>> all;
  for (const auto& [reaction, epoch, sealed] : vault::database(reading).rows<SealedDetails>(
           "SELECT h.reaction, h.epoch, h.sealed FROM adverse_reaction_health h"
           " JOIN adverse_reaction r ON r.id = h.reaction WHERE r.complaint = ?1 ORDER BY r.id",
           id)) {
    const auto written = complaints::open_health(reading, {.epoch = epoch, .sealed = sealed});
    if (!written) {
      all.emplace_back();
      continue;
    }
    all.push_back(read_details({.complaint = id, .reaction = reaction}, *written));
    if (!all.back()) {
      throw Error(Errc::damaged,
                  fmt::format(fmt::runtime(_("what complaint {} tells of health does not open")),
                              to_string(id)),
                  _("put the store back from a backup: store restore"));
    }
  }
  return all;
}

ReactionForm reaction_form(Reading& reading, ComplaintId id, const Reveal& reveal) {
  vault::require(reading, vault::Permission::handle_reactions);
  vault::require_health_key(reading);
  complaints::require_reaction(reading, id);
  ReactionForm form{.complaint = get_complaint(reading, id, reveal),
                    .patient = {},
                    .reaction = complaints::stored_reaction(reading, id),
                    .suspects = {},
                    .details = {},
                    .told = complaint_health(reading, id)};
  if (form.complaint.origin != ComplaintOrigin::staff || form.complaint.member)
    form.patient = form.complaint.name;
  const auto judged = complaints::last_judged(vault::database(reading), id);
  if (!judged) complaints::throw_unjudged(id);
  form.suspects = facts_of_suspects(reading, form.complaint, judged->id);
  for (const auto& told : complaints::stored_details(reading, id)) {
    if (told) complaints::put_over(form.details, *told);
    form.unreadable += told ? 0 : 1;
  }
  return form;
}

}  // namespace pharmacy
