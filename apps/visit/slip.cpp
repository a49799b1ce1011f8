#include "visit/slip.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

// Lines of a slip, each of its width.
class Writer {
 public:
  explicit Writer(const SlipForm& form) : form_{form} {}

  // Both on one line where they fit, else the right one on a line of its own.
  void pair(const std::string& left, const std::string& right) {
    const auto taken = width(left) + width(right);
    if (taken + 1 <= form_.columns) {
      text_ += left + std::string(form_.columns - taken, ' ') + right + '\n';
      return;
    }
    lines(left);
    text_ += std::string(form_.columns - std::min(form_.columns, width(right)), ' ') + right + '\n';
  }
  void lines(const std::string& text) {
    // Broken earlier where the paper has less room for it than a screen.
    auto parts = wrap(text, form_.columns);
    for (auto columns = form_.columns - 1; columns > 1 && !fit(parts); --columns) {
      parts = wrap(text, columns);
    }
    for (const auto& part : parts) text_ += part + '\n';
  }
  void rule() { text_ += std::string(form_.columns, '-') + '\n'; }

  // Between quantity and price.
  [[nodiscard]] const char* times() const { return form_.paper == Paper::printer ? " x " : " × "; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  [[nodiscard]] std::size_t width(const std::string& text) const {
    if (form_.paper == Paper::screen) return display_width(text);
    std::size_t columns = 0;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) ++columns;
      if (byte >= 0xC0) columns += 2;  // the first byte of a character
    }
    return columns;
  }

  [[nodiscard]] bool fit(const std::vector<std::string>& parts) const {
    return std::ranges::all_of(
        parts, [&](const std::string& part) { return width(part) <= form_.columns; });
  }

  SlipForm form_;
  std::string text_;
};

void head(Writer& out, const Receipt& receipt, const Zone& zone, Standing standing) {
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

void item(Writer& out, const ReceiptLine& line) {
  out.lines(for_terminal(line.name));
  std::string counted = "  " + to_string(line.quantity);
  if (line.unit_price) counted += out.times() + to_string(*line.unit_price);
  if (line.batch) counted += "  #" + for_terminal(*line.batch);
  out.pair(counted, to_string(line.amount));
}

void purse_lines(Writer& out, const Receipt& receipt, const PointsBalance& purse) {
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
  Writer out{form};
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
