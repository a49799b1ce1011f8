#include "roles/pharmacy.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "support/drill.h"
#include "support/prepared.h"
#include "support/test_store.h"

namespace pharmacy::test {

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

namespace {

Line line_of(const std::string& answers, const std::string& what, const std::string& command) {
  static const std::map<std::string, int> statuses{
      {"yes", 0}, {"no", not_permitted}, {"rule", refused_by_rule}};
  Line line;
  line.command = command;
  std::istringstream words(answers);
  for (int& status : line.status) {
    std::string word;
    words >> word;
    REQUIRE_MESSAGE(statuses.contains(word), what);
    status = statuses.at(word);
  }
  const auto plus = what.find(" + ");
  line.verb = what.substr(0, plus);
  if (plus != std::string::npos) std::istringstream{what.substr(plus + 3)} >> line.permission;
  return line;
}

}  // namespace

std::map<std::string, Line> read_lines() {
  std::map<std::string, Line> lines;
  std::ifstream file(PHARMACY_SOURCE_DIR "/tests/roles/roles.txt");
  for (std::string text; std::getline(file, text);) {
    if (text.empty() || text.starts_with('#')) continue;
    const auto first = text.find('|'), second = text.find('|', first + 1);
    REQUIRE(second != std::string::npos);
    const std::string what = trimmed(text.substr(first + 1, second - first - 1));
    CHECK_MESSAGE(!lines.contains(what), what << " has two lines");
    lines.emplace(what, line_of(text.substr(0, first), what, trimmed(text.substr(second + 1))));
  }
  return lines;
}

Pharmacy::Pharmacy(Crowd crowd) {
  prepare_today(dir_.path(), crowd == Crowd::no ? "pharmacy" : "crowd", [&] { set_up(crowd); });
}

Ended Pharmacy::run(const std::string& command, const std::string& key) const {
  Run run;
  run.argv = {"/bin/sh", "-c", "cd " + dir_.path().string() + " && " + command};
  run.env = {"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin", "PHARMACY_STORE=store",
             "XDG_RUNTIME_DIR=" + (dir_.path() / "runtime").string()};
  if (!key.empty()) run.env.push_back("PHARMACY_KEY_FILE=" + key);
  return run_process(run);
}

void Pharmacy::set_up(Crowd crowd) const {
  must("store init --login wangli --name 王丽 --new-key wangli.key", "");
  for (const std::string role : roles)
    must(
        fmt::format("store staff add r-{0} --name {0} --role {0} --new-key r-{0}.key "
                    "--allow-key-file",
                    role));
  must("member add 张伟 --phone 13800138000 --card 6001");
  must("member add 李晓 --card 6002");
  must("member add 李小 --card 6003");
  must("member merge 6003 6002");
  must("member add 康宁诊所 --kind clinic --card 8001");
  must("member licence add 8001 --kind 许可证 --number A1 --expires 2099-12-31");
  must("visit product add 6901234567890 氨氯地平片 --price 28.00");
  must("visit buy 6001 6901234567890=1#B1");
  must("visit buy 6001 6901234567890 --deliver-by tomorrow");
  must("visit buy 6001 6901234567890 --pay account");
  must("visit account pay 6001 2.00");
  must("visit request add 6001 6901234567890");
  must("visit counsel add 6001 --product 6901234567890 --dose 每次1片");
  must("complain action add 排班 --cause stock --to wangli --due 2099-12-31");
  must("visit lead add 王芳 --source event --phone 13700137001");
  live_through_complaints();
  must("visit recall open --product 6901234567890 --batch B1 --class 1");
  must("member consent give 6001 --purpose health");
  must("member consent give 6001 --purpose profiling");
  must("member health add 6001 --kind allergy --ingredient 青霉素");
  drilled(dir_.file("store"), dir_.file("made.backup"), dir_.file("wangli.key"),
          [this] { must("store backup made.backup"); });
  must("store address -o our.address");
  must("member export | store send - --as all.csv --to our.address -o made.sealed");
  if (crowd == Crowd::yes) {
    must("(echo name; seq -f '会员%g' 201) > crowd.csv && member import crowd.csv");
    must("! member export all.csv");
  }
  must("mkdir -m 700 runtime");
  must("store policy show > policy.toml");
  must("store train add r-clerk --topic privacy --score 90");
  must("store doctor; test $? = 1");
  must(
      "printf '{\"holidays\":{\"2026-10-01\":\"National Day,国庆节,3\"},"
      "\"workdays\":{},\"inLieuDays\":{}}' > 2026.json");
  must("store calendar close 2099-01-02 --reason 盘点");
  must("printf 'name,card\\n李娜,7001\\n' > members.csv");
  must("printf 'code,name\\nX2,样品\\n' > products.csv");
  must("printf 'reference,received_at,text\\nK1,2026-01-02 10:00,药盒少一板\\n' > cases.csv");
  must(
      "printf 'reference,received_at,text,kind\\nK0,2020-01-02,服药后皮疹,不良反应\\n' | "
      "complain import -");
  must("complain reaction set C2020-1 --grade general --known --onset 2020-01-01");
  must("printf 'code,generic_name\\n1,样品\\n' > national.csv");
  must("visit reference import national national.csv --edition 1");
  must(
      "printf 'receipt,at,product,quantity,amount\\nR1,2026-01-02 "
      "10:00,6901234567890,1,28.00\\n' "
      "> purchases.csv");
  set_up_what_takes_more();
}

// Complaints of a year that does not change, one in each state that a verb needs: received,
// acknowledged, paused, replied, closed; and suggestions, studied and adopted.
void Pharmacy::live_through_complaints() const {
  const std::string dated = " --on 2026-01-05 --reason 补录 --by 李娜 --contact 13900139000 缺货";
  for (int i = 0; i < 5; ++i) must("complain add" + dated);
  for (int i = 0; i < 2; ++i) must("complain add --kind suggestion" + dated);
  must("complain evidence add C2026-1 wangli.key --name photo.jpg");
  for (int i = 2; i <= 7; ++i) must(fmt::format("complain ack C2026-{}", i));
  must("complain pause C2026-3 --reason 等报告");
  must("complain reply C2026-4 已补货");
  must("complain close C2026-5 --as withdrawn --reason 撤回");
  must("complain suggest adopt C2026-7 下月起");
}

// What not everybody may do who may do the like: a sale too large for a clerk to take back, a
// member with whom business is a risk, a special drug, a complaint that was answered in vain.
void Pharmacy::set_up_what_takes_more() const {
  must("visit product add 6901234567891 人参 --price 9000.00");
  must("visit product add 6901234567892 麻黄碱片 --special ephedrine --price 10.00 --class otc_b");
  must("visit buy 6001 6901234567891");
  must("member add 李险 --card 6004");
  must(
      "member risk set 6004 --kind other --condition manager_sign_off --reason 试 "
      "--review 2099-01-01");
  must("complain add --on 2026-01-05 --reason 补录 --by 李娜 --contact 13900139000 缺货");
  for (const char* step : {"ack C2026-8", "reply C2026-8 已补货", "answer C2026-8 --satisfied no",
                           "reply C2026-8 再补货", "answer C2026-8 --satisfied no"})
    must(fmt::format("complain {}", step));
}

void Pharmacy::must(const std::string& command, const std::string& key) const {
  const auto ended = run(command, key);
  REQUIRE_MESSAGE(ended.status == 0, command << ": " << ended.err);
}

}  // namespace pharmacy::test
