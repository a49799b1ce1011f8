// Backups as two readers see them, the library and one that was written from the manual page: whole
// where the library made them, and each fault told in the same words.
#include "pharmacy/backup.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>

#include "format/python.h"
#include "format/vectors.h"
#include "format/verdict.h"
#include "pharmacy/members.h"
#include "support/drill.h"
#include "support/test_store.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/backup/format.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t header_size = vault::backup_header_size;
constexpr std::size_t page_size = 4096;
constexpr std::size_t mac_size = 32;

// What the reader says of each of these files.
Verdicts reader_verdicts(const std::string& key_file, const std::vector<fs::path>& files) {
  std::vector<std::string> arguments{"--backup", key_file};
  for (const fs::path& file : files) arguments.push_back(file.string());
  return verdicts_in(run_python("reader.py", arguments));
}

// A store with backups of it.
class BackedUp : public TestStore {
 public:
  BackedUp() : TestStore{"2026-03-01"} { add_members(3); }

  void add_members(int count) {
    for (int i = 0; i < count; ++i) {
      auto tx = begin();
      add_member(tx, {.name = fmt::format("张伟{}", i)});
      tx.commit();
    }
  }
  // The path of a new one.
  fs::path back_up() {
    const fs::path file = files_.path() / fmt::format("{}.backup", ++count_);
    drilled_backup(store(), file.string(), Existing::refused,
                   [this] { return KeyringInHand::key_of(*this); });
    return file;
  }
  // What the library says of the store as it is now.
  std::string verdict() {
    close();
    std::string said = verdict_of(path(), bytes_of(key_file_path()), vectors_time);
    reopen();
    return said;
  }

 private:
  TempDir files_;
  int count_ = 0;
};

TEST_CASE(
    "two readers find a backup whole that the library made, and the store of that time in it") {
  BackedUp s;
  const std::string key = bytes_of(s.key_file_path());
  const auto check = [&] {
    const std::string store = s.verdict();
    const fs::path file = s.back_up();
    const std::string said = verdict_of_backup(file, key, vectors_time);
    CHECK(said.starts_with("backup made "));
    CHECK(said.ends_with(" " + store));
    CHECK(said.find(" log none ") == said.npos);
    CHECK(reader_verdicts(s.key_file_path(), {file}).at(file.filename().string()) == said);
  };
  check();
  s.add_members(5);
  check();
  s.store().rotate_keys();
  check();
}

// Where a backup is cut, or a bit of it flipped: in or between its parts.
class Places {
 public:
  explicit Places(const std::string& backup) : size_{backup.size()} {
    const auto header = vault::parse_backup_header(backup.substr(0, header_size)).value();
    pages_ = header.pages;
    keyring_ = header.keyring_bytes;
  }
  [[nodiscard]] std::size_t page(std::size_t index) const {
    return header_size + keyring_ + index * page_size;
  }
  [[nodiscard]] std::size_t random_page(Random& random) const {
    return page(random.below(static_cast<std::uint32_t>(pages_)));
  }
  [[nodiscard]] std::size_t random(Random& random) const {
    const auto within = [&](std::size_t from, std::size_t size) {
      return from + random.below(static_cast<std::uint32_t>(size));
    };
    switch (random.below(6)) {
      case 0:
        return within(0, header_size);
      case 1:
        return within(header_size, keyring_);
      case 2:
        return within(size_ - mac_size, mac_size);
      case 3:
        return random_page(random);
      case 4:
        return std::array{std::size_t{0}, header_size, page(0), size_ - mac_size}[random.below(4)];
      default:
        return within(0, size_);
    }
  }

 private:
  std::size_t size_, pages_ = 0, keyring_ = 0;
};

// A backup, a later one of the same store, one of another store, one after a change of keys.
struct Backups {
  std::string sound, later, other, rotated;
};

std::string with_fault(const Backups& of, Random& random) {
  const Places places{of.sound};
  std::string bytes = of.sound;
  const auto put = [&](std::size_t at, const std::string& from, std::size_t from_at,
                       std::size_t size) { bytes.replace(at, size, from, from_at, size); };
  const std::size_t page = places.random_page(random), another = places.random_page(random);
  switch (random.below(8)) {
    case 0:
      bytes.resize(places.random(random));
      break;
    case 1:
      bytes.append(1 + random.below(2 * page_size), static_cast<char>(random.below(256)));
      break;
    case 2:
      put(page, of.sound, another, page_size);
      put(another, of.sound, page, page_size);
      break;
    case 3: {  // all of another's header, or the ids in it
      const bool all = random.one_in(2);
      const std::string& from = random.one_in(2) ? of.other : of.rotated;
      put(all ? 0 : 20, from, all ? 0 : 20, all ? header_size : 32);
      break;
    }
    case 4:  // a page of the later one, or all from there on
      put(page, of.later, page, random.one_in(2) ? page_size : bytes.size() - mac_size - page);
      break;
    case 5:
      put(page, random.one_in(2) ? of.other : of.rotated, page, page_size);
      break;
    case 6:
      put(0, of.later, 0, random.one_in(2) ? header_size : places.page(0));
      break;
    default:
      for (std::uint32_t flips = 1 + random.below(3); flips > 0; --flips)
        bytes[places.random(random)] ^= static_cast<char>(1U << random.below(8));
  }
  return bytes;
}

// What a reader sees who has no key.
bool looks_whole(const std::string& bytes) {
  const auto header = vault::parse_backup_header(std::string_view{bytes}.substr(0, header_size));
  return header &&
         bytes.size() == header_size + header->keyring_bytes + header->pages * page_size + mac_size;
}

TEST_CASE("of random faults in a backup the library and the reader say the same") {
  BackedUp s, other;
  Backups of;
  of.sound = bytes_of(s.back_up());
  s.add_members(1);
  of.later = bytes_of(s.back_up());
  of.other = bytes_of(other.back_up());
  s.store().rotate_keys();
  of.rotated = bytes_of(s.back_up());
  REQUIRE(of.later.size() == of.sound.size());
  for (const std::string& one : {of.other, of.rotated}) REQUIRE(one.size() >= of.sound.size());
  const std::string key = bytes_of(s.key_file_path());

  const TempDir dir;
  std::vector<fs::path> files;
  Trials trials("format of backups", 60, 5000);
  trials.each([&](std::int64_t trial, Random& random) {
    files.push_back(dir.path() / fmt::format("trial-{}", trial));
    put_bytes(files.back(), with_fault(of, random));
  });
  const auto reader = reader_verdicts(s.key_file_path(), files);
  for (const fs::path& file : files) {
    CAPTURE(file.filename().string());
    const std::string bytes = bytes_of(file);
    const std::string said = verdict_of_backup(file, key, vectors_time);
    CHECK(said == reader.at(file.filename().string()));
    const bool is_whole = said.starts_with("backup made ");
    const bool is_untouched = bytes == of.sound;
    CHECK(is_whole == is_untouched);
    trials.tally(is_whole ? "whole" : "refused");
    // The control: faults that form and length do not show.
    if (!is_untouched && looks_whole(bytes)) trials.tally("refused for a seal alone");
  }
  CHECK(trials.tallied("refused for a seal alone") > 0);
}

}  // namespace
}  // namespace pharmacy::test
