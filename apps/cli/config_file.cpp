// The one translation unit that includes toml++.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <sstream>

#include "cli/i18n.h"
#include "cli/settings.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static constexpr std::size_t longest_file = 65536;

static std::string place(const std::string& path, const toml::source_region& region) {
  return fmt::format("{}:{}", path, region.begin.line);
}

static std::optional<std::string> as_text(const std::string& key, const toml::node& node) {
  if (key == "wait" || key == "slip_width") {
    const auto number = node.value_exact<std::int64_t>();
    return number ? std::optional{std::to_string(*number)} : std::nullopt;
  }
  if (key == "pager") {
    const auto flag = node.value_exact<bool>();
    return flag ? std::optional<std::string>{*flag ? "true" : "false"} : std::nullopt;
  }
  return node.value_exact<std::string>();
}

static std::string wanted_type(const std::string& key) {
  if (key == "wait") return _("a number of seconds");
  if (key == "slip_width") return _("a number of columns");
  if (key == "pager") return _("true or false");
  return _("a text in quotes");
}

static std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    if (errno == ENOMEM) throw std::bad_alloc{};
    throw Error(Errc::bad_config, fmt::format(fmt::runtime(_("cannot read {file}: {reason}")),
                                              fmt::arg("file", for_terminal(path)),
                                              fmt::arg("reason", std::strerror(errno))));
  }
  std::string text(longest_file + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad() || text.size() > longest_file) {
    throw Error(Errc::bad_config,
                fmt::format(fmt::runtime(_("{} is no configuration file")), for_terminal(path)));
  }
  return text;
}

// What one key says, or what is wrong with it.
static void read_key(const toml::key& key_node, const toml::node& node, const std::string& where,
                     std::map<std::string, std::string>& values, std::vector<Fault>& faults) {
  const std::string key{key_node.str()};
  const auto keys = config_keys();
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
    faults.push_back({fmt::format(fmt::runtime(_("{place}: unknown key: {key}")),
                                  fmt::arg("place", where), fmt::arg("key", for_terminal(key))),
                      word_hint(key, keys)});
    return;
  }
  auto value = as_text(key, node);
  if (!value) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("{place}: {key} must be {kind}")), fmt::arg("place", where),
                     fmt::arg("key", key), fmt::arg("kind", wanted_type(key))),
         {}});
    return;
  }
  const auto name = fmt::format(fmt::runtime(_("{place}: {key}")), fmt::arg("place", where),
                                fmt::arg("key", key));
  const auto found = faults_of_setting(name, key, *value);
  faults.insert(faults.end(), found.begin(), found.end());
  values[key] = std::move(*value);
}

std::map<std::string, std::string> read_config_file(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return {};
  toml::table table;
  try {
    table = toml::parse(*text, path);
  } catch (const toml::parse_error& error) {
    throw Error(Errc::bad_config,
                fmt::format(fmt::runtime(_("{place}: this is not TOML: {reason}")),
                            fmt::arg("place", place(path, error.source())),
                            fmt::arg("reason", for_terminal(error.description()))));
  }
  std::map<std::string, std::string> values;
  std::map<toml::source_index, std::vector<Fault>> by_line;  // the table is in order of its keys
  for (const auto& [key, node] : table) {
    read_key(key, node, place(path, key.source()), values, by_line[key.source().begin.line]);
  }
  std::vector<Fault> faults;
  for (const auto& [line, found] : by_line) {
    faults.insert(faults.end(), found.begin(), found.end());
  }
  if (!faults.empty()) throw Error(Errc::bad_config, std::move(faults));
  return values;
}

}  // namespace pharmacy::cli
