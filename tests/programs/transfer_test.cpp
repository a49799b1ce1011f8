// Two pharmacies hand files to each other through the programs alone.
#include <doctest/doctest.h>

#include <filesystem>

#include "programs/shell.h"
#include "support/counter.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

namespace {

struct TwoCounters {
  Counter here, there;
  std::string our_address = here.dir().file("ours.address");
  std::string their_address = there.dir().file("theirs.address");
  std::string sealed = here.dir().file("members.sealed");
  std::string output = there.dir().file("received.csv");

  TwoCounters() {
    here.must("store", {"address", "--name", "康民大药房", "-o", our_address});
    there.must("store", {"address", "-o", their_address});
  }

  [[nodiscard]] Ended receive(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> args{"receive", sealed, "--from", our_address, "-o", output};
    args.insert(args.end(), more.begin(), more.end());
    return there.run("store", args);
  }
};

}  // namespace

TEST_CASE("all members go from one pharmacy to another without a readable copy") {
  const TwoCounters two;
  two.here.must("member", {"add", "李娜", "--card", "7001"});
  const auto sent = shell(two.here,
                          "member export | store send - --as members.csv"
                          " --to " +
                              two.their_address + " >" + two.sealed);
  REQUIRE_MESSAGE(sent.status == 0, sent.err);
  CHECK(sent.err.starts_with("sealed members.csv to "));
  CHECK(test::bytes_of(two.sealed).find("李娜") == std::string::npos);

  const auto received = shell(two.there, "store receive - --from " + two.our_address + " <" +
                                             two.sealed + " | member import -");
  REQUIRE_MESSAGE(received.status == 0, received.err);
  CHECK(received.err.find("received members.csv, sealed ") != std::string::npos);
  CHECK(received.err.find("康民大药房") != std::string::npos);
  CHECK(two.there.must("member", {"show", "7001"}).find("李娜") != std::string::npos);
  // What is logged at both ends is the same file.
  const auto detail = [](const Counter& counter, const char* verb) {
    const auto log =
        counter.must("store", {"audit", "list", "--format", "tsv", "--columns", "command,detail"});
    const auto at = log.find(std::string{"store "} + verb + "\t");
    REQUIRE(at != std::string::npos);
    const auto line = log.substr(at, log.find('\n', at) - at);
    return line.substr(line.find(" bytes "));
  };
  CHECK(detail(two.here, "send") == detail(two.there, "receive"));
}

TEST_CASE("each refusal has its status, and leaves nothing") {
  const TwoCounters two;
  const auto plain = two.here.dir().file("members.csv");
  put_bytes(plain, "name\n李娜\n");
  two.here.must("store", {"send", plain, "--to", two.their_address, "-o", two.sealed});
  const auto good = bytes_of(two.sealed);

  auto forged = good;
  forged[300] ^= 1;
  put_bytes(two.sealed, forged);
  CHECK(two.receive().status == 76);
  put_bytes(two.sealed, good.substr(0, good.size() - 1));
  CHECK(two.receive().status == 76);
  put_bytes(two.sealed, "name\n李娜\n");
  CHECK(two.receive().status == 65);
  put_bytes(two.sealed, good);
  CHECK(two.here.run("store", {"receive", two.sealed, "--from", two.our_address}).status == 3);
  CHECK(two.there.run("store", {"receive", two.sealed, "--from", two.their_address}).status == 3);
  CHECK(two.there.run("store", {"receive", two.sealed, "--from", plain}).status == 65);
  CHECK(two.there.run("store", {"receive", plain + "x", "--from", two.our_address}).status == 66);
  CHECK_FALSE(fs::exists(two.output));

  CHECK(two.receive({"--dry-run"}).status == 0);
  CHECK_FALSE(fs::exists(two.output));
  const auto first = two.receive();
  CHECK_MESSAGE(first.status == 0, first.err);
  CHECK(bytes_of(two.output) == "name\n李娜\n");
  CHECK(two.receive().status == 73);
  CHECK(two.receive({"--force"}).status == 4);
  CHECK(two.receive({"--force", "--again", "-q"}).err == "");
  CHECK(two.there.run("store", {"check"}).status == 0);
}

TEST_CASE("an address is printed, written, and made anew") {
  const TwoCounters two;
  const auto printed = two.here.must("store", {"address", "--name", "康民大药房"});
  CHECK(printed == bytes_of(two.our_address));
  CHECK(two.here.run("store", {"address", "-o", two.our_address}).status == 73);
  const auto json = two.here.must("store", {"address", "--format", "json"});
  CHECK(json.find("\"schema\":\"pharmacy.store.address/1\"") != std::string::npos);

  CHECK(two.here.run("store", {"address", "--renew"}).status == 2);  // nobody can be asked
  two.here.must("store", {"address", "--renew", "--dry-run"});
  CHECK(two.here.must("store", {"address", "--name", "康民大药房"}) == printed);
  const auto renewed = two.here.must("store", {"address", "--renew", "--yes"});
  CHECK(renewed != printed);
  CHECK(two.here.must("store", {"address"}) == renewed);
}

TEST_CASE("a large file is sealed and opened in the memory that a small one takes") {
  const TwoCounters two;
  const auto plain = two.here.dir().file("members.csv");
  put_bytes(plain, "begins");
  const std::string send = "store send " + plain + " --to " + two.their_address + " >" + two.sealed;
  const std::string receive =
      "store receive - --again --from " + two.our_address + " <" + two.sealed + " | cmp - " + plain;
  const auto peak = [](const Counter& counter, const std::string& line) {
    const auto [ended, kib] = peak_of(counter, line);
    REQUIRE_MESSAGE(ended.status == 0, ended.out << ended.err);
    return kib;
  };
  const auto small_send = peak(two.here, send), small_receive = peak(two.there, receive);
  constexpr long kib = 64 * 1024;
  fs::resize_file(plain, std::uintmax_t{kib} * 1024);
  const auto send_peak = peak(two.here, send), receive_peak = peak(two.there, receive);
  MESSAGE("KiB: " << small_send << " and " << send_peak << ", " << small_receive << " and "
                  << receive_peak);
  CHECK(send_peak < small_send + kib / 8);
  CHECK(receive_peak < small_receive + kib / 8);
}

}  // namespace pharmacy::test
