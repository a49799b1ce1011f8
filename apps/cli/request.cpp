#include "cli/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/phrases.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

// Parts are told apart by their lengths, whatever they hold.
void add_part(std::string& text, const std::string& name, const std::string& value) {
  text += fmt::format("\n{} {} {}", name, value.size(), value);
}

bool may_repeat(const OptionSpec& option) {
  return !option.positional() && option.binding.kind == Binding::Kind::many;
}

bool is_flag(const OptionSpec& option) { return option.binding.kind == Binding::Kind::flag; }

}  // namespace

std::string canonical_request(const std::string& program, const VerbSpec& verb,
                              const std::vector<std::string>& inputs) {
  std::string text = program + ' ' + verb.path;
  const auto plain = [](const std::string& value) { return normalise(value).value_or(value); };
  std::map<std::string, const OptionSpec*> repeated;
  for (const auto& option : verb.options) {
    if (may_repeat(option)) {
      repeated[option.shown()] = &option;
      continue;
    }
    for (const auto& value : option.given) {
      add_part(text, option.shown(), plain(value));
      if (is_flag(option)) break;
    }
  }
  std::map<std::string, std::size_t> taken;
  for (const auto& name : options_in_order(*verb.handle)) {
    const auto found = repeated.find(name);
    if (found != repeated.end()) add_part(text, name, plain(found->second->given[taken[name]++]));
  }
  for (const auto& [name, option] : repeated) {  // what was asked for stands nowhere in the order
    for (std::size_t i = taken[name]; i < option->given.size(); ++i) {
      add_part(text, name, plain(option->given[i]));
    }
  }
  for (const auto& input : inputs) add_part(text, "input", input);
  return text;
}

std::string command_line(const std::string& program, const VerbSpec& verb,
                         const std::vector<std::string>& without) {
  std::string text = program + ' ' + verb.path;
  for (const auto& option : verb.options) {
    const std::string name = option.shown();
    if (std::ranges::find(without, name) != without.end()) continue;
    for (const auto& value : option.given) {
      if (name.starts_with('-')) text += ' ' + name;
      if (is_flag(option)) break;
      text += ' ' + shell_word(value);
    }
  }
  return text;
}

}  // namespace pharmacy::cli
