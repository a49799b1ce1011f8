// What members owe: what they bought on account, what they pay towards it, and how well.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

enum class AccountPaymentKind { cash, card, wechat, alipay, transfer };
template <>
struct EnumNames<AccountPaymentKind> {
  using enum AccountPaymentKind;
  static constexpr std::array table{std::pair{cash, "cash"}, std::pair{card, "card"},
                                    std::pair{wechat, "wechat"}, std::pair{alipay, "alipay"},
                                    std::pair{transfer, "transfer"}};
};

inline constexpr std::size_t account_text_max = 200;  // bytes of a reason
inline constexpr std::size_t accounts_limit_max = 10'000;

struct NewAccountPayment {
  MemberId member;
  Money amount{};  // above 0, and no more than she owes today
  AccountPaymentKind kind = AccountPaymentKind::cash;
  // Today where absent, never to come; further back than the policy's clerk_backdate_days only by
  // a manager.
  std::optional<Date> on{};
};
// Records what a member pays towards what she owes. For whoever sells. Throws not_found; refused
// where she is restricted, or owes less; invalid_input, all faults at once.
PHARMACY_API AccountPaymentId add_account_payment(Transaction& tx, const NewAccountPayment& input);
// It was a mistake: it stays, and counts no more. On the day it was recorded for whoever takes back
// sales, later for pharmacists and managers. `reason`: 1-account_text_max bytes. Throws not_found,
// refused where it is said already, invalid_input.
PHARMACY_API void void_account_payment(Transaction& tx, AccountPaymentId id,
                                       const std::string& reason);

struct AccountPayment {
  AccountPaymentId id;
  Date day;
  Money amount;
  AccountPaymentKind kind;
  std::string staff;  // login
  std::optional<Instant> voided;
  std::optional<std::string> void_reason;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &AccountPayment::id},
                      Field{"day", &AccountPayment::day},
                      Field{"amount_fen", &AccountPayment::amount},
                      Field{"paid_by", &AccountPayment::kind},
                      Field{"staff", &AccountPayment::staff},
                      Field{"voided_at", &AccountPayment::voided},
                      Field{"void_reason", &AccountPayment::void_reason}};
  }
};

enum class AccountItemState { not_due, overdue, settled, settled_late };
template <>
struct EnumNames<AccountItemState> {
  using enum AccountItemState;
  static constexpr std::array table{std::pair{not_due, "not_due"}, std::pair{overdue, "overdue"},
                                    std::pair{settled, "settled"},
                                    std::pair{settled_late, "settled_late"}};
};

// What was bought on account by one sale. It is due [credit] days of the policy of its day later.
// What refunds of the sale give back on account is taken off it, as if it had never been owed; one
// of which nothing is left is none. Payments, and refunds on account that say of no sale, go to the
// sale that is due first, of several to the lowest receipt, whatever they were meant for.
struct AccountItem {
  ReceiptId receipt;
  Date day;
  Date due;
  Money amount;
  Money paid;
  AccountItemState state;
  std::optional<Date> settled;  // when the last of it was paid, not before the sale
  std::int64_t days_late;       // until it was settled, else until today; 0 in time

  static constexpr auto fields() {
    return std::tuple{
        Field{"receipt", &AccountItem::receipt},    Field{"day", &AccountItem::day},
        Field{"due_on", &AccountItem::due},         Field{"amount_fen", &AccountItem::amount},
        Field{"paid_fen", &AccountItem::paid},      Field{"state", &AccountItem::state},
        Field{"settled_on", &AccountItem::settled}, Field{"days_late", &AccountItem::days_late}};
  }
};

struct AccountSums {
  MemberId member;
  Money balance;  // owed; below 0 where a refund on account left more than that
  Money overdue;  // of it

  static constexpr auto fields() {
    return std::tuple{Field{"member", &AccountSums::member},
                      Field{"balance_fen", &AccountSums::balance},
                      Field{"overdue_fen", &AccountSums::overdue}};
  }
};
struct Account {
  AccountSums sums;
  std::vector<AccountItem> items;        // what is due first comes first
  std::vector<AccountPayment> payments;  // the newest first, mistakes too
};
// As of today: what is not settled, and the payments of the last 12 months; with `all`, all of it.
// Throws not_found; refused where she is restricted.
PHARMACY_API Account get_account(Reading& reading, MemberId member, bool all = false);

// How well a member pays what she owes, from A to D, by the items of which that is known: those
// that are settled or overdue and were due within the last credit_history_days. The first of these
// that holds:
//   A  at least 95 of 100 were settled in time, and none was more than 15 days late;
//   B  at least 80 of 100, and none more than 30 days;
//   C  at least 60 of 100, and none more than 90 days;
//   D  else.
// What is overdue is late by as many days as it is overdue today. Of fewer than credit_items_min
// items nothing is said.
enum class CreditBand { a, b, c, d };
template <>
struct EnumNames<CreditBand> {
  using enum CreditBand;
  static constexpr std::array table{std::pair{a, "A"}, std::pair{b, "B"}, std::pair{c, "C"},
                                    std::pair{d, "D"}};
};
inline constexpr int credit_history_days = 730;
inline constexpr std::int64_t credit_items_min = 3;

struct MemberCredit {
  MemberId member;
  std::optional<std::string> name;
  std::optional<CreditBand> band;
  std::int64_t due_items;                               // from which the band is told
  std::int64_t settled_in_time;                         // of them
  std::optional<std::int64_t> settled_in_time_percent;  // rounded down; absent without items
  std::int64_t longest_days_late;
  Money balance;
  Money overdue;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &MemberCredit::member},
                      Field{"name", &MemberCredit::name},
                      Field{"band", &MemberCredit::band},
                      Field{"due_items", &MemberCredit::due_items},
                      Field{"settled_in_time", &MemberCredit::settled_in_time},
                      Field{"settled_in_time_percent", &MemberCredit::settled_in_time_percent},
                      Field{"longest_days_late", &MemberCredit::longest_days_late},
                      Field{"balance_fen", &MemberCredit::balance},
                      Field{"overdue_fen", &MemberCredit::overdue}};
  }
};
// Of one member, or of all in use who ever bought on account: D first, those without a band last,
// of one band who owes most overdue, then by their numbers. For managers and auditors; names are
// masked as in a list of members. Throws not_found and refused for one; ApprovalNeeded for too many
// people at once.
PHARMACY_API std::vector<MemberCredit> list_credit(
    Reading& reading, const std::optional<MemberId>& member = std::nullopt);

// Figures, which name nobody. Of members who were erased the accounts are one.
struct CreditFigures {
  std::int64_t members;  // who owe something
  Money balance;         // of all: below 0 where the pharmacy owes them more
  Money not_due;
  Money overdue;

  static constexpr auto fields() {
    return std::tuple{Field{"owing", &CreditFigures::members},
                      Field{"balance_fen", &CreditFigures::balance},
                      Field{"not_due_fen", &CreditFigures::not_due},
                      Field{"overdue_fen", &CreditFigures::overdue}};
  }
};
// What is overdue for 1-30, 31-60, 61-90 days, or for longer.
struct AgeFigures {
  std::string days;  // "1-30", "31-60", "61-90", "91-"
  std::int64_t items;
  Money open;

  static constexpr auto fields() {
    return std::tuple{Field{"days", &AgeFigures::days}, Field{"items", &AgeFigures::items},
                      Field{"open_fen", &AgeFigures::open}};
  }
};
struct BandFigures {
  std::optional<CreditBand> band;  // absent: without one
  std::int64_t members;            // in use, who ever bought on account

  static constexpr auto fields() {
    return std::tuple{Field{"band", &BandFigures::band}, Field{"members", &BandFigures::members}};
  }
};
struct CreditReport {
  Date as_of;
  CreditFigures in_all;
  std::vector<AgeFigures> by_age;  // each
  std::vector<BandFigures> bands;  // each
};
// As of today. Throws not_permitted to anyone who reads no figures.
PHARMACY_API CreditReport credit_report(Reading& reading);

}  // namespace pharmacy
