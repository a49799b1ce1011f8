#include "cli/tree.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <set>

#include "cli/errors.h"
#include "cli/i18n.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from <= text.size()) {
    const auto to = std::min(text.find(separator, from), text.size());
    if (to > from) parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

static std::string upper(std::string text) {
  for (auto& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string OptionSpec::shown() const {
  if (positional()) return upper(names.front());
  for (const auto& name : names) {
    if (name.starts_with("--")) return name;
  }
  return names.front();
}

std::string OptionSpec::usage() const {
  if (positional()) return shown() + (binding.kind == Binding::Kind::many ? "..." : "");
  std::string text;
  for (const auto& name : names) {  // the short one first
    if (!name.starts_with("--")) text += name + ", ";
  }
  text += shown();
  if (!binding.words.empty()) return fmt::format("{} {}", text, fmt::join(binding.words, "|"));
  if (binding.kind != Binding::Kind::flag) text += " " + binding.placeholder;
  return text;
}

std::vector<const OptionSpec*> VerbSpec::positionals() const {
  std::vector<const OptionSpec*> found;
  for (const auto& option : options) {
    if (option.positional()) found.push_back(&option);
  }
  return found;
}

// Whether CLI11 takes the word for an option: not "-", not "-5".
static bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

static void prepare_app(CLI::App& app) {
  app.set_help_flag();
  app.allow_extras();            // what is left over is judged here, with our own words
  app.fallthrough();             // global options work after the verb too
  app.require_subcommand(0, 1);  // else a word equal to a verb would be taken for one
}

Tree::Tree() : app_{std::make_unique<CLI::App>()} {
  prepare_app(*app_);
  root_.handle = app_.get();
}
Tree::~Tree() = default;

CLI::App& Tree::app_at(const std::string& path) {
  CLI::App* app = app_.get();
  for (const auto& word : split(path, ' ')) {
    const auto there = app->get_subcommands([&](CLI::App* sub) { return sub->get_name() == word; });
    if (there.empty()) {
      app = app->add_subcommand(word);
      prepare_app(*app);
    } else {
      app = there.front();
    }
  }
  return *app;
}

VerbSpec& Tree::add_verb(const std::string& path) {
  VerbSpec& verb = verbs_.emplace_back();
  verb.path = path;
  verb.handle = &app_at(path);
  return verb;
}

const VerbSpec* Tree::find(const std::string& path) const {
  for (const auto& verb : verbs_) {
    if (verb.path == path) return &verb;
  }
  return nullptr;
}

VerbSpec& Tree::of(const CLI::App& handle) {
  for (auto& verb : verbs_) {
    if (verb.handle == &handle) return verb;
  }
  return root_;
}

OptionSpec& Tree::add_option(VerbSpec& verb, const std::string& names, const std::string& summary,
                             Binding binding) {
  OptionSpec& option = verb.options.emplace_back();
  option.names = split(names, ',');
  option.summary = summary;
  option.binding = std::move(binding);
  return option;
}

static void hand_over(CLI::App& app, OptionSpec& option) {
  const auto names = fmt::format("{}", fmt::join(option.names, ","));
  if (option.binding.kind == Binding::Kind::flag) {
    option.handle = app.add_flag(names)->disable_flag_override();
  } else {
    option.handle = app.add_option(
        names, [](const CLI::results_t&) { return true; }, std::string{});
    // One value each time: a list in brackets would be split into several.
    option.handle->expected(1)->allow_extra_args(false);
  }
  option.handle->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// Whether all words of its path are among them.
static bool is_named(const VerbSpec& verb, const std::vector<std::string>& args) {
  return std::ranges::all_of(split(verb.path, ' '), [&args](const std::string& word) {
    return std::find(args.begin(), args.end(), word) != args.end();
  });
}

// CLI11 compares each option with all before it: to tell it of every verb's would be half the work
// of a short command. Positionals it hands back as left over words.
void Tree::hand_over_options(const std::vector<std::string>& args) {
  const auto all_of = [](VerbSpec& verb) {
    for (auto& option : verb.options) {
      if (!option.positional() && option.handle == nullptr) hand_over(*verb.handle, option);
    }
  };
  all_of(root_);
  for (auto& verb : verbs_) {
    if (is_named(verb, args)) all_of(verb);
  }
}

std::vector<std::string> Tree::option_names(const VerbSpec* verb) const {
  std::vector<std::string> names;
  for (const VerbSpec* spec : {verb, &root_}) {
    if (spec == nullptr) continue;
    for (const auto& option : spec->options) {
      if (!option.positional()) {
        names.insert(names.end(), option.names.begin(), option.names.end());
      }
    }
  }
  return names;
}

Fault Tree::unknown_option(const VerbSpec* verb, const std::string& word) const {
  const auto name = word.substr(0, word.find('='));
  std::vector<std::string> long_names;
  for (auto& known : option_names(verb)) {
    if (known.starts_with("--")) long_names.push_back(std::move(known));
  }
  const auto near = nearest(name, long_names);
  return {fmt::format(fmt::runtime(_("unknown option: {}")), for_terminal(name)),
          near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near)
               : std::string{_("--help lists the options")}};
}

// Longer than any value, of which the texts of complaints are the longest. CLI11 takes a word of
// short options apart letter by letter, and copies the rest of it for each.
static constexpr std::size_t short_options_max = 20'000;

// The flags of the verbs: what is one of a verb may take a value of another.
static std::set<std::string> flags_of(const std::vector<const VerbSpec*>& verbs) {
  std::set<std::string> flags, valued;
  for (const VerbSpec* verb : verbs) {
    for (const auto& option : verb->options) {
      auto& names = option.binding.kind == Binding::Kind::flag ? flags : valued;
      names.insert(option.shown());
    }
  }
  for (const auto& name : valued) flags.erase(name);
  return flags;
}

// The words before "--", made safe for CLI11: it takes the next word as the value of "--name=".
std::vector<std::string> Tree::prepare(const std::vector<std::string>& args, Parsed& parsed,
                                       std::vector<std::string>& after_dashes) const {
  std::vector<const VerbSpec*> verbs{&root_};
  for (const auto& verb : verbs_) {
    if (is_named(verb, args)) verbs.push_back(&verb);
  }
  const auto flags = flags_of(verbs);
  const auto dashes = std::find(args.begin(), args.end(), "--");
  if (dashes != args.end()) after_dashes.assign(dashes + 1, args.end());
  std::vector<std::string> words;
  for (auto word = args.begin(); word != dashes; ++word) {
    const auto equals = word->find('=');
    const auto name = word->substr(0, equals);
    if (word->starts_with("--") && equals != std::string::npos && flags.contains(name)) {
      parsed.faults.push_back(
          {fmt::format(fmt::runtime(_("{} takes no value: {}")), name, for_terminal(*word)), {}});
    } else if (word->starts_with("--") && equals == word->size() - 1) {
      words.push_back(name);
      words.emplace_back();
    } else if (word->size() > short_options_max && looks_like_option(*word) &&
               !word->starts_with("--")) {
      parsed.faults.push_back(unknown_option(nullptr, word->substr(0, 2) + "..."));
    } else {
      words.push_back(*word);
    }
  }
  return words;
}

void Tree::blame_verb(Parsed& parsed, const std::vector<std::string>& words) const {
  const std::string prefix = parsed.path.empty() ? "" : parsed.path + " ";
  std::vector<std::string> known;
  for (const auto& verb : verbs_) {
    if (!verb.path.starts_with(prefix)) continue;
    const auto rest = verb.path.substr(prefix.size());
    const auto word = rest.substr(0, rest.find(' '));
    if (std::find(known.begin(), known.end(), word) == known.end()) known.push_back(word);
  }
  const auto named = std::find_if(words.begin(), words.end(),
                                  [](const auto& word) { return !looks_like_option(word); });
  if (named == words.end()) {
    for (const auto& word : words) parsed.faults.push_back(unknown_option(nullptr, word));
    parsed.faults.push_back({_("a verb is missing"), word_hint("", known)});
  } else {
    parsed.faults.push_back({fmt::format(fmt::runtime(_("unknown verb: {}")), for_terminal(*named)),
                             word_hint(*named, known)});
  }
}

void Tree::take_leftovers(Parsed& parsed, std::vector<std::string> words,
                          const std::vector<std::string>& after_dashes) {
  bool unknown = false;
  std::vector<std::string> values;
  for (auto& word : words) {
    if (looks_like_option(word)) {
      parsed.faults.push_back(unknown_option(parsed.verb, word));
      unknown = true;
    } else {
      values.push_back(std::move(word));
    }
  }
  values.insert(values.end(), after_dashes.begin(), after_dashes.end());

  std::size_t next = 0;
  for (auto& option : parsed.verb->options) {
    if (!option.positional()) continue;
    const bool many = option.binding.kind == Binding::Kind::many;
    while (next < values.size()) {
      option.given.push_back(values[next++]);
      if (!many) break;
    }
  }
  // After an unknown option its value is left over too: one fault says enough.
  if (unknown) return;
  for (; next < values.size(); ++next) {
    parsed.faults.push_back(
        {fmt::format(fmt::runtime(_("unexpected word: {}")), for_terminal(values[next])), {}});
  }
}

// "--note --name" lacks the value of --note, but "--note=--name" says it.
static bool swallowed_option(const OptionSpec& option, const std::string& value,
                             const std::vector<std::string>& args) {
  std::ptrdiff_t said = 0;
  for (const auto& name : option.names)
    said += std::count(args.begin(), args.end(), name + '=' + value);
  return std::count(option.given.begin(), option.given.end(), value) > said;
}

void Tree::take_given(OptionSpec& option, const std::vector<std::string>& args,
                      Parsed& parsed) const {
  option.given = option.handle->results();
  if (option.given.empty()) return;
  if (option.binding.kind == Binding::Kind::single && option.given.size() > 1) {
    parsed.faults.push_back(
        {fmt::format(fmt::runtime(_("{} is given more than once")), option.shown()), {}});
  }
  const auto known = option_names(parsed.verb);
  for (const auto& value : option.given) {
    if (std::find(known.begin(), known.end(), value) == known.end()) continue;
    if (!swallowed_option(option, value, args)) continue;
    parsed.faults.push_back({fmt::format(fmt::runtime(_("{} needs a value")), option.shown()), {}});
  }
}

// CLI11 copies words in functions that may not throw: where it has no memory for that, the program
// ends here, before it began anything.
class EndsForLackOfMemory {
 public:
  EndsForLackOfMemory() : usual_{std::set_terminate(end)} {}
  ~EndsForLackOfMemory() { std::set_terminate(usual_); }
  EndsForLackOfMemory(const EndsForLackOfMemory&) = delete;
  EndsForLackOfMemory& operator=(const EndsForLackOfMemory&) = delete;

 private:
  [[noreturn]] static void end() {
    try {
      if (const auto error = std::current_exception()) std::rethrow_exception(error);
    } catch (const std::bad_alloc&) {
      ::_exit(static_cast<int>(tell_lack_of_memory()));
    } catch (...) {  // a bug
    }
    std::abort();
  }

  std::terminate_handler usual_;
};

Tree::Parsed Tree::parse(const std::vector<std::string>& args) {
  Parsed parsed;
  std::vector<std::string> after_dashes;
  hand_over_options(args);
  auto words = prepare(args, parsed, after_dashes);
  const std::string last = words.empty() ? "" : words.back();
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  try {
    const EndsForLackOfMemory scope;
    app_->parse(std::move(words));
  } catch (const CLI::ArgumentMismatch&) {  // of these only a value missing at the end is left
    parsed.faults.push_back({fmt::format(fmt::runtime(_("{} needs a value")), last), {}});
  } catch (const CLI::ParseError&) {
    parsed.faults.push_back(
        {fmt::format(fmt::runtime(_("cannot be understood: {}")), for_terminal(last)), {}});
  }

  const CLI::App* app = app_.get();
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    parsed.path += (parsed.path.empty() ? "" : " ") + app->get_name();
  }
  for (auto& verb : verbs_) {
    if (verb.handle == app) parsed.verb = &verb;
  }
  for (VerbSpec* spec : {&root_, parsed.verb}) {
    if (spec == nullptr) continue;
    for (auto& option : spec->options) {
      if (option.handle != nullptr) take_given(option, args, parsed);
    }
  }
  const auto left = app_->remaining(true);
  if (parsed.verb != nullptr) {
    take_leftovers(parsed, left, after_dashes);
  } else if (parsed.faults.empty()) {
    blame_verb(parsed, left);
  }
  return parsed;
}

std::vector<std::string> options_in_order(const CLI::App& handle) {
  std::vector<std::string> names;
  for (const CLI::Option* option : handle.parse_order()) names.push_back(option->get_name());
  return names;
}

}  // namespace pharmacy::cli
