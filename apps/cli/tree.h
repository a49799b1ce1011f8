// The tree of verbs and options as it was declared. Help, completion and error texts walk it;
// CLI11 only takes the words of the command line apart (tree.cpp, its one translation unit).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/values.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace pharmacy::cli {

struct OptionSpec {
  std::vector<std::string> names;  // "--phone", "-p"; one name without dashes for a positional
  std::string summary;
  Need need = Need::optional;
  Binding binding;
  CLI::Option* handle = nullptr;  // null for a positional, and for one that cannot be given
  std::vector<std::string> given;

  [[nodiscard]] bool positional() const { return !names.front().starts_with('-'); }
  // How messages call it: "--phone", or NAME for a positional.
  [[nodiscard]] std::string shown() const;
  // How help shows it: "-q, --quiet", "--phone TEXT", "NAME".
  [[nodiscard]] std::string usage() const;
};

struct VerbSpec {
  std::string path;  // "add", "product add"; empty for the program itself
  std::string summary;
  std::vector<std::string> examples;
  bool is_common = false;    // one that every program has: help, completion
  bool proves_anew = false;  // a session is no proof of who runs it
  std::deque<OptionSpec> options;
  CLI::App* handle = nullptr;

  [[nodiscard]] std::vector<const OptionSpec*> positionals() const;
};

class Tree {
 public:
  Tree();
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  VerbSpec& root() { return root_; }
  [[nodiscard]] const VerbSpec& root() const { return root_; }
  [[nodiscard]] const std::deque<VerbSpec>& verbs() const { return verbs_; }
  [[nodiscard]] const std::map<std::string, std::string>& nouns() const { return nouns_; }
  // The verb of exactly this path; null where there is none.
  [[nodiscard]] const VerbSpec* find(const std::string& path) const;

  VerbSpec& add_verb(const std::string& path);
  void add_noun(const std::string& name, const std::string& summary) { nouns_[name] = summary; }
  OptionSpec& add_option(VerbSpec& verb, const std::string& names, const std::string& summary,
                         Binding binding);
  VerbSpec& of(const CLI::App& handle);

  // Takes `args` apart: fills `given` of the root's and the chosen verb's options. Faults: an
  // unknown verb or option, a missing value, too many words.
  struct Parsed {
    VerbSpec* verb = nullptr;  // null where none was named
    std::string path;          // as far as it was understood, for messages: "add", "product"
    std::vector<Fault> faults;
  };
  Parsed parse(const std::vector<std::string>& args);

 private:
  CLI::App& app_at(const std::string& path);
  // Those of the verbs that the words may name.
  void hand_over_options(const std::vector<std::string>& args);
  std::vector<std::string> prepare(const std::vector<std::string>& args, Parsed& parsed,
                                   std::vector<std::string>& after_dashes) const;
  void take_given(OptionSpec& option, const std::vector<std::string>& args, Parsed& parsed) const;
  void take_leftovers(Parsed& parsed, std::vector<std::string> words,
                      const std::vector<std::string>& after_dashes);
  void blame_verb(Parsed& parsed, const std::vector<std::string>& words) const;
  [[nodiscard]] Fault unknown_option(const VerbSpec* verb, const std::string& word) const;
  [[nodiscard]] std::vector<std::string> option_names(const VerbSpec* verb) const;

  std::unique_ptr<CLI::App> app_;
  VerbSpec root_;
  std::deque<VerbSpec> verbs_;
  std::map<std::string, std::string> nouns_;
};

// The options of a verb that parse() met, in their order, each as often as it was given.
std::vector<std::string> options_in_order(const CLI::App& handle);

}  // namespace pharmacy::cli
