#include "support/leak.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace pharmacy::db::test {
namespace {

constexpr std::size_t frame_bytes = 4120;

struct Sums {
  std::uint32_t first = 0, second = 0;
  bool operator==(const Sums&) const = default;

  // SQLite's checksum of a log, on a machine of this byte order.
  void add(const unsigned char* bytes, std::size_t size) {
    for (std::size_t at = 0; at < size; at += 8) {
      std::uint32_t a = 0, b = 0;
      std::memcpy(&a, bytes + at, 4);
      std::memcpy(&b, bytes + at + 4, 4);
      first += a + second;
      second += b + first;
    }
  }
};

// The checksum at which the log begins, in its clear header.
Sums at_begin(const Frame& log) {
  const auto big_endian = [&](std::size_t at) {
    return std::uint32_t{log[at]} << 24 | std::uint32_t{log[at + 1]} << 16 |
           std::uint32_t{log[at + 2]} << 8 | std::uint32_t{log[at + 3]};
  };
  return {big_endian(24), big_endian(28)};
}

// Where it stands after the last commit.
Sums at_end(const Frame& index) {
  Sums sums;
  std::memcpy(&sums.first, &index[24], 4);
  std::memcpy(&sums.second, &index[28], 4);
  return sums;
}

}  // namespace

std::vector<Frame> frames_of(sqlite3* db) {
  sqlite3_file* log = nullptr;
  REQUIRE(sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK);
  sqlite3_int64 size = 0;
  REQUIRE(log->pMethods->xFileSize(log, &size) == SQLITE_OK);
  std::vector<Frame> frames;
  for (sqlite3_int64 at = 32; at < size; at += frame_bytes) {
    Frame& frame = frames.emplace_back(frame_bytes);
    REQUIRE(log->pMethods->xRead(log, frame.data(), frame_bytes, at) == SQLITE_OK);
  }
  return frames;
}

int candidates(std::vector<Frame> frames, const std::string& secret, const Frame& log,
               const Frame& index) {
  unsigned char* place = nullptr;
  for (Frame& frame : frames) {
    const auto found = std::search(frame.begin(), frame.end(), secret.begin(), secret.end());
    if (found != frame.end()) place = &*found;
  }
  REQUIRE(place != nullptr);
  int fitting = 0;
  for (int guess = 0; guess < 10'000; ++guess) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "%04d", guess);
    std::memcpy(place + secret.size() - 4, digits, 4);
    Sums sums = at_begin(log);
    for (const Frame& frame : frames) {
      sums.add(frame.data(), 8);
      sums.add(frame.data() + 24, frame_bytes - 24);
    }
    if (sums == at_end(index)) ++fitting;
  }
  return fitting;
}

}  // namespace pharmacy::db::test
