#include "base/checked_text.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/text.h"

namespace pharmacy {

std::string checked_text(std::vector<Fault>& faults, const char* what, std::string_view text,
                         std::size_t longest) {
  auto kept = normalise(text);
  if (kept && !kept->empty() && kept->size() <= longest) return *kept;
  // What is not even text is not repeated to the terminal.
  faults.push_back(
      {kept ? fmt::format(fmt::runtime(_("{what}: not acceptable: \"{text}\"")),
                          fmt::arg("what", what), fmt::arg("text", for_terminal(*kept)))
            : fmt::format(fmt::runtime(_("{what}: not valid text")), fmt::arg("what", what)),
       fmt::format(fmt::runtime(_("give 1 to {} bytes of UTF-8 without control characters")),
                   longest)});
  return {};
}

std::optional<std::string> checked_text(std::vector<Fault>& faults, const char* what,
                                        const std::optional<std::string>& text,
                                        std::size_t longest) {
  if (!text) return std::nullopt;
  return checked_text(faults, what, std::string_view{*text}, longest);
}

}  // namespace pharmacy
