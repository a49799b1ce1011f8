// Lines of a slip, each of the width of its paper.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace pharmacy::cli {

// What a slip is written on.
enum class Paper { screen, printer };
struct SlipForm {
  std::size_t columns = 48;
  Paper paper = Paper::screen;
};

// Plain text, no line wider than the form, but for words that cannot be broken. On a printer all
// that is not ASCII takes two columns.
class SlipWriter {
 public:
  explicit SlipWriter(const SlipForm& form) : form_{form} {}

  // Both on one line where they fit, else the right one on a line of its own.
  void pair(const std::string& left, const std::string& right);
  void lines(const std::string& text);
  // The same behind a margin, on each of its lines.
  void lines_within(std::size_t margin, const std::string& text);
  void rule() { text_ += std::string(form_.columns, '-') + '\n'; }

  // Between quantity and price.
  [[nodiscard]] const char* times() const { return form_.paper == Paper::printer ? " x " : " × "; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  [[nodiscard]] std::size_t width(const std::string& text) const;
  [[nodiscard]] std::vector<std::string> broken(const std::string& text, std::size_t columns) const;

  SlipForm form_;
  std::string text_;
};

}  // namespace pharmacy::cli
