#include <fmt/format.h>

#include "cli/i18n.h"
#include "visit/items.h"
#include "visit/receipt_output.h"
#include "visit/slip.h"
#include "visit/visit.h"

namespace pharmacy::cli {

static void take_back(Transaction& tx, Output& out, const NewRefund& refund) {
  const auto id = add_refund(tx, refund);
  const auto receipt = get_receipt(tx, id);
  print_receipt(out, receipt);
  std::optional<PointsBalance> purse;
  if (const auto member = receipt.receipt.member) {
    purse = points_balance(tx, *member, tx.today());
  }
  out.text(slip(receipt, purse, tx.zone()));
  // A refund is undone by selling again: there is no command that says it all.
  out.changed(
      fmt::format(fmt::runtime(_("took back {amount} of receipt {sale}: refund {id}")),
                  fmt::arg("amount", to_string(receipt.receipt.amount)),
                  fmt::arg("sale", to_string(refund.receipt)), fmt::arg("id", to_string(id))),
      {});
}

void define_refund(Frame& frame) {
  CLI::App& cmd = frame.command(
      "refund", _("Take a sale back, whole or in part"),
      {"visit refund 12 --all --reason typing", "visit refund 12 1 2=0.5 --reason quality"});
  auto refund = std::make_shared<NewRefund>();
  frame.option(cmd, "receipt", refund->receipt, _("Number of the sale's receipt"))->required();
  frame.option(cmd, "line", refund->items,
               _("LINE[=QUANTITY] of the receipt; what is left of the line without a quantity"));
  frame.option(cmd, "--all", refund->all, _("All that is left of the receipt"));
  frame.option(cmd, "--reason", refund->reason, _("quality, recall, typing, or other words"))
      ->required();
  frame.on_write(cmd, [refund](Transaction& tx, Output& out) { take_back(tx, out, *refund); });
}

}  // namespace pharmacy::cli
