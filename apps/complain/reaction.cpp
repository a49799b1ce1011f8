// complain reaction: adverse reactions, from the judgement to the report.
#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "cli/phrases.h"
#include "complain/complain.h"
#include "complain/reaction_form.h"
#include "pharmacy/adverse_reactions.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

// "A", "A#B2304".
template <>
struct Parser<Suspect> {
  static const char* placeholder() { return "CODE[#BATCH]"; }
  static std::string what() { return _("a product"); }
  static std::string forms() { return _("a code, or CODE#BATCH"); }
  static std::optional<Suspect> parse(std::string_view text, const ParseContext&) {
    const std::string folded = fold_width(text);
    const auto mark = folded.find('#');
    Suspect suspect{.product = folded.substr(0, mark), .batch = {}};
    if (mark != std::string::npos) suspect.batch = folded.substr(mark + 1);
    const bool is_one = !suspect.product.empty() && (!suspect.batch || !suspect.batch->empty());
    return is_one ? std::optional{std::move(suspect)} : std::nullopt;
  }
};

namespace {

struct AskedReaction {
  ComplaintId id;
  ReactionChange change;
  bool is_new = false;
  bool is_known = false;
  std::vector<Suspect> suspects;
};

void declare_judgement(Frame& frame, CLI::App& cmd, AskedReaction& asked) {
  ReactionChange& change = asked.change;
  frame.option(cmd, "--grade", change.grade, _("death, serious or general"));
  frame.option(cmd, "--new", asked.is_new, _("The leaflet does not name such a reaction"));
  frame.option(cmd, "--known", asked.is_known, _("It names it after all"));
  frame.option(cmd, "--onset", change.onset, _("The day on which it began"));
  frame.option(cmd, "--outcome", change.outcome,
               _("recovered, improved, not_recovered, sequelae, died or unknown"));
  frame.option(cmd, "--suspect", asked.suspects,
               _("Another medicine that is suspected, CODE or CODE#BATCH; several times"));
}

void declare_details(Frame& frame, CLI::App& cmd, ReactionDetails& details) {
  frame.option(cmd, "--reaction", details.name,
               _("What the reaction is, sealed as all that follows"));
  frame.option(cmd, "--course", details.course,
               _("Symptoms, signs and tests in their order; - reads it from standard input"));
  frame.option(cmd, "--treatment", details.treatment, _("What was done about it"));
  frame.option(cmd, "--result", details.result, _("More on the outcome"));
  frame.option(cmd, "--dosage", details.dosage,
               _("How much of the medicine, how often, from when to when"));
  frame.option(cmd, "--taken-for", details.taken_for, _("The illness that it was taken for"));
  frame.option(cmd, "--other-drugs", details.other_drugs, _("Medicines taken at the same time"));
  frame.option(cmd, "--history", details.history,
               _("Illnesses, allergies, earlier reactions, pregnancy"));
  frame.option(cmd, "--sex", details.sex, _("female or male"));
  frame.option(cmd, "--age", details.age, _("In years"));
  frame.option(cmd, "--weight", details.weight, _("In kg"));
  frame.option(cmd, "--better-when-stopped", details.better_when_stopped,
               _("Whether it went or eased then: yes, no or unknown"));
  frame.option(cmd, "--again-when-taken", details.again_when_taken,
               _("Whether it came back then: yes, no or unknown"));
}

ReactionChange change_of(Session& session, const AskedReaction& asked) {
  ReactionChange change = asked.change;
  if (asked.is_new && asked.is_known) {
    throw Error(Errc::invalid_input, _("--new and --known contradict each other"),
                _("give one of them"));
  }
  if (asked.is_new || asked.is_known) change.is_new = asked.is_new;
  if (!asked.suspects.empty()) change.suspects = asked.suspects;
  if (change.details.course) change.details.course = text_of(session, *change.details.course);
  return change;
}

void tell_due(Output& out, const Reaction& reaction, const Zone& zone) {
  if (reaction.reported) return;
  out.note(fmt::format(fmt::runtime(_("to be reported by {due}; the form: {command}")),
                       fmt::arg("due", to_minute_string(reaction.due, zone)),
                       fmt::arg("command", "complain reaction form " + to_string(reaction.id))));
}

void define_set(Frame& frame) {
  CLI::App& cmd = frame.command(
      "reaction set", _("Judge an adverse reaction, or add what is known of it"),
      {"complain reaction set C2026-000006 --grade serious --new --onset 2026-01-03"
       " --reaction 过敏性休克 --course 服药半小时后胸闷、血压下降 --sex female --age 45",
       "complain reaction set C2026-000006 --outcome recovered --treatment 肾上腺素、补液",
       "complain reaction set C2026-000006 --suspect 6901234567890#B2304"});
  auto asked = std::make_shared<AskedReaction>();
  declare_number(frame, cmd, asked->id);
  declare_judgement(frame, cmd, *asked);
  declare_details(frame, cmd, asked->change.details);
  frame.on_session(cmd, [asked](Session& session) {
    const ReactionChange change = change_of(session, *asked);
    session.change([&](Transaction& tx, Output& out) {
      const Reaction reaction = set_reaction(tx, asked->id, change);
      out.record("complain.reaction", reaction);
      out.changed(fmt::format(fmt::runtime(_("recorded of {number}: {grade}, {outcome}")),
                              fmt::arg("number", to_string(reaction.id)),
                              fmt::arg("grade", word_label(to_word(reaction.grade.value()))),
                              fmt::arg("outcome", outcome_label(reaction.outcome.value()))),
                  {});
      tell_due(out, reaction, tx.zone());
    });
  });
}

void define_report(Frame& frame) {
  struct Asked {
    ComplaintId id;
    NewReport report;
  };
  CLI::App& cmd = frame.command(
      "reaction report", _("Record that a reaction was reported to the authority"),
      {"complain reaction report C2026-000006 --reference 31000020261100012",
       "complain reaction report C2026-000006 --reference 31000020261100013 --on 2026-01-06"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame
      .option(cmd, "--reference", asked->report.reference,
              _("The number that the report has there"))
      ->required();
  frame.option(cmd, "--on", asked->report.sent, _("When it was sent, if that was not just now"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const Reaction reaction = report_reaction(tx, asked->id, asked->report);
    out.record("complain.reaction", reaction);
    out.changed(
        fmt::format(fmt::runtime(reaction.clock == ClockState::met ? _("reported {}, in time")
                                                                   : _("reported {}, too late")),
                    to_string(reaction.id)),
        {});
  });
}

void print(Frame& frame, Output& out, const std::vector<Reaction>& reactions) {
  const std::string none = _("there are no such reactions");
  if (readers_of(frame) == Readers::programs) {
    out.list("complain.reactions", "reactions", reactions, none);
    return;
  }
  out.list(
      "complain.reactions", "reactions",
      narrowed(only(to_table(reactions), {"number", "reaction_grade", "is_new", "product", "batch",
                                          "received_at", "due_at", "reported_at", "clock"}),
               {.scope = scope_of("complain.reactions"),
                .first_to_go = {"received_at", "batch", "product", "reported_at"},
                .columns = columns_of_screen(frame)}),
      none);
}

void define_register(Frame& frame) {
  CLI::App& cmd =
      frame.command("reaction list",
                    _("The register of adverse reactions, the earliest due first, without names"),
                    {"complain reaction list", "complain reaction list --due",
                     "complain reaction list last-year --format csv"});
  auto asked = std::make_shared<ReactionFilter>();
  frame.option(cmd, "period", asked->period, _("Those received on these days"));
  frame.option(cmd, "--due", asked->unreported, _("Those alone that are to be reported yet"));
  frame.on_read(cmd, [asked, &frame](const Store& store, Output& out) {
    Reading reading = store.read();
    print(frame, out, list_reactions(reading, *asked));
  });
}

// The same as the form says, for programs.
std::vector<Section> sections_of(const ReactionForm& form) {
  const ReactionDetails& d = form.details;
  Table patient;
  patient.rows.emplace_back();
  const auto add = [&](const char* column, Cell cell) {
    patient.columns.emplace_back(column);
    patient.rows.front().push_back(std::move(cell));
  };
  add("name", to_cell(form.patient));
  add("contact", to_cell(form.complaint.contact));
  add("sex", to_cell(d.sex));
  add("age", to_cell(d.age));
  add("weight", to_cell(d.weight));
  add("taken_for", to_cell(d.taken_for));
  add("history", to_cell(d.history));
  add("other_drugs", to_cell(d.other_drugs));
  add("dosage", to_cell(d.dosage));
  add("reaction_name", to_cell(d.name));
  add("told", to_cell(form.told));
  add("course", to_cell(d.course));
  add("treatment", to_cell(d.treatment));
  add("result", to_cell(d.result));
  add("better_when_stopped", to_cell(d.better_when_stopped));
  add("again_when_taken", to_cell(d.again_when_taken));
  return {{"patient", Section::Kind::record, std::move(patient)},
          {"suspected", Section::Kind::list, to_table(form.suspects)}};
}

void define_form(Frame& frame) {
  struct Asked {
    ComplaintId id;
    std::optional<FileName> output;
    bool force = false;
    Reveal reveal;
  };
  CLI::App& cmd = frame.command(
      "reaction form",
      _("The report on a reaction, filled in for printing; of health: sealed else"),
      {"complain reaction form C2026-000006",
       "complain reaction form C2026-000006 --reveal phone --reason other:上报 -o 报告表.txt"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "--output,-o", asked->output, _("Where to; standard output where not given"));
  frame.option(cmd, "--force", asked->force, _("Replace a file that is there"));
  frame.option(cmd, "--reveal", asked->reveal.field, _("Show this whole: phone; with --reason"));
  frame.option(cmd, "--reason", asked->reveal.reason,
               _("What it is needed for: call, deliver, verify, or other:TEXT"));
  frame.on_session(
      cmd,
      [asked](Session& session) {
        const Existing existing = asked->force ? Existing::replaced : Existing::refused;
        if (asked->output) session.check_file(asked->output->path, existing);
        std::optional<ReactionForm> form;
        session.store().view([&](Reading& reading) {
          form.emplace(reaction_form(reading, asked->id, asked->reveal));
        });
        std::string text = reaction_report(*form, session.store().zone());
        if (form->unreadable > 0) {
          const auto count = form->unreadable;
          session.out().note(fmt::format(
              fmt::runtime(P_("{} addition is sealed to a key that you do not have",
                              "{} additions are sealed to keys that you do not have", count)),
              count));
        }
        if (asked->output) {
          session.write_file(asked->output->path, text, existing);
        } else {
          session.out().document(std::move(text), "complain.reaction.form",
                                 to_table(std::vector{form->reaction}), sections_of(*form));
        }
      },
      Steps::may_change);
}

}  // namespace

void define_reactions(Frame& frame) {
  frame.noun("reaction", _("Adverse reactions to medicines, and their reports"));
  define_set(frame);
  define_form(frame);
  define_report(frame);
  define_register(frame);
}

}  // namespace pharmacy::cli
