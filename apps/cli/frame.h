// The frame that every program hangs its verbs on: it parses, opens the store, runs the verb,
// commits, and prints.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/values.h"
#include "cli/world.h"
#include "pharmacy/store.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace pharmacy::cli {

// For verbs that talk with a person between their steps (an import's question, items rung up
// one by one). The write gate is not held but inside change().
class Session {
 public:
  virtual ~Session() = default;
  virtual Store& store() = 0;
  // Runs `verb` in one transaction and commits; a repetition of the operation prints what the
  // first did and returns without calling it. In a dry run it rolls back.
  virtual void change(const std::function<void(Transaction&, Output&)>& verb) = 0;
  virtual Output& out() = 0;
  virtual World& world() = 0;
  virtual bool dry_run() const = 0;
  // Whether a person can be asked: both terminals are there and --no-input is not given.
  virtual bool can_ask() const = 0;
  // y/N on the terminal; --yes answers yes. Error(invalid_input) naming --yes where nobody can be
  // asked.
  virtual bool confirm(const std::string& question) = 0;
  // One line from the terminal after `prompt`; nullopt at its end.
  virtual std::optional<std::string> ask(const std::string& prompt) = 0;
  // Opens a file named by the user ("-" is standard input) and reads it whole.
  virtual std::string read_file(const std::string& path) = 0;
  // Writes a file that the user named ("-" is standard output): beside, synced, renamed, 0600;
  // refuses an existing one unless `force`.
  virtual void write_file(const std::string& path, std::string_view content, bool force) = 0;
};

struct Example {
  const char* command;  // as typed, run by a test
};

class Frame {
 public:
  // Declares a verb, "add" or "product add". `summary` is one line, translated; examples show
  // Chinese names.
  CLI::App& command(const std::string& path, const std::string& summary,
                    const std::vector<const char*>& examples = {});
  // Declares what a noun ("product") is about, in its help.
  void noun(const std::string& name, const std::string& summary);

  // An option or a positional (a name without dashes) parsed strictly into `target`: text,
  // optional, vector, bool (a flag) or any type with a Parser in cli/values.h. A bad value is an
  // error that names the option and lists the forms; all faults are reported at once.
  template <class Target>
  CLI::Option* option(CLI::App& cmd, const std::string& names, Target& target,
                      const std::string& summary);

  // Figures without persons. The verb opens and ends its own snapshot.
  void on_read(CLI::App& cmd, std::function<void(const Store&, Output&)> verb);
  // Shows a person: runs in a snapshot, which ends before anything is printed.
  void on_view(CLI::App& cmd, std::function<void(Reading&, Output&)> verb);
  // Changes the store: begin, verb, commit, then print. Adds --dry-run and --op.
  void on_write(CLI::App& cmd, std::function<void(Transaction&, Output&)> verb);
  // Several steps.
  void on_session(CLI::App& cmd, std::function<void(Session&)> verb);
  // Needs no store, or makes one: `path` is where it is or will be.
  void on_place(CLI::App& cmd,
                std::function<void(const std::string& path, Session& session)> verb);

  // Today as of --today or the clock: for reports and dry runs. Valid while a verb runs.
  [[nodiscard]] Date today(const Store& store) const;

  struct Impl;
  explicit Frame(std::unique_ptr<Impl> impl);
  ~Frame();
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace pharmacy::cli
