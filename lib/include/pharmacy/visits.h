// The counter: sales, refunds, and what they were paid with.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/counter_check.h"
#include "pharmacy/enums.h"
#include "pharmacy/error.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/points.h"
#include "pharmacy/service.h"
#include "pharmacy/special.h"
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

// The most that a sale and its items have; the texts in bytes.
inline constexpr std::size_t sale_items_max = 500;
inline constexpr std::size_t batch_max = 64;
inline constexpr std::int64_t days_supply_max = 3'650;
inline constexpr std::size_t reason_max = 200;  // of a refund's reason too
inline constexpr std::size_t prescription_max = 64;

// One item of a sale, as rung up.
struct SaleItem {
  std::string code;                    // full-width characters in it are folded
  Quantity quantity{1000};             // above 0
  std::optional<UnitPrice> price{};    // the catalog's where absent
  std::optional<std::string> batch{};  // 1-batch_max bytes
  std::optional<Date> expiry{};
  std::optional<std::int64_t> days_supply{};  // 1-days_supply_max
};

// "CODE[=QUANTITY][@PRICE][#BATCH]"; the marks and digits may be full-width. A code that holds a
// mark cannot be written so. nullopt for anything else.
PHARMACY_API std::optional<SaleItem> parse_sale_item(std::string_view text);
// A batch's last day: "2027-05-31", "20270531", or "2027-05", which is the last day of the month;
// with / . or 年月日 too, as the imports take it. nullopt for anything else.
PHARMACY_API std::optional<Date> parse_expiry(std::string_view text);

// One part of what was paid. Without an amount: the rest.
struct PaymentPart {
  PaymentKind kind = PaymentKind::cash;
  std::optional<Money> amount{};
};
// "KIND[=AMOUNT]": "cash", "wechat=20.00". A kind goes by its word, or as tills call it: 现金,
// 微信, 支付宝, 银行卡, 医保 … For points the amount is the money they stand for.
PHARMACY_API std::optional<PaymentPart> parse_payment(std::string_view text);
// What is wrong with a text that parse_payment does not take: its kind, with the nearest one, or
// its amount.
PHARMACY_API Fault payment_fault(std::string_view text);

struct NewSale {
  std::optional<MemberId> member{};
  std::vector<SaleItem> items{};        // 1-sale_items_max
  std::vector<PaymentPart> payments{};  // all in cash where empty; at most one without an amount
  Money discount{0};                    // off the whole receipt, shared over the lines
  // When it happened, where not now: not before 1900, never in the future, not together with
  // points used; further back than the policy's days for a clerk only by a manager, with a reason.
  std::optional<Instant> on{};
  std::string channel = "counter";  // counter, phone, online
  // Sold although the check at the counter speaks against it, by a pharmacist, for the reason.
  bool overrides = false;
  std::optional<std::string> reason{};        // 1-reason_max bytes
  std::optional<std::string> prescription{};  // its number, 1-prescription_max bytes
  std::optional<std::string> pharmacist{};    // login of who released it, where not the seller
  std::optional<Instant> deliver_by{};        // as promised: after it happened
  // Where one of the items is a special drug, who buys it; else absent.
  std::optional<BuyerIdentity> buyer{};
};

// An item as a sale takes it.
struct PricedItem {
  SaleItem item;
  std::string name;  // of the product
  UnitPrice price;   // its own, else the catalog's
  Money amount;      // price × quantity, rounded half away from zero once, before discounts
};
// What a sale of the item would come to: the one way to price, for those that show it before.
// Throws not_found, naming the nearest code, or invalid_input.
PHARMACY_API PricedItem price_item(Reading& reading, const SaleItem& item);

// What to take back. With `all`: everything that is left of the receipt.
struct RefundItem {
  std::int64_t line = 0;               // its number on the receipt, from 1
  std::optional<Quantity> quantity{};  // what is left of the line where absent
};
struct NewRefund {
  ReceiptId receipt;
  bool all = false;
  std::vector<RefundItem> items{};
  std::string reason;  // 1-reason_max bytes: quality, recall, typing, or other words
  // A medicine comes back for quality or recall (GSP), and for typing on the day it was recorded,
  // since then no goods come back; for another reason a manager takes it all the same.
  bool overrides = false;
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
  std::optional<ReceiptId> refunded_receipt;  // on a refund: the sale of refunded_line
  std::optional<std::string> tracking;        // numbers of its parcels, ", " between them

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
                      Field{"returned_milli", &ReceiptLine::returned},
                      Field{"refunded_receipt", &ReceiptLine::refunded_receipt},
                      Field{"tracking", &ReceiptLine::tracking}};
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
  std::optional<ReceiptId> refund_of;    // the sale a refund takes back; absent where its lines
                                         // take back none, or several: see refunded_receipt
  std::optional<std::string> reference;  // the receipt's number in the till it came from
  std::optional<std::string> reason;     // of a refund
  Points earned;                         // on a sale; what a refund took back, negative
  Instant recorded_at;
  std::string paid_by;  // words of PaymentKind joined by commas, the one that paid most first
  std::optional<std::string> prescription;  // number of it; on a refund, of the sale's
  std::optional<std::string> pharmacist;    // login of who released what was sold; likewise

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
                      Field{"recorded_at", &Receipt::recorded_at},
                      Field{"paid_by", &Receipt::paid_by},
                      Field{"prescription", &Receipt::prescription},
                      Field{"pharmacist", &Receipt::pharmacist}};
  }
};

// A step of the service standard that a line of a sale lacks.
struct MissedLine {
  std::int64_t line;
  ServiceStep step;

  static constexpr auto fields() {
    return std::tuple{Field{"line", &MissedLine::line}, Field{"step", &MissedLine::step}};
  }
};

struct FullReceipt {
  Receipt receipt;
  std::vector<ReceiptLine> lines;
  std::vector<Payment> payments;
  std::vector<MissedLine> missed;  // by line and step
};

// The largest limit of list_receipts.
inline constexpr std::size_t receipts_limit_max = 100'000;

// Which receipts list_receipts lists, newest first.
struct ReceiptFilter {
  std::optional<MemberId> member{};
  std::optional<Period> period{};
  std::optional<ReceiptId> before{};       // only those that such a list has after this one
  std::optional<std::size_t> limit = 100;  // 1-receipts_limit_max; all where absent
};

// Throws what add_sale would throw for the sale as it is, as far as can be known before it is
// written: points may still be short.
PHARMACY_API void check_sale(Reading& reading, const NewSale& sale);
// The same for all of it but its items and what depends on them: before they are scanned.
PHARMACY_API void check_sale_terms(Reading& reading, const NewSale& sale);

// What is to be known before a sale: what check_products() finds of its items, and what add_sale
// would refuse of special drugs among them, in the same words, as far as that is known before
// anybody shows a document: how many packs, and what she and her household bought, or others by
// their documents; of others' receipts the sum of each day. Of the sale it takes the member, the
// items but for their prices, and the prescription. Throws what check_products() throws, and
// invalid_input where there is no item, or one has no quantity.
PHARMACY_API CounterCheck check_cart(Reading& reading, const NewSale& sale);
// Throws what add_sale() would throw for special drugs among the items before anybody shows a
// document for them: a risk of the member, where and when they are sold, and how many packs, as
// check_cart() tells it; and what check_sale_terms() throws.
PHARMACY_API void check_before_document(Reading& reading, const NewSale& sale);

// What came of a sale. It earns nothing where that would have ended by now.
struct Sold {
  ReceiptId receipt;
  EarnedPoints earned;
  std::vector<CounterAlert> alerts;   // what is to be known all the same, the gravest first
  std::vector<MissedStep> missed;     // of the service standard
  std::vector<RepeatBuying> unusual;  // of special drugs
};
// Records a sale and what it earns. A line's amount is that of price_item, less its share of the
// discount (by largest remainder, so that the lines sum to the receipt). Throws all faults at
// once, as the first of these that there are: not_permitted where it happened too long ago,
// invalid_input, not_found for a product or the member, refused where the payments do not add up,
// points are short or a risk of the member speaks against it (pharmacy/risk.h). Then what
// check_products() finds: refused where it speaks against the sale and no pharmacist overrides it.
// Then refused where a special drug is among the items without a buyer, otherwise than at the
// counter, or more of it than the policy has, which nobody overrides (pharmacy/special.h),
// not_permitted where a clerk dates such a sale back, and invalid_input for a buyer where no item
// is one; or refused where a step of the service standard is missing without which, by the policy,
// nothing is sold.
PHARMACY_API Sold add_sale(Transaction& tx, const NewSale& input);

// Whoever waits again for what a sale that was mistyped did not serve.
struct WaitsAgain {
  StockRequestId request;
  MemberId member;
  std::string wanted;  // name of the product
};
// What came of a refund.
struct TakenBack {
  ReceiptId refund;
  std::vector<WaitsAgain> waiting;
};

// Throws invalid_input where it is not said what to take back, or said twice.
PHARMACY_API void check_refund_items(const NewRefund& refund);
// Records a refund on today's day, takes back what the sale earned and gives back what points
// paid (see reverse_points). Of a line of amount a and quantity n, the first r units are worth
// a × r / n, rounded half away from zero: parts sum up to the whole. What points do not pay back
// comes in the kinds of payment that are left, the one that paid most first, then in cash. What a
// sale served that is taken back as mistyped waits again (pharmacy/stock_requests.h). Throws
// not_found for the receipt or a line, invalid_input, or refused where more is taken back than is
// left, or a medicine for a reason for which none comes back; not_permitted where the actor may
// not do so.
PHARMACY_API TakenBack add_refund(Transaction& tx, const NewRefund& input);

// Whether whoever reads may take back all of a sale today. Throws not_found.
PHARMACY_API bool may_take_back(Reading& reading, ReceiptId sale);
// The sale that undoes a refund: its lines for what was paid back, in the same kinds. nullopt where
// a sale of them is refused to whoever reads: to her role, to the member, or by the policy. Where
// one of them is a special drug, the buyer is to be added: nobody who sells can read who it was.
// Throws not_found, also for a receipt that is no refund.
PHARMACY_API std::optional<NewSale> sale_again(Reading& reading, ReceiptId refund);

// Throws not_found.
PHARMACY_API FullReceipt get_receipt(Reading& reading, ReceiptId id);
// Throws not_found for ReceiptFilter::before.
PHARMACY_API std::vector<Receipt> list_receipts(Reading& reading, const ReceiptFilter& filter);

}  // namespace pharmacy
