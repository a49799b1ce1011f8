// What the library tells apart by whose it is: each place where it compares somebody with the
// actor, with the answers for her own and for another's.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "roles/pharmacy.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

struct OwnOrOther {
  const char* place;  // what stands in the library; none where it makes no difference
  const char* login;
  const char* own;
  int own_status;
  const char* other;
  int other_status;
};
constexpr int usage = 2;
constexpr int conflict = 4;

const OwnOrOther table[] = {
    {"slot.certificate.slot == me.slot", "r-manager", "store staff disable r-manager",
     refused_by_rule, "store staff disable r-clerk", 0},
    {"refuse_oneself(slot, editing.me())", "r-manager", "store staff role r-manager --role clerk",
     refused_by_rule, "store staff role wangli --role pharmacist", 0},
    // To stay a manager takes nothing from her.
    {"", "r-manager", "store staff role r-manager --role clerk --role manager", 0,
     "store staff role wangli --role pharmacist --role manager", 0},
    {"number == editing.me().slot", "r-manager", "store staff reset r-manager --new-key mine.key",
     refused_by_rule, "store staff reset r-job --new-key its.key", 0},
    // A passphrase is everybody's own: no login can be named. Hers is a key file.
    {"editing.slot(tx.actor().login)", "r-manager", "store staff passphrase", refused_by_rule,
     "store staff passphrase r-clerk", usage},
    {"asked.asked_by == reading.actor().id", "r-manager", "store approve 1", refused_by_rule,
     "store approve 2", 0},
    {"approved.asked_by != reading.actor().id", "r-manager",
     "member adjust 6001 --add 603 --reason 盘点 --approval 3", 0,
     "member adjust 6001 --add 604 --reason 盘点 --approval 4", refused_by_rule},
    {"found.get<StaffId>(2) != who.actor.id", "r-service", "member add 甲 --op r-service-operation",
     0, "member add 甲 --op r-clerk-operation", conflict},
    {"row->added_by == tx.actor().login", "r-clerk", "member health end 2", 0,
     "member health end 1", not_permitted},
    {"row->added_by == tx.actor().login", "r-pharmacist", "member health end 3", 0,
     "member health end 2", 0},
    // What is handed to somebody is handed to oneself as to others.
    {"", "r-service", "complain assign C2026-1 --to r-service", 0,
     "complain assign C2026-1 --to r-manager", 0},
    {"", "r-manager", "complain escalate C2026-1 --to r-manager", 0,
     "complain escalate C2026-1 --to wangli", 0},
    {"", "r-service", "complain ack C2026-9", 0, "complain ack C2026-10", 0},
    {"", "r-clerk", "member keeper set 6001 r-clerk", 0, "member keeper set 6001 wangli", 0},
    {"", "r-service", "complain action add 排班 --cause stock --to r-service --due 2099-12-31", 0,
     "complain action add 排班 --cause stock --to wangli --due 2099-12-31", 0},
    {"", "r-manager", "store finding assign 1 --owner r-manager --due today", 0,
     "store finding assign 1 --owner wangli --due today", 0},
    {"", "r-manager", "store train add r-manager --topic policy --score 90", 0,
     "store train add r-clerk --topic policy --score 90", 0},
    {"", "r-clerk", "visit refund 5 --all --reason quality", 0,
     "visit refund 1 --all --reason quality", 0},
    {"", "r-clerk", "store staff show r-clerk", 0, "store staff show wangli", 0}};

// What the library asks of the actor herself elsewhere, and why no verb has two answers for it.
const std::set<std::string> without_answers{
    // whether another could approve at all, which says who has to
    "StaffId{c.slot} != reading.actor().id",
    // who has just proved to be herself: not by the key of another
    "proved.actor.id != reading.actor().id",
    // by whom a certificate is signed that the actor cannot sign
    "keyring().root().certificate.slot == me_.slot",
    "keyring(), slot(tx_.actor().login).certificate",
    // a session takes a passphrase, and the recovery code is none
    "impl.who.actor.login == vault::recovery_login",
    // an opening with the recovery code is logged, whoever types it
    "store->who.actor.login == recovery_login",
    // her own, and there is no other
    "vault::slot_of(keyring, reading.actor().login)",
    "slot_of(reading.impl().keyring(), reading.actor().login)",
    "vault::slot_of(reading.impl().keyring(), reading.actor().login)",
    "Editing editing{tx, tx.actor().login}"};

// The lines of the library that compare somebody with the actor.
std::set<std::string> comparisons() {
  static const std::regex compares{
      R"((==|!=) ?[A-Za-z_.()>-]*actor(\(\))?\.(id|login)|actor(\(\))?\.(id|login) ?(==|!=))"
      R"(|[a-z_]*me(_|\(\))?\.slot ?(==|!=)|(==|!=) ?[a-z_.()]*\bme(_|\(\))?\.slot)"
      R"(|refuse_oneself\(slot, e|(slot|slot_of)\([^;]*actor\(\)\.login\))"
      R"(|ing\{[^;]*actor\(\)\.login)"};
  std::set<std::string> found;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator{PHARMACY_SOURCE_DIR "/lib"}) {
    if (file.path().extension() != ".cpp" && file.path().extension() != ".h") continue;
    std::ifstream in{file.path()};
    for (std::string line; std::getline(in, line);) {
      const bool names_her = line.find("actor") != std::string::npos ||
                             line.find(".slot") != std::string::npos ||
                             line.find("oneself") != std::string::npos;
      if (names_her && std::regex_search(line, compares)) found.insert(line);
    }
  }
  return found;
}

// Those that neither the table nor the list knows.
std::set<std::string> unknown(const std::set<std::string>& lines) {
  std::set<std::string> left;
  for (const auto& line : lines) {
    const auto has = [&](const std::string& place) {
      return !place.empty() && line.find(place) != std::string::npos;
    };
    bool is_known = std::ranges::any_of(without_answers, has);
    for (const auto& row : table) is_known = is_known || has(row.place);
    if (!is_known) left.insert(line);
  }
  return left;
}

// A pharmacy in which there is something of the actor's and of another's for each row.
struct Shared : Pharmacy {
  Shared() {
    for (const auto& [login, commands] : std::initializer_list<std::pair<const char*, const char*>>{
             {"r-manager", "! member adjust 6001 --add 601 --reason 盘点"},
             {"wangli", "! member adjust 6001 --add 602 --reason 盘点"},
             {"r-manager", "! member adjust 6001 --add 603 --reason 盘点"},
             {"wangli", "! member adjust 6001 --add 604 --reason 盘点 && store approve 3 --yes"},
             {"r-manager", "store approve 4 --yes"},
             {"r-clerk", "member add 甲 --op r-clerk-operation"},
             {"r-service", "member add 甲 --op r-service-operation"},
             {"r-clerk", "member health add 6001 --kind allergy --ingredient 头孢"},
             {"r-pharmacist", "member health add 6001 --kind allergy --ingredient 磺胺"},
             {"r-service",
              "complain add --by 李娜 --contact 13900139000 少找钱 && "
              "complain assign C2026-9 --to r-service"},
             {"r-service",
              "complain add --by 李娜 --contact 13900139000 多收钱 && "
              "complain assign C2026-10 --to r-manager"},
             {"r-clerk", "visit buy 6001 6901234567890"}}) {
      const auto ended = as(login, commands);
      REQUIRE_MESSAGE(ended.status == 0, commands << ": " << ended.err);
    }
  }
  [[nodiscard]] Ended as(const std::string& login, const std::string& command) const {
    return run(command, login + ".key");
  }
};

}  // namespace

TEST_CASE("what somebody may do to what is her own, and to what is another's") {
  const Shared pharmacy;
  Trials trials{"what is her own, and what is another's", 8, std::ssize(table)};
  trials.each([&](std::int64_t number, Random&) {
    const OwnOrOther& row = table[number];
    const auto own = pharmacy.as(row.login, std::string{row.own} + " --dry-run");
    CHECK_MESSAGE(own.status == row.own_status,
                  std::string{row.own} << ": " << own.status << own.err);
    const auto other = pharmacy.as(row.login, std::string{row.other} + " --dry-run");
    CHECK_MESSAGE(other.status == row.other_status,
                  std::string{row.other} << ": " << other.status << other.err);
  });
}

TEST_CASE("wherever the library compares somebody with the actor, both answers are in the table") {
  auto lines = comparisons();
  CHECK(lines.size() > 10);
  for (const auto& line : unknown(lines)) FAIL_CHECK("neither own nor other: " << line);
  for (const auto& row : table)
    CHECK_MESSAGE(std::ranges::any_of(lines,
                                      [&](const std::string& line) {
                                        return line.find(row.place) != std::string::npos;
                                      }),
                  "not in the library: " << std::string{row.place});
  lines.insert("  if (row.owner == tx.actor().id) return;");
  CHECK(unknown(lines).size() == 1);
}

}  // namespace pharmacy::test
