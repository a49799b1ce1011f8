#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "visit/receipt_output.h"
#include "visit/visit.h"

namespace pharmacy::cli {

namespace {

struct AskedReceipt {
  ReceiptId id;
  bool slip = false;
  std::optional<int> width;
  PaperSlip paper;
};

}  // namespace

static void show(Session& session, AskedReceipt& asked, const Page& page) {
  const SlipForm form{.columns = slip_columns(asked.width, page)};
  asked.paper.require_printer(session);
  session.store().view([&](Reading& reading) {
    const FullReceipt receipt = get_receipt(reading, asked.id);
    if (!asked.slip && !asked.paper.is_wanted()) {
      print_receipt(session.out(), receipt, page);
      return;
    }
    const auto purse = purse_of(reading, receipt.receipt, receipt.receipt.day);
    if (asked.slip) {
      session.out().document(
          slip(receipt, purse, reading.zone(), Standing::recorded, form), "receipt",
          to_table(std::vector{receipt.receipt}),
          {list_section("lines", receipt.lines), list_section("payments", receipt.payments)});
    }
    if (asked.paper.is_wanted()) asked.paper.write(receipt, purse, reading.zone(), form.columns);
  });
  asked.paper.print(session);
}

void define_show(Frame& frame) {
  CLI::App& cmd = frame.command(
      "show", _("Show a receipt with its lines and payments"),
      {"visit show 12", "visit show 12 --format json", "visit show 12 --slip --width 32"});
  auto asked = std::make_shared<AskedReceipt>();
  frame.option(cmd, "receipt", asked->id, _("Number of the receipt"))->required();
  frame.option(cmd, "--slip", asked->slip, _("As its slip, in plain text"));
  frame.option(cmd, "--width", asked->width, _("Columns of the slip: 32 or 48"));
  asked->paper.declare(frame, cmd);
  frame.on_session(
      cmd, [asked, &frame](Session& session) { show(session, *asked, page_of(frame, session)); },
      Steps::may_change);
}

namespace {

struct AskedList {
  std::optional<std::string> member;
  std::optional<Period> period;
  std::optional<ReceiptId> before;
  std::optional<std::size_t> limit;
};

}  // namespace

// Of a member or a period all are listed; of everything, as many as a person reads.
static std::optional<std::size_t> limit_of(const AskedList& asked) {
  constexpr std::size_t without_filter = 100;
  if (asked.limit || asked.member || asked.period) return asked.limit;
  return without_filter;
}

static void list(Reading& reading, Output& out, const AskedList& asked, const Page& page) {
  ReceiptFilter filter{
      .member = {}, .period = asked.period, .before = asked.before, .limit = limit_of(asked)};
  if (asked.member) filter.member = get_member_id(reading, *asked.member);
  const auto limit = filter.limit;
  // One more than asked for, to know whether there are more.
  if (filter.limit && *filter.limit < receipts_limit_max) ++*filter.limit;
  auto receipts = list_receipts(reading, filter);
  if (limit && receipts.size() > *limit) {
    receipts.resize(*limit);
    out.note(fmt::format(fmt::runtime(_("there are more: go on with --before {}")),
                         to_string(receipts.back().id)));
  }
  print_receipts(out, receipts, page);
}

void define_list(Frame& frame) {
  CLI::App& cmd = frame.command(
      "list", _("List receipts, the newest first"),
      {"visit list --period today", "visit list 6001 --period this-year --format csv"});
  auto asked = std::make_shared<AskedList>();
  frame.option(cmd, "member", asked->member, _("Only of this one: M12, a card or a phone"));
  frame.option(cmd, "--period", asked->period, _("Only of these days"));
  frame.option(cmd, "--before", asked->before, _("Only those that follow this one in the list"));
  frame.option(cmd, "--limit,-l", asked->limit,
               _("How many at most; where absent, 100, and all of a member or a period"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    list(reading, out, *asked, page_of(frame));
  });
}

}  // namespace pharmacy::cli
