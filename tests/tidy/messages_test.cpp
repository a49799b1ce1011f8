// Every text that people read is in the catalogue, in Chinese.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "support/temp_dir.h"
#include "tidy/rules.h"
#include "tidy/tools.h"

using namespace tidy;
using pharmacy::test::TempDir;

namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream file{path};
  file << text;
  REQUIRE(file.good());
}

// The messages of these sources, as apps/po/update collects them.
std::string template_of(const TempDir& place, const std::vector<Source>& all) {
  std::string names;
  for (const auto& source : all) names += source.path + '\n';
  write(place.file("names"), names);
  const auto ended =
      run({"xgettext", "--directory=" PHARMACY_SOURCE_DIR, "--files-from=" + place.file("names"),
           "--from-code=UTF-8", "--language=C++", "--no-location", "--keyword=_", "--keyword=N_",
           "--keyword=P_:1,2", "-o", place.file("all.pot")});
  CHECK(ended.status == 0);
  std::ostringstream body;
  body << std::ifstream{place.file("all.pot")}.rdbuf();
  write(place.file("all.pot"),
        std::regex_replace(body.str(), std::regex{"charset=CHARSET"}, "charset=UTF-8"));
  return place.file("all.pot");
}

// What is missing, untranslated or in doubt; empty where nothing is.
std::string compare(const std::string& catalogue, const std::string& templ) {
  const auto ended = run({"msgcmp", catalogue, templ});
  return ended.status == 0 ? "" : ended.err;
}

const char* const head =
    "msgid \"\"\nmsgstr \"\"\n\"Language: zh_CN\\n\"\n"
    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Plural-Forms: nplurals=1; "
    "plural=0;\\n\"\n\n";

// The {fields} of a message, sorted: a translation may move them, not lose them.
std::vector<std::string> fields(const std::string& text) {
  static const std::regex field{"\\{[^}]*\\}"};
  std::vector<std::string> all{std::sregex_token_iterator{text.begin(), text.end(), field}, {}};
  std::ranges::sort(all);
  return all;
}

// One message of a catalogue written without wrapping: its keywords and their texts.
using Message = std::map<std::string, std::string>;

std::vector<Message> messages(const std::string& catalogue) {
  const auto ended = run({"msgattrib", "--no-wrap", "--no-obsolete", catalogue});
  REQUIRE(ended.status == 0);
  std::vector<Message> all(1);
  static const std::regex entry{"^(?:([a-z_]+(?:\\[\\d+\\])?) )?\"(.*)\"$"};
  std::string keyword;
  for (const auto& line : lines_of(ended.out)) {
    std::smatch found;
    if (line.empty()) all.emplace_back();
    if (!std::regex_match(line, found, entry)) continue;
    if (found[1].matched) keyword = found[1];
    all.back()[keyword] += found[2].str();
  }
  return all;
}

// The translations that have other fields than their message; those that are missing are another
// rule's.
std::string lost_fields(const std::string& catalogue) {
  std::string faults;
  for (auto& message : messages(catalogue)) {
    const auto& id = message.contains("msgid_plural") ? message["msgid_plural"] : message["msgid"];
    const auto& text = message.contains("msgstr[0]") ? message["msgstr[0]"] : message["msgstr"];
    if (!id.empty() && !text.empty() && fields(id) != fields(text)) faults += id + '\n';
  }
  return faults;
}

}  // namespace

TEST_CASE("the Chinese catalogue has every message, translated and beyond doubt") {
  const TempDir place;
  const auto all = sources({"lib", "apps"}, {".cpp", ".h"});
  CHECK(compare(in_tree("apps/po/zh_CN.po"), template_of(place, all)) == "");
}

TEST_CASE("translations keep the fields of their messages") {
  CHECK(messages(in_tree("apps/po/zh_CN.po")).size() > 100);
  CHECK(lost_fields(in_tree("apps/po/zh_CN.po")) == "");
}

TEST_CASE("the rule of messages notices what is missing, empty or fuzzy") {
  const TempDir place;
  const auto check = [&](const std::string& entry) {
    write(place.file("zh.po"), head + entry);
    write(place.file("a.pot"), std::string{head} + "msgid \"a\"\nmsgstr \"\"\n");
    return compare(place.file("zh.po"), place.file("a.pot"));
  };
  CHECK(check("msgid \"a\"\nmsgstr \"甲\"\n") == "");
  CHECK(check("msgid \"b\"\nmsgstr \"乙\"\n") != "");
  CHECK(check("msgid \"a\"\nmsgstr \"\"\n") != "");
  CHECK(check("#, fuzzy\nmsgid \"a\"\nmsgstr \"甲\"\n") != "");
}

TEST_CASE("the rule of fields notices one that is lost or renamed") {
  const TempDir place;
  const auto check = [&](const std::string& entry) {
    write(place.file("zh.po"), head + entry);
    return lost_fields(place.file("zh.po"));
  };
  CHECK(check("msgid \"a {} and {b}\"\nmsgstr \"{b} 和 {} 甲\"\n") == "");
  CHECK(check("msgid \"a {}\"\nmsgstr \"甲\"\n") != "");
  CHECK(check("msgid \"a {b}\"\nmsgstr \"甲 {c}\"\n") != "");
  CHECK(check("msgid \"a {}\"\nmsgid_plural \"as {}\"\nmsgstr[0] \"甲\"\n") != "");
}
