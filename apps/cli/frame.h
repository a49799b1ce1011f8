// The frame that every program hangs its verbs on: it parses, opens the store, runs the verb,
// commits, and prints.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "cli/values.h"
#include "cli/world.h"
#include "pharmacy/files.h"
#include "pharmacy/store.h"

namespace CLI {
class App;  // a verb's handle: programs need not include CLI11
}  // namespace CLI

namespace pharmacy::cli {

struct Setting;  // cli/settings.h
class Settings;

// For verbs that talk with a person between their steps (an import's question, items rung up
// one by one). The write gate is not held but inside change().
class Session {
 public:
  virtual ~Session() = default;
  virtual Store& store() = 0;
  // Runs `verb` in one transaction and commits; a repetition of the operation prints what the
  // first did and returns without calling it. In a dry run it rolls back.
  virtual void change(const std::function<void(Transaction&, Output&)>& verb) = 0;
  // Whether the next change() would only repeat what an operation of this name did: then its
  // answer is printed, and the verb ends. For verbs with much to do before change(): called once
  // all files are read and all but confirm() is answered, since these are part of what was asked.
  virtual bool replayed() = 0;
  // The key of whoever acts, for what is no open store; `staff`: who has a key to it.
  virtual Key key(const std::vector<StaffSlot>& staff) = 0;
  // The command that is run, as it was typed but without the options named.
  [[nodiscard]] virtual std::string command_without(
      const std::vector<std::string>& options) const = 0;
  // With what a store is opened or made: the world's clock, --wait.
  virtual OpenOptions open_options() = 0;
  virtual Output& out() = 0;
  virtual World& world() = 0;
  [[nodiscard]] virtual const Settings& settings() const = 0;
  [[nodiscard]] virtual bool dry_run() const = 0;
  // Runs what changes the store in another way than change(): where it lacks memory, nobody knows
  // whether it was done.
  virtual void change_apart(const std::function<void()>& verb) = 0;
  // Whether a change was made, or may have been.
  [[nodiscard]] virtual bool may_have_changed() const = 0;
  // Whether a person can be asked: both terminals are there and --no-input is not given.
  [[nodiscard]] virtual bool can_ask() const = 0;
  // y/N on the terminal, after printing what out() holds; --yes answers yes. A no is told. Throws
  // Error(invalid_input) naming --yes where nobody can be asked.
  virtual bool confirm(const std::string& question) = 0;
  // For what cannot be taken back: asks for the name of the store at `path`, the last part of its
  // directory, which may have been given before. Another name is a no, which is told. Throws
  // Error(invalid_input) naming --confirm where nobody can be asked, and where another was given.
  virtual bool confirm_by_name(const std::string& question, const std::string& path,
                               const std::optional<std::string>& given) = 0;
  // One line from the terminal after `prompt`, trimmed; nullopt at its end. Prints first what
  // out() holds. What is answered is part of what was asked for: an operation repeated with
  // another answer is another one.
  virtual std::optional<std::string> ask(const std::string& prompt) = 0;
  // Lets a person edit a copy of a text, called `name`, in her editor, and gives back what she
  // made of it; where `check` throws bad_data of it, what is wrong is told, and she may go on.
  // Nothing is held meanwhile. nullopt where she gave up, which is told. What she wrote is part of
  // what was asked for. Throws Error(invalid_input) where there is no terminal, and what `check`
  // throws else.
  virtual std::optional<std::string> edit(const std::string& name, const std::string& text,
                                          const std::function<void(const std::string&)>& check) = 0;
  // Opens a file named by the user ("-" is standard input) and reads it whole. Its content is part
  // of what was asked for, as an answer is. Throws bad_data where it has more than `max_bytes`.
  virtual std::string read_file(const std::string& path, std::size_t max_bytes) = 0;
  // Throws what write_file() would because of the file's place and of what is there already.
  virtual void check_file(const std::string& path, Existing existing) = 0;
  // Writes a file that the user named ("-" is standard output): beside, synced, renamed, 0600;
  // as pharmacy/files.h does. Throws invalid_input too where it lies in a store's directory.
  virtual void write_file(const std::string& path, std::string_view content, Existing existing) = 0;
  // What to call with (done, total) during slow work: one line on a terminal after half a
  // second, cleared when the returned function goes; nothing elsewhere.
  virtual std::function<void(std::int64_t, std::int64_t)> progress(const std::string& what) = 0;
  // For an answer that is given only once: throws now what printing such a record would throw.
  virtual void rehearse(std::string_view schema, Table one_row) = 0;
  // And what to do where the standard output then takes nothing.
  virtual void if_unprinted(std::string hint) = 0;
};

// An option just declared: frame.option(…)->required().
class Declared {
 public:
  explicit Declared(Need& need) : need_{need} {}
  void required() { need_ = Need::required; }
  Declared* operator->() { return this; }

 private:
  Need& need_;
};

// Whether the steps of a verb change the store, or may be asked to.
enum class Steps { change, may_change };

// What a verb leaves behind that opens no store.
enum class Makes { nothing, store };

class Frame {
 public:
  // What the program is called and what it is for, one translated line. Called first.
  void program(const std::string& name, const std::string& summary);

  // Declares a verb, "add" or "product add". `summary` is one line, translated; examples show
  // Chinese names.
  CLI::App& command(const std::string& path, const std::string& summary,
                    const std::vector<const char*>& examples = {});
  // Declares what a noun ("product") is about, in its help.
  void noun(const std::string& name, const std::string& summary);

  // An option ("--phone", "--limit,-l") or a positional (a name without dashes, in order)
  // parsed strictly into `target`: bool (a flag), any type with a Parser in cli/values.h, or an
  // optional or a vector of one; a positional vector takes all that is left. `target` lives as
  // long as the verb's function, and keeps its value where the option is not given. A bad value
  // is an error that names the option and lists the forms; all faults are reported at once. One
  // that is ->required() and missing is asked for on a terminal, else it is a fault too.
  template <class Target>
  Declared option(CLI::App& cmd, const std::string& names, Target& target,
                  const std::string& summary) {
    return add_option(cmd, names, summary, bind(target));
  }

  // Who runs it proves that by a key each time: an open session is not enough.
  void proves_anew(CLI::App& cmd);

  // Figures without persons. The verb opens and ends its own snapshot.
  void on_read(CLI::App& cmd, std::function<void(const Store&, Output&)> verb);
  // Shows a person: runs in a snapshot, which ends before anything is printed.
  void on_view(CLI::App& cmd, std::function<void(Reading&, Output&)> verb);
  // Changes the store: begin, verb, commit, then print; obeys --dry-run and --op.
  void on_write(CLI::App& cmd, std::function<void(Transaction&, Output&)> verb);
  // Several steps.
  void on_session(CLI::App& cmd, std::function<void(Session&)> verb, Steps steps = Steps::change);
  // Needs no store, or makes one: `path` is where it is or will be.
  void on_place(CLI::App& cmd, std::function<void(const std::string& path, Session& session)> verb,
                Makes makes = Makes::nothing);

  // Lists what holds for the programs; needs no store.
  void on_settings(CLI::App& cmd, std::function<void(const std::vector<Setting>&, Output&)> verb);

  // Today as of --today or the store's clock. Valid while a verb runs.
  [[nodiscard]] Date today(const Store& store) const;
  // The options of the verb as they were given, in their order: "--item", "--qty", "--item". For
  // options that belong to the one before them. Valid while the verb runs.
  [[nodiscard]] static std::vector<std::string> order_given(const CLI::App& cmd);

  struct Impl;
  explicit Frame(std::unique_ptr<Impl> impl);
  ~Frame();
  Impl& impl() { return *impl_; }

 private:
  Declared add_option(CLI::App& cmd, const std::string& names, const std::string& summary,
                      Binding binding);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pharmacy::cli
