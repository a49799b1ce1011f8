// member health: notes about health, for whoever may add and whoever may read them.
#include "pharmacy/health.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "member/member.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {
namespace {

// What a machine learns of a note that was added; who added it need not be able to read it.
struct AddedNote {
  HealthNoteId id;
  MemberId member;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &AddedNote::id}, Field{"member", &AddedNote::member}};
  }
};

void facts_options(Frame& frame, CLI::App& cmd, HealthFacts& facts) {
  frame
      .option(cmd, "--kind", facts.kind,
              _("condition, history, allergy, regimen, response, pregnancy or other"))
      .required();
  frame.option(cmd, "--ingredient", facts.ingredient,
               _("The ingredient: of an allergy, of what is taken, of what works or does not"));
  frame.option(cmd, "--drug-class", facts.drug_class,
               _("Of an allergy: an ATC code, as J01C, or the name of a class of allergens"));
  frame.option(cmd, "--condition", facts.condition, _("The illness"));
  frame.option(cmd, "--reaction", facts.reaction, _("What happened"));
  frame.option(cmd, "--severity", facts.severity, _("mild, moderate or severe"));
  frame.option(cmd, "--response", facts.response,
               _("How a drug works: sensitive, ordinary, resistant or intolerant"));
  frame.option(cmd, "--dose", facts.dose, _("How much of it, and when"));
  frame.option(cmd, "--since", facts.since, _("The first day of it"));
  frame.option(cmd, "--until", facts.until, _("The last day of it; of a pregnancy when it is due"));
}

void define_health_add(Frame& frame) {
  struct Asked {
    std::string who;
    NewHealthNote note;
    bool alert = false;
    bool no_alert = false;
  };
  CLI::App& cmd = frame.command(
      "health add", _("Add a note about health, sealed to the pharmacists"),
      {"member health add 6001 --kind allergy --ingredient 青霉素 --reaction 皮疹 --severity "
       "severe",
       "member health add 6001 --kind condition --condition 高血压 --alert",
       "member health add 6001 --kind regimen --ingredient 华法林 --dose '每晚 1 片'"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "text", asked->note.facts.text, _("What else is to be known"));
  facts_options(frame, cmd, asked->note.facts);
  frame.option(cmd, "--alert", asked->alert, _("Checks at the counter heed it"));
  frame.option(cmd, "--no-alert", asked->no_alert, _("Checks at the counter do not heed it"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    if (asked->alert && asked->no_alert)
      throw Error(Errc::invalid_input, _("--alert and --no-alert exclude each other"));
    if (asked->alert || asked->no_alert) asked->note.alerts = asked->alert;
    asked->note.member = get_member_id(tx, asked->who);
    const HealthNoteId id = add_health_note(tx, asked->note);
    out.record("member.health.added", AddedNote{id, asked->note.member});
    out.changed(fmt::format(fmt::runtime(_("added health note {note} of {member}")),
                            fmt::arg("note", to_string(id)),
                            fmt::arg("member", to_string(asked->note.member))),
                "member health end " + to_string(id));
  });
}

// Nobody may take what was read for all that there is.
void tell_unread(const HealthNotes& notes, Output& out) {
  if (!notes.closed.empty()) {
    out.note(fmt::format(
        fmt::runtime(P_("{} more note is under a key that you do not have",
                        "{} more notes are under keys that you do not have", notes.closed.size())),
        notes.closed.size()));
  }
  if (notes.not_ours.empty()) return;
  std::vector<std::string> numbers;
  for (const HealthNoteId id : notes.not_ours) numbers.push_back(to_string(id));
  out.note(fmt::format(fmt::runtime(_("these notes do not open: they are damaged, or nobody of the"
                                      " staff wrote them: {}")),
                       listed(numbers)));
  out.ends_with(static_cast<int>(Exit::damaged));
}

struct AskedNotes {
  std::string who;
  bool all = false;
};

std::shared_ptr<AskedNotes> notes_options(Frame& frame, CLI::App& cmd) {
  auto asked = std::make_shared<AskedNotes>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--all", asked->all, _("Also notes that have an end"));
  return asked;
}

void define_health_list(Frame& frame) {
  CLI::App& cmd = frame.command("health list", _("The notes about a member's health, a line each"),
                                {"member health list 6001", "member health list M1 --all"});
  const auto asked = notes_options(frame, cmd);
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const auto notes = health_notes(reading, get_member_id(reading, asked->who), asked->all);
    out.list("member.health", "notes", health_lines(notes, reading.zone()),
             _("there are no notes"));
    tell_unread(notes, out);
  });
}

void define_health_show(Frame& frame) {
  CLI::App& cmd = frame.command("health show", _("The notes about a member's health, whole"),
                                {"member health show 6001", "member health show M1 --format json"});
  const auto asked = notes_options(frame, cmd);
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const auto notes = health_notes(reading, get_member_id(reading, asked->who), asked->all);
    out.list("member.health.notes", "notes", notes.notes, _("there are no notes"));
    tell_unread(notes, out);
  });
}

void define_health_end(Frame& frame) {
  CLI::App& cmd = frame.command("health end", _("End a note that holds no longer, or is wrong"),
                                {"member health end 1"});
  auto note = std::make_shared<HealthNoteId>();
  frame.option(cmd, "note", *note, _("Number of the note"))->required();
  frame.on_write(cmd, [note](Transaction& tx, Output& out) {
    end_health_note(tx, *note);
    out.changed(fmt::format(fmt::runtime(_("ended health note {}")), to_string(*note)), {});
  });
}

}  // namespace

void define_member_health(Frame& frame) {
  frame.noun("health", _("Notes about members' health, sealed to the pharmacists"));
  define_health_add(frame);
  define_health_list(frame);
  define_health_show(frame);
  define_health_end(frame);
}

}  // namespace pharmacy::cli
