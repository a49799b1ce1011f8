#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tidy/rules.h"

namespace tidy {

static std::string read(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

std::vector<Source> sources(const std::vector<std::string>& places,
                            const std::vector<std::string>& suffixes) {
  const std::filesystem::path root{PHARMACY_SOURCE_DIR};
  std::vector<Source> all;
  const auto take = [&](const std::filesystem::path& path) {
    const auto name = path.lexically_relative(root).string();
    if (std::ranges::any_of(suffixes, [&](const auto& end) { return name.ends_with(end); })) {
      all.push_back({name, read(path)});
    }
  };
  for (const auto& place : places) {
    if (!std::filesystem::is_directory(root / place)) {
      take(root / place);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator{root / place}) {
      if (entry.is_regular_file()) take(entry.path());
    }
  }
  std::ranges::sort(all, {}, &Source::path);
  return all;
}

}  // namespace tidy
