// Text that would make two records of one, or move a terminal's cursor, in every field that the
// access log and the machine's log keep.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "cli/breakers.h"
#include "complain/complain.h"
#include "member/member.h"
#include "pharmacy/complaint_steps.h"
#include "pharmacy/complaints.h"
#include "pharmacy/csv.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"
#include "store/store.h"
#include "support/colleague.h"
#include "support/process.h"
#include "support/run.h"
#include "support/trials.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

struct AttackedStore : TestStore {
  AttackedStore() : TestStore{"2026-03-01"} {
    auto tx = begin();
    add_member(tx, {.name = "张伟", .phone = "13800138000"});
    tx.commit();
    CHECK(run(cli::define_store, other_, {"address", "-o", address()}).status == 0);
  }
  std::string new_member() {
    auto tx = begin();
    const MemberId id = add_member(tx, {.name = "张伟"});
    tx.commit();
    return to_string(id);
  }
  std::string new_complaint() {
    NewComplaint complaint;
    complaint.name = "李娜";
    complaint.contact = "5";
    complaint.text = "缺货";
    auto taking = begin();
    const ComplaintId id = add_complaint(taking, complaint).id;
    taking.commit();
    auto tx = begin();
    take_step(tx, id, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "录错"});
    tx.commit();
    return to_string(id);
  }
  // A file that is not there yet.
  std::string new_file() { return path().parent_path() / fmt::format("file-{}", ++files_); }
  // Of another store, in a file.
  [[nodiscard]] std::string address() const { return path().parent_path() / "their.address"; }
  [[nodiscard]] std::string name() const { return path().filename(); }

  std::int64_t entries() {
    auto reading = this->reading();
    return vault::database(reading)
        .value<std::int64_t>("SELECT count(*) FROM log_entry")
        .value_or(-1);
  }
  Ran list(const std::vector<std::string>& what, const std::string& format, bool terminal) {
    auto args = what;
    args.insert(args.end(), {"--format", format, "--no-pager"});
    return run(cli::define_store, *this, args,
               {.terminal = terminal, .columns = 200, .env = {{"NO_COLOR", "1"}}});
  }

 private:
  TestStore other_{"2026-03-01"};
  int files_ = 0;
};

std::string as_file_name(std::string text) {
  std::ranges::replace(text, '/', '_');
  return text.substr(0, 200);
}

using Words = std::vector<std::string>;

// A field: the command that would put a text into it.
struct Field {
  cli::Define program;
  Words (*command)(AttackedStore& store, const std::string& text);
  // Events, of which each is a record: a look at what would go, an attempt that takes more than was
  // given, what was done.
  std::int64_t records = 1;
  // What is done again by the same name is told, and not logged.
  bool may_repeat = false;
  // It takes a login, a verb, or whom a member is called: few texts are any.
  bool may_take_none = false;
};

const std::array fields{
    Field{cli::define_store,
          [](AttackedStore& t, const std::string& text) -> Words {
            return {
                "staff",  "add", "--role", "clerk", "--new-key", t.new_file(), "--allow-key-file",
                "--name", "x",   "--",     text};
          },
          1, false, true},
    Field{cli::define_store,
          [](AttackedStore& t, const std::string& text) -> Words {
            const std::string file = t.new_file();
            return {"staff",
                    "add",
                    "c" + request_digest(file).substr(0, 12),
                    "--role",
                    "clerk",
                    "--new-key",
                    file,
                    "--allow-key-file",
                    "--name=" + text};
          }},
    Field{cli::define_store,
          [](AttackedStore&, const std::string& text) -> Words {
            return {"staff", "role", "--role", "clerk", "--", text};
          },
          1, false, true},
    Field{cli::define_store,
          [](AttackedStore& t, const std::string& text) -> Words {
            return {"backup", "--", t.new_file() + as_file_name(text)};
          }},
    Field{cli::define_store,
          [](AttackedStore& t, const std::string& text) -> Words {
            return {"audit", "anchor", "--", t.new_file() + as_file_name(text)};
          }},
    Field{cli::define_store,
          [](AttackedStore& t, const std::string& text) -> Words {
            return {"send", t.address(), "--to", t.address(), "-o", t.new_file(), "--as=" + text};
          }},
    Field{cli::member,
          [](AttackedStore&, const std::string& text) -> Words {
            return {"add", "张伟", "--op=" + text};
          },
          1, true},
    Field{cli::member,
          [](AttackedStore&, const std::string& text) -> Words {
            return {"show", "M1", "--reveal", "phone", "--reason=other:" + text};
          }},
    Field{cli::member,
          [](AttackedStore&, const std::string& text) -> Words {
            return {"find", "--", text};
          },
          1, false, true},
    Field{cli::member,
          [](AttackedStore&, const std::string& text) -> Words {
            return {text, "M1"};
          },
          1, false, true},
    // By who approves alone.
    Field{cli::member,
          [](AttackedStore& t, const std::string& text) -> Words {
            return {"adjust", t.new_member(), "--add", "500", "--reason=" + text};
          },
          2},
    Field{cli::member,
          [](AttackedStore& t, const std::string& text) -> Words {
            return {"forget", t.new_member(), "--confirm", t.name(), "--reason=" + text};
          },
          3},
    Field{cli::complain,
          [](AttackedStore& t, const std::string& text) -> Words {
            return {"erase", t.new_complaint(), "--confirm", t.name(), "--reason=" + text};
          },
          3}};

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
              "if sys.argv[1] == 'json': rows = [v for v in json.loads(text).values() if "
              "isinstance(v, list)][0]\n"
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

constexpr std::size_t columns = 9;  // of an entry
constexpr std::size_t columns_of_approval = 10;

// In each format `what` lists so many rows, of which every one grows by `growth` each time.
void check_listed(AttackedStore& t, const Words& what, int rows, std::size_t cells, int growth) {
  CHECK(objects_in(t.list(what, "json", false).out, "json") == rows);
  rows += growth;
  CHECK(objects_in(t.list(what, "jsonl", false).out, "jsonl") == rows);
  rows += growth;
  CHECK(rows_of_csv(t.list(what, "csv", false).out, cells) == rows);
  rows += growth;
  CHECK(rows_of_tsv(t.list(what, "tsv", false).out, cells) == rows);
  for (const char* format : {"table", "csv", "tsv", "json", "jsonl"}) {
    const auto shown = t.list(what, format, true);
    CHECK(shown.status == 0);
    std::string text = shown.out;
    std::erase(text, '\t');
    CHECK(is_plain(text));
  }
}

}  // namespace

TEST_CASE("whatever is typed, an event is one record of the log, and harmless on a terminal") {
  AttackedStore t;
  std::set<const Field*> taken;
  Trials trials("texts against the log", 500, 5000);
  trials.each([&](std::int64_t number, Random& random) {
    const auto at = static_cast<std::size_t>(number);
    const Field& field = fields.at(at % fields.size());
    const std::string text = text_of_breaker(at / fields.size() % breakers.size(), random);
    const Words command = field.command(t, text);
    const std::int64_t before = t.entries();
    const auto ran = run(field.program, t, command, {.terminal = true, .env = {{"NO_COLOR", "1"}}});
    CAPTURE(for_terminal(text));
    CAPTURE(ran.err);
    CHECK(is_plain(ran.out));
    CHECK(is_plain(ran.err));
    CHECK(ran.status >= 0);
    CHECK(ran.status != static_cast<int>(cli::Exit::bug));
    const std::int64_t more = t.entries() - before;
    if (ran.status == 0 && !field.may_repeat) {
      CHECK(more == field.records);
    } else {
      CHECK(more <= std::max(field.records - 1, std::int64_t{1}));
    }
    if (ran.status == 0) taken.insert(&field);
    trials.tally("logged", more);
    for (const auto& line : ran.logged) CHECK((is_plain(line) && line.find('\n') == line.npos));
    trials.tally("to the machine's log", static_cast<std::int64_t>(ran.logged.size()));
  });
  CHECK(trials.tallied("logged") > trials.done() / 10);
  for (const Field& field : fields) {
    CAPTURE(&field - fields.data());
    CHECK((taken.contains(&field) || field.may_take_none));
  }
  CHECK(t.store().check().empty());

  // To look at the log is one entry more, which is not shown yet.
  check_listed(t, {"audit", "list", "--limit", "100000"}, static_cast<int>(t.entries()), columns,
               1);
}

TEST_CASE("whatever a command holds that two people must agree on, it is one request") {
  AttackedStore t;
  static_cast<void>(let_zhaomin_in(t));
  std::set<std::string> asked;
  Trials trials("texts against the requests", 50, 500);
  trials.each([&](std::int64_t number, Random& random) {
    const auto at = static_cast<std::size_t>(number) % breakers.size();
    const std::string text = text_of_breaker(at, random);
    const std::int64_t before = t.entries();
    const auto ran = run(cli::member, t, {"adjust", "M1", "--add", "500", "--reason=" + text},
                         {.terminal = true, .env = {{"NO_COLOR", "1"}}});
    CAPTURE(for_terminal(text));
    CAPTURE(ran.err);
    CHECK(is_plain(ran.err));
    const auto is_asked = ran.status == static_cast<int>(cli::Exit::refused);
    CHECK((is_asked || ran.status == static_cast<int>(cli::Exit::usage)));
    if (!is_asked) return;
    asked.insert(normalise(text).value_or(text));
    CHECK(t.entries() - before == 2);  // the attempt, and that she asked
  });
  CHECK(asked.size() > 10);
  const auto requests = static_cast<int>(asked.size());
  check_listed(t, {"approvals"}, requests, columns_of_approval, 0);
}

TEST_CASE("records that are put together from raw text are found not to be whole") {
  std::string csv = "a,b\n", json = "{\"entries\":[";
  Random random{1};
  for (std::size_t i = 0; i < breakers.size(); ++i) {
    const std::string text = text_of_breaker(i, random);
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
