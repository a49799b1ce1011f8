#include "member/member.h"

#include "cli/frame.h"
#include "cli/i18n.h"

namespace pharmacy::cli {

void member(Frame& frame) {
  frame.program("member", _("Keep the file of the pharmacy's members"));
  define_member_changes(frame);
  define_member_views(frame);
  define_member_upkeep(frame);
  define_member_timeline(frame);
  define_member_risk(frame);
  define_member_keeper(frame);
  define_member_licence(frame);
  define_member_pref(frame);
  define_member_group(frame);
  define_member_consent(frame);
  define_member_health(frame);
  define_member_adjust(frame);
  define_households(frame);
  define_member_merge(frame);
  define_member_rights(frame);
  define_member_files(frame);
}

}  // namespace pharmacy::cli
