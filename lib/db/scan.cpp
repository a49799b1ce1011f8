// Authenticates a whole store that others go on using.
#include <sqlite3.h>

#include <algorithm>
#include <set>

#include "db/connection.h"
#include "db/database.h"
#include "db/failure.h"
#include "db/log_file.h"
#include "db/main_file.h"
#include "db/sealed.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

// Whoever has to look at so many again keeps the others waiting, and knows enough.
constexpr std::size_t max_rot = 1000;

class Scan {
 public:
  explicit Scan(sqlite3* db) : db_{db}, connection_{*connection_of(db)} {
    check(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file_));
  }

  // All that fails now: what others are just writing is among it.
  Rot look() {
    Rot rot;
    in_snapshot([&](std::uint32_t pages) {
      pages_ = pages;
      for (std::uint32_t frame = 1; frame <= frames_in_index(connection_); ++frame) {
        if (!ask_frame(frame).authentic) rot.frames.push_back(frame);
        if (rot.frames.size() == max_rot) return;
      }
    });
    // What lies beyond its end is nobody's, unless it was added since. One that is being written is
    // asked for again.
    pages_ = std::max(pages_, pages_in_file());
    for (std::uint32_t page = 1; page <= pages_; ++page) {
      if (page != lock_byte_page && !is_authentic(page)) rot.pages.push_back(page);
      if (rot.pages.size() == max_rot) break;
    }
    return rot;
  }

  // What of it fails still, with the gate held: nobody writes.
  void look_again(Rot& rot) {
    in_snapshot([&](std::uint32_t pages) {
      const std::uint32_t frames = frames_in_index(connection_);
      std::erase_if(rot.frames, [&](std::uint32_t frame) {
        return frame > frames || ask_frame(frame).authentic;
      });
      if (rot.pages.empty()) return;
      // A crash inside a checkpoint leaves torn pages, which nobody reads: the log has them. Of
      // the frames that are in the file too, readers ask the file.
      std::set<std::uint32_t> supplied;
      for (std::uint32_t frame = frames_copied(connection_) + 1; frame <= frames; ++frame) {
        if (const FrameQuestion asked = ask_frame(frame); asked.authentic)
          supplied.insert(asked.page);
      }
      std::erase_if(rot.pages, [&](std::uint32_t page) {
        return supplied.contains(page) || is_authentic(page);
      });
      // A log that makes the database shorter leaves its pages in the file: those are authentic.
      const auto behind = std::ranges::upper_bound(rot.pages, pages);
      if (behind == rot.pages.end()) return;
      rot.bytes_behind = size_of_file() - std::int64_t{*behind - 1} * page_size;
      rot.pages.erase(behind, rot.pages.end());
    });
  }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) throw_failure(db_, code);
  }

  // Calls look(pages of the database) while the log cannot begin again.
  template <class Look>
  void in_snapshot(Look&& look) {
    const bool is_mine = sqlite3_get_autocommit(db_) != 0;
    if (is_mine) check(sqlite3_exec(db_, "BEGIN", nullptr, nullptr, nullptr));
    try {
      look(count_pages(db_));
    } catch (...) {
      if (is_mine) static_cast<void>(sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr));
      throw;
    }
    if (is_mine) check(sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr));
  }

  FrameQuestion ask_frame(std::uint32_t frame) {
    FrameQuestion question{.number = frame};
    PHARMACY_CHECK(connection_.log != nullptr);
    check(connection_.log->verify_frame(question));
    return question;
  }

  std::int64_t size_of_file() const {
    sqlite3_int64 size = 0;
    check(file_->pMethods->xFileSize(file_, &size));
    return size;
  }
  // The last may be a part of one.
  std::uint32_t pages_in_file() const {
    return static_cast<std::uint32_t>((size_of_file() + page_size - 1) / page_size);
  }

  bool is_authentic(std::uint32_t page) {
    PageQuestion question{.number = page};
    check(file_->pMethods->xFileControl(file_, control_verify_page, &question));
    return question.authentic;
  }

  sqlite3* db_;
  Connection& connection_;
  sqlite3_file* file_ = nullptr;
  std::uint32_t pages_ = 0;
};

}  // namespace

Rot find_rot(sqlite3* db, Gate& gate, std::chrono::milliseconds wait) {
  Scan scan{db};
  Rot rot = scan.look();
  if (rot.empty()) return rot;
  const GateHold hold{gate, wait};
  scan.look_again(rot);
  return rot;
}

}  // namespace pharmacy::db
