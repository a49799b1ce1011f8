#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/completion.h"
#include "cli/errors.h"
#include "cli/frame_impl.h"
#include "cli/help.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "cli/runner.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

// The day at which relative words are first tried, before the store says its own.
static ParseContext provisional_context(const World& world) {
  const auto zone = Zone::utc();
  return {zone.day_of(world.clock()), zone};
}

static bool can_ask(const World& world, const Globals& globals) {
  return world.in_is_terminal && world.err_is_terminal && !globals.no_input;
}

// Asks for required values that are missing, or blames them.
static void complete(World& world, const Globals& globals, VerbSpec& verb,
                     std::vector<Fault>& faults) {
  for (auto& option : verb.options) {
    const bool empty = option.given.size() == 1 && option.given.front().empty();
    if (option.need == Need::optional || !(option.given.empty() || empty)) continue;
    if (faults.empty() && can_ask(world, globals)) {
      world.err << question(option.summary) << std::flush;
      std::string line;
      if (!std::getline(world.in, line)) {
        world.err << std::endl;
      } else if (!line.empty()) {
        option.given = {line};
        continue;
      }
    }
    faults.push_back(
        {fmt::format(fmt::runtime(_("{} is missing")), option.shown()),
         fmt::format(fmt::runtime(_("{option}: {what}")), fmt::arg("option", option.usage()),
                     fmt::arg("what", option.summary))});
  }
}

static int run_verb(Frame::Impl& frame, VerbSpec& verb, std::vector<Fault> faults) {
  auto& world = frame.world;
  const auto context = provisional_context(world);
  const auto bad = frame.fill(verb, context);
  faults.insert(faults.end(), bad.begin(), bad.end());
  complete(world, frame.globals, verb, faults);
  if (faults.empty()) faults = frame.fill(verb, context);  // what was just asked for
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  Runner runner{frame, verb, frame.actions.at(&verb)};
  return runner.run();
}

// What `help product add` is about.
static std::string help_path(const Frame::Impl& frame) {
  const auto path = fmt::format("{}", fmt::join(frame.help_about, " "));
  if (path.empty() || frame.tree.find(path) != nullptr || frame.tree.nouns().contains(path)) {
    return path;
  }
  std::vector<std::string> known;
  for (const auto& verb : frame.tree.verbs()) known.push_back(verb.path);
  throw Error(Errc::invalid_input,
              fmt::format(fmt::runtime(_("unknown verb: {}")), for_terminal(path)),
              word_hint(path, known));
}

// Help and completion: they need neither a store nor the configuration. False where it is another
// verb.
static bool run_common(Frame::Impl& frame, const Tree::Parsed& parsed) {
  if (!parsed.verb->is_common) return false;
  auto faults = parsed.faults;
  const auto bad = frame.fill(*parsed.verb, provisional_context(frame.world));
  faults.insert(faults.end(), bad.begin(), bad.end());
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  frame.world.out << (parsed.path == "help" ? help_text(frame, help_path(frame))
                                            : completion_script(frame, frame.shell));
  return true;
}

// A key that stands where its file's name belongs is told before any other fault, which might
// repeat a part of it.
static void refuse_key_as_name(const Frame::Impl& frame) {
  for (const auto& option : frame.tree.root().options) {
    if (option.shown() != "--key-file") continue;
    if (std::any_of(option.given.begin(), option.given.end(), is_secret)) {
      const auto fault = key_in_place_of_name(option.shown());
      throw Error(Errc::invalid_input, fault.message, fault.hint);
    }
  }
}

static int run_words(Frame::Impl& frame, const std::vector<std::string>& args, std::string& who) {
  auto& world = frame.world;
  auto parsed = frame.tree.parse(args);
  if (!parsed.path.empty()) who += ' ' + parsed.path;
  const auto given = [&frame](const char* name) {
    for (const auto& option : frame.tree.root().options) {
      if (option.shown() == name) return !option.given.empty();
    }
    return false;
  };
  if (given("--help")) {
    world.out << help_text(frame, parsed.path);
    return 0;
  }
  if (given("--version")) {
    world.out << version_text(frame);
    return 0;
  }
  refuse_key_as_name(frame);
  if (parsed.verb == nullptr) throw Error(Errc::invalid_input, std::move(parsed.faults));
  if (run_common(frame, parsed)) return 0;
  return run_verb(frame, *parsed.verb, std::move(parsed.faults));
}

int run(World& world, const char* program, Define define, const std::vector<std::string>& args) {
  std::string who = program;
  int status = 0;
  std::string if_unprinted;
  auto changed = Changed::no;
  try {
    auto impl = std::make_unique<Frame::Impl>(world, program, changed);
    Frame frame{std::move(impl)};
    define(frame);
    frame.impl().add_common_verbs();
    who = frame.impl().program;
    status = run_words(frame.impl(), args, who);
    if_unprinted = frame.impl().if_unprinted;
    if (if_unprinted.empty() && changed == Changed::yes) {
      if_unprinted = _("the change was made all the same");
    }
  } catch (...) {
    world.out.flush();
    status = static_cast<int>(tell_failure(world.err, who, changed));
  }
  world.out.flush();
  world.err.flush();
  if (!world.out.good()) {
    world.err << error_text(who, {{_("writing to the standard output failed"), if_unprinted}})
              << std::flush;
    return static_cast<int>(Exit::io);
  }
  return status;
}

}  // namespace pharmacy::cli
