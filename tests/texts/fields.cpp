#include "texts/fields.h"

#include <doctest/doctest.h>

#include <map>
#include <sstream>

#include "complain/complain.h"
#include "member/member.h"
#include "report/report.h"
#include "store/store.h"
#include "visit/visit.h"

namespace pharmacy::test {
namespace {

const std::vector<TextField> fields{
    {"member edit M1 --name=@", "member show M1", "name", 200},
    {"member edit M1 --name=@", "member list", "name", 200},
    {"member edit M1 --name=@", "report recall 1", "name", 200},
    {"member edit M1 --name=@", "visit delivery list", "name", 200},
    {"member add -- @", "", "name", 200},
    {"member add --card=@", "", "card", 64, Holds::code},
    {"member add 李娜 --class key --reason=@", "", "class_reason", 200},
    {"member edit M1 --address=@", "member show M1", "address", 500},
    {"member edit M1 --address=@", "member copy M1", "value", 500},
    {"member edit M1 --note=@", "member show M1", "note", 4'000},
    {"member edit M1 --call-as=@", "member show M1", "call_as", 60},
    {"member pref add M1 --about other --value=@", "member pref list M1", "value", 200},
    {"member licence add M2 --number 7 --expires 2099-12-31 --kind=@", "member licence list",
     "licence", 100},
    {"member licence add M2 --kind 许可证 --expires 2099-12-31 --number=@", "member licence list",
     "number", 64, Holds::code},
    {"member risk set M1 --kind other --review 2099-01-01 --reason=@", "member risk list", "reason",
     200},
    {"member health add M1 --kind other -- @", "member health show M1", "text", 4'000},
    {"member health add M1 --kind allergy --ingredient=@", "member health show M1", "ingredient",
     200},
    {"member health add M1 --kind allergy --ingredient 青霉素 --reaction=@",
     "member health show M1", "reaction", 200},
    {"member health add M1 --kind regimen --ingredient 阿司匹林 --dose=@", "member health show M1",
     "dose", 200},
    {"member adjust M1 --add 1 --reason=@", "member points M1", "reason", 200},
    {"visit product edit 69 --name=@", "visit product show 69", "name", 200},
    {"visit product edit 69 --name=@", "visit show 1", "name", 200},
    {"visit product edit 69 --name=@", "report recall 1", "product_name", 200},
    {"visit product edit 69 --unit=@", "visit product show 69", "unit", 16},
    {"visit product edit 69 --form=@", "visit product show 69", "form", 100},
    {"visit product edit 69 --strength=@", "visit product show 69", "strength", 100},
    {"visit product edit 69 --maker=@", "visit product list", "maker", 200},
    {"visit product edit 69 --generic-name=@", "visit product list", "generic_name", 200},
    {"visit product edit 69 --ingredient=@", "visit product show 69", "ingredients", 200},
    {"visit product add -- @", "", "code", 64, Holds::code},
    {"visit buy M1 --item 70 --batch=@", "", "batch", 64, Holds::code},
    {"visit buy M1 70=1 --prescription=@", "", "prescription", 64, Holds::code},
    {"visit lead add --source event -- @", "visit lead list", "name", 200},
    {"visit lead add 王芳 --source event --need=@", "visit lead list", "need", 500},
    {"visit lead touch 1 --by phone --outcome not_now --note=@", "visit lead show 1", "note", 500},
    {"visit request add M1 --wanted=@", "visit request list", "wanted", 200},
    {"visit request add M1 --wanted 血压计 --note=@", "visit request list", "note", 200},
    {"visit counsel add M1 --product 69 --dose=@", "visit counsel list", "dose", 200},
    {"visit counsel add M1 --product 69 --times=@", "visit counsel list", "times", 200},
    {"visit counsel add M1 --product 69 --avoid=@", "visit counsel list", "avoid", 200},
    {"visit counsel add M1 --product 69 --note=@", "visit counsel list", "note", 500},
    {"visit advice set 69 --dose=@", "visit advice list", "dose", 200},
    {"visit advice set 69 --note=@", "visit advice list", "note", 500},
    {"visit recall open --product 69 --class 1 --reason 厂家召回 --batch=@", "visit recall list",
     "batches", 64, Holds::code},
    {"complain add --by 李娜 --contact 5 -- @", "complain show %C", "text", 16'000},
    {"complain add --by 李娜 --contact 5 - <", "complain show %C", "text", 16'000, Holds::lines},
    {"complain add --contact 5 缺货 --by=@", "complain show %C", "name", 200},
    {"complain add --by 李娜 --contact 5 皮疹 --health=@", "complain show %C", "health", 16'000},
    {"complain assign C2026-1 --department=@", "complain show C2026-1", "department", 100},
    {"complain assign C2026-1 --department 采购部 --note=@", "complain show C2026-1", "text",
     4'000},
    {"complain investigate C2026-1 --by records -- @", "complain show C2026-1", "text", 4'000},
    {"complain plan C2026-1 补货 --basis=@", "complain show C2026-1", "basis", 500},
    {"complain action add --cause stock --to wangli --due 2099-12-31 -- @", "complain action list",
     "text", 1'000},
    {"store train add wangli --topic privacy --score 90 --note=@", "store train list", "note", 500},
    {"store calendar close %D --reason=@", "store calendar list 2098", "occasion", 200},
};

}  // namespace

const std::vector<TextField>& text_fields() { return fields; }

TextStore::TextStore() : TestStore{"2026-03-02"} {
  for (const char* line : {
           "member add 张伟 --phone 13800138000",
           "member add 康宁诊所 --kind clinic",
           "visit product add 69 氨氯地平片 --price 28.00",
           "visit product add 70 血压计 --price 280.00",
           "visit buy M1 69=1#B1",
           "visit buy M1 69 --deliver-by tomorrow",
           "visit lead add 王芳 --source event --phone 13700137001",
           "visit recall open --product 69 --batch B1 --class 1 --reason 厂家召回",
           "member consent give M1 --purpose health",
           "member consent give M1 --purpose profiling",
           "complain add 缺货 --by 李娜 --contact 5",
           "complain ack C2026-1",
       }) {
    const auto ran = command(words_of(line, ""));
    REQUIRE_MESSAGE(ran.status == 0, line << ": " << ran.err);
  }
}

std::string TextStore::unused_day() {
  return to_string(Date::from_epoch_days(parse_date("2098-01-01")->epoch_days() + days_++));
}

Ran TextStore::command(const std::vector<std::string>& words, Surroundings around) {
  static const std::map<std::string, cli::Define> programs{{"store", cli::define_store},
                                                           {"member", cli::member},
                                                           {"visit", cli::define_visit},
                                                           {"complain", cli::complain},
                                                           {"report", cli::report}};
  return run(programs.at(words.front()), *this, {words.begin() + 1, words.end()},
             std::move(around));
}

std::vector<std::string> words_of(const std::string& command, const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in{command};
  for (std::string word; in >> word;) {
    if (word.ends_with('@')) word = word.substr(0, word.size() - 1) + text;
    if (word != "<") words.push_back(word);
  }
  return words;
}

}  // namespace pharmacy::test
