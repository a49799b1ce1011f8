#include "visits/catalog/reference_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/text.h"
#include "visits/catalog/product_facts.h"
#include "visits/catalog/substances.h"

namespace pharmacy::visits {

namespace {

// As they are searched.
constexpr std::array severity_words{std::pair{"禁忌", InteractionSeverity::contraindicated},
                                    std::pair{"禁用", InteractionSeverity::contraindicated},
                                    std::pair{"严重", InteractionSeverity::major},
                                    std::pair{"重度", InteractionSeverity::major},
                                    std::pair{"中等", InteractionSeverity::moderate},
                                    std::pair{"中度", InteractionSeverity::moderate},
                                    std::pair{"轻微", InteractionSeverity::minor},
                                    std::pair{"轻度", InteractionSeverity::minor}};

std::optional<InteractionSeverity> severity_in(std::string_view cell) {
  const std::string word = fold(cell);
  for (const auto& [known, severity] : severity_words) {
    if (word == known) return severity;
  }
  return from_word<InteractionSeverity>(word);
}

}  // namespace

void ReferenceTable::notice(const char* kind, std::string subject, std::string text) {
  notices_.push_back(
      {.kind = kind, .subject = std::move(subject), .text = std::move(text), .count = 1});
}

void ReferenceCells::fail(std::size_t field, const char* format) {
  faults_.push_back(
      {sheet_.column(field), fmt::format(fmt::runtime(format), for_terminal(sheet_.cell(field)))});
}

std::optional<std::string> ReferenceCells::text(std::size_t field, std::size_t longest) {
  const auto cell = sheet_.cell(field);
  if (cell.empty()) return std::nullopt;
  auto kept = normalise(on_one_line(cell));
  if (kept && !kept->empty() && kept->size() <= longest) return kept;
  fail(field, _("{} is too long, or not a text that can be kept"));
  return std::nullopt;
}

std::optional<std::string> ReferenceCells::atc(std::size_t field) {
  const auto cell = sheet_.cell(field);
  if (cell.empty()) return std::nullopt;
  auto code = kept_atc(cell);
  if (!code) fail(field, _("{} is not an ATC code"));
  return code;
}

std::optional<std::string> ReferenceCells::substance(std::size_t field) {
  const auto name = text(field, product_ingredient_max);
  if (!name) return std::nullopt;
  auto key = substance_key(*name);
  if (!key) fail(field, _("{} is too long, or not a text that can be kept"));
  return key;
}

InteractionSeverity ReferenceCells::severity(std::size_t field) {
  const auto cell = sheet_.cell(field);
  if (const auto severity = severity_in(cell)) return *severity;
  faults_.push_back(
      {sheet_.column(field), fmt::format(fmt::runtime(_("{0} is none of {1}")), for_terminal(cell),
                                         fmt::join(words_of<InteractionSeverity>(), ", "))});
  return InteractionSeverity::contraindicated;
}

void add_text(crypto::Hasher& hasher, const std::optional<std::string>& text) {
  hasher.add(text ? std::to_string(text->size()) : std::string{"-"}).add(":");
  if (text) hasher.add(*text);
}

}  // namespace pharmacy::visits
