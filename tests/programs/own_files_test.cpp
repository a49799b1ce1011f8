// A file that the user names is none of a store's: what is in its directory the library alone
// writes.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "support/counter.h"
#include "support/drill.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

namespace {

constexpr int refused = 2;

// A verb that writes a file, with all that lets it replace one that is there.
struct WritingVerb {
  const char* program;
  std::vector<std::string> before;  // the file's name
  std::vector<std::string> after;
  int status;  // where it writes
};

class Shop {
 public:
  Shop() {
    counter.must("store", {"address", "-o", address});
    put_bytes(plain, "name\n李娜\n");
    counter.must("store", {"staff", "add", "nightly", "--name", "夜", "--role", "job", "--new-key",
                           beside("nightly.key")});
    counter.must("store", {"send", plain, "--to", address, "-o", sealed});
    put_bytes(members, "name,phone\n赵敏,13800138001\n,12\n");
    put_bytes(products, "code,name,price\n9001,板蓝根,12.00\n9002,,x\n");
    put_bytes(sales, "receipt,at,product,quantity,amount\nR1,2026-03-01 10:00,none,x,y\n");
    fs::create_directory_symlink(counter.store(), link);
    fs::create_symlink(counter.store() + "/store.keys", key_link);
    for (const char* name : {"store.db.next", "store.keys.next", "store.tries"})
      if (!fs::exists(fs::path{counter.store()} / name)) absent.emplace_back(name);
  }

  [[nodiscard]] std::vector<WritingVerb> verbs() const {
    return {
        {"store", {"backup"}, {"--force"}, 0},
        {"store", {"address", "-o"}, {"--force"}, 0},
        {"store", {"send", plain, "--to", address, "-o"}, {"--force"}, 0},
        {"store", {"receive", sealed, "--from", address, "--again", "-o"}, {"--force"}, 0},
        {"store", {"audit", "anchor"}, {}, 0},
        {"store", {"staff", "add", "weekly", "--name", "夜", "--role", "job", "--new-key"}, {}, 0},
        {"store", {"staff", "reset", "nightly", "--new-key"}, {}, 0},
        {"member", {"export"}, {"--force"}, 0},
        {"member", {"import", members, "--keep-good", "--rejects"}, {"--force"}, 1},
        {"visit", {"product", "import", products, "--keep-good", "--rejects"}, {"--force"}, 1},
        {"visit", {"import", sales, "--keep-good", "--rejects"}, {"--force"}, 1},
    };
  }
  // Every file of the store, those of a change of keys and a new one among them, and the ways to
  // name one.
  [[nodiscard]] std::vector<std::string> places() const {
    std::vector<std::string> all{key_link, link + "/store.keys",
                                 counter.store() + "/../store/store.db", link + "/./store.db-wal"};
    for (const char* name : {"store.db", "store.db-wal", "store.db-shm", "store.keys", "store.lock",
                             "store.tries", "store.db.next", "store.keys.next", "anything"})
      all.push_back(counter.store() + '/' + name);
    return all;
  }
  // What is there, which file it is, and the keyring.
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& one : fs::directory_iterator{counter.store()}) {
      struct stat status {};
      REQUIRE(::stat(one.path().c_str(), &status) == 0);
      all[one.path().filename()] = std::to_string(status.st_ino);
    }
    all["store.keys"] += bytes_of(counter.store() + "/store.keys");
    return all;
  }
  [[nodiscard]] Ended run(const WritingVerb& verb, const std::string& place, bool dry) const {
    auto args = verb.before;
    args.push_back(place);
    args.insert(args.end(), verb.after.begin(), verb.after.end());
    if (dry) args.emplace_back("--dry-run");
    return counter.run(verb.program, args);
  }

  Counter counter;
  std::vector<std::string> absent;

 private:
  [[nodiscard]] std::string beside(const char* name) const { return counter.dir().file(name); }

  std::string address = beside("ours.address"), plain = beside("plain.csv"),
              sealed = beside("plain.sealed"), members = beside("members.csv"),
              products = beside("products.csv"), sales = beside("sales.csv"), link = beside("link"),
              key_link = beside("anchors.txt");
};

}  // namespace

TEST_CASE("no verb writes over a file of the store, or puts another one beside it") {
  const Shop shop;
  CHECK(shop.absent.size() >= 2);
  const auto before = shop.files();
  for (const auto& verb : shop.verbs()) {
    for (const auto& place : shop.places()) {
      for (const bool dry : {false, true}) {
        CAPTURE(verb.program);
        CAPTURE(verb.before.front());
        CAPTURE(place);
        CAPTURE(dry);
        const Ended ended = shop.run(verb, place, dry);
        CHECK(ended.status == refused);
        CHECK(ended.err.find("lies in the store's directory") != std::string::npos);
      }
    }
  }
  CHECK(shop.files() == before);
  CHECK(shop.counter.run("store", {"check"}).status == 0);
  // The control: all of them write elsewhere.
  int number = 0;
  for (const auto& verb : shop.verbs()) {
    CAPTURE(verb.program);
    CAPTURE(verb.before.front());
    const auto place = shop.counter.dir().file("written-" + std::to_string(++number));
    const auto write = [&] {
      const Ended ended = shop.run(verb, place, false);
      CAPTURE(ended.err);
      CHECK(ended.status == verb.status);
      CHECK(fs::file_size(place) > 0);
    };
    if (verb.before.front() == "backup")
      drilled(shop.counter.store(), place, shop.counter.key(), write);
    else
      write();
  }
}

}  // namespace pharmacy::test
