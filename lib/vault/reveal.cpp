#include "vault/reveal.h"

#include <string>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"

namespace pharmacy::vault {

static void check_reveal_reason(std::string_view reason) {
  constexpr std::string_view other = "other:";
  constexpr std::size_t longest = 200;  // bytes
  for (const char* known : {"call", "deliver", "verify"}) {
    if (reason == known) return;
  }
  if (reason.starts_with(other) && reason.size() > other.size() &&
      reason.size() <= other.size() + longest && normalise(reason)) {
    return;
  }
  throw Error(Errc::invalid_input, _("to see this whole takes a reason"),
              _("use --reason with call, deliver, verify, or other:TEXT"));
}

void begin_reveal(Reading& reading, std::optional<std::string_view> field,
                  std::string_view reason) {
  if (!field && reason.empty()) return;
  if (!field) {
    throw Error(Errc::invalid_input, _("a reason goes with something to reveal"),
                _("use --reveal phone"));
  }
  check_reveal_reason(reason);
  require(reading, Permission::reveal);
  require_trained(reading);
  shown(reading).note(std::string{*field} + ' ' + std::string{reason});
}

}  // namespace pharmacy::vault
