// A person who takes her time: while a program waits for her, at a question or in a pager, nobody
// else waits for it.
#include <doctest/doctest.h>

#include "db/sealed.h"
#include "on_terminal.h"
#include "support/counter.h"
#include "support/errors.h"

namespace pharmacy::test {
namespace {

// A program that waits for a person, and what is on her screen then.
struct Waiting {
  std::string program;
  std::vector<std::string> args;
  std::vector<std::string> env;
  // What she sees, and types, one after the other; after the last she is not quick.
  std::vector<std::pair<std::string, std::string>> talk;
  std::string last;
};

// Says that it is there, and waits for her too.
const std::string shown_for_long = "sh -c 'cat /dev/null; echo SHOWN; sleep 600'";

const Waiting waitings[] = {
    {"store", {"key", "rotate"}, {}, {}, "change the key of the store?"},
    {"member", {"forget", "6001", "--reason", "asked"}, {}, {}, "It cannot be taken back"},
    {"store",
     {"staff", "add", "lina", "--name", "Li Na", "--role", "clerk"},
     {},
     {},
     "new passphrase of lina"},
    {"visit", {"buy", "6001"}, {}, {}, "item: "},
    {"visit",
     {"buy", "6001", "--pay", "points=9999", "--pay", "cash"},
     {},
     {{"item: ", "6901234567890=9\n"}, {"item: ", "\n"}},
     "pay: "},
    {"visit", {"refund", "1", "--all"}, {}, {}, "--reason"},
    {"store", {"policy", "edit"}, {"EDITOR=" + shown_for_long}, {}, "SHOWN"},
    {"visit", {"product", "list"}, {"PAGER=" + shown_for_long}, {}, "SHOWN"},
    {"member", {"list"}, {"PAGER=" + shown_for_long}, {}, "SHOWN"},
};

// Sells without any patience.
Ended sell_at_once(const Counter& counter) {
  return counter.run("visit", {"buy", "6001", "6901234567890=1@28.00#B2291", "--wait", "0"});
}

}  // namespace

TEST_CASE("while a program waits for a person at a question or in a pager, others write") {
  const Counter counter;
  counter.must("visit", {"buy", "6001", "6901234567890=1@28.00#B2291"});
  for (int i = 0; i < 12; ++i) {
    const auto number = std::to_string(i + 10);
    counter.must("visit", {"product", "add", "69012345678" + number, "P" + number});
    counter.must("member", {"add", "N" + number, "--card", "70" + number});
  }
  for (const Waiting& waiting : waitings) {
    CAPTURE(waiting.program);
    CAPTURE(waiting.args.front());
    CAPTURE(waiting.last);
    OnTerminal screen(counter.command(waiting.program, waiting.args, waiting.env));
    for (const auto& [seen, typed] : waiting.talk) {
      screen.wait_for(seen);
      screen.type(typed);
    }
    screen.wait_for(waiting.last);
    const auto ended = sell_at_once(counter);
    CHECK_MESSAGE(ended.status == 0, ended.err);
  }
}

TEST_CASE("a sale without patience is refused while another holds the store") {
  const Counter counter;
  db::Gate gate(counter.store() + "/store.lock", "test");
  gate.acquire(std::chrono::seconds{1});
  CHECK(sell_at_once(counter).status == 75);
  gate.release();
  CHECK(sell_at_once(counter).status == 0);
}

}  // namespace pharmacy::test
