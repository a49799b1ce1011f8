#include "cli/frame.h"

#include "cli/frame_impl.h"
#include "cli/i18n.h"
#include "cli/runner.h"

namespace pharmacy::cli {

Frame::Frame(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Frame::~Frame() = default;

void Frame::program(const std::string& name, const std::string& summary) {
  impl_->program = name;
  impl_->summary = summary;
}

CLI::App& Frame::command(const std::string& path, const std::string& summary,
                         const std::vector<const char*>& examples) {
  VerbSpec& verb = impl_->tree.add_verb(path);
  verb.summary = summary;
  verb.examples.assign(examples.begin(), examples.end());
  return *verb.handle;
}

void Frame::noun(const std::string& name, const std::string& summary) {
  impl_->tree.add_noun(name, summary);
}

Declared Frame::add_option(CLI::App& cmd, const std::string& names, const std::string& summary,
                           Binding binding) {
  auto& tree = impl_->tree;
  return Declared{tree.add_option(tree.of(cmd), names, summary, std::move(binding)).need};
}

void Frame::on_read(CLI::App& cmd, std::function<void(const Store&, Output&)> verb) {
  impl_->actions[&impl_->tree.of(cmd)] = {
      .reads_much = true,
      .run = [verb = std::move(verb)](Runner& runner) { verb(runner.store(), runner.out()); }};
}

void Frame::on_view(CLI::App& cmd, std::function<void(Reading&, Output&)> verb) {
  impl_->actions[&impl_->tree.of(cmd)] = {.run = [verb = std::move(verb)](Runner& runner) {
    runner.store().view([&](Reading& reading) { verb(reading, runner.out()); });
  }};
}

void Frame::proves_anew(CLI::App& cmd) { impl_->tree.of(cmd).proves_anew = true; }

void Frame::on_write(CLI::App& cmd, std::function<void(Transaction&, Output&)> verb) {
  impl_->actions[&impl_->tree.of(cmd)] = {
      .writes = true, .run = [verb = std::move(verb)](Runner& runner) { runner.change(verb); }};
}

void Frame::on_session(CLI::App& cmd, std::function<void(Session&)> verb, Steps steps) {
  impl_->actions[&impl_->tree.of(cmd)] = {
      .reads_much = true,
      .writes = steps == Steps::change,
      .run = [verb = std::move(verb)](Runner& runner) { verb(runner); }};
}

void Frame::on_place(CLI::App& cmd,
                     std::function<void(const std::string& path, Session& session)> verb,
                     Makes makes) {
  impl_->actions[&impl_->tree.of(cmd)] = {
      .opens = false,
      .writes = makes == Makes::store,
      .run = [verb = std::move(verb)](Runner& runner) { verb(runner.settings().store(), runner); }};
}

void Frame::on_settings(CLI::App& cmd,
                        std::function<void(const std::vector<Setting>&, Output&)> verb) {
  impl_->actions[&impl_->tree.of(cmd)] = {.opens = false,
                                          .run = [verb = std::move(verb)](Runner& runner) {
                                            verb(runner.settings().all(), runner.out());
                                          }};
}

std::vector<std::string> Frame::order_given(const CLI::App& cmd) { return options_in_order(cmd); }

Date Frame::today(const Store& store) const { return impl_->globals.today.value_or(store.today()); }

void Frame::Impl::add_common_verbs() {
  const auto add = [this](const char* path, std::string about, const char* word,
                          std::string word_about, Binding binding) {
    VerbSpec& verb = tree.add_verb(path);
    verb.summary = std::move(about);
    verb.is_common = true;
    tree.add_option(verb, word, word_about, std::move(binding));
    return &verb;
  };
  add("help", _("Show help for the program or for one verb"), "verb", _("The verb"),
      bind(help_about))
      ->examples = {program + " help", program + " help completion"};
  add("completion", _("Print a completion script for a shell"), "shell", _("bash, zsh or fish"),
      bind(shell))
      ->examples = {program + " completion bash",
                    program + " completion fish >" + program + ".fish"};
}

std::vector<Fault> Frame::Impl::fill(const VerbSpec& verb, const ParseContext& context) const {
  std::vector<Fault> faults;
  for (const VerbSpec* spec : {&tree.root(), &verb}) {
    for (const auto& option : spec->options) {
      auto found = option.binding.take(option.shown(), option.given, context);
      faults.insert(faults.end(), found.begin(), found.end());
    }
  }
  return faults;
}

}  // namespace pharmacy::cli
