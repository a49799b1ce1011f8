#include "demo/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace demo {

namespace {

struct Weighted {
  const char* text;
  std::uint32_t weight;
};

// Family names with their shares, roughly, in 1/1,000.
constexpr Weighted surnames[] = {
    {"王", 72},  {"李", 71},  {"张", 68},  {"刘", 52}, {"陈", 46}, {"杨", 31}, {"赵", 21},
    {"黄", 22},  {"周", 20},  {"吴", 20},  {"徐", 16}, {"孙", 15}, {"胡", 13}, {"朱", 13},
    {"高", 12},  {"林", 12},  {"何", 12},  {"郭", 12}, {"马", 11}, {"罗", 10}, {"梁", 10},
    {"宋", 9},   {"郑", 9},   {"谢", 8},   {"韩", 8},  {"唐", 7},  {"冯", 7},  {"于", 7},
    {"董", 6},   {"萧", 3},   {"程", 6},   {"曹", 6},  {"袁", 6},  {"邓", 6},  {"许", 6},
    {"傅", 5},   {"沈", 5},   {"曾", 5},   {"彭", 5},  {"吕", 5},  {"苏", 5},  {"卢", 5},
    {"蒋", 5},   {"蔡", 5},   {"贾", 4},   {"丁", 4},  {"魏", 4},  {"薛", 4},  {"叶", 4},
    {"阎", 3},   {"余", 4},   {"潘", 4},   {"杜", 4},  {"戴", 3},  {"夏", 3},  {"钟", 3},
    {"汪", 3},   {"田", 3},   {"任", 3},   {"姜", 3},  {"范", 3},  {"方", 3},  {"石", 3},
    {"姚", 3},   {"谭", 3},   {"廖", 3},   {"邹", 3},  {"熊", 2},  {"金", 2},  {"陆", 2},
    {"郝", 2},   {"孔", 2},   {"白", 2},   {"崔", 2},  {"康", 2},  {"毛", 2},  {"邱", 2},
    {"秦", 2},   {"江", 2},   {"史", 2},   {"顾", 2},  {"侯", 2},  {"邵", 1},  {"孟", 2},
    {"龙", 1},   {"万", 1},   {"段", 1},   {"单", 1},  {"查", 1},  {"仇", 1},  {"欧阳", 1},
    {"上官", 1}, {"司马", 1}, {"诸葛", 1}, {"尉迟", 1}};

constexpr const char* women_names[] = {
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "秀", "燕", "玲", "桂", "英", "华", "兰", "红",
    "梅", "婷", "雪", "慧", "琳", "洁", "莉", "萍", "颖", "倩", "欣", "怡", "佳", "悦", "蓉", "淑",
    "珍", "莲", "凤", "云", "琴", "巧", "月", "春", "菊", "晓", "雅", "诗", "涵", "梓", "萱", "瑶"};
constexpr const char* men_names[] = {
    "伟", "强", "磊", "军", "勇", "杰", "涛", "明", "超", "刚", "平", "辉", "鹏", "斌", "波", "建",
    "国", "志", "文", "海", "龙", "飞", "浩", "宇", "俊", "凯", "峰", "松", "林", "东", "德", "庆",
    "福", "振", "永", "良", "成", "宏", "健", "航", "博", "子", "轩", "泽", "睿", "嘉", "豪", "昊"};
constexpr const char* streets[] = {"青石路", "柳荫街", "向阳巷", "河沿路", "书院街", "西仓巷",
                                   "梧桐路", "广济街", "新桥路", "望湖路", "北塘街", "杏林路"};

// Years of age by tens, and how many customers of a drugstore are in each.
constexpr std::uint32_t ages[] = {15, 25, 90, 150, 165, 180, 195, 130, 45, 5};

constexpr std::uint32_t surname_weights(std::size_t i) { return surnames[i].weight; }
constexpr auto surname_weight_list = [] {
  std::array<std::uint32_t, std::size(surnames)> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = surname_weights(i);
  return all;
}();

struct Facts {
  std::size_t surname;
  bool woman;
  std::string name;
  Date birth;
  std::string phone;
  std::string address;
};

std::string given_name(Random& random, bool woman) {
  const auto& list = woman ? women_names : men_names;
  const auto pick = [&] { return list[random.below(static_cast<std::uint32_t>(std::size(list)))]; };
  std::string name = pick();
  if (random.chance(720)) name += pick();
  return name;
}

// 154 is given to no operator. The digits after it look like chance but never repeat below
// 100,000,000 members.
std::string phone_number(std::size_t index) {
  return fmt::format("154{:08}", (index * 61'803'399 + 27'182'818) % 100'000'000);
}

Facts person(Random& random, std::size_t index, const Facts* family, Date on) {
  Facts facts{};
  facts.woman = random.chance(560);
  facts.surname = family != nullptr ? family->surname : random.weighted(surname_weight_list);
  facts.name = surnames[facts.surname].text + given_name(random, facts.woman);
  const int age = static_cast<int>(random.weighted(ages)) * 10 + random.between(0, 9);
  facts.birth = pharmacy::add_months(on, -12 * age) - std::chrono::days{random.between(0, 364)};
  if (family != nullptr) {
    facts.phone = family->phone;
    facts.address = family->address;
  } else {
    facts.phone = random.chance(950) ? phone_number(index) : "";
    if (random.chance(350)) {
      facts.address = fmt::format("{}{}号{}栋{}室", streets[random.below(std::size(streets))],
                                  random.between(1, 220), random.between(1, 18),
                                  random.between(1, 24) * 100 + random.between(1, 4));
    }
  }
  return facts;
}

// Six of ten are members already when the sales begin, the oldest for five years.
std::vector<std::int32_t> join_days(const PeopleOptions& options, Random& random) {
  std::vector<std::int32_t> days(options.count);
  const int before = options.from.epoch_days();
  for (auto& day : days) {
    day = random.chance(600) ? random.between(before - 5 * 365, before - 1)
                             : random.between(before, options.until.epoch_days());
  }
  std::ranges::sort(days);
  return days;
}

}  // namespace

std::string card_number(std::size_t index) { return fmt::format("6{:07}", index + 1); }

std::vector<Person> make_people(const PeopleOptions& options, Random random, std::FILE* csv) {
  std::vector<Person> people;
  people.reserve(options.count);
  fmt::print(csv, "card,name,sex,birth,phone,address,joined,points\n");
  Facts last{};
  for (const auto joined : join_days(options, random)) {
    const std::size_t index = people.size();
    const Date day = Date::from_epoch_days(joined);
    const bool shares = index > 0 && !last.phone.empty() && random.chance(120);
    Facts facts = person(random, index, shares ? &last : nullptr, day);
    // Some took a card and never said who they are.
    if (random.chance(8)) facts.name.clear();
    const int points = day < options.from && random.chance(700) ? random.between(5, 3200) : 0;
    fmt::print(csv, "{},{},{},{},{},{},{},{}\n", card_number(index), facts.name,
               facts.woman ? "female" : "male", to_string(facts.birth), facts.phone, facts.address,
               to_string(day), points == 0 ? "" : std::to_string(points));
    people.push_back({.joined = joined,
                      .quiet_until = 0,
                      .activity = static_cast<std::uint8_t>(1 + random.below(8))});
    last = std::move(facts);
  }
  return people;
}

}  // namespace demo
