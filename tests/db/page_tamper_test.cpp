// What somebody does to the pages of the file who does not have the key.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>

#include "db/header_seal.h"
#include "db/page_seal.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using SealedPage = std::array<unsigned char, page_size>;

SealedPage some_page(std::uint32_t number, Random& random) {
  SealedPage page{};
  for (int i = 0; i < text_size; ++i)
    page[static_cast<std::size_t>(i)] = static_cast<unsigned char>(random.below(256));
  if (number == 1) std::ranges::copy(constant_header(), page.begin());
  return page;
}

// The bytes `from` to `to` - 1 of a page, which a careless reader does not look at.
struct Skipped {
  std::size_t from = 0, to = 0;
};

// How many bits of a page can be flipped without its being noticed.
int unnoticed_bits(const PageSeal& seal, std::uint32_t number, const SealedPage& good,
                   Skipped skipped = {}) {
  int unnoticed = 0;
  SealedPage bad = good;
  for (std::size_t bit = 0; bit < page_size * 8; ++bit) {
    const auto mask = static_cast<unsigned char>(1u << bit % 8);
    const bool is_seen = bit / 8 < skipped.from || bit / 8 >= skipped.to;
    if (is_seen) bad[bit / 8] ^= mask;
    if (seal.verify(number, bad.data())) ++unnoticed;
    if (is_seen) bad[bit / 8] ^= mask;
  }
  return unnoticed;
}

TEST_CASE("every bit of eight pages is authenticated") {
  Random random;
  const PageSeal seal(keys_of(1));
  NonceSource nonces;
  int unnoticed = 0;
  for (std::uint32_t number = 1; number <= 8; ++number) {
    const auto page = some_page(number, random);
    SealedPage sealed{}, opened{};
    seal.seal(number, page.data(), sealed.data(), nonces);
    REQUIRE(seal.open(number, sealed.data(), opened.data()));
    REQUIRE((page == opened));
    unnoticed += unnoticed_bits(seal, number, sealed);
  }
  CHECK(unnoticed == 0);
}

TEST_CASE("a reader that leaves out one part of a page is found out by the bits of that part") {
  Random random;
  const PageSeal seal(keys_of(1));
  NonceSource nonces;
  SealedPage sealed{};
  seal.seal(1, some_page(1, random).data(), sealed.data(), nonces);
  // The clear bytes, a piece of the text, nonce and tag and epoch, the zeros after them.
  for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, 16},
                                 {1000, 1008},
                                 {text_size, text_size + 42},
                                 {text_size + 42, page_size}}) {
    const std::size_t first = from;
    CAPTURE(first);
    CHECK(unnoticed_bits(seal, 1, sealed, {from, to}) == static_cast<int>((to - from) * 8));
  }
}

// Whether a page that was sealed as another is taken in this place.
using Taken = std::function<bool(std::uint32_t place, const SealedPage&)>;

// How many pages of so many are taken for another.
int taken_for_others(const PageSeal& seal, std::uint32_t pages, Random& random,
                     const Taken& taken) {
  NonceSource nonces;
  int mistaken = 0;
  for (std::uint32_t number = 1; number <= pages; ++number) {
    SealedPage sealed{};
    seal.seal(number, some_page(number, random).data(), sealed.data(), nonces);
    for (std::uint32_t place = 1; place <= pages; ++place) {
      const bool is_taken = taken(place, sealed);
      if (place == number) CHECK(is_taken);
      if (place != number && is_taken) ++mistaken;
    }
  }
  return mistaken;
}

// What vouches for a frame of the log: its number, the salts of the log, its sealed header.
struct FrameHeader {
  std::uint32_t frame = 1;
  Salts salts{};
  std::array<unsigned char, sealed_header_size> sealed{};
};

// How many bits of one part of it can be flipped, and the header is opened all the same.
template <class Opens, class Part>
int unnoticed_bits(const Opens& opens, const FrameHeader& good, Part FrameHeader::*part) {
  int unnoticed = 0;
  for (std::size_t bit = 0; bit < sizeof(Part) * 8; ++bit) {
    FrameHeader bad = good;
    reinterpret_cast<unsigned char*>(&(bad.*part))[bit / 8] ^=
        static_cast<unsigned char>(1u << bit % 8);
    if (opens(bad)) ++unnoticed;
  }
  return unnoticed;
}

TEST_CASE(
    "every bit of a frame's sealed header is authenticated, and of its number and the salts") {
  Random random;
  const HeaderSeal seal(keys_of(1));
  NonceSource nonces;
  FrameHeader good;
  for (auto& byte : good.salts) byte = static_cast<unsigned char>(random.below(256));
  for (good.frame = 1; good.frame <= 8; ++good.frame) {
    std::array<unsigned char, frame_header_size> header{}, opened{};
    for (auto& byte : header) byte = static_cast<unsigned char>(random.below(256));
    seal.seal(good.frame, good.salts, header.data(), good.sealed.data(), nonces);
    REQUIRE(seal.open(good.frame, good.salts, good.sealed.data(), opened.data()));
    REQUIRE((header == opened));
    const auto opens = [&](const FrameHeader& bad) {
      return seal.open(bad.frame, bad.salts, bad.sealed.data(), opened.data());
    };
    CHECK(unnoticed_bits(opens, good, &FrameHeader::sealed) == 0);
    CHECK(unnoticed_bits(opens, good, &FrameHeader::salts) == 0);
    CHECK(unnoticed_bits(opens, good, &FrameHeader::frame) == 0);
    // A reader that takes the salts for granted is found out.
    const auto is_careless = [&](const FrameHeader& bad) {
      return seal.open(bad.frame, good.salts, bad.sealed.data(), opened.data());
    };
    CHECK(unnoticed_bits(is_careless, good, &FrameHeader::salts) == 64);
  }
}

TEST_CASE("of 64 pages none is taken for another") {
  Random random;
  const PageSeal seal(keys_of(1));
  const Taken taken = [&](std::uint32_t place, const SealedPage& page) {
    return seal.verify(place, page.data());
  };
  CHECK(taken_for_others(seal, 64, random, taken) == 0);
}

TEST_CASE("a reader that leaves out the number of a page is found out by pages exchanged") {
  Random random;
  const PageSeal seal(keys_of(1));
  const Taken taken = [&](std::uint32_t, const SealedPage& page) {
    for (std::uint32_t any = 1; any <= 8; ++any)
      if (seal.verify(any, page.data())) return true;
    return false;
  };
  CHECK(taken_for_others(seal, 8, random, taken) == 8 * 7);
}

TEST_CASE("no page of another file, epoch or key is taken for one of this store") {
  Random random;
  StoreKeys other_file = keys_of(1), other_epoch = keys_of(1), other_key = keys_of(1);
  other_file.file_id[0] ^= 1;
  other_epoch.epoch = 2;
  other_key.data_key.bytes()[0] ^= 1;
  const PageSeal seal(keys_of(1));
  NonceSource nonces;
  for (std::uint32_t number = 1; number <= 64; ++number) {
    SealedPage sealed{};
    seal.seal(number, some_page(number, random).data(), sealed.data(), nonces);
    CHECK(seal.verify(number, sealed.data()));  // the control
    for (const StoreKeys* other : {&other_file, &other_epoch, &other_key})
      CHECK_FALSE(PageSeal(*other).verify(number, sealed.data()));
  }
}

constexpr int pages_filled = 9;

// A store of so many pages with an empty log, a table and its index, and what it answers.
class FilledStore {
 public:
  explicit FilledStore(unsigned char key = 1) : keys_(keys_of(key)) {
    Session store(dir_.path(), keys_, Session::Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); CREATE INDEX t_b ON t(b)");
    store.write(
        "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
        "i < 90) SELECT i, printf('%.100c', 'x') || i FROM n");
    store.write("DELETE FROM t WHERE a < 30");  // pages on the free list too
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
    for (const char* query : queries) answers_.push_back(store.query(query));
    store.close();
    bytes = read_file(file());
    REQUIRE(bytes.size() == std::size_t{pages_filled} * page_size);
  }

  struct Verdict {
    bool opens = false;
    std::vector<std::uint32_t> rotten;  // pages, by the check
    std::int64_t bytes_behind = 0;
    int right = 0, wrong = 0, refused = 0;  // answers
  };
  // Of the store with this file.
  Verdict verdict_on(const Bytes& changed) {
    write_file(file(), changed);
    fs::remove(dir_.path() / "store.db-shm");
    Verdict verdict;
    try {
      Session store(dir_.path(), keys_);
      verdict.opens = true;
      for (std::size_t i = 0; i < answers_.size(); ++i) {
        const auto answer = answer_of(store, queries[i]);
        ++(!answer ? verdict.refused : *answer == answers_[i] ? verdict.right : verdict.wrong);
      }
      const Rot rot = find_rot(store.db(), store.gate(), 1s);
      CHECK(rot.frames.empty());
      verdict.rotten = rot.pages;
      verdict.bytes_behind = rot.bytes_behind;
    } catch (const Error& error) {
      CHECK(error.code() == Errc::damaged);
    }
    return verdict;
  }

  // The file in which a bit of a page's text is another, and the page sealed again: what a reader
  // would see who opens pages without a look at the tag.
  [[nodiscard]] Bytes unauthenticated(std::uint32_t page, std::uint32_t bit) const {
    const PageSeal seal(keys_);
    static NonceSource nonces;
    SealedPage open{}, sealed{};
    Bytes changed = bytes;
    unsigned char* const place = &changed[std::size_t{page - 1} * page_size];
    REQUIRE(seal.open(page, place, open.data()));
    open[bit / 8] ^= static_cast<unsigned char>(1u << bit % 8);
    seal.seal(page, open.data(), sealed.data(), nonces);
    std::ranges::copy(sealed, place);
    return changed;
  }

  Bytes bytes;  // of the file

 private:
  static constexpr std::array queries{"SELECT a || b FROM t NOT INDEXED ORDER BY a",
                                      "SELECT b FROM t INDEXED BY t_b WHERE b > '' ORDER BY b"};

  [[nodiscard]] fs::path file() const { return dir_.path() / "store.db"; }

  // Nothing where it is refused.
  static std::optional<std::string> answer_of(const Session& store, const char* sql) {
    std::string answer;
    const auto add = [](void* to, int, char** columns, char**) {
      const char* text = columns[0] != nullptr ? columns[0] : "NULL";
      static_cast<std::string*>(to)->append(text).append("\n");
      return 0;
    };
    if (sqlite3_exec(store.db(), sql, add, &answer, nullptr) == SQLITE_OK) return answer;
    return std::nullopt;
  }

  TempDir dir_;
  StoreKeys keys_;
  std::vector<std::string> answers_;
};

// Page 1 has the schema: without it the store does not open.
void check_found(const FilledStore::Verdict& verdict, const std::vector<std::uint32_t>& pages) {
  CHECK(verdict.wrong == 0);
  CHECK(verdict.opens == (std::ranges::find(pages, 1u) == pages.end()));
  if (verdict.opens) CHECK(verdict.rotten == pages);
}

std::ptrdiff_t start_of_page(std::uint32_t page) {
  return static_cast<std::ptrdiff_t>(page - 1) * page_size;
}

TEST_CASE("a bit flipped anywhere in the file is found by the check, and never answered") {
  FilledStore store;
  constexpr int bits = pages_filled * page_size * 8;
  Trials trials("bits of a store's file", 250, bits);
  trials.each([&](std::int64_t number, Random&) {
    // Each piece of a soak has some of every page.
    constexpr std::int64_t stride = 100'003;
    static_assert(std::gcd(stride, bits) == 1);
    const auto bit = static_cast<std::size_t>(number * stride % bits);
    Bytes bad = store.bytes;
    bad[bit / 8] ^= static_cast<unsigned char>(1u << bit % 8);
    const auto verdict = store.verdict_on(bad);
    check_found(verdict, {static_cast<std::uint32_t>(bit / (page_size * 8) + 1)});
    trials.tally("right answers", verdict.right);
    trials.tally("refused answers", verdict.refused);
    if (!verdict.opens) trials.tally("stores refused");
  });
  for (const char* what : {"right answers", "refused answers", "stores refused"})
    CHECK(trials.tallied(what) > 0);
  const auto whole = store.verdict_on(store.bytes);
  CHECK((whole.opens && whole.rotten.empty() && whole.right == 2));
}

TEST_CASE("a reader of the file that looks at no tag is found out by wrong answers") {
  FilledStore store;
  Trials trials("control: bits of a store's pages, not authenticated", 60, 60);
  trials.each([&](std::int64_t, Random& random) {
    const auto page = 2 + random.below(pages_filled - 1);
    const auto verdict = store.verdict_on(store.unauthenticated(page, random.below(text_size * 8)));
    CHECK(verdict.rotten.empty());
    trials.tally("wrong", verdict.wrong);
  });
  CHECK(trials.tallied("wrong") > 0);
}

TEST_CASE("the file cut at any sector is refused or found, and never answers wrongly") {
  FilledStore store;
  for (std::size_t size = 0; size < store.bytes.size(); size += 512) {
    CAPTURE(size);
    const auto verdict = store.verdict_on(
        Bytes(store.bytes.begin(), store.bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    CHECK(verdict.wrong == 0);
    if (verdict.opens) CHECK_FALSE(verdict.rotten.empty());
  }
}

TEST_CASE("what is appended to the file is never read, and is found by the check") {
  Random random;
  FilledStore store;
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 511, 512, page_size - 1,
                                                                   page_size, 2 * page_size + 7}) {
    CAPTURE(size);
    Bytes longer = store.bytes;
    while (longer.size() < store.bytes.size() + size)
      longer.push_back(static_cast<unsigned char>(random.below(256)));
    const auto verdict = store.verdict_on(longer);
    CHECK(verdict.right == 2);
    CHECK(verdict.rotten.empty());
    CHECK(verdict.bytes_behind == static_cast<std::int64_t>(size));
  }
  Bytes longer = store.bytes;
  std::copy_n(store.bytes.begin() + start_of_page(3), page_size, std::back_inserter(longer));
  const auto verdict = store.verdict_on(longer);
  CHECK(verdict.right == 2);
  CHECK(verdict.rotten.empty());
  CHECK(verdict.bytes_behind == page_size);
}

TEST_CASE(
    "every two pages of the file exchanged, and every page put in another's place, are found") {
  FilledStore store;
  for (std::uint32_t a = 1; a <= pages_filled; ++a)
    for (std::uint32_t b = 1; b <= pages_filled; ++b) {
      if (a == b) continue;
      CAPTURE(a);
      CAPTURE(b);
      Bytes bad = store.bytes;
      if (a < b) {
        std::swap_ranges(bad.begin() + start_of_page(a), bad.begin() + start_of_page(a + 1),
                         bad.begin() + start_of_page(b));
        check_found(store.verdict_on(bad), {a, b});
        bad = store.bytes;
      }
      std::copy_n(store.bytes.begin() + start_of_page(a), page_size,
                  bad.begin() + start_of_page(b));
      check_found(store.verdict_on(bad), {b});
    }
}

TEST_CASE("a page taken from another store, or zeroed, is damage") {
  FilledStore store;
  const FilledStore other(2);
  for (std::uint32_t page = 1; page <= pages_filled; ++page) {
    CAPTURE(page);
    Bytes bad = store.bytes;
    const auto place = bad.begin() + start_of_page(page);
    std::copy_n(other.bytes.begin() + start_of_page(page), page_size, place);
    check_found(store.verdict_on(bad), {page});
    std::fill_n(place, page_size, static_cast<unsigned char>(0));
    check_found(store.verdict_on(bad), {page});
  }
}

TEST_CASE("a page that lies beyond the end of a cut file is damage, not an empty page") {
  TempDir dir;
  const auto keys = keys_of(1);
  write_file(dir.path() / "store.db", FilledStore().bytes);
  {
    Session store(dir.path(), keys);
    fs::resize_file(dir.path() / "store.db", 3 * page_size);
    // SQLite compares the size first.
    CHECK((store.try_exec("SELECT sum(length(b)) FROM t NOT INDEXED") & 0xff) == SQLITE_CORRUPT);
    CHECK(io_error_of(store.db()) == SQLITE_OK);
  }
  CHECK(code_of([&] { Session store(dir.path(), keys); }) == Errc::damaged);
}

}  // namespace
}  // namespace pharmacy::db::test
