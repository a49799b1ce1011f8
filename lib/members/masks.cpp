#include "members/masks.h"

#include <optional>
#include <string_view>

#include "base/mask.h"
#include "base/phone.h"
#include "members/tables.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"
#include "vault/reveal.h"

namespace pharmacy::members {
namespace {

using Text = std::optional<std::string>;

void mask_number(Text& phone) {
  if (phone) phone = mask_phone(*phone);
}

}  // namespace

Member masked(Member member, const Actor& actor, std::optional<Revealed> whole) {
  if (whole != Revealed::phone) mask_number(member.phone);
  if (sees_names(actor)) return member;
  for (Text* text : {&member.name, &member.address, &member.note, &member.call_as})
    mask_text(*text);
  return member;
}

MemberLine masked(MemberLine line, const Actor& actor, std::optional<Revealed> whole) {
  if (whole != Revealed::phone) mask_number(line.phone);
  if (!sees_names(actor)) mask_text(line.name);
  return line;
}

MemberChange masked(MemberChange change, const Actor& actor) {
  for (Text* value : {&change.old_value, &change.new_value}) {
    if (change.field == "phone") mask_number(*value);
    const bool is_text = change.field == "name" || change.field == "address" ||
                         change.field == "note" || change.field == "call_as" ||
                         change.field.starts_with(preference_fields);
    if (is_text && !sees_names(actor)) mask_text(*value);
  }
  if (!sees_names(actor)) mask_text(change.reason);
  return change;
}

MemberList shown_list(Reading& reading, std::vector<MemberLine> lines, std::size_t limit) {
  MemberList list{.lines = std::move(lines), .more = false};
  if (list.lines.size() > limit) {
    list.lines.resize(limit);
    list.more = true;
  }
  if (sees_names(reading.actor())) vault::require_may_show(reading, list.lines.size());
  for (MemberLine& line : list.lines) {
    vault::shows(reading, line.id);
    line = masked(std::move(line), reading.actor());
  }
  return list;
}

void begin_reveal(Reading& reading, const Reveal& reveal) {
  std::optional<std::string_view> field;
  if (reveal.field) field = to_word(*reveal.field);
  vault::begin_reveal(reading, field, reveal.reason);
}

}  // namespace pharmacy::members
