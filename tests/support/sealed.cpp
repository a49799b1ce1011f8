#include "support/sealed.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "support/child.h"

namespace pharmacy::db::test {

StoreKeys keys_of(unsigned char seed) {
  StoreKeys keys;
  keys.file_id.fill(static_cast<unsigned char>(seed + 100));
  for (auto& byte : keys.data_key.bytes()) byte = seed;
  return keys;
}

Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& path, const Bytes& bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  REQUIRE(out.good());
}

void flip_bit(const fs::path& path, std::uint64_t bit) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto at = static_cast<std::streamoff>(bit / 8);
  file.seekg(at);
  const int byte = file.get();
  REQUIRE(byte >= 0);
  file.seekp(at);
  file.put(static_cast<char>(byte ^ 1 << bit % 8));
  REQUIRE(file.good());
}

OpenFile::OpenFile(const fs::path& path)
    : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  REQUIRE(fd_ >= 0);
}

OpenFile::~OpenFile() { ::close(fd_); }

Bytes OpenFile::bytes() const {
  return bytes_at(0, static_cast<std::size_t>(lseek(fd_, 0, SEEK_END)));
}

Bytes OpenFile::bytes_at(std::uint64_t from, std::size_t size) const {
  Bytes part(size);
  REQUIRE(pread(fd_, part.data(), size, static_cast<off_t>(from)) == static_cast<ssize_t>(size));
  return part;
}

void OpenFile::poke(std::uint64_t at) const {
  unsigned char byte = 0;
  REQUIRE(pread(fd_, &byte, 1, static_cast<off_t>(at)) == 1);
  byte ^= 0x40;
  REQUIRE(pwrite(fd_, &byte, 1, static_cast<off_t>(at)) == 1);
}

void copy_store(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const char* name : {"store.db", "store.db-wal"})
    fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing);
  fs::remove(to / "store.db-shm");
}

Session::Session(const fs::path& directory, const StoreKeys& keys, Make make, SealedOptions options,
                 const std::string& lock)
    : gate_(directory / lock, "test") {
  options.path = directory / "store.db";
  if (make == Make::no) {
    db_ = open_sealed(options, keys, gate_);
    return;
  }
  gate_.acquire(1s);
  db_ = create_sealed(options, keys, gate_);
  gate_.release();
}

Session::~Session() { close(); }

void Session::close() {
  close_sealed(std::exchange(db_, nullptr));
  gate_.release();
}

sqlite3_file* Session::main_file() const {
  sqlite3_file* file = nullptr;
  REQUIRE(sqlite3_file_control(db_, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK);
  return file;
}

sqlite3_file* Session::log_file() const {
  sqlite3_file* file = nullptr;
  REQUIRE(sqlite3_file_control(db_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) == SQLITE_OK);
  return file;
}

int Session::try_exec(const std::string& sql) const {
  return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
}

void Session::exec(const std::string& sql) const {
  const int rc = try_exec(sql);
  CAPTURE(sql.substr(0, 200));
  CAPTURE(std::string(sqlite3_errmsg(db_)));
  CAPTURE(damage_of(db_).value_or("no damage"));
  REQUIRE(rc == SQLITE_OK);
}

std::string Session::query(const std::string& sql) const {
  std::string text;
  const auto add = [](void* to, int, char** columns, char**) {
    static_cast<std::string*>(to)->append(columns[0] == nullptr ? "NULL" : columns[0]).append("\n");
    return 0;
  };
  const int rc = sqlite3_exec(db_, sql.c_str(), add, &text, nullptr);
  CAPTURE(sql);
  CAPTURE(std::string(sqlite3_errmsg(db_)));
  CAPTURE(damage_of(db_).value_or("no damage"));
  REQUIRE(rc == SQLITE_OK);
  return text;
}

int Session::write(const std::function<void()>& body, bool checkpoint) {
  gate_.acquire(10s);
  exec("BEGIN IMMEDIATE");
  body();
  REQUIRE(advance_commit_number(db_) == SQLITE_OK);
  const int rc = try_exec("COMMIT");
  if (rc == SQLITE_OK && checkpoint) CHECK(checkpoint_if_long(db_, gate_) == SQLITE_OK);
  if (rc != SQLITE_OK && sqlite3_get_autocommit(db_) == 0) exec("ROLLBACK");
  gate_.release();
  return rc;
}

bool in_child(const std::function<bool()>& body) {
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    bool ok = false;
    try {
      ok = body();
    } catch (...) {
    }
    pharmacy::test::end_child(ok ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace pharmacy::db::test
