#include "base/checked_text.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/text.h"

namespace pharmacy {

static constexpr std::size_t shown_columns = 60;  // of a text in a message

// What is left of it where that can be kept.
static std::string accepted(std::vector<Fault>& faults, const char* what,
                            std::optional<std::string> kept, std::size_t longest) {
  if (kept && !kept->empty() && kept->size() <= longest) return *kept;
  // What is not even text is not repeated to the terminal.
  faults.push_back(
      {kept ? fmt::format(fmt::runtime(_("{what}: not acceptable: \"{text}\"")),
                          fmt::arg("what", what),
                          fmt::arg("text", cut_to_width(for_terminal(*kept), shown_columns)))
            : fmt::format(fmt::runtime(_("{what}: not valid text")), fmt::arg("what", what)),
       fmt::format(fmt::runtime(_("give 1 to {} bytes of UTF-8 without control characters")),
                   longest)});
  return {};
}

std::string checked_text(std::vector<Fault>& faults, const char* what, std::string_view text,
                         std::size_t longest) {
  return accepted(faults, what, normalise(text), longest);
}

std::string checked_lines(std::vector<Fault>& faults, const char* what, std::string_view text,
                          std::size_t longest) {
  return accepted(faults, what, normalise_lines(text), longest);
}

std::optional<std::string> checked_text(std::vector<Fault>& faults, const char* what,
                                        const std::optional<std::string>& text,
                                        std::size_t longest) {
  if (!text) return std::nullopt;
  return checked_text(faults, what, std::string_view{*text}, longest);
}

void check_limit(std::size_t limit, std::size_t most) {
  if (limit >= 1 && limit <= most) return;
  throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("not a limit: {}")), limit),
              fmt::format(fmt::runtime(_("give 1 to {}")), most));
}

}  // namespace pharmacy
