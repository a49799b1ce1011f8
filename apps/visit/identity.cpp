#include "visit/identity.h"

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "visit/talk.h"

namespace pharmacy::cli {

static constexpr std::size_t longest_answer = 4096;  // bytes

void BuyerOptions::declare(Frame& frame, CLI::App& cmd) {
  frame.option(cmd, "--buyer", name_,
               _("Who buys a special drug, by the document; the member where not given"));
  frame.option(cmd, "--id-number", number_,
               _("Number of the document; - asks for it, or reads it from standard input"));
  frame.option(cmd, "--document", document_,
               _("id_card, passport, hk_macao_permit, taiwan_permit, residence_permit or"
                 " officer_card; the ID card where not given"));
}

std::optional<BuyerIdentity> BuyerOptions::read(Session& session) const {
  if (!name_ && !number_ && !document_) return std::nullopt;
  BuyerIdentity buyer{
      .name = name_, .document = document_.value_or(IdDocument::id_card), .number = number_};
  if (number_ != "-") return buyer;
  if (session.can_ask()) {
    buyer.number = ask_line(session, _("number of the document: "));
  } else {
    const std::string text = session.read_file("-", longest_answer);
    buyer.number = text.substr(0, text.find('\n'));
  }
  return buyer;
}

static bool is_needed(Session& session, const NewSale& sale, const WholeSale& whole) {
  std::vector<std::string> codes;
  for (const SaleItem& item : sale.items) codes.push_back(item.code);
  bool needed = false;
  session.store().view([&](Reading& reading) {
    needed = needs_buyer(reading, codes);
    if (needed) check_before_document(reading, whole(reading));
  });
  return needed;
}

// Whether it is acceptable; what is wrong is told.
static bool is_acceptable(Session& session, const BuyerIdentity& buyer) {
  try {
    session.store().view([&](Reading& reading) { check_buyer(reading, buyer); });
    return true;
  } catch (const Error& error) {
    if (error.code() != Errc::invalid_input) throw;
    tell(session, error);
    return false;
  }
}

void ask_buyer(Session& session, NewSale& sale, const WholeSale& whole) {
  if (sale.buyer || !session.can_ask() || !is_needed(session, sale, whole)) return;
  session.out().note(_("one of these is a special drug: look at the ID card of whoever buys"));
  const auto name = ask_line(session, _("name (an empty line for the member's): "));
  if (!name) return;
  BuyerIdentity buyer;
  if (!name->empty()) buyer.name = name;
  do {
    buyer.number = ask_line(session, _("number of the ID card (an empty line sells nothing): "));
    if (!buyer.number || buyer.number->empty()) return;
  } while (!is_acceptable(session, buyer));
  sale.buyer = buyer;
}

}  // namespace pharmacy::cli
