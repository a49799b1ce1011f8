// What speaks against medicines that are counselled on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pharmacy/counter_check.h"

namespace pharmacy::visits {

// What check_products() says of these, and to whoever reads the member's notes those of them that
// work badly with her, or that she does not bear. The gravest first.
std::vector<CounterAlert> counsel_alerts(Reading& reading, std::optional<MemberId> member,
                                         const std::vector<std::string>& codes);

}  // namespace pharmacy::visits
