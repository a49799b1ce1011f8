// The log under uses that SQLite does not make of it, and on a disk that fails.
#include "db/log_file.h"
#include "refusal_support.h"
#include "support/fault_vfs.h"

namespace pharmacy::db::test {
namespace {

constexpr std::uint64_t on_disk(std::uint32_t frame) {
  return static_cast<std::uint64_t>(log_header_size) + std::uint64_t{frame - 1} * sealed_frame_size;
}
constexpr sqlite3_int64 place_of(std::uint32_t frame) {
  return log_header_size + sqlite3_int64{frame - 1} * frame_size;
}

using Header = std::array<unsigned char, frame_header_size>;

// With salts and a checksum, as it were.
Header filled(Header header) {
  header.back() = 1;
  return header;
}

Header committing(Header header) {
  put_u32(header.data() + 4, 2);
  return header;
}

// A connection above a disk that fails on demand, which asks for pieces of the log by itself.
class DirectLog {
 public:
  DirectLog() {
    store_.look_into();
    session_ = std::make_unique<Session>(store_.dir.path(), keys_of(1), Session::Make::no,
                                         SealedOptions{.path = {}, .lower_vfs = fault_vfs_name()});
    next = frames_in(bytes()) + 1;
  }
  ~DirectLog() { set_fault({}); }
  DirectLog(const DirectLog&) = delete;
  DirectLog& operator=(const DirectLog&) = delete;

  Session& session() { return *session_; }
  [[nodiscard]] Connection& connection() const { return *connection_of(session_->db()); }
  [[nodiscard]] Bytes bytes() const { return store_.log->bytes(); }
  void poke(std::uint64_t at) const { store_.log->poke(at); }
  [[nodiscard]] fs::path path() const { return store_.path("store.db-wal"); }

  void begin() {
    session_->gate().acquire(1s);
    REQUIRE(lock(write_lock, exclusive) == SQLITE_OK);
  }
  [[nodiscard]] int lock(int offset, int flags) const {
    sqlite3_file* file = session_->main_file();
    return file->pMethods->xShmLock(file, offset, 1, flags);
  }
  int read(void* to, int size, sqlite3_int64 at) const {
    return methods().xRead(session_->log_file(), to, size, at);
  }
  [[nodiscard]] int read_frame(std::uint32_t frame) const {
    std::array<unsigned char, frame_size> there{};
    return read(there.data(), frame_size, place_of(frame));
  }
  [[nodiscard]] int write(const void* from, int size, sqlite3_int64 at) const {
    return methods().xWrite(session_->log_file(), from, size, at);
  }
  [[nodiscard]] int write_header(std::uint32_t frame, const Header& header) const {
    return write(header.data(), frame_header_size, place_of(frame));
  }
  [[nodiscard]] int write_page(std::uint32_t frame, std::uint32_t number) const {
    auto page = good_page(number);
    if (number == 1)
      put_u32(page.data() + commit_number_offset, *connection().log->commit_number() + 1);
    return write(page.data(), page_size, place_of(frame) + frame_header_size);
  }
  void write_frame(std::uint32_t frame, const Header& header) const {
    REQUIRE(write_header(frame, header) == SQLITE_OK);
    REQUIRE(write_page(frame, get_u32(header.data())) == SQLITE_OK);
  }
  [[nodiscard]] int truncate(sqlite3_int64 size) const {
    return methods().xTruncate(session_->log_file(), size);
  }
  [[nodiscard]] int sync() const { return methods().xSync(session_->log_file(), SQLITE_SYNC_FULL); }
  [[nodiscard]] int size_of(sqlite3_int64& size) const {
    return methods().xFileSize(session_->log_file(), &size);
  }

  std::uint32_t next;  // the number of the first frame that is not there

 private:
  [[nodiscard]] const sqlite3_io_methods& methods() const {
    return *session_->log_file()->pMethods;
  }

  OpenStore store_;
  std::unique_ptr<Session> session_;
};

constexpr Fault failing_write{.call = Call::write, .k = 1, .code = SQLITE_IOERR_WRITE};
constexpr Fault failing_read{.call = Call::read, .k = 1, .code = SQLITE_IOERR_READ};

TEST_CASE("the log is written in whole pieces, by whoever has the gate and the lock") {
  DirectLog log;
  const Bytes before = log.bytes();
  Bytes header{before.begin(), before.begin() + log_header_size};
  CHECK(log.write_header(log.next, header_of(2)) == SQLITE_READONLY);
  log.session().gate().acquire(1s);
  CHECK(log.write_header(log.next, header_of(2)) == SQLITE_READONLY);
  log.session().gate().release();
  log.begin();
  CHECK(log.write(header.data(), 16, 8) == SQLITE_READONLY);
  CHECK(log.write(header.data(), 16, 0) == SQLITE_READONLY);
  const Bytes frame(frame_size);
  CHECK(log.write(frame.data(), frame_size, place_of(log.next)) == SQLITE_READONLY);
  put_u32(header.data() + 8, 8192);
  CHECK(log.write(header.data(), log_header_size, 0) == SQLITE_READONLY);
  CHECK((log.bytes() == before));
}

TEST_CASE("the log is read by the pieces that SQLite reads, and by no others") {
  DirectLog log;
  std::array<unsigned char, 2 * frame_size> to{};
  CHECK(log.read(to.data(), log_header_size, 0) == SQLITE_OK);
  CHECK(std::equal(to.begin(), to.begin() + log_header_size, log.bytes().begin()));
  CHECK(log.read(to.data(), 16, 0) == SQLITE_OK);
  CHECK(log.read(to.data(), 8, place_of(1) + 16) == SQLITE_OK);
  CHECK(log.read(to.data(), 64, 0) == SQLITE_IOERR_READ);
  CHECK(log.read(to.data(), 100, place_of(1)) == SQLITE_IOERR_READ);
  CHECK(log.read(to.data(), 100, place_of(1) + 10) == SQLITE_IOERR_READ);
  CHECK_FALSE(damage_of(log.session().db()).has_value());
  log.poke(on_disk(1) + 30);
  CHECK(log.read(to.data(), 8, place_of(1) + 16) == SQLITE_IOERR_DATA);
  CHECK(damage_of(log.session().db()) == "frame 1 of the log is damaged or was changed");
}

TEST_CASE("the log is cut between frames, by whoever has the gate") {
  DirectLog log;
  const Bytes before = log.bytes();
  CHECK(log.truncate(0) == SQLITE_READONLY);
  log.session().gate().acquire(1s);
  CHECK(log.truncate(log_header_size + 1) == SQLITE_READONLY);
  CHECK((log.bytes() == before));
  CHECK(log.truncate(place_of(2)) == SQLITE_OK);
  CHECK(log.bytes().size() == on_disk(2));
  CHECK(log.truncate(log_header_size) == SQLITE_OK);
  CHECK(log.bytes().size() == log_header_size);
}

TEST_CASE("a log of nothing stays so when it is emptied, and has no frame") {
  DirectLog log;
  log.session().gate().acquire(1s);
  REQUIRE(log.truncate(0) == SQLITE_OK);
  log.connection().keeps_emptied_log = true;
  CHECK(log.truncate(0) == SQLITE_OK);
  CHECK(log.bytes().empty());
  CHECK(log.read_frame(1) == SQLITE_IOERR_DATA);
  CHECK(damage_of(log.session().db()) == "frame 1 of the log is damaged or was changed");
}

TEST_CASE("a log that cannot be emptied keeps its header") {
  DirectLog log;
  const Bytes before = log.bytes();
  log.session().gate().acquire(1s);
  log.connection().keeps_emptied_log = true;
  SUBCASE("its length is not known") {
    set_fault({.call = Call::size, .k = 1, .code = SQLITE_IOERR_FSTAT});
    CHECK(log.truncate(0) == SQLITE_IOERR_FSTAT);
  }
  SUBCASE("it cannot be cut to the length that it may keep") {
    fs::resize_file(log.path(), on_disk(1003));
    set_fault({.call = Call::truncate, .k = 1, .code = SQLITE_IOERR_TRUNCATE});
    CHECK(log.truncate(0) == SQLITE_IOERR_TRUNCATE);
    CHECK(io_error_of(log.session().db()) == SQLITE_IOERR_TRUNCATE);
    CHECK(log.bytes().size() == on_disk(1003));
  }
  SUBCASE("the header cannot be written") {
    set_fault(failing_write);
    CHECK(log.truncate(0) == SQLITE_IOERR_WRITE);
  }
  CHECK(fault_met());
  CHECK(std::equal(before.begin(), before.end(), log.bytes().begin()));
}

TEST_CASE("what waits to be written is written first, or nothing else is done") {
  DirectLog log;
  log.begin();
  const Bytes before = log.bytes();
  const auto fails_first = [&](const std::function<int()>& call) {
    set_fault(failing_write);
    const bool failed = call() == SQLITE_IOERR_WRITE && fault_met();
    set_fault({});
    return failed && log.bytes() == before && io_error_of(log.session().db()) == SQLITE_IOERR_WRITE;
  };
  SUBCASE("a header") { REQUIRE(log.write_header(log.next, header_of(2)) == SQLITE_OK); }
  SUBCASE("a frame") { log.write_frame(log.next, header_of(2)); }
  SUBCASE("a frame, and the header of the next") {
    log.write_frame(log.next, header_of(2));
    REQUIRE(log.write_header(log.next + 1, header_of(2)) == SQLITE_OK);
  }
  sqlite3_int64 size = 0;
  CHECK(fails_first([&] { return log.read_frame(1); }));
  CHECK(fails_first([&] { return log.size_of(size); }));
  CHECK(fails_first([&] { return log.truncate(0); }));
  CHECK(fails_first([&] { return log.sync(); }));
  CHECK(fails_first([&] { return log.write(before.data(), log_header_size, 0); }));
  CHECK(fails_first([&] {
    const int rc = log.write_header(log.next + 5, header_of(2));
    return rc != SQLITE_OK ? rc : log.write_header(log.next + 6, header_of(2));
  }));
}

TEST_CASE("a header is written alone where another follows it, with a checksum or without") {
  DirectLog log;
  log.begin();
  REQUIRE(log.write_header(log.next, header_of(2)) == SQLITE_OK);
  REQUIRE(log.write_header(log.next, filled(header_of(2))) == SQLITE_OK);
  REQUIRE(log.write_header(log.next + 1, filled(header_of(3))) == SQLITE_OK);
  REQUIRE(log.write_header(log.next + 2, filled(header_of(4))) == SQLITE_OK);
  for (std::uint32_t i = 0; i < 3; ++i) {
    std::array<unsigned char, 4> number{};
    CHECK(log.read(number.data(), 4, place_of(log.next + i)) == SQLITE_OK);
    CHECK(get_u32(number.data()) == 2 + i);
  }
}

TEST_CASE("a frame is neither sealed nor opened while the salts cannot be read") {
  DirectLog log;
  const auto without_salts = [&](const std::function<int()>& call) {
    log.connection().log->forget_salts();
    set_fault(failing_read);
    const int rc = call();
    set_fault({});
    return rc;
  };
  CHECK(without_salts([&] { return log.read_frame(1); }) == SQLITE_IOERR_READ);
  CHECK(log.read_frame(1) == SQLITE_OK);
  log.begin();
  const Bytes before = log.bytes();
  REQUIRE(log.write_header(log.next, header_of(2)) == SQLITE_OK);
  CHECK(without_salts([&] { return log.write_page(log.next, 2); }) == SQLITE_IOERR_READ);
  REQUIRE(log.write_header(log.next, header_of(2)) == SQLITE_OK);
  CHECK(without_salts([&] { return log.write_header(log.next + 1, header_of(2)); }) ==
        SQLITE_IOERR_READ);
  CHECK((log.bytes() == before));
}

TEST_CASE("a page goes over its own frame alone, and in a store's form") {
  DirectLog log;
  log.begin();
  log.write_frame(log.next, header_of(2));
  REQUIRE(log.sync() == SQLITE_OK);
  const Bytes before = log.bytes();
  auto reserved = good_page(2);
  reserved.back() = 1;
  CHECK(log.write(reserved.data(), page_size, place_of(log.next) + frame_header_size) ==
        SQLITE_READONLY);
  set_fault(failing_read);
  CHECK(log.write_page(log.next, 2) == SQLITE_IOERR_READ);
  set_fault({});
  CHECK((log.bytes() == before));
  CHECK(log.write_page(log.next, 2) == SQLITE_OK);
  log.poke(on_disk(log.next) + 30);
  CHECK(log.write_page(log.next, 2) == SQLITE_IOERR_DATA);
  CHECK(damage_of(log.session().db()) ==
        "frame " + std::to_string(log.next) + " of the log is damaged or was changed");
}

TEST_CASE("a commit behind a frame without a checksum is not synced, whatever comes after it") {
  DirectLog log;
  log.begin();
  const auto commit = [&](std::uint32_t frame) {
    log.write_frame(frame, committing(filled(header_of(1))));
    return log.sync();
  };
  SUBCASE("the control: every frame has one") {
    log.write_frame(log.next, filled(header_of(2)));
    CHECK(commit(log.next + 1) == SQLITE_OK);
    // A later frame without one is not part of it.
    log.write_frame(log.next + 2, header_of(2));
    CHECK(log.sync() == SQLITE_OK);
  }
  SUBCASE("it is filled in") {
    log.write_frame(log.next, header_of(2));
    REQUIRE(commit(log.next + 1) == SQLITE_IOERR);
    REQUIRE(log.write_header(log.next, filled(header_of(2))) == SQLITE_OK);
    CHECK(log.sync() == SQLITE_OK);
  }
  SUBCASE("too few are filled in") {
    log.write_frame(log.next, header_of(2));
    log.write_frame(log.next + 1, header_of(3));
    log.write_frame(log.next + 2, committing(filled(header_of(1))));
    REQUIRE(log.write_header(log.next + 1, filled(header_of(3))) == SQLITE_OK);
    CHECK(log.sync() == SQLITE_IOERR);
    CHECK_FALSE(may_have_committed(log.session().db()));
  }
  SUBCASE("it was taken back, and another is in its place") {
    log.write_frame(log.next, header_of(2));
    log.write_frame(log.next, filled(header_of(2)));
    CHECK(commit(log.next + 1) == SQLITE_OK);
  }
}

TEST_CASE("a commit that could not be written is known to be absent if it can be read back") {
  DirectLog log;
  log.begin();
  REQUIRE(log.write_header(log.next, committing(filled(header_of(1)))) == SQLITE_OK);
  SUBCASE("the disk can be read") {
    set_fault(failing_write);
    CHECK(log.write_page(log.next, 1) == SQLITE_IOERR_WRITE);
    CHECK_FALSE(may_have_committed(log.session().db()));
  }
  SUBCASE("the disk is gone") {
    set_fault({.call = Call::any, .k = 1, .for_good = true});
    CHECK(log.write_page(log.next, 1) == SQLITE_IOERR);
    CHECK(may_have_committed(log.session().db()));
  }
}

TEST_CASE("what was read short cannot be told from a short file while its length is unknown") {
  DirectLog log;
  set_fault({.call = Call::read,
             .k = 1,
             .code = SQLITE_IOERR_SHORT_READ,
             .size_code = SQLITE_IOERR_FSTAT});
  CHECK(log.read_frame(1) == SQLITE_IOERR_FSTAT);
  set_fault({});
  CHECK(log.read_frame(1) == SQLITE_OK);
  CHECK_FALSE(damage_of(log.session().db()).has_value());
}

TEST_CASE("of a log that SQLite took no commit of there are no commit numbers") {
  LogSurvey survey;
  CHECK_FALSE(survey.span(0).any);
  CHECK_FALSE(survey.span(3).any);
  const auto first = good_page(1);
  survey.add(1, filled(header_of(2)).data(), good_page(2).data());
  survey.add(2, committing(filled(header_of(1))).data(), first.data());
  CHECK_FALSE(survey.span(0).any);
  CHECK_FALSE(survey.span(1).any);
  CHECK(survey.span(2).any);
  CHECK(survey.span(2).has_numbers);
}

}  // namespace
}  // namespace pharmacy::db::test
