#include "visits/catalog/reference_table.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/text.h"
#include "visits/catalog/product_facts.h"
#include "visits/catalog/substances.h"

namespace pharmacy::visits {

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

void add_text(crypto::Hasher& hasher, const std::optional<std::string>& text) {
  hasher.add(text ? std::to_string(text->size()) : std::string{"-"}).add(":");
  if (text) hasher.add(*text);
}

}  // namespace pharmacy::visits
