#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <iomanip>
#include <ostream>

#include "cli/i18n.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

using namespace std::chrono_literals;

ProgressLine::ProgressLine(std::ostream& err, std::string what, int columns)
    : err_{err},
      what_{std::move(what)},
      columns_{static_cast<std::size_t>(std::max(columns, 20))},
      next_{began_ + 500ms} {}

ProgressLine::~ProgressLine() {
  if (shown_) err_ << '\r' << std::setw(static_cast<int>(columns_) - 1) << "" << '\r' << std::flush;
}

void ProgressLine::show(std::int64_t done, std::int64_t total) {
  const auto now = Clock::now();
  if (now < next_ || total <= 0) return;
  next_ = now + 100ms;
  const auto percent = 100 * std::clamp<std::int64_t>(done, 0, total) / total;
  auto line =
      fmt::format(fmt::runtime(_("{what}: {done}/{total} ({percent}%)")), fmt::arg("what", what_),
                  fmt::arg("done", done), fmt::arg("total", total), fmt::arg("percent", percent));
  if (done > 0 && done < total) {
    const auto elapsed = std::chrono::duration<double>(now - began_).count();
    const auto left = elapsed * static_cast<double>(total - done) / static_cast<double>(done);
    line += fmt::format(fmt::runtime(_(", {} s left")), static_cast<std::int64_t>(left) + 1);
  }
  line = cut_to_width(for_terminal(line), columns_ - 1);
  const auto blanks = columns_ - 1 - std::min(columns_ - 1, display_width(line));
  err_ << '\r' << line << std::string(blanks, ' ') << std::flush;
  shown_ = true;
}

}  // namespace pharmacy::cli
