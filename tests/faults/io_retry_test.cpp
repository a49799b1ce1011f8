// After every error of the disk: what was acknowledged is there, and what is repeated under its
// operation id is done once.
#include <new>

#include "pharmacy/error.h"
#include "support/fault_vfs.h"
#include "support/test_store.h"
#include "support/trials.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

using db::test::Call;
using db::test::DefaultFaultVfs;
using db::test::failing_calls;
using db::test::Fault;
using db::test::set_fault;

constexpr const char* counted = "counted";

// A store in which each operation adds 1.
class CountingStore {
 public:
  // What happened to an operation.
  enum class Outcome { done, failed, unknown };

  // Whether others have the store open, without whom the log is read anew afterwards.
  enum class Others { away, there };

  // Opens the store anew and does the operation, with these faults below; so often, if it fails.
  Outcome add_with(const Operation& operation, Others others, int times, const Fault& fault,
                   const Fault& other = {}) {
    if (others == Others::away) store_.close();
    set_fault(fault, other);
    Outcome outcome = add(operation);
    for (int i = 1; i < times && outcome != Outcome::done; ++i) {
      const Outcome next = add(operation);
      if (next == Outcome::done || outcome == Outcome::failed) outcome = next;
    }
    met_ = db::test::faults_met();
    set_fault({});
    if (others == Others::away) store_.reopen();
    return outcome;
  }
  [[nodiscard]] int met() const { return met_; }

  // What is wrong afterwards, once the operation was repeated under `id`, its own or another.
  std::string judge(const Operation& operation, Outcome outcome, const Operation& id) {
    const bool is_there = sum() != sum_;
    if (sum() > sum_ + 1) return "done more than once";
    if (outcome == Outcome::done && !is_there) return "what was acknowledged is lost";
    if (outcome == Outcome::failed && is_there) return "what failed is there";
    if (store_.store().result_of(operation).has_value() != is_there) return "done without its id";
    if (add(id) != Outcome::done) return "it cannot be repeated";
    const bool once = sum() == sum_ + 1;
    sum_ = sum();
    return once ? "" : "repeated, it was done again";
  }
  [[nodiscard]] bool is_sound() { return store_.store().check().empty(); }

 private:
  Outcome add(const Operation& operation) {
    try {
      Store store = store_.open_again();
      if (store.result_of(operation)) return Outcome::done;
      auto tx = store.begin(operation);
      vault::database(tx).run(
          "INSERT INTO setting (key, value) VALUES (?1, '1')"
          " ON CONFLICT (key) DO UPDATE SET value = value + 1",
          std::string_view{counted});
      tx.commit("done");
      return Outcome::done;
    } catch (const Error& error) {
      CAPTURE(error.what());
      CHECK((error.code() == Errc::io || error.code() == Errc::busy ||
             error.code() == Errc::outcome_unknown));
      return error.code() == Errc::outcome_unknown ? Outcome::unknown : Outcome::failed;
    } catch (const std::bad_alloc&) {
      return Outcome::failed;
    }
  }
  std::int64_t sum() {
    auto reading = store_.reading();
    return vault::database(reading)
        .value<std::int64_t>("SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?1",
                             std::string_view{counted})
        .value_or(0);
  }

  DefaultFaultVfs vfs_;
  TestStore store_{"2026-03-01"};
  std::int64_t sum_ = 0;
  int met_ = 0;
};

struct Found {
  int errors = 0, unknown = 0, bad = 0;
};

// Each call of every kind fails, once or from then on.
Found sweep_retries() {
  using Others = CountingStore::Others;
  CountingStore store;
  Found found;
  int number = 0;
  const auto fails = [&](const Fault& fault) {
    const Operation operation{.id = "sweep-" + std::to_string(++number), .request = "add"};
    const auto outcome =
        store.add_with(operation, fault.for_good ? Others::there : Others::away, 1, fault);
    const bool is_met = store.met() > 0;
    if (is_met) ++found.errors;
    if (outcome == CountingStore::Outcome::unknown) ++found.unknown;
    const auto wrong = store.judge(operation, outcome, operation);
    if (!wrong.empty()) ++found.bad;
    CHECK(wrong == "");
    return is_met;
  };
  Random random;
  for (const auto& failing : failing_calls) {
    Fault fault{.call = failing.call,
                .k = 1,
                .code = failing.code,
                .for_good = random.one_in(2),
                .short_by = 9};
    CAPTURE(static_cast<int>(fault.call));
    CAPTURE(fault.for_good);
    for (; fails(fault); ++fault.k) REQUIRE(fault.k < 2000);
  }
  CHECK(store.is_sound());
  return found;
}

}  // namespace

TEST_CASE("after an error at any call a change is there or not, and repeated it is done once") {
  const auto found = sweep_retries();
  MESSAGE(found.errors << " errors, " << found.unknown << " outcomes unknown");
  CHECK(found.errors > 100);
  CHECK(found.unknown > 0);
  CHECK(found.bad == 0);
}

TEST_CASE(
    "a change that failed and is called done, or is repeated under another id, is found out") {
  using Outcome = CountingStore::Outcome;
  CountingStore store;
  const auto operation = [](const char* id) { return Operation{.id = id, .request = "add"}; };
  const auto add = [&](const char* id, const Fault& fault) {
    return store.add_with(operation(id), CountingStore::Others::there, 1, fault);
  };
  REQUIRE(add("full", {.call = Call::write, .k = 1, .code = SQLITE_FULL}) == Outcome::failed);
  CHECK(store.judge(operation("full"), Outcome::done, operation("full")) ==
        "what was acknowledged is lost");
  REQUIRE(add("well", {}) == Outcome::done);
  CHECK(store.judge(operation("well"), Outcome::done, operation("other")) ==
        "repeated, it was done again");
}

TEST_CASE("after two errors a change is there or not, and repeated it is done once") {
  CountingStore store;
  Trials trials("pairs of errors of the disk", 100, 20'000);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random& random) {
    const auto any_fault = [&]() -> Fault {
      const auto& [call, code] = failing_calls[random.below(std::size(failing_calls))];
      // Most calls are reads and locks.
      const std::uint32_t reach = call == Call::read || call == Call::any ? 30 : 4;
      return {.call = call,
              .k = static_cast<int>(1 + random.below(reach)),
              .code = code,
              .for_good = random.one_in(3),
              .short_by = static_cast<int>(1 + random.below(4095))};
    };
    const Fault first = any_fault(), second = any_fault();
    const Operation operation{.id = "pair-" + std::to_string(number), .request = "add"};
    const auto others =
        random.one_in(2) ? CountingStore::Others::away : CountingStore::Others::there;
    const auto outcome = store.add_with(operation, others, 3, first, second);
    trials.tally(store.met() == 2 ? "both met" : store.met() == 1 ? "one met" : "none met");
    const auto fault = store.judge(operation, outcome, operation);
    if (!fault.empty()) trials.tally("bad");
    CHECK(fault == "");
  });
  CHECK(trials.tallied("both met") * 10 >= trials.done());
  CHECK(store.is_sound());
}

TEST_CASE("after a sync that failed the connection is closed, and after a write it need not be") {
  const DefaultFaultVfs vfs;
  TestStore t{"2026-03-01"};
  t.begin().commit();
  const auto closed_after = [&](const Fault& fault, Errc expected) {
    int closed = 0;
    {
      auto tx = t.begin();
      db::test::watch([&](const db::test::Done& done) {
        if (done.what == db::test::Done::What::close && !done.to_log) ++closed;
      });
      set_fault(fault);
      Errc code{};
      try {
        tx.commit();
      } catch (const Error& error) {
        code = error.code();
      }
      CHECK(code == expected);
    }
    set_fault({});
    db::test::watch(nullptr);
    return closed;
  };
  CHECK(closed_after({.call = Call::sync, .k = 1, .code = SQLITE_IOERR_FSYNC},
                     Errc::outcome_unknown) == 1);
  CHECK(closed_after({.call = Call::write, .k = 1, .code = SQLITE_FULL}, Errc::io) == 0);
  t.begin().commit();
}

}  // namespace pharmacy::test
