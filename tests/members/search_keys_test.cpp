#include "members/search/search_keys.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using pharmacy::members::key_size_max;
using pharmacy::members::search_form;
using pharmacy::members::search_keys;
using pharmacy::members::SearchKey;

namespace {

std::vector<std::string> keys_of(std::string_view name, bool inner) {
  std::vector<std::string> keys;
  for (const auto& key : search_keys(name)) {
    if (key.inner == inner) keys.push_back(key.key);
  }
  return keys;
}

using Texts = std::vector<std::string>;

// Whether typing `text` finds a member of this name.
bool finds(std::string_view text, std::string_view name) {
  const std::string form = search_form(text);
  const auto keys = search_keys(name);
  return std::any_of(keys.begin(), keys.end(),
                     [&](const SearchKey& key) { return key.key.starts_with(form); });
}

}  // namespace

TEST_CASE("a name has the keys of its characters, its pinyin and its initials") {
  CHECK(keys_of("张伟", false) == Texts{"zhangwei", "zw", "张伟"});
  CHECK(keys_of("张伟", true) == Texts{"w", "wei", "伟"});
  CHECK(keys_of("李", false) == Texts{"l", "li", "李"});
  CHECK(keys_of("李", true).empty());
}

TEST_CASE("a name is found by what people type") {
  for (const char* text : {"张伟", "张", "伟", "zhangwei", "zhang", "ZhangWei", "zhang wei",
                           "zhangw", "wei", "zw", "ZW", "w", "ｚｈａｎｇ"}) {
    INFO(text);
    CHECK(finds(text, "张伟"));
  }
  for (const char* text : {"李", "hang", "zhangx", "wz", "ang", "zwx"}) {
    INFO(text);
    CHECK_FALSE(finds(text, "张伟"));
  }
}

TEST_CASE("a surname is found by its own reading and by the ordinary one") {
  struct Case {
    const char* name;
    Texts typed;
  };
  const std::vector<Case> cases{
      {"单田", {"shantian", "dantian", "st"}},
      {"曾国", {"zengguo", "cengguo", "zg"}},
      {"仇英", {"qiuying", "chouying"}},
      {"查良", {"zhaliang", "chaliang"}},
      {"任静", {"renjing"}},
      {"解缙", {"xiejin", "jiejin"}},
      {"朴勇", {"piaoyong", "puyong"}},
      {"尉迟恭", {"yuchigong", "weichigong"}},
      {"万俟雅", {"moqiya", "wanqiya"}},
      {"区浩", {"ouhao", "quhao"}},
      {"盖文", {"gewen", "gaiwen"}},
      {"长孙雪", {"zhangsunxue", "changsunxue"}},
      {"令狐明", {"linghuming", "lhm"}},
      {"覃丽", {"qinli", "tanli"}},
      {"翟敏", {"zhaimin", "dimin"}},
      {"缪华", {"miaohua"}},
      {"華佗", {"huatuo"}},
      {"乐嘉", {"yuejia", "lejia", "yj", "lj"}},
  };
  for (const auto& [name, typed] : cases) {
    for (const auto& text : typed) {
      INFO(name, " by ", text);
      CHECK(finds(text, name));
    }
  }
  CHECK_FALSE(finds("shan", "丹"));       // no surname of that reading
  CHECK_FALSE(finds("zhafu", "王查富"));  // not where it is no surname
}

TEST_CASE("ü is typed as v or as u") {
  for (const char* text : {"lv", "lu", "lü", "LÜ", "lvjun", "lujun"}) {
    INFO(text);
    CHECK(finds(text, "吕军"));
  }
  CHECK(finds("nu", "女"));
  CHECK(finds("lue", "略"));
  CHECK_FALSE(finds("lv", "陆军"));
}

TEST_CASE("names in other letters are found by any part and by initials") {
  CHECK(finds("gleason", "Alice368 Gleason633"));
  CHECK(finds("ALICE", "Alice368 Gleason633"));
  CHECK(finds("lice368gl", "Alice368 Gleason633"));
  CHECK(finds("ag", "Alice368 Gleason633"));
  CHECK(finds("strasse", "Straße"));
  CHECK(finds("O'Hara", "O\u2019Hara"));
  CHECK(finds("ohara", "O'Hara"));
  CHECK(finds("买买提", "阿卜杜拉·买买提"));
  CHECK(finds("阿卜杜拉买", "阿卜杜拉·买买提"));
  CHECK(finds("mmt", "阿卜杜拉·买买提"));
  CHECK(finds("abby", "Abby 李"));
  CHECK(finds("abbyli", "Abby 李"));
}

TEST_CASE("characters beyond the common blocks have readings") {
  CHECK(finds("qiu", "㐀"));        // extension A
  CHECK(finds("wangyun", "王𠱳"));  // extension B
}

TEST_CASE("a name without letters has no keys") {
  CHECK(search_keys("·").empty());
  CHECK(search_keys(" ").empty());
  CHECK(search_form("·").empty());
}

TEST_CASE("keys of a long name stay within their limits") {
  std::string name;
  for (int i = 0; i < 66; ++i) name += "乐";
  const auto keys = search_keys(name);
  CHECK(keys.size() > 40);
  CHECK(keys.size() < 1000);
  CHECK(std::is_sorted(keys.begin(), keys.end()));
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  for (const auto& key : keys) {
    CHECK(key.key.size() <= key_size_max);
    CHECK(!key.key.empty());
  }
  CHECK(search_form(name).size() <= key_size_max);
  CHECK(finds(name, name));
}
