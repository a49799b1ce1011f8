#include "cli/asked.h"

#include <fmt/format.h>

#include <array>
#include <sstream>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/credit.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"
#include "pharmacy/recall.h"
#include "pharmacy/review.h"
#include "pharmacy/rights.h"
#include "pharmacy/special.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

constexpr const char* forgets = "member forget";
constexpr const char* erases = "complain erase";
constexpr const char* adjusts = "member adjust";
constexpr std::string_view exports = "member export";
constexpr std::string_view shows_credit = "report credit";
constexpr std::string_view shows_recall = "report recall";
constexpr std::string_view shows_special = "report special";

std::string with_reason(const std::string& command, const std::string& reason) {
  return fmt::format("{} --reason {}", command, shell_word(normalise(reason).value_or(reason)));
}

std::string forget_summary(MemberId member) {
  return fmt::format(fmt::runtime(_("all that is kept of {} would be erased")), to_string(member));
}

std::string erase_summary(ComplaintId complaint) {
  return fmt::format(fmt::runtime(_("what was said in {} would be erased")), to_string(complaint));
}

std::string adjust_summary(MemberId member, Points points) {
  const bool adds = points > Points{0};
  return fmt::format(fmt::runtime(adds ? _("{points} points would be added to {member}")
                                       : _("{points} points would be taken from {member}")),
                     fmt::arg("points", to_string(adds ? points : -points)),
                     fmt::arg("member", to_string(member)));
}

// That backups hold it still; `newest`: when the newest was made.
std::string backups_note(Reading& reading, const std::optional<Instant>& newest) {
  if (!newest) return _("a copy of the store that was made in another way holds her still");
  return fmt::format(fmt::runtime(_("backups made before this, the newest on {}, hold her"
                                    " until these files are deleted")),
                     to_string(reading.zone().day_of(*newest)));
}

// As shell_word() writes one.
bool is_one_word(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
  std::string word{is_quoted ? text.substr(1, text.size() - 2) : text};
  constexpr std::string_view quote = "'\\''";
  for (auto at = word.find(quote); is_quoted && at != std::string::npos;
       at = word.find(quote, at + 1))
    word.replace(at, quote.size(), "'");
  return shell_word(word) == text;
}

// The words before the reason, which are numbers and options and need no quotes.
struct Words {
  std::string verb, about, option, value;

  explicit Words(const std::string& command) : command_{command} {
    std::istringstream in{command};
    std::string program;
    in >> program >> verb >> about >> option >> value;
    verb = program + ' ' + verb;
  }
  // The command has no other words than these and one reason.
  [[nodiscard]] bool end_with_a_reason() const {
    const std::string front = verb == adjusts
                                  ? fmt::format("{} {} {} {}", verb, about, option, value)
                                  : fmt::format("{} {}", verb, about);
    const std::string before = front + " --reason ";
    return command_.starts_with(before) && is_one_word(command_.substr(before.size()));
  }
  [[nodiscard]] std::optional<Points> points() const {
    const auto points = parse_points(value);
    if (!points || *points <= Points{0}) return std::nullopt;
    if (option == "--add") return points;
    return option == "--take" ? std::optional{-*points} : std::nullopt;
  }

 private:
  const std::string& command_;
};

[[noreturn]] void throw_unknown() {
  throw Error(Errc::refused, _("what this would do is not known here"),
              _("ask again with the programs of this version"));
}

struct ExportPlan {
  std::int64_t members;
  std::string columns;

  static constexpr auto fields() {
    return std::tuple{Field{"members", &ExportPlan::members},
                      Field{"columns", &ExportPlan::columns}};
  }
};

struct ReportPlan {
  std::string columns;

  static constexpr auto fields() { return std::tuple{Field{"columns", &ReportPlan::columns}}; }
};

// What a command shows of many people; nullopt where it is none that does.
std::optional<std::string> show_summary(std::string_view verb) {
  if (verb == exports) return _("all members would be written");
  if (verb == shows_credit)
    return _("all members who bought on account would be shown, and how they pay");
  if (verb == shows_recall) return _("all members who bought of a recalled batch would be shown");
  if (verb == shows_special)
    return _("the names and ID numbers of all who bought special drugs would be shown");
  return std::nullopt;
}

AskedPlan plan_report(std::string_view verb, const std::string& summary) {
  const Table shown = verb == shows_credit   ? to_table(std::vector<MemberCredit>{})
                      : verb == shows_recall ? to_table(std::vector<RecallMember>{})
                                             : to_table(std::vector<SpecialSale>{});
  return {"report.plan", record_section("written", ReportPlan{listed(shown.columns)}), {summary}};
}

}  // namespace

ApprovalRequest erasure_request(MemberId member, const std::string& reason) {
  return {.action = Approvable::erase_person,
          .request = with_reason(fmt::format("{} {}", forgets, to_string(member)), reason),
          .summary = forget_summary(member)};
}

ApprovalRequest erasure_request(ComplaintId complaint, const std::string& reason) {
  return {.action = Approvable::erase_person,
          .request = with_reason(fmt::format("{} {}", erases, to_string(complaint)), reason),
          .summary = erase_summary(complaint)};
}

std::string adjust_command(MemberId member, Points points, const std::string& reason) {
  const bool adds = points > Points{0};
  return with_reason(fmt::format("{} {} {} {}", adjusts, to_string(member),
                                 adds ? "--add" : "--take", to_string(adds ? points : -points)),
                     reason);
}

ApprovalRequest adjustment_request(MemberId member, Points points, const std::string& reason) {
  return {.action = Approvable::adjust_points,
          .request = adjust_command(member, points, reason),
          .summary = adjust_summary(member, points)};
}

ApprovalRequest show_request(std::string command) {
  auto summary = show_summary(Words{command}.verb);
  return {.action = Approvable::show_many,
          .request = std::move(command),
          .summary = std::move(summary).value_or("")};
}

AskedPlan plan_erasure_of(Reading& reading, MemberId member) {
  const ErasurePlan plan = plan_erasure(reading, member);
  check_reactions_reported(reading, member);
  return {"member.erasure",
          list_section("records", plan.lines),
          {forget_summary(member), backups_note(reading, plan.backup)}};
}

AskedPlan plan_erasure_of(Reading& reading, ComplaintId complaint) {
  const ComplaintErasurePlan plan = plan_complaint_erasure(reading, complaint);
  return {"complain.erasure",
          list_section("records", plan.lines),
          {erase_summary(complaint), backups_note(reading, plan.backup)}};
}

AskedPlan plan_adjustment_of(Reading& reading, MemberId member, Points points) {
  const AdjustmentPlan plan = plan_adjustment(reading, member, points);
  return {"member.adjustment",
          record_section("purse", plan),
          {adjust_summary(member, points),
           fmt::format(fmt::runtime(_("the balance is {balance}, and would be {will_be}")),
                       fmt::arg("balance", to_string(plan.balance)),
                       fmt::arg("will_be", to_string(plan.will_be)))}};
}

AskedPlan plan_export(Reading& reading) {
  const auto columns = to_table(std::vector<Member>{}).columns;
  const ExportPlan plan{.members = count_export(reading), .columns = listed(columns)};
  std::vector<std::string> labels;
  for (const auto& column : columns) labels.push_back(label(column));
  return {
      "member.export_plan",
      record_section("written", plan),
      {fmt::format(fmt::runtime(P_("{members} member would be written, unmasked, with: {columns}",
                                   "{members} members would be written, unmasked, with:"
                                   " {columns}",
                                   plan.members)),
                   fmt::arg("members", plan.members), fmt::arg("columns", listed(labels)))}};
}

AskedPlan plan_asked(Reading& reading, const ApprovalRequest& request) {
  const Words words{request.request};
  if (request.action != Approvable::show_many && !words.end_with_a_reason()) throw_unknown();
  const auto member = parse_member_id(words.about);
  switch (request.action) {
    case Approvable::show_many:
      if (words.verb == exports) return plan_export(reading);
      if (const auto summary = show_summary(words.verb)) return plan_report(words.verb, *summary);
      break;
    case Approvable::adjust_points:
      if (const auto points = words.points(); words.verb == adjusts && member && points)
        return plan_adjustment_of(reading, *member, *points);
      break;
    case Approvable::erase_person:
      if (words.verb == forgets && member) return plan_erasure_of(reading, *member);
      if (const auto complaint = parse_complaint_id(words.about); words.verb == erases && complaint)
        return plan_erasure_of(reading, *complaint);
      break;
  }
  throw_unknown();
}

void tell_rows(Output& out, const AskedPlan& plan) {
  if (plan.rows.kind == Section::Kind::list)
    out.list(plan.schema, plan.rows.name, plan.rows.table);
  else
    out.record(plan.schema, plan.rows.table);
}

void tell_plan(Output& out, const AskedPlan& plan) {
  tell_rows(out, plan);
  for (const auto& note : plan.notes) out.note(note);
}

}  // namespace pharmacy::cli
