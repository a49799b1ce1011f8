#include "base/mask.h"

#include "base/utf8.h"

namespace pharmacy {

void mask_text(std::optional<std::string>& text) {
  if (text && !text->empty()) *text = text->substr(0, code_point_at(*text, 0).length) + "**";
}

}  // namespace pharmacy
