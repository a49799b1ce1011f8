#include "visits/import/texts.h"

#include <functional>
#include <limits>

#include "pharmacy/error.h"

namespace pharmacy::purchases {

std::optional<TextNumber> Texts::number(std::string_view cell) {
  if (cell.empty()) return 0;
  const std::size_t hash = std::hash<std::string_view>{}(cell);
  if (const TextNumber known = slots_[slot_of(cell, hash)]; known != 0) return known;
  const auto checked = check_(cell);
  return checked ? std::optional{add(*checked)} : std::nullopt;
}

std::size_t Texts::slot_of(std::string_view text, std::size_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const TextNumber number = slots_[slot];
    if (number == 0 || (hashes_[number] == hash && texts_[number] == text)) return slot;
  }
}

TextNumber Texts::add(std::string_view text) {
  if (text.empty()) return 0;
  const std::size_t hash = std::hash<std::string_view>{}(text);
  if (const TextNumber known = slots_[slot_of(text, hash)]; known != 0) return known;
  PHARMACY_CHECK(texts_.size() < std::numeric_limits<TextNumber>::max());
  if (texts_.size() * 2 >= slots_.size()) grow();
  const auto number = static_cast<TextNumber>(texts_.size());
  texts_.push_back(own_.emplace_back(text));
  hashes_.push_back(hash);
  slots_[slot_of(text, hash)] = number;
  return number;
}

void Texts::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (TextNumber number = 1; number < texts_.size(); ++number) {
    slots_[slot_of(texts_[number], hashes_[number])] = number;
  }
}

}  // namespace pharmacy::purchases
