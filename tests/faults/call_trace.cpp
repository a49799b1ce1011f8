#include "call_trace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "support/temp_dir.h"
#include "swept_command.h"

namespace pharmacy::test {
namespace {

constexpr const char* longest = "100000000";  // of a string, in bytes: longer ones are cut off

std::size_t number_at(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  REQUIRE_MESSAGE((error == std::errc() && end != text.data()), text);
  return number;
}

// Of text in which strace writes each byte as "\x2f".
std::string from_hex_escapes(std::string_view text) {
  REQUIRE_MESSAGE(text.size() % 4 == 0, text);
  std::string bytes(text.size() / 4, '\0');
  bool is_hex = true;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char* digits = text.data() + 4 * i + 2;
    unsigned char byte = 0;
    is_hex = is_hex && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    bytes[i] = static_cast<char>(byte);
  }
  REQUIRE_MESSAGE(is_hex, text.substr(0, 80));
  return bytes;
}

// What is between two characters.
std::string_view between(std::string_view text, char first, char last) {
  const auto from = text.find(first), to = text.rfind(last);
  REQUIRE_MESSAGE((from != std::string_view::npos && to > from), text.substr(0, 80));
  return text.substr(from + 1, to - from - 1);
}

// "name(one, two) = result", of calls whose strings are in hex: no comma is within one.
void add_call(std::string_view line, std::vector<TracedCall>& calls) {
  line.remove_prefix(std::min(line.find_first_not_of("0123456789 "), line.size()));
  if (line.starts_with("---") || line.starts_with("+++")) return;
  REQUIRE_MESSAGE(line.find("unfinished ...>") == std::string_view::npos, line.substr(0, 80));
  const auto open = line.find('('), close = line.rfind(") = ");
  REQUIRE_MESSAGE((open != std::string_view::npos && close != std::string_view::npos),
                  line.substr(0, 80));
  const std::string result{line.substr(line.find_first_not_of(" =", close + 1))};
  if (result.starts_with('-') || result.starts_with('?')) return;
  std::vector<std::string> arguments;
  for (auto rest = line.substr(open + 1, close - open - 1); !rest.empty();) {
    const auto end = std::min(rest.find(", "), rest.size());
    arguments.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  calls.emplace_back(std::string{line.substr(0, open)}, std::move(arguments), result);
}

}  // namespace

std::string TracedCall::text(std::size_t argument) const {
  const std::string& quoted = arguments_.at(argument);
  REQUIRE_MESSAGE(quoted.ends_with('"'), quoted.substr(0, 80));
  return from_hex_escapes(between(quoted, '"', '"'));
}

std::size_t TracedCall::number(std::size_t argument) const {
  return number_at(arguments_.at(argument));
}

bool TracedCall::has_flag(std::size_t argument, const std::string& flag) const {
  return arguments_.size() > argument &&
         ('|' + arguments_[argument] + '|').find('|' + flag + '|') != std::string::npos;
}

std::size_t TracedCall::descriptor(std::size_t argument) const {
  const std::string& all = arguments_.at(argument);
  return number_at(std::string_view{all}.substr(0, all.find('<')));
}

std::string TracedCall::place(std::size_t argument) const {
  return from_hex_escapes(between(arguments_.at(argument), '<', '>'));
}

std::string TracedCall::path_at(std::size_t argument) const {
  return std::filesystem::path{place(argument - 1)} / text(argument);
}

std::size_t TracedCall::result() const {
  return number_at(std::string_view{result_}.substr(0, result_.find_first_of("< ")));
}

std::vector<TracedCall> trace_of(const Run& command, const std::string& calls) {
  const TempDir dir;
  const auto log = dir.file("calls");
  const auto ended =
      run_process(traced(command, {"-y", "-xx", "-s", longest, "-o", log, "-e", "trace=" + calls}));
  REQUIRE_MESSAGE(ended.status == 0, ended.err);
  std::vector<TracedCall> traced_calls;
  std::ifstream lines(log);
  for (std::string line; std::getline(lines, line);) add_call(line, traced_calls);
  return traced_calls;
}

}  // namespace pharmacy::test
