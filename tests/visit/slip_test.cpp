// Slips: as text of both widths, and as the bytes that a receipt printer gets.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "cli/command.h"
#include "pharmacy/text.h"
#include "slip_till.h"
#include "support/errors.h"
#include "visit/printer.h"

namespace pharmacy::test {

namespace {

const std::vector<std::string> one_sale{"buy",        "6001", "A=2@28.00#B2291", "H=12.5",
                                        "--discount", "0.44", "--pay",           "wechat=20",
                                        "--pay",      "cash", "--prescription",  "Rx-0042"};

std::vector<std::string> with(std::vector<std::string> words, const std::string& more) {
  words.push_back(more);
  return words;
}

// 16 bytes a line, in hexadecimal and as what of it is ASCII.
std::string dump(const std::string& bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    std::string hex, plain;
    for (const char c : bytes.substr(at, 16)) {
      hex += fmt::format(" {:02x}", static_cast<unsigned char>(c));
      plain += c >= ' ' && c <= '~' ? c : '.';
    }
    text += fmt::format("{:04x}{:<49} {}\n", at, hex, plain);
  }
  return text;
}

}  // namespace

TEST_CASE("a slip is text of 48 columns or of 32") {
  SlipTill t;
  REQUIRE(t.visit(one_sale).status == 0);
  REQUIRE(t.visit({"refund", "1", "1=1", "--reason", "quality"}).status == 0);
  std::string all;
  for (const char* receipt : {"1", "2"}) {
    for (const char* width : {"48", "32"}) {
      const Ran shown = t.visit({"show", receipt, "--slip", "--width", width});
      CHECK(shown.status == 0);
      CHECK(widest(shown.out, display_width) == static_cast<std::size_t>(std::atoi(width)));
      all += shown.out + '\n';
    }
  }
  check_golden("slips.golden.txt", all);
  CHECK(t.visit({"show", "1", "--slip"}).out ==
        t.visit({"show", "1", "--slip", "--width", "48"}).out);
  CHECK(t.visit({"show", "1", "--slip", "--width", "40"}).status == 2);
}

TEST_CASE("no line of a slip is wider than its paper, whatever a product is called") {
  FullReceipt receipt{};
  receipt.receipt.staff = "wangli";
  for (const char* name : {"复方甘草口服溶液（无糖型）180ml×1瓶 上海某某制药有限公司第二分厂",
                           "Paracetamol 500 mg film-coated tablets for adults and children", "阿",
                           "α-硫辛酸胶囊 0.1g"}) {
    receipt.lines.push_back({.line = 1,
                             .code = "1",
                             .name = name,
                             .quantity = Quantity{999'999'999},
                             .unit_price = UnitPrice{9'999'999'999},
                             .amount = Money{9'999'999'999},
                             .list_amount = Money{9'999'999'999},
                             .batch = "B12345678901234567890",
                             .expiry = {},
                             .days_supply = {},
                             .refunded_line = {},
                             .returned = {},
                             .refunded_receipt = {},
                             .tracking = {}});
  }
  const auto bytes = [](std::string_view line) { return to_gb18030(line).size(); };
  for (const std::size_t columns : {std::size_t{32}, std::size_t{48}}) {
    CAPTURE(columns);
    const auto text = cli::slip(receipt, {}, Zone::utc(), cli::Standing::recorded,
                                {.columns = columns, .paper = cli::Paper::screen});
    CHECK(widest(text, display_width) == columns);
    // A printer gives each byte of GB18030 a column.
    const auto printed = cli::slip(receipt, {}, Zone::utc(), cli::Standing::recorded,
                                   {.columns = columns, .paper = cli::Paper::printer});
    CHECK(widest(printed, bytes) == columns);
  }
}

TEST_CASE("a printer gets a slip byte for byte") {
  SlipTill t;
  for (const int width : {32, 48}) {
    t.print_to_paper(width);
    const Ran sold = t.visit(with(one_sale, "--print"));
    CHECK(sold.status == 0);
    CHECK(sold.err.find("not printed") == std::string::npos);
    check_golden(fmt::format("slip_{}.golden.hex", width), dump(bytes_of(t.paper())));
  }
  // The same again from the store, and of a refund.
  const auto sale = bytes_of(t.paper());
  fs::remove(t.paper());
  CHECK(t.visit({"show", "2", "--print"}).status == 0);
  CHECK(bytes_of(t.paper()) == sale);
  CHECK(t.visit({"refund", "2", "--all", "--reason", "typing", "--print"}).status == 0);
  CHECK(bytes_of(t.paper()).find("Takes back receipt 2") != std::string::npos);
}

TEST_CASE("the bytes around a slip reset the printer, take Chinese characters, and cut") {
  using namespace std::string_literals;
  CHECK(cli::printer_bytes("阿A\n") == "\x1B@\x1C&\xB0\xA2"s + "A\n\x1DVB\0"s);
}

TEST_CASE("a sale stands where its slip cannot be printed, and it is told how to print it") {
  SlipTill t;
  for (const auto& [printer, reason] :
       {std::pair{"false", "false failed: exit status 1"},
        std::pair{"/nowhere/printer", "/nowhere/printer failed: No such file or directory"}}) {
    t.put_printer(fmt::format("printer = \"{}\"\n", printer));
    const auto before = t.receipts();
    const Ran sold = t.visit(with(one_sale, "--print"));
    CHECK(sold.status == 0);
    CHECK(t.receipts() == before + 1);
    CHECK(sold.err.find(fmt::format("it is recorded, and its slip was not printed: {}; print "
                                    "it with: visit show {} --print\n",
                                    reason, before + 1)) != std::string::npos);
    const Ran shown = t.visit({"show", "1", "--print"});
    CHECK(shown.status == 74);
    CHECK(shown.err.find(reason) != std::string::npos);
  }
}

TEST_CASE("without a printer nothing is sold that was to be printed") {
  SlipTill t;
  const Ran sold = t.visit(with(one_sale, "--print"));
  CHECK(sold.status == 78);
  CHECK(sold.err.find("no receipt printer is named") != std::string::npos);
  CHECK(t.receipts() == 0);
}

TEST_CASE("nothing is printed of what is not sold, and nothing twice") {
  SlipTill t;
  t.print_to_paper(48);
  CHECK(t.visit(with(with(one_sale, "--print"), "--dry-run")).status == 0);
  CHECK(t.visit({"buy", "6001", "nosuch", "--print"}).status == 1);
  CHECK_FALSE(fs::exists(t.paper()));
  auto named = with(one_sale, "--print");
  named.insert(named.end(), {"--op", "till-1"});
  CHECK(t.visit(named).status == 0);
  CHECK(fs::exists(t.paper()));
  fs::remove(t.paper());
  CHECK(t.visit(named).status == 0);
  CHECK_FALSE(fs::exists(t.paper()));
}

TEST_CASE("the store waits for no printer") {
  SlipTill t;
  const std::string lock = t.path().string() + "/store.lock";
  t.put_printer("printer = \"flock --nonblock " + lock + " true\"\n");
  const Ran sold = t.visit(with(one_sale, "--print"));
  CHECK(sold.status == 0);
  CHECK(sold.err.find("not printed") == std::string::npos);
  // The control: while somebody writes, that printer fails.
  const auto tx = t.begin();
  CHECK(code_of([&] { cli::run_command({"flock", "--nonblock", lock, "true"}, ""); }) == Errc::io);
}

TEST_CASE("a command is no line of a shell") {
  SlipTill t;
  const std::string file = t.paper();
  CHECK(code_of([&] { cli::run_command({"true;", "touch", file}, ""); }) == Errc::io);
  cli::run_command({"echo", "$(touch", file + ")"}, "");
  CHECK_FALSE(fs::exists(file));
}

}  // namespace pharmacy::test
