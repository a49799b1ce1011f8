#include "visit/slip.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static constexpr std::size_t width = 48;

// Both on one line where they fit, else the right one on a line of its own.
static std::string pair_line(const std::string& left, const std::string& right) {
  const auto taken = display_width(left) + display_width(right);
  if (taken + 1 <= width) return left + std::string(width - taken, ' ') + right + '\n';
  const auto indent = width - std::min(width, display_width(right));
  return left + '\n' + std::string(indent, ' ') + right + '\n';
}

static std::string rule() { return std::string(width, '-') + '\n'; }

static std::string head(const Receipt& receipt, const Zone& zone, Standing standing) {
  const auto title = receipt.kind == ReceiptKind::sale ? _("Receipt {}") : _("Refund {}");
  const auto number =
      standing == Standing::recorded ? to_string(receipt.id) : std::string{_("(dry run)")};
  std::string text =
      pair_line(fmt::format(fmt::runtime(title), number), to_minute_string(receipt.at, zone));
  text += pair_line(receipt.member
                        ? fmt::format(fmt::runtime(_("Member {}")), to_string(*receipt.member))
                        : std::string{_("No member")},
                    for_terminal(receipt.staff));
  if (receipt.refund_of) {
    text +=
        fmt::format(fmt::runtime(_("Takes back receipt {}")), to_string(*receipt.refund_of)) + '\n';
  }
  return text;
}

static std::string item(const ReceiptLine& line) {
  std::string text;
  for (const auto& part : wrap(for_terminal(line.name), width)) text += part + '\n';
  std::string counted = "  " + to_string(line.quantity);
  if (line.unit_price) counted += " × " + to_string(*line.unit_price);
  if (line.batch) counted += "  #" + for_terminal(*line.batch);
  return text + pair_line(counted, to_string(line.amount));
}

static std::string purse_lines(const Receipt& receipt, const PointsBalance& purse) {
  const bool refund = receipt.kind == ReceiptKind::refund;
  const Points moved = refund ? -receipt.earned : receipt.earned;
  std::string text =
      pair_line(refund ? _("Points taken back") : _("Points earned"), to_string(moved));
  text += pair_line(_("Points balance"), to_string(purse.balance));
  if (purse.next_expiry) {
    text +=
        pair_line(fmt::format(fmt::runtime(_("of which end on {}")), to_string(*purse.next_expiry)),
                  to_string(purse.expiring));
  }
  return text;
}

std::string slip(const FullReceipt& full, const std::optional<PointsBalance>& purse,
                 const Zone& zone, Standing standing) {
  const auto& receipt = full.receipt;
  std::string text = head(receipt, zone, standing) + rule();
  Money before_discount;
  for (const auto& line : full.lines) {
    text += item(line);
    before_discount += line.list_amount;
  }
  text += rule();
  if (before_discount != receipt.amount) {
    text += pair_line(_("Discount"), to_string(receipt.amount - before_discount));
  }
  text += pair_line(receipt.kind == ReceiptKind::sale ? _("Total") : _("Paid back"),
                    to_string(receipt.amount));
  for (const auto& payment : full.payments) {
    text += pair_line("  " + word_label(to_word(payment.kind)), to_string(payment.amount));
  }
  if (purse) text += rule() + purse_lines(receipt, *purse);
  return text;
}

}  // namespace pharmacy::cli
