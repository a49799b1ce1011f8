#include "visit/counter.h"

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visit/identity.h"
#include "visit/scan.h"
#include "visit/talk.h"

namespace pharmacy::cli {

namespace {
enum class Next { try_again, scan_again, end_sold, end_unsold };
}  // namespace

// The payments on a line, one a word; nothing, and it is said why, where one of them is none.
static std::optional<std::vector<PaymentPart>> payments_of(Session& session,
                                                           const std::string& line) {
  std::vector<PaymentPart> parts;
  std::vector<Fault> faults;
  for (std::size_t from = 0; from < line.size();) {
    const auto end = std::min(line.find(' ', from), line.size());
    const auto word = line.substr(from, end - from);
    from = end + 1;
    if (word.empty()) continue;
    if (const auto part = parse_payment(word)) {
      parts.push_back(*part);
    } else {
      faults.push_back(payment_fault(word));
    }
  }
  if (faults.empty()) return parts;
  tell(session, Error{Errc::invalid_input, std::move(faults)});
  return std::nullopt;
}

static Next ask_payments(Session& session, NewSale& sale) {
  session.out().note(
      _("the items are kept; say how they are paid, as wechat=20.00 cash; an empty line tries the "
        "same again; - goes back to the items"));
  for (;;) {
    const auto line = ask_line(session, _("pay: "));
    if (!line) return Next::end_unsold;
    if (line->empty()) return Next::try_again;
    const auto folded = fold_width(*line);
    if (folded == "-") return Next::scan_again;
    if (auto parts = payments_of(session, folded)) {
      sale.payments = *std::move(parts);
      return Next::try_again;
    }
  }
}

// What a person does about an error in flight; rethrows what they cannot mend.
static Next mend(Session& session, NewSale& sale, const Error& error) {
  switch (error.code()) {
    case Errc::refused:
      tell(session, error);
      return ask_payments(session, sale);
    case Errc::busy:
      tell(session, error);
      return ask_line(session, _("the items are kept; press Enter to try again: "))
                 ? Next::try_again
                 : Next::end_unsold;
    case Errc::invalid_input:
    case Errc::not_found:
    case Errc::conflict:
      tell(session, error);
      session.out().note(_("the items are kept"));
      return Next::scan_again;
    default:
      throw;
  }
}

static Next try_to_sell(Session& session, NewSale& sale, const Selling& selling) {
  try {
    session.change(selling);
    return Next::end_sold;
  } catch (const Error& error) {
    return mend(session, sale, error);
  }
}

// Whether the sale may go on: where it is refused whoever buys, other items are asked for.
static bool may_ask_buyer(Session& session, NewSale& sale, const WholeSale& whole) {
  try {
    ask_buyer(session, sale, whole);
    return true;
  } catch (const Error& error) {
    if (error.code() != Errc::refused) throw;
    tell(session, error);
    session.out().note(_("the items are kept"));
    return false;
  }
}

bool sell_scanned(Session& session, NewSale& sale, const ScannedSale& how) {
  Till till{session};
  const auto given = sale.buyer;
  auto next = Next::scan_again;
  while (next == Next::scan_again) {
    if (!till.scan()) return false;
    sale.items = till.items();
    if (sale.items.empty()) return false;
    sale.buyer = given;  // whoever was asked for may not be needed any more, or was mistyped
    if (!may_ask_buyer(session, sale, how.whole)) continue;
    next = Next::try_again;
    while (next == Next::try_again) next = try_to_sell(session, sale, how.selling);
  }
  return next == Next::end_sold;
}

}  // namespace pharmacy::cli
