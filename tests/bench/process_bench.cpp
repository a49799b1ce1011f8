// A whole process, as a command is one: it opens a store with a key file, or a plain database of
// the same schema, does one thing, and ends.
// usage: process_bench ENGINE make|read|insert DIRECTORY
#include <fstream>
#include <iterator>
#include <string>

#include "bench/engine.h"
#include "db/migrate.h"
#include "pharmacy/error.h"
#include "pharmacy/store.h"
#include "vault/access.h"

namespace pharmacy::bench {
namespace {

constexpr const char* read_one = "SELECT value FROM setting WHERE key = 'zone'";
constexpr const char* insert_one = "INSERT INTO setting VALUES(hex(randomblob(8)), 'x')";
// The store notes every change in its log, and the operation: the plain database takes like rows.
constexpr const char* insert_entry =
    "INSERT INTO log_entry (seq, at, staff, kind, command, epoch, subjects, mac, signature)"
    " SELECT ifnull(max(seq), 0) + 1, 0, 1, 'change', 'bench', 1, zeroblob(32), randomblob(32),"
    " randomblob(64) FROM log_entry";
constexpr const char* insert_operation =
    "INSERT INTO operation (id, request, mask, result, at, staff, log_entry)"
    " SELECT hex(randomblob(13)), zeroblob(32), randomblob(16), '', 0, 1, max(seq)"
    " FROM log_entry";

struct StorePlace {
  std::filesystem::path store;
  std::filesystem::path key;
};

Store open_store(const StorePlace& place) {
  std::ifstream file(place.key);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return Store::open(place.store, KeyFile{Secret{text}});
}

void make_store(const StorePlace& place) {
  NewStore input;
  input.login = "wangli";
  input.name = "王丽";
  const auto keys = Store::create(place.store, input);
  std::ofstream(place.key) << keys.key_file.value().view();
}

void use_store(const std::string& work, const StorePlace& place) {
  if (work == "make") return make_store(place);
  Store store = open_store(place);
  if (work == "read") {
    auto reading = store.read();
    if (!vault::database(reading).value<std::string>(read_one)) fail("nothing read");
    return;
  }
  auto change = store.begin({.id = new_operation_id(), .request = "bench"});
  vault::database(change).run(insert_one);
  change.commit();
}

void use_plain(const std::string& work, Kind kind, const std::filesystem::path& directory) {
  const auto engine = open(kind, directory, 2048);
  if (work == "make") {
    for (const auto& migration : db::migrations()) engine->run(std::string{migration.sql}.c_str());
    engine->run(
        "INSERT INTO setting VALUES('zone', 'Asia/Shanghai'); INSERT INTO staff VALUES(1, 'x')");
  } else if (work == "read") {
    if (Query(*engine, "SELECT count(*) FROM setting WHERE key = 'zone'").sum() != 1)
      fail("nothing read");
    engine->run(read_one);
  } else {
    engine->change([&] {
      engine->run(insert_one);
      engine->run(insert_entry);
      engine->run(insert_operation);
    });
  }
}

}  // namespace
}  // namespace pharmacy::bench

int main(int argc, char** argv) {
  using namespace pharmacy;
  if (argc != 4) bench::fail("usage: process_bench ENGINE make|read|insert DIRECTORY");
  const bench::Kind kind = bench::kind_of(argv[1]);
  const std::filesystem::path directory = argv[3];
  try {
    if (kind == bench::Kind::sealed)
      bench::use_store(argv[2], {directory / "store", directory / "key"});
    else
      bench::use_plain(argv[2], kind, directory);
  } catch (const Error& error) {
    bench::fail(error.what());
  }
  return 0;
}
