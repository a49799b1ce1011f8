#include "cli/settings.h"

#include <fmt/format.h>

#include <array>

#include "cli/i18n.h"
#include "cli/phrases.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {

using namespace std::chrono_literals;

namespace {
struct Known {
  const char* key;
  const char* variable;  // empty where there is none
  const char* fallback;  // empty where there is none
};
}  // namespace

static constexpr std::array known_settings{
    Known{"store", "PHARMACY_STORE", ""},
    Known{"login", "PHARMACY_LOGIN", ""},
    Known{"key_file", "PHARMACY_KEY_FILE", ""},
    Known{"wait", "PHARMACY_WAIT", "5"},
    Known{"color", "", "auto"},
    Known{"pager", "", "true"},
    Known{"printer", "", ""},
    Known{"slip_width", "", "48"},
};

std::vector<std::string> config_keys() {
  std::vector<std::string> keys;
  for (const auto& entry : known_settings) keys.emplace_back(entry.key);
  return keys;
}

static std::optional<std::string> non_empty(const World& world, const char* name) {
  auto value = world.env(name);
  return value && !value->empty() ? value : std::nullopt;
}

// $NAME, else a folder in $HOME.
static std::optional<std::string> folder(const World& world, const char* name,
                                         const char* in_home) {
  if (auto set = non_empty(world, name)) return set;
  if (const auto home = non_empty(world, "HOME")) return *home + in_home;
  return std::nullopt;
}

static std::map<std::string, std::string> given_options(const Globals& globals) {
  std::map<std::string, std::string> given;
  if (globals.store) given["store"] = globals.store->path;
  if (globals.login) given["login"] = *globals.login;
  if (globals.key_file) given["key_file"] = globals.key_file->path;
  if (globals.wait) given["wait"] = std::to_string(globals.wait->count());
  if (globals.color) given["color"] = to_word(*globals.color);
  if (globals.no_pager) given["pager"] = "false";
  return given;
}

static std::string option_of(const std::string& key) {
  if (key == "pager") return "--no-pager";
  return key == "key_file" ? "--key-file" : "--" + key;
}

static std::string in_home(const World& world, const std::string& path) {
  const auto home = non_empty(world, "HOME");
  return home && path.starts_with("~/") ? *home + path.substr(1) : path;
}

std::vector<Fault> faults_of_setting(const std::string& name, const std::string& key,
                                     const std::string& value) {
  const ParseContext context{Date{}, Zone::utc()};
  std::vector<Fault> faults;
  if (key == "wait") parse_one<std::chrono::seconds>(name, value, context, faults);
  if (key == "color") parse_one<When>(name, value, context, faults);
  if (key == "slip_width" && value != "32" && value != "48") {
    faults.push_back({fmt::format(fmt::runtime(_("{name}: no paper is {width} columns wide")),
                                  fmt::arg("name", name), fmt::arg("width", value)),
                      _("give 32 or 48")});
  }
  if (key == "key_file" && is_secret(value)) faults.push_back(key_in_place_of_name(name));
  return faults;
}

Fault key_in_place_of_name(const std::string& name) {
  return {fmt::format(fmt::runtime(_("{} holds a key, and must hold the name of a file")), name),
          _("write the key into a file that only you can read, and name that")};
}

Settings Settings::read(const World& world, const Globals& globals) {
  std::vector<std::pair<std::string, std::map<std::string, std::string>>> files;
  std::vector<Fault> faults;
  const auto add_file = [&](const std::string& path) {
    try {
      files.emplace_back(path, read_config_file(path));
    } catch (const Error& error) {
      faults.insert(faults.end(), error.faults().begin(), error.faults().end());
    }
  };
  if (const auto config = folder(world, "XDG_CONFIG_HOME", "/.config")) {
    add_file(*config + "/pharmacy/config.toml");
  }
  add_file(world.system_config);

  Settings settings;
  const auto given = given_options(globals);
  for (const auto& entry : known_settings) {
    Setting setting{entry.key, std::nullopt, "default"};
    if (*entry.fallback != '\0') setting.value = entry.fallback;
    if (const auto option = given.find(setting.key); option != given.end()) {
      setting.value = option->second;
      setting.origin = option_of(setting.key);
    } else if (const auto value = non_empty(world, entry.variable)) {
      setting.value = value;
      setting.origin = entry.variable;
      const auto found = faults_of_setting(setting.origin, setting.key, *value);
      faults.insert(faults.end(), found.begin(), found.end());
    } else {
      for (const auto& [path, values] : files) {
        const auto found = values.find(setting.key);
        if (found == values.end()) continue;
        setting.value = in_home(world, found->second);
        setting.origin = path;
        break;
      }
    }
    if (setting.key == "store" && !setting.value) {
      if (const auto data = folder(world, "XDG_DATA_HOME", "/.local/share")) {
        setting.value = *data + "/pharmacy";
      }
    }
    settings.settings_.push_back(std::move(setting));
  }
  if (!faults.empty()) throw Error(Errc::bad_config, std::move(faults));
  return settings;
}

const Setting& Settings::get(const std::string& key) const {
  for (const auto& setting : settings_) {
    if (setting.key == key) return setting;
  }
  abort_on_bug("a known setting", __FILE__, __LINE__);
}

std::string Settings::store() const {
  if (const auto& value = get("store").value) return *value;
  throw Error(Errc::bad_config, _("it is not known where the store is, since HOME is not set"),
              _("use --store DIR or PHARMACY_STORE"));
}

std::chrono::seconds Settings::wait() const {
  const ParseContext context{Date{}, Zone::utc()};
  return Parser<std::chrono::seconds>::parse(*get("wait").value, context).value_or(0s);
}

std::size_t Settings::slip_width() const { return get("slip_width").value == "32" ? 32 : 48; }

When Settings::color() const {
  return from_word<When>(*get("color").value).value_or(When::automatic);
}

}  // namespace pharmacy::cli
