// A refund is corrected by selling again what it took back.
#pragma once

#include <string>

#include "pharmacy/visits.h"

namespace pharmacy::cli {

// The command that sells the lines of the refund for what was paid back, in the same kinds.
std::string command_to_sell_again(const FullReceipt& refund);

}  // namespace pharmacy::cli
