// In which language a session is answered, and when its encoding is not ours.
#include "cli/locale.h"

#include <doctest/doctest.h>

namespace pharmacy::test {

using cli::languages_for;
using cli::says_other_encoding;

TEST_CASE("the language of a locale that is not installed is asked for by itself") {
  CHECK(languages_for("zh_CN.UTF-8", "", false) == "zh_CN");
  CHECK(languages_for("zh_CN.UTF-8", "", true) == std::nullopt);
  CHECK(languages_for("", "", true) == std::nullopt);
  CHECK(languages_for("de_DE.UTF-8", "zh_CN:en", false) == std::nullopt);
}

TEST_CASE("simplified Chinese of other places is answered as that of China") {
  for (const char* locale : {"zh", "zh_SG", "zh_Hans_CN", "zh_Hans_SG"}) {
    CAPTURE(locale);
    const auto both = std::string{locale} + ":zh_CN";
    CHECK(languages_for(std::string{locale} + ".UTF-8", "", false) == both);
    CHECK(languages_for(std::string{locale} + ".UTF-8@stroke", "", true) == both);
    CHECK(languages_for("C.UTF-8", locale, true) == both);
  }
  CHECK(languages_for("en_US.UTF-8", "en:zh:fr", true) == "en:zh:zh_CN:fr");
  for (const char* locale : {"zh_TW", "zh_HK", "zh_Hant_TW"}) {
    CAPTURE(locale);
    CHECK(languages_for(locale, "", true) == std::nullopt);
    CHECK(languages_for(locale, "", false) == locale);
  }
}

TEST_CASE("an encoding is read off the name of a locale") {
  for (const char* other : {"zh_CN.GBK", "zh_CN.gb18030@pinyin", "en_US.ISO-8859-1"}) {
    CAPTURE(other);
    CHECK(says_other_encoding(other));
  }
  for (const char* ours : {"zh_CN.UTF-8", "zh_CN.utf8", "zh_CN.utf8@pinyin", "zh_CN", "C", ""}) {
    CAPTURE(ours);
    CHECK_FALSE(says_other_encoding(ours));
  }
}

}  // namespace pharmacy::test
