#include <algorithm>

#include "base/utf8.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    points.push_back(point.length > 0 ? point.value : 0xFFFD);
    at += point.length > 0 ? point.length : 1;
  }
  return points;
}

// Insertions, deletions, replacements and swaps of neighbours that make `b` of `a` (optimal
// string alignment: nothing is edited twice).
std::size_t distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> two_above(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two_above[j - 2] + 1);
      }
    }
    std::swap(two_above, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::u32string wanted = code_points(word);
  const std::size_t limit = std::max<std::size_t>(1, wanted.size() / 3);
  std::optional<std::string> best;
  std::size_t best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    const std::u32string other = code_points(candidate);
    // Lengths further apart than the limit need no table, and words of nothing in common are
    // not near, however short.
    const std::size_t longer = std::max(wanted.size(), other.size());
    if (longer - std::min(wanted.size(), other.size()) >= best_distance) continue;
    const std::size_t edits = distance(wanted, other);
    if (edits < best_distance && edits < longer) {
      best = candidate;
      best_distance = edits;
    }
  }
  return best;
}

}  // namespace pharmacy
