// The access log as two readers see it, the library and one that was written from the manual page:
// whole where the library wrote it, and each fault found by both.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

#include "format/python.h"
#include "pharmacy/audit.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/staff.h"
#include "support/test_store.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

// A store in which a manager and a clerk did all that gets an entry in the access log.
class LoggedStore : public TestStore {
 public:
  LoggedStore() : TestStore{"2026-03-01"} {
    {
      auto tx = begin();
      NewMember input;
      input.name = "张伟";
      input.phone = "13800138000";
      member_ = add_member(tx, input);
      tx.commit();
    }
    let_clerk_in();
    edit("二");
    show();
    as_clerk();
    store().view([](Reading& reading) { export_members(reading, MemberId{0}, 10); });
    edit("三");
  }

  [[nodiscard]] std::string clerk_key_path() const { return path().string() + ".clerk.key"; }

  void edit(const char* note) {
    auto tx = begin();
    edit_member(tx, member_, {.note = note});
    tx.commit();
  }
  void show() {
    store().view([&](Reading& reading) {
      get_member(reading, member_, {.field = Revealed::phone, .reason = "call"});
    });
  }
  // Views and changes, and a refusal.
  void as_clerk() {
    OpenOptions options;
    options.clock = clock();
    Store store = Store::open(path(), KeyFile{Secret{bytes_of(clerk_key_path())}}, options);
    store.view([&](Reading& reading) { get_member(reading, member_); });
    CHECK_THROWS_AS(store.view([&](Reading& reading) {
      get_member(reading, member_, {.field = Revealed::phone, .reason = "call"});
    }),
                    Error);
    auto tx = store.begin({.id = new_operation_id(), .request = "test"});
    edit_member(tx, member_, {.note = "一"});
    tx.commit();
  }
  // The newest entry as the reader tells it.
  [[nodiscard]] std::string whole() {
    auto reading = store().read();
    const LogAnchor head = log_head(reading).value();
    return fmt::format("whole {} {}\n", head.seq, to_string(head));
  }

 private:
  // She works under two keys, and in two epochs of the store's.
  void let_clerk_in() {
    {
      auto tx = begin();
      const NewStaffKey key =
          add_staff(tx, {.login = "chenjing", .name = "陈静", .roles = {Role::clerk}});
      tx.commit();
      put_bytes(clerk_key_path(), key.key_file.value().view());
    }
    as_clerk();
    show();
    store().rotate_keys();
    auto tx = begin();
    const NewStaffKey key = reset_staff(tx, "chenjing", std::nullopt);
    tx.commit();
    put_bytes(clerk_key_path(), key.key_file.value().view());
  }

  MemberId member_{0};
};

TEST_CASE("the reader finds the access log whole that the library wrote, after a rotation too") {
  LoggedStore t;
  const auto said = [&] {
    const Ended ended =
        run_python("reader.py", {"--access-log", t.path().string(), t.key_file_path()});
    CHECK(ended.err == "");
    CHECK(ended.status == 0);
    return ended.out;
  };
  CHECK(said() == t.whole());
  t.store().rotate_keys();
  CHECK(said() == t.whole());
  t.as_clerk();
  t.show();
  CHECK(said() == t.whole());
}

// What the library finds in the access log of a store, whoever else may find more.
bool finds_log_fault(const fs::path& store, const std::string& key) {
  const Store opened = Store::open(store, KeyFile{Secret{key}});
  auto reading = opened.read();
  return !verify_log(reading).empty();
}

TEST_CASE("the reader and the library find each fault in an access log") {
  LoggedStore t;
  t.close();
  const TempDir sealed;
  const Ended ended =
      run_python("faults_access_log.py", {t.path().string(), t.key_file_path(), t.clerk_key_path(),
                                          (sealed.path() / "stores").string()});
  CHECK(ended.err == "");
  CHECK(ended.status == 0);
  const std::string key = bytes_of(t.key_file_path());
  std::map<std::string, int> of_kind;
  for (const char* kind : {"found", "whole"}) {
    for (const auto& one : fs::directory_iterator{sealed.path() / "stores" / kind}) {
      CAPTURE(one.path().filename().string());
      CHECK(finds_log_fault(one.path(), key) == (kind == std::string_view{"found"}));
      ++of_kind[kind];
    }
  }
  CHECK(of_kind["found"] >= 80);
  CHECK(of_kind["whole"] >= 4);
}

}  // namespace
}  // namespace pharmacy::test
