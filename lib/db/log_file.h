// store.db-wal under the seal.
#pragma once

#include <optional>
#include <utility>

#include "db/connection.h"
#include "db/log_buffer.h"
#include "db/log_survey.h"
#include "db/lower_file.h"
#include "db/sealed_file.h"

namespace pharmacy::db {

// Asks whether a frame authenticates, and of which page it is.
struct FrameQuestion {
  std::uint32_t number;
  bool authentic = false;
  std::uint32_t page = 0;
  unsigned char* sealed = nullptr;  // where the page is wanted as the file will have it
};

class LogFile final : public SealedFile {
 public:
  LogFile(LowerFile lower, Connection& connection)
      : connection_(connection), lower_(std::move(lower)) {
    connection_.log = this;
  }
  ~LogFile() override { connection_.log = nullptr; }

  int close() noexcept override { return connection_.from_below(lower_.close()); }
  int read(void* to, int size, sqlite3_int64 offset) noexcept override;
  int write(const void* from, int size, sqlite3_int64 offset) noexcept override;
  int truncate(sqlite3_int64 size) noexcept override;
  int sync(int flags) noexcept override;
  int size(sqlite3_int64* size) noexcept override;
  int control(int operation, void* argument) noexcept override;

  // Returns SQLite's code; a frame that is not there is not authentic.
  int verify_frame(FrameQuestion& question) noexcept;

  // What the locks of the wal-index tell.
  void forget_salts() noexcept { salts_known_ = false; }
  // Forgets the salts unless those of the wal-index, if it is mapped, are the same.
  void compare_salts(const volatile unsigned char* in_index) noexcept;
  void begin_recovery() noexcept;
  LogSpan end_recovery(std::uint32_t last_frame) noexcept { return survey_.span(last_frame); }
  void begin_transaction() noexcept;
  void end_transaction() noexcept;
  // Page 1 was read, with this commit number.
  void note_commit_number(std::uint32_t number) noexcept;
  // The commit number before this transaction; nullopt before page 1 was read.
  [[nodiscard]] std::optional<std::uint32_t> commit_number() const noexcept { return base_; }

 private:
  // Part of a frame in SQLite's form.
  struct Part {
    std::uint32_t frame;
    int begin;
    int size;
    [[nodiscard]] bool is_header() const { return begin == 0 && size == frame_header_size; }
    [[nodiscard]] bool is_page() const { return begin == frame_header_size && size == page_size; }
    [[nodiscard]] bool is_whole() const { return begin == 0 && size == frame_size; }
    [[nodiscard]] bool is_in_header() const { return begin + size <= frame_header_size; }
  };
  static Part part_at(int size, sqlite3_int64 offset) noexcept;

  int flush() noexcept;
  int empty() noexcept;
  int load_salts() noexcept;
  int read_log_header(unsigned char* to, int size, sqlite3_int64 offset) noexcept;
  int read_in_header(const Part& part, unsigned char* to) noexcept;
  int read_whole(std::uint32_t frame, unsigned char* to) noexcept;
  int read_page(std::uint32_t frame, unsigned char* page) noexcept;
  int open_header(std::uint32_t frame, int size, unsigned char* header) noexcept;

  int write_log_header(const unsigned char* from) noexcept;
  int write_page(std::uint32_t frame, const unsigned char* page) noexcept;
  int write_frame(std::uint32_t frame, const unsigned char* page) noexcept;
  int write_commit(std::uint32_t frame) noexcept;
  void note_checksum(std::uint32_t frame) noexcept;
  [[nodiscard]] bool commit_is_recoverable() const noexcept;
  int refuse_commit() noexcept;
  bool is_absent(std::uint32_t frame) noexcept;
  int write_page_alone(std::uint32_t frame, const unsigned char* page) noexcept;
  int write_header_alone() noexcept;
  int note_page(std::uint32_t number, const unsigned char* page) noexcept;
  [[nodiscard]] bool may_commit() const noexcept;
  void drop_rest() noexcept;

  Connection& connection_;
  LowerFile lower_;
  LogSurvey survey_;

  bool salts_known_ = false;
  Salts salts_{};

  // A header that SQLite has written, whose page has not come yet; frame 0: none.
  std::uint32_t header_frame_ = 0;
  std::array<unsigned char, frame_header_size> header_{};
  LogBuffer held_;

  // The commit number that this transaction began with, and the one it writes; the frame that it is
  // committed with, 0 before that.
  std::optional<std::uint32_t> base_;  // nullopt before page 1 was read
  bool number_written_ = false;
  std::uint32_t number_ = 0;
  std::uint32_t commit_frame_ = 0;
  // The first frame of this transaction that has no checksum yet, and the one from which on SQLite
  // has filled them in at the commit; 0: none.
  std::uint32_t first_bare_ = 0;
  std::uint32_t filled_from_ = 0;
};

}  // namespace pharmacy::db
