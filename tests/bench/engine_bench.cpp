// One measurement: a piece of work on one engine. What it took is printed as
// {"cpu_us":…,"wall_us":…}, without opening the database and making it ready.
// usage: engine_bench ENGINE WORK DIRECTORY ROWS
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <random>
#include <string>

#include "bench/engine.h"

namespace pharmacy::bench {
namespace {

struct Time {
  sqlite3_int64 cpu_us;
  sqlite3_int64 wall_us;
};

Time now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) {
    return sqlite3_int64{t.tv_sec} * 1'000'000 + sqlite3_int64{t.tv_usec};
  };
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {us(usage.ru_utime) + us(usage.ru_stime),
          std::chrono::duration_cast<std::chrono::microseconds>(wall).count()};
}

struct Bench {
  Kind kind;
  std::string directory;
  sqlite3_int64 rows;
};

// Measures `work`, which returns something that the compiler cannot leave out.
template <class Work>
void measure(Work&& work) {
  const Time from = now();
  const sqlite3_int64 result = work();
  const Time to = now();
  std::printf("{\"cpu_us\":%lld,\"wall_us\":%lld,\"result\":%lld}\n", to.cpu_us - from.cpu_us,
              to.wall_us - from.wall_us, result);
}

constexpr int small_cache = 2 * 1024;
constexpr int large_cache = 64 * 1024;
constexpr sqlite3_int64 lookups = 100'000;
constexpr sqlite3_int64 durable_changes = 5'000;

const char* const schema = "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT NOT NULL, c INTEGER)";
const char* const insert = "INSERT INTO t VALUES(?1, ?2, ?3)";

// A row is about as long as a line of a sale. Another text in each.
std::string text_of(sqlite3_int64 row) {
  std::string text = std::to_string(row * 7919);
  return text + std::string(60 - text.size(), static_cast<char>('a' + row % 26));
}

// A million rows in one transaction, into a new database.
void fill(const Bench& bench) {
  const auto engine = open(bench.kind, bench.directory, small_cache);
  engine->change([&] { engine->run(schema); });
  measure([&] {
    Query query(*engine, insert);
    engine->change([&] {
      for (sqlite3_int64 row = 1; row <= bench.rows; ++row) query.sum(row, text_of(row), row % 997);
    });
    return sqlite3_total_changes64(engine->db());
  });
}

void durable(const Bench& bench) {
  const auto engine = open(bench.kind, bench.directory, small_cache);
  Query last(*engine, "SELECT max(a) FROM t");
  const sqlite3_int64 from = last.sum();
  measure([&] {
    Query query(*engine, insert);
    for (sqlite3_int64 row = from + 1; row <= from + durable_changes; ++row)
      engine->change([&] { query.sum(row, text_of(row), row % 997); });
    return sqlite3_total_changes64(engine->db());
  });
}

enum class Within { each_its_own, one_transaction };

void look_up(const Bench& bench, int cache_kib, Within within) {
  const auto engine = open(bench.kind, bench.directory, cache_kib);
  Query query(*engine, "SELECT length(b) + c FROM t WHERE a = ?1");
  std::mt19937_64 random(11);
  const auto any = [&] {
    return static_cast<sqlite3_int64>(random() % static_cast<std::uint64_t>(bench.rows)) + 1;
  };
  // The cache of the engine is as warm as it gets.
  for (sqlite3_int64 i = 0; i < lookups / 2; ++i) query.sum(any());
  measure([&] {
    sqlite3_int64 sum = 0;
    if (within == Within::one_transaction) engine->run("BEGIN");
    for (sqlite3_int64 i = 0; i < lookups; ++i) sum += query.sum(any());
    if (within == Within::one_transaction) engine->run("COMMIT");
    return sum;
  });
}

void scan(const Bench& bench, int cache_kib) {
  const auto engine = open(bench.kind, bench.directory, cache_kib);
  Query query(*engine, "SELECT sum(length(b) + c) FROM t");
  if (cache_kib == large_cache) query.sum();
  measure([&] { return query.sum(); });
}

// Everything that is read is in the engine's cache.
void cached(const Bench& bench) {
  const auto engine = open(bench.kind, bench.directory, large_cache);
  Query query(*engine, "SELECT length(b) + c FROM t WHERE a = ?1");
  const sqlite3_int64 hot = std::min<sqlite3_int64>(bench.rows, 100'000);
  engine->run("BEGIN");
  for (sqlite3_int64 row = 1; row <= hot; ++row) query.sum(row);
  measure([&] {
    sqlite3_int64 sum = 0;
    std::mt19937_64 random(13);
    for (sqlite3_int64 i = 0; i < 5 * lookups; ++i)
      sum += query.sum(static_cast<sqlite3_int64>(random() % static_cast<std::uint64_t>(hot)) + 1);
    return sum;
  });
}

const std::map<std::string, void (*)(const Bench&)> works{
    {"fill", fill},
    {"durable", durable},
    {"lookup-2", [](const Bench& b) { look_up(b, small_cache, Within::each_its_own); }},
    {"lookup-64", [](const Bench& b) { look_up(b, large_cache, Within::each_its_own); }},
    {"lookup-in-one-2", [](const Bench& b) { look_up(b, small_cache, Within::one_transaction); }},
    {"lookup-in-one-64", [](const Bench& b) { look_up(b, large_cache, Within::one_transaction); }},
    {"scan-2", [](const Bench& b) { scan(b, small_cache); }},
    {"scan-64", [](const Bench& b) { scan(b, large_cache); }},
    {"cached", cached},
};

}  // namespace
}  // namespace pharmacy::bench

int main(int argc, char** argv) {
  using namespace pharmacy::bench;
  if (argc != 5) fail("usage: engine_bench ENGINE WORK DIRECTORY ROWS");
  const auto work = works.find(argv[2]);
  if (work == works.end()) fail(std::string("no such work: ") + argv[2]);
  work->second({kind_of(argv[1]), argv[3], std::stoll(argv[4])});
  return 0;
}
