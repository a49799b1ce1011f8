// Slips on paper.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/frame.h"
#include "pharmacy/visits.h"
#include "visit/slip.h"

namespace pharmacy::cli {

// A slip as the bytes that a receipt printer of ESC/POS takes: it is reset (ESC @), takes Chinese
// characters of two bytes (FS &), prints the lines in GB18030, and cuts the paper (GS V).
std::string printer_bytes(std::string_view slip);

// A slip that is to be printed once what it is of is done: nothing of the store is held meanwhile.
class PaperSlip {
 public:
  void declare(Frame& frame, CLI::App& cmd);  // --print
  [[nodiscard]] bool is_wanted() const { return wanted_; }
  // Throws Error(bad_config) where it is wanted and no printer is named. Before anything is done.
  void require_printer(const Session& session) const;

  // What is to be printed, and the command that prints it another time.
  void write(std::string text, std::string again);
  // The slip of a receipt. `purse` as slip() takes it.
  void write(const FullReceipt& receipt, const std::optional<PointsBalance>& purse,
             const Zone& zone, std::size_t columns);
  // Prints it, where there is something. Throws Error(io).
  void print(const Session& session) const;
  // The same for what is recorded: it stays so, and a failure is told with what to do.
  void print_or_tell(Session& session) const;

 private:
  bool wanted_ = false;
  std::string text_;
  std::string again_;
};

}  // namespace pharmacy::cli
