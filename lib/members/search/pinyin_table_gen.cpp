// Makes lib/members' table of readings from the Unicode database: reads Unihan_Readings.txt on
// standard input and writes a header on standard output. Run by the build.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr std::string_view reading_field = "\tkMandarin\t";
constexpr std::size_t readings_min = 40'000;  // Unicode 15 has 41,419
constexpr std::uint32_t gap_max = 16;         // code points without a reading inside of a run

// Letters with a tone mark, and ü, by the letters that people type.
constexpr std::array<std::pair<std::string_view, std::string_view>, 36> plain_letters{{
    {"ā", "a"}, {"á", "a"}, {"ǎ", "a"},     {"à", "a"},     {"ē", "e"},     {"é", "e"},
    {"ě", "e"}, {"è", "e"}, {"ê", "e"},     {"ế", "e"},     {"ề", "e"},     {"ī", "i"},
    {"í", "i"}, {"ǐ", "i"}, {"ì", "i"},     {"ō", "o"},     {"ó", "o"},     {"ǒ", "o"},
    {"ò", "o"}, {"ū", "u"}, {"ú", "u"},     {"ǔ", "u"},     {"ù", "u"},     {"ü", "v"},
    {"ǖ", "v"}, {"ǘ", "v"}, {"ǚ", "v"},     {"ǜ", "v"},     {"ń", "n"},     {"ň", "n"},
    {"ǹ", "n"}, {"ḿ", "m"}, {"\u0304", ""}, {"\u0301", ""}, {"\u030C", ""}, {"\u0300", ""},
}};

// "lǜ" as "lv". Empty where a letter is not known.
std::string without_tone(std::string_view reading) {
  std::string plain;
  while (!reading.empty()) {
    if (reading[0] >= 'a' && reading[0] <= 'z') {
      plain.push_back(reading[0]);
      reading.remove_prefix(1);
      continue;
    }
    const auto letter = std::find_if(plain_letters.begin(), plain_letters.end(),
                                     [&](const auto& l) { return reading.starts_with(l.first); });
    if (letter == plain_letters.end()) return {};
    plain += letter->second;
    reading.remove_prefix(letter->first.size());
  }
  return plain;
}

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "pinyin_table_gen: " << why << '\n';
  std::exit(1);
}

// The first reading of each character: Unihan puts the ordinary one first.
std::map<std::uint32_t, std::string> read_readings() {
  std::map<std::uint32_t, std::string> readings;
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::size_t field = line.find(reading_field);
    if (!line.starts_with("U+") || field == std::string::npos) continue;
    const std::string value = line.substr(field + reading_field.size());
    const std::string plain = without_tone(value.substr(0, value.find(' ')));
    if (plain.empty()) fail("a reading is not understood: " + line);
    readings[static_cast<std::uint32_t>(std::stoul(line.substr(2, field - 2), nullptr, 16))] =
        plain;
  }
  if (readings.size() < readings_min) fail("this is not the whole of Unihan_Readings.txt");
  return readings;
}

struct Run {
  std::uint32_t first;
  std::size_t offset;
};

}  // namespace

int main() {
  const auto readings = read_readings();
  std::set<std::string> distinct;
  for (const auto& reading : readings) distinct.insert(reading.second);
  const std::vector<std::string> syllables{distinct.begin(), distinct.end()};

  std::vector<Run> runs;
  std::vector<std::size_t> indexes;  // into syllables, from 1; 0 for none
  std::uint32_t next = 0;
  for (const auto& [character, reading] : readings) {
    if (runs.empty() || character - next > gap_max) {
      runs.push_back({character, indexes.size()});
    } else {
      indexes.resize(indexes.size() + (character - next));
    }
    const auto found = std::lower_bound(syllables.begin(), syllables.end(), reading);
    indexes.push_back(static_cast<std::size_t>(found - syllables.begin()) + 1);
    next = character + 1;
  }

  std::cout << "// Made by pinyin_table_gen from Unihan_Readings.txt.\n#pragma once\n\n"
               "namespace pharmacy::members::table {\n\n"
               "inline constexpr std::string_view syllables[] = {\"\"";
  for (const auto& syllable : syllables) std::cout << ",\n\"" << syllable << '"';
  std::cout << "};\n\ninline constexpr Run runs[] = {";
  for (const auto& run : runs) std::cout << "{" << run.first << "," << run.offset << "},\n";
  std::cout << "};\n\ninline constexpr std::uint16_t indexes[] = {";
  for (const auto index : indexes) std::cout << index << ",\n";
  std::cout << "};\n\n}  // namespace pharmacy::members::table\n";
  std::cout.flush();
  if (!std::cout) fail("the table cannot be written");
}
