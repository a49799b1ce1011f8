// Stores of older and of newer versions of the suite, as the programs meet them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "db/migrate.h"
#include "support/counter.h"
#include "support/old_schema.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr int programs = 6;

// A store with a sale and a refund, at every older schema.
class OldStores {
 public:
  OldStores() {
    counter_.must("visit", {"buy", "6001", "6901234567890=2@28.00"});
    counter_.must("visit", {"refund", "1", "--all", "--reason", "typing"});
    counter_.keep();
    for (std::int64_t version = 1; version < db::newest_schema(); ++version) {
      counter_.put_back();
      put_schema_back(counter_, version);
      fs::copy(counter_.store(), kept(version), fs::copy_options::recursive);
    }
  }

  [[nodiscard]] const Counter& counter() const { return counter_; }
  void put_back(std::int64_t version) const {
    fs::remove_all(counter_.store());
    fs::copy(kept(version), counter_.store(), fs::copy_options::recursive);
  }
  // What one of the programs does that meet.
  [[nodiscard]] Run addition(int number) const {
    return counter_.command("member", {"add", fmt::format("member {}", number), "--card",
                                       fmt::format("70{:02}", number)});
  }
  // What the store holds when all did it one after the other. It is another store then.
  [[nodiscard]] const std::string& rows(std::int64_t version) {
    auto& rows = rows_[version];
    if (!rows.empty()) return rows;
    put_back(version);
    for (int i = 0; i < programs; ++i) CHECK(run_process(addition(i)).status == 0);
    return rows = counter_.rows(Counter::Compared::counts);
  }

 private:
  [[nodiscard]] std::string kept(std::int64_t version) const {
    return counter_.dir().file(fmt::format("schema-{}", version));
  }

  Counter counter_;
  std::map<std::int64_t, std::string> rows_;
};

// The files of a store that hold anything, one after the other.
std::string content_of(const std::string& store) {
  std::string all;
  for (const char* name : {"store.db", "store.db-wal", "store.keys"})
    all += name + bytes_of(fs::path{store} / name);
  return all;
}

}  // namespace

TEST_CASE("six programs that open a store of an older schema at once migrate it once") {
  OldStores stores;
  Trials trials{"migrations by six at once", 10, 2000};
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const std::int64_t version = 1 + number % (db::newest_schema() - 1);
    CAPTURE(version);
    const auto& expected = stores.rows(version);
    stores.put_back(version);
    std::array<pid_t, programs> pids{};
    const auto log = [&](int i) { return stores.counter().dir().file(fmt::format("log-{}", i)); };
    for (int i = 0; i < programs; ++i)
      pids.at(static_cast<std::size_t>(i)) = start_process(stores.addition(i), log(i));
    bool is_good = true;
    for (int i = 0; i < programs; ++i) {
      const int status = wait_for(pids.at(static_cast<std::size_t>(i)));
      CHECK_MESSAGE(status == 0, bytes_of(log(i)));
      is_good = is_good && status == 0;
    }
    is_good = is_good && stores.counter().rows(Counter::Compared::counts) == expected;
    if (!is_good) trials.tally("bad");
  });
  CHECK(trials.tallied("bad") == 0);
}

TEST_CASE("a store of every older schema keeps what it held, and is sound") {
  const OldStores stores;
  for (std::int64_t version = 1; version < db::newest_schema(); ++version) {
    CAPTURE(version);
    stores.put_back(version);
    const auto checked = stores.counter().run("store", {"check"});
    CHECK_MESSAGE(checked.status == 0, checked.out << checked.err);
    const auto verified = stores.counter().run("store", {"audit", "verify"});
    CHECK_MESSAGE(verified.status == 0, verified.out << verified.err);
    CHECK(put_schema_number(stores.counter(), db::newest_schema()) == db::newest_schema());
  }
  // The newest of them had all that there is, but for the access log.
  const auto found = stores.counter().run("visit", {"show", "1"});
  CHECK_MESSAGE(found.status == 0, found.err);
  CHECK_MESSAGE(found.out.find("amount_fen\t\t5600") != std::string::npos, found.out);
}

TEST_CASE("a store of a newer schema is refused by every program, and left as it is") {
  const Counter counter;
  put_schema_number(counter, db::newest_schema() + 1);
  const std::string before = content_of(counter.store());
  const std::string refusal =
      fmt::format(": the store has schema {}, this program knows {}\nupdate the programs\n",
                  db::newest_schema() + 1, db::newest_schema());
  const std::pair<const char*, std::vector<std::string>> commands[] = {
      {"store", {"info"}},
      {"store", {"check"}},
      {"store", {"key", "rotate"}},
      {"store", {"staff", "list"}},
      {"store", {"audit", "verify"}},
      {"store", {"backup", counter.dir().file("made.backup")}},
      {"member", {"show", "6001"}},
      {"member", {"add", "Li Na"}},
      {"visit", {"buy", "6001", "6901234567890=2@28.00"}},
      {"visit", {"list", "6001"}},
      {"report", {"daily", "today"}},
      {"report", {"monthly", "this-month"}}};
  for (const auto& command : commands) {
    const auto ended = counter.run(command.first, command.second);
    CAPTURE(command.second[0]);
    CHECK(ended.status == 69);
    CHECK(ended.out == "");
    CHECK(ended.err.find(refusal) != std::string::npos);
    CHECK(content_of(counter.store()) == before);
  }
  CHECK_FALSE(fs::exists(counter.dir().file("made.backup")));
  // The same store under its own number.
  put_schema_number(counter, db::newest_schema());
  counter.must("member", {"show", "6001"});
}

TEST_CASE("what was imported before complaints could be refers to its import all the same") {
  const auto all = db::migrations();
  const auto widening = std::ranges::find_if(all, [](const db::Migration& migration) {
    return migration.sql.find("CREATE TABLE import_batch_before") != std::string_view::npos;
  });
  REQUIRE(widening != all.end());
  const Counter counter;
  put_bytes(counter.dir().file("members.csv"), "name,card\n李娜,7001\n王芳,7002\n");
  put_bytes(counter.dir().file("sales.csv"),
            "receipt,at,card,product,quantity,amount\nR1,2026-01-02,7001,6901234567890,1,28\n");
  counter.must("member", {"import", counter.dir().file("members.csv")});
  counter.must("visit", {"import", counter.dir().file("sales.csv")});
  put_schema_back(counter, widening->version - 1);
  CHECK(
      counter.must("member", {"import", counter.dir().file("members.csv")}).find("\n2\t0\t0\t2") !=
      std::string::npos);
  const auto checked = counter.run("store", {"check"});
  CHECK_MESSAGE(checked.status == 0, checked.out << checked.err);
  put_bytes(counter.dir().file("cases.csv"), "reference,received_at,text\nK1,2026-01-02,少一板\n");
  counter.must("complain", {"import", counter.dir().file("cases.csv")});
}

}  // namespace pharmacy::test
