#include "members/masks.h"

#include "base/i18n.h"
#include "base/phone.h"
#include "base/utf8.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy::members {
namespace {

using Text = std::optional<std::string>;

void mask_number(Text& phone) {
  if (phone) phone = mask_phone(*phone);
}

void check_reveal(const Reveal& reveal) {
  constexpr std::string_view other = "other:";
  constexpr std::size_t longest = 200;  // bytes
  if (!reveal.field && reveal.reason.empty()) return;
  if (!reveal.field) {
    throw Error(Errc::invalid_input, _("a reason goes with something to reveal"),
                _("use --reveal phone"));
  }
  const std::string_view reason = reveal.reason;
  for (const char* known : {"call", "deliver", "verify"}) {
    if (reason == known) return;
  }
  if (reason.starts_with(other) && reason.size() > other.size() &&
      reason.size() <= other.size() + longest && normalise(reason)) {
    return;
  }
  throw Error(Errc::invalid_input, _("to see this whole takes a reason"),
              _("use --reason with call, deliver, verify, or other:TEXT"));
}

}  // namespace

void mask_text(std::optional<std::string>& text) {
  if (text && !text->empty()) *text = text->substr(0, code_point_at(*text, 0).length) + "**";
}

bool sees_names(const Actor& actor) { return vault::may(actor, vault::Permission::edit_people); }

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
                         change.field == "preference";
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
  check_reveal(reveal);
  if (!reveal.field) return;
  vault::require(reading, vault::Permission::reveal);
  vault::shown(reading).note(std::string{to_word(*reveal.field)} + ' ' + reveal.reason);
}

}  // namespace pharmacy::members
