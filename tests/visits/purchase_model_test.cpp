// Random files against a straightforward model: every rule told once more, in the simplest way,
// without regard to time or memory.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <tuple>
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
    // Few minutes, cards and codes, so that everything meets everything; in no order of time.
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
  std::vector<std::size_t> sale;    // rows of the sale, and of the refund, that it becomes
  std::vector<std::size_t> refund;  // in the order of the file
};

class Model {
 public:
  explicit Model(const File& file) : file_{file} {
    for (std::size_t i = 0; i < file.size(); ++i) add(i);
    for (auto& group : groups_) split(group);
    tie_all();
  }

  // What Importer::receipts() says of the file in a store that was empty.
  [[nodiscard]] Lines receipts() const {
    struct Part {
      std::string at;
      bool is_refund;
      const Group* group;
    };
    std::vector<const Group*> by_time;
    for (const auto& group : groups_) by_time.push_back(&group);
    std::stable_sort(by_time.begin(), by_time.end(),
                     [&](auto a, auto b) { return at(*a) < at(*b); });
    std::vector<Part> parts;
    for (const auto* group : by_time) {
      if (!group->sale.empty()) parts.push_back({at(*group), false, group});
      std::string latest = at(*group);
      for (const auto i : group->refund) {
        if (ties_.contains(i)) latest = std::max(latest, at(group_of(ties_.at(i))));
      }
      if (!group->refund.empty()) parts.push_back({latest, true, group});
    }
    std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
      return std::tuple{a.at, a.is_refund} < std::tuple{b.at, b.is_refund};
    });
    std::map<std::size_t, std::string> places;  // "receipt.line" of the rows sold
    Lines all;
    for (const auto& part : parts) {
      const auto& rows = part.is_refund ? part.group->refund : part.group->sale;
      auto& text = all.emplace_back(head(*part.group, part.is_refund ? "refund" : "sale", rows));
      for (std::size_t n = 0; n < rows.size(); ++n) {
        const auto& row = file_[rows[n]];
        if (!part.is_refund) places[rows[n]] = fmt::format("{}.{}", all.size(), n + 1);
        text += fmt::format(" / {} {} {}", row.code, std::abs(row.quantity) * 1000,
                            std::abs(row.amount) * 100);
        if (ties_.contains(rows[n])) text += '>' + places.at(ties_.at(rows[n]));
      }
    }
    return all;
  }

 private:
  void add(std::size_t i) {
    const auto& row = file_[i];
    auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
      const auto& first = file_[group.rows[0]];
      if (!row.receipt.empty()) return first.receipt == row.receipt;
      return first.receipt.empty() && !row.card.empty() && first.card == row.card &&
             first.day == row.day;
    });
    if (found == groups_.end()) found = groups_.insert(groups_.end(), Group{});
    found->rows.push_back(i);
    if (found->card.empty()) found->card = row.card;
  }

  // Lines of quantity 0 go with the sale, or with the refund where there is none.
  void split(Group& group) {
    for (const auto i : group.rows) {
      if (file_[i].quantity > 0) group.sale.push_back(i);
      if (file_[i].quantity < 0) group.refund.push_back(i);
    }
    auto& with_zeros = group.sale.empty() ? group.refund : group.sale;
    if (with_zeros.empty()) return;
    for (const auto i : group.rows) {
      if (file_[i].quantity == 0) with_zeros.push_back(i);
    }
    std::sort(with_zeros.begin(), with_zeros.end());
  }

  void tie_all() {
    const auto order = [&](std::size_t i) {
      return std::tuple{file_[i].at(), at(group_of(i)), &group_of(i), i};
    };
    std::vector<std::size_t> refunds;
    for (std::size_t i = 0; i < file_.size(); ++i) {
      if (file_[i].quantity < 0) refunds.push_back(i);
    }
    std::sort(refunds.begin(), refunds.end(), [&](auto a, auto b) { return order(a) < order(b); });
    std::vector<int> left;
    for (const auto& row : file_) left.push_back(row.quantity);
    for (const auto refund : refunds) {
      std::optional<std::size_t> newest;
      for (std::size_t sale = 0; sale < file_.size(); ++sale) {
        if (left[sale] < -file_[refund].quantity || !may_take_back(refund, sale)) continue;
        const auto recorded = [&](std::size_t i) {
          return std::tuple{at(group_of(i)), &group_of(i), i};
        };
        if (!newest || recorded(*newest) < recorded(sale)) newest = sale;
      }
      if (!newest) continue;
      left[*newest] += file_[refund].quantity;
      ties_[refund] = *newest;
    }
  }

  // Of the same buyer and product, and not later.
  [[nodiscard]] bool may_take_back(std::size_t refund, std::size_t sale) const {
    const auto& a = file_[sale];
    const auto& b = file_[refund];
    const auto& of_a = group_of(sale);
    const auto& of_b = group_of(refund);
    if (a.quantity <= 0 || of_a.card.empty() || of_a.card != of_b.card || a.code != b.code) {
      return false;
    }
    const int day_a = std::max(a.day, file_[of_a.rows[0]].day);
    const int day_b = std::min(b.day, file_[of_b.rows[0]].day);
    const bool says_the_day_only = b.minute == 0;
    return day_a <= day_b && (says_the_day_only || a.at() <= b.at());
  }

  [[nodiscard]] std::string head(const Group& group, const char* kind,
                                 const std::vector<std::size_t>& rows) const {
    int paid = 0;
    for (const auto i : rows) paid += std::abs(file_[i].amount) * 100;
    return fmt::format("{} {} {} {}", kind, group.card.empty() ? "-" : group.card, at(group), paid);
  }

  [[nodiscard]] const Group& group_of(std::size_t i) const {
    return *std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
      return std::find(group.rows.begin(), group.rows.end(), i) != group.rows.end();
    });
  }
  [[nodiscard]] std::string at(const Group& group) const { return file_[group.rows[0]].at(); }

  const File& file_;
  std::vector<Group> groups_;                // in the order of their first rows
  std::map<std::size_t, std::size_t> ties_;  // refund rows to sale rows
};

// Refunds without a sale are what the file has.
bool is_sound(const Store& store) {
  const auto findings = store.check();
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& one) { return one.check == "untied_refund"; });
}

Lines model(const File& file) { return Model{file}.receipts(); }

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
    if (round % 10 == 0) CHECK(is_sound(i.t.store()));
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
