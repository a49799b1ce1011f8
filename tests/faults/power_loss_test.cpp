// The power goes off at any call of a whole command, and of its files and names only those are
// there that were synced, and some others: what it said is so, nothing is half done, and nothing
// that is whole is called damaged.
#include "power_loss.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>

#include "deeds.h"
#include "new_shop.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// A command that was done once, under the eyes of strace.
struct Undertaking {
  std::filesystem::path root;
  std::set<std::string> except;
  DiskHistory history;
  // Opens the store, which is there before the command and after it.
  std::optional<Run> look;
  // What is wrong with what is there, of a command that had said so much; empty where all is well.
  std::function<std::string(const Ended& ended)> judge;
};

Undertaking undertaking_of(const std::function<Deed(const Counter&)>& prepare) {
  const auto counter = std::make_shared<Counter>();
  const auto swept = std::make_shared<SweptCommand>(*counter, prepare(*counter), "fsync",
                                                    [](const std::string&) { return false; });
  swept->begin_again();
  const std::set<std::string> kept{"kept", "calls"};
  return {counter->dir().path(), kept, history_of(swept->command(), counter->dir().path(), kept),
          counter->command("store", {"staff", "list"}), [counter, swept](const Ended& ended) {
            return swept->judge(swept->acknowledged(ended) ? SweptCommand::Done::yes
                                                           : SweptCommand::Done::unknown);
          }};
}

Undertaking new_shop() {
  const auto shop = std::make_shared<NewShop>();
  return {
      shop->dir().path(),
      {},
      history_of(shop->init(), shop->dir().path(), {}),
      {},
      [shop](const Ended& ended) { return shop->judge(ended.status == 0 || !ended.out.empty()); }};
}

// A store made of a backup on another machine, in a directory whose parent is not there either.
class MovedShop {
 public:
  MovedShop() { counter_.must("store", {"backup", backup_}); }
  [[nodiscard]] const TempDir& dir() const { return counter_.dir(); }
  [[nodiscard]] Run restore() const {
    return counter_.command("store", {"restore", backup_, "--store", place_});
  }
  [[nodiscard]] std::string judge(const Ended& ended) const {
    const bool is_there = std::filesystem::exists(place_ + "/store.keys");
    if (ended.status == 0 || !ended.out.empty() || is_there) return fault();
    const auto again = run_process(restore());
    return again.status == 0 ? fault() : "repeated: " + again.err;
  }

 private:
  [[nodiscard]] std::string fault() const {
    const auto checked = counter_.run("store", {"check", "--store", place_});
    return checked.status == 0 ? "" : checked.err + checked.out;
  }

  Counter counter_;
  std::string backup_ = counter_.dir().file("made.backup");
  std::string place_ = counter_.dir().file("branch/store");
};

Undertaking moved_shop() {
  const auto shop = std::make_shared<MovedShop>();
  return {shop->dir().path(),
          {},
          history_of(shop->restore(), shop->dir().path(), {}),
          {},
          [shop](const Ended& ended) { return shop->judge(ended); }};
}

Undertaking sale() {
  return undertaking_of([](const Counter&) { return one_sale; });
}

struct NamedUndertaking {
  std::string name;
  std::function<Undertaking()> begin;
};

std::vector<NamedUndertaking> all_undertakings() {
  std::vector<NamedUndertaking> all{
      {"a new store", new_shop}, {"a store made elsewhere", moved_shop}, {"a sale", sale}};
  for (const auto* deeds : {&store_deeds, &daily_deeds})
    for (const auto& deed : *deeds)
      all.push_back({deed.name, [deed] { return undertaking_of(deed.prepare); }});
  return all;
}

// A step before which the power goes off: in a quarter of the cases none, as all is said and done;
// in half of them one that does something else than write to a file.
std::size_t some_step(const DiskHistory& history, Random& random) {
  const auto all = static_cast<std::uint32_t>(history.steps.size());
  const auto kind = random.below(4);
  if (kind == 0) return all;
  std::size_t step = random.below(all);
  while (kind > 1 && history.steps[step].what == HistoryStep::What::write) step = random.below(all);
  return step;
}

std::string fault_after_loss(const Undertaking& one, std::size_t step, HeededSyncs heeded,
                             Random& random) {
  put_files(one.root, one.except, left_by_power_loss(one.history, step, heeded, random));
  return one.judge(one.history.ended_before(step));
}

// The same if it goes off again while somebody looks at the store that was left.
std::string fault_after_two(const Undertaking& one, std::size_t step, Random& random) {
  put_files(one.root, one.except, left_by_power_loss(one.history, step, {}, random));
  const auto history = history_of(*one.look, one.root, one.except);
  const auto end = static_cast<std::uint32_t>(history.steps.size());
  put_files(one.root, one.except, left_by_power_loss(history, random.below(end + 1), {}, random));
  return one.judge(one.history.ended_before(step));
}

// How many losses in a hundred are noticed if the command had said that it was done.
std::int64_t noticed(const char* name, const std::function<Undertaking()>& begin,
                     HeededSyncs heeded) {
  const Undertaking one = begin();
  Trials trials(name, 16, 16);
  trials.tally("noticed", 0);
  trials.each([&](std::int64_t, Random& random) {
    if (!fault_after_loss(one, one.history.steps.size(), heeded, random).empty())
      trials.tally("noticed");
  });
  return trials.tallied("noticed") * 100 / trials.done();
}

constexpr int losses_each = 8;
constexpr std::int64_t rounds = 200;  // of each command

}  // namespace

TEST_CASE("no loss of power at any call of a command loses or damages what it says is done") {
  const auto undertakings = all_undertakings();
  Trials trials("power losses, 8 of each round of a command", 3, rounds * std::ssize(undertakings));
  for (const char* what : {"bad", "losses after losses"}) trials.tally(what, 0);
  std::optional<Undertaking> one;
  const NamedUndertaking* of = nullptr;
  trials.each([&](std::int64_t number, Random& random) {
    const auto& named = undertakings.at(static_cast<std::size_t>(number / rounds));
    if (of != &named) one.emplace(named.begin());
    of = &named;
    for (int i = 0; i < losses_each; ++i) {
      const std::size_t step = some_step(one->history, random);
      const bool again = one->look && random.one_in(4);
      const std::string fault =
          again ? fault_after_two(*one, step, random) : fault_after_loss(*one, step, {}, random);
      if (again) trials.tally("losses after losses");
      if (!fault.empty()) trials.tally("bad");
      CHECK_MESSAGE(fault.empty(), named.name << ", before step " << step << ": " << fault);
    }
  });
}

TEST_CASE("losses of power are noticed where the disk does not heed syncs") {
  const HeededSyncs of_files{.of_files = true, .of_directories = false};
  const HeededSyncs of_directories{.of_files = false, .of_directories = true};
  CHECK(noticed("control: no sync of a new store's directories heeded", new_shop, of_files) >= 20);
  CHECK(noticed("control: no sync of another place's directories", moved_shop, of_files) >= 20);
  CHECK(noticed("control: no sync of a sale's files heeded", sale, of_directories) >= 20);
}

}  // namespace pharmacy::test
