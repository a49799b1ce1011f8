// The limit of special drugs against a model that tells it once more in the simplest way: all sales
// in one list, looked through from the beginning for every day of every window.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <vector>

#include "pharmacy/household.h"
#include "support/errors.h"
#include "support/trials.h"
#include "visits/special_store.h"

namespace pharmacy::test {

namespace {

constexpr int steps_each = 40;
constexpr int window = 7;
constexpr int most = 2;

// What a wrong limit would forget.
enum class Forgets { nothing, refunds, households, documents, later_sales };

struct ModelSpecialSale {
  ReceiptId receipt;
  std::optional<std::int64_t> member;
  int card;
  int day;  // from the first
  int packs;
  int returned = 0;
};

class ModelLimit {
 public:
  explicit ModelLimit(Forgets forgets) : forgets_{forgets} {}

  [[nodiscard]] bool allows(const ModelSpecialSale& asked) const {
    if (asked.packs > most) return false;
    for (int first = asked.day - window + 1; first <= asked.day; ++first) {
      int sum = asked.packs;
      for (const ModelSpecialSale& one : sales) {
        if (one.day < first || one.day >= first + window) continue;
        if (forgets_ == Forgets::later_sales && one.day > asked.day) continue;
        if (!counts_for(one, asked)) continue;
        sum += one.packs - (forgets_ == Forgets::refunds ? 0 : one.returned);
      }
      if (sum > most) return false;
    }
    return true;
  }

  std::vector<ModelSpecialSale> sales;
  std::vector<std::set<std::int64_t>> households;

 private:
  [[nodiscard]] bool counts_for(const ModelSpecialSale& one, const ModelSpecialSale& asked) const {
    if (one.card == asked.card && forgets_ != Forgets::documents) return true;
    if (!one.member || !asked.member) return false;
    if (one.member == asked.member) return true;
    if (forgets_ == Forgets::households) return false;
    return std::ranges::any_of(households, [&](const std::set<std::int64_t>& household) {
      return household.contains(*one.member) && household.contains(*asked.member);
    });
  }

  Forgets forgets_;
};

// A random life of a counter; how often the limit and the model said otherwise.
class Life {
 public:
  Life(Random& random, Forgets forgets)
      : random_{random}, model_{forgets}, first_{parse_date("2026-03-01").value()} {}

  int run() {
    for (int step = 0; step < steps_each; ++step) {
      switch (random_.below(6)) {
        case 0:
          refund();
          break;
        case 1:
          move();
          break;
        default:
          sell();
      }
    }
    return differences_;
  }
  [[nodiscard]] int sold() const { return static_cast<int>(model_.sales.size()); }
  [[nodiscard]] int refused() const { return refused_; }

 private:
  void sell() {
    ModelSpecialSale asked{.receipt = {},
                           .member = {},
                           .card = static_cast<int>(random_.below(4)),
                           .day = static_cast<int>(random_.below(20)),
                           .packs = static_cast<int>(1 + random_.below(random_.one_in(5) ? 3 : 2))};
    if (!random_.one_in(4)) asked.member = random_.between(1, 5);
    const std::string day = to_string(first_ + std::chrono::days{asked.day});
    const NewSale sale =
        t_.sale({"E=" + std::to_string(asked.packs)},
                {.member = asked.member, .number = id_card(asked.card), .day = day});
    bool is_sold = true;
    try {
      asked.receipt = t_.sell(sale);
    } catch (const Error& error) {
      REQUIRE(error.code() == Errc::refused);
      is_sold = false;
      ++refused_;
    }
    if (is_sold != model_.allows(asked)) ++differences_;
    if (is_sold) model_.sales.push_back(asked);
  }

  void refund() {
    if (model_.sales.empty()) return;
    auto& sale = model_.sales[random_.below(static_cast<std::uint32_t>(model_.sales.size()))];
    if (sale.returned == sale.packs) return;
    t_.take_back({.receipt = sale.receipt,
                  .items = {{.line = 1, .quantity = Quantity{1000}}},
                  .reason = "quality"});
    ++sale.returned;
  }

  void move() {
    auto tx = t_.begin();
    const std::int64_t who = random_.between(1, 5);
    leave_household(tx, MemberId{who});
    for (auto& household : model_.households) household.erase(who);
    const std::int64_t with = random_.between(1, 5);
    if (with != who && !random_.one_in(3)) {
      join_household(tx, {.member = MemberId{who}, .with = MemberId{with}});
      const auto found = std::ranges::find_if(
          model_.households, [&](const auto& household) { return household.contains(with); });
      if (found == model_.households.end()) {
        model_.households.push_back({who, with});
      } else {
        found->insert(who);
      }
    }
    tx.commit();
  }

  Random& random_;
  SpecialStore t_{"2026-03-25"};
  ModelLimit model_;
  Date first_;
  int differences_ = 0;
  int refused_ = 0;
};

// What one till of several does: tries to sell a pack to one of two who live together, by one of
// two documents; how often it sold.
int try_to_sell(const SpecialStore& t, int till) {
  auto store = t.open_again(std::chrono::seconds{60});
  int sold = 0;
  for (int i = 0; i < 5; ++i) {
    try {
      auto tx = store.begin({.id = new_operation_id(), .request = "sale"});
      add_sale(tx, t.sale({"E=1"}, {.member = 1 + (till + i) % 2, .number = id_card(till)}));
      tx.commit();
      ++sold;
    } catch (const Error& error) {
      if (error.code() != Errc::refused) throw;
    }
  }
  return sold;
}

}  // namespace

TEST_CASE("random sales, refunds and households: the limit is the model's") {
  Trials trials{"special drugs", 12, 400};
  trials.each([&](std::int64_t, Random& random) {
    Life life{random, Forgets::nothing};
    CHECK(life.run() == 0);
    trials.tally("sold", life.sold());
    trials.tally("refused", life.refused());
  });
  CHECK(trials.tallied("sold") > 0);
  CHECK(trials.tallied("refused") > 0);
}

TEST_CASE("a limit that forgets something is found out") {
  for (const Forgets forgets :
       {Forgets::refunds, Forgets::households, Forgets::documents, Forgets::later_sales}) {
    CAPTURE(static_cast<int>(forgets));
    int differences = 0;
    for (std::uint64_t seed = 1; seed <= 40 && differences == 0; ++seed) {
      Random random{seed};
      differences += Life{random, forgets}.run();
    }
    CHECK(differences > 0);
  }
}

TEST_CASE("eight tills sell at once to one household: it gets two packs, not one more") {
  SpecialStore t;
  t.live_together(1, 2);
  t.close();
  std::vector<pid_t> tills;
  for (int till = 0; till < 8; ++till) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      int sold = 250;
      try {
        sold = try_to_sell(t, till);
      } catch (...) {  // the status tells
      }
      _exit(sold);
    }
    tills.push_back(child);
  }
  int sold = 0;
  for (const pid_t till : tills) {
    int status = 0;
    REQUIRE(waitpid(till, &status, 0) == till);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) < 250);
    sold += WEXITSTATUS(status);
  }
  CHECK(sold == 2);
  t.reopen();
  auto reading = t.reading();
  CHECK(list_receipts(reading, {}).size() == 2);
}

}  // namespace pharmacy::test
