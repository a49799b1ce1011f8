// store policy: what the rules of the pharmacy are and were, and whether they are to be looked at
// again.
#include "store/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

Cell cell_of(const PolicyRule::Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return Word{*text};
  return {};
}

// A record for each section of the document, with a column for each key.
std::vector<Section> sections_of(const Policy& policy) {
  std::vector<Section> sections;
  for (const auto& rule : rules_of(policy)) {
    if (sections.empty() || sections.back().name != rule.section) {
      sections.push_back({rule.section, Section::Kind::record, {{}, {{}}}});
    }
    Table& table = sections.back().table;
    table.columns.push_back(rule.key);
    table.rows.front().push_back(cell_of(rule.value));
  }
  return sections;
}

std::string version_name(std::int64_t version) {
  return fmt::format(fmt::runtime(_("policy {}")), version);
}

void define_show(Frame& frame) {
  struct Asked {
    std::optional<std::int64_t> version;
    std::optional<Date> on;
  };
  CLI::App& cmd = frame.command(
      "policy show", _("Print the policy that holds today, on another day, or of a number"),
      {"store policy show", "store policy show 1 >policy.toml",
       "store policy show --on 2026-12-31 --format json"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "version", asked->version, _("The policy of this number"));
  frame.option(cmd, "--on", asked->on, _("The policy that holds on this day"));
  frame.on_read(cmd, [&frame, asked](const Store& store, Output& out) {
    if (asked->version && asked->on)
      throw Error(Errc::invalid_input, _("--on and a number name two policies"),
                  _("leave one of them away"));
    Reading reading = store.read();
    PolicyText policy = asked->version
                            ? get_policy(reading, *asked->version)
                            : policy_text_on(reading, asked->on.value_or(frame.today(store)));
    const auto name = version_name(policy.about.version);
    auto sections = sections_of(parse_policy(policy.document, name));
    out.document(std::move(policy.document), "store.policy", to_table(std::vector{policy.about}),
                 std::move(sections));
  });
}

void define_history(Frame& frame) {
  CLI::App& cmd =
      frame.command("policy history", _("List all policies, the one that comes last first"),
                    {"store policy history", "store policy history --format csv"});
  frame.on_read(cmd, [](const Store& store, Output& out) {
    Reading reading = store.read();
    out.list("store.policy.history", "policies", list_policies(reading));
  });
}

// The one in force, and the one that held until the day before it began.
std::int64_t in_force(Reading& reading) {
  return policy_text_on(reading, reading.today()).about.version;
}
std::int64_t before_it(Reading& reading, std::int64_t version) {
  const Date from = get_policy(reading, version).about.effective_on;
  const Date first{std::chrono::year{1} / std::chrono::January / std::chrono::day{1}};
  if (from == first) return version;
  return policy_text_on(reading, from - std::chrono::days{1}).about.version;
}

Policy parsed(Reading& reading, NamedPolicy& policy) {
  find_document(reading, policy);
  return parse_policy(policy.document, policy.name);
}

void diff(Session& session, const std::vector<FileName>& named) {
  if (named.size() > 2) {
    throw Error(Errc::invalid_input, _("two policies are compared, not more"));
  }
  std::vector<NamedPolicy> policies;
  for (const auto& name : named) policies.push_back(read_policy(session, name));
  std::vector<PolicyDifference> found;
  {
    Reading reading = session.store().read();
    const std::int64_t current = in_force(reading);
    const auto add_version = [&](std::size_t at, std::int64_t version) {
      policies.insert(policies.begin() + static_cast<std::ptrdiff_t>(at),
                      {version_name(version), version, {}});
    };
    if (policies.empty()) add_version(0, current);
    if (policies.size() == 1) add_version(0, named.empty() ? before_it(reading, current) : current);
    found = differences(parsed(reading, policies[0]), parsed(reading, policies[1]));
  }
  session.out().list(
      "store.policy.diff", "differences", to_table(found),
      fmt::format(fmt::runtime(_("{} and {} say the same")), policies[0].name, policies[1].name));
}

void define_diff(Frame& frame) {
  CLI::App& cmd = frame.command(
      "policy diff", _("Say in words how two policies differ"),
      {"store policy diff", "store policy show >new.toml; store policy diff new.toml"});
  auto named = std::make_shared<std::vector<FileName>>();
  frame.option(
      cmd, "policies", *named,
      _("Up to two, by number or file; - for standard input. With one, the policy in force "
        "is compared with it; with none, the one before with the one in force"));
  frame.on_session(
      cmd, [named](Session& session) { diff(session, *named); }, Steps::may_change);
}

struct ReviewOptions {
  std::optional<std::int64_t> version;
  bool due = false;
  bool done = false;
  std::optional<std::string> note;
};

std::vector<Fault> faults_of(const ReviewOptions& asked) {
  std::vector<Fault> faults;
  if (asked.done && !asked.note)
    faults.push_back({_("--done needs a note of what came of it"), _("write it with --note TEXT")});
  if (asked.done && asked.due)
    faults.push_back({_("--due lists and --done records"), _("leave one of them away")});
  if (!asked.done && asked.note) faults.push_back({_("--note goes with --done"), {}});
  if (!asked.done && asked.version)
    faults.push_back({_("a number goes with --done"), _("all that hold or will hold are listed")});
  return faults;
}

void review(Session& session, const ReviewOptions& asked) {
  if (auto faults = faults_of(asked); !faults.empty())
    throw Error(Errc::invalid_input, std::move(faults));
  if (asked.done) {
    session.change([&](Transaction& tx, Output& out) {
      const PolicyReview now = review_policy(tx, asked.version, *asked.note);
      out.record("store.policy.reviewed", now);
      out.changed(
          fmt::format(fmt::runtime(_("policy {version} was reviewed; again on {day}")),
                      fmt::arg("version", now.version), fmt::arg("day", to_string(now.due_on))),
          {});
    });
    return;
  }
  Reading reading = session.store().read();
  auto reviews = list_policy_reviews(reading);
  if (asked.due) std::erase_if(reviews, [](const PolicyReview& each) { return !each.is_due; });
  session.out().list("store.policy.review", "reviews", reviews, _("no policy is due for review"));
}

void define_review(Frame& frame) {
  CLI::App& cmd =
      frame.command("policy review", _("Say when policies are to be reviewed, or that one was"),
                    {"store policy review", "store policy review --due",
                     "store policy review --done --note 例会核对，规则照旧"});
  auto asked = std::make_shared<ReviewOptions>();
  frame.option(cmd, "version", asked->version,
               _("With --done: the policy of this number; the one in force where absent"));
  frame.option(cmd, "--due", asked->due, _("Only those that are due"));
  frame.option(cmd, "--done", asked->done, _("Record that it was reviewed"));
  frame.option(cmd, "--note", asked->note, _("What came of it"));
  frame.on_session(
      cmd, [asked](Session& session) { review(session, *asked); }, Steps::may_change);
}

}  // namespace

NamedPolicy read_policy(Session& session, const FileName& named) {
  const std::string& text = named.path;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > 9 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return {text == "-" ? _("standard input") : text, std::nullopt,
            session.read_file(text, policy_bytes_max)};
  }
  const std::int64_t version = std::stoll(text);
  return {version_name(version), version, {}};
}

void find_document(Reading& reading, NamedPolicy& policy) {
  if (policy.version) policy.document = get_policy(reading, *policy.version).document;
}

void define_policy(Frame& frame) {
  frame.noun("policy", _("The rules of the pharmacy, from which day, and since when"));
  define_show(frame);
  define_history(frame);
  define_diff(frame);
  define_policy_set(frame);
  define_policy_edit(frame);
  define_review(frame);
}

}  // namespace pharmacy::cli
