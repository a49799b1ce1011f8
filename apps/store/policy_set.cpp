// store policy set and edit: a new policy is checked, shown as what it changes, and set.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "cli/editor.h"
#include "cli/i18n.h"
#include "cli/policy_words.h"
#include "pharmacy/error.h"
#include "store/policy.h"

namespace pharmacy::cli {
namespace {

// What a document would do to the store as it is.
struct Outlook {
  std::int64_t now = 0;            // the policy that would hold on the day without it
  bool is_same = false;            // word for word
  std::vector<std::string> lines;  // what it changes, in words
};

// The policy after `day`, which ends the one that begins on it; nullptr where there is none.
const PolicyVersion* next_after(const std::vector<PolicyVersion>& policies, Date day) {
  const PolicyVersion* next = nullptr;
  for (const auto& policy : policies) {  // the last first
    if (policy.effective_on > day && policy.status == PolicyStatus::coming) next = &policy;
  }
  return next;
}

// Throws what set_policy() would throw.
Outlook look(Reading& reading, NewPolicy& input) {
  const auto policies = list_policies(reading);
  if (!input.newest) {
    input.newest = std::max_element(policies.begin(), policies.end(), [](auto& a, auto& b) {
                     return a.version < b.version;
                   })->version;
  }
  check_new_policy(reading, input);
  const PolicyText current = policy_text_on(reading, input.effective_on);
  Outlook outlook{
      .now = current.about.version, .is_same = current.document == input.document, .lines = {}};
  const Policy now = parse_policy(current.document, {});
  for (const auto& each : differences(now, parse_policy(input.document, input.name)))
    outlook.lines.push_back(difference_line(each));
  if (outlook.lines.empty() && !outlook.is_same)
    outlook.lines.emplace_back(_("only the wording differs, no rule does"));
  const auto* next = next_after(policies, input.effective_on);
  if (next != nullptr && !outlook.is_same) {
    outlook.lines.push_back(
        fmt::format(fmt::runtime(_("it holds until {day}: then policy {version} follows")),
                    fmt::arg("day", to_string(next->effective_on - std::chrono::days{1})),
                    fmt::arg("version", next->version)));
  }
  return outlook;
}

void tell(const Outlook& outlook, Output& out) {
  for (const auto& line : outlook.lines) out.note(line);
}

void tell(const SetPolicy& set, const NewPolicy& input, const Outlook& outlook, Transaction& tx,
          Output& out) {
  out.record("store.policy.set", get_policy(tx, set.version).about);
  if (!set.is_new) {
    out.changed(fmt::format(fmt::runtime(_("policy {} says this already, so nothing was set")),
                            set.version),
                {});
    return;
  }
  const std::string day = to_string(input.effective_on);
  out.changed(fmt::format(fmt::runtime(_("policy {version} holds from {day}")),
                          fmt::arg("version", set.version), fmt::arg("day", day)),
              fmt::format("store policy set {} --effective {}", outlook.now, day));
}

// Shows what it changes, asks, and sets it.
void propose(Session& session, NewPolicy input) {
  if (session.replayed()) return;
  Outlook outlook;
  {
    Reading reading = session.store().read();
    outlook = look(reading, input);
  }
  const bool asks = !outlook.is_same && !session.dry_run();
  if (asks) {
    tell(outlook, session.out());
    if (!session.confirm(fmt::format(fmt::runtime(_("set this policy from {} on?")),
                                     to_string(input.effective_on)))) {
      session.out().ends_with(static_cast<int>(Exit::not_found));
      return;
    }
  }
  session.change([&](Transaction& tx, Output& out) {
    const SetPolicy set = set_policy(tx, input);
    if (!asks) tell(outlook, out);
    tell(set, input, outlook, tx, out);
  });
}

void check_may_set(Session& session) {
  Reading reading = session.store().read();
  check_may_set_policies(reading);
}

// A program that sudo started runs an editor as the account that owns the store, and from an
// editor one gets to a shell.
void refuse_editor_of_others(const World& world) {
  const auto invoker = world.env("SUDO_UID");
  if (!invoker || *invoker == std::to_string(::getuid())) return;
  throw Error(Errc::refused, _("through sudo no editor is opened"),
              _("print the policy with \"store policy show\", edit it as yourself, and give it to "
                "\"store policy set -\""));
}

// What somebody wrote is not lost where it cannot be set now.
Fault kept(const NewPolicy& input) {
  const std::string file = keep_text(input.name, input.document);
  return {fmt::format(fmt::runtime(_("what you wrote is kept in {}")), file),
          fmt::format(fmt::runtime(_("to try again: store policy set {} --effective {}")), file,
                      to_string(input.effective_on))};
}

struct Edited {
  std::optional<Date> effective;
  std::vector<ComplaintId> because;
};

void edit(Session& session, const Edited& asked) {
  check_may_set(session);
  refuse_editor_of_others(session.world());
  NewPolicy input{.document = {},
                  .name = "policy.toml",
                  .effective_on = asked.effective.value_or(session.store().today()),
                  .because = asked.because};
  {
    Reading reading = session.store().read();
    input.document = policy_text_on(reading, input.effective_on).document;
    static_cast<void>(look(reading, input));  // the day, before anybody writes something
  }
  auto edited = session.edit(input.name, input.document, [&](const std::string& text) {
    static_cast<void>(parse_policy(text, input.name));
  });
  if (!edited) {
    session.out().ends_with(static_cast<int>(Exit::not_found));
    return;
  }
  input.document = std::move(*edited);
  try {
    propose(session, input);
  } catch (const Error& error) {
    auto faults = error.faults();
    faults.push_back(kept(input));
    throw Error(error.code(), std::move(faults));
  }
}

void declare_because(Frame& frame, CLI::App& cmd, std::vector<ComplaintId>& because) {
  frame.option(cmd, "--because", because,
               _("The complaint or suggestion that it answers to; may be given several times"));
}

}  // namespace

void define_policy_set(Frame& frame) {
  struct Asked {
    FileName policy;
    Date effective;
    std::vector<ComplaintId> because;
  };
  CLI::App& cmd = frame.command(
      "policy set", _("Let another policy hold from a day on"),
      {"store policy show >new.toml; store policy set new.toml --effective today --dry-run",
       "store policy set 1 --effective 2099-01-01 --because C2026-000001"});
  auto asked = std::make_shared<Asked>();
  frame
      .option(cmd, "policy", asked->policy,
              _("A file, - for standard input, or the number of a policy that is to hold again"))
      ->required();
  frame.option(cmd, "--effective", asked->effective, _("The first day on which it holds"))
      ->required();
  declare_because(frame, cmd, asked->because);
  frame.on_session(cmd, [asked](Session& session) {
    check_may_set(session);
    NamedPolicy named = read_policy(session, asked->policy);
    {
      Reading reading = session.store().read();
      find_document(reading, named);
    }
    propose(session, {.document = std::move(named.document),
                      .name = std::move(named.name),
                      .effective_on = asked->effective,
                      .because = asked->because});
  });
}

void define_policy_edit(Frame& frame) {
  CLI::App& cmd =
      frame.command("policy edit", _("Edit the policy, and let that hold from a day on"),
                    {"store policy edit", "store policy edit --effective 2099-01-01"});
  auto asked = std::make_shared<Edited>();
  frame.option(cmd, "--effective", asked->effective,
               _("The first day on which it holds; today where absent"));
  declare_because(frame, cmd, asked->because);
  frame.on_session(cmd, [asked](Session& session) { edit(session, *asked); });
}

}  // namespace pharmacy::cli
