#include "visit/slip.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "pharmacy/text.h"
#include "visit/slip_writer.h"

namespace pharmacy::cli {
namespace {

void head(SlipWriter& out, const Receipt& receipt, const Zone& zone, Standing standing) {
  const auto title = receipt.kind == ReceiptKind::sale ? _("Receipt {}") : _("Refund {}");
  const auto number =
      standing == Standing::recorded ? to_string(receipt.id) : std::string{_("(dry run)")};
  out.pair(fmt::format(fmt::runtime(title), number), to_minute_string(receipt.at, zone));
  out.pair(receipt.member ? fmt::format(fmt::runtime(_("Member {}")), to_string(*receipt.member))
                          : std::string{_("No member")},
           for_terminal(receipt.staff));
  if (receipt.refund_of) {
    out.lines(fmt::format(fmt::runtime(_("Takes back receipt {}")), to_string(*receipt.refund_of)));
  }
  if (receipt.pharmacist && receipt.pharmacist != receipt.staff) {
    out.lines(fmt::format(fmt::runtime(_("Pharmacist {}")), for_terminal(*receipt.pharmacist)));
  }
  if (receipt.prescription) {
    out.lines(fmt::format(fmt::runtime(_("Prescription {}")), for_terminal(*receipt.prescription)));
  }
}

void item(SlipWriter& out, const ReceiptLine& line) {
  out.lines(for_terminal(line.name));
  std::string counted = "  " + to_string(line.quantity);
  if (line.unit_price) counted += out.times() + to_string(*line.unit_price);
  if (line.batch) counted += "  #" + for_terminal(*line.batch);
  out.pair(counted, to_string(line.amount));
}

void purse_lines(SlipWriter& out, const Receipt& receipt, const PointsBalance& purse) {
  const bool refund = receipt.kind == ReceiptKind::refund;
  const Points moved = refund ? -receipt.earned : receipt.earned;
  out.pair(refund ? _("Points taken back") : _("Points earned"), to_string(moved));
  out.pair(_("Points balance"), to_string(purse.balance));
  if (purse.next_expiry) {
    out.pair(fmt::format(fmt::runtime(_("of which end on {}")), to_string(*purse.next_expiry)),
             to_string(purse.expiring));
  }
}

}  // namespace

std::string slip(const FullReceipt& full, const std::optional<PointsBalance>& purse,
                 const Zone& zone, Standing standing, const SlipForm& form) {
  const auto& receipt = full.receipt;
  SlipWriter out{form};
  head(out, receipt, zone, standing);
  out.rule();
  Money before_discount;
  for (const auto& line : full.lines) {
    item(out, line);
    before_discount += line.list_amount;
  }
  out.rule();
  if (before_discount != receipt.amount) {
    out.pair(_("Discount"), to_string(receipt.amount - before_discount));
  }
  out.pair(receipt.kind == ReceiptKind::sale ? _("Total") : _("Paid back"),
           to_string(receipt.amount));
  for (const auto& payment : full.payments) {
    out.pair("  " + word_label(to_word(payment.kind)), to_string(payment.amount));
  }
  if (purse) {
    out.rule();
    purse_lines(out, receipt, *purse);
  }
  return out.take();
}

}  // namespace pharmacy::cli
