#include "visit/receipt_output.h"

namespace pharmacy::cli {

void print_receipt(Output& out, const FullReceipt& receipt) {
  out.report("receipt", to_table(std::vector{receipt.receipt}),
             {list_section("lines", receipt.lines), list_section("payments", receipt.payments)});
}

}  // namespace pharmacy::cli
