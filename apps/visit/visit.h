// visit: what happens at the counter.
#pragma once

#include "cli/frame.h"

namespace pharmacy::cli {

void define_visit(Frame& frame);

// Its verbs, one file each.
void define_buy(Frame& frame);
void define_check(Frame& frame);
void define_refund(Frame& frame);
void define_show(Frame& frame);
void define_list(Frame& frame);
void define_product(Frame& frame);
void define_product_edit(Frame& frame);  // within the one before
void define_imports(Frame& frame);
void define_references(Frame& frame);
void define_accounts(Frame& frame);
void define_counsels(Frame& frame);
void define_advice(Frame& frame);
void define_deliveries(Frame& frame);
void define_leads(Frame& frame);
void define_recalls(Frame& frame);
void define_requests(Frame& frame);

}  // namespace pharmacy::cli
