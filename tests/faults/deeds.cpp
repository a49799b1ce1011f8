#include "deeds.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/drill.h"
#include "support/test_store.h"

namespace pharmacy::test {
namespace {

// A file to be read.
std::string file_of(const Counter& counter, std::string_view text) {
  auto path = counter.dir().file("read.csv");
  put_bytes(path, text);
  return path;
}

std::string address_of(const Counter& counter) {
  auto path = counter.dir().file("ours.address");
  counter.must("store", {"address", "-o", path});
  return path;
}

std::string complaint(const Counter& counter) {
  const auto table = counter.must("complain", {"add", "等候太久", "--member", "6001"});
  const auto begin = table.find('\n') + 1;
  return table.substr(begin, table.find('\t', begin) - begin);
}

// Somebody else who may approve, by her key file.
std::string second_person(const Counter& counter) {
  auto key = counter.dir().file("zhaomin.key");
  counter.must("store", {"staff", "add", "zhaomin", "--name", "赵敏", "--role", "manager",
                         "--new-key", key, "--allow-key-file"});
  return key;
}

const std::vector<std::string> forget{"forget",   "6001",      "--reason",
                                      "本人要求", "--confirm", "store"};

void ask_to_forget(const Counter& counter) { REQUIRE(counter.run("member", forget).status == 3); }

Deed sale_that_copies_the_log(const Counter& counter) {
  const auto database = std::filesystem::path{counter.store()} / "store.db";
  for (int i = 0; i < 64; ++i) {
    counter.keep();
    const auto before = bytes_of(database);
    counter.must(one_sale.program, one_sale.args);
    const bool is_copied = bytes_of(database) != before;
    counter.put_back();
    if (is_copied) return one_sale;
    counter.must("member", {"edit", "6001", "--address", "福州路" + std::to_string(i) + "号"});
  }
  FAIL("no sale copies the log");
  return one_sale;
}

void back_up(const Counter& counter, const std::string& file) {
  drilled(counter.store(), file, counter.key(), [&] { counter.must("store", {"backup", file}); });
}

Deed back_to_a_backup(const Counter& counter) {
  const auto backup = counter.dir().file("made.backup");
  back_up(counter, backup);
  counter.must("member", {"add", "李娜"});
  return {.program = "store",
          .args = {"restore", backup, "--replace", "--accept-older", "--confirm", "store"},
          .leaves = "store.aside-"};
}

Deed sealed_file(const Counter& counter) {
  const auto address = address_of(counter), sealed = counter.dir().file("sealed");
  return {.program = "store",
          .args = {"send", file_of(counter, "name\n李娜\n"), "--to", address, "-o", sealed},
          .file = sealed,
          .proof = {"receive", sealed, "--from", address, "--dry-run"}};
}

Deed received_file(const Counter& counter) {
  const auto address = address_of(counter), sealed = counter.dir().file("sealed");
  counter.must("store", {"send", file_of(counter, "name\n李娜\n"), "--to", address, "-o", sealed});
  return {.program = "store",
          .args = {"receive", sealed, "--from", address, "-o", counter.dir().file("received"),
                   "--again", "--force"}};
}

// A verb that hands out a key file to an auditor.
Deed new_key(const Counter& counter, std::vector<std::string> words) {
  const auto key = counter.dir().file("new.key");
  words.insert(words.end(), {"--new-key", key, "--allow-key-file"});
  return {.program = "store",
          .args = std::move(words),
          .file = key,
          .proof = {"staff", "list", "--key-file", key}};
}

void add_auditor(const Counter& counter) {
  counter.must("store", {"staff", "add", "auditor", "--name", "陈静", "--role", "auditor",
                         "--new-key", counter.dir().file("auditor.key"), "--allow-key-file"});
}

Deed taken_anchor(const Counter& counter) {
  const auto anchors = counter.dir().file("anchors");
  counter.must("store", {"audit", "anchor", anchors});
  return {.program = "store",
          .args = {"audit", "anchor", anchors},
          .file = anchors,
          .proof = {"audit", "verify", "--anchor", anchors}};
}

Deed disabled_person(const Counter& counter) {
  add_auditor(counter);
  return {.program = "store",
          .args = {"staff", "disable", "auditor"},
          .says = "let in no more",
          .halfway = "keys : "};
}

Deed approved_request(const Counter& counter) {
  const auto key = second_person(counter);
  ask_to_forget(counter);
  // She has looked before: what follows the keyring whenever somebody writes is written.
  counter.must("store", {"approve", "1", "--dry-run", "--key-file", key});
  return {.program = "store",
          .args = {"approve", "1", "--yes", "--key-file", key},
          .says = "approved request"};
}

Deed forgotten_member(const Counter& counter) {
  const auto key = second_person(counter);
  ask_to_forget(counter);
  counter.must("store", {"approve", "1", "--yes", "--key-file", key});
  auto args = forget;
  args.insert(args.end(), {"--approval", "1"});
  return {.program = "member", .args = args, .says = "erased M"};
}

}  // namespace

Deed next_backup(const Counter& counter) {
  const auto backup = counter.dir().file("made.backup");
  back_up(counter, backup);
  // Then it knows of no backup yet: the next one is noted in the store.
  counter.must("store", {"restore", backup, "--replace", "--accept-older", "--confirm", "store"});
  counter.must("member", {"add", "李娜"});
  return {.program = "store",
          .args = {"backup", backup, "--force"},
          .file = backup,
          .proof = {"verify", backup}};
}

const std::vector<NamedDeed> daily_deeds{
    {"a new member",
     [](const Counter&) -> Deed {
       return {.program = "member", .args = {"add", "李娜", "--phone", "13800138001"}};
     }},
    {"a correction of points",
     [](const Counter&) -> Deed {
       return {.program = "member", .args = {"adjust", "6001", "--add", "50", "--reason", "补记"}};
     }},
    {"a refund",
     [](const Counter& counter) -> Deed {
       counter.must(one_sale.program, one_sale.args);
       return {.program = "visit", .args = {"refund", "1", "--all", "--reason", "typing"}};
     }},
    {"a sale paid with points",
     [](const Counter& counter) -> Deed {
       counter.must("visit", {"buy", "6001", "6901234567890=20@28.00#B2291"});
       return {.program = "visit",
               .args = {"buy", "6001", "6901234567890", "--pay", "points=5.00", "--pay", "cash"}};
     }},
    {"a sale that copies the log", sale_that_copies_the_log},
    {"a product",
     [](const Counter&) -> Deed {
       return {.program = "visit", .args = {"product", "add", "6901234567891", "维生素C片"}};
     }},
    {"a complaint",
     [](const Counter&) -> Deed {
       return {.program = "complain",
               .args = {"add", "药片受潮", "--member", "6001", "--health", "青霉素过敏"}};
     }},
    {"a step of a complaint",
     [](const Counter& counter) -> Deed {
       return {.program = "complain", .args = {"ack", complaint(counter)}};
     }},
    {"a member who is forgotten", forgotten_member},
    {"an import of members",
     [](const Counter& counter) -> Deed {
       const auto members = file_of(counter, "name,card\n李娜,7001\n王芳,7002\n");
       return {.program = "member", .args = {"import", members, "--yes"}};
     }},
    {"an import of sales", [](const Counter& counter) -> Deed {
       const auto sales = file_of(counter,
                                  "at,receipt,card,product,quantity,amount\n"
                                  "2026-10-01,A1,6001,6901234567890,1,28.00\n"
                                  "2026-10-02,A2,6001,6901234567890,2,56.00\n");
       return {.program = "visit", .args = {"import", sales, "--yes"}};
     }}};

const std::vector<NamedDeed> store_deeds{
    {"a backup", next_backup},
    {"a store made of a backup", back_to_a_backup},
    {"a file to another store", sealed_file},
    {"a file from another store", received_file},
    {"a change of keys",
     [](const Counter&) -> Deed {
       return {.program = "store", .args = {"key", "rotate", "--confirm", "store"}};
     }},
    {"a change of keys and of the one to health notes",
     [](const Counter&) -> Deed {
       return {.program = "store", .args = {"key", "rotate", "--health", "--confirm", "store"}};
     }},
    {"another recovery code",
     [](const Counter&) -> Deed {
       return {.program = "store", .args = {"key", "recovery", "--confirm", "store"}};
     }},
    {"somebody let in",
     [](const Counter& counter) {
       return new_key(counter, {"staff", "add", "auditor", "--name", "陈静", "--role", "auditor"});
     }},
    {"a new key in the place of a lost one",
     [](const Counter& counter) {
       add_auditor(counter);
       return new_key(counter, {"staff", "reset", "auditor"});
     }},
    {"somebody let in no more", disabled_person},
    {"other roles",
     [](const Counter& counter) -> Deed {
       add_auditor(counter);
       return {.program = "store", .args = {"staff", "role", "auditor", "--role", "clerk"}};
     }},
    {"an anchor", taken_anchor},
    {"an approval", approved_request}};

Deed deed_named(const Counter& counter, std::string_view name) {
  if (name == "a sale") return one_sale;
  if (name == "a change of a member") return one_edit;
  for (const auto* deeds : {&daily_deeds, &store_deeds})
    for (const auto& deed : *deeds)
      if (deed.name == name) return deed.prepare(counter);
  FAIL("no such deed");
  return {};
}

}  // namespace pharmacy::test
