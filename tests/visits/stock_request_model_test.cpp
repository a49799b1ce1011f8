// The queue for goods against a model that tells it once more in the simplest way: all requests and
// all sales in lists, looked through from the beginning.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "support/trials.h"
#include "visits/waiting_store.h"

namespace pharmacy::test {

namespace {

constexpr int queue_steps = 60;
constexpr int waiting_members = 5;
constexpr int days_held = 3;

// What a wrong queue would forget.
enum class QueueForgets {
  nothing,
  typing,       // that what was mistyped served nobody
  reasons,      // that other reasons leave a request ended
  other_sales,  // that another sale served her since
  asked_anew,   // that she waits already
  places        // in which place she was
};

struct QueuedRequest {
  StockRequestId id;
  int who;
  std::int64_t wants;
  std::int64_t held = 0;
  int held_until = -1;  // a day from the first
  int served_by = -1;   // a sale
  int place;
};

struct QueuedSale {
  ReceiptId receipt;
  int who;
  int day;
  std::int64_t packs;
  std::int64_t typed = 0;  // as typing
  std::int64_t back = 0;   // in any way
};

class ModelQueue {
 public:
  explicit ModelQueue(QueueForgets forgets) : forgets_{forgets} {}

  // Those that are open, in the order in which they are served.
  std::vector<QueuedRequest*> open() {
    std::vector<QueuedRequest*> found;
    for (QueuedRequest& one : requests) {
      if (one.served_by < 0) found.push_back(&one);
    }
    std::ranges::stable_sort(found, {}, [](const QueuedRequest* one) {
      return std::pair{rank_of(one->who), one->place};
    });
    return found;
  }
  [[nodiscard]] bool waits(int who) const {
    return std::ranges::any_of(
        requests, [&](const QueuedRequest& one) { return one.who == who && one.served_by < 0; });
  }
  void sold(int sale) {
    for (QueuedRequest& one : requests) {
      if (one.served_by < 0 && serves(sale, one)) one.served_by = sale;
    }
  }
  void taken_back(int sale, bool as_typing) {
    if (forgets_ == QueueForgets::typing) return;
    if (!as_typing && forgets_ != QueueForgets::reasons) return;
    for (QueuedRequest& one : requests) {
      if (one.served_by != sale || serves(sale, one)) continue;
      const int count = static_cast<int>(sales.size());
      int by = sale + 1;
      while (by < count && !serves(by, one)) ++by;
      if (by < count && forgets_ != QueueForgets::other_sales) {
        one.served_by = by;
      } else if (forgets_ == QueueForgets::asked_anew || !waits(one.who)) {
        one.served_by = -1;
        if (forgets_ == QueueForgets::places) one.place = static_cast<int>(requests.size());
      }
    }
  }
  void held(std::int64_t packs, int today) {
    for (QueuedRequest* one : open()) {
      if (one->held_until >= today) continue;
      if (packs <= 0) break;
      one->held = std::min(packs, one->wants);
      one->held_until = today + days_held;
      packs -= one->held;
    }
  }
  static int rank_of(int who) { return who % 3; }

  std::vector<QueuedRequest> requests;
  std::vector<QueuedSale> sales;

 private:
  [[nodiscard]] bool serves(int sale, const QueuedRequest& request) const {
    const QueuedSale& one = sales[static_cast<std::size_t>(sale)];
    const auto lost = forgets_ == QueueForgets::reasons ? one.back : one.typed;
    const auto enough = request.held_until >= one.day ? request.held : request.wants;
    return one.who == request.who && one.packs - lost >= enough;
  }

  QueueForgets forgets_;
};

// A random life of a counter; how often the queue and the model said otherwise.
class QueueLife {
 public:
  QueueLife(Random& random, QueueForgets forgets) : random_{random}, model_{forgets} {
    constexpr std::array classes{MemberClass::key, MemberClass::potential, MemberClass::member};
    for (int who = 0; who < waiting_members; ++who) {
      const auto rank = static_cast<std::size_t>(ModelQueue::rank_of(who));
      members_.push_back(t_.add("某" + std::to_string(who), classes.at(rank)));
    }
  }

  int run() {
    for (int step = 0; step < queue_steps; ++step) {
      switch (random_.below(8)) {
        case 0:
        case 1:
          ask();
          break;
        case 2:
          t_.set_day(to_string(first_ + std::chrono::days{++today_}));
          break;
        case 3:
          hold();
          break;
        case 4:
        case 5:
          take_back();
          break;
        default:
          sell();
      }
      if (stands() != model_stands()) ++differences_;
    }
    return differences_;
  }
  [[nodiscard]] int reopened() const { return reopened_; }

 private:
  using Standing = std::tuple<StockRequestId, bool, Quantity>;  // whether held, and how much

  std::vector<Standing> stands() {
    std::vector<Standing> all;
    for (const StockRequest& one : t_.open("A"))
      all.emplace_back(one.id, one.state == StockRequestState::held, one.held.value_or(Quantity{}));
    return all;
  }
  std::vector<Standing> model_stands() {
    std::vector<Standing> all;
    for (const QueuedRequest* one : model_.open()) {
      const bool is_held = one->held_until >= today_;
      all.emplace_back(one->id, is_held, Quantity{is_held ? one->held * 1000 : 0});
    }
    return all;
  }
  MemberId member(int who) { return members_[static_cast<std::size_t>(who)]; }

  void ask() {
    const int who = static_cast<int>(random_.below(waiting_members));
    if (is_waiting(who)) return;
    const auto wants = random_.between(1, 3);
    const auto id = t_.ask(member(who), "A", wants * 1000);
    model_.requests.push_back(
        {.id = id, .who = who, .wants = wants, .place = static_cast<int>(model_.requests.size())});
  }
  // By the store: a wrong model may say otherwise.
  bool is_waiting(int who) {
    return std::ranges::any_of(t_.open("A"),
                               [&](const StockRequest& one) { return one.member == member(who); });
  }
  void hold() {
    const auto packs = random_.between(1, 4);
    t_.hold("A", packs * 1000);
    model_.held(packs, today_);
  }
  void sell() {
    const int who = static_cast<int>(random_.below(waiting_members));
    const auto packs = random_.between(1, 3);
    const ReceiptId receipt =
        t_.sell(NewSale{.member = member(who), .items = items_of({"A=" + std::to_string(packs)})});
    model_.sales.push_back({.receipt = receipt, .who = who, .day = today_, .packs = packs});
    model_.sold(static_cast<int>(model_.sales.size()) - 1);
  }
  void take_back() {
    if (model_.sales.empty()) return;
    const auto at = random_.below(static_cast<std::uint32_t>(model_.sales.size()));
    QueuedSale& sale = model_.sales[at];
    if (sale.back == sale.packs) return;
    const auto packs = random_.between(1, sale.packs - sale.back);
    const bool as_typing = !random_.one_in(3);
    const auto before = t_.open("A").size();
    t_.take_back({.receipt = sale.receipt,
                  .items = {{.line = 1, .quantity = Quantity{packs * 1000}}},
                  .reason = as_typing ? "typing" : "quality"});
    if (t_.open("A").size() > before) ++reopened_;
    sale.back += packs;
    if (as_typing) sale.typed += packs;
    model_.taken_back(static_cast<int>(at), as_typing);
  }

  Random& random_;
  WaitingStore t_;
  ModelQueue model_;
  Date first_ = parse_date("2026-03-01").value();
  int today_ = 0;
  std::vector<MemberId> members_;
  int differences_ = 0;
  int reopened_ = 0;
};

}  // namespace

TEST_CASE("random requests, sales and refunds: the queue is the model's") {
  Trials trials{"stock requests", 12, 400};
  trials.each([&](std::int64_t, Random& random) {
    QueueLife life{random, QueueForgets::nothing};
    CHECK(life.run() == 0);
    trials.tally("reopened", life.reopened());
  });
  CHECK(trials.tallied("reopened") > 0);
}

TEST_CASE("a queue that forgets something is found out") {
  for (const QueueForgets forgets :
       {QueueForgets::typing, QueueForgets::reasons, QueueForgets::other_sales,
        QueueForgets::asked_anew, QueueForgets::places}) {
    CAPTURE(static_cast<int>(forgets));
    int differences = 0;
    for (std::uint64_t seed = 1; seed <= 40 && differences == 0; ++seed) {
      Random random{seed};
      differences += QueueLife{random, forgets}.run();
    }
    CHECK(differences > 0);
  }
}

}  // namespace pharmacy::test
