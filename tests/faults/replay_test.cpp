// Old bytes put back in their own place: the one fault that the seal alone does not notice. How
// much of it the checks of the store's books find is measured here; pharmacy-security(7) gives the
// figures.
#include <fmt/format.h>

#include <sstream>

#include "pharmacy/audit.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/counter.h"
#include "support/counter_store.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

constexpr int versions = 20;
constexpr std::size_t page_size = db::page_size;

// The first column of all rows, one a line.
std::string lines_of(db::Database& db, const std::string& sql) {
  std::string text;
  auto statement = db.prepare(sql);
  statement.bind();
  while (statement.step()) text += statement.get<std::string>(0) + "\n";
  return text;
}

// Everything that the tables hold, as one text.
std::string dump(const Store& store) {
  auto reading = store.read();
  auto& db = vault::database(reading);
  std::istringstream selects{lines_of(
      db,
      "SELECT 'SELECT ' || (SELECT group_concat('quote(' || name || ')', '||'',''||')"
      " FROM pragma_table_info(s.name)) || ' FROM ' || s.name || ' ORDER BY 1'"
      " FROM sqlite_schema s WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")};
  std::string text;
  for (std::string select; std::getline(selects, select);)
    text += select + "\n" + lines_of(db, select);
  return text;
}

LogAnchor head_of(Store& store) {
  auto reading = store.read();
  return log_head(reading).value();
}

// A store with its past: what its files held after each day's work.
class Past {
 public:
  explicit Past(int days = versions) : days_(days) {
    for (int day = 0; day <= days; ++day) {
      work(day);
      anchors_.push_back(head_of(store_.store()));
      store_.close();
      KeyringInHand hand{store_};
      empty_log(hand);
      files_.push_back(bytes_of(store_.path() / "store.db"));
      keyrings_.push_back(bytes_of(store_.path() / "store.keys"));
      // As a change of staff does, which the store sees on the next day.
      ++hand.keyring().generation;
      hand.write();
      store_.reopen();
    }
    truth_ = dump(store_.store());
    store_.close();
  }

  [[nodiscard]] std::size_t pages(int version) const { return file(version).size() / page_size; }
  [[nodiscard]] bool differs(int version, std::size_t page) const {
    return page_of(version, page) != page_of(days_, page);
  }

  enum class Outcome { refused, found, harmless, wrong };
  // Puts pages of an earlier version into the present file.
  Outcome put_back(int version, const std::vector<std::size_t>& pages) {
    std::string bytes = file(days_);
    for (const auto page : pages)
      bytes.replace(page * page_size, page_size, page_of(version, page));
    return judge(bytes);
  }
  Outcome judge(const std::string& bytes) {
    put_bytes(store_.path() / "store.db", bytes);
    std::filesystem::remove(store_.path() / "store.db-wal");
    std::filesystem::remove(store_.path() / "store.db-shm");
    try {
      const Store opened = store_.open_again();
      if (!opened.check().empty()) return Outcome::found;
      return dump(opened) == truth_ ? Outcome::harmless : Outcome::wrong;
    } catch (const Error&) {
      return Outcome::refused;
    }
  }
  [[nodiscard]] const std::string& file(int version) const {
    return files_[static_cast<std::size_t>(version)];
  }
  // The newest entry of the access log, as it was kept outside of the store after that day.
  [[nodiscard]] const LogAnchor& anchor(int version) const {
    return anchors_[static_cast<std::size_t>(version)];
  }
  // The store with its file and its keyring of such days.
  Store open_of(int file_version, int keyring_version) {
    put_bytes(store_.path() / "store.db", file(file_version));
    put_bytes(store_.path() / "store.keys", keyrings_[static_cast<std::size_t>(keyring_version)]);
    std::filesystem::remove(store_.path() / "store.db-wal");
    std::filesystem::remove(store_.path() / "store.db-shm");
    return store_.open_again();
  }

 private:
  [[nodiscard]] std::string page_of(int version, std::size_t page) const {
    return file(version).substr(page * page_size, page_size);
  }

  void work(int day) {
    store_.set_day(fmt::format("2026-03-{:02}", day + 1));
    auto tx = store_.begin();
    for (int i = 0; i < 10; ++i) {
      NewMember person;
      person.name = "李" + std::to_string(day * 10 + i);
      person.card = std::to_string(70000 + day * 10 + i);
      add_member(tx, person);
    }
    tx.commit();
    for (int i = 0; i < 4; ++i) {
      const auto sale = store_.sell({"A=2", "B"}, {"wechat=20.00", "cash"});
      if (i == 3) store_.take_back({.receipt = sale, .all = true, .reason = "quality"});
    }
  }

  int days_;
  CounterStore store_{"2026-03-01"};
  std::vector<std::string> files_, keyrings_;
  std::vector<LogAnchor> anchors_;
  std::string truth_;
};

}  // namespace

TEST_CASE("a store whose file is put back as it is has no findings, and holds what it held") {
  Past past;
  CHECK(past.judge(past.file(versions)) == Past::Outcome::harmless);
  // The whole file of an earlier day.
  CHECK(past.judge(past.file(0)) == Past::Outcome::wrong);
}

TEST_CASE("an old page in its own place is found by the books, or is a wrong answer") {
  Past past;
  Trials trials("old pages put back", 60, 100'000);
  trials.each([&](std::int64_t number, Random& random) {
    const int version = static_cast<int>(random.below(versions));
    std::vector<std::size_t> pages;
    // Alone, and two of the same time.
    while (pages.size() < static_cast<std::size_t>(1 + number % 2)) {
      const std::size_t page = random.below(static_cast<std::uint32_t>(past.pages(version)));
      if (past.differs(version, page)) pages.push_back(page);
    }
    switch (past.put_back(version, pages)) {
      case Past::Outcome::refused:
        return trials.tally("refused");
      case Past::Outcome::found:
        return trials.tally("found");
      case Past::Outcome::harmless:
        return trials.tally("of no effect");
      case Past::Outcome::wrong:
        return trials.tally("wrong and not noticed");
    }
  });
  CHECK(trials.tallied("found") > 0);
  // The manual says 1 in 133; in few trials chance may do more.
  const std::int64_t one_in = trials.done() >= 2'000 ? 50 : 10;
  CHECK(trials.tallied("wrong and not noticed") * one_in <= trials.done());
}

TEST_CASE("an old file in its place is believed") {
  Past past;
  Trials trials("old files put back", versions, versions);
  trials.each([&](std::int64_t number, Random&) {
    const auto outcome = past.judge(past.file(static_cast<int>(number)));
    trials.tally(outcome == Past::Outcome::wrong ? "wrong and not noticed" : "noticed");
  });
  // As the manual says; a witness outside the store would notice.
  CHECK(trials.tallied("noticed") == 0);
}

// What the access log says of itself, with such anchors.
bool is_log_whole(Store& store, const std::vector<LogAnchor>& anchors) {
  auto reading = store.read();
  return verify_log(reading, anchors).empty();
}

TEST_CASE("an old store, keyring, or both are refused, or told of by an anchor kept outside") {
  constexpr int today = 6;
  Past past(today);
  {
    auto present = past.open_of(today, today);
    CHECK(is_log_whole(present, {past.anchor(0), past.anchor(today)}));
  }
  Trials trials("old files, keyrings and both put back, with anchors", 51, 51);
  trials.each([&](std::int64_t number, Random& random) {
    const int then = static_cast<int>(random.below(today));
    if (number % 3 == 0) {
      CHECK(code_of([&] { return past.open_of(today, then); }) == Errc::damaged);
      return trials.tally("keyrings refused");
    }
    auto old = past.open_of(then, number % 3 == 1 ? then : today);
    CHECK(old.check().empty());
    if (!is_log_whole(old, {past.anchor(today)})) trials.tally("told by an anchor of today");
    if (!is_log_whole(old, {past.anchor(then + 1)})) trials.tally("told by one of the day after");
    // Where the anchor goes back too, or there is none, nothing can tell.
    if (is_log_whole(old, {past.anchor(then)})) trials.tally("not told by an anchor of then");
    if (is_log_whole(old, {})) trials.tally("not told without any");
  });
  CHECK(trials.tallied("keyrings refused") == trials.done() / 3);
  for (const char* what : {"told by an anchor of today", "told by one of the day after",
                           "not told by an anchor of then", "not told without any"}) {
    CAPTURE(what);
    CHECK(trials.tallied(what) == trials.done() / 3 * 2);
  }
  // And when the old store is used further, until its log is longer than what was lost.
  auto old = past.open_of(today - 1, today - 1);
  const LogAnchor lost = past.anchor(today);
  while (head_of(old).seq <= lost.seq)
    old.begin({.id = new_operation_id(), .request = "test"}).commit();
  CHECK(is_log_whole(old, {past.anchor(today - 1)}));
  CHECK_FALSE(is_log_whole(old, {lost}));
}

TEST_CASE("the program that verifies the log tells of an old store by an anchor in a file") {
  const Counter counter;
  const auto anchors = counter.dir().file("anchors"), older = counter.dir().file("older");
  const auto verify = [&](const std::string& file) {
    return counter.run("store", {"audit", "verify", "--anchor", file}).status;
  };
  counter.must("store", {"audit", "anchor", older});
  counter.keep();
  counter.must("visit", {"buy", "6001", "6901234567890=1@28.00#B2291"});
  counter.must("store", {"audit", "anchor", anchors});
  CHECK(verify(anchors) == 0);
  counter.put_back();
  CHECK(verify(anchors) == 76);
  CHECK(verify(older) == 0);
}

TEST_CASE("an old keyring of the same keys that was put back is the newest after an opening") {
  TestStore store{"2026-03-01"};
  const auto keyring = store.path() / "store.keys";
  const std::string oldest = bytes_of(keyring);
  std::vector<std::string> kept{oldest};
  for (const char* login : {"one", "two"}) {
    auto tx = store.begin();
    add_staff(tx, {.login = login, .name = "某人", .roles = {Role::clerk}});
    tx.commit();
    kept.push_back(bytes_of(keyring));
  }
  const std::string newest = kept.back();
  kept.pop_back();
  for (const std::string& old : kept) {
    store.close();
    put_bytes(keyring, old);
    store.reopen();
    CHECK(bytes_of(keyring) == newest);
    CHECK(store.store().check().empty());
  }
  // One of earlier keys opens nothing, and nothing is put in its place.
  store.store().rotate_keys(false);
  for (const std::string& old : {oldest, newest}) {
    store.close();
    const std::string rotated = bytes_of(keyring);
    put_bytes(keyring, old);
    CHECK(code_of([&] { return store.open_again(); }) == Errc::damaged);
    CHECK(bytes_of(keyring) == old);
    put_bytes(keyring, rotated);
    store.reopen();
  }
}

TEST_CASE("an old keyring is refused, but for one beside an old database") {
  TestStore store{"2026-03-01"};
  const auto keyring = store.path() / "store.keys", file = store.path() / "store.db";
  store.close();
  empty_log(KeyringInHand{store});
  const std::string old_keyring = bytes_of(keyring), old_file = bytes_of(file);
  KeyringInHand hand{store};
  ++hand.keyring().generation;
  hand.write();
  store.reopen();
  store.begin().commit();
  store.close();
  empty_log(hand);

  put_bytes(keyring, old_keyring);
  CHECK(code_of([&] { return store.open_again(); }) == Errc::damaged);
  put_bytes(file, old_file);
  std::filesystem::resize_file(store.path() / "store.db-wal", 0);
  CHECK(store.open_again().check().empty());
}

}  // namespace pharmacy::test
