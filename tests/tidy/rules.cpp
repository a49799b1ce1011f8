#include "tidy/rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <regex>
#include <span>

namespace tidy {

namespace {

struct Room {
  int floor;
  int order;  // on its floor
};

const std::map<std::string, Room>& rooms() {
  static const std::map<std::string, Room> all{
      {"base", {0, 0}},    {"crypto", {1, 0}},  {"db", {2, 0}},         {"policy", {3, 0}},
      {"vault", {3, 1}},   {"members", {4, 0}}, {"points", {4, 1}},     {"visits", {4, 2}},
      {"loyalty", {4, 3}}, {"care", {4, 4}},    {"complaints", {4, 5}}, {"reports", {5, 0}}};
  return all;
}

// The room that a public header belongs to; those not named here are base's.
std::string owner_of(const std::string& header) {
  static const std::map<std::string, std::string> all{{"store", "vault"},
                                                      {"audit", "vault"},
                                                      {"backup", "vault"},
                                                      {"staff", "vault"},
                                                      {"approval", "vault"},
                                                      {"review", "vault"},
                                                      {"session", "vault"},
                                                      {"transfer", "vault"},
                                                      {"imports", "vault"},
                                                      {"retention", "vault"},
                                                      {"policy", "policy"},
                                                      {"members", "members"},
                                                      {"points", "points"},
                                                      {"consent", "members"},
                                                      {"health", "members"},
                                                      {"visits", "visits"},
                                                      {"catalog", "visits"},
                                                      {"reports", "reports"},
                                                      {"version", "vault"},
                                                      {"doctor", "vault"},
                                                      {"training", "vault"},
                                                      {"reference", "visits"},
                                                      {"counter_check", "visits"},
                                                      {"rights", "members"},
                                                      {"merge", "members"},
                                                      {"recall", "visits"},
                                                      {"service", "visits"},
                                                      {"stock_requests", "visits"},
                                                      {"deliveries", "visits"},
                                                      {"person_copy", "members"},
                                                      {"household", "members"},
                                                      {"special", "visits"},
                                                      {"timeline", "members"},
                                                      {"parties", "members"},
                                                      {"standing", "members"},
                                                      {"upkeep", "members"},
                                                      {"risk", "members"},
                                                      {"keeper", "members"},
                                                      {"licence", "members"},
                                                      {"preference", "members"},
                                                      {"group", "members"},
                                                      {"leads", "visits"},
                                                      {"counsel", "visits"},
                                                      {"habits", "visits"},
                                                      {"credit", "visits"},
                                                      {"calendar", "policy"},
                                                      {"complaints", "complaints"},
                                                      {"complaint_steps", "complaints"},
                                                      {"complaint_clocks", "complaints"},
                                                      {"regions", "reports"},
                                                      {"complaint_actions", "complaints"},
                                                      {"complaint_erasure", "complaints"},
                                                      {"complaint_figures", "complaints"},
                                                      {"adverse_reactions", "complaints"}};
  const auto found = all.find(header);
  return found == all.end() ? "base" : found->second;
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (auto at = path.find('/'); at != std::string::npos; at = path.find('/', from)) {
    parts.push_back(path.substr(from, at - from));
    from = at + 1;
  }
  parts.push_back(path.substr(from));
  return parts;
}

bool below(const std::string& from, const std::string& to, bool is_public) {
  const auto& here = rooms().at(from);
  const auto& there = rooms().at(to);
  return from == to || there.floor < here.floor ||
         (is_public && there.floor == here.floor && there.order < here.order);
}

std::string stem(const std::string& file) { return file.substr(0, file.find('.')); }

bool room_may_include(const std::string& room, const std::vector<std::string>& target) {
  if (target.size() == 1) return true;  // generated beside it
  if (target[0] == "pharmacy") return below(room, owner_of(stem(target[1])), true);
  // Policy's doors for the vault, which gives it the database behind a Reading.
  const bool is_door =
      target[0] == "policy" && (target[1] == "policies.h" || target[1] == "calendars.h");
  return rooms().contains(target[0]) && below(room, target[0], is_door);
}

bool program_may_include(const std::string& program, const std::vector<std::string>& target) {
  return target[0] == "pharmacy" || target[0] == program ||
         (target[0] == "cli" && program != "demo");
}

// The room, or nothing where the file is no part of the library.
bool may_include(const std::vector<std::string>& file, const std::vector<std::string>& target) {
  if (file[0] == "apps") return program_may_include(file[1], target);
  if (file[0] != "lib") return true;
  if (file[1] != "include") return room_may_include(file[1], target);
  return target[0] == "pharmacy" &&
         below(owner_of(stem(file.back())), owner_of(stem(target.back())), true);
}

// Headers of other libraries that only one folder may know.
std::optional<std::string> only_door(const std::string& header) {
  if (header == "sodium.h" || header.starts_with("sodium/")) return "lib/crypto/";
  if (header == "sqlite3.h" || header == "sqlite3ext.h") return "lib/db/";
  if (header.starts_with("CLI/")) return "apps/cli/";
  return std::nullopt;
}

std::string at_line(const Source& source, std::size_t line, std::string_view what) {
  return fmt::format("{}:{}: {}", source.path, line, what);
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Blanks out what `text` has from `at` up to the end of a literal or comment; returns where it
// goes on.
class Blanker {
 public:
  explicit Blanker(std::string text) : text_{std::move(text)} {}
  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(text_);
  }

 private:
  void step() {
    const std::string_view rest = std::string_view{text_}.substr(at_);
    if (rest.starts_with("//")) return blank(rest.find('\n'));
    if (rest.starts_with("/*")) return blank(past(rest, "*/", 2));
    if (rest.starts_with("R\"")) {
      const auto open = rest.find('(');
      return blank(past(rest, ")" + std::string{rest.substr(2, open - 2)} + "\"", open));
    }
    const bool digit_mark = rest[0] == '\'' && at_ > 0 && is_word(text_[at_ - 1]);
    if (rest[0] == '"' || (rest[0] == '\'' && !digit_mark)) return blank(quoted_length(rest));
    ++at_;
  }
  static std::size_t past(std::string_view rest, const std::string& mark, std::size_t from) {
    const auto found = rest.find(mark, from);
    return found == std::string_view::npos ? found : found + mark.size();
  }
  static std::size_t quoted_length(std::string_view rest) {
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '\\') {
        ++i;
      } else if (rest[i] == rest[0]) {
        return i + 1;
      }
    }
    return std::string_view::npos;
  }
  void blank(std::size_t count) {
    const auto end = std::min(text_.size(), count == std::string::npos ? count : at_ + count);
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  std::string text_;
  std::size_t at_ = 0;
};

// Finds functions by their braces. Relies on the tree's formatting: the brace of a body has a
// space before it, that of an initializer has none.
class FunctionFinder {
 public:
  explicit FunctionFinder(std::string_view code) : code_{code} {}
  // Calls each(first line, last line).
  template <class Each>
  void run(Each&& each) {
    for (at_ = 0; at_ < code_.size(); ++at_) {
      const char c = code_[at_];
      if (c == '\n') ++line_;
      // What the preprocessor is told begins nothing.
      if (c == '#' && (at_ == 0 || code_[at_ - 1] == '\n')) {
        at_ = std::min(code_.find('\n', at_), code_.size()) - 1;
        continue;
      }
      if (head_.empty() && std::isspace(static_cast<unsigned char>(c)) == 0) head_line_ = line_;
      if (c == '{') {
        open();
      } else if (c == '}') {
        if (scopes_.empty()) continue;
        if (scopes_.back().is_function) each(scopes_.back().line, line_);
        const bool initializer = scopes_.back().is_initializer;
        scopes_.pop_back();
        if (!initializer) head_.clear();
      } else if (c == ';') {
        head_.clear();
      } else if (!head_.empty() || std::isspace(static_cast<unsigned char>(c)) == 0) {
        head_ += c;
      }
    }
  }

 private:
  struct Scope {
    bool is_function = false;
    bool is_initializer = false;
    bool holds_functions = false;
    std::size_t line = 0;
  };
  void open() {
    const bool outside = std::ranges::all_of(scopes_, &Scope::holds_functions);
    const bool initializer = at_ > 0 && code_[at_ - 1] != ' ' && code_[at_ - 1] != '\n';
    static const std::regex holder{"^(inline )?(namespace|extern)\\b|\\b(class|struct|union)\\b"};
    const bool holds =
        !initializer && std::regex_search(head_, holder) && head_.find('(') == std::string::npos;
    const bool function = outside && !initializer && !holds && head_.find('(') != std::string::npos;
    scopes_.push_back({.is_function = function,
                       .is_initializer = initializer,
                       .holds_functions = holds,
                       .line = head_line_});
    if (!initializer) head_.clear();
  }

  std::string_view code_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t head_line_ = 1;
  std::string head_;
  std::vector<Scope> scopes_;
};

}  // namespace

std::string code_only(std::string_view text) { return Blanker{std::string{text}}.run(); }

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

Faults check_includes(const Source& source) {
  Faults faults;
  static const std::regex include{"^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"};
  std::size_t number = 0;
  for (const auto& line : lines_of(source.text)) {
    ++number;
    std::smatch found;
    if (!std::regex_search(line, found, include)) continue;
    const std::string header = found[2];
    const auto door = only_door(header);
    if (door && !source.path.starts_with(*door) && !source.path.starts_with("tests/")) {
      faults.push_back(at_line(source, number, header + " is for " + *door + " only"));
    }
    if (found[1] == "\"" && !may_include(split_path(source.path), split_path(header))) {
      faults.push_back(at_line(source, number, "may not include " + header));
    }
  }
  return faults;
}

// Whether it is worth while to try a pattern that holds one of these: to try takes a hundred times
// as long.
static bool has_any(const std::string& line, std::span<const char* const> parts) {
  return std::ranges::any_of(
      parts, [&line](const char* part) { return line.find(part) != std::string::npos; });
}

Faults check_calls(const Source& source) {
  static constexpr std::array names{
      "strcpy", "strcat", "strncpy", "strncat", "sprintf", "vsprintf",  "gets",   "scanf",
      "sscanf", "fscanf", "atoi",    "atol",    "atoll",   "atof",      "strtok", "system",
      "popen",  "rand",   "srand",   "drand48", "gmtime",  "localtime", "ctime",  "asctime",
      "mktemp", "tmpnam", "tempnam", "setjmp",  "longjmp", "alloca",    "vfork"};
  static const std::regex banned{fmt::format(
      "(^|[^A-Za-z0-9_.>:]|std::|[^:>A-Za-z0-9_]::)({})\\s*\\(", fmt::join(names, "|"))};
  Faults faults;
  std::size_t number = 0;
  for (const auto& line : lines_of(code_only(source.text))) {
    ++number;
    std::smatch found;
    if (has_any(line, names) && std::regex_search(line, found, banned)) {
      faults.push_back(at_line(source, number, found[2].str() + "() is banned"));
    }
  }
  return faults;
}

Faults check_lengths(const Source& source) {
  constexpr std::size_t file_lines = 400;
  constexpr std::size_t function_lines = 70;
  Faults faults;
  const auto lines = lines_of(source.text).size();
  if (lines > file_lines) {
    faults.push_back(at_line(source, lines, fmt::format("more than {} lines", file_lines)));
  }
  FunctionFinder{code_only(source.text)}.run([&](std::size_t first, std::size_t last) {
    if (last - first + 1 <= function_lines) return;
    faults.push_back(
        at_line(source, first, fmt::format("a function of {} lines", last - first + 1)));
  });
  return faults;
}

Faults check_words(const Source& source) {
  // In two parts, so that this file may be checked too.
  static constexpr std::array parts{
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X",
      "HA"
      "CK",
      "/wor"
      "k/",
      "/roo"
      "t/"};
  static const std::regex words{fmt::format(
      "\\b({})\\b|{}|{}", fmt::join(parts.begin(), parts.begin() + 4, "|"), parts[4], parts[5])};
  Faults faults;
  std::size_t number = 0;
  for (const auto& line : lines_of(source.text)) {
    ++number;
    std::smatch found;
    if (has_any(line, parts) && std::regex_search(line, found, words)) {
      faults.push_back(at_line(source, number, found[0].str() + " does not belong here"));
    }
  }
  return faults;
}

}  // namespace tidy
