#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "member/member.h"
#include "pharmacy/members.h"
#include "support/run.h"
#include "support/test_store.h"

using namespace pharmacy;
using pharmacy::test::bytes_of;
using pharmacy::test::put_bytes;
using pharmacy::test::Ran;
using pharmacy::test::Surroundings;
using pharmacy::test::TempDir;
using pharmacy::test::TestStore;

namespace {

Ran member(TestStore& t, const std::vector<std::string>& args, Surroundings around = {}) {
  return pharmacy::test::run(cli::member, t, args, std::move(around));
}

Surroundings on_terminal() {
  Surroundings around;
  around.terminal = true;
  return around;
}

}  // namespace

TEST_CASE("member add tells what it added, and prints it for machines") {
  TestStore t{"2026-03-01"};
  const auto added = member(t, {"add", "张伟", "--phone", "138 0013 8000", "--birth", "1980-02-03",
                                "--card", "6001", "--sex", "男", "--format", "json"});
  CHECK(added.status == 0);
  CHECK(added.err == "added M1 张伟\n");
  CHECK(added.out.find("\"phone\":\"*******8000\"") != std::string::npos);
  CHECK(added.out.find("\"sex\":\"male\"") != std::string::npos);
  CHECK(added.out.find("1380013") == std::string::npos);
}

TEST_CASE("a taken phone is refused, and the refusal stores and prints nothing") {
  TestStore t{"2026-03-01"};
  CHECK(member(t, {"add", "张伟", "--phone", "13800138000"}).status == 0);
  const auto second = member(t, {"add", "李娜", "--phone", "138 0013 8000"});
  CHECK(second.status == static_cast<int>(cli::Exit::conflict));
  CHECK(second.out == "");
  CHECK(second.err ==
        "member add: this phone number belongs to M1\n"
        "use --shared if the two share a phone\n");
  CHECK(member(t, {"add", "李娜", "--phone", "13800138000", "--shared"}).status == 0);
}

TEST_CASE("the undo of a change restores a phone that another shares, and an odd note") {
  TestStore t{"2026-03-01"};
  member(t, {"add", "张伟", "--phone", "13800138000"});
  member(t, {"add", "李娜", "--phone", "13800138000", "--shared", "--note=--"});
  const auto changed = member(t, {"edit", "M2", "--phone", "13900139000", "--note", "plain"});
  CHECK(changed.err.find("undo: member edit M2 --phone previous --note=--") != std::string::npos);
  CHECK(member(t, {"edit", "M2", "--phone", "previous", "--note=--"}).status == 0);
  CHECK(member(t, {"show", "M2", "--format", "json"}).out.find("\"note\":\"--\"") !=
        std::string::npos);
}

TEST_CASE("a member with two cards shows and exports both") {
  TestStore t{"2026-03-01"};
  member(t, {"add", "张伟", "--card", "6001"});
  t.set_day("2026-03-02");
  member(t, {"edit", "M1", "--card", "6003"});
  CHECK(member(t, {"show", "M1", "--format", "json"}).out.find("\"other_cards\":\"6001\"") !=
        std::string::npos);
  const auto exported = member(t, {"export"});
  CHECK(exported.out.find(",other_cards,kind,") != std::string::npos);
  CHECK(exported.out.find(",6001,") != std::string::npos);
}

TEST_CASE("an export in a dry run writes nothing") {
  TestStore t{"2026-03-01"};
  const TempDir place;
  const auto path = (place.path() / "members.csv").string();
  CHECK(member(t, {"export", path, "--dry-run"}).status == 0);
  CHECK(!std::filesystem::exists(path));
}

TEST_CASE("a dry run says what it would do, and does nothing") {
  TestStore t{"2026-03-01"};
  const auto dry = member(t, {"add", "张伟", "--dry-run"});
  CHECK(dry.status == 0);
  CHECK(dry.err.find("would") != std::string::npos);
  CHECK(member(t, {"show", "M1"}).status == 1);
}

TEST_CASE("member show takes a number, a card or a phone, and says where else to look") {
  TestStore t{"2026-03-01"};
  member(t, {"add", "张伟", "--phone", "13800138000", "--card", "6001"});
  for (const char* who : {"M1", "6001", "138-0013-8000"}) {
    const auto shown = member(t, {"show", who});
    CHECK(shown.status == 0);
    CHECK(shown.out.find("张伟") != std::string::npos);
    CHECK(shown.out.find("13800138000") == std::string::npos);
  }
  const auto missing = member(t, {"show", "张伟"});
  CHECK(missing.status == 1);
  CHECK(missing.out == "");
  CHECK(missing.err ==
        "member show: there is no such member: 张伟\n"
        "look for the name with: member find\n");
}

TEST_CASE("member find lists by every way of typing, and ends with 1 where nobody is found") {
  TestStore t{"2026-03-01"};
  member(t, {"add", "张伟", "--phone", "13800138000", "--card", "6001"});
  for (const char* text : {"zhangwei", "zw", "8000", "张", "伟", "wei", "600"}) {
    const auto found = member(t, {"find", text});
    CHECK(found.status == 0);
    CHECK(found.out.find("M1\t张伟\t6001\t*******8000") != std::string::npos);
  }
  const auto nobody = member(t, {"find", "lina", "--format", "json"});
  CHECK(nobody.status == 1);
  CHECK(nobody.out.find("\"members\":[]") != std::string::npos);
  CHECK(member(t, {"find", ""}).status == 2);
}

TEST_CASE("a list that was cut says how to go on") {
  TestStore t{"2026-03-01"};
  for (int i = 0; i < 3; ++i) member(t, {"add", "张伟"});
  const auto some = member(t, {"list", "--limit", "2"});
  CHECK(some.status == 0);
  CHECK(some.err == "there are more: go on with --after M2\n");
  CHECK(member(t, {"list", "--after", "M2"}).err == "");
  CHECK(member(t, {"find", "zw", "--limit", "2"}).err.find("--limit") != std::string::npos);
  CHECK(member(t, {"find", "zw", "--limit", "3"}).err == "");
  CHECK(member(t, {"list", "--limit", "0"}).status == 2);
}

TEST_CASE("member edit prints the command that reverses it, and that command does") {
  TestStore t{"2026-03-01"};
  member(t,
         {"add", "张伟", "--phone", "13800138000", "--card", "6001", "--address", "解放路 12 号"});
  const auto edited = member(t, {"edit", "6001", "--name", "O'Hara", "--phone", "13900139000",
                                 "--card", "6003", "--address", "", "--sex", "m"});
  CHECK(edited.status == 0);
  CHECK(edited.err.find("member edit M1 --name 张伟 --remove-card 6003 --phone previous "
                        "--address '解放路 12 号' --sex ''") != std::string::npos);
  CHECK(member(t, {"edit", "M1", "--name", "张伟", "--remove-card", "6003", "--phone", "previous",
                   "--address", "解放路 12 号", "--sex", ""})
            .status == 0);
  const auto shown = member(t, {"show", "138 0013 8000", "--format", "json"});
  CHECK(shown.out.find("\"address\":\"解放路 12 号\"") != std::string::npos);
  CHECK(shown.out.find("\"sex\":null") != std::string::npos);

  const auto again = member(t, {"edit", "M1", "--name", "张伟"});
  CHECK(again.status == 0);
  CHECK(again.err == "nothing changed: M1 张伟 is so already\n");

  const auto history = member(t, {"history", "M1", "--format", "csv"});
  CHECK(history.out.find("phone,*******8000,*******9000") != std::string::npos);
  CHECK(history.out.find("13800138000") == std::string::npos);
}

TEST_CASE("member import and export fit together") {
  TestStore t{"2026-03-01"};
  const TempDir files;
  const std::string in = (files.path() / "in.csv").string();
  const std::string out = (files.path() / "out.csv").string();
  put_bytes(in,
            "姓名,卡号,手机号,积分\n张伟,6001,13800138000,350\n李娜,6002,13800138000,0\n=1+1,,,\n");
  const auto imported = member(t, {"import", in});
  CHECK(imported.status == 0);
  CHECK(imported.err.find("imported 3 members from in.csv") != std::string::npos);
  CHECK(imported.err.find("line 3: the phone is also on line 2") != std::string::npos);
  CHECK(member(t, {"points", "6001", "--format", "json"}).out.find("\"balance\":350") !=
        std::string::npos);
  const auto again = member(t, {"import", in});
  CHECK(again.status == 0);
  CHECK(again.err.find("imported nothing") != std::string::npos);

  CHECK(member(t, {"export", out}).status == 0);
  CHECK(bytes_of(out) ==
        "id,name,card,phone,sex,birth,address,note,joined,other_cards,kind,class,region,relation,"
        "call_as,contact_by,city_size\n"
        "M1,张伟,6001,'+8613800138000,,,,,2026-03-01,,,,,,,,\n"
        "M2,李娜,6002,'+8613800138000,,,,,2026-03-01,,,,,,,,\n"
        "M3,'=1+1,,,,,,,2026-03-01,,,,,,,,\n");
  CHECK(member(t, {"export", out}).status == 73);
  CHECK(member(t, {"export", out, "--force"}).status == 0);
  CHECK(member(t, {"export"}).out == bytes_of(out));
  CHECK(member(t, {"export", "--format", "json"}).status == 2);
  CHECK(member(t, {"export", "--format", "jsonl"}).out.find("{\"id\":\"M1\",\"name\":\"张伟\"") ==
        0);

  TestStore other{"2026-04-01"};
  CHECK(member(other, {"import", out}).status == 0);
  CHECK(member(other, {"export"}).out == bytes_of(out));
}

TEST_CASE("bad rows are kept beside the file, and nothing is imported") {
  TestStore t{"2026-03-01"};
  const TempDir files;
  const std::string in = (files.path() / "in.csv").string();
  put_bytes(in, "name,birth\n张伟,1980-02-03\n李娜,1980-02-30\n");
  const auto refused = member(t, {"import", in});
  CHECK(refused.status == 65);
  CHECK(refused.out == "");
  CHECK(refused.err.find("line 3, birth: this is no date: 1980-02-30") != std::string::npos);
  CHECK(member(t, {"show", "M1"}).status == 1);
  CHECK(member(t, {"import", in, "--keep-good", "--force"}).status == 1);
  CHECK(member(t, {"show", "M1"}).status == 0);
  CHECK(bytes_of(in + ".rejected.csv") ==
        "\xef\xbb\xbfname,birth,line,column,error\n"
        "李娜,1980-02-30,3,birth,this is no date: 1980-02-30\n");
}

TEST_CASE("an import asks on a terminal") {
  TestStore t{"2026-03-01"};
  const TempDir files;
  const std::string in = (files.path() / "in.csv").string();
  put_bytes(in, "name\n张伟\n");
  auto around = on_terminal();
  around.in = "n\n";
  CHECK(member(t, {"import", in}, around).status == 1);
  CHECK(member(t, {"show", "M1"}).status == 1);
  around.in = "y\n";
  CHECK(member(t, {"import", in}, around).status == 0);
  CHECK(member(t, {"show", "M1"}).status == 0);
}
