// visit account: what members bought on account, and what they pay towards it.
#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "pharmacy/credit.h"
#include "pharmacy/members.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

// What a machine learns of a payment that was recorded, or marked as a mistake.
struct RecordedPayment {
  AccountPaymentId payment;
  MemberId member;
  Money balance;
  Money overdue;

  static constexpr auto fields() {
    return std::tuple{Field{"payment", &RecordedPayment::payment},
                      Field{"member", &RecordedPayment::member},
                      Field{"balance_fen", &RecordedPayment::balance},
                      Field{"overdue_fen", &RecordedPayment::overdue}};
  }
};

void define_account_pay(Frame& frame) {
  struct PayAsked {
    std::string who;
    NewAccountPayment payment;
  };
  CLI::App& cmd =
      frame.command("account pay", _("Record what a member pays towards what she owes"),
                    {"visit account pay 6001 20.00", "visit account pay M1 8 --by transfer"});
  auto asked = std::make_shared<PayAsked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "amount", asked->payment.amount, _("How much, in yuan"))->required();
  frame.option(cmd, "--by", asked->payment.kind,
               _("cash, card, wechat, alipay or transfer; cash where absent"));
  frame.option(cmd, "--on", asked->payment.on, _("The day it was paid; today where absent"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    asked->payment.member = get_member_id(tx, asked->who);
    const AccountPaymentId id = add_account_payment(tx, asked->payment);
    const AccountSums sums = get_account(tx, asked->payment.member).sums;
    out.record("visit.account.payment",
               RecordedPayment{id, sums.member, sums.balance, sums.overdue});
    out.changed(
        fmt::format(fmt::runtime(_("recorded payment {id}: {member} owes {balance} now")),
                    fmt::arg("id", to_string(id)), fmt::arg("member", to_string(sums.member)),
                    fmt::arg("balance", to_string(sums.balance))),
        fmt::format("visit account void {} --reason typing", to_string(id)));
  });
}

void define_account_void(Frame& frame) {
  struct VoidAsked {
    AccountPaymentId payment;
    std::string reason;
  };
  CLI::App& cmd = frame.command("account void", _("Say that a payment was recorded by mistake"),
                                {"visit account void 1 --reason 录错会员"});
  auto asked = std::make_shared<VoidAsked>();
  frame.option(cmd, "payment", asked->payment, _("Number of the payment"))->required();
  frame.option(cmd, "--reason", asked->reason, _("Why"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    void_account_payment(tx, asked->payment, asked->reason);
    out.changed(fmt::format(fmt::runtime(_("payment {} is marked as a mistake")),
                            to_string(asked->payment)),
                {});
  });
}

Table payments_for_people(const std::vector<AccountPayment>& payments, int columns) {
  return narrowed(
      only(to_table(payments),
           {"id", "day", "amount_fen", "paid_by", "staff", "voided_at", "void_reason"}),
      {.scope = "account_payments", .first_to_go = {"staff", "void_reason"}, .columns = columns});
}

void define_account_show(Frame& frame) {
  struct ShowAsked {
    std::string who;
    bool all = false;
  };
  CLI::App& cmd =
      frame.command("account show", _("What a member owes, since when, and what she paid"),
                    {"visit account show 6001", "visit account show M1 --all"});
  auto asked = std::make_shared<ShowAsked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--all", asked->all, _("Also what is settled, and all payments"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    const auto account = get_account(reading, get_member_id(reading, asked->who), asked->all);
    out.report("visit.account", to_table(std::vector{account.sums}),
               {list_section("account_items", account.items),
                {"account_payments", Section::Kind::list,
                 readers_of(frame) == Readers::people
                     ? payments_for_people(account.payments, columns_of_screen(frame))
                     : to_table(account.payments)}});
  });
}

}  // namespace

void define_accounts(Frame& frame) {
  frame.noun("account", _("What members bought on account, and pay"));
  define_account_pay(frame);
  define_account_void(frame);
  define_account_show(frame);
}

}  // namespace pharmacy::cli
