#include "cli/i18n.h"
#include "pharmacy/members.h"
#include "pharmacy/visits.h"
#include "visit/receipt_output.h"
#include "visit/visit.h"

namespace pharmacy::cli {

void define_show(Frame& frame) {
  CLI::App& cmd = frame.command("show", _("Show a receipt with its lines and payments"),
                                {"visit show 12", "visit show 12 --format json"});
  auto id = std::make_shared<ReceiptId>();
  frame.option(cmd, "receipt", *id, _("Number of the receipt"))->required();
  frame.on_view(
      cmd, [id](Reading& reading, Output& out) { print_receipt(out, get_receipt(reading, *id)); });
}

void define_list(Frame& frame) {
  CLI::App& cmd = frame.command(
      "list", _("List receipts, the newest first"),
      {"visit list --period today", "visit list 6001 --period this-year --format csv"});
  auto member = std::make_shared<std::optional<std::string>>();
  auto filter = std::make_shared<ReceiptFilter>();
  frame.option(cmd, "member", *member, _("Only of this one: M12, a card or a phone"));
  frame.option(cmd, "--period", filter->period, _("Only of these days"));
  frame.option(cmd, "--limit,-l", filter->limit, _("How many at most; 100 where absent"));
  frame.on_view(cmd, [member, filter](Reading& reading, Output& out) {
    if (*member) filter->member = get_member_id(reading, **member);
    out.list("receipts", "receipts", list_receipts(reading, *filter));
  });
}

}  // namespace pharmacy::cli
