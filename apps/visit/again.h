// A refund is corrected by selling again what it took back.
#pragma once

#include <string>

#include "pharmacy/visits.h"

namespace pharmacy::cli {

// The command that makes the sale.
std::string command_to_sell(const NewSale& sale);

}  // namespace pharmacy::cli
