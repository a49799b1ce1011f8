// A machine of a test's own, and a store that the doctor looks at on it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "pharmacy/doctor.h"
#include "support/vault.h"
#include "vault/doctor/look.h"

namespace pharmacy::test {

// Where nothing is to be mended: everything is on one encrypted disk.
class MadeUpMachine {
 public:
  MadeUpMachine() {
    put("proc/self/mountinfo",
        "22 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/root rw,discard\n"
        "23 22 0:21 / /proc rw,relatime - proc proc rw,hidepid=2\n");
    put("proc/self/limits",
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max core file size        0                    unlimited            bytes     \n"
        "Max locked memory         8388608              8388608              bytes     \n");
    put("proc/swaps", swaps({"/dev/dm-1 partition 2097148 0 -2"}));
    put("sys/class/block/dm-0/dm/uuid", "CRYPT-LUKS2-00-root\n");
    put("sys/dev/block/253:0/dm/uuid", "CRYPT-LUKS2-00-root\n");
    put("sys/class/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap\n");
    put("sys/class/block/dm-1/dm/name", "swap\n");
    for (const char* name : {"protected_fifos", "protected_hardlinks", "protected_symlinks"})
      put(std::string{"proc/sys/fs/"} + name, "1\n");
    put("proc/sys/fs/protected_regular", "2\n");
    put("proc/sys/fs/suid_dumpable", "0\n");
    put("proc/sys/kernel/yama/ptrace_scope", "1\n");
    put("proc/sys/kernel/core_pattern", "core\n");
  }

  static std::string swaps(const std::vector<std::string>& lines) {
    std::string text = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
    for (const std::string& line : lines) text += line + '\n';
    return text;
  }

  void put(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((dir_.path() / path).parent_path());
    std::ofstream{dir_.path() / path} << text;
  }
  void remove(const std::string& path) const { std::filesystem::remove_all(dir_.path() / path); }

  [[nodiscard]] vault::Machine machine() const {
    return {
        .root = dir_.path(), .store = "/srv/pharmacy", .secrets_are_locked = secrets_are_locked};
  }

  bool secrets_are_locked = true;

 private:
  TempDir dir_;
};

// What a check saw: "unknown", or its subjects and details; "" where it is good.
inline std::string told(const std::vector<CheckSeen>& checks, const std::string& check) {
  const auto found = std::ranges::find(checks, check, &CheckSeen::check);
  REQUIRE_MESSAGE(found != checks.end(), check);
  if (found->result() == CheckResult::unknown) return "unknown";
  std::string text;
  for (const Observation& one : found->bad) {
    if (!text.empty()) text += "; ";
    text += one.subject.empty() || one.detail.empty() ? one.subject + one.detail
                                                      : one.subject + ' ' + one.detail;
    if (one.subject.empty() && one.detail.empty()) text += "bad";
  }
  return text;
}

// A store with a machine, and what the doctor makes of both.
struct ExaminedStore : TestStore {
  using TestStore::TestStore;
  MadeUpMachine here;

  Examination look(CheckupPart part = CheckupPart::all) {
    return vault::examine(store(), part, here.machine(), {});
  }
  std::string told(const std::string& check) { return test::told(look().checks, check); }

  // A run of the doctor; what is open then, as "check subject".
  std::vector<std::string> run(CheckupPart part = CheckupPart::all) {
    const Examination seen = look(part);
    auto tx = begin();
    record_checkup(tx, seen);
    tx.commit();
    return open();
  }
  std::vector<std::string> open(const FindingFilter& filter = {}) {
    auto reading = this->reading();
    std::vector<std::string> all;
    for (const RegisteredFinding& finding : list_findings(reading, filter)) {
      if (finding.is_open())
        all.push_back(finding.check + (finding.subject ? ' ' + *finding.subject : ""));
    }
    return all;
  }
  bool has(const std::string& finding) {
    const auto all = open();
    return std::ranges::find(all, finding) != all.end();
  }
};

}  // namespace pharmacy::test
