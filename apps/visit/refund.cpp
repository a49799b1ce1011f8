#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/phrases.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visit/again.h"
#include "visit/items.h"
#include "visit/receipt_output.h"
#include "visit/talk.h"
#include "visit/visit.h"

namespace pharmacy::cli {

// With the command that sells the same again, where that is possible: for a special drug it asks
// once more who buys.
static void tell_taken_back(Transaction& tx, Output& out, std::string line, ReceiptId refund) {
  const auto sale = sale_again(tx, refund);
  if (!sale) return out.changed(std::move(line), {});
  const std::string command = command_to_sell(*sale);
  std::vector<std::string> codes;
  for (const SaleItem& item : sale->items) codes.push_back(item.code);
  if (!needs_buyer(tx, codes)) return out.changed(std::move(line), command);
  out.changed(
      fmt::format(fmt::runtime(_("{change} (undo, once the document is shown again: {command}"
                                 " --buyer NAME --id-number -)")),
                  fmt::arg("change", line), fmt::arg("command", command)),
      {});
}

static void take_back(Transaction& tx, Output& out, const NewRefund& refund, const Page& page,
                      Standing standing, PaperSlip& paper) {
  const auto [id, waiting] = add_refund(tx, refund);
  const auto receipt = get_receipt(tx, id);
  print_new_receipt(tx, out, receipt, page, standing, paper);
  for (const WaitsAgain& one : waiting) {
    out.note(fmt::format(fmt::runtime(_("request {id} waits again: {wanted} for {member}")),
                         fmt::arg("id", to_string(one.request)),
                         fmt::arg("wanted", for_terminal(one.wanted)),
                         fmt::arg("member", to_string(one.member))));
  }
  const auto amount = to_string(receipt.receipt.amount);
  const auto sale = to_string(refund.receipt);
  if (standing == Standing::trial) {
    out.changed(fmt::format(fmt::runtime(_("took back {amount} of receipt {sale}")),
                            fmt::arg("amount", amount), fmt::arg("sale", sale)),
                {});
    return;
  }
  tell_taken_back(tx, out,
                  fmt::format(fmt::runtime(_("took back {amount} of receipt {sale}: refund {id}")),
                              fmt::arg("amount", amount), fmt::arg("sale", sale),
                              fmt::arg("id", to_string(id))),
                  id);
}

// Asks for the reason once it is clear what to take back.
static void complete(Session& session, NewRefund& refund, std::optional<std::string> reason) {
  std::vector<Fault> faults;
  try {
    check_refund_items(refund);
  } catch (const Error& error) {
    faults = error.faults();
  }
  const std::string forms = _("quality, recall, typing, or other words");
  if (!reason && faults.empty() && session.can_ask()) {
    reason = ask_line(session, question(fmt::format("--reason ({})", forms)));
  }
  if (!reason) {
    faults.push_back({fmt::format(fmt::runtime(_("{} is missing")), "--reason"), forms});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  refund.reason = *std::move(reason);
}

void define_refund(Frame& frame) {
  struct Asked {
    NewRefund refund;
    std::optional<std::string> reason;
    PaperSlip paper;
  };
  CLI::App& cmd = frame.command(
      "refund", _("Take a sale back, whole or in part"),
      {"visit refund 12 --all --reason typing", "visit refund 12 1 2=0.5 --reason quality"});
  auto asked = std::make_shared<Asked>();
  auto& refund = asked->refund;
  frame.option(cmd, "receipt", refund.receipt, _("Number of the sale's receipt"))->required();
  frame.option(cmd, "line", refund.items,
               _("LINE[=QUANTITY] of the receipt; what is left of the line without a quantity"));
  frame.option(cmd, "--all", refund.all, _("All that is left of the receipt"));
  frame.option(cmd, "--reason", asked->reason,
               _("Needed: quality, recall, typing, or other words"));
  frame.option(cmd, "--override", refund.overrides,
               _("Take a medicine back for another reason; for managers"));
  asked->paper.declare(frame, cmd);
  frame.on_session(cmd, [asked, &frame](Session& session) {
    asked->paper.require_printer(session);
    complete(session, asked->refund, asked->reason);
    session.change([&](Transaction& tx, Output& out) {
      take_back(tx, out, asked->refund, page_of(frame, session), standing_in(session),
                asked->paper);
    });
    asked->paper.print_or_tell(session);
  });
}

}  // namespace pharmacy::cli
