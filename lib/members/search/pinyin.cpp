#include "members/search/pinyin.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

namespace pharmacy::members {
namespace table {
// Characters that follow each other, from `first` on; their syllables begin at `offset`.
struct Run {
  char32_t first;
  std::uint32_t offset;
};
}  // namespace table
}  // namespace pharmacy::members

#include "pinyin_table.h"

namespace pharmacy::members {
namespace {

struct Surname {
  std::u32string_view text;
  std::array<std::string_view, 2> readings;  // one for each character
};

// Surnames that are not read as the character ordinarily is, those of two characters first.
constexpr Surname surnames[] = {
    {U"尉迟", {"yu", "chi"}},
    {U"尉遲", {"yu", "chi"}},
    {U"万俟", {"mo", "qi"}},
    {U"萬俟", {"mo", "qi"}},
    {U"长孙", {"zhang", "sun"}},
    {U"長孫", {"zhang", "sun"}},
    {U"单于", {"chan", "yu"}},
    {U"單于", {"chan", "yu"}},
    {U"澹台", {"tan", "tai"}},
    {U"澹臺", {"tan", "tai"}},
    {U"拓跋", {"tuo", "ba"}},
    {U"亓官", {"qi", "guan"}},
    {U"中行", {"zhong", "hang"}},
    {U"乐正", {"yue", "zheng"}},
    {U"樂正", {"yue", "zheng"}},
    {U"令狐", {"ling", "hu"}},
    {U"夏侯", {"xia", "hou"}},
    {U"宰父", {"zai", "fu"}},
    {U"单", {"shan"}},
    {U"單", {"shan"}},
    {U"曾", {"zeng"}},
    {U"仇", {"qiu"}},
    {U"查", {"zha"}},
    {U"任", {"ren"}},
    {U"解", {"xie"}},
    {U"朴", {"piao"}},
    {U"区", {"ou"}},
    {U"區", {"ou"}},
    {U"华", {"hua"}},
    {U"華", {"hua"}},
    {U"盖", {"ge"}},
    {U"蓋", {"ge"}},
    {U"折", {"she"}},
    {U"乐", {"yue"}},
    {U"樂", {"yue"}},
    {U"覃", {"qin"}},
    {U"翟", {"zhai"}},
    {U"缪", {"miao"}},
    {U"繆", {"miao"}},
    {U"员", {"yun"}},
    {U"員", {"yun"}},
    {U"贠", {"yun"}},
    {U"繁", {"po"}},
    {U"种", {"chong"}},
    {U"秘", {"bi"}},
    {U"祭", {"zhai"}},
    {U"黑", {"he"}},
    {U"召", {"shao"}},
    {U"宓", {"fu"}},
    {U"郇", {"xun"}},
    {U"隗", {"wei"}},
    {U"能", {"nai"}},
    {U"都", {"du"}},
    {U"谌", {"shen"}},
    {U"諶", {"shen"}},
    {U"沈", {"shen"}},
    {U"莘", {"xin"}},
    {U"过", {"guo"}},
    {U"句", {"gou"}},
    {U"藏", {"zang"}},
    {U"柏", {"bai"}},
    {U"牟", {"mu"}},
    {U"蔚", {"yu"}},
    {U"於", {"yu"}},
    {U"郗", {"chi"}},
    {U"郄", {"xi"}},
    {U"度", {"duo"}},
    {U"佴", {"nai"}},
    {U"番", {"pan"}},
    {U"卜", {"bu"}},
    {U"乜", {"nie"}},
    {U"食", {"yi"}},
    {U"适", {"kuo"}},
    {U"葛", {"ge"}},
    {U"洗", {"xian"}},
    {U"薄", {"bo"}},
    {U"尉", {"wei"}},
    {U"长", {"zhang"}},
    {U"盛", {"sheng"}},
    {U"宁", {"ning"}},
    {U"寧", {"ning"}},
    {U"石", {"shi"}},
    {U"车", {"che"}},
    {U"車", {"che"}},
    {U"冼", {"xian"}},
    {U"褚", {"chu"}},
    {U"纪", {"ji"}},
    {U"應", {"ying"}},
    {U"行", {"hang"}},
    {U"哈", {"ha"}},
    {U"干", {"gan"}},
    {U"逄", {"pang"}},
    {U"晁", {"chao"}},
    {U"还", {"huan"}},
    {U"撒", {"sa"}},
    {U"万", {"wan"}},
    {U"俞", {"yu"}},
    {U"殷", {"yin"}},
};

struct Character {
  char32_t character;
  std::string_view reading;
};

// How a character may be read in a given name, beside its ordinary reading.
constexpr Character in_names[] = {
    {U'乐', "yue"},   {U'樂', "yue"},   {U'长', "chang"}, {U'長', "chang"}, {U'重', "chong"},
    {U'朝', "zhao"},  {U'茜', "xi"},    {U'行', "hang"},  {U'晟', "sheng"}, {U'传', "zhuan"},
    {U'参', "shen"},  {U'隽', "jun"},   {U'雋', "jun"},   {U'泊', "bo"},    {U'薄', "bo"},
    {U'柏', "bo"},    {U'葛', "ge"},    {U'蔚', "yu"},    {U'莘', "xin"},   {U'娜', "nuo"},
    {U'和', "huo"},   {U'降', "xiang"}, {U'奇', "ji"},    {U'强', "jiang"}, {U'校', "jiao"},
    {U'省', "xing"},  {U'阿', "e"},     {U'艾', "yi"},    {U'屏', "bing"},  {U'仔', "zai"},
    {U'率', "shuai"}, {U'盛', "cheng"}, {U'曾', "zeng"},  {U'单', "shan"},  {U'大', "dai"},
    {U'琢', "zuo"},   {U'宿', "xiu"},   {U'露', "lou"},   {U'贾', "gu"},    {U'叶', "xie"},
    {U'会', "kuai"},  {U'觉', "jiao"},  {U'角', "jue"},   {U'卜', "bu"},    {U'都', "dou"},
    {U'沈', "chen"},  {U'圳', "chuan"}, {U'骑', "ji"},    {U'禅', "shan"},  {U'佛', "fu"},
};

// Empty where there is none.
std::string_view ordinary_reading(char32_t character) {
  const auto after =
      std::upper_bound(std::begin(table::runs), std::end(table::runs), character,
                       [](char32_t value, const table::Run& run) { return value < run.first; });
  if (after == std::begin(table::runs)) return {};
  const auto run = std::prev(after);
  const std::size_t end =
      after == std::end(table::runs) ? std::size(table::indexes) : after->offset;
  const std::size_t index = run->offset + (character - run->first);
  return index < end ? table::syllables[table::indexes[index]] : std::string_view{};
}

// As part of the surname that the name begins with; empty where that is read as ordinarily.
std::string_view surname_reading(std::u32string_view name, std::size_t at) {
  for (const auto& surname : surnames) {
    if (at < surname.text.size() && name.starts_with(surname.text)) return surname.readings[at];
  }
  return {};
}

// What people type who have no ü and no v in mind. Empty where the reading has none.
std::string_view with_plain_u(std::string_view reading) {
  constexpr std::pair<std::string_view, std::string_view> pairs[] = {
      {"lv", "lu"}, {"lve", "lue"}, {"nv", "nu"}, {"nve", "nue"}};
  for (const auto& [with_v, with_u] : pairs) {
    if (reading == with_v) return with_u;
  }
  return {};
}

}  // namespace

std::vector<std::string_view> readings_of(std::u32string_view name, std::size_t at) {
  std::vector<std::string_view> readings;
  const auto add = [&](std::string_view reading) {
    const bool known = std::find(readings.begin(), readings.end(), reading) != readings.end();
    if (!reading.empty() && !known) readings.push_back(reading);
  };
  add(surname_reading(name, at));
  add(ordinary_reading(name[at]));
  add(with_plain_u(ordinary_reading(name[at])));
  if (name[at] < 0x2E80) return readings;  // below the ideographs: no need to look it up
  for (const auto& [character, reading] : in_names) {
    if (character == name[at]) add(reading);
  }
  return readings;
}

}  // namespace pharmacy::members
