#include "fuzz/corpus.h"

#include <charconv>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace pharmacy::test {
namespace {

// nullopt where a backslash stands for nothing.
std::optional<std::string> unescaped(std::string_view text) {
  constexpr std::string_view names = "nrt\\", bytes = "\n\r\t\\";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    if (++at == text.size()) return std::nullopt;
    if (const auto named = names.find(text[at]); named != std::string_view::npos) {
      out += bytes[named];
      continue;
    }
    unsigned byte = 0;
    const auto digits = text.substr(at + 1, 2);
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, byte, 16);
    if (text[at] != 'x' || digits.size() != 2 || read.ptr != end) return std::nullopt;
    out += static_cast<char>(byte);
    at += 2;
  }
  return out;
}

std::optional<std::size_t> number_at_front(std::string_view& text) {
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return number;
}

std::optional<std::string> input_of(std::string_view line, const std::string& first_seed) {
  if (line.starts_with("text ")) return unescaped(line.substr(5));
  if (!line.starts_with("edit ")) return std::nullopt;
  line.remove_prefix(5);
  const auto at = number_at_front(line), size = number_at_front(line);
  const auto text = unescaped(line);
  if (!at || !size || !text || *at > first_seed.size()) return std::nullopt;
  return std::string{first_seed}.replace(*at, *size, *text);
}

}  // namespace

std::vector<std::string> corpus_of(const std::string& name, const std::string& first_seed) {
  const std::string path = PHARMACY_SOURCE_DIR "/tests/fuzz/corpus/" + name + ".txt";
  std::ifstream file{path};
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::string> inputs;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto input = input_of(line, first_seed);
    if (!input) throw std::runtime_error(path + ":" + std::to_string(number) + ": no input");
    inputs.push_back(*input);
  }
  return inputs;
}

}  // namespace pharmacy::test
