// The check at the counter: what is found, by whom, and that nothing is passed over in silence.
#include "pharmacy/counter_check.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pharmacy/consent.h"
#include "pharmacy/health.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/staff.h"
#include "pharmacy/visits.h"
#include "support/errors.h"
#include "vault/access.h"
#include "vault/store_impl.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::code_of;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* codes =
    "code,name\nJ01CA04,阿莫西林\nJ01CE01,青霉素\nB01AA03,华法林\nN02BA01,阿司匹林\n";
constexpr const char* allergens =
    "class,member\n"
    "penicillins,J01C\npenicillins,青霉素\ncephalosporins,J01D\nNSAIDs,M01A\nNSAIDs,N02BA\n"
    "ACE inhibitors,C09A\n";
constexpr const char* interactions =
    "\xEF\xBB\xBF"
    "a$b$severity$text\n"
    "华法林$阿司匹林$major$出血风险\n"
    "阿司匹林$华法林$major$出血风险\n"
    "华法林$J01C$moderate$监测 INR\n"
    "甲硝唑$酒精$minor$\n";
constexpr const char* contraindications =
    "substance,reason,condition,age,severity,text\n"
    "C09A,妊娠,,,contraindicated,致畸\n"
    "布洛芬,疾病,消化性溃疡,,major,出血\n"
    "阿司匹林,年龄,,<16,major,瑞氏综合征\n"
    "布洛芬,age,,>=75,moderate,\n";

// A counter with tables, a member who agreed to notes, a clerk and a pharmacist.
struct Counter : Importer {
  MemberId member;
  std::string clerk_key, pharmacist_key;

  Counter() {
    run_products(
        "code,name,atc,ingredients,class\n"
        "AMX,阿莫西林胶囊,J01CA04,阿莫西林,rx\n"
        "AMY,再林颗粒,,阿莫西林,rx\n"
        "CEF,头孢氨苄片,J01DB01,头孢氨苄,rx\n"
        "WAR,华法林片,B01AA03,华法林,rx\n"
        "ASP,阿司匹林肠溶片,N02BA01,阿司匹林,otc_a\n"
        "IBU,布洛芬片,M01AE01,布洛芬,otc_b\n"
        "ENA,依那普利片,C09AA02,依那普利,rx\n"
        "WAT,华法林钠片,B01AA03,,rx\n"
        "AMN,阿莫西林片,,阿莫西林,rx\n"
        "LEV,左炔诺孕酮片,,左炔诺孕酮,rx\n"
        "NIX,某某丸,,,otc_b\n"
        "CUP,保温杯,,,not_medicine\n");
    auto tx = t.begin();
    NewMember person;
    person.name = "张伟";
    person.birth = parse_date("1990-01-01");
    member = add_member(tx, person);
    give_consent(tx, {.member = member, .purpose = Purpose::health});
    tx.commit();
    clerk_key = add_key("liuyang", Role::clerk);
    pharmacist_key = add_key("sunli", Role::pharmacist);
  }
  void load(ReferenceKind kind, const std::string& csv, char separator = ',') {
    options.file = "table.csv";
    options.edition = "1";
    options.sheet.separator = separator;
    auto plan = [&] {
      auto reading = t.reading();
      return plan_reference_import(reading, kind, csv, options);
    }();
    auto tx = t.begin();
    run_import(tx, plan);
    tx.commit();
  }
  void load_all() {
    load(ReferenceKind::atc, codes);
    load(ReferenceKind::allergens, allergens);
    load(ReferenceKind::interactions, interactions, '$');
    load(ReferenceKind::contraindications, contraindications);
  }
  void note(const HealthFacts& facts, std::optional<bool> alerts = {}) {
    auto tx = t.begin();
    add_health_note(tx, {.member = member, .facts = facts, .alerts = alerts});
    tx.commit();
  }
  [[nodiscard]] Store open_as(const std::string& key) const {
    OpenOptions opening;
    opening.clock = t.clock();
    return Store::open(t.path(), KeyFile{Secret{key}}, opening);
  }
  // "level kind product" of each alert, sorted.
  Lines check_as(const std::string& key, const Lines& products, bool with_member = true) const {
    Lines lines;
    open_as(key).view([&](Reading& reading) {
      const auto who = with_member ? std::optional{member} : std::nullopt;
      for (const auto& alert : check_products(reading, who, products).alerts) {
        lines.push_back(std::string{to_word(alert.level)} + ' ' + to_word(alert.kind) +
                        (alert.product ? ' ' + *alert.product : std::string{}));
      }
    });
    std::ranges::sort(lines);
    return lines;
  }
  Lines check(const Lines& products) const { return check_as(pharmacist_key, products); }

 private:
  std::string add_key(const std::string& login, Role role) {
    auto tx = t.begin();
    const auto key = add_staff(tx, {.login = login, .name = login, .roles = {role}});
    tx.commit();
    return std::string{key.key_file.value().view()};
  }
};

// The levels and products alone: what is refused and what is warned of, not why.
Lines without_kinds(Lines lines) {
  for (auto& line : lines) {
    const auto first = line.find(' ');
    const auto second = line.find(' ', first + 1);
    line.erase(first, second == std::string::npos ? second : second - first);
  }
  std::ranges::sort(lines);
  const auto twice = std::ranges::unique(lines);
  lines.erase(twice.begin(), twice.end());
  return lines;
}

}  // namespace

TEST_CASE("an allergy is to an ingredient, whatever the brand, and to its class") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::allergy, .ingredient = "阿莫西林"});
  CHECK(t.check({"AMX"}) == Lines{"refuse allergy AMX"});
  CHECK(t.check({"AMY"}) == Lines{"refuse allergy AMY"});  // another brand of it
  CHECK(t.check({"CEF"}).empty());
  CHECK(t.check({"IBU"}).empty());
}

TEST_CASE("an allergy to one of a class speaks against the others of the class") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::allergy, .ingredient = "青霉素"});
  CHECK(t.check({"AMX"}) == Lines{"refuse allergy_class AMX"});
  t.note({.kind = HealthKind::allergy, .drug_class = "NSAIDs"});
  CHECK(t.check({"ASP"}) == Lines{"refuse allergy ASP"});
  CHECK(t.check({"IBU"}) == Lines{"refuse allergy IBU"});
  t.note({.kind = HealthKind::allergy, .drug_class = "j01dc02"});  // another cephalosporin
  CHECK(t.check({"CEF"}) == Lines{"refuse allergy_class CEF"});
  CHECK(t.check({"ENA", "WAR"}).empty());
}

TEST_CASE(
    "a product known by its code alone, or its ingredient alone, has the other name by the table") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::allergy, .drug_class = "J01C"});
  CHECK(t.check({"AMN"}) == Lines{"refuse allergy AMN"});
  CHECK(t.check({"WAT", "ASP"}) == Lines{"refuse interaction WAT"});
  t.note({.kind = HealthKind::regimen, .ingredient = "华法林"});
  CHECK(t.check({"WAT"}) == Lines{"warn duplicate WAT"});
  // Where the table does not have it either, that is said.
  CHECK(t.check({"LEV"}) == Lines{"tell not_checked LEV"});
}

TEST_CASE("a note names several ingredients, or a code, as a product does") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::allergy, .ingredient = "阿莫西林、克拉维酸钾"});
  CHECK(t.check({"AMX"}) == Lines{"refuse allergy AMX"});
  t.note({.kind = HealthKind::allergy, .ingredient = "n02ba01"});
  CHECK(t.check({"ASP"}) == Lines{"refuse allergy ASP"});
  CHECK(t.check_as(t.clerk_key, {"ASP"}) == Lines{"refuse ask_pharmacist ASP"});
  auto reading = t.t.reading();
  const auto is_known = [&](const HealthFacts& facts) {
    return is_known_to_checks(reading, facts);
  };
  CHECK(is_known({.kind = HealthKind::allergy, .ingredient = "阿莫西林"}));
  CHECK(is_known({.kind = HealthKind::allergy, .drug_class = "penicillins"}));
  CHECK(is_known({.kind = HealthKind::allergy, .drug_class = "J01"}));
  CHECK(is_known({.kind = HealthKind::condition, .condition = "消化性溃疡"}));
  CHECK_FALSE(is_known({.kind = HealthKind::allergy, .drug_class = "青霉素"}));
  CHECK_FALSE(is_known({.kind = HealthKind::regimen, .ingredient = "华法林钠"}));
  CHECK_FALSE(is_known({.kind = HealthKind::condition, .condition = "溃疡"}));
}

TEST_CASE("a doubled ingredient and interactions are found in the cart, with each other once") {
  Counter t;
  t.load_all();
  CHECK(t.check({"AMX", "AMY"}) == Lines{"warn duplicate AMX"});
  CHECK(t.check({"WAR", "ASP"}) == Lines{"refuse interaction WAR"});
  CHECK(t.check({"ASP", "WAR"}) == Lines{"refuse interaction ASP"});
  CHECK(t.check({"WAR", "AMX"}) == Lines{"warn interaction WAR"});
  // Of whoever is no member nobody knows the age.
  CHECK(t.check_as(t.clerk_key, {"WAR", "ASP"}, false) ==
        Lines{"refuse interaction WAR", "tell not_checked ASP"});
}

TEST_CASE("what the member takes, and what she bought and has not used up, counts too") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::regimen, .ingredient = "华法林"});
  CHECK(t.check({"ASP"}) == Lines{"refuse interaction ASP"});
  CHECK(t.check({"WAR"}) == Lines{"warn duplicate WAR"});

  Counter other;
  other.load_all();
  auto tx = other.t.begin();
  NewSale sale{.member = other.member, .items = {{.code = "WAR", .price = UnitPrice{280'000}}}};
  sale.items[0].days_supply = 28;
  add_sale(tx, sale);
  tx.commit();
  CHECK(other.check({"ASP"}) == Lines{"refuse interaction ASP"});
  other.t.set_day("2026-03-28");
  CHECK(other.check({"ASP"}) == Lines{"refuse interaction ASP"});
  other.t.set_day("2026-03-29");  // the 29th day
  CHECK(other.check({"ASP"}).empty());
}

TEST_CASE("a sale lasts for the catalog's days of supply where none are said") {
  Counter t;
  t.load_all();
  auto tx = t.t.begin();
  vault::database(tx).run("UPDATE product SET days_supply = 14 WHERE code = 'WAR'");
  NewSale sale{.member = t.member,
               .items = {{.code = "WAR", .quantity = Quantity{2'000}, .price = UnitPrice{1}}}};
  add_sale(tx, sale);
  tx.commit();
  CHECK(t.rows("SELECT days_supply FROM line") == Lines{"28"});
  CHECK(t.check({"ASP"}) == Lines{"refuse interaction ASP"});
}

TEST_CASE("every limit of age holds, by every day of birth that is known") {
  Counter t;
  t.load(ReferenceKind::contraindications,
         "substance,reason,condition,age,severity,text\n"
         "阿司匹林,age,,<16,major,\n阿司匹林,age,,>=75,major,\n"
         "布洛芬,age,,<6,major,\n布洛芬,age,,<12,major,\n");
  const auto born = [&](const std::string& day) {
    auto tx = t.t.begin();
    MemberEdit edit;
    edit.birth = day;
    edit_member(tx, t.member, edit);
    tx.commit();
  };
  const auto levels = [&](const char* product, bool with_member = true) {
    Lines found = t.check_as(t.pharmacist_key, {product}, with_member);
    std::erase_if(found, [](const std::string& line) { return line == "tell not_checked"; });
    return found;
  };
  CHECK(levels("ASP", false) == Lines{"tell not_checked ASP"});  // nobody knows it
  born("1950-01-01");
  CHECK(levels("ASP") == Lines{"refuse age ASP"});
  born("2012-01-01");
  CHECK(levels("ASP") == Lines{"refuse age ASP"});
  born("2016-01-01");  // ten: the wider of two limits holds
  CHECK(levels("IBU") == Lines{"refuse age IBU"});

  // A number that is merged takes the day of birth along.
  auto tx = t.t.begin();
  NewMember person;
  person.name = "张伟";
  const MemberId other = add_member(tx, person);
  give_consent(tx, {.member = other, .purpose = Purpose::health});
  merge_members(tx, {.from = t.member, .into = other});
  tx.commit();
  t.member = other;
  CHECK(levels("IBU") == Lines{"refuse age IBU"});
}

TEST_CASE("an illness that is to be heeded, a pregnancy and an age speak against drugs") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::condition, .condition = "消化性溃疡"});
  CHECK(t.check({"IBU"}).empty());  // the pharmacist did not choose it
  t.note({.kind = HealthKind::condition, .condition = "消化性溃疡"}, true);
  CHECK(t.check({"IBU"}) == Lines{"refuse condition IBU"});
  t.note({.kind = HealthKind::pregnancy});
  CHECK(t.check({"ENA"}) == Lines{"refuse pregnancy ENA"});

  const auto born = [&](const char* day) {
    auto tx = t.t.begin();
    MemberEdit edit;
    edit.birth = day;
    edit_member(tx, t.member, edit);
    tx.commit();
  };
  born("2010-03-02");  // 16 tomorrow
  CHECK(t.check({"ASP"}) == Lines{"refuse age ASP"});
  born("2010-03-01");
  CHECK(t.check({"ASP"}).empty());
  born("1951-03-01");  // 75 today
  CHECK(t.check({"IBU"}) == Lines{"refuse condition IBU", "warn age IBU"});
}

TEST_CASE("a clerk gets the same refusals without the key to a note, and is told nothing of it") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::allergy, .ingredient = "青霉素", .reaction = "休克"});
  t.note({.kind = HealthKind::allergy, .drug_class = "cephalosporins"});
  t.note({.kind = HealthKind::regimen, .ingredient = "华法林"});
  t.note({.kind = HealthKind::condition, .condition = "消化性溃疡"}, true);
  t.note({.kind = HealthKind::pregnancy});
  const Lines all{"AMX", "AMY", "CEF", "WAR", "ASP", "IBU", "ENA", "NIX", "CUP"};
  std::size_t refused = 0;
  for (std::size_t cart = 1; cart < 1U << all.size(); ++cart) {
    Lines products;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((cart >> i & 1U) != 0) products.push_back(all[i]);
    }
    if (products.size() > 3) continue;
    const auto seen = without_kinds(t.check_as(t.pharmacist_key, products));
    CHECK(without_kinds(t.check_as(t.clerk_key, products)) == seen);
    if (!seen.empty() && seen.front().starts_with("refuse")) ++refused;
  }
  CHECK(refused > 50);
  const auto blind = t.check_as(t.clerk_key, {"AMX"});
  CHECK(blind == Lines{"refuse ask_pharmacist AMX", "warn ask_pharmacist AMX"});
}

TEST_CASE("what could not be checked is said") {
  Counter t;
  CHECK(t.check({"AMX"}) ==
        Lines{"tell not_checked", "tell not_checked", "tell not_checked"});  // three tables
  t.load_all();
  CHECK(t.check({"NIX"}) == Lines{"tell not_checked NIX"});
  CHECK(t.check({"CUP"}).empty());  // no medicine
  auto tx = t.t.begin();
  withdraw_consent(tx, t.member, Purpose::health, ConsentChannel::counter);
  tx.commit();
  CHECK(t.check({"AMX"}) == Lines{"tell not_checked"});
  CHECK(code_of([&] { t.check({"XYZ"}); }) == Errc::not_found);
}

TEST_CASE("a sale that is refused takes a pharmacist who says why, and that is kept") {
  Counter t;
  t.load_all();
  t.note({.kind = HealthKind::allergy, .ingredient = "阿莫西林"});
  const auto sell_as = [&](const std::string& key, std::optional<std::string> reason) {
    auto store = t.open_as(key);
    auto tx = store.begin({.id = new_operation_id(), .request = "sale"});
    NewSale sale{.member = t.member,
                 .items = {{.code = "AMX", .price = UnitPrice{280'000}},
                           {.code = "CUP", .price = UnitPrice{100'000}}}};
    sale.overrides = reason.has_value();
    sale.reason = std::move(reason);
    add_sale(tx, sale);
    tx.commit();
  };
  CHECK(code_of([&] { sell_as(t.clerk_key, {}); }) == Errc::refused);
  CHECK(code_of([&] { sell_as(t.pharmacist_key, {}); }) == Errc::refused);
  CHECK(code_of([&] { sell_as(t.clerk_key, "已电话询问"); }) == Errc::not_permitted);
  CHECK(t.rows("SELECT count(*) FROM receipt") == Lines{"0"});
  sell_as(t.pharmacist_key, "皮试阴性");
  CHECK(t.rows("SELECT p.code, r.reason FROM check_override o JOIN product p ON p.id = o.product"
               " JOIN receipt r ON r.id = o.receipt") == Lines{"AMX 皮试阴性"});
}

TEST_CASE("a store without blind alerts keeps no tags, and says that notes were not looked at") {
  Counter t;
  {
    auto tx = t.t.begin();
    vault::put_setting(vault::database(tx), vault::blind_alerts_setting, "no");
    tx.commit();
  }
  t.load_all();
  CHECK(t.check_as(t.clerk_key, {"AMX"}).empty());  // there are no notes
  t.note({.kind = HealthKind::allergy, .ingredient = "阿莫西林"}, false);
  CHECK(t.check_as(t.clerk_key, {"AMX"}).empty());  // none that checks heed
  t.note({.kind = HealthKind::allergy, .ingredient = "阿莫西林"});
  {
    auto reading = t.t.reading();
    auto& db = vault::database(reading);
    for (const char* table : {"health_tag", "health_tag_key"})
      CHECK(db.value<std::int64_t>(std::string{"SELECT count(*) FROM "} + table) == 0);
  }
  CHECK(t.check({"AMX"}).front() == "refuse allergy AMX");
  for (const char* product : {"AMX", "CUP"})
    CHECK(t.check_as(t.clerk_key, {product}) == Lines{"warn not_checked"});
  CHECK(t.check_as(t.clerk_key, {"AMX"}, false).empty());
  // Whatever she buys: that one is found without a tag.
  t.note({.kind = HealthKind::other, .text = "先问药师"}, true);
  CHECK(t.check_as(t.clerk_key, {"AMX"}) == Lines{"refuse ask_pharmacist", "warn not_checked"});
}
