// What holds for a run, and where it was said: option, environment, the user's configuration
// file, the system's, or the default.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/globals.h"
#include "cli/world.h"

namespace pharmacy::cli {

struct Setting {
  std::string key;                   // as in config.toml
  std::optional<std::string> value;  // as text; nullopt where nobody said anything
  std::string origin;                // "--store", "PHARMACY_STORE", a file's path, "default"
};

class Settings {
 public:
  // Throws Error(bad_config) for a file or variable that cannot be taken, listing every fault.
  static Settings read(const World& world, const Globals& globals);

  [[nodiscard]] const std::vector<Setting>& all() const { return settings_; }
  [[nodiscard]] const Setting& get(const std::string& key) const;

  [[nodiscard]] std::string store() const;  // Error(bad_config) where there is no place for it
  [[nodiscard]] std::optional<std::string> login() const { return get("login").value; }
  [[nodiscard]] std::optional<std::string> key_file() const { return get("key_file").value; }
  [[nodiscard]] std::chrono::seconds wait() const;
  [[nodiscard]] When color() const;
  [[nodiscard]] bool pager() const { return get("pager").value != "false"; }
  // The command that slips are printed with; words with blanks between.
  [[nodiscard]] std::optional<std::string> printer() const { return get("printer").value; }
  [[nodiscard]] std::size_t slip_width() const;  // columns: 32 or 48

 private:
  std::vector<Setting> settings_;
};

// What is wrong with the value of a key; `name` says where it stands.
std::vector<Fault> faults_of_setting(const std::string& name, const std::string& key,
                                     const std::string& value);
// That a key was given where the name of its file belongs; the key is not repeated.
Fault key_in_place_of_name(const std::string& name);

// What a configuration file says: key -> value as text. An absent file says nothing. Throws
// Error(bad_config) with file:line for what is not TOML, an unknown key, or a value that cannot be
// taken: all of them, in the order of their lines.
std::map<std::string, std::string> read_config_file(const std::string& path);

// The keys that a configuration file may have.
std::vector<std::string> config_keys();

}  // namespace pharmacy::cli
