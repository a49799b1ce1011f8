// What recovery learns of the log: the commit numbers at its two ends.
#pragma once

#include <array>
#include <cstdint>

namespace pharmacy::db {

// Commit numbers wrap round; they are compared by their difference.
constexpr bool commit_number_after(std::uint32_t a, std::uint32_t b) noexcept {
  return static_cast<std::int32_t>(a - b) > 0;
}

struct LogSpan {
  bool any = false;          // at least one committed transaction
  bool has_numbers = false;  // its first and last held page 1, as every one does
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// Follows SQLite as it reads the log frame by frame.
class LogSurvey {
 public:
  void reset() noexcept { *this = LogSurvey(); }

  // A frame that authenticated, in SQLite's form.
  void add(std::uint32_t frame, const unsigned char* header, const unsigned char* page) noexcept;

  // The span of the transactions that SQLite accepted: those up to frame `last_frame`.
  [[nodiscard]] LogSpan span(std::uint32_t last_frame) const noexcept;

 private:
  struct Commit {
    std::uint32_t frame = 0;  // 0: none
    bool has_number = false;
    std::uint32_t number = 0;
  };

  Commit open_;  // the transaction that is being read
  Commit first_;
  // SQLite stops at the first frame whose checksum does not fit, so that at most one commit
  // here is not one for SQLite.
  std::array<Commit, 2> latest_;
};

}  // namespace pharmacy::db
