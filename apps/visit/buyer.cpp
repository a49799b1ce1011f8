#include "visit/buyer.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visit/talk.h"

namespace pharmacy::cli {

static constexpr std::size_t listed_max = 20;

std::optional<MemberId> buyer(Reading& reading, const std::string& text) {
  if (text == "-") return std::nullopt;
  return get_member_id(reading, text);
}

MemberList candidates(Reading& reading, const std::string& text) {
  if (text == "-") return {};
  try {
    if (find_member(reading, text)) return {};
  } catch (const Error& error) {
    if (error.code() != Errc::conflict) throw;
  }
  return find_members(reading, {.text = text, .limit = listed_max});
}

static std::string described(const MemberLine& member) {
  std::string text = to_string(member.id);
  for (const auto& fact : {member.name, member.card}) {
    if (fact) text += "  " + for_terminal(*fact);
  }
  if (member.phone) text += "  " + *member.phone;
  return text;
}

std::optional<MemberId> pick(Session& session, const MemberList& found) {
  const auto& [members, more] = found;
  const auto count = members.size();
  for (std::size_t i = 0; i < count; ++i) {
    session.out().note(fmt::format("{:2}. {}", i + 1, described(members[i])));
  }
  if (more) session.out().note(_("there are more: type more of the name"));
  for (;;) {
    const auto line = ask_line(session, _("which one (an empty line for none): "));
    if (!line || line->empty()) return std::nullopt;
    const auto number = parse_points(fold_width(*line));  // whole numbers follow the same rules
    if (number && *number >= Points{1} && *number <= Points{static_cast<std::int64_t>(count)}) {
      return members[static_cast<std::size_t>(number->count()) - 1].id;
    }
    session.out().note(fmt::format(fmt::runtime(_("give 1 to {}")), count));
  }
}

}  // namespace pharmacy::cli
