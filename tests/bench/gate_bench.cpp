// How long writers wait for each other: PROCESSES that commit as fast as they can for SECONDS.
// Printed are the commits of all, those of the slowest and the fastest process, and what a wait
// from the wish to write to the first statement took: the median, but for one in a hundred, and at
// most, in milliseconds. Fails where one wait in a hundred was too long.
// usage: gate_bench DIRECTORY PROCESSES SECONDS
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>

#include "bench/engine.h"

namespace pharmacy::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr std::size_t steps = 100'000;  // of 100 microseconds: 10 s
constexpr double most_p99_ms = 50;      // and less than this

// What one process did; shared with the parent.
struct Record {
  long commits;
  std::array<long, steps> waits;
};

void write_on(const std::string& directory, Clock::time_point end, Record& record) {
  const auto engine = open(Kind::sealed, directory, 2048);
  Query insert(*engine, "INSERT INTO t(b) VALUES(?1)");
  const std::string text(60, 'x');
  while (Clock::now() < end) {
    const auto wish = Clock::now();
    engine->change([&] {
      const auto wait = std::chrono::duration_cast<microseconds>(Clock::now() - wish).count();
      ++record.waits[std::min(static_cast<std::size_t>(wait / 100), steps - 1)];
      insert.sum(text);
    });
    ++record.commits;
  }
}

std::span<Record> shared_records(std::size_t count) {
  void* memory = mmap(nullptr, count * sizeof(Record), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("no memory");
  return {static_cast<Record*>(memory), count};
}

// In milliseconds: so many of a thousand waits were no longer.
double wait_of(std::span<const Record> records, long thousandths) {
  std::array<long, steps> all{};
  for (const auto& record : records)
    std::ranges::transform(all, record.waits, all.begin(), std::plus{});
  const long count = std::accumulate(all.begin(), all.end(), 0L);
  long seen = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    seen += all[step];
    if (seen * 1000 >= count * thousandths) return static_cast<double>(step + 1) / 10;
  }
  return 0;
}

// Whether all but one wait in a hundred were short enough.
bool run(const std::string& directory, std::size_t processes, long seconds) {
  std::filesystem::remove_all(directory);
  {
    const auto engine = open(Kind::sealed, directory, 2048);
    engine->change([&] { engine->run("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)"); });
  }
  const auto records = shared_records(processes);
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  for (auto& record : records) {
    const pid_t pid = fork();
    if (pid < 0) fail("cannot fork");
    if (pid != 0) continue;
    write_on(directory, end, record);
    _exit(0);
  }
  for (int status = 0; ::wait(&status) > 0;)
    if (status != 0) fail("a writer failed");
  const auto [least, most] = std::ranges::minmax(records, {}, &Record::commits);
  long commits = 0;
  for (const auto& record : records) commits += record.commits;
  const double p99 = wait_of(records, 990);
  std::printf(
      "{\"commits\":%ld,\"slowest\":%ld,\"fastest\":%ld,\"median_ms\":%.1f,\"p99_ms\":%.1f,"
      "\"max_ms\":%.1f}\n",
      commits, least.commits, most.commits, wait_of(records, 500), p99, wait_of(records, 1000));
  std::fflush(stdout);
  return commits > 0 && p99 < most_p99_ms;
}

}  // namespace
}  // namespace pharmacy::bench

int main(int argc, char** argv) {
  using namespace pharmacy::bench;
  if (argc != 4) fail("usage: gate_bench DIRECTORY PROCESSES SECONDS");
  if (!run(argv[1], std::stoul(argv[2]), std::stol(argv[3])))
    fail("one wait in a hundred is too long");
  return 0;
}
