#include "visit/receipt_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "cli/settings.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"

namespace pharmacy::cli {

using Names = std::vector<std::string>;

Page page_of(Frame& frame) {
  return {.readers = readers_of(frame), .columns = columns_of_screen(frame)};
}

Page page_of(Frame& frame, const Session& session) {
  Page page = page_of(frame);
  page.slip_columns = session.settings().slip_width();
  return page;
}

std::size_t slip_columns(std::optional<int> width, const Page& page) {
  const int columns = width.value_or(static_cast<int>(page.slip_columns));
  if (columns != 32 && columns != 48) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("{name}: no paper is {width} columns wide")),
                            fmt::arg("name", "--width"), fmt::arg("width", columns)),
                _("give 32 or 48"));
  }
  return static_cast<std::size_t>(columns);
}

Standing standing_in(const Session& session) {
  return session.dry_run() ? Standing::trial : Standing::recorded;
}

// Without what the payments below it say, and what is recorded as it happens.
static Table head_for_people(const Receipt& receipt) {
  Names names{"id",    "kind",      "member",    "at",     "amount_fen", "channel",
              "staff", "refund_of", "reference", "reason", "points"};
  if (receipt.prescription) names.emplace_back("prescription");
  if (receipt.pharmacist && receipt.pharmacist != receipt.staff) names.emplace_back("pharmacist");
  if (receipt.recorded_at != receipt.at) names.emplace_back("recorded_at");
  return only(to_table(std::vector{receipt}), names);
}

// Columns that say nothing here are left out: of products that nothing is known of, of a sale
// that nobody brought anything back of, without a discount.
static Table lines_for_people(const FullReceipt& receipt, int columns) {
  const auto any = [&](auto says) {
    return std::any_of(receipt.lines.begin(), receipt.lines.end(), says);
  };
  Names names{"line", "code", "name", "quantity_milli", "unit_price_e4"};
  if (any([](const ReceiptLine& line) { return line.list_amount != line.amount; })) {
    names.emplace_back("list_amount_fen");
  }
  names.insert(names.end(), {"amount_fen", "batch", "expiry", "days_supply"});
  if (any([](const ReceiptLine& line) { return line.returned != Quantity{0}; })) {
    names.emplace_back("returned_milli");
  }
  names.emplace_back("refunded_line");
  if (any([&](const ReceiptLine& line) {
        return line.refunded_receipt != receipt.receipt.refund_of;
      })) {
    names.emplace_back("refunded_receipt");
  }
  if (any([](const ReceiptLine& line) { return line.tracking.has_value(); })) {
    names.emplace_back("tracking");
  }
  return narrowed(
      only(to_table(receipt.lines), names),
      {.scope = "lines",
       .first_to_go = {"code", "days_supply", "unit_price_e4", "expiry", "list_amount_fen"},
       .columns = columns});
}

void print_receipt(Output& out, const FullReceipt& receipt, const Page& page) {
  if (page.readers == Readers::programs) {
    out.report("receipt", to_table(std::vector{receipt.receipt}),
               {list_section("lines", receipt.lines), list_section("payments", receipt.payments),
                list_section("missed_steps", receipt.missed)});
    return;
  }
  std::vector<Section> sections{
      {"lines", Section::Kind::list, lines_for_people(receipt, page.columns)},
      list_section("payments", receipt.payments)};
  if (!receipt.missed.empty()) sections.push_back(list_section("missed_steps", receipt.missed));
  out.report("receipt", head_for_people(receipt.receipt), std::move(sections));
}

// "cash,wechat" in the reader's words.
static std::string kinds_for_people(const std::string& paid_by) {
  Names kinds;
  for (std::size_t from = 0; from < paid_by.size();) {
    const auto end = std::min(paid_by.find(',', from), paid_by.size());
    kinds.push_back(word_label(std::string_view{paid_by}.substr(from, end - from)));
    from = end + 1;
  }
  return listed(kinds);
}

void print_receipts(Output& out, const std::vector<Receipt>& receipts, const Page& page) {
  if (page.readers == Readers::programs) {
    out.list("receipts", "receipts", receipts);
    return;
  }
  auto worded = receipts;
  for (auto& receipt : worded) receipt.paid_by = kinds_for_people(receipt.paid_by);
  const Names names{"id", "at", "kind", "member", "amount_fen", "refund_of", "paid_by", "staff"};
  out.list("receipts", "receipts",
           narrowed(only(to_table(worded), names), {.scope = scope_of("receipts"),
                                                    .first_to_go = {"staff", "refund_of"},
                                                    .columns = page.columns}));
}

std::optional<PointsBalance> purse_of(Reading& reading, const Receipt& receipt, Date day) {
  if (!receipt.member || !is_in_use(reading, *receipt.member)) return std::nullopt;
  return points_balance(reading, *receipt.member, day);
}

void print_new_receipt(Transaction& tx, Output& out, const FullReceipt& receipt, const Page& page,
                       Standing standing, PaperSlip& paper) {
  const auto purse = purse_of(tx, receipt.receipt, tx.today());
  if (paper.is_wanted() && standing == Standing::recorded) {
    paper.write(receipt, purse, tx.zone(), page.slip_columns);
  }
  if (page.readers == Readers::programs) {
    print_receipt(out, receipt, page);
  } else {
    out.text(slip(receipt, purse, tx.zone(), standing, {.columns = page.slip_columns}));
  }
}

}  // namespace pharmacy::cli
