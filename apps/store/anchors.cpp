#include "store/anchors.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

std::vector<LogAnchor> parse_anchors(const std::string& path, const std::string& content) {
  std::vector<LogAnchor> anchors;
  std::size_t number = 0;
  for (std::size_t from = 0; from < content.size();) {
    ++number;
    const auto end = std::min(content.find('\n', from), content.size());
    const std::string_view line = std::string_view{content}.substr(from, end - from);
    from = end + 1;
    if (line.empty() || line.front() == '#') continue;
    const auto anchor = parse_log_anchor(line.substr(0, line.find_first_of(" \t\r")));
    if (!anchor) {
      throw Error(Errc::bad_data,
                  fmt::format(fmt::runtime(_("{file}:{line}: this is no anchor of the access log")),
                              fmt::arg("file", for_terminal(path)), fmt::arg("line", number)),
                  _("an anchor is a number, a colon and 32 digits, as \"store audit anchor\" "
                    "prints it"));
    }
    anchors.push_back(*anchor);
  }
  return anchors;
}

std::vector<LogAnchor> read_anchors(const std::string& path, Session& session) {
  auto anchors = parse_anchors(path, session.read_file(path, anchors_bytes_max));
  if (!anchors.empty()) return anchors;
  throw Error(
      Errc::bad_data,
      fmt::format(fmt::runtime(_("{}: there is no anchor in this file")), for_terminal(path)),
      _("an anchor is added to it with: store audit anchor FILE"));
}

}  // namespace pharmacy::cli
