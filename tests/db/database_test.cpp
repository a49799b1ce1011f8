#include "db/database.h"

#include <limits>

#include "database_support.h"

namespace pharmacy::db::test {

namespace {

enum class Colour { red, green };

struct Pill {
  std::int64_t id;
  std::string name;
  std::optional<std::string> note;
  Money price;
  std::optional<Date> expiry;
  bool round;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Pill::id},         Field{"name", &Pill::name},
                      Field{"note", &Pill::note},     Field{"price", &Pill::price},
                      Field{"expiry", &Pill::expiry}, Field{"round", &Pill::round}};
  }
};

}  // namespace

}  // namespace pharmacy::db::test

namespace pharmacy {
template <>
struct EnumNames<db::test::Colour> {
  static constexpr std::array table{std::pair{db::test::Colour::red, "red"},
                                    std::pair{db::test::Colour::green, "green"}};
};
}  // namespace pharmacy

namespace pharmacy::db::test {

static void make_table(SealedDatabase& database) {
  database.write([](Database& db) {
    db.run_script(
        "CREATE TABLE pill (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, note TEXT,"
        " price INTEGER NOT NULL CHECK (price BETWEEN 0 AND 1000), expiry INTEGER,"
        " round INTEGER NOT NULL) STRICT;");
  });
}

static constexpr auto insert_pill =
    "INSERT INTO pill (name, note, price, expiry, round) VALUES (?1, ?2, ?3, ?4, ?5)";
static constexpr auto all_pills =
    "SELECT id, name, note, price, expiry, round FROM pill ORDER BY id";

TEST_CASE("a row comes back as it went in, absent values as absent") {
  SealedDatabase database;
  make_table(database);
  const Date expiry = *parse_date("2027-02-28");
  database.write([&](Database& db) {
    db.run(insert_pill, std::string{"阿司匹林"}, std::optional<std::string>{}, Money{1000},
           std::optional<Date>{expiry}, true);
    db.run(insert_pill, std::string{"二甲双胍"}, std::optional<std::string>{""}, Money{0},
           std::optional<Date>{}, false);
  });

  const auto pills = database->rows<Pill>(all_pills);
  REQUIRE(pills.size() == 2);
  CHECK(pills[0].id == 1);
  CHECK(pills[0].name == "阿司匹林");
  CHECK(pills[0].note == std::nullopt);
  CHECK(pills[0].price == Money{1000});
  CHECK(pills[0].expiry == expiry);
  CHECK(pills[0].round);
  CHECK(pills[1].note == "");  // an empty text is not an absent one
  CHECK(pills[1].expiry == std::nullopt);
  CHECK_FALSE(pills[1].round);
}

TEST_CASE("values, enumerations and blobs keep their types at the edges") {
  SealedDatabase database;
  auto& db = *database;
  const auto most = std::numeric_limits<std::int64_t>::max();
  const auto least = std::numeric_limits<std::int64_t>::min();
  CHECK(db.value<std::int64_t>("SELECT ?1", most) == most);
  CHECK(db.value<Points>("SELECT ?1", Points{least}) == Points{least});
  CHECK(db.value<MemberId>("SELECT ?1", MemberId{7}) == MemberId{7});
  CHECK(db.value<Instant>("SELECT ?1", Instant{-1}) == Instant{-1});
  CHECK(db.value<Date>("SELECT ?1", Date::from_epoch_days(-719162)) ==
        Date::from_epoch_days(-719162));
  CHECK(db.value<Colour>("SELECT ?1", Colour::green) == Colour::green);
  CHECK(db.value<std::string>("SELECT ?1", Colour::red) == "red");
  CHECK(db.value<Bytes>("SELECT ?1", Bytes{0, 255, 0}) == Bytes{0, 255, 0});
  CHECK(db.value<Bytes>("SELECT ?1", Bytes{}) == Bytes{});
  CHECK(db.value<std::string>("SELECT ?1", std::string_view{}) == "");
  CHECK(db.value<std::string>("SELECT ?1", std::string{"a\0b", 3}) == std::string{"a\0b", 3});
  CHECK(db.value<std::optional<std::int64_t>>("SELECT NULL") ==
        std::make_optional(std::optional<std::int64_t>{}));
  CHECK(db.value<std::int64_t>("SELECT 1 WHERE 0") == std::nullopt);
}

TEST_CASE("a statement can be asked for again inside its own loop") {
  SealedDatabase database;
  static constexpr auto three =
      "WITH n(i) AS (VALUES (1), (2), (3)) SELECT i FROM n WHERE i > ?1 ORDER BY i";
  std::vector<std::int64_t> seen;
  auto outer = database->prepare(three);
  outer.bind(std::int64_t{0});
  while (outer.step()) {
    auto inner = database->prepare(three);
    inner.bind(outer.get<std::int64_t>(0));
    while (inner.step())
      seen.push_back(outer.get<std::int64_t>(0) * 10 + inner.get<std::int64_t>(0));
  }
  CHECK(seen == std::vector<std::int64_t>{12, 13, 23});
}

TEST_CASE("a statement that is handed on goes on where it was, and is given back once") {
  SealedDatabase database;
  static constexpr auto two = "WITH n(i) AS (VALUES (1), (2)) SELECT i FROM n ORDER BY i";
  {
    auto first = database->prepare(two);
    REQUIRE(first.bind().step());
    auto second = std::move(first);
    REQUIRE(second.step());
    CHECK(second.get<std::int64_t>(0) == 2);
  }
  auto again = database->prepare(two);
  REQUIRE(again.bind().step());
  CHECK(again.get<std::int64_t>(0) == 1);
}

TEST_CASE("a change tells how many rows it changed") {
  SealedDatabase database;
  database.write([](Database& db) {
    db.run_script("CREATE TABLE t(a)");
    db.run("INSERT INTO t VALUES(1), (2), (3)");
    CHECK(db.changes() == 3);
    db.run("DELETE FROM t WHERE a > 1");
    CHECK(db.changes() == 2);
  });
}

TEST_CASE("a statement that was left half way begins again from its start") {
  SealedDatabase database;
  static constexpr auto two = "WITH n(i) AS (VALUES (1), (2)) SELECT i FROM n ORDER BY i";
  {
    auto first = database->prepare(two);
    REQUIRE(first.bind().step());
  }
  auto second = database->prepare(two);
  REQUIRE(second.bind().step());
  CHECK(second.get<std::int64_t>(0) == 1);
}

TEST_CASE("a scope that is not committed leaves nothing, one that is leaves all") {
  SealedDatabase database;
  make_table(database);
  {
    WriteScope scope{*database};
    database->run(insert_pill, "a", "", Money{1}, Date::from_epoch_days(0), true);
  }
  CHECK(database->rows<Pill>(all_pills).empty());
  database.write(
      [](Database& db) { db.run(insert_pill, "a", "", Money{1}, Date::from_epoch_days(0), true); });
  CHECK(database->rows<Pill>(all_pills).size() == 1);
  CHECK(database->last_insert_id() == 1);
}

TEST_CASE("a snapshot does not see what another connection commits after it began") {
  SealedDatabase database;
  make_table(database);
  Gate gate{database.directory() / "store.lock", "reader"};
  Database reader{open_sealed({.path = database.path()}, keys_of(1), gate)};
  static constexpr auto count = "SELECT count(*) FROM pill";
  {
    const ReadScope snapshot{reader};
    database.write([](Database& db) {
      db.run(insert_pill, "a", "", Money{1}, Date::from_epoch_days(0), true);
    });
    CHECK(reader.value<std::int64_t>(count) == 0);
  }
  CHECK(reader.value<std::int64_t>(count) == 1);
}

TEST_CASE("SQLite's refusals become errors of ours") {
  SealedDatabase database;
  make_table(database);
  database.write(
      [](Database& db) { db.run(insert_pill, "a", "", Money{1}, Date::from_epoch_days(0), true); });
  const auto inserting = [&](const std::string& name, Money price) {
    return code_of([&] {
      database.write([&](Database& db) {
        db.run(insert_pill, name, "", price, Date::from_epoch_days(0), true);
      });
    });
  };
  CHECK(inserting("a", Money{1}) == Errc::conflict);
  CHECK(inserting("b", Money{1001}) == Errc::invalid_input);
  CHECK(database->rows<Pill>(all_pills).size() == 1);
}

TEST_CASE("a row type names its members as its table does") {
  SealedDatabase database;
  make_table(database);
  auto columns = database->prepare("SELECT name FROM pragma_table_info('pill') ORDER BY cid");
  columns.bind();
  const auto expect = [&](const char* name) {
    REQUIRE(columns.step());
    CHECK(columns.get<std::string>(0) == name);
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (expect(field_of<Pill, I>.name), ...); }
  (FieldNumbers<Pill>{});
  CHECK_FALSE(columns.step());
}

}  // namespace pharmacy::db::test
