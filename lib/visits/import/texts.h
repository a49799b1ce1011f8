// Texts that repeat down a column, each kept once and known by a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::purchases {

// 0 is the empty text; the others are numbered from 1 in the order of their coming.
using TextNumber = std::uint32_t;

class Texts {
 public:
  // A cell as it is to be kept; nullopt where it is not acceptable. Must give back its own
  // results unchanged: so a cell that is known already needs no check.
  using Check = std::optional<std::string> (*)(std::string_view cell);

  explicit Texts(Check check) : check_{check} {}

  // The number of the cell's text; nullopt where the check refuses it.
  std::optional<TextNumber> number(std::string_view cell);
  [[nodiscard]] std::string_view operator[](TextNumber number) const { return texts_[number]; }
  // How many there are, the empty one included.
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  [[nodiscard]] std::size_t slot_of(std::string_view text, std::size_t hash) const;
  TextNumber add(std::string_view text);
  void grow();

  Check check_;
  std::vector<std::string_view> texts_{""};
  std::vector<std::size_t> hashes_{0};
  std::deque<std::string> own_;
  // Open addressing: the numbers by their hash, 0 where a slot is free. A power of 2 of slots, at
  // most half of them used.
  std::vector<TextNumber> slots_ = std::vector<TextNumber>(64);
};

}  // namespace pharmacy::purchases
