#include "visit/printer.h"

#include <fmt/format.h>

#include <sstream>

#include "cli/command.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "cli/settings.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

std::string printer_bytes(std::string_view slip) {
  using namespace std::string_view_literals;
  constexpr auto reset = "\x1B@"sv;
  constexpr auto chinese = "\x1C&"sv;
  constexpr auto feed_and_cut = "\x1DVB\x00"sv;  // to where the knife is
  std::string bytes{reset};
  bytes += chinese;
  bytes += to_gb18030(slip);
  bytes += feed_and_cut;
  return bytes;
}

// Words with blanks between.
static std::vector<std::string> printer_of(const Session& session) {
  std::istringstream words{session.settings().printer().value_or("")};
  std::vector<std::string> command;
  for (std::string word; words >> word;) command.push_back(std::move(word));
  return command;
}

void PaperSlip::declare(Frame& frame, CLI::App& cmd) {
  frame.option(cmd, "--print", wanted_, _("Print the slip on the receipt printer"));
}

void PaperSlip::require_printer(const Session& session) const {
  if (!wanted_ || !printer_of(session).empty()) return;
  throw Error(Errc::bad_config, _("no receipt printer is named"),
              _("name one in config.toml: printer = \"lp -d receipt -o raw\""));
}

void PaperSlip::write(std::string text, std::string again) {
  text_ = std::move(text);
  again_ = std::move(again);
}

void PaperSlip::write(const FullReceipt& receipt, const std::optional<PointsBalance>& purse,
                      const Zone& zone, std::size_t columns) {
  write(
      slip(receipt, purse, zone, Standing::recorded, {.columns = columns, .paper = Paper::printer}),
      fmt::format("visit show {} --print", to_string(receipt.receipt.id)));
}

void PaperSlip::print(const Session& session) const {
  if (!text_.empty()) run_command(printer_of(session), printer_bytes(text_));
}

void PaperSlip::print_or_tell(Session& session) const {
  try {
    print(session);
  } catch (const Error& error) {
    session.out().note(
        fmt::format(fmt::runtime(_("it is recorded, and its slip was not printed: {reason}; print "
                                   "it with: {command}")),
                    fmt::arg("reason", in_one_line(error.faults())), fmt::arg("command", again_)));
  }
}

}  // namespace pharmacy::cli
