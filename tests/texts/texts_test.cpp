// Texts that programs stumble over, in all fields of text of all programs: refused with a status
// that is documented, or the same wherever they come out again.
#include "texts/texts.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "pharmacy/text.h"
#include "support/process.h"
#include "support/trials.h"
#include "texts/fields.h"

namespace pharmacy::test {
namespace {

constexpr std::array forms{"terminal", "pipe", "csv", "json"};

std::string hexadecimal(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

// A trial as judge.py reads it.
struct Told {
  std::int64_t number;
  std::string form;
  Holds holds;
  std::size_t most;
  std::string column;
  int status;
  std::string text;
  std::string shown;   // on a terminal
  std::string answer;  // to a program

  [[nodiscard]] std::string line() const {
    static constexpr std::array words{"text", "lines", "code"};
    return fmt::format("{} {} {} {} {} {} {} {} {}\n", number, form,
                       words.at(static_cast<std::size_t>(holds)), most, column, status,
                       hexadecimal(text), hexadecimal(shown), hexadecimal(answer));
  }
};

// What is wrong, a line each.
std::string judged(const std::string& lines) {
  Run run;
  run.argv = {"/usr/bin/python3", "-B", PHARMACY_SOURCE_DIR "/tests/texts/judge.py"};
  run.env = {"LC_ALL=C.UTF-8", "PYTHONUTF8=1"};
  run.input = lines;
  const auto ended = run_process(run);
  CHECK(ended.status == 0);
  CHECK(ended.err == "");
  return ended.out;
}

// By itself, or between other text.
std::string placed(const std::string& text, Random& random) {
  return random.one_in(2) ? text : "王" + text + "z";
}

std::string number_of_complaint(const Ran& ran) {
  std::smatch found;
  const std::string all = ran.out + ran.err;
  return std::regex_search(all, found, std::regex{R"(C\d{4}-\d+)"}) ? found.str() : "C2026-1";
}

Told tried(TextStore& store, const TextField& field, const std::string& form,
           const std::string& text) {
  const bool terminal = form == "terminal";
  Surroundings around{.terminal = terminal, .env = {{"NO_COLOR", "1"}}};
  std::string command = field.write;
  if (const auto at = command.find("%D"); at != std::string::npos)
    command.replace(at, 2, store.unused_day());
  const auto formatted = [&](std::vector<std::string> words) {
    if (form == "csv" || form == "json") words.insert(words.begin() + 1, "--format=" + form);
    return words;
  };
  Surroundings writing = around;
  if (std::string_view{field.write}.ends_with('<')) {
    writing.in = text;
    writing.terminal = false;
  }
  Ran ran = store.command(formatted(words_of(command, text)), writing);
  Told told{0, form, field.holds, field.most, field.column, ran.status, text, ran.err, ran.out};
  if (terminal) told.shown += ran.out + ran.paged;
  for (const auto& line : ran.logged) told.shown += line;
  if (std::string{field.read}.empty()) return told;
  std::string reading = field.read;
  if (const auto at = reading.find("%C"); at != std::string::npos)
    reading.replace(at, 2, number_of_complaint(ran));
  ran = store.command(formatted(words_of(reading, "")), around);
  CHECK(ran.status == 0);
  told.shown += ran.err;
  if (terminal) told.shown += ran.out + ran.paged;
  told.answer = ran.out;
  return told;
}

}  // namespace

TEST_CASE("a text in any field is refused or comes back as it was, and is harmless on a terminal") {
  const auto& texts = naughty_texts();
  const auto& all_fields = text_fields();
  const auto all = static_cast<std::int64_t>(texts.size() * all_fields.size() * forms.size());
  CHECK(texts.size() >= 120);
  CHECK(all >= 40'000);
  TextStore store;
  std::string lines;
  Trials trials("texts in fields", 200, all);
  trials.each([&](std::int64_t number, Random& random) {
    auto rest = static_cast<std::size_t>(number);
    const auto part = [&rest](std::size_t count) {
      const auto at = rest % count;
      rest /= count;
      return at;
    };
    const std::size_t of_field = part(all_fields.size()), of_form = part(forms.size());
    // A soak's piece has many texts too.
    const std::size_t of_text = (rest + 37 * of_field + 61 * of_form) % texts.size();
    Told told =
        tried(store, all_fields.at(of_field), forms.at(of_form), placed(texts.at(of_text), random));
    told.number = number;
    trials.tally(told.status == 0 ? "taken" : "refused");
    lines += told.line();
  });
  CHECK(judged(lines) == "");
  CHECK(trials.tallied("taken") >= trials.done() / 4);
  CHECK(store.store().check().empty());
}

TEST_CASE("texts that are shown or written as they are would be found") {
  std::string raw, cleaned;
  std::int64_t unsafe = 0;
  for (const auto& text : naughty_texts()) {
    if (!is_valid_utf8(text)) continue;
    Told told{++unsafe, "terminal", Holds::text, 0, "name", 2, text, "name: " + text, ""};
    raw += told.line();
    told.shown = "name: " + for_terminal(text);
    cleaned += told.line();
  }
  CHECK(std::ranges::count(judged(raw), '\n') > 40);
  const auto harmed = judged(cleaned);
  CHECK(harmed.find("a terminal is shown") == std::string::npos);

  const auto verdict = [](const std::string& form, int status, const std::string& text,
                          const std::string& answer) {
    return judged(Told{1, form, Holds::text, 200, "name", status, text, "", answer}.line());
  };
  CHECK(verdict("csv", 0, "=1", "id,name\n1,'=1\n") == "");
  CHECK(verdict("csv", 0, " a ", "id,name\n1,a\n") == "");
  CHECK(verdict("json", 0, "e\u0301", "{\"name\":\"é\"}") == "");
  CHECK(verdict("json", 2, "a\nb", "") == "");
  CHECK(verdict("csv", 0, "=1", "id,name\n1,=1\n") != "");
  CHECK(verdict("csv", 0, "a", "id,name\n1,b\n") != "");
  CHECK(verdict("csv", 0, "a,b", "id,name\n1,a,b\n") != "");
  CHECK(verdict("csv", 0, "a\"b", "id,name\n1,\"a\"b\"\n") != "");
  CHECK(verdict("json", 0, "a\"b", "{\"name\":\"a\"b\"}") != "");
  CHECK(verdict("json", 0, "a", "{\"name\":\"a \"}") != "");
  CHECK(verdict("json", 0, "a", "{\"name\":null}") != "");
  CHECK(verdict("json", 0, "a\nb", "{\"name\":\"a\\nb\"}") != "");  // should be refused
  CHECK(verdict("json", 2, "a", "") != "");                         // should not
  CHECK(verdict("json", 70, "a", "") != "");
}

}  // namespace pharmacy::test
