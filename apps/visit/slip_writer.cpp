#include "visit/slip_writer.h"

#include <algorithm>

#include "pharmacy/text.h"

namespace pharmacy::cli {

void SlipWriter::pair(const std::string& left, const std::string& right) {
  const auto taken = width(left) + width(right);
  if (taken + 1 <= form_.columns) {
    text_ += left + std::string(form_.columns - taken, ' ') + right + '\n';
    return;
  }
  lines(left);
  text_ += std::string(form_.columns - std::min(form_.columns, width(right)), ' ') + right + '\n';
}

void SlipWriter::lines(const std::string& text) { lines_within(0, text); }

void SlipWriter::lines_within(std::size_t margin, const std::string& text) {
  for (const auto& part : broken(text, form_.columns - margin))
    text_ += std::string(margin, ' ') + part + '\n';
}

std::size_t SlipWriter::width(const std::string& text) const {
  if (form_.paper == Paper::screen) return display_width(text);
  std::size_t columns = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) ++columns;
    if (byte >= 0xC0) columns += 2;  // the first byte of a character
  }
  return columns;
}

// Broken earlier where the paper has less room for it than a screen.
std::vector<std::string> SlipWriter::broken(const std::string& text, std::size_t columns) const {
  const auto fit = [&](const std::vector<std::string>& parts) {
    return std::ranges::all_of(parts,
                               [&](const std::string& part) { return width(part) <= columns; });
  };
  auto parts = wrap(text, columns);
  for (auto narrower = columns - 1; narrower > 1 && !fit(parts); --narrower)
    parts = wrap(text, narrower);
  return parts;
}

}  // namespace pharmacy::cli
