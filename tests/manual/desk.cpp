#include "manual/desk.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <regex>

#include "support/drill.h"
#include "support/prepared.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* staff = R"(
store staff add chenjing --name 陈静 --role clerk --new-key chenjing.key --allow-key-file
store staff add zhaomin --name 赵敏 --role pharmacist --new-key zhaomin.key --allow-key-file
store staff add nightly --name 夜间任务 --role job --new-key nightly.key
)";
constexpr const char* init = "store init --login wangli --name 王丽 --new-key wangli.key";

// Files as other systems write them, under the names that the manual gives them.
constexpr const char* files = R"(
printf 'name,phone,card\n李娜,13900139000,7001\n' >members.csv
printf '姓名,手机号,会员卡号,剩余积分\n李娜,13900139000,7001,120\n' | iconv -t gb18030 >会员.csv
printf 'FIRST,LAST,BIRTHDATE\nAda,Ng,1980-01-31\n' >patients.csv
printf 'code,name,price\nH0031,黄芪,0.35\n' >products.csv
printf 'EAN,TITLE\n6902222222222,布洛芬缓释胶囊\n' >foreign.csv
printf '商品编码,商品名称,单价\nH0031,黄芪,0.35\n' | iconv -t gb18030 >商品.csv
printf '销售时间,小票号,会员卡号,商品编码,商品名称,数量,实收金额\n2026-09-01 10:00,1,7001,H0031,黄芪,10,3.50\n' |
  iconv -t gb18030 >销售.csv
printf 'at,社保卡号,product,quantity,amount\n2026-09-01 周二,6001,6901234567890,1,28.00\n' >医保.csv
printf 'at,card,product,quantity,amount\n2026-09-01,6001,6901234567890,1,28.00\n' >sales.csv
printf 'code,name\nC08CA01,氨氯地平\n' >atc.csv
printf '药物A$药物B$严重程度$说明\nC08CA01$辛伐他汀$严重$肌病\n' >相互作用.csv
printf 'class,member\n青霉素类,J01C\n' >过敏.csv
calendar() {
  printf '{"holidays":{"%s-10-01":"National Day,国庆节,3"},"workdays":{},"inLieuDays":{}}\n' $1 >$1.json
}
calendar 2025
calendar 2026
printf '投诉单号,投诉时间,投诉内容,姓名,电话\nT1,2026-01-05 10:00,缺货,李娜,13900139000\n' |
  iconv -t gb18030 >投诉台账.csv
printf '工单号,创建时间,内容,姓名,电话\nG1,2026-01-05 10:00,缺货,李娜,13900139000\n' >工单.csv
printf 'reference,received_at,text,name,contact\nH1,2026/01/05 10:00,缺货,李娜,13900139000\n' >cases.csv
printf '批准文号,通用名,本位码\n国药准字H20020022,氨氯地平片,6901234567890\n' |
  iconv -t gb18030 >国家药品目录.csv
)";

constexpr const char* trade = R"(
member add 张伟 --phone 13800138000 --birth 1980-02-03 --card 6001
member consent give 6001 --purpose health
member consent give 6001 --purpose profiling
member health add 6001 --kind allergy --ingredient 青霉素
member add 张薇 --card 6101
member add 张微 --card 6102
member merge 6102 6101
member add 康宁诊所 --kind clinic --card 8001
member licence add 8001 --kind 医疗机构执业许可证 --number PDY310101 --expires 2099-12-31
store audit anchor anchors.txt
visit product add 6901234567890 苯磺酸氨氯地平片 --price 28.00 --unit 盒
visit reference import national 国家药品目录.csv --edition 2026-10 --encoding gb18030
for sale in 1 2 3 4 5 6 7 8 9 10 11 12; do
  visit buy 6001 6901234567890=2@28.00#B2291 6901234567890 --deliver-by tomorrow -q
done
visit buy 6001 6901234567890 --pay account -q
visit account pay 6001 8.00 -q
visit advice set 6901234567890 --dose 每次1片，一日1次
visit counsel add --receipt 1 -q
visit request add 6101 6901234567890
visit lead add 何小姐 --source event --phone 13700137001
visit lead add 孙先生 --source web
complain action add --cause stock --to wangli --due tomorrow 降压药设安全库存
complain action add --cause stock --to wangli --due tomorrow 降压药设安全库存
visit recall open --product 6901234567890 --batch B2291 --class 2 -q
printf 'photo' >photo.jpg
# One complaint in each state that an example needs.
for kind in complaint complaint suggestion suggestion complaint adverse_reaction complaint complaint \
  complaint complaint suggestion; do
  complain add --kind $kind --on 2026-01-05 --reason 补录 --by 李娜 --contact 13900139000 缺货 -q
done
complain evidence add C2026-1 photo.jpg -q
for number in 3 4 5 7 8 9 10 11; do complain ack C2026-$number -q; done
for number in 5 9; do complain reply C2026-$number 已补货 -q; done
complain reaction set C2026-6 --grade general --known --onset 2026-01-03 -q
complain pause C2026-8 --reason 等厂家回函 -q
complain answer C2026-9 --satisfied yes -q
complain close C2026-10 --as withdrawn --reason 顾客撤回 -q
complain suggest adopt C2026-11 下月起 -q
)";

// The other pharmacy of the manual is the same one.
constexpr const char* transfer = R"(
store address --name 康民大药房 -o kangmin.address
store send members.csv --to kangmin.address -o members.sealed
)";
constexpr const char* kept = R"(
store calendar close 2099-01-24 --reason 春节
store train add wangli --topic privacy --score 95
store doctor || test $? = 1
)";

}  // namespace

Desk::Desk(Before before) {
  prepare_today(dir_.path(), fmt::format("desk-{}", static_cast<int>(before)), [this, before] {
    if (before == Before::phrase) must("store init --login wangli --name 王丽");
    if (before != Before::nothing && before != Before::phrase) must(init);
    if (before == Before::staff) must(std::string{"set -e"} + staff);
    if (before == Before::files) must(std::string{"set -e"} + files);
    if (before == Before::trade || before == Before::kept)
      must(std::string{"set -e"} + files + trade + transfer);
    if (before == Before::kept) {
      drilled(dir_.file("store"), dir_.file("pharmacy.backup"), dir_.file("wangli.key"),
              [this] { must("store backup pharmacy.backup"); });
      must(std::string{"set -e"} + kept);
    }
  });
}

void Desk::must(const std::string& line) const {
  const auto ended = type(line);
  REQUIRE_MESSAGE(ended.status == 0, ended.out << ended.err);
}

Ended Desk::type(const std::string& line) const {
  const auto here = std::regex_replace(line, std::regex{"/srv/"}, dir_.path().string() + "/");
  std::vector<std::string> env{"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin",
                               "HOME=" + dir_.path().string(),
                               "PHARMACY_STORE=" + dir_.file("store"),
                               "LC_ALL=C.UTF-8",
                               "TERM=xterm",
                               "PAGER=cat",
                               "EDITOR=true"};
  if (fs::exists(dir_.file("wangli.key"))) {
    env.push_back("PHARMACY_KEY_FILE=" + dir_.file("wangli.key"));
  }
  return run_process({.argv = {"expect", PHARMACY_SOURCE_DIR "/tests/manual/answers.exp",
                               "cd '" + dir_.path().string() + "' && {\n" + here + "\n}"},
                      .env = env,
                      .input = {}});
}

}  // namespace pharmacy::test
