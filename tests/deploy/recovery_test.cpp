// A store comes back on a bare machine by what the recovery sheet says, word by word.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <regex>

#include "deploy/machine.h"
#include "support/vault.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

// The commands of a sheet, in order.
Lines commands_of(const std::string& sheet) {
  const auto text = bytes_of(PHARMACY_SOURCE_DIR "/man/examples/" + sheet);
  static const std::regex block{R"(<pre>([^<]*)</pre>)"};
  Lines commands;
  for (std::sregex_iterator at{text.begin(), text.end(), block}, end; at != end; ++at) {
    const auto lines = (*at)[1].str() + '\n';
    for (std::size_t from = 0, to = 0; from < lines.size(); from = to + 1) {
      to = lines.find('\n', from);
      commands.push_back(lines.substr(from, to - from));
    }
  }
  return commands;
}

// A store that was used for a day, and what is left of it after a fire: a backup, and the sheet
// with the recovery code.
struct Lost {
  PassphraseStore store;
  std::string backup = store.directory.file("pharmacy.backup");
  std::string shown;  // what the store had to show

  Lost() {
    put_bytes(store.directory.file("code"), store.recovery_code);
    must("visit", {"product", "add", "6901234567890", "氨氯地平片", "--price", "28.00"});
    for (int i = 1; i <= 3; ++i) {
      const auto card = fmt::format("600{}", i), phone = fmt::format("1380013800{}", i);
      must("member", {"add", fmt::format("张伟{}", i), "--card", card, "--phone", phone});
      must("visit", {"buy", card, fmt::format("6901234567890={}@28.00#B1", i), "--pay", "wechat"});
    }
    must("store", {"backup", backup});
    shown = must("member", {"export", "-"}) + must("visit", {"list", "--format", "csv"});
  }

 private:
  std::string must(const std::string& name, std::vector<std::string> args) const {
    Run run;
    run.argv = {program(name)};
    run.argv.insert(run.argv.end(), args.begin(), args.end());
    run.env = {"PATH=/usr/bin:/bin", "PHARMACY_STORE=" + store.path.string(),
               "PHARMACY_KEY_FILE=" + store.directory.file("code")};
    const auto ended = run_process(run);
    REQUIRE_MESSAGE(ended.status == 0, ended.err);
    return ended.out;
  }
};

constexpr const char* export_all =
    "{ member export - --login wangli && visit list --format csv --login wangli; } >/run/shown";

}  // namespace

TEST_CASE("both recovery sheets have the same commands") {
  const auto commands = commands_of("recovery-sheet.html");
  CHECK(commands.size() >= 10);
  CHECK(commands == commands_of("recovery-sheet.zh_CN.html"));
}

TEST_CASE("a store comes back on a bare machine by the commands of the recovery sheet") {
  const Machine machine;
  if (!machine) return;
  const Lost lost;
  const std::string code = lost.store.recovery_code, fresh = "new words for a new start";
  fs::copy_file(lost.backup, machine.outside("/root") / "pharmacy.backup");
  REQUIRE_FALSE(fs::exists(machine.outside("/usr/bin/store")));
  REQUIRE_FALSE(fs::exists(machine.outside(PHARMACY_SOURCE_DIR "/README.md")));

  for (const auto& command : commands_of("recovery-sheet.html")) {
    CAPTURE(command);
    if (command == "./run build") continue;  // this build stands for it
    if (command.starts_with("cmake --install ")) {
      machine.install();
      continue;
    }
    Typed typed;
    if (command.find("--login recovery") != std::string::npos) typed.push_back(code);
    if (command.find("--login wangli") != std::string::npos) typed.push_back(fresh);
    if (command.find("staff reset") != std::string::npos) typed.insert(typed.end(), 2, fresh);
    machine.must(command, typed);
  }
  const auto shown = [&] {
    machine.must(export_all, {fresh, fresh});
    return bytes_of(machine.outside("/run/shown"));
  };
  CHECK(shown() == lost.shown);
  machine.must("member edit 6001 --name 张薇 --login wangli", {fresh});
  CHECK(shown() != lost.shown);
  // Whoever finds the used sheet opens nothing.
  CHECK(machine.log_in("root", "store info --login recovery", {code}).status == 77);
  CHECK(fs::exists(machine.outside("/var/lib/pharmacy/store/store.db")));
  CHECK_FALSE(fs::exists(machine.outside("/var/lib/pharmacy/pharmacy.backup")));
}

TEST_CASE("a backup that was changed by a bit is not restored, and another code opens none") {
  const Machine machine;
  if (!machine) return;
  const Lost lost;
  machine.install();
  const std::string restore =
      "cd / && /usr/bin/store restore --store /run/s /run/b --login recovery";
  auto bytes = bytes_of(lost.backup);
  put_bytes(machine.outside("/run/b"), bytes);
  CHECK(machine.log_in("root", restore, {PassphraseStore{}.recovery_code}).status == 77);
  bytes[bytes.size() / 2] ^= 1;
  put_bytes(machine.outside("/run/b"), bytes);
  CHECK(machine.log_in("root", restore, {lost.store.recovery_code}).status == 76);
  CHECK_FALSE(fs::exists(machine.outside("/run/s")));
}

}  // namespace pharmacy::test
