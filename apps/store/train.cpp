// store train: what the staff was taught, and who is still to be taught.
#include <fmt/format.h>

#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "pharmacy/training.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

// A topic as people read it: the two that everybody must know have words.
std::string topic_label(const std::string& topic) { return word_label(topic); }

std::string described(const Training& training) {
  return fmt::format(fmt::runtime(_("{login}, {topic}, {score} points on {day}")),
                     fmt::arg("login", training.staff),
                     fmt::arg("topic", topic_label(training.topic)),
                     fmt::arg("score", training.score), fmt::arg("day", to_string(training.day)));
}

void define_add(Frame& frame) {
  CLI::App& cmd =
      frame.command("train add", _("Record that somebody was taught, and how well she knew it"),
                    {"store train add wangli --topic privacy --score 95",
                     "store train add wangli --topic 冷链药品 --score 80 --on yesterday"});
  auto input = std::make_shared<NewTraining>();
  frame.option(cmd, "login", input->login, _("Login of who was taught"))->required();
  frame.option(cmd, "--topic", input->topic, _("privacy, policy, or any other"))->required();
  frame.option(cmd, "--score", input->score, _("0 to 100; it counts from 60 on"))->required();
  frame.option(cmd, "--on", input->day, _("The day; today where not given"));
  frame.option(cmd, "--policy", input->policy,
               _("The version of the policy; that of the day where not given"));
  frame.option(cmd, "--note", input->note, _("What else is to be known of it"));
  frame.on_write(cmd, [input](Transaction& tx, Output& out) {
    const Training added = get_training(tx, add_training(tx, *input));
    out.record("store.training", added);
    out.changed(
        fmt::format(fmt::runtime(_("recorded training {id}: {training}")),
                    fmt::arg("id", to_string(added.id)), fmt::arg("training", described(added))),
        fmt::format("store train annul {} --note {}", to_string(added.id),
                    shell_word(_("recorded by mistake"))));
  });
}

void define_annul(Frame& frame) {
  struct Asked {
    TrainingId id;
    std::string note;
  };
  CLI::App& cmd = frame.command("train annul",
                                _("Let a training count for nothing that was recorded by mistake"),
                                {"store train annul 1 --note 登记错人"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "training", asked->id, _("Number of the training"))->required();
  frame.option(cmd, "--note", asked->note, _("Why"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    annul_training(tx, asked->id, asked->note);
    const Training annulled = get_training(tx, asked->id);
    out.record("store.training", annulled);
    std::string again = fmt::format("store train add {} --topic {} --score {} --on {} --policy {}",
                                    annulled.staff, shell_word(annulled.topic), annulled.score,
                                    to_string(annulled.day), annulled.policy);
    if (annulled.note) again += " --note " + shell_word(*annulled.note);
    out.changed(fmt::format(fmt::runtime(_("annulled training {id}: {training}")),
                            fmt::arg("id", to_string(annulled.id)),
                            fmt::arg("training", described(annulled))),
                again);
  });
}

void define_list(Frame& frame) {
  CLI::App& cmd = frame.command("train list", _("List who was taught what, the newest first"),
                                {"store train list", "store train list --staff wangli"});
  auto filter = std::make_shared<TrainingFilter>();
  frame.option(cmd, "--staff", filter->staff, _("Only of this login"));
  frame.option(cmd, "--topic", filter->topic, _("Only on this topic"));
  frame.option(cmd, "--all", filter->with_annulled, _("Also what counts for nothing"));
  frame.on_view(cmd, [filter](Reading& reading, Output& out) {
    out.list("store.training", "trainings", list_trainings(reading, *filter));
  });
}

void define_due(Frame& frame) {
  CLI::App& cmd =
      frame.command("train due", _("List who is still to be taught the policy in force"),
                    {"store train due", "store train due --topic privacy"});
  auto topics =
      std::make_shared<std::vector<std::string>>(training_topics.begin(), training_topics.end());
  frame.option(cmd, "--topic", *topics, _("Topic; may be given several times"));
  frame.on_view(cmd, [topics](Reading& reading, Output& out) {
    out.list("store.training.due", "due", list_trainings_due(reading, *topics),
             _("everybody was taught"));
  });
}

}  // namespace

void define_train(Frame& frame) {
  frame.noun("train", _("What the staff was taught, and who is still to be taught"));
  define_add(frame);
  define_list(frame);
  define_due(frame);
  define_annul(frame);
}

}  // namespace pharmacy::cli
