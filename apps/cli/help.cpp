#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "pharmacy/text.h"
#include "pharmacy/version.h"

namespace pharmacy::cli {

static constexpr std::size_t widest_term = 26;  // columns; a longer one has its text below it
static constexpr std::size_t indent = 2;

using Rows = std::vector<std::pair<std::string, std::string>>;

static std::size_t help_width(const Frame::Impl& frame) {
  const auto& world = frame.world;
  return static_cast<std::size_t>(std::clamp(world.out_is_terminal ? world.columns : 80, 40, 100));
}

static std::string paragraph(const std::string& text, std::size_t left, std::size_t width) {
  std::string out;
  for (const auto& line : wrap(text, width - left)) out += std::string(left, ' ') + line + '\n';
  return out;
}

// A term that is wider than the terminal goes on behind a mark between its words, further in.
static std::string term_lines(const std::string& term, std::size_t width) {
  std::string out, line(indent, ' ');
  bool has_words = false;  // in the line
  for (std::size_t from = 0; from < term.size();) {
    const auto end = std::min(term.find('|', from), term.size() - 1) + 1;
    const auto piece = term.substr(from, end - from);
    from = end;
    if (has_words && display_width(line) + display_width(piece) > width) {
      out += line + '\n';
      line = std::string(2 * indent, ' ');
    }
    line += piece;
    has_words = true;
  }
  return out + line;
}

// A heading and its rows: terms to the left, their texts aligned and wrapped to the right.
static std::string block(const std::string& heading, const Rows& rows, std::size_t width) {
  if (rows.empty()) return {};
  std::size_t term = 0;
  for (const auto& row : rows) {
    const auto taken = display_width(row.first);
    if (taken <= widest_term) term = std::max(term, taken);
  }
  const auto left = indent + term + 2;
  std::string out = '\n' + heading + '\n';
  for (const auto& [name, text] : rows) {
    out += term_lines(name, width);
    const auto taken = display_width(name);
    bool beside = taken <= term;
    if (!beside) out += '\n';
    for (const auto& line : wrap(text, width - left)) {
      out += std::string(beside ? left - indent - taken : left, ' ') + line + '\n';
      beside = false;
      if (taken <= term) continue;
    }
    if (text.empty()) out += '\n';
  }
  return out;
}

static std::string usage_line(const Frame::Impl& frame, const VerbSpec& verb) {
  std::string line = frame.program + ' ' + verb.path;
  for (const auto& option : verb.options) {
    if (option.positional() || option.need == Need::optional) continue;
    line += ' ' + option.usage();
  }
  line += _(" [options]");
  for (const auto* option : verb.positionals()) {
    line += option->need == Need::required ? ' ' + option->usage() : " [" + option->usage() + ']';
  }
  return line;
}

static Rows option_rows(const VerbSpec& verb, bool positional) {
  Rows rows;
  for (const auto& option : verb.options) {
    if (option.positional() == positional) rows.emplace_back(option.usage(), option.summary);
  }
  return rows;
}

// The pieces of a command that stay on one line: a word, or an option with its value. A shell
// parts words at spaces outside quotes.
static std::vector<std::string> pieces_of(const std::string& command) {
  std::vector<std::string> pieces(1);
  char quote = 0;
  bool option = false;  // the last piece is an option that may have a value
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == 0 && c == ' ') {
      const bool is_value = option && command[i + 1] != '-';
      option = !is_value && command.substr(i + 1, 2) == "--";
      if (is_value) pieces.back() += c;
      if (!is_value) pieces.emplace_back();
      continue;
    }
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    }
    pieces.back() += c;
  }
  return pieces;
}

// A command that is wider than the terminal goes on in further lines, as in a shell.
static std::string command_lines(const std::string& command, std::size_t width) {
  const auto pieces = pieces_of(command);
  std::string out;
  std::string line = std::string(indent, ' ') + pieces.front();
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const std::size_t mark = i + 1 < pieces.size() ? 2 : 0;  // room for " \\"
    if (display_width(line) + 1 + display_width(pieces[i]) + mark > width) {
      out += line + " \\\n";
      line = std::string(2 * indent, ' ') + pieces[i];
    } else {
      line += ' ' + pieces[i];
    }
  }
  return out + line + '\n';
}

static std::string examples(const std::vector<std::string>& lines, std::size_t width) {
  if (lines.empty()) return {};
  std::string out = '\n' + std::string{_("Examples:")} + '\n';
  for (const auto& line : lines) out += command_lines(line, width);
  return out;
}

static std::string closing(const Frame::Impl& frame, std::size_t width) {
  std::string out = '\n' + std::string{_("Exit status:")} + '\n';
  out += paragraph(_("0 done, 1 not there or answered no, 2 wrong usage, 3 refused by a rule, "
                     "4 there already, 65 bad data, 69 no store, 74 reading or writing failed, "
                     "75 busy, 76 damaged, 77 key wrong or missing; all of them in pharmacy(7)"),
                   indent, width);
  out +=
      '\n' + fmt::format(fmt::runtime(_("Manual: man {}, man 7 pharmacy")), frame.program) + '\n';
  return out;
}

static std::string verb_help(const Frame::Impl& frame, const VerbSpec& verb) {
  const auto width = help_width(frame);
  auto out = paragraph(fmt::format("{} {} - {}", frame.program, verb.path, verb.summary), 0, width);
  out += '\n' + std::string{_("Usage:")} + '\n' + paragraph(usage_line(frame, verb), indent, width);
  out += block(_("Arguments:"), option_rows(verb, true), width);
  out += block(_("Options:"), option_rows(verb, false), width);
  std::string global;
  for (const auto& option : frame.tree.root().options) {
    global += (global.empty() ? "" : " ") + option.shown();
  }
  out += '\n' +
         fmt::format(fmt::runtime(_("Options of every verb (see `{} --help`):")), frame.program) +
         '\n' + paragraph(global, indent, width);
  return out + examples(verb.examples, width) + closing(frame, width);
}

static std::string program_help(const Frame::Impl& frame, const std::string& noun) {
  const auto width = help_width(frame);
  const auto& nouns = frame.tree.nouns();
  const auto found = nouns.find(noun);
  const auto name = noun.empty() ? frame.program : frame.program + ' ' + noun;
  const auto& summary = found != nouns.end() ? found->second : frame.summary;
  auto out = paragraph(name + " - " + summary, 0, width);
  out += '\n' + std::string{_("Usage:")} + '\n';
  out += paragraph(name + ' ' + _("VERB [options] [words]"), indent, width);
  Rows verbs;
  Rows common;
  std::vector<std::string> shown;
  for (const auto& verb : frame.tree.verbs()) {
    if (!noun.empty() && !verb.path.starts_with(noun + ' ')) continue;
    if (verb.is_common) {
      common.emplace_back(verb.path, verb.summary);
      continue;
    }
    verbs.emplace_back(noun.empty() ? verb.path : verb.path.substr(noun.size() + 1), verb.summary);
    if (!verb.examples.empty() && shown.size() < 3) shown.push_back(verb.examples.front());
  }
  out += block(_("Verbs:"), verbs, width);
  out += block(_("Verbs of every program:"), common, width);
  out += block(_("Options of every verb:"), option_rows(frame.tree.root(), false), width);
  return out + examples(shown, width) + closing(frame, width);
}

std::string help_text(const Frame::Impl& frame, const std::string& path) {
  const auto* verb = frame.tree.find(path);
  return verb != nullptr ? verb_help(frame, *verb) : program_help(frame, path);
}

std::string version_text(const Frame::Impl& frame) {
  const auto all = versions();
  return fmt::format("{} {}\nSQLite {}\nlibsodium {}\n", frame.program, all.pharmacy, all.sqlite,
                     all.sodium);
}

}  // namespace pharmacy::cli
