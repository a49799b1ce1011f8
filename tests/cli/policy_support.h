// What the tests of policies share: the program, a terminal with an editor, and documents.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pharmacy/policy.h"
#include "store/store.h"
#include "support/run.h"

namespace pharmacy::test {

inline Ran store(TestStore& t, const std::vector<std::string>& args, Surroundings around = {}) {
  return run(cli::define_store, t, args, std::move(around));
}

inline Surroundings terminal(std::string in = {}) {
  Surroundings around;
  around.terminal = true;
  around.in = std::move(in);
  return around;
}

// A terminal whose editor makes `text` of whatever it is given.
inline Surroundings editor(std::string text, std::string in = {}) {
  Surroundings around = terminal(std::move(in));
  around.edit = [text = std::move(text)](const std::string&) { return std::optional{text}; };
  return around;
}

// A file beside the store.
inline std::string file(const TestStore& t, const std::string& text) {
  const auto path = t.path().parent_path() / "new.toml";
  put_bytes(path, text);
  return path.string();
}

inline const std::string two = "[points]\nper_yuan = \"2\"\n";
inline const std::string three = "[points]\nper_yuan = \"3\"\n";

inline std::int64_t newest(TestStore& t) {
  auto reading = t.reading();
  std::int64_t version = 0;
  for (const auto& each : list_policies(reading)) version = std::max(version, each.version);
  return version;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace pharmacy::test
