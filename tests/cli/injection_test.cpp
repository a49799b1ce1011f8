// Text that would make two records of one, or move a terminal's cursor, in every field that the
// access log and the machine's log keep.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "member/member.h"
#include "pharmacy/csv.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"
#include "store/store.h"
#include "support/process.h"
#include "support/run.h"
#include "support/trials.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

// What breaks lines, moves cursors, ends strings, reorders text, or is none.
constexpr auto breakers = std::to_array<std::string_view>({"\n",
                                                           "\r",
                                                           "\r\n",
                                                           "\n\n",
                                                           "\t",
                                                           "\v",
                                                           "\f",
                                                           "\x1b[2J",
                                                           "\x1b[1A\x1b[2K",
                                                           "\x1b]0;title\x07",
                                                           "\x07",
                                                           "\x08\x08\x08",
                                                           "\x01",
                                                           "\x1f",
                                                           "\x7f",
                                                           "\u0085",
                                                           "\u009b2J",
                                                           "\u009d0;x\u009c",
                                                           "\u2028",
                                                           "\u2029",
                                                           "\u202e",
                                                           "\u202d",
                                                           "\u2066",
                                                           "\u2069",
                                                           "\u200b",
                                                           "\u200f",
                                                           "\u061c",
                                                           "\ufeff",
                                                           "\u00ad",
                                                           "\U000e0041",
                                                           "\"",
                                                           "\\",
                                                           "\\\"",
                                                           "\\n",
                                                           "\"}",
                                                           "\"},{\"seq\":1,\"kind\":\"view\"},{\"",
                                                           "\\u000a",
                                                           "'",
                                                           "''; DROP TABLE log_entry; --",
                                                           ",",
                                                           ",,,,,,,,",
                                                           "\",\"",
                                                           "\n1,2026-03-01,wangli,change",
                                                           "\n1\t2026-03-01\twangli\tchange\t",
                                                           "=cmd|' /C calc'!A0",
                                                           "+1",
                                                           "@x",
                                                           "%s%s%n",
                                                           "{}",
                                                           "{0}",
                                                           "$(id)",
                                                           "`id`",
                                                           "\xff",
                                                           "\xc0\x8a",
                                                           "\xed\xa0\x80",
                                                           "\xf5\x80\x80\x80",
                                                           "\xe5\xbc",
                                                           "\x80",
                                                           " ",
                                                           "\u3000",
                                                           "#",
                                                           "<script>",
                                                           "&amp;",
                                                           "nobody",
                                                           "-",
                                                           "--",
                                                           "--op",
                                                           "recovery"});

// One of them, alone or beside other text; never empty.
std::string text_of(std::size_t breaker, Random& random) {
  const std::string_view part = breakers.at(breaker);
  switch (random.below(5)) {
    case 0:
      return std::string{part};
    case 1:
      return "x" + std::string{part};
    case 2:
      return std::string{part} + "x";
    case 3:
      return "王" + std::string{part} + "丽";
    default: {
      std::string many;
      while (many.size() < 2000) many += std::string{part} + "a";
      return many;
    }
  }
}

// A field, and the command that would put a text into it.
struct Field {
  cli::Define program;
  std::vector<std::string> (*command)(const std::string& text, const std::string& unused_file);
};

std::string as_file_name(std::string text) {
  std::ranges::replace(text, '/', '_');
  return text.substr(0, 200);
}

const std::array
    fields{Field{cli::define_store,
                 [](const std::string& text, const std::string& file) -> std::vector<std::string> {
                   return {"staff", "add",    "--role", "clerk", "--new-key",
                           file,    "--name", "x",      "--",    text};
                 }},
           Field{cli::define_store,
                 [](const std::string& text, const std::string& file) -> std::vector<std::string> {
                   const std::string login = "c" + request_digest(file).substr(0, 12);
                   return {"staff", "add",       login, "--role",
                           "clerk", "--new-key", file,  "--name=" + text};
                 }},
           Field{cli::define_store,
                 [](const std::string& text, const std::string&) -> std::vector<std::string> {
                   return {"staff", "role", "--role", "clerk", "--", text};
                 }},
           Field{cli::define_store,
                 [](const std::string& text, const std::string& file) -> std::vector<std::string> {
                   return {"backup", "--", file + as_file_name(text)};
                 }},
           Field{cli::define_store,
                 [](const std::string& text, const std::string& file) -> std::vector<std::string> {
                   return {"audit", "anchor", "--", file + as_file_name(text)};
                 }},
           Field{cli::member,
                 [](const std::string& text, const std::string&) -> std::vector<std::string> {
                   return {"add", "张伟", "--op=" + text};
                 }},
           Field{cli::member,
                 [](const std::string& text, const std::string&) -> std::vector<std::string> {
                   return {"show", "M1", "--reveal", "phone", "--reason=" + text};
                 }},
           Field{cli::member,
                 [](const std::string& text, const std::string&) -> std::vector<std::string> {
                   return {"find", "--", text};
                 }},
           Field{cli::member,
                 [](const std::string& text, const std::string&) -> std::vector<std::string> {
                   return {text, "M1"};
                 }}};

// Whether a terminal shows the text as it is: but for line feeds, nothing in it is unsafe.
bool is_plain(std::string_view text) {
  std::string lines;
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);) lines += for_terminal(line) + '\n';
  return lines == text || lines == std::string{text} + '\n';
}

// How many objects Python's reader finds in JSON, or in lines of it; -1 where it is none, or a
// string in it has a control character.
int objects_in(const std::string& json, const char* format) {
  Run run;
  run.argv = {"/usr/bin/python3", "-B", "-c",
              "import json, sys, unicodedata\n"
              "text = sys.stdin.buffer.read().decode('utf-8', 'strict')\n"
              "if sys.argv[1] == 'json': rows = json.loads(text)['entries']\n"
              "else: rows = [json.loads(line) for line in text.split('\\n') if line]\n"
              "for row in rows:\n"
              "  for value in row.values():\n"
              "    for c in value if isinstance(value, str) else '':\n"
              "      assert unicodedata.category(c) not in ('Cc', 'Cf', 'Cs', 'Zl', 'Zp'), value\n"
              "print(len(rows))\n",
              format};
  run.env = {"LC_ALL=C.UTF-8"};
  run.input = json;
  const auto ended = run_process(run);
  return ended.status == 0 ? std::stoi(ended.out) : -1;
}

// How many rows of so many cells come after the first; -1 where one has more or fewer, or is not
// plain.
int rows_of_csv(const std::string& text, std::size_t cells) {
  CsvReader reader{text};
  int rows = -1;
  for (; const auto row = reader.next(); ++rows) {
    if (row->size() != cells || !std::ranges::all_of(*row, is_plain)) return -1;
  }
  return rows;
}
int rows_of_tsv(const std::string& text, std::size_t cells) {
  std::istringstream in{text};
  int rows = -1;
  for (std::string line; std::getline(in, line); ++rows) {
    const auto tabs = static_cast<std::size_t>(std::ranges::count(line, '\t'));
    std::erase(line, '\t');
    if (tabs + 1 != cells || !is_plain(line)) return -1;
  }
  return rows;
}

struct AttackedStore : TestStore {
  AttackedStore() : TestStore{"2026-03-01"} {
    auto tx = begin();
    NewMember input;
    input.name = "张伟";
    input.phone = "13800138000";
    add_member(tx, input);
    tx.commit();
  }
  std::int64_t entries() {
    auto reading = this->reading();
    return vault::database(reading)
        .value<std::int64_t>("SELECT count(*) FROM log_entry")
        .value_or(-1);
  }
  Ran list(const std::string& format, bool terminal) {
    return run(cli::define_store, *this,
               {"audit", "list", "--limit", "100000", "--format", format, "--no-pager"},
               {.terminal = terminal, .columns = 200, .env = {{"NO_COLOR", "1"}}});
  }
};

constexpr std::size_t columns = 9;  // of an entry

}  // namespace

TEST_CASE("whatever is typed, an event is one record of the log, and harmless on a terminal") {
  AttackedStore t;
  Trials trials{"texts against the log", 500, 5000};
  trials.each([&](std::int64_t number, Random& random) {
    const auto at = static_cast<std::size_t>(number);
    const Field& field = fields.at(at % fields.size());
    const std::string text = text_of(at / fields.size() % breakers.size(), random);
    const std::string file = t.path().parent_path() / fmt::format("file-{}", number);
    const std::int64_t before = t.entries();
    const auto ran = run(field.program, t, field.command(text, file),
                         {.terminal = true, .env = {{"NO_COLOR", "1"}}});
    CAPTURE(for_terminal(text));
    CAPTURE(ran.err);
    CHECK(is_plain(ran.out));
    CHECK(is_plain(ran.err));
    CHECK(ran.status >= 0);
    CHECK(ran.status != static_cast<int>(cli::Exit::bug));
    const std::int64_t more = t.entries() - before;
    CHECK(more <= 1);
    if (ran.status == 0) trials.tally("taken");
    trials.tally("logged", more);
    for (const auto& line : ran.logged) CHECK((is_plain(line) && line.find('\n') == line.npos));
    trials.tally("to the machine's log", static_cast<std::int64_t>(ran.logged.size()));
  });
  CHECK(trials.tallied("logged") > trials.done() / 10);
  CHECK(t.store().check().empty());

  // To look at the log is one entry more, which is not shown yet.
  auto entries = static_cast<int>(t.entries());
  CHECK(objects_in(t.list("json", false).out, "json") == entries++);
  CHECK(objects_in(t.list("jsonl", false).out, "jsonl") == entries++);
  CHECK(rows_of_csv(t.list("csv", false).out, columns) == entries++);
  CHECK(rows_of_tsv(t.list("tsv", false).out, columns) == entries++);
  for (const char* format : {"table", "csv", "tsv", "json", "jsonl"}) {
    const auto shown = t.list(format, true);
    CHECK(shown.status == 0);
    std::string text = shown.out;
    std::erase(text, '\t');
    CHECK(is_plain(text));
  }
}

TEST_CASE("records that are put together from raw text are found not to be whole") {
  std::string csv = "a,b\n", json = "{\"entries\":[";
  Random random{1};
  for (std::size_t i = 0; i < breakers.size(); ++i) {
    const std::string text = text_of(i, random);
    csv += "1," + text + "\n";
    json += fmt::format("{}{{\"a\":\"{}\"}}", i > 0 ? "," : "", text);
  }
  CHECK_FALSE(is_plain(csv));
  const auto rows = [&] {
    try {
      return rows_of_csv(csv, 2);
    } catch (const Error&) {
      return -1;
    }
  };
  CHECK(rows() == -1);
  CHECK(rows_of_tsv("a\tb\n1\tx\ty\n", 2) == -1);
  CHECK(objects_in(json + "]}", "json") == -1);
  CHECK(objects_in("{\"entries\":[{\"a\":\"\\u0085\"}]}", "json") == -1);
  CHECK(objects_in("{\"entries\":[{\"a\":\"王丽\"}]}", "json") == 1);
}

}  // namespace pharmacy::test
