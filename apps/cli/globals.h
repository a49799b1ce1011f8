// The options that every verb has.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/tree.h"
#include "pharmacy/enums.h"
#include "pharmacy/time.h"

namespace pharmacy::cli {

enum class Format { table, json, jsonl, csv, tsv };
enum class When { automatic, always, never };

struct Globals {
  std::optional<DirectoryName> store;
  std::optional<std::string> login;
  std::optional<FileName> key_file;
  std::optional<int> key_fd;
  std::optional<std::chrono::seconds> wait;
  std::optional<std::string> op;
  std::optional<Format> format;
  std::optional<std::string> columns;  // joined by commas
  std::optional<When> color;
  std::optional<Date> today;
  bool excel = false;
  bool fail_if_empty = false;
  bool no_pager = false;
  bool quiet = false;
  bool verbose = false;
  bool yes = false;
  bool dry_run = false;
  bool no_input = false;
  bool allow_network_fs = false;
  bool help = false;
  bool version = false;
};

void declare_globals(Tree& tree, Globals& globals);

}  // namespace pharmacy::cli

namespace pharmacy {
template <>
struct EnumNames<cli::Format> {
  static constexpr std::array table{
      std::pair{cli::Format::table, "table"}, std::pair{cli::Format::json, "json"},
      std::pair{cli::Format::jsonl, "jsonl"}, std::pair{cli::Format::csv, "csv"},
      std::pair{cli::Format::tsv, "tsv"}};
};
template <>
struct EnumNames<cli::When> {
  static constexpr std::array table{std::pair{cli::When::automatic, "auto"},
                                    std::pair{cli::When::always, "always"},
                                    std::pair{cli::When::never, "never"}};
};
}  // namespace pharmacy
