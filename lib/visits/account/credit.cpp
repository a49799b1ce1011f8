// How well members pay what they owe.
#include "pharmacy/credit.h"

#include <algorithm>
#include <array>

#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"
#include "visits/account/ledger.h"

namespace pharmacy {
namespace {

struct BandRule {
  CreditBand band;
  std::int64_t percent_min;
  std::int64_t days_late_max;
};
// The first that holds; without one it is the last band.
constexpr std::array band_rules{BandRule{CreditBand::a, 95, 15}, BandRule{CreditBand::b, 80, 30},
                                BandRule{CreditBand::c, 60, 90}};

std::optional<CreditBand> band_of(const MemberCredit& credit) {
  if (credit.due_items < credit_items_min) return std::nullopt;
  const auto* rule = std::ranges::find_if(band_rules, [&](const BandRule& one) {
    return 100 * credit.settled_in_time >= one.percent_min * credit.due_items &&
           credit.longest_days_late <= one.days_late_max;
  });
  return rule == band_rules.end() ? CreditBand::d : rule->band;
}

void put_history(MemberCredit& credit, const visits::Ledger& ledger, Date today) {
  const Date from = today - std::chrono::days{credit_history_days};
  for (const visits::Debt& debt : ledger.debts) {
    const AccountItem item = visits::item_of(debt, today);
    if (item.state == AccountItemState::not_due || item.due <= from) continue;
    ++credit.due_items;
    credit.settled_in_time += item.days_late == 0 ? 1 : 0;
    credit.longest_days_late = std::max(credit.longest_days_late, item.days_late);
  }
  if (credit.due_items > 0)
    credit.settled_in_time_percent = 100 * credit.settled_in_time / credit.due_items;
  credit.band = band_of(credit);
  credit.balance = ledger.balance();
  credit.overdue = ledger.overdue(today);
}

// Somebody who ever bought on account.
struct Borrower {
  MemberId member;
  std::optional<std::string> name;
  bool is_in_use;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &Borrower::member}, Field{"name", &Borrower::name},
                      Field{"is_in_use", &Borrower::is_in_use}};
  }
};

std::vector<Borrower> borrowers(Reading& reading) {
  return vault::database(reading).rows<Borrower>(
      "SELECT m.id, m.name, m.status = 'active' FROM member m WHERE m.id IN"
      " (SELECT r.member FROM payment p JOIN receipt r ON r.id = p.receipt"
      "  WHERE p.kind = 'account' AND r.day <= ?1) ORDER BY m.id",
      reading.today());
}

MemberCredit credit_of(const Borrower& who, const visits::Ledger& ledger, Date today) {
  MemberCredit credit{};
  credit.member = who.member;
  credit.name = who.name;
  put_history(credit, ledger, today);
  return credit;
}

void put_ages(CreditReport& report, const visits::Ledger& ledger) {
  for (const visits::Debt& debt : ledger.debts) {
    const AccountItem item = visits::item_of(debt, report.as_of);
    const Money open = item.amount - item.paid;
    if (item.state == AccountItemState::not_due) report.in_all.not_due += open;
    if (item.state != AccountItemState::overdue) continue;
    constexpr std::int64_t days_each = 30;
    const auto age = static_cast<std::size_t>((item.days_late - 1) / days_each);
    AgeFigures& figures = report.by_age[std::min(age, report.by_age.size() - 1)];
    ++figures.items;
    figures.open += open;
    report.in_all.overdue += open;
  }
}

}  // namespace

std::vector<MemberCredit> list_credit(Reading& reading, const std::optional<MemberId>& member) {
  vault::require(reading, vault::Permission::view_credit);
  if (member) require_in_use(reading, *member);
  visits::DueTerms terms{reading};
  const Date today = reading.today();
  std::vector<Borrower> people;
  if (member) {
    people = vault::database(reading).rows<Borrower>("SELECT id, name, 1 FROM member WHERE id = ?1",
                                                     *member);
  } else {
    people = borrowers(reading);
  }
  std::vector<MemberCredit> credits;
  for (const Borrower& who : people) {
    if (who.is_in_use)
      credits.push_back(credit_of(who, visits::ledger_of(reading, who.member, terms), today));
  }
  std::ranges::stable_sort(credits, [](const MemberCredit& a, const MemberCredit& b) {
    return a.band != b.band ? a.band > b.band : a.overdue > b.overdue;
  });
  vault::show_people(reading, credits);
  return credits;
}

CreditReport credit_report(Reading& reading) {
  vault::require(reading, vault::Permission::view_figures);
  CreditReport report{.as_of = reading.today(), .in_all = {}, .by_age = {}, .bands = {}};
  for (const char* days : {"1-30", "31-60", "61-90", "91-"})
    report.by_age.push_back({.days = days, .items = 0, .open = {}});
  for (const auto& [band, word] : EnumNames<CreditBand>::table)
    report.bands.push_back({.band = band, .members = 0});
  report.bands.push_back({.band = {}, .members = 0});
  visits::DueTerms terms{reading};
  for (const Borrower& who : borrowers(reading)) {
    const visits::Ledger ledger = visits::ledger_of(reading, who.member, terms);
    report.in_all.members += ledger.balance() > Money{0} ? 1 : 0;
    report.in_all.balance += ledger.balance();
    put_ages(report, ledger);
    if (!who.is_in_use) continue;
    const auto band = credit_of(who, ledger, report.as_of).band;
    ++std::ranges::find(report.bands, band, &BandFigures::band)->members;
  }
  return report;
}

}  // namespace pharmacy
