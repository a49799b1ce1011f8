// Random files against a straightforward model: every rule told once more, in the simplest way,
// without regard to time or memory.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

struct ModelRow {
  int day;     // of January 2026
  int minute;  // of the day
  std::string receipt;
  std::string card;
  std::string code;
  int quantity;
  int amount;  // yuan

  [[nodiscard]] std::string at() const {
    return fmt::format("2026-01-{:02}T{:02}:{:02}:00", day, minute / 60, minute % 60);
  }
};

using File = std::vector<ModelRow>;

File random_file(std::mt19937& random) {
  const auto up_to = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  File file(static_cast<std::size_t>(5 + up_to(60)));
  for (auto& row : file) {
    // Few minutes, cards and codes, so that everything meets everything.
    row = {.day = 1 + up_to(4),
           .minute = up_to(3) * 700,
           .receipt = {},
           .card = {},
           .code = std::string(1, static_cast<char>('A' + up_to(3))),
           .quantity = 1 + up_to(4),
           .amount = 0};
    if (up_to(3) > 0) row.card = fmt::format("600{}", up_to(3));
    if (up_to(2) > 0) {
      const int number = up_to(20);
      row.receipt = fmt::format("T{}", number);
      if (!row.card.empty()) row.card = fmt::format("600{}", number % 3);
    }
    if (up_to(3) == 0) row.quantity = -row.quantity;
    if (up_to(20) == 0) row.quantity = 0;
    row.amount = row.quantity * (1 + up_to(9));
  }
  return file;
}

std::string csv_of(const File& file) {
  std::string csv = "at,receipt,card,product,quantity,amount\n";
  for (const auto& row : file) {
    csv += fmt::format("{},{},{},{},{},{}\n", row.at(), row.receipt, row.card, row.code,
                       row.quantity, row.amount);
  }
  return csv;
}

// The same file as another till would write it: other columns, another order of the rows,
// other spellings of the same values.
std::string csv_of_another_till(File file, std::mt19937& random) {
  std::shuffle(file.begin(), file.end(), random);
  std::string csv = "金额,数量,x,商品编码,会员卡号,小票号,时间\r\n";
  for (const auto& row : file) {
    csv += fmt::format("\"{}.00\",{}.0,?,{},{} ,{},{}+08:00\r\n", row.amount, row.quantity,
                       row.code, row.card, row.receipt, row.at());
  }
  return csv;
}

struct Group {
  std::vector<std::size_t> rows;
  std::string card;
};

std::vector<Group> groups_of(const File& file) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < file.size(); ++i) {
    const auto& row = file[i];
    auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      const auto& first = file[group.rows[0]];
      if (!row.receipt.empty()) return first.receipt == row.receipt;
      return first.receipt.empty() && !row.card.empty() && first.card == row.card &&
             first.day == row.day;
    });
    if (found == groups.end()) found = groups.insert(groups.end(), Group{});
    found->rows.push_back(i);
    if (found->card.empty()) found->card = row.card;
  }
  std::stable_sort(groups.begin(), groups.end(), [&](const Group& a, const Group& b) {
    return file[a.rows[0]].at() < file[b.rows[0]].at();
  });
  return groups;
}

struct ModelLine {
  std::size_t row;
  int left;
  int receipt;
  int line;
};

// What Importer::receipts() says of the file in a store that was empty.
Lines model(const File& file) {
  Lines all;
  std::vector<std::pair<std::string, ModelLine>> sold;  // by card and code, oldest first
  int id = 0;
  for (const auto& group : groups_of(file)) {
    std::vector<std::size_t> sale;
    std::vector<std::size_t> refund;
    for (const auto i : group.rows) {
      if (file[i].quantity > 0) sale.push_back(i);
      if (file[i].quantity < 0) refund.push_back(i);
    }
    auto& with_zeros = sale.empty() ? refund : sale;
    if (with_zeros.empty()) continue;
    for (const auto i : group.rows) {
      if (file[i].quantity == 0) with_zeros.push_back(i);
    }
    std::sort(with_zeros.begin(), with_zeros.end());

    const auto head = [&](const char* kind, const std::vector<std::size_t>& rows) {
      int paid = 0;
      for (const auto i : rows) paid += std::abs(file[i].amount) * 100;
      return fmt::format("{} {} {} {}", kind, group.card.empty() ? "-" : group.card,
                         file[group.rows[0]].at(), paid);
    };
    const auto line = [&](std::size_t i) {
      return fmt::format(" / {} {} {}", file[i].code, std::abs(file[i].quantity) * 1000,
                         std::abs(file[i].amount) * 100);
    };
    if (!sale.empty()) {
      ++id;
      auto& text = all.emplace_back(head("sale", sale));
      for (std::size_t n = 0; n < sale.size(); ++n) {
        text += line(sale[n]);
        if (file[sale[n]].quantity == 0 || group.card.empty()) continue;
        sold.emplace_back(group.card + '/' + file[sale[n]].code,
                          ModelLine{sale[n], file[sale[n]].quantity, id, static_cast<int>(n) + 1});
      }
    }
    if (refund.empty()) continue;
    ++id;
    auto& text = all.emplace_back(head("refund", refund));
    for (const auto i : refund) {
      text += line(i);
      if (file[i].quantity == 0) continue;
      for (auto one = sold.rbegin(); one != sold.rend(); ++one) {
        auto& [key, sale_line] = *one;
        const bool is_later = sale_line.receipt == id - 1 && !sale.empty() && sale_line.row > i;
        if (key != group.card + '/' + file[i].code || is_later) continue;
        if (sale_line.left < -file[i].quantity) continue;
        sale_line.left += file[i].quantity;
        text += fmt::format(">{}.{}", sale_line.receipt, sale_line.line);
        break;
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("random files come out as the rules say, and once only") {
  std::mt19937 random{20'260'301};
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    const File file = random_file(random);
    CAPTURE(csv_of(file));
    Importer i;
    const auto summary = i.run(csv_of(file));
    CHECK(i.receipts() == model(file));
    const auto net = std::accumulate(file.begin(), file.end(), 0, [](int sum, const auto& row) {
      return sum + row.amount * 100;
    });
    CHECK(summary.net == Money{net});
    CHECK(summary.added == static_cast<std::int64_t>(file.size()));

    const auto again = i.run(csv_of_another_till(file, random));
    CHECK(again.added == 0);
    CHECK(again.already == static_cast<std::int64_t>(file.size()));
    if (round % 10 == 0) CHECK(i.t.store().check().empty());
  }
}

TEST_CASE("a file that comes in two parts leaves what it leaves in one") {
  std::mt19937 random{7};
  for (int round = 0; round < 30; ++round) {
    CAPTURE(round);
    File first = random_file(random);
    File second = random_file(random);
    for (auto& row : second) {
      row.day += 10;
      if (!row.receipt.empty()) row.receipt += "b";
    }
    File both = first;
    both.insert(both.end(), second.begin(), second.end());
    Importer i;
    i.run(csv_of(first));
    i.run(csv_of(second));
    CHECK(i.receipts() == model(both));
  }
}
