#include "base/utf8.h"
#include "pharmacy/text.h"

namespace pharmacy {

std::string fold_width(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (point.value >= 0xFF01 && point.value <= 0xFF5E) {
      folded.push_back(static_cast<char>(point.value - 0xFF01 + '!'));
    } else if (point.value == 0x3000) {
      folded.push_back(' ');
    } else {
      folded.append(text.substr(at, point.length > 0 ? point.length : 1));
    }
    at += point.length > 0 ? point.length : 1;
  }
  return folded;
}

}  // namespace pharmacy
