#include "format/python.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "base/as_bytes.h"
#include "crypto/hash.h"
#include "format/vectors.h"
#include "support/test_store.h"
#include "vault/keyring/slot.h"

namespace pharmacy::test {

Ended run_python(const char* script, const std::vector<std::string>& arguments) {
  Run run;
  run.argv = {"/usr/bin/python3", "-B", (vectors_directory() / script).string()};
  run.argv.insert(run.argv.end(), arguments.begin(), arguments.end());
  run.env = {"LC_ALL=C.UTF-8"};
  return run_process(run);
}

Verdicts verdicts_in(const Ended& ended) {
  CHECK(ended.err == "");
  Verdicts verdicts;
  std::istringstream in{ended.out};
  for (std::string line; std::getline(in, line);) {
    const auto space = line.find("  ");
    REQUIRE(space != line.npos);
    verdicts[line.substr(0, space)] = line.substr(space + 2);
  }
  return verdicts;
}

Verdicts reader_verdicts(const TestStore& t) {
  return verdicts_in(run_python("reader.py", {"--health", t.path().string(), t.key_file_path()}));
}

std::string differences(const Verdicts& library, const Verdicts& reader) {
  std::string text;
  Verdicts all = library;
  all.insert(reader.begin(), reader.end());
  for (const auto& [name, one] : all) {
    const auto said = [&, &name = name](const Verdicts& by) {
      return by.contains(name) ? by.at(name) : "nothing";
    };
    if (said(library) != said(reader))
      text += fmt::format("{}: {}, the reader {}\n", name, said(library), said(reader));
  }
  return text;
}

std::string shown(std::string_view value) {
  constexpr std::size_t longest = 60;
  if (value.size() <= longest) {
    std::string line;
    for (const char c : value) line += c == '\n' ? std::string{"\\n"} : std::string{c};
    return line;
  }
  return fmt::format("{}:{}", value.size(),
                     vault::hex(crypto::digest(as_bytes(value))).substr(0, 16));
}

}  // namespace pharmacy::test
