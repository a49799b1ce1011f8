#include "support/test_store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "pharmacy/error.h"
#include "vault/store_impl.h"

namespace pharmacy::test {
namespace {

constexpr std::chrono::hours ten_o_clock{10};

Instant morning_of(std::string_view day) {
  const auto date = parse_date(day);
  REQUIRE(date.has_value());
  return Zone{"Asia/Shanghai"}.at_local(*date, ten_o_clock);
}

}  // namespace

TestStore::TestStore(std::string_view day)
    : path_{directory_.path() / "store"}, now_{std::make_shared<Instant>(morning_of(day))} {
  const auto code_path = directory_.path() / "recovery.code";
  prepare(directory_.path(), fmt::format("store-{}-{}", day, number_.value()), [&] {
    NewStore input;
    input.login = "wangli";
    input.name = "王丽";
    OpenOptions options;
    options.clock = clock();
    const NewStoreKeys keys = Store::create(path_, input, options);
    put_bytes(code_path, keys.recovery_code.view());
    put_bytes(key_file_path(), keys.key_file.value().view());
  });
  recovery_code_ = bytes_of(code_path);
  reopen();
}

TestStore::~TestStore() = default;

std::string TestStore::key_file_path() const { return (directory_.path() / "wangli.key").string(); }

Clock TestStore::clock() const {
  return [now = now_] { return *now; };
}

void TestStore::set_time(Instant now) { *now_ = now; }

void TestStore::set_day(std::string_view day) { *now_ = morning_of(day); }

Reading TestStore::reading() { return store_->impl().look_of_test(); }

Transaction TestStore::begin() {
  return store_->begin({.id = new_operation_id(), .request = "test"});
}

Store TestStore::open_again(std::chrono::milliseconds wait) const {
  OpenOptions options;
  options.clock = clock();
  options.wait = wait;
  return Store::open(path_, KeyFile{Secret{bytes_of(key_file_path())}}, options);
}

void TestStore::close() { store_.reset(); }

void TestStore::reopen() {
  close();
  store_ = std::make_unique<Store>(open_again());
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>{in}, {}};
}

void put_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  REQUIRE(out.good());
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

}  // namespace pharmacy::test
