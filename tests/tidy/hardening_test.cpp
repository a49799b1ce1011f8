// What the compiler and the linker do against somebody who finds a way to write over memory is in
// the programs and the library as they were built.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

#include "support/sanitizers.h"
#include "support/temp_dir.h"
#include "tidy/rules.h"
#include "tidy/tools.h"

using namespace tidy;
using pharmacy::test::TempDir;

namespace {

// What a file lacks, by names of its own:
//   pie        it can be loaded anywhere
//   relro now  what the loader filled in cannot be changed, and it fills in all at once
//   stack      neither the stack nor anything else can be written and run
//   canary     functions with buffers notice that one ran over
//   fortify    calls of the C library know the sizes of buffers
std::set<std::string> lacking(const std::string& file) {
  const auto read =
      run({"readelf", "--wide", "--file-header", "--segments", "--dynamic", "--dyn-syms", file});
  REQUIRE_MESSAGE(read.status == 0, read.err);
  const auto lines = lines_of(read.out);
  const auto has = [&lines](const char* pattern) {
    const std::regex wanted{pattern};
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return std::regex_search(line, wanted); });
  };
  std::set<std::string> lacks;
  const auto need = [&lacks](const char* what, bool is_there) {
    if (!is_there) lacks.insert(what);
  };
  need("pie", has("^ *Type: +DYN "));
  need("relro", has("^ *GNU_RELRO "));
  need("now", has(R"(\(FLAGS\) .*BIND_NOW|\(FLAGS_1\) .*NOW|\(BIND_NOW\))"));
  need("stack", has("^ *GNU_STACK ") && !has("^ *[A-Z_]+ +(0x[0-9a-f]+ +){5}RWE "));
  need("canary", has(" UND __stack_chk_fail\\b"));
  need("fortify", has(" UND __(?!stack_chk_fail)\\w+_chk\\b"));
  return lacks;
}

// A program with a buffer and a call that fills it, built with these options.
std::string built(const TempDir& dir, const std::vector<std::string>& options) {
  const auto source = dir.file("control.c"), program = dir.file("control");
  std::ofstream{source} << "#include <string.h>\n#include <stdio.h>\n"
                           "int main(int count, char** words) {\n  char text[64];\n"
                           "  strcpy(text, words[count - 1]);\n  return puts(text);\n}\n";
  std::vector<std::string> argv{"cc", "-o", program, source};
  argv.insert(argv.end(), options.begin(), options.end());
  const auto ended = run(argv);
  REQUIRE_MESSAGE(ended.status == 0, ended.err);
  return program;
}

}  // namespace

TEST_CASE("the programs and the library are hardened as their build is") {
  std::vector<std::string> files{PHARMACY_LIBRARY};
  for (const char* name : {"store", "member", "visit", "complain", "report"})
    files.push_back(pharmacy::test::program(name));
  // Sanitizers go without the rest, and without an optimiser nothing is fortified.
  std::vector<const char*> ignored;
  if (PHARMACY_SANITIZES_ADDRESS()) ignored = {"now", "canary", "fortify"};
  if (!PHARMACY_IS_FORTIFIED) ignored.push_back("fortify");
  for (const auto& file : files) {
    auto lacks = lacking(file);
    for (const char* what : ignored) lacks.erase(what);
    for (const auto& what : lacks) FAIL_CHECK(file << ": " << what);
  }
}

TEST_CASE("what a program lacks that is not hardened is found out") {
  using Words = std::set<std::string>;
  const TempDir dir;
  CHECK(lacking(built(dir, {"-O0", "-no-pie", "-z", "norelro", "-z", "lazy", "-z", "execstack",
                            "-fno-stack-protector", "-U_FORTIFY_SOURCE"})) ==
        Words{"canary", "fortify", "now", "pie", "relro", "stack"});
  const std::vector<std::string> hardened{"-O2",
                                          "-fPIE",
                                          "-pie",
                                          "-Wl,-z,relro,-z,now",
                                          "-fstack-protector-strong",
                                          "-D_FORTIFY_SOURCE=2"};
  CHECK(lacking(built(dir, hardened)) == Words{});
  const auto but = [&](const std::vector<std::string>& options) {
    auto all = hardened;
    all.insert(all.end(), options.begin(), options.end());
    return lacking(built(dir, all));
  };
  CHECK(but({"-no-pie"}) == Words{"pie"});
  CHECK(but({"-Wl,-z,norelro"}) == Words{"relro"});
  CHECK(but({"-Wl,-z,lazy"}) == Words{"now"});
  CHECK(but({"-z", "execstack"}) == Words{"stack"});
  CHECK(but({"-fno-stack-protector"}) == Words{"canary"});
  CHECK(but({"-O0"}) == Words{"fortify"});
}
