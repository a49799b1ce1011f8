#include "visit/visit.h"

#include "cli/i18n.h"

namespace pharmacy::cli {

void define_visit(Frame& frame) {
  frame.program("visit", _("What happens at the counter: sales, refunds and the catalog"));
  frame.noun("product", _("What the pharmacy sells"));
  frame.noun("reference", _("Tables that a check at the counter looks things up in"));
  define_buy(frame);
  define_check(frame);
  define_refund(frame);
  define_show(frame);
  define_list(frame);
  define_product(frame);
  define_imports(frame);
  define_references(frame);
  define_accounts(frame);
  define_counsels(frame);
  define_advice(frame);
  define_deliveries(frame);
  define_recalls(frame);
  define_requests(frame);
  define_leads(frame);
}

}  // namespace pharmacy::cli
