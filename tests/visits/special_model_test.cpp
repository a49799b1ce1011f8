// The limit of special drugs against a model that tells it once more in the simplest way: all sales
// and all who lived together in lists, looked through from the beginning for every window.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <vector>

#include "pharmacy/catalog.h"
#include "pharmacy/household.h"
#include "support/errors.h"
#include "support/trials.h"
#include "visits/special_store.h"

namespace pharmacy::test {

namespace {

constexpr int steps_each = 60;
constexpr int window = 7;
constexpr int most = 2;

// What a wrong limit would forget.
enum class Forgets {
  nothing,
  refunds,
  households,
  documents,
  later_sales,
  records,   // when a sale was recorded
  products,  // what a product was when it was sold
  links,     // whom a document links
  leavers    // who lived together until now
};

struct ModelSpecialSale {
  ReceiptId receipt;
  std::optional<std::int64_t> member;
  int card;  // none where it was not special
  int day;   // from the first
  int recorded;
  int packs;
  bool was_special;
  int returned = 0;
};

struct ModelStay {
  int household;
  std::int64_t member;
  int joined;
  std::optional<int> left{};
};

class ModelLimit {
 public:
  explicit ModelLimit(Forgets forgets) : forgets_{forgets} {}

  [[nodiscard]] bool allows(const ModelSpecialSale& asked) const {
    if (!asked.was_special) return true;
    if (asked.packs > most) return false;
    const auto counting = counting_for(asked);
    for (const int day : {asked.day, asked.recorded}) {
      for (int first = day - window + 1; first <= day; ++first) {
        int sum = asked.packs;
        for (const ModelSpecialSale& one : counting) {
          const bool is_late = forgets_ != Forgets::records && is_in(one.recorded, first);
          if (!is_in(one.day, first) && !is_late) continue;
          sum += one.packs - (forgets_ == Forgets::refunds ? 0 : one.returned);
        }
        if (sum > most) return false;
      }
      if (forgets_ == Forgets::records) break;
    }
    return true;
  }

  std::vector<ModelSpecialSale> sales;
  std::vector<ModelStay> stays;

 private:
  static bool is_in(int day, int first) { return first <= day && day < first + window; }

  [[nodiscard]] bool lived_together(std::int64_t one, std::int64_t other, int since) const {
    const auto is_over = [&](const ModelStay& stay) {
      return stay.left && (forgets_ == Forgets::leavers || *stay.left < since);
    };
    for (const ModelStay& a : stays) {
      for (const ModelStay& b : stays) {
        if (a.member != one || b.member != other || a.household != b.household) continue;
        if (is_over(a) || is_over(b)) continue;
        const bool met = (!a.left || b.joined <= *a.left) && (!b.left || a.joined <= *b.left);
        if (met) return true;
      }
    }
    return false;
  }

  [[nodiscard]] std::set<std::int64_t> members_for(const ModelSpecialSale& asked) const {
    std::set<std::int64_t> named;
    if (asked.member) named.insert(*asked.member);
    for (const ModelSpecialSale& one : sales) {
      if (forgets_ == Forgets::links || forgets_ == Forgets::documents) break;
      if (one.was_special && one.card == asked.card && one.member) named.insert(*one.member);
    }
    std::set<std::int64_t> all = named;
    if (forgets_ == Forgets::households) return all;
    for (const std::int64_t one : named) {
      for (std::int64_t other = 1; other <= 5; ++other) {
        if (lived_together(one, other, asked.day - window + 1)) all.insert(other);
      }
    }
    return all;
  }

  [[nodiscard]] std::vector<ModelSpecialSale> counting_for(const ModelSpecialSale& asked) const {
    const auto members = members_for(asked);
    const auto is_theirs = [&](const ModelSpecialSale& one) {
      return one.member && members.contains(*one.member);
    };
    std::set<int> cards{asked.card};
    for (const ModelSpecialSale& one : sales) {
      if (forgets_ != Forgets::links && one.was_special && is_theirs(one)) cards.insert(one.card);
    }
    if (forgets_ == Forgets::documents) cards.clear();
    std::vector<ModelSpecialSale> counting;
    for (const ModelSpecialSale& one : sales) {
      if (!one.was_special && forgets_ != Forgets::products) continue;
      if (forgets_ == Forgets::later_sales && one.day > asked.day) continue;
      if (is_theirs(one) || (one.was_special && cards.contains(one.card))) counting.push_back(one);
    }
    return counting;
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
      switch (random_.below(10)) {
        case 0:
          refund();
          break;
        case 1:
          move();
          break;
        case 2:
          relist();
          break;
        case 3:
        case 4:
          today_ += static_cast<int>(random_.between(1, 3));
          t_.set_day(day_of(today_));
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
  [[nodiscard]] std::string day_of(int day) const {
    return to_string(first_ + std::chrono::days{day});
  }

  void sell() {
    ModelSpecialSale asked{.receipt = {},
                           .member = {},
                           .card = static_cast<int>(random_.below(8)),
                           .day = today_,
                           .recorded = today_,
                           .packs = static_cast<int>(1 + random_.below(random_.one_in(5) ? 3 : 2)),
                           .was_special = is_special_};
    if (!random_.one_in(4)) asked.member = random_.between(1, 5);
    // Most show a card of their own.
    if (asked.member && !random_.one_in(4)) asked.card = static_cast<int>(*asked.member);
    if (random_.one_in(4)) asked.day -= static_cast<int>(random_.below(10));
    test::SpecialAsked says{.member = asked.member};
    if (is_special_) says.number = id_card(asked.card);
    if (asked.day != today_) says.day = day_of(asked.day);
    bool is_sold = true;
    try {
      asked.receipt = t_.sell(t_.sale({"E=" + std::to_string(asked.packs)}, says));
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

  // The product is special, and then not, and then again.
  void relist() {
    is_special_ = !is_special_;
    auto tx = t_.begin();
    edit_product(tx, "E",
                 {.special = is_special_ ? std::optional{SpecialDrug::ephedrine}
                                         : std::optional<SpecialDrug>{}});
    tx.commit();
  }

  ModelStay* stay_of(std::int64_t member) {
    const auto found = std::ranges::find_if(
        model_.stays, [&](const ModelStay& stay) { return stay.member == member && !stay.left; });
    return found == model_.stays.end() ? nullptr : &*found;
  }

  void move() {
    auto tx = t_.begin();
    const std::int64_t who = random_.between(1, 5);
    leave_household(tx, MemberId{who});
    if (ModelStay* stay = stay_of(who)) stay->left = today_;
    const std::int64_t with = random_.between(1, 5);
    if (with != who && !random_.one_in(3)) {
      join_household(tx, {.member = MemberId{who}, .with = MemberId{with}});
      if (stay_of(with) == nullptr)
        model_.stays.push_back({.household = ++households_, .member = with, .joined = today_});
      const int household = stay_of(with)->household;
      model_.stays.push_back({.household = household, .member = who, .joined = today_});
    }
    tx.commit();
  }

  Random& random_;
  SpecialStore t_{"2026-03-11"};
  ModelLimit model_;
  Date first_;
  int today_ = 10;
  bool is_special_ = true;
  int households_ = 0;
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
       {Forgets::refunds, Forgets::households, Forgets::documents, Forgets::later_sales,
        Forgets::records, Forgets::products, Forgets::links, Forgets::leavers}) {
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
