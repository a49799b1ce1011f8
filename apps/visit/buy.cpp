#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "visit/items.h"
#include "visit/receipt_output.h"
#include "visit/scan.h"
#include "visit/slip.h"
#include "visit/visit.h"

namespace pharmacy::cli {

namespace {

struct Asked {
  std::string member;
  std::vector<SaleItem> items;
  ItemOptions by_options;
  NewSale sale;
};

}  // namespace

// "-" is a customer who is no member.
static std::optional<MemberId> buyer(Reading& reading, const std::string& text) {
  if (text == "-") return std::nullopt;
  return get_member_id(reading, text);
}

static void sell(Transaction& tx, Output& out, const Asked& asked) {
  NewSale sale = asked.sale;
  sale.member = buyer(tx, asked.member);
  EarnedPoints earned;
  const auto id = add_sale(tx, sale, &earned);
  const auto receipt = get_receipt(tx, id);

  print_receipt(out, receipt);
  std::optional<PointsBalance> purse;
  if (sale.member) purse = points_balance(tx, *sale.member, tx.today());
  out.text(slip(receipt, purse, tx.zone()));
  if (earned.ended) out.note(_("no points: what this sale earned would have ended by today"));
  out.changed(
      fmt::format(fmt::runtime(_("sold receipt {id}: {amount}")), fmt::arg("id", to_string(id)),
                  fmt::arg("amount", to_string(receipt.receipt.amount))),
      fmt::format("visit refund {} --all --reason typing", to_string(id)));
}

// The items typed, or scanned where there are none; false where nothing is to be sold.
static bool complete(Session& session, const CLI::App& cmd, Asked& asked) {
  asked.sale.items = asked.items;
  for (auto& item : asked.by_options.items(cmd)) asked.sale.items.push_back(std::move(item));
  if (!asked.sale.items.empty()) return true;
  if (!session.can_ask()) {
    throw Error(Errc::invalid_input, _("no item to sell"), Parser<SaleItem>::forms());
  }
  {
    auto reading = session.store().read();
    static_cast<void>(buyer(reading, asked.member));  // an unknown member shows before the work
  }
  auto scanned = scan_items(session);
  if (!scanned || scanned->empty()) {
    session.out().note(_("nothing was sold"));
    session.out().ends_with(static_cast<int>(Exit::not_found));
    return false;
  }
  asked.sale.items = *std::move(scanned);
  return true;
}

void define_buy(Frame& frame) {
  CLI::App& cmd =
      frame.command("buy", _("Sell to a member, or to anybody"),
                    {"visit buy 6001 '6901234567890=2@28.00#B2291'", "visit buy 6001",
                     "visit buy - 6901234567890 --pay wechat=20.00 --pay cash",
                     "visit buy M1 --item 6901234567890 --qty 2 --batch B2291 --days-supply 28"});
  auto asked = std::make_shared<Asked>();
  auto& sale = asked->sale;
  frame.option(cmd, "member", asked->member, _("M12, a card or a phone; - for no member"))
      ->required();
  frame.option(cmd, "item", asked->items,
               _("CODE[=QUANTITY][@PRICE][#BATCH]; asked for on a terminal where there is none"));
  asked->by_options.define(frame, cmd);
  frame.option(cmd, "--pay", sale.payments,
               _("How it is paid, in cash where absent; the one without an amount takes the rest"));
  frame.option(cmd, "--discount", sale.discount, _("Off the whole receipt"));
  frame.option(cmd, "--on", sale.on, _("When it happened, where not now"));
  frame.option(cmd, "--channel", sale.channel, _("counter, phone or online"));
  frame.option(cmd, "--reason", sale.reason, _("Why it is dated back so far"));
  frame.on_session(cmd, [asked, &cmd](Session& session) {
    if (!complete(session, cmd, *asked)) return;
    session.change([&](Transaction& tx, Output& out) { sell(tx, out, *asked); });
  });
}

}  // namespace pharmacy::cli
