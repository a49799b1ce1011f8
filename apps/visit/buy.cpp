#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "pharmacy/error.h"
#include "visit/buyer.h"
#include "visit/counter.h"
#include "visit/identity.h"
#include "visit/items.h"
#include "visit/receipt_output.h"
#include "visit/visit.h"

namespace pharmacy::cli {

namespace {

struct AskedSale {
  std::string member;
  std::vector<SaleItem> items;
  ItemOptions by_options;
  SaleTime on;
  std::optional<PromisedTime> deliver_by;
  NewSale sale;
  BuyerOptions buyer;
  PaperSlip paper;
};

using Check = void (*)(Reading&, const NewSale&);

}  // namespace

// What is wrong with the member and with the rest of the sale, all at once.
[[noreturn]] static void throw_both(const Error& unknown, Reading& reading, NewSale sale,
                                    Check check) {
  // Whether there are points to pay with is known once the member is.
  std::erase_if(sale.payments,
                [](const PaymentPart& part) { return part.kind == PaymentKind::points; });
  auto code = unknown.code();
  auto faults = unknown.faults();
  try {
    check(reading, sale);
  } catch (const Error& error) {
    if (error.code() != Errc::refused) code = error.code();
    faults.insert(faults.end(), error.faults().begin(), error.faults().end());
  }
  throw Error(code, std::move(faults));
}

// The sale with its member, unless a person picked one; else what is wrong with both.
static NewSale with_buyer(Reading& reading, const AskedSale& asked, Check check) {
  NewSale sale = asked.sale;
  if (sale.member) return sale;
  try {
    sale.member = buyer(reading, asked.member);
  } catch (const Error& error) {
    if (error.code() != Errc::not_found && error.code() != Errc::conflict) throw;
    throw_both(error, reading, sale, check);
  }
  return sale;
}

// Kinds that were named to take the rest where none was left.
static void note_idle_payments(Output& out, const NewSale& sale, const FullReceipt& receipt) {
  for (const auto& part : sale.payments) {
    const bool pays = std::any_of(receipt.payments.begin(), receipt.payments.end(),
                                  [&](const Payment& one) { return one.kind == part.kind; });
    if (pays) continue;
    out.note(fmt::format(fmt::runtime(_("nothing was left to pay by {}")),
                         word_label(to_word(part.kind))));
  }
}

static std::string warning_of(const RepeatBuying& repeat) {
  return fmt::format(
      fmt::runtime(_("{purchases} purchases within {days} days by this document or household"
                     " ({drug}): what treatment does not explain is reported to the drug"
                     " administration and the police; see: report special --unusual")),
      fmt::arg("purchases", repeat.purchases), fmt::arg("days", repeat.days),
      fmt::arg("drug", word_label(to_word(repeat.special))));
}

static void sell(Transaction& tx, Output& out, AskedSale& asked, const Page& page,
                 Standing standing) {
  const NewSale sale = with_buyer(tx, asked, check_sale);
  const auto [id, earned, alerts, missed, unusual] = add_sale(tx, sale);
  const auto receipt = get_receipt(tx, id);

  print_new_receipt(tx, out, receipt, page, standing, asked.paper);
  note_idle_payments(out, sale, receipt);
  for (const CounterAlert& alert : alerts) out.aside(alert.text);
  for (const MissedStep& step : missed) out.aside(step.text);
  for (const RepeatBuying& repeat : unusual) out.note(warning_of(repeat));
  if (earned.ended) out.note(_("no points: what this sale earned would have ended by today"));
  const auto amount = to_string(receipt.receipt.amount);
  if (standing == Standing::trial) {
    out.changed(fmt::format(fmt::runtime(_("sold for {}")), amount), {});
    return;
  }
  out.changed(fmt::format(fmt::runtime(_("sold receipt {id}: {amount}")),
                          fmt::arg("id", to_string(id)), fmt::arg("amount", amount)),
              may_take_back(tx, id)
                  ? fmt::format("visit refund {} --all --reason typing", to_string(id))
                  : std::string{});
}

// Where the member's text names nobody for certain, the person says whom it means. False where
// they mean nobody on the list.
static bool settle_buyer(Session& session, AskedSale& asked) {
  MemberList members;
  if (session.can_ask()) {
    session.store().view([&](Reading& reading) {
      members = candidates(reading, asked.member);
      // Nobody is asked about a sale that is refused for what it says.
      NewSale sale = asked.sale;
      if (!members.lines.empty()) {
        sale.member = members.lines.front().id;
        (sale.items.empty() ? check_sale_terms : check_sale)(reading, sale);
      }
    });
  }
  if (members.lines.empty()) return true;
  const auto picked = pick(session, members);
  if (picked) asked.sale.member = picked;
  return picked.has_value();
}

static void tell_nothing_sold(Session& session) {
  session.out().note(_("nothing was sold"));
  session.out().ends_with(static_cast<int>(Exit::not_found));
}

static void run(Session& session, Frame& frame, const CLI::App& cmd, AskedSale& asked) {
  auto& sale = asked.sale;
  sale.on = asked.on.at;
  if (asked.deliver_by) sale.deliver_by = asked.deliver_by->at;
  sale.items = asked.items;
  for (auto& item : asked.by_options.items(cmd)) sale.items.push_back(std::move(item));
  sale.buyer = asked.buyer.read(session);
  const bool scans = sale.items.empty() && session.can_ask();
  const Selling selling = [&](Transaction& tx, Output& out) {
    sell(tx, out, asked, page_of(frame, session), standing_in(session));
  };
  const WholeSale whole = [&](Reading& reading) {
    return with_buyer(reading, asked, check_sale_terms);
  };
  asked.paper.require_printer(session);
  bool is_sold = settle_buyer(session, asked);
  if (is_sold && !scans) {
    ask_buyer(session, sale, whole);
    session.change(selling);
  } else if (is_sold) {
    session.store().view([&](Reading& reading) { check_sale_terms(reading, whole(reading)); });
    is_sold = sell_scanned(session, sale, {.whole = whole, .selling = selling});
  }
  if (is_sold) {
    asked.paper.print_or_tell(session);
  } else {
    tell_nothing_sold(session);
  }
}

void define_buy(Frame& frame) {
  CLI::App& cmd =
      frame.command("buy", _("Sell to a member, or to anybody"),
                    {"visit buy 6001 '6901234567890=2@28.00#B2291'", "visit buy 6001",
                     "visit buy - 6901234567890 --pay wechat=20.00 --pay cash",
                     "visit buy M1 --item 6901234567890 --qty 2 --batch B2291 --days-supply 28"});
  auto asked = std::make_shared<AskedSale>();
  auto& sale = asked->sale;
  frame.option(cmd, "member", asked->member, _("M12, a card or a phone; - for no member"))
      ->required();
  frame.option(cmd, "item", asked->items,
               _("CODE[=QUANTITY][@PRICE][#BATCH]; asked for on a terminal where there is none"));
  asked->by_options.define(frame, cmd);
  frame.option(cmd, "--pay", sale.payments,
               _("How it is paid, in cash where absent; the one without an amount takes the rest"));
  frame.option(cmd, "--discount", sale.discount, _("Off the whole receipt"));
  frame.option(cmd, "--on", asked->on, _("When it happened, where not now"));
  frame.option(cmd, "--channel", sale.channel, _("counter, phone or online"));
  frame.option(cmd, "--override", sale.overrides,
               _("Sell what the check speaks against, with --reason; for pharmacists"));
  frame.option(cmd, "--reason", sale.reason,
               _("Why it is dated back so far, or sold against the check"));
  frame.option(cmd, "--deliver-by", asked->deliver_by, _("When it is promised to be delivered"));
  frame.option(cmd, "--prescription", sale.prescription, _("Number of the prescription"));
  frame.option(cmd, "--pharmacist", sale.pharmacist,
               _("Login of the pharmacist who released it, where not you"));
  asked->buyer.declare(frame, cmd);
  asked->paper.declare(frame, cmd);
  frame.on_session(cmd,
                   [asked, &cmd, &frame](Session& session) { run(session, frame, cmd, *asked); });
}

}  // namespace pharmacy::cli
