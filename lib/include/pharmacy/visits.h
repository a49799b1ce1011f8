// The counter: sales, refunds, and what they were paid with.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/points.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

enum class ReceiptKind { sale, refund };
template <>
struct EnumNames<ReceiptKind> {
  static constexpr std::array table{std::pair{ReceiptKind::sale, "sale"},
                                    std::pair{ReceiptKind::refund, "refund"}};
};

enum class PaymentKind {
  cash,
  card,
  wechat,
  alipay,
  insurance_personal,  // 医保个人账户
  insurance_pooled,    // 医保统筹
  account,             // on account
  coupon,
  points,
};
template <>
struct EnumNames<PaymentKind> {
  static constexpr std::array table{
      std::pair{PaymentKind::cash, "cash"},
      std::pair{PaymentKind::card, "card"},
      std::pair{PaymentKind::wechat, "wechat"},
      std::pair{PaymentKind::alipay, "alipay"},
      std::pair{PaymentKind::insurance_personal, "insurance_personal"},
      std::pair{PaymentKind::insurance_pooled, "insurance_pooled"},
      std::pair{PaymentKind::account, "account"},
      std::pair{PaymentKind::coupon, "coupon"},
      std::pair{PaymentKind::points, "points"}};
};

// One item of a sale, as rung up.
struct SaleItem {
  std::string code;                  // as in the catalog, or with its full-width characters folded
  Quantity quantity{1000};           // above 0
  std::optional<UnitPrice> price{};  // the catalog's where absent
  std::optional<std::string> batch{};  // 1-64 bytes
  std::optional<Date> expiry{};
  std::optional<std::int64_t> days_supply{};  // 1-3,650
};

// "CODE[=QUANTITY][@PRICE][#BATCH]"; the marks and digits may be full-width. A code that holds a
// mark cannot be written so. nullopt for anything else.
PHARMACY_API std::optional<SaleItem> parse_sale_item(std::string_view text);

// One part of what was paid. Without an amount: the rest.
struct PaymentPart {
  PaymentKind kind = PaymentKind::cash;
  std::optional<Money> amount{};
};
// "KIND[=AMOUNT]": "cash", "wechat=20.00". For points the amount is the money they stand for.
PHARMACY_API std::optional<PaymentPart> parse_payment(std::string_view text);

struct NewSale {
  std::optional<MemberId> member{};
  std::vector<SaleItem> items{};        // 1-500
  std::vector<PaymentPart> payments{};  // all in cash where empty; at most one without an amount
  Money discount{0};                    // off the whole receipt, shared over the lines
  // When it happened, where not now: never in the future, not together with points used; further
  // back than the policy's days for a clerk only by a manager, with a reason.
  std::optional<Instant> on{};
  std::string channel = "counter";      // counter, phone, online
  std::optional<std::string> reason{};  // 1-200 bytes
};

// What to take back. With `all`: everything that is left of the receipt.
struct RefundItem {
  std::int64_t line = 0;               // its number on the receipt, from 1
  std::optional<Quantity> quantity{};  // what is left of the line where absent
};
struct NewRefund {
  ReceiptId receipt;
  bool all = false;
  std::vector<RefundItem> items{};
  std::string reason;  // 1-200 bytes: quality, recall, typing, or other words
};

// A line of a receipt as stored.
struct ReceiptLine {
  std::int64_t line;  // from 1
  std::string code;
  std::string name;
  Quantity quantity;
  std::optional<UnitPrice> unit_price;
  Money amount;       // paid for the line, or paid back
  Money list_amount;  // before discounts
  std::optional<std::string> batch;
  std::optional<Date> expiry;
  std::optional<std::int64_t> days_supply;
  std::optional<std::int64_t> refunded_line;  // on a refund: the line of the sale it takes back
  Quantity returned;                          // on a sale: how much of it has come back

  static constexpr auto fields() {
    return std::tuple{Field{"line", &ReceiptLine::line},
                      Field{"code", &ReceiptLine::code},
                      Field{"name", &ReceiptLine::name},
                      Field{"quantity_milli", &ReceiptLine::quantity},
                      Field{"unit_price_e4", &ReceiptLine::unit_price},
                      Field{"amount_fen", &ReceiptLine::amount},
                      Field{"list_amount_fen", &ReceiptLine::list_amount},
                      Field{"batch", &ReceiptLine::batch},
                      Field{"expiry", &ReceiptLine::expiry},
                      Field{"days_supply", &ReceiptLine::days_supply},
                      Field{"refunded_line", &ReceiptLine::refunded_line},
                      Field{"returned_milli", &ReceiptLine::returned}};
  }
};

struct Payment {
  PaymentKind kind;
  Money amount;

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &Payment::kind}, Field{"amount_fen", &Payment::amount}};
  }
};

// A receipt without its lines.
struct Receipt {
  ReceiptId id;
  ReceiptKind kind;
  std::optional<MemberId> member;
  Instant at;    // when it happened
  Date day;      // the same as a day of the store's zone
  Money amount;  // paid, or paid back: never negative
  std::string channel;
  std::string staff;                     // login, or the name an import gave
  std::optional<ReceiptId> refund_of;    // the sale a refund takes back; absent where untied
  std::optional<std::string> reference;  // the receipt's number in the till it came from
  std::optional<std::string> reason;     // of a refund
  Points earned;                         // on a sale; what a refund took back, negative
  Instant recorded_at;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Receipt::id},
                      Field{"kind", &Receipt::kind},
                      Field{"member", &Receipt::member},
                      Field{"at", &Receipt::at},
                      Field{"day", &Receipt::day},
                      Field{"amount_fen", &Receipt::amount},
                      Field{"channel", &Receipt::channel},
                      Field{"staff", &Receipt::staff},
                      Field{"refund_of", &Receipt::refund_of},
                      Field{"reference", &Receipt::reference},
                      Field{"reason", &Receipt::reason},
                      Field{"points", &Receipt::earned},
                      Field{"recorded_at", &Receipt::recorded_at}};
  }
};

struct FullReceipt {
  Receipt receipt;
  std::vector<ReceiptLine> lines;
  std::vector<Payment> payments;
};

// Which receipts list_receipts lists, newest first.
struct ReceiptFilter {
  std::optional<MemberId> member{};
  std::optional<Period> period{};
  std::size_t limit = 100;  // 1-100,000
};

// Records a sale and what it earns. A line's amount is price × quantity, rounded half away from
// zero once, less its share of the discount (by largest remainder, so that the lines sum to the
// receipt). What it earned is told in `earned` where that is asked for: nothing for a sale of so
// long ago that its points would have ended. Throws invalid_input (all faults at once), not_found
// for a product or the member, refused where points are short or the payments do not add up,
// not_permitted where it happened too long ago.
PHARMACY_API ReceiptId add_sale(Transaction& tx, const NewSale& input,
                                EarnedPoints* earned = nullptr);
// Records a refund on today's day, takes back what the sale earned and gives back what points
// paid. Of a line of amount a and quantity n, the first r units are worth a × r / n, rounded half
// away from zero: parts sum up to the whole. What points paid of it comes back as points, in the
// share refunded / amount of the receipt; the rest in the kinds of payment that are left, the one
// that paid most first, then in cash. Throws not_found, invalid_input, or refused where more is
// taken back than is left.
PHARMACY_API ReceiptId add_refund(Transaction& tx, const NewRefund& input);

// Throws not_found.
PHARMACY_API FullReceipt get_receipt(Reading& reading, ReceiptId id);
PHARMACY_API std::vector<Receipt> list_receipts(Reading& reading, const ReceiptFilter& filter);

}  // namespace pharmacy
