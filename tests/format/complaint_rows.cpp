#include "format/complaint_rows.h"

#include <fmt/format.h>

#include "complaints/health.h"
#include "complaints/safety/details.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

std::string words_of(const ReactionDetails& details) {
  std::string words = "reaction";
  const auto say = [&words](const char* name, const std::optional<std::string>& value) {
    if (value) words += fmt::format(" {}={}", name, shown(*value));
  };
  const auto say_word = [&words](const char* name, const auto& value) {
    if (value) words += fmt::format(" {}={}", name, to_word(*value));
  };
  const auto say_number = [&words](const char* name, std::optional<std::int64_t> value) {
    if (value) words += fmt::format(" {}={}", name, *value);
  };
  say("name", details.name);
  say("course", details.course);
  say("treatment", details.treatment);
  say("result", details.result);
  say("dosage", details.dosage);
  say("taken_for", details.taken_for);
  say("other_drugs", details.other_drugs);
  say("history", details.history);
  say_word("sex", details.sex);
  say_number("age", details.age);
  if (details.weight) say_number("weight", details.weight->count());
  say_word("better_when_stopped", details.better_when_stopped);
  say_word("again_when_taken", details.again_when_taken);
  return words;
}

struct SealedPlace {
  std::int64_t reaction;
  ComplaintId complaint;

  static constexpr auto fields() {
    return std::tuple{Field{"reaction", &SealedPlace::reaction},
                      Field{"complaint", &SealedPlace::complaint}};
  }
};

}  // namespace

Verdicts verdicts_on_complaints(Reading& reading) {
  auto& db = vault::database(reading);
  Verdicts verdicts;
  for (const ComplaintId id : db.values<ComplaintId>("SELECT complaint FROM complaint_health")) {
    auto& verdict = verdicts[fmt::format("complaint-{}", id.number())];
    const auto row = db.row<complaints::SealedHealth>(
        "SELECT epoch, sealed FROM complaint_health WHERE complaint = ?1", id);
    const auto written = complaints::open_health(reading, row.value());
    const auto text = written ? complaints::read_health(id, *written) : std::nullopt;
    verdict = !written ? "complaint closed"
              : !text  ? "complaint damaged"
                       : "complaint text=" + shown(*text);
  }
  for (const auto& [reaction, complaint] :
       db.rows<SealedPlace>("SELECT h.reaction, r.complaint FROM adverse_reaction_health h"
                            " JOIN adverse_reaction r ON r.id = h.reaction")) {
    auto& verdict = verdicts[fmt::format("reaction-{}", reaction)];
    const auto row = db.row<complaints::SealedHealth>(
        "SELECT epoch, sealed FROM adverse_reaction_health WHERE reaction = ?1", reaction);
    const auto written = complaints::open_health(reading, row.value());
    const auto details =
        written ? complaints::read_details({.complaint = complaint, .reaction = reaction}, *written)
                : std::nullopt;
    verdict = !written ? "reaction closed" : !details ? "reaction damaged" : words_of(*details);
  }
  return verdicts;
}

}  // namespace pharmacy::test
