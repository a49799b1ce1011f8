// Adverse reactions as they are typed and printed; and from a faulty batch to who bought of it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "complain/complain.h"
#include "complaints/reaction_store.h"
#include "pharmacy/text.h"
#include "report/report.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

using Words = std::vector<std::string>;

struct ReactionDesk : ReactionStore {
  Ran complain(const Words& args, Surroundings around = {}) {
    return run(cli::complain, *this, args, std::move(around));
  }
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("complain reaction judges, lists, prints the form, and records the report") {
  ReactionDesk t;
  t.take_in();
  const Ran set = t.complain({"reaction", "set", "C2026-000001", "--grade", "serious", "--new",
                              "--onset", "2026-03-01", "--reaction", "过敏性休克", "--course", "-",
                              "--age", "45", "--sex", "female", "--suspect", "B#B9"},
                             {.in = "服药半小时后胸闷\n血压下降"});
  CHECK(set.status == 0);
  CHECK(set.err ==
        "recorded of C2026-000001: serious, not known\n"
        "to be reported by 2026-03-17 10:00; the form: complain reaction form C2026-000001\n");
  // Nothing of it is kept with the operation.
  CHECK_FALSE(says(set.out, "休克"));
  const Ran list = t.complain({"reaction", "list", "--due", "--format", "csv", "--columns",
                               "number,reaction_grade,is_new,product,batch,suspects,due_at,clock"});
  CHECK(list.out ==
        "number,reaction_grade,is_new,product,batch,suspects,due_at,clock\n"
        "C2026-000001,serious,true,A,B1,B#B9,2026-03-17T10:00:00+08:00,running\n");
  const Ran reported =
      t.complain({"reaction", "report", "C2026-000001", "--reference", "31000020260300001"});
  CHECK(reported.err == "reported C2026-000001, in time\n");
  CHECK(t.complain({"reaction", "list", "--due", "--format", "csv", "--columns", "number"}).out ==
        "number\n");
  CHECK(t.complain({"reaction", "set", "C2026-1", "--grade", "grave"}).status == 2);
  CHECK(t.complain({"reaction", "set", "C2026-1", "--new", "--known"}).status == 2);
  CHECK(t.complain({"reaction", "report", "C2026-1", "--reference", "31000020260300001"}).status ==
        4);
}

TEST_CASE("the form has all that is known, no line wider than the paper") {
  ReactionDesk t;
  const ComplaintId id = t.take_in();
  ReactionChange change = t.judged(ReactionGrade::serious, true);
  std::string course;
  for (int i = 0; i < 40; ++i) course += "服药半小时后出现胸闷、气促、全身皮疹，血压下降；";
  change.details = {.name = "过敏性休克", .course = course, .age = 45, .weight = Quantity{58'500}};
  t.set(id, change);
  const Ran form = t.complain({"reaction", "form", "C2026-1"});
  CHECK(form.status == 0);
  CHECK(says(form.out, "Report on an adverse reaction to a medicine"));
  CHECK(says(form.out, "[x] new   [ ] death   [x] serious   [ ] general"));
  CHECK(says(form.out, "Age in years: 45"));
  CHECK(says(form.out, "Weight in kg: 58.5"));
  CHECK(says(form.out, "Batch: B1"));
  CHECK(says(form.out, "Contact: *******9000"));
  CHECK(says(form.out, "服药后两小时全身皮疹"));
  CHECK(says(form.out, "Signature: ________"));
  std::istringstream lines{form.out};
  for (std::string line; std::getline(lines, line);) CHECK(display_width(line) <= 80);

  const Ran whole =
      t.complain({"reaction", "form", "C2026-1", "--reveal", "phone", "--reason", "other:上报"});
  CHECK(says(whole.out, "Contact: +8613900139000"));

  TempDir dir;
  const std::string file = (dir.path() / "form.txt").string();
  CHECK(t.complain({"reaction", "form", "C2026-1", "-o", file}).status == 0);
  CHECK(bytes_of(file) == form.out);
  CHECK(t.complain({"reaction", "form", "C2026-1", "-o", file}).status == 73);
  CHECK(says(t.complain({"reaction", "form", "C2026-1", "--format", "json"}).out,
             "\"reaction_name\":\"过敏性休克\""));
}

TEST_CASE("complain due tells of reports that are late") {
  ReactionDesk t;
  const ComplaintId id = t.take_in();
  t.set(id, t.judged(ReactionGrade::death));
  const Ran due = t.complain({"due", "--format", "csv", "--columns", "number,deadline,clock"});
  CHECK(due.out == "number,deadline,clock\nC2026-000001,report,overdue\n");
}

TEST_CASE("the command that an intake prints of a faulty batch traces who bought of it") {
  ReactionDesk t;
  t.sell({"A=2#B1"});
  const Ran taken = t.complain(
      {"add", "--member", "M1", "--quality", "--product", "A", "--batch", "B1", "胶囊受潮结块"});
  CHECK(taken.status == 0);
  const std::string begin = "who else bought of the batch: report ";
  const auto at = taken.err.find(begin);
  REQUIRE(at != std::string::npos);
  std::istringstream words{taken.err.substr(at + begin.size())};
  Words args;
  for (std::string word; words >> word;) args.push_back(word);
  CHECK(args == Words{"recall", "--product", "A", "--batch", "B1"});
  args.insert(args.end(), {"--format", "json"});
  const Ran traced = run(cli::report, t, args);
  CHECK(traced.status == 0);
  CHECK(says(traced.out, "\"to_tell\":1"));
  CHECK(says(traced.out, "\"sold_milli\":2000"));
}

TEST_CASE("what is too large is told of in a line, and shown is what the register says") {
  ReactionDesk t;
  const ComplaintId id = t.take_in();
  t.set(id, t.judged(ReactionGrade::serious));
  const std::string file = t.path().string() + ".jpg";
  put_bytes(file, std::string(evidence_bytes_max + 1, 'x'));
  const Ran large = t.complain({"evidence", "add", "C2026-1", file});
  CHECK(large.status == 65);
  CHECK(says(large.err, fmt::format("is larger than {} bytes", evidence_bytes_max)));
  const Ran longer =
      t.complain({"add", "--by", "李娜", "--contact", "13900139000", std::string(100'000, 'x')});
  CHECK(longer.status == 2);
  CHECK(longer.err.size() < 300);
  CHECK(t.events(id).empty());
  const Ran show = t.complain({"show", "C2026-1", "--format", "csv"});
  CHECK(says(show.out, "adverse_reaction,reaction_grade,,serious\n"));
}

}  // namespace pharmacy::test
