// No byte of what people entrust to the store is found in any file that the programs open for
// writing, other than the outputs that the user named; no key is in a message, an argument or the
// environment of a program.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "programs/canaries.h"
#include "programs/trace.h"
#include "support/counter.h"
#include "support/drill.h"
#include "support/test_store.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* typed_passphrase = "five plain words 2026";  // as answers.exp types it

const std::pair<const char*, const char*> entrusted[] = {
    {"name", "欧阳金丝雀"},
    {"pinyin", "ouyangjinsique"},
    {"phone", "13911112222"},
    {"first digits", "1391111"},
    {"card", "6001CANARY"},
    {"address", "金丝雀路7号"},
    {"note", "canary-note-text"},
    {"product", "金丝雀牌缓释片"},
    {"batch", "BATCHCANARY7"},
    {"imported name", "郑雪雀"},
    {"imported phone", "13711113333"},
    {"imported batch", "BATCHCANARY8"},
    {"health note", "canary-health-text"},
    {"ingredient", "金丝雀素"},
    {"complaint", "canary-complaint-text"},
    {"sealed part of a complaint", "canary-sealed-part"},
    {"reaction", "canary-reaction-text"},
    {"course of a reaction", "canary-course-text"}};

Canaries all_entrusted() {
  Canaries all;
  for (const auto& [what, text] : entrusted) {
    for (auto& form : forms_of(what, text)) all.push_back(std::move(form));
  }
  return all;
}

void add(Canaries& to, Canaries more) {
  for (auto& canary : more) to.push_back(std::move(canary));
}

// Where a canary is found: "path: canary".
std::vector<std::string> found_in_files(const Traced& traced, const Canaries& canaries) {
  auto found = found_in("what was written", traced.written, canaries);
  const auto look = [&](const std::string& where, const std::string& content) {
    for (auto& hit : found_in(where, content, canaries)) found.push_back(std::move(hit));
  };
  for (const auto& path : traced.paths) {
    look("the name of a file", path);
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) look(path, bytes_of(path));
  }
  return found;
}

// A counter at which everything is entrusted to the store under a trace.
class Watched {
 public:
  Watched() {
    REQUIRE(fs::exists("/usr/bin/strace"));
    add(keys_, forms_of("key file", key_line()));
    add_keys();
  }

  [[nodiscard]] const Counter& counter() const { return counter_; }
  [[nodiscard]] std::string file(const char* name) const { return counter_.dir().file(name); }
  [[nodiscard]] std::string trace() const { return file("trace"); }
  [[nodiscard]] const Canaries& keys() const { return keys_; }
  [[nodiscard]] const std::string& said() const { return said_; }

  void done(const std::string& name, std::vector<std::string> args, std::string input = {}) {
    Run run = counter_.command(name, std::move(args));
    run.input = std::move(input);
    done(run);
  }
  void done(const Run& run) {
    const auto ended = run_process(traced(run, trace()));
    REQUIRE_MESSAGE(ended.status == 0, ended.out << ended.err);
    said_ += ended.err;
  }
  void backed_up(const std::string& file) {
    drilled(counter_.store(), file, counter_.key(), [&] { done("store", {"backup", file}); });
  }
  void shell(const std::string& line) {
    Run run = counter_.command("store", {});
    run.argv = {"/bin/sh", "-c", line};
    run.env[0] = "PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin";
    done(run);
  }
  // Typed at a terminal; what that shows.
  std::string typed(const std::string& line) {
    auto run = counter_.command("store", {});
    run.argv = {"expect", PHARMACY_SOURCE_DIR "/tests/manual/answers.exp", line};
    run.env = {"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin", "PHARMACY_STORE=" + file("typed"),
               "XDG_RUNTIME_DIR=" + file("runtime")};
    const auto ended = run_process(traced(run, trace()));
    REQUIRE_MESSAGE(ended.status == 0, ended.out << ended.err);
    said_ += ended.out;
    return ended.out;
  }

  // The keys that the counter's store has now.
  void add_keys() {
    add(keys_, forms_of_keys({counter_.store()}, KeyFile{Secret{bytes_of(counter_.key())}}));
  }
  void add_keys(Canaries more) { add(keys_, std::move(more)); }

 private:
  [[nodiscard]] std::string key_line() const {
    const auto text = bytes_of(counter_.key());
    return text.substr(0, text.find('\n'));
  }

  Counter counter_;
  Canaries keys_;
  std::string said_;
};

void sell_and_import(Watched& at) {
  at.done("member", {"add", "欧阳金丝雀", "--phone", "13911112222", "--card", "6001CANARY",
                     "--address", "金丝雀路7号", "--note", "canary-note-text"});
  at.done("visit", {"product", "add", "6909999999999", "金丝雀牌缓释片", "--price", "99.00"});
  at.done("visit", {"buy", "6001CANARY", "6909999999999=2#BATCHCANARY7"});
  at.done("member", {"find", "金丝雀"});
  at.done("member", {"edit", "6001CANARY", "--note", "canary-note-text two"});
  at.done("report", {"daily"});
  for (int i = 0; i < 70; ++i) {  // past a checkpoint
    at.counter().must("visit", {"buy", "6001CANARY", "6909999999999#BATCHCANARY7"});
  }
  at.done("visit", {"list", "6001CANARY"});
  std::ofstream{at.file("members.csv")} << "name,phone,card\n郑雪雀,13711113333,6002\n";
  at.done("member", {"import", at.file("members.csv")});
  std::ofstream{at.file("sales.csv")} << "at,card,product,quantity,amount,batch\n"
                                         "2026-01-05,6002,6909999999999,1,99.00,BATCHCANARY8\n";
  at.done("visit", {"import", at.file("sales.csv"), "--earn"});
}

void tell_of_health(Watched& at) {
  at.done("member", {"consent", "give", "6001CANARY", "--purpose", "health"});
  at.done("member", {"health", "add", "6001CANARY", "canary-health-text", "--kind", "allergy",
                     "--ingredient", "金丝雀素"});
  at.done("complain", {"add", "canary-complaint-text", "--member", "6001CANARY", "--health",
                       "canary-sealed-part"});
  at.done("complain",
          {"add", "-", "--kind", "adverse_reaction", "--member", "6001CANARY", "--product",
           "6909999999999", "--batch", "BATCHCANARY7"},
          "canary-reaction-text");
  const auto listed =
      at.counter().must("complain", {"list", "--format", "tsv", "--columns", "number"});
  const auto number = listed.substr(listed.find("C20"), 12);
  at.done("complain",
          {"reaction", "set", number, "--grade", "serious", "--new", "--onset", "2026-01-05",
           "--reaction", "canary-reaction-text", "--course", "-"},
          "canary-course-text");
  at.done("member", {"health", "list", "6001CANARY"});
  at.done("complain", {"reaction", "form", number});
}

// Backup, sealed transfer, new keys.
void hand_on(Watched& at) {
  at.backed_up(at.file("whole.backup"));
  at.counter().must("store", {"address", "-o", at.file("ours.address")});
  // All members, sealed and opened again through pipes.
  at.shell("member export | store send - --as members.csv --to " + at.file("ours.address") +
           " -o " + at.file("sealed"));
  at.shell("store receive - --from " + at.file("ours.address") + " <" + at.file("sealed") +
           " | member import - --yes");
  at.done("store", {"key", "rotate", "--health", "--confirm", "store"});
  at.add_keys();
  at.done("member", {"show", "6001CANARY"});
  at.backed_up(at.file("later.backup"));
}

// A store that is opened by a passphrase, and by a session where the machine has such.
void work_at_terminal(Watched& at) {
  REQUIRE(::mkdir(at.file("runtime").c_str(), 0700) == 0);
  const auto shown = at.typed("store init --login wangli --name 王丽");
  std::istringstream words{shown};
  int codes = 0;
  for (std::string word; words >> word;) {
    if (!is_recovery_code(word)) continue;
    at.add_keys(forms_of("recovery code", word));
    ++codes;
  }
  CHECK(codes > 0);
  at.add_keys(forms_of_keys({at.file("typed")}, Passphrase{"wangli", Secret{typed_passphrase}}));
  const auto unlocked = at.typed("store unlock || echo status $?");
  if (unlocked.find("status 73") != std::string::npos) {
    MESSAGE("skipped in part: this machine keeps no sessions");
    return;
  }
  CHECK_FALSE(fs::is_empty(at.file("runtime")));
  static_cast<void>(at.typed("member list --no-input"));
}

}  // namespace

TEST_CASE("nothing entrusted to the store is found in a file that the programs write") {
  Watched at;
  sell_and_import(at);
  tell_of_health(at);
  hand_on(at);
  work_at_terminal(at);

  auto all = read_trace(at.trace());
  for (const char* given : {"members.csv", "sales.csv"}) all.paths.erase(at.file(given));
  for (const char* made : {"store", "typed", "runtime"}) {
    for (const auto& entry : fs::recursive_directory_iterator(at.file(made)))
      all.paths.insert(entry.path().string());
  }
  Canaries secrets = at.keys();
  add(secrets, forms_of("passphrase", typed_passphrase));
  Canaries canaries = all_entrusted();
  add(canaries, secrets);
  MESSAGE("files looked into: " << all.paths.size() << ", bytes written: " << all.written.size()
                                << ", canaries: " << canaries.size());
  CHECK(canaries.size() >= 60);
  CHECK(all.paths.contains(at.file("whole.backup")));
  CHECK(all.written.size() >= 500'000);
  for (const auto& hit : found_in_files(all, canaries)) FAIL_CHECK(hit);
  for (const auto& hit : found_in("arguments, environment", all.started, secrets)) FAIL_CHECK(hit);
  CHECK(all.started.find("PHARMACY_STORE=") != std::string::npos);
  // What is shown once, on purpose, is the recovery code.
  for (const auto& hit : found_in("messages", at.said(), secrets)) {
    if (hit.find("recovery code") == std::string::npos) FAIL_CHECK(hit);
  }
  if (fs::exists(at.file("runtime"))) static_cast<void>(at.typed("store lock || true"));

  // The control: an output that the user named does hold them, and the same search finds them.
  const auto control = at.file("control");
  const auto ended = run_process(
      traced(at.counter().command("member", {"export", at.file("named.csv")}), control));
  REQUIRE_MESSAGE(ended.status == 0, ended.err);
  CHECK(found_in_files(read_trace(control), canaries).size() >= 6);
}

TEST_CASE("what slips out by a temporary file, a copy of the kernel's or an argument is found") {
  const TempDir dir;
  const auto watch = [&](const std::vector<std::string>& argv, const std::string& input = {}) {
    const auto trace = dir.file("trace");
    fs::remove(trace);
    Run run;
    run.argv = argv;
    run.env = {"PATH=/usr/bin:/bin", "SQLITE_TMPDIR=" + dir.path().string()};
    run.input = input;
    REQUIRE(run_process(traced(run, trace)).status == 0);
    return read_trace(trace);
  };
  const auto canaries = all_entrusted();
  // A database that keeps its temporary tables in files, which have no name.
  const auto database = watch({"sqlite3", ":memory:"},
                              "PRAGMA temp_store=FILE; CREATE TEMP TABLE t AS WITH RECURSIVE "
                              "c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 90000) "
                              "SELECT n || '欧阳金丝雀' AS x FROM c; SELECT count(*) FROM t;");
  CHECK(found_in("written", database.written, canaries).size() >= 1);
  std::ofstream{dir.file("from")} << "canary-note-text";
  const auto copied = watch({"cp", dir.file("from"), dir.file("to")});
  CHECK(found_in_files(copied, canaries).size() >= 1);
  const auto started = watch({"env", "X=13911112222", "true", "6001CANARY"});
  CHECK(found_in("started", started.started, canaries).size() >= 2);
}

TEST_CASE("a canary is found in each of its forms") {
  const auto forms = forms_of("name", "欧阳雀7");
  const std::vector<std::string> expected{"欧阳雀7",
                                          "e6aca7e998b3e99b8037",
                                          "E6ACA7E998B3E99B8037",
                                          "5qyn6Ziz6ZuA",
                                          "rKfpmLPpm4A3",
                                          "p+mYs+mb",
                                          "\x27\x6b\x33\x96\xc0\x96" + std::string{"7\0", 2},
                                          "\x6b\x27\x96\x33\x96\xc0" + std::string{"\0"
                                                                                   "7",
                                                                                   2}};
  REQUIRE(forms.size() == expected.size());
  for (std::size_t i = 0; i < forms.size(); ++i) {
    CHECK_MESSAGE(forms[i].bytes == expected[i], forms[i].what);
    CHECK(found_in("it", "before" + expected[i] + "after", forms).size() == 1);
  }
}

}  // namespace pharmacy::test
