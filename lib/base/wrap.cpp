#include <utility>

#include "base/graphemes.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

// Punctuation that no line begins with.
constexpr std::u32string_view closing = U"，。、；：！？）》」』】〉〕］｝”’…—～·％℃,.;:!?)]}%";
// Punctuation that no line ends with.
constexpr std::u32string_view opening = U"（《「『【〈〔［｛“‘￥([{";

bool is_in(std::u32string_view set, char32_t c) { return set.find(c) != set.npos; }

// A piece of a paragraph that is kept on one line where a line has room for it.
struct Piece {
  std::string_view text;
  std::size_t width = 0;
  std::size_t spaces_before = 0;
};

class Pieces {
 public:
  void add(const Grapheme& grapheme) {
    if (grapheme.first == ' ') {
      ++spaces_;
      return;
    }
    const bool wide = grapheme.width > 1;
    if (joins_previous(grapheme, wide)) {
      Piece& piece = pieces_.back();
      piece.text = {piece.text.data(), piece.text.size() + grapheme.text.size()};
      piece.width += grapheme.width;
    } else {
      pieces_.push_back({grapheme.text, grapheme.width, spaces_});
    }
    spaces_ = 0;
    previous_wide_ = wide;
    previous_ = grapheme.first;
  }
  [[nodiscard]] const std::vector<Piece>& all() const { return pieces_; }

 private:
  [[nodiscard]] bool joins_previous(const Grapheme& grapheme, bool wide) const {
    if (pieces_.empty() || spaces_ > 0) return false;
    if (is_in(closing, grapheme.first) || is_in(opening, previous_)) return true;
    // A narrow opening bracket after a wide character begins a piece, as a word there does.
    return !wide && !previous_wide_;
  }

  std::vector<Piece> pieces_;
  std::size_t spaces_ = 0;
  bool previous_wide_ = false;
  char32_t previous_ = 0;
};

class Lines {
 public:
  explicit Lines(std::size_t columns) : columns_{columns} {}

  void add(const Piece& piece) {
    if (width_ > 0 && width_ + piece.spaces_before + piece.width > columns_) end_line();
    const bool indents = width_ == 0 && !continues_;
    if ((width_ > 0 || indents) && width_ + piece.spaces_before + piece.width <= columns_) {
      line_.append(piece.spaces_before, ' ');
      width_ += piece.spaces_before;
    }
    if (width_ + piece.width <= columns_) {
      append(piece.text, piece.width);
    } else {
      add_by_graphemes(piece.text);
    }
  }

  void end_line() {
    lines_.push_back(std::exchange(line_, {}));
    width_ = 0;
    continues_ = true;
  }
  void end_paragraph() {
    end_line();
    continues_ = false;
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  void append(std::string_view text, std::size_t width) {
    line_ += text;
    width_ += width;
  }
  // For a word longer than a line.
  void add_by_graphemes(std::string_view text) {
    Graphemes graphemes{text};
    while (const auto grapheme = graphemes.next()) {
      if (width_ > 0 && width_ + grapheme->width > columns_) end_line();
      append(grapheme->text, grapheme->width);
    }
  }

  std::size_t columns_;
  std::vector<std::string> lines_;
  std::string line_;
  std::size_t width_ = 0;
  bool continues_ = false;  // the line is not the first of its paragraph
};

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  Lines lines{columns};
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    Pieces pieces;
    Graphemes graphemes{text.substr(at, end - at)};
    while (const auto grapheme = graphemes.next()) pieces.add(*grapheme);
    for (const Piece& piece : pieces.all()) lines.add(piece);
    lines.end_paragraph();
    at = end + 1;
  }
  return lines.take();
}

}  // namespace pharmacy
