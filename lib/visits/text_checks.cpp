#include "visits/text_checks.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/catalog.h"
#include "pharmacy/text.h"

namespace pharmacy::visits {

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

std::optional<std::string> kept_code(std::string_view text) {
  const auto kept = normalise(text);
  if (!kept) return std::nullopt;
  auto folded = normalise(fold_width(*kept));
  if (!folded || folded->size() > product_code_max) return std::nullopt;
  return folded;
}

std::string checked_code(std::vector<Fault>& faults, std::string_view text) {
  const auto kept = kept_code(text);
  return checked_text(faults, _("product code"), kept ? std::string_view{*kept} : text,
                      product_code_max);
}

void check_price(std::vector<Fault>& faults, UnitPrice price) {
  if (price < UnitPrice{0}) {
    faults.push_back({fmt::format(fmt::runtime(_("not a price: {}")), to_string(price)),
                      _("a price is 0 or more")});
  } else if (price > unit_price_max) {
    faults.push_back({fmt::format(fmt::runtime(_("too high a price: {}")), to_string(price)),
                      fmt::format(fmt::runtime(_("give at most {}")), to_string(unit_price_max))});
  }
}

void check_limit(std::size_t limit, std::size_t most) {
  if (limit >= 1 && limit <= most) return;
  throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("not a limit: {}")), limit),
              fmt::format(fmt::runtime(_("give 1 to {}")), most));
}

}  // namespace pharmacy::visits
