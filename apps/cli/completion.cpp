#include "cli/completion.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {

// The words that may come next, after a prefix of words: "" -> verbs, "product" -> its verbs,
// a verb's path -> its options.
static std::map<std::string, std::string> words_after(const Frame::Impl& frame) {
  std::map<std::string, std::string> after;
  const auto add = [&after](const std::string& path, const std::string& word) {
    auto& words = after[path];
    if ((' ' + words + ' ').find(' ' + word + ' ') != std::string::npos) return;
    words += (words.empty() ? "" : " ") + word;
  };
  for (const auto& verb : frame.tree.verbs()) {
    const auto space = verb.path.find(' ');
    add("", verb.path.substr(0, space));
    if (space != std::string::npos) add(verb.path.substr(0, space), verb.path.substr(space + 1));
    for (const VerbSpec* spec : {&verb, &frame.tree.root()}) {
      for (const auto& option : spec->options) {
        if (!option.positional()) add(verb.path, option.shown());
      }
    }
  }
  for (const auto& verb : frame.tree.verbs()) add("help", verb.path.substr(0, verb.path.find(' ')));
  for (const char* shell : {"bash", "zsh", "fish"}) add("completion", shell);
  return after;
}

static std::string bash(const Frame::Impl& frame) {
  std::string cases;
  for (const auto& [path, words] : words_after(frame)) {
    cases += fmt::format("    '{}') words='{}' ;;\n", path, words);
  }
  std::string choices;
  for (const auto& option : frame.tree.root().options) {
    if (option.binding.words.empty()) continue;
    choices += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n",
                           option.shown(), fmt::join(option.binding.words, " "));
  }
  return fmt::format(R"(# bash completion of {0}
_{0}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} path= word words= i
  case ${{COMP_WORDS[COMP_CWORD-1]}} in
{2}  esac
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${{COMP_WORDS[i]}}
    case " $(_{0}_words "$path") " in
      *" $word "*) [[ $word == -* ]] || path=${{path:+$path }}$word ;;
    esac
  done
  words=$(_{0}_words "$path")
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
_{0}_words() {{
  local words=
  case $1 in
{1}  esac
  printf '%s' "$words"
}}
complete -o default -F _{0} {0}
)",
                     frame.program, cases, choices);
}

static std::string zsh(const Frame::Impl& frame) {
  return fmt::format("#compdef {0}\nautoload -U +X bashcompinit && bashcompinit\n{1}",
                     frame.program, bash(frame));
}

// Single quotes and backslashes end or change a fish string.
static std::string fish_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + '\'';
}

static std::string fish(const Frame::Impl& frame) {
  std::string out = fmt::format("# fish completion of {}\n", frame.program);
  const auto add_options = [&](const VerbSpec& verb, const std::string& condition) {
    for (const auto& option : verb.options) {
      if (option.positional()) continue;
      out += fmt::format(
          "complete -c {}{} -l {}{} -d {}\n", frame.program, condition, option.shown().substr(2),
          option.binding.kind == Binding::Kind::flag ? "" : " -r", fish_quoted(option.summary));
    }
  };
  add_options(frame.tree.root(), "");
  for (const auto& verb : frame.tree.verbs()) {
    const auto space = verb.path.find(' ');
    const auto first = verb.path.substr(0, space);
    const bool nested = space != std::string::npos;
    const auto last = nested ? verb.path.substr(space + 1) : first;
    const auto before = nested ? "__fish_seen_subcommand_from " + first : "__fish_use_subcommand";
    out += fmt::format("complete -c {} -n {} -a {} -d {}\n", frame.program, fish_quoted(before),
                       nested ? last : first, fish_quoted(verb.summary));
    add_options(verb, " -n " + fish_quoted("__fish_seen_subcommand_from " + last));
  }
  return out;
}

std::string completion_script(const Frame::Impl& frame, const std::string& shell) {
  if (shell == "bash") return bash(frame);
  if (shell == "zsh") return zsh(frame);
  if (shell == "fish") return fish(frame);
  throw Error(Errc::invalid_input, _("completion is for bash, zsh or fish"),
              fmt::format(fmt::runtime(_("for instance: {} completion bash")), frame.program));
}

}  // namespace pharmacy::cli
