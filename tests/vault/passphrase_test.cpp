// Which passphrases can be taken.
#include <algorithm>
#include <array>
#include <random>

#include "pharmacy/store.h"
#include "support/trials.h"
#include "support/vault.h"

using namespace pharmacy;

namespace {

bool is_taken(std::string_view passphrase, std::string_view login = "chenjing.77",
              std::string_view name = "陈静 Chen Jing") {
  return faults_of_passphrase(Secret{passphrase}, login, name).empty();
}

}  // namespace

TEST_CASE("a passphrase that is made of what is tried first is not taken") {
  for (const char* easy :
       {// common words, with what people add to them
        "password", "Password1", "PASSWORD2024!", "passwordpassword", "2026password", "pharmacy123",
        "pharmacy pharmacist", "yaofang888", "dayaofang01", "woaini1314", "woaini520",
        "welcome@2026", "admin12345", "药房药房药房药店", "我爱你我的密码2026", "iloveyou!!",
        "monkey-dragon-7", "correct horse battery staple",
        // signs that stand for letters, and full width
        "p@ssw0rd", "P4$$w0rd!", "ph4rm4cy2026", "P@ssw0rd20241001", "ｐａｓｓｗｏｒｄ１２３",
        // the person
        "chenjing", "chenjing.77", "ChenJing1990", "chen jing 8", "jingchen88",
        "静静 陈静 陈静2026", "陈静陈静陈静1990",
        // rows of keys and of the alphabet
        "12345678", "87654321", "0123456789", "qwertyuiop", "qwertyui", "asdfghjkl", "zxcvbnm123",
        "1qaz2wsx", "1q2w3e4r5t", "abcdefgh", "abcd1234", "11223344", "aabbccddee", "poiuytrewq",
        "!@#$%^&*", "qwer1234!@#$",
        // one text again and again
        "aaaaaaaa", "abababab", "xk7#xk7#", "xk7#xk7#xk", "ab12ab12ab12", "王丽王丽王丽王丽",
        // days, phones, identity numbers
        "19900305", "05031990", "03051990", "1990-03-05", "1990.3.5", "1990/3/05", "li19900305",
        "900305li", "13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000",
        "li13800138000", "010-62345678", "02164321234", "110101199003074578",
        "11010119900307457x"}) {
    CAPTURE(easy);
    CHECK_FALSE(is_taken(easy));
  }
}

TEST_CASE("what is not easily guessed is taken, whatever characters it is made of") {
  for (const char* good :
       {"four words in a row", "paper lantern by noon", "quiet river under stone",
        "张伟李娜王丽家庭", "小猫在屋顶上晒太阳", "xk7#pq2z", "mzqvbtfw", "8305917264",
        "sunshine over the quiet river", "the pharmacist hums loudly", "药房里的猫咪真可爱",
        "chen jing eats eleven plums", "Tr0ub4dor&3", "wangli has a cat", "jqx 1990 vmw"}) {
    CAPTURE(good);
    CHECK(is_taken(good));
  }
}

TEST_CASE("the login and the name that count are those of whoever takes the passphrase") {
  CHECK_FALSE(is_taken("zhangwei99", "zhangwei", "张伟"));
  CHECK(is_taken("zhangwei99", "li", "李"));
  CHECK_FALSE(is_taken("张伟张伟 1990 号", "w", "张伟"));
  CHECK(is_taken("a plum for everyone", "a", "b"));
  CHECK(is_taken("a plum for everyone", "", "\xff\xfe"));
}

TEST_CASE("a passphrase has 8 characters, and no more than 1,024 bytes of text") {
  CHECK_FALSE(is_taken("xk7#pq2"));
  CHECK_FALSE(is_taken("小猫屋顶太阳晒"));
  CHECK_FALSE(is_taken("xk7#pq2z\xff"));
  std::string longest;
  for (std::size_t i = 0; i < 1024; ++i) longest += static_cast<char>('a' + i * i * 7 % 26);
  CHECK(is_taken(longest));
  CHECK_FALSE(is_taken(longest + 'x'));
}

TEST_CASE("random words and random characters are hardly ever refused") {
  constexpr std::array vocabulary{"apple",  "bottle", "candle",   "desert", "engine", "forest",
                                  "garden", "hammer", "island",   "jacket", "kitten", "ladder",
                                  "marble", "needle", "orange",   "pencil", "quartz", "ribbon",
                                  "saddle", "tunnel", "umbrella", "velvet", "window", "yellow",
                                  "zipper", "anchor", "bridge",   "copper"};
  test::Random random;
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string phrase;
    for (int word = 0; word < 3; ++word)
      phrase += std::string{vocabulary.at(random.below(vocabulary.size()))} + " ";
    // A word that comes three times is refused; one in 800 of these.
    if (!is_taken(phrase)) ++refused;
    std::string characters(12, ' ');
    for (char& c : characters) c = static_cast<char>('!' + random.below(94));
    if (!is_taken(characters)) ++refused;
  }
  CHECK(refused < 15);
}
