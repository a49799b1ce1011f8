// Texts for whoever may not see them whole; of phones see base/phone.h.
#pragma once

#include <optional>
#include <string>

namespace pharmacy {

// "张伟" as "张**": its length is nobody's business either. Empty and absent text stays so.
void mask_text(std::optional<std::string>& text);

}  // namespace pharmacy
