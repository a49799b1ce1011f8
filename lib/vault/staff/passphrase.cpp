// Which passphrases are refused: those that somebody who knows the person and the shop, and what
// people choose, would try first. No list of leaked ones: what is looked for is their parts, and
// how little is left beside them.
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/count.h"
#include "base/digits.h"
#include "base/i18n.h"
#include "pharmacy/store.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

constexpr std::size_t min_passphrase = 8;     // characters
constexpr std::size_t max_passphrase = 1024;  // bytes
constexpr std::size_t least_left = 4;         // characters beside the parts that are guessed
constexpr std::size_t least_word = 3;         // bytes of a login or a name that is looked for
constexpr std::size_t least_row = 4;          // characters

constexpr std::string_view words =
    "password passphrase passwort passwd pharmacy pharmacist drugstore medicine medical hospital "
    "doctor yaofang yaodian yaoshi yiyao yiyuan dianzhang dianyuan yaopin jiankang guanliyuan kefu "
    "mima woaini aini zhongguo beijing shanghai guangzhou shenzhen china welcome admin manager "
    "clerk cashier root user guest login letmein iloveyou love sunshine princess football baseball "
    "basketball dragon monkey master shadow superman batman hello world changeme default secret "
    "private test demo sample trustno computer internet system server store shop correct horse "
    "battery staple spring summer autumn winter january february march april june july august "
    "september october november december monday friday sunday "
    "药房 药店 医药 药师 店长 店员 医院 密码 口令 我爱你 管理员 健康 中国";

// Neighbours in the alphabet and on a keyboard: by rows, by columns, and two rows by turns.
constexpr auto rows = std::to_array<std::string_view>(
    {"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",
     "!@#$%^&*()", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "zaq1xsw2cde3vfr4bgt5",
     "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0"});

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
// All but letters and what is not ASCII.
bool parts_words(char c) { return !is_letter(c) && (c & 0x80) == 0; }
bool begins_character(char c) { return (c & 0xC0) != 0x80; }

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, begins_character));
}

// Lower case, and full-width characters as their ASCII twins. Nothing of it is left in memory.
Secret folded(std::string_view text) {
  Secret to;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    const std::string_view three = text.substr(i, 3);
    if (three >= "\uFF01" && three <= "\uFF5E") {  // three bytes each
      const auto last = static_cast<unsigned char>(three[2]);
      c = static_cast<char>((three[1] == '\xBC' ? 0x20 : 0x60) + (last & 0x3F));
      i += 2;
    } else if (three == "\u3000") {
      c = ' ';
      i += 2;
    }
    to.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return to;
}

// Digits and signs that stand for letters, between the first letter and the last.
void read_signs_as_letters(Secret& text) {
  constexpr std::string_view signs = "013457@$!", letters = "oieastasi";
  const auto view = text.view();
  const auto first = std::ranges::find_if(view, is_letter) - view.begin();
  const auto last =
      std::ranges::find_if(view.rbegin(), view.rend(), is_letter).base() - view.begin();
  for (auto i = first; i < last; ++i) {
    const auto at = signs.find(view[static_cast<std::size_t>(i)]);
    if (at != std::string_view::npos) text.data()[i] = static_cast<unsigned char>(letters[at]);
  }
}

// A day, as people write their birthday.
bool is_day(std::string_view d) {
  const auto in_reach = [](int year, int month, int day) {
    return year >= 1900 && year < 2100 && date_of(year, month, day).has_value();
  };
  if (d.size() == 6) return in_reach(1900 + digits(d, 0, 2), digits(d, 2, 2), digits(d, 4, 2));
  if (d.size() != 8) return false;
  return in_reach(digits(d, 0, 4), digits(d, 4, 2), digits(d, 6, 2)) ||
         in_reach(digits(d, 4, 4), digits(d, 0, 2), digits(d, 2, 2)) ||
         in_reach(digits(d, 4, 4), digits(d, 2, 2), digits(d, 0, 2));
}

// What the digits are by which a person is known: a day, a phone, an identity number.
bool is_known_number(std::string_view d) {
  if (d.size() == 13 && d.starts_with("86")) d.remove_prefix(2);
  const bool mobile = d.size() == 11 && d[0] == '1' && d[1] >= '3';
  const bool landline = d[0] == '0' && d.size() >= 10 && d.size() <= 12;
  const bool identity = (d.size() == 17 || d.size() == 18) && is_day(d.substr(6, 8));
  return is_day(d) || mobile || landline || identity;
}

// A number that is nothing else, however its parts are set apart: 1990-3-5, 138 0013 8000.
bool is_known_number_alone(std::string_view text) {
  Secret number;
  for (const char c : text) {
    if (is_digit(c))
      number.push_back(c);
    else if (std::string_view{"+-./ x"}.find(c) == std::string_view::npos)
      return false;
  }
  const std::string_view d = number.view();
  const bool is_short_day = d.size() >= 6 && d.size() < 8 && d.size() < text.size() &&
                            (d.starts_with("19") || d.starts_with("20"));
  return !d.empty() && (is_short_day || is_known_number(d));
}

// The shortest text of which this is a repetition; the last time may be cut off.
std::string_view unit_of(std::string_view text) {
  for (std::size_t size = 1; size <= text.size() / 2; ++size) {
    if (text.substr(size) == text.substr(0, text.size() - size)) return text.substr(0, size);
  }
  return text;
}

// How much of a text is guessed.
class Guess {
 public:
  explicit Guess(std::string_view text) : text_{text} { guessed_.resize(text.size()); }

  // Each of these, wherever it stands.
  void words(std::string_view list) {
    while (!list.empty()) {
      const auto* const end = std::ranges::find_if(list, parts_words);
      const auto size = static_cast<std::size_t>(end - list.begin());
      word(list.substr(0, size));
      list.remove_prefix(std::min(size + 1, list.size()));
    }
  }
  // A login or a name, and its parts.
  void name(std::string_view name) {
    const Secret whole = folded(name);
    word(whole.view());
    words(whole.view());
  }
  void numbers() {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const std::size_t from = at;
      while (at < text_.size() && is_digit(text_[at])) ++at;
      if (at > from && is_known_number(text_.substr(from, at - from))) take(from, at - from);
    }
  }
  void rows_of_keys() {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      std::size_t longest = repeated(at);
      for (const std::string_view row : rows)
        longest = std::max({longest, along(row, at, 1), along(row, at, -1)});
      if (longest >= least_row) take(at, longest);
    }
  }
  // Whether so little is left that trying it takes no time. Digits and signs that stand beside a
  // guessed part are tried with it.
  [[nodiscard]] bool is_enough() const {
    if (!any_) return false;
    std::size_t left = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (guessed_.view()[i] == 0 && !parts_words(c) && begins_character(c)) ++left;
    }
    return left < least_left;
  }

 private:
  void word(std::string_view one) {
    if (one.size() < least_word) return;
    for (auto at = text_.find(one); at != std::string_view::npos; at = text_.find(one, at + 1))
      take(at, one.size());
  }
  void take(std::size_t at, std::size_t size) {
    std::fill_n(guessed_.data() + at, size, 1);
    any_ = true;
  }
  [[nodiscard]] std::size_t repeated(std::size_t at) const {
    const auto end = text_.find_first_not_of(text_[at], at);
    return (end == std::string_view::npos ? text_.size() : end) - at;
  }
  // How many characters from there on are neighbours in the row, one way; each may come twice.
  [[nodiscard]] std::size_t along(std::string_view row, std::size_t at, int way) const {
    auto place = row.find(text_[at]);
    std::size_t size = 0;
    while (place < row.size() && at + size < text_.size()) {
      const char c = text_[at + size];
      if (c == row[place]) {
        ++size;
        continue;
      }
      place += static_cast<std::size_t>(way);  // beyond either end it is too large
      if (place >= row.size() || row[place] != c) break;
    }
    return size;
  }

  std::string_view text_;
  Secret guessed_;  // a byte for each
  bool any_ = false;
};

bool is_guessable(std::string_view text, std::string_view login, std::string_view name) {
  const std::string_view unit = unit_of(text);
  if (characters(unit) < min_passphrase || is_known_number_alone(unit)) return true;
  Guess guess{unit};
  guess.words(words);
  guess.name(login);
  guess.name(name);
  guess.numbers();
  guess.rows_of_keys();
  return guess.is_enough();
}

}  // namespace

std::vector<Fault> faults_of_passphrase(const Secret& passphrase, std::string_view login,
                                        std::string_view name) {
  const std::string_view text = passphrase.view();
  if (text.size() > max_passphrase || !is_valid_utf8(text)) {
    return {{_("a passphrase is text of at most 1,024 bytes"), ""}};
  }
  if (characters(text) < min_passphrase) {
    return {{_("the passphrase is too short: it needs 8 characters"),
             _("several words in a row are easy to remember and hard to guess")}};
  }
  Secret read = folded(text);
  bool is_easy = is_guessable(read.view(), login, name);
  read_signs_as_letters(read);
  is_easy = is_easy || is_guessable(read.view(), login, name);
  const std::set<char> different(text.begin(), text.end());
  if (is_easy || different.size() < 3) {
    return {
        {_("the passphrase is too easy to guess"),
         _("logins, names, common words, rows of keys, dates and phone numbers are tried first; "
           "several other words in a row are hard to guess")}};
  }
  return {};
}

}  // namespace pharmacy
