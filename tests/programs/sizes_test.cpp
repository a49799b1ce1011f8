// Input that has no end, is too long, too wide or too deep: refused, and in little memory.
#include <doctest/doctest.h>

#include <filesystem>

#include "programs/shell.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace {

constexpr long most_kib = 64 * 1024;  // above what the program takes for little

constexpr int bad_data = 65;

// What reads a file that is not told row by row, and what it says where that has no end.
struct Reader {
  const char* command;
  const char* refusal;
};
constexpr Reader readers[] = {
    {"store calendar import -", "larger than 1048576 bytes"},
    {"store policy diff -", "larger than 65536 bytes"},
    {"store policy set - --effective 2099-01-01", "larger than 65536 bytes"},
    {"store audit verify --anchor -", "larger than 16777216 bytes"},
    {"store send /dev/null --to - -o /dev/null", "larger than 4096 bytes"},
    {"complain add --by 李娜 --contact 5 -", "larger than 65536 bytes"},
    {"complain evidence add C2026-1 - --name 照片.jpg", "larger than 10485760 bytes"},
    {"visit buy 6001 6901234567890 --buyer 李娜 --id-number -", "larger than 4096 bytes"}};

constexpr const char* imports[] = {"member import", "visit import", "visit product import",
                                   "complain import"};

void check_refused(const Peak& peak, int status, long base_kib, const std::string& what) {
  CAPTURE(peak.ended.err);
  CHECK(peak.ended.status == status);
  CHECK(peak.ended.err.find(what) != std::string::npos);
  CHECK(peak.ended.err.size() < 4096);
  MESSAGE("KiB: " << peak.kib << ", and for little " << base_kib);
  CHECK(peak.kib < base_kib + most_kib);
}

long little(const Counter& counter) { return peak_of(counter, "member find 6001").kib; }

}  // namespace

TEST_CASE("input without an end is refused, in little memory, by whatever reads it") {
  const Counter counter;
  const long base = little(counter);
  for (const auto& [command, refusal] : readers) {
    CAPTURE(command);
    const auto peak = peak_of(counter, "yes | timeout 60 " + std::string{command});
    check_refused(peak, bad_data, base, refusal);
  }
}

TEST_CASE("a file of ten gibibytes is not read by an import") {
  const Counter counter;
  const long base = little(counter);
  const auto file = counter.dir().file("large.csv");
  put_bytes(file, "name,card\n");
  std::filesystem::resize_file(file, std::uintmax_t{10} << 30);
  for (const std::string command : imports) {
    CAPTURE(command);
    check_refused(peak_of(counter, command + " " + file), bad_data, base, "larger than 536870912");
    check_refused(peak_of(counter, command + " - <" + file), bad_data, base,
                  "larger than 536870912");
  }
}

TEST_CASE("a line of a million columns is refused by an import") {
  const Counter counter;
  const long base = little(counter);
  const auto file = counter.dir().file("wide.csv");
  const std::string cells(999'999, ',');
  put_bytes(file, "name" + cells + "\n张伟" + cells + "\n");
  for (const std::string command : imports) {
    CAPTURE(command);
    check_refused(peak_of(counter, command + " " + file), bad_data, base,
                  "line 1: more than 16384 cells");
  }
  put_bytes(file, "name,card\n张伟" + cells + "\n");
  check_refused(peak_of(counter, "member import " + file), bad_data, base,
                "line 2: more than 16384 cells");
  put_bytes(file, "a" + cells.substr(0, 16'000) + "\n");
  check_refused(peak_of(counter, "member import " + file), bad_data, base, "no column is known");
}

TEST_CASE("what is nested a hundred thousand deep is refused") {
  const Counter counter;
  const long base = little(counter);
  const auto json = counter.dir().file("deep.json"), toml = counter.dir().file("deep.toml");
  for (const std::string open : {"[", "{\"a\":", "{\"holidays\":"}) {
    std::string deep;
    for (int i = 0; i < 100'000 && deep.size() < 1'000'000; ++i) deep += open;
    put_bytes(json, deep);
    check_refused(peak_of(counter, "store calendar import " + json), bad_data, base, "deep.json");
  }
  for (const std::string open : {"[", "{a="}) {
    std::string deep = "a = ";
    while (deep.size() < 65'000) deep += open;
    put_bytes(toml, deep);
    check_refused(peak_of(counter, "store policy diff " + toml), bad_data, base, "deep.toml");
  }
}

TEST_CASE("a program that takes more memory than it should is noticed") {
  const Counter counter;
  const auto peak =
      peak_of(counter, "python3 -c \"x = bytearray(range(256)) * (1 << 20)\"; exit 65");
  CHECK(peak.ended.status == bad_data);
  CHECK(peak.kib > little(counter) + most_kib);
}

}  // namespace pharmacy::test
