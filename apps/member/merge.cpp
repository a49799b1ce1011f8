// Two numbers of one person: member duplicates, merge and unmerge.
#include "pharmacy/merge.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "member/member.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {
namespace {

// What a machine learns of a merge.
struct Merged {
  MergeId merge;
  MemberId from;
  MemberId into;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Merged::merge}, Field{"from", &Merged::from},
                      Field{"into", &Merged::into}};
  }
};

void define_duplicates(Frame& frame) {
  CLI::App& cmd = frame.command("duplicates", _("Members who may be one person, and why"),
                                {"member duplicates", "member duplicates --limit 20"});
  auto limit = std::make_shared<std::size_t>(50);
  frame.option(cmd, "--limit", *limit, _("How many pairs to list; 50 where not given"));
  frame.on_view(cmd, [limit](Reading& reading, Output& out) {
    out.list("member.duplicates", "pairs", find_duplicates(reading, *limit),
             _("no two members look like one person"));
  });
}

void define_merge(Frame& frame) {
  struct Asked {
    std::string from;
    std::string into;
    std::optional<std::string> reason;
  };
  CLI::App& cmd =
      frame.command("merge", _("Move all that one member has to another: they are one person"),
                    {"member merge M2 6001", "member merge M2 M1 --reason 重复登记"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "from", asked->from, _("Who goes into the other: M12, a card, or a phone"))
      ->required();
  frame.option(cmd, "into", asked->into, _("Who stays: M12, a card, or a phone"))->required();
  frame.option(cmd, "--reason", asked->reason, _("Why"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const NewMerge merge{.from = get_member_id(tx, asked->from),
                         .into = get_member_id(tx, asked->into),
                         .reason = asked->reason};
    const MergeId id = merge_members(tx, merge);
    out.record("member.merge", Merged{id, merge.from, merge.into});
    out.changed(fmt::format(fmt::runtime(_("merged {from} into {into}")),
                            fmt::arg("from", to_string(merge.from)),
                            fmt::arg("into", to_string(merge.into))),
                "member unmerge " + to_string(id));
  });
}

void define_unmerge(Frame& frame) {
  CLI::App& cmd = frame.command("unmerge", _("Take a merge back: each gets what was hers"),
                                {"member unmerge 1"});
  auto id = std::make_shared<MergeId>();
  frame.option(cmd, "merge", *id, _("The number that the merge printed"))->required();
  frame.on_write(cmd, [id](Transaction& tx, Output& out) {
    const Unmerged back = unmerge_members(tx, *id);
    out.record("member.unmerge", back);
    out.changed(
        fmt::format(fmt::runtime(_("took back merge {merge}: {from} is a member of her own"
                                   " again")),
                    fmt::arg("merge", to_string(*id)), fmt::arg("from", to_string(back.from))),
        "member merge " + to_string(back.from) + ' ' + to_string(back.into));
    if (back.held_again == 0) return;
    out.note(fmt::format(
        fmt::runtime(P_("{count} fact or the like that ended meanwhile holds again as it was",
                        "{count} facts and the like that ended meanwhile hold again as they were",
                        back.held_again)),
        fmt::arg("count", back.held_again)));
  });
}

}  // namespace

void define_member_merge(Frame& frame) {
  define_duplicates(frame);
  define_merge(frame);
  define_unmerge(frame);
}

}  // namespace pharmacy::cli
