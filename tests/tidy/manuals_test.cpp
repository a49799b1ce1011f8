// The manual says what the programs do: its pages are sound, and their options are the programs'.
#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>

#include "tidy/rules.h"
#include "tidy/tools.h"

using namespace tidy;

namespace {

using Names = std::set<std::string>;

std::string lint(const std::string& page) {
  const auto ended = run({"mandoc", "-Tlint", "-Wwarning"}, page);
  return ended.out + ended.err;
}

Names matches(const std::string& text, const std::regex& what) {
  Names names;
  for (std::sregex_iterator at{text.begin(), text.end(), what}, end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

// "Fl Fl card" in a page is the option --card.
Names options_of_page(const std::string& page) {
  static const std::regex option{"\\bFl Fl ([a-z][a-z-]*)"};
  return matches(page, option);
}

// The long options in a help text: the lines that begin with one, below `heading` up to an empty
// line.
Names options_of_help(const std::string& help, const std::string& heading) {
  Names names;
  static const std::regex option{"^  (?:-\\w, )?--([a-z][a-z-]*)"};
  bool inside = false;
  for (const auto& line : lines_of(help)) {
    std::smatch found;
    if (line == heading) inside = true;
    if (line.empty()) inside = false;
    if (inside && std::regex_search(line, found, option)) names.insert(found[1]);
  }
  return names;
}

// The verbs in a program's help: the lines below "Verbs:" up to an empty one.
Names verbs_of_help(const std::string& help) {
  Names names;
  static const std::regex verb{"^  (\\w[\\w-]*(?: \\w[\\w-]*)*)(?:  .*)?$"};
  bool inside = false;
  for (const auto& line : lines_of(help)) {
    std::smatch found;
    if (line == "Verbs:") {
      inside = true;
    } else if (line.empty()) {
      inside = false;
    } else if (inside && std::regex_match(line, found, verb)) {
      names.insert(found[1]);
    }
  }
  return names;
}

std::string help(const std::string& program, const std::string& verb) {
  std::vector<std::string> argv{pharmacy::test::program(program), "help"};
  for (std::size_t from = 0; from < verb.size();) {
    const auto end = std::min(verb.find(' ', from), verb.size());
    argv.push_back(verb.substr(from, end - from));
    from = end + 1;
  }
  const auto ended = run(argv);
  CHECK(ended.status == 0);
  return ended.out;
}

std::string page(const std::string& name) {
  const auto found = sources({"man/" + name}, {name});
  REQUIRE(found.size() == 1);
  return found.front().text;
}

Names difference(const Names& from, const Names& what) {
  Names rest;
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

std::string joined(const Names& names) {
  std::string text;
  for (const auto& name : names) text += name + ' ';
  return text;
}

}  // namespace

TEST_CASE("every page of the manual is sound") {
  const auto pages = sources({"man"}, {".1", ".5", ".7"});
  CHECK(pages.size() >= 6);
  for (const auto& each : pages) {
    CAPTURE(each.path);
    CHECK(lint(each.text) == "");
  }
  CHECK(lint(".Dd 1 January 2026\n.Dt A 1\n.Sh NAMES\n.Xx\n") != "");
}

TEST_CASE("the options and verbs of each page are those of its program") {
  for (const auto* program : {"store", "member", "visit", "complain", "report"}) {
    CAPTURE(program);
    const auto overview = help(program, "");
    const auto global = options_of_help(overview, "Options of every verb:");
    const auto verbs = verbs_of_help(overview);
    CHECK(global.contains("store"));
    CHECK(verbs.size() >= 2);
    Names own;
    const auto text = page(std::string{program} + ".1");
    for (const auto& verb : verbs) {
      own.merge(options_of_help(help(program, verb), "Options:"));
      CHECK_MESSAGE(text.find("\n.Cm " + verb) != std::string::npos, verb);
    }
    const auto documented = options_of_page(text);
    CHECK(joined(difference(own, documented)) == "");
    CHECK(joined(difference(difference(documented, own), global)) == "");
    CHECK(joined(difference(global, options_of_page(page("pharmacy.7")))) == "");
  }
}

TEST_CASE("options and verbs are read off help and pages as they are written") {
  const std::string sample =
      "member - keep\n\nVerbs:\n  add          register --not this\n  product add  list\n\n"
      "Options:\n  -q, --quiet      do not --say\n  --key-file FILE  file\n\nExamples:\n"
      "  member add --card 1\n";
  CHECK(joined(verbs_of_help(sample)) == "add product add ");
  CHECK(joined(options_of_help(sample, "Options:")) == "key-file quiet ");
  CHECK(joined(options_of_page(".It Fl Fl key-file Ar file\n.Op Fl Fl quiet\n.Op Fl q\n")) ==
        "key-file quiet ");
}
