// The program `member`: who they are, and how they are found.
#pragma once

namespace pharmacy::cli {

class Frame;

void member(Frame& frame);

// Its verbs, a file for each kind.
void define_member_changes(Frame& frame);  // add, edit
void define_member_adjust(Frame& frame);   // adjust
void define_member_views(Frame& frame);    // show, find, list, history, points
void define_member_timeline(Frame& frame);  // timeline
void define_member_risk(Frame& frame);     // risk set, clear, list
void define_member_keeper(Frame& frame);   // keeper set, clear, list
void define_member_licence(Frame& frame);  // licence add, end, list
void define_member_pref(Frame& frame);     // pref add, end, list
void define_member_group(Frame& frame);    // group join, leave, list
void define_member_consent(Frame& frame);  // consent give, withdraw, show
void define_member_health(Frame& frame);   // health add, list, show, end
void define_households(Frame& frame);      // household join, leave, show
void define_member_merge(Frame& frame);    // duplicates, merge, unmerge
void define_member_rights(Frame& frame);   // restrict, copy, forget
void define_member_upkeep(Frame& frame);   // verify, stale
void define_member_files(Frame& frame);    // import, export

}  // namespace pharmacy::cli
