#include "vault/doctor/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"

namespace pharmacy::vault {
namespace {

using enum Severity;
constexpr auto always = CheckupPart::security;
constexpr auto whole = CheckupPart::all;

const CheckRule catalogue[] = {
    {"files", always, high,
     N_("a file or the directory of the store is open to others, or not its owner's alone"),
     N_("see which and why: store check")},
    {"network", always, high, N_("the store is on a file system of the network"),
     N_("keep the store on a disk of this machine")},
    {"managers", always, medium, N_("only one person can manage the staff and the keys"),
     N_("give the role to somebody else too: store staff add, store staff role")},
    {"recovery_code", always, medium, N_("there is no recovery code: a lost key is lost for good"),
     N_("see that there are two managers: only one can bring back a lost key of the other")},
    {"recovery_used", always, medium,
     N_("the recovery code was used since it was made: its sheet was not under lock then"),
     N_("put another in its place, on a new sheet: store key recovery")},
    {"key_file", always, medium, N_("a person has a key file: whoever copies it acts in her name"),
     N_("give her a passphrase: store staff reset LOGIN")},
    {"passphrase_cost", always, medium,
     N_("a guess at this passphrase costs less than it should (memory, passes)"),
     N_("let her type a passphrase anew: store staff passphrase")},
    {"unused_login", always, medium, N_("nobody used this login for 90 days"),
     N_("if it is needed no more: store staff disable LOGIN")},
    {"expired_login", always, low, N_("the time of this login has run out, but its keys are there"),
     N_("take them: store staff disable LOGIN")},
    {"disabled_grant", always, high, N_("a login that is disabled has keys"),
     N_("disable it once more: store staff disable LOGIN")},
    {"rotation", always, high,
     N_("the key of the store was not changed since somebody was disabled"),
     N_("change it with: store key rotate")},
    {"anchor", always, medium, N_("no anchor of the access log is younger than 35 days"),
     N_("take one, and keep it on another machine: store audit anchor FILE")},
    {"clock", always, high,
     N_("the clock of this machine is behind the newest entries of the access log"),
     N_("set the clock, and let it be kept right: timedatectl set-ntp true")},
    {"swap", always, medium, N_("this swap space is not encrypted, as far as can be seen"),
     N_("encrypt it, or go without it: swapoff")},
    {"core", always, medium, N_("this program could leave its memory in a file when it crashes"),
     N_("set the limit for core files to 0: ulimit -c 0")},
    {"memlock", always, medium, N_("keys in memory may be written to the swap space"),
     N_("raise the limit for locked memory to 1 MiB: LimitMEMLOCK= or limits.conf")},
    {"kernel", always, medium, N_("a setting of the kernel is weaker than it should be"),
     N_("set it in /etc/sysctl.d to what pharmacy-security(7) says")},
    {"hidepid", always, low, N_("everybody on this machine sees the command lines of all others"),
     N_("mount /proc with hidepid=2, as pharmacy-security(7) says")},
    {"backup", whole, high, N_("no backup that was read whole is younger than 7 days"),
     N_("make one and read it: store backup FILE, then store verify FILE --record")},
    {"backup_place", whole, low,
     N_("the newest backup was written to the file system that the store is on"),
     N_("write it to another disk, or copy it to another machine")},
    {"calendar", whole, low,
     N_("holidays of this year, or in December of the next, are not known, as those before are"),
     N_("import the calendar of the year: store calendar import FILE")},
    {"store_check", whole, high, N_("a check of the whole store finds something wrong"),
     N_("see what: store check")},
    {"checkup", whole, medium, N_("for 30 days nobody had looked at all of this"),
     N_("let a timer do it: store doctor, every day")},
};

}  // namespace

std::span<const CheckRule> check_rules() { return catalogue; }

const CheckRule* find_check_rule(std::string_view name) {
  const auto* found = std::ranges::find(catalogue, name, &CheckRule::name);
  return found == std::end(catalogue) ? nullptr : found;
}

std::string problem_text(const Problem& problem) {
  const CheckRule* rule = find_check_rule(problem.check);
  const std::string text = rule == nullptr ? problem.check : _(rule->problem);
  if (problem.detail.empty()) return text;
  return fmt::format(fmt::runtime(_("{problem}: {detail}")), fmt::arg("problem", text),
                     fmt::arg("detail", problem.detail));
}

std::optional<std::string> advice_text(const std::string& check) {
  const CheckRule* rule = find_check_rule(check);
  return rule == nullptr ? std::nullopt : std::optional<std::string>{_(rule->advice)};
}

}  // namespace pharmacy::vault
