#include "complain/reaction_form.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

constexpr std::size_t text_margin = 4;
const char* const to_fill_in = "________________";

// Lines of a form, none wider than it.
class FormWriter {
 public:
  void title(const std::string& text) {
    const std::size_t width = std::min(display_width(text), form_columns);
    text_ += std::string((form_columns - width) / 2, ' ') + text + '\n';
  }
  void heading(const std::string& text) {
    text_ += std::string(form_columns, '-') + '\n';
    put(0, text);
  }
  void say(const std::string& text) { put(2, text); }
  // "label: value", with room to write where nothing is known.
  void fact(const std::string& label, const std::optional<std::string>& value) {
    say(label + _(": ") + (value ? for_terminal(*value) : to_fill_in));
  }
  // A text of several lines below its label.
  void text(const std::string& label, const std::optional<std::string>& value) {
    if (!value) return fact(label, value);
    say(label + _(": "));
    for (std::string_view rest = *value;;) {
      const auto end = std::min(rest.find('\n'), rest.size());
      put(text_margin, for_terminal(rest.substr(0, end)));
      if (end == rest.size()) return;
      rest.remove_prefix(end + 1);
    }
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void put(std::size_t margin, const std::string& text) {
    for (const auto& line : wrap(text, form_columns - margin))
      text_ += std::string(margin, ' ') + line + '\n';
  }

  std::string text_;
};

std::string box(bool is_marked, const std::string& label) {
  return (is_marked ? "[x] " : "[ ] ") + label;
}

std::optional<std::string> told_label(const std::optional<Told>& told) {
  if (!told) return std::nullopt;
  return std::string{*told == Told::yes ? _("yes") : *told == Told::no ? _("no") : _("not known")};
}

void write_head(FormWriter& out, const ReactionForm& form, const Zone& zone) {
  const Reaction& reaction = form.reaction;
  out.title(_("Report on an adverse reaction to a medicine"));
  out.fact(_("Number"), to_string(reaction.id));
  const bool is_first = !reaction.reported;
  out.say(box(is_first, _("first report")) + "   " + box(!is_first, _("follow-up")) +
          (reaction.reference ? "   " + for_terminal(*reaction.reference) : ""));
  const auto grade = reaction.grade;
  out.say(box(reaction.is_new.value_or(false), _("new")) + "   " +
          box(grade == ReactionGrade::death, _("death")) + "   " +
          box(grade == ReactionGrade::serious, _("serious")) + "   " +
          box(grade == ReactionGrade::general, _("general")));
  out.fact(_("The pharmacy learned of it"), to_minute_string(reaction.received, zone));
  out.fact(_("To be reported by"), to_minute_string(reaction.due, zone));
}

void write_patient(FormWriter& out, const ReactionForm& form) {
  const ReactionDetails& details = form.details;
  out.heading(_("Patient"));
  out.fact(_("Name of the patient"), form.patient);
  out.fact(_("Sex"), details.sex ? std::optional{word_label(to_word(*details.sex))} : std::nullopt);
  out.fact(_("Age in years"),
           details.age ? std::optional{std::to_string(*details.age)} : std::nullopt);
  out.fact(_("Weight in kg"),
           details.weight ? std::optional{to_string(*details.weight)} : std::nullopt);
  out.fact(_("Contact"), form.complaint.contact);
  out.text(_("Illness that the medicine was taken for"), details.taken_for);
  out.text(_("History: illnesses, allergies, earlier reactions, family, pregnancy, habits"),
           details.history);
}

void write_suspects(FormWriter& out, const ReactionForm& form) {
  out.heading(_("Suspected medicines"));
  std::size_t number = 0;
  for (const SuspectFacts& suspect : form.suspects) {
    out.say(fmt::format("{}. {}", ++number, for_terminal(suspect.name)));
    out.fact(_("Generic name"), suspect.generic_name);
    std::optional<std::string> form_and_strength = suspect.form;
    if (suspect.strength) {
      form_and_strength =
          form_and_strength ? *form_and_strength + ' ' + *suspect.strength : suspect.strength;
    }
    out.fact(_("Form and strength"), form_and_strength);
    out.fact(_("Approval number"), suspect.approval);
    out.fact(_("Maker"), suspect.maker);
    out.fact(_("Batch"), suspect.batch);
  }
  if (form.suspects.empty()) out.fact(_("Medicine"), std::nullopt);
  out.text(_("Dose, how often, from when to when"), form.details.dosage);
  out.text(_("Other medicines at the same time"), form.details.other_drugs);
}

void write_reaction(FormWriter& out, const ReactionForm& form) {
  const ReactionDetails& details = form.details;
  out.heading(_("The reaction"));
  out.fact(_("Name of the reaction"), details.name);
  out.fact(_("Began on"),
           form.reaction.onset ? std::optional{to_string(*form.reaction.onset)} : std::nullopt);
  out.text(_("Told at the intake"), form.told);
  out.text(_("Course: symptoms, signs, tests"), details.course);
  out.text(_("Treatment"), details.treatment);
  out.fact(_("Outcome"), form.reaction.outcome
                             ? std::optional{outcome_label(*form.reaction.outcome)}
                             : std::nullopt);
  out.text(_("More on the outcome"), details.result);
  out.fact(_("Did it go or ease when the medicine was stopped or reduced"),
           told_label(details.better_when_stopped));
  out.fact(_("Did it come back when the medicine was taken again"),
           told_label(details.again_when_taken));
}

void write_reporter(FormWriter& out, const ReactionForm& form) {
  out.heading(_("Judgement of the connection"));
  out.fact(_("By the reporter"), std::nullopt);
  out.fact(_("By the pharmacy"), std::nullopt);
  out.heading(_("Reporter and pharmacy"));
  out.fact(_("Judged by"), form.reaction.judged_by);
  out.fact(_("Profession"), std::nullopt);
  out.fact(_("Phone"), std::nullopt);
  out.fact(_("Pharmacy"), std::nullopt);
  out.fact(_("Signature"), std::nullopt);
  out.fact(_("Date of the report"), std::nullopt);
}

}  // namespace

std::string outcome_label(ReactionOutcome outcome) {
  return outcome == ReactionOutcome::unknown ? _("not known") : word_label(to_word(outcome));
}

std::string reaction_report(const ReactionForm& form, const Zone& zone) {
  FormWriter out;
  write_head(out, form, zone);
  write_patient(out, form);
  write_suspects(out, form);
  write_reaction(out, form);
  write_reporter(out, form);
  return out.take();
}

}  // namespace pharmacy::cli
