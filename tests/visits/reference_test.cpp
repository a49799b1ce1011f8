// Reference tables: read whole, replaced whole, and never taken for loaded where they are not.
#include "pharmacy/reference.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "support/counter_store.h"
#include "vault/access.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::error_of;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

struct References : Importer {
  References() { options.file = "table.csv"; }

  ImportPlan plan_table(ReferenceKind kind, const std::string& csv) {
    auto reading = t.reading();
    return plan_reference_import(reading, kind, csv, options);
  }
  ImportSummary load(ReferenceKind kind, const std::string& csv, const char* edition = "1") {
    options.edition = edition;
    auto plan = plan_table(kind, csv);
    auto tx = t.begin();
    const auto summary = run_import(tx, plan);
    tx.commit();
    return summary;
  }
  Lines rejects(ReferenceKind kind, const std::string& csv) {
    options.edition = "1";
    return test::rejects(plan_table(kind, csv));
  }
  Lines told(ReferenceKind kind, const std::string& csv, const char* edition = "1") {
    options.edition = edition;
    const auto plan = plan_table(kind, csv);
    Lines all;
    for (const auto& notice : plan.notices()) {
      all.push_back(notice.kind + " " + notice.subject + ": " + notice.text);
    }
    return all;
  }
  // "kind state edition rows" of each.
  Lines references(Replaced replaced = Replaced::left_out) {
    auto reading = t.reading();
    Lines all;
    for (const auto& one : list_references(reading, replaced)) {
      auto& line = all.emplace_back(std::string{to_word(one.kind)} + ' ' + to_word(one.state));
      if (one.edition) line += ' ' + *one.edition + ' ' + std::to_string(one.rows.value());
    }
    return all;
  }
};

const char* const pairs = "SELECT a, b, severity, text FROM reference_interaction ORDER BY a, b";

}  // namespace

TEST_CASE("a store says which reference tables it does not have") {
  References r;
  CHECK(r.references() == Lines{"atc not_loaded", "interactions not_loaded",
                                "contraindications not_loaded", "allergens not_loaded",
                                "national not_loaded"});
  r.load(ReferenceKind::allergens, "class,member\n青霉素类,J01C\n");
  CHECK(r.references() == Lines{"atc not_loaded", "interactions not_loaded",
                                "contraindications not_loaded", "allergens loaded 1 1",
                                "national not_loaded"});
}

TEST_CASE("a new edition replaces all rows, and what was before is still known") {
  References r;
  r.options.source = "WHO";
  r.load(ReferenceKind::atc, "code,name\nC08CA01,amlodipine\nC08,calcium blockers\n", "2025");
  r.load(ReferenceKind::atc, "code,name\nC08CA01,amlodipine\nJ01C,penicillins\n", "2026");
  CHECK(r.rows("SELECT code, name FROM reference_atc ORDER BY code") ==
        Lines{"C08CA01 amlodipine", "J01C penicillins"});
  CHECK(r.references(Replaced::listed) ==
        Lines{"atc loaded 2026 2", "atc replaced 2025 2", "interactions not_loaded",
              "contraindications not_loaded", "allergens not_loaded", "national not_loaded"});
  {
    auto reading = r.t.reading();
    const auto all = list_references(reading, Replaced::listed);
    CHECK(all[0].source == "WHO");
    CHECK(all[0].file == "table.csv");
    CHECK(all[0].since == reading.now());
    CHECK(all[0].by == reading.actor().login);
    CHECK(all[0].digest.value().size() == 64);
    CHECK(all[0].digest != all[1].digest);
  }
  auto tx = r.t.begin();
  auto& database = vault::database(tx);
  CHECK_THROWS_AS(database.run("DELETE FROM reference_edition"), Error);
  CHECK_THROWS_AS(database.run("UPDATE reference_edition SET edition = 'x'"), Error);
}

TEST_CASE("the same edition again adds nothing, whatever the order of its rows") {
  References r;
  const std::string csv = "code,name\nC08CA01,氨氯地平\nJ01C,青霉素类\n";
  CHECK(r.load(ReferenceKind::atc, csv).added == 2);
  for (const auto* again : {"code,name\nC08CA01,氨氯地平\nJ01C,青霉素类\n",
                            "name;code\n青霉素类;j01c\n氨氯地平;C08CA01\n氨氯地平;C08CA01\n"}) {
    r.options.sheet.separator = again[4] == ';' ? ';' : ',';
    const auto summary = r.load(ReferenceKind::atc, again);
    CHECK(summary.added == 0);
    CHECK(summary.already == 2);
  }
  r.options.sheet.separator = ',';
  CHECK(r.rows("SELECT count(*) FROM reference_edition") == Lines{"1"});
  CHECK(r.load(ReferenceKind::atc, csv, "2").added == 2);
  CHECK(r.told(ReferenceKind::atc, csv, "3") ==
        Lines{"replaces : in place of 2, which has 2 rows"});
}

TEST_CASE("the name of an edition stands for its rows for ever") {
  References r;
  r.load(ReferenceKind::atc, "code,name\nA,a\n", "2025");
  r.load(ReferenceKind::atc, "code,name\nB,b\n", "2026");
  for (const char* edition : {"2025", "2026"}) {
    const auto error = error_of([&] { r.load(ReferenceKind::atc, "code,name\nC,c\n", edition); });
    CHECK(error.code() == Errc::conflict);
    CHECK(error.faults()[0].message ==
          "the edition " + std::string{edition} + " was loaded before, with other rows");
  }
  CHECK(r.load(ReferenceKind::atc, "code,name\nA,a\n", "2025").added == 1);
  CHECK(r.rows("SELECT code FROM reference_atc") == Lines{"A"});
}

TEST_CASE("an edition needs a name, and a table needs rows") {
  References r;
  CHECK(error_of([&] { r.load(ReferenceKind::atc, "code,name\nA,a\n", ""); }).code() ==
        Errc::invalid_input);
  CHECK(error_of([&] {
          r.load(ReferenceKind::atc, "code,name\nA,a\n", std::string(65, 'x').c_str());
        }).code() == Errc::invalid_input);
  r.load(ReferenceKind::atc, "code,name\nA,a\n", "1");
  CHECK(r.load(ReferenceKind::atc, "code,name\n", "2").added == 0);
  CHECK(r.references().front() == "atc loaded 1 1");
}

TEST_CASE("a bad row keeps the whole table out, or is left out of it") {
  References r;
  r.load(ReferenceKind::atc, "code,name\nB,b\n", "0");
  const std::string csv = "code,name\nA,a\nC8,x\n,y\nD,\n";
  CHECK(r.rejects(ReferenceKind::atc, csv) ==
        Lines{"3 code: C8 is not an ATC code", "4 code: code is empty", "5 name: name is empty"});
  CHECK(error_of([&] { r.load(ReferenceKind::atc, csv); }).code() == Errc::bad_data);
  CHECK(r.references().front() == "atc loaded 0 1");
  r.options.keep_good = true;
  CHECK(r.load(ReferenceKind::atc, csv).added == 1);
  CHECK(r.rows("SELECT code FROM reference_atc") == Lines{"A"});
}

TEST_CASE("a code with two names keeps the first, and each other is told in a line of its own") {
  References r;
  const std::string csv = "code,name\nA,one\nA,two\nA,one\nB,b\nA,three\n";
  CHECK(r.told(ReferenceKind::atc, csv) ==
        Lines{"several_names A: line 3: A is two here; one is kept",
              "several_names A: line 6: A is three here; one is kept"});
  const auto summary = r.load(ReferenceKind::atc, csv);
  CHECK(summary.added == 2);
  CHECK(summary.duplicates == 3);
  CHECK(summary.rows == 5);
  CHECK(r.rows("SELECT code, name FROM reference_atc ORDER BY code") == Lines{"A one", "B b"});
}

TEST_CASE("interactions come with a mark, with $ between cells, and with either order of a pair") {
  References r;
  r.options.sheet.separator = '$';
  const auto summary = r.load(ReferenceKind::interactions,
                              "\xEF\xBB\xBF"
                              "药物A$药物B$严重程度$说明\r\n"
                              "华法林$阿司匹林$严重$出血, 危险\r\n"
                              "阿司匹林$华法林$major$出血, 危险\r\n"
                              "c08ca01$Simvastatin$中等$\r\n"
                              "ＳＩＭＶＡＳＴＡＴＩＮ$J01FA$禁忌$肌病\r\n"
                              "M01A$M01A$minor$\r\n");
  CHECK(summary.rows == 5);
  CHECK(summary.added == 4);
  CHECK(summary.duplicates == 1);
  CHECK(r.rows(pairs) == Lines{"a:C08CA01 i:simvastatin moderate -",
                               "a:J01FA i:simvastatin contraindicated 肌病",
                               "a:M01A a:M01A minor -", "i:华法林 i:阿司匹林 major 出血, 危险"});
}

TEST_CASE("a file with $ between its cells that is read with commas names the separator") {
  References r;
  const auto error =
      error_of([&] { r.load(ReferenceKind::interactions, "a$b$severity\nx$y$major\n"); });
  CHECK(error.code() == Errc::bad_data);
  CHECK(error.faults()[0].hint == "try --separator '$'");
}

TEST_CASE("of two rows of a pair the worse is kept, and the other is told") {
  References r;
  const std::string csv =
      "a,b,severity,text\nxx,yy,minor,one\nyy,xx,major,two\nxx,yy,moderate,three\nxx,yy,major,"
      "four\n"
      "pp,qq,minor,\nqq,pp,minor,late\n";
  CHECK(
      r.told(ReferenceKind::interactions, csv) ==
      Lines{"pair_differs 3: yy with xx is major here, and minor before: major is kept",
            "pair_differs 4: xx with yy is moderate here, and major before: major is kept",
            "pair_differs 5: xx with yy is major here, and major before: the first text is kept"});
  const auto summary = r.load(ReferenceKind::interactions, csv);
  CHECK(summary.added == 2);
  CHECK(summary.duplicates == 4);
  CHECK(r.rows(pairs) == Lines{"i:pp i:qq minor late", "i:xx i:yy major two"});
}

TEST_CASE("interactions that cannot be are rejected") {
  References r;
  CHECK(r.rejects(ReferenceKind::interactions,
                  "a,b,severity\nxx,XX,minor\nC08CA01,c08ca01,minor\nxx,yy,unknown\nxx,,minor\n"
                  "xx,\"a\x01\",minor\n") ==
        Lines{"2 b: XX is both of the pair", "3 b: c08ca01 is both of the pair",
              "4 severity: unknown is none of contraindicated, major, moderate, minor",
              "5 b: b is empty", "6 b: a\uFFFD is too long, or not a text that can be kept"});
}

TEST_CASE("classes of allergens have members by code and by name, and one note") {
  References r;
  const std::string csv =
      "class,member,note\nPenicillins,J01C; 青霉素V钾、阿莫西林,头孢菌素类\n"
      "penicillins,J01C,\nPenicillins,j01c,other\nNSAIDs,M01A,\nNSAIDs,N02BA,哮喘\n";
  CHECK(r.told(ReferenceKind::allergens, csv) ==
        Lines{"note_differs 4: Penicillins has another note already: the first is kept"});
  const auto summary = r.load(ReferenceKind::allergens, csv);
  CHECK(summary.added == 3);
  CHECK(summary.duplicates == 2);
  CHECK(r.rows("SELECT r.substance, c.name, c.note FROM reference_allergen r"
               " JOIN reference_allergen_class c ON c.key = r.class ORDER BY 1") ==
        Lines{"a:J01C Penicillins 头孢菌素类", "a:M01A NSAIDs 哮喘", "a:N02BA NSAIDs 哮喘",
              "i:阿莫西林 Penicillins 头孢菌素类", "i:青霉素v钾 Penicillins 头孢菌素类"});
  CHECK(r.references()[3] == "allergens loaded 1 5");
  CHECK(r.rejects(ReferenceKind::allergens, "class,member\nx,;\n") ==
        Lines{"2 member: ; names no substance"});
}

TEST_CASE("a national list keeps every row, and tells of numbers with two names") {
  References r;
  const std::string csv =
      "批准文号,本位码,通用名,规格\n"
      "国药准字H20020022,86900001,氨氯地平片,5mg\n"
      "国药准字 h20020022,86900002,氨氯地平片,10mg\n"
      "国药准字H20020022,86900001,氨氯地平片,5mg\n"
      "国药准字H20020022,86900003,硝苯地平片,5mg\n"
      "国药准字1,,甲,\n"
      ",86900001,乙,\n";
  CHECK(
      r.told(ReferenceKind::national, csv) ==
      Lines{"several_names 国药准字H20020022: line 5: 国药准字H20020022 is 硝苯地平片 here, and "
            "氨氯地平片 before",
            "approval_form 6: 国药准字1 is not an approval number: 国药准字 is followed by one or "
            "two letters and 8 digits",
            "several_names 86900001: line 7: 86900001 is 乙 here, and 氨氯地平片 before"});
  const auto summary = r.load(ReferenceKind::national, csv);
  CHECK(summary.added == 5);
  CHECK(summary.duplicates == 1);
  CHECK(r.rejects(ReferenceKind::national, "approval,code,generic_name,atc\n,,甲,\n1,,乙,C8\n") ==
        Lines{"2 : the row has neither an approval number nor a code",
              "3 atc: C8 is not an ATC code"});
}

TEST_CASE("products get from the national list what they lack, and nothing that they have") {
  References r;
  r.run_products(
      "code,approval,name,strength,maker\n"
      "1,国药准字H20020022,某某片,,自己的厂\n2,国药准字H20020022,,10mg,\n3,,,,\n86900009,,,,\n"
      "5,国药准字Z99999999,,,\n");
  auto tx = r.t.begin();
  const auto error = error_of([&] { complete_products(tx); });
  CHECK(error.code() == Errc::not_found);
  CHECK(error.faults()[0].message == "no national list is loaded");
  tx.commit();

  r.load(ReferenceKind::national,
         "approval,code,generic_name,form,strength,maker,ingredients,atc\n"
         "国药准字H20020022,,氨氯地平片,片剂,5mg,甲厂,苯磺酸氨氯地平,C08CA01\n"
         "国药准字H20020022,,氨氯地平片,片剂,10MG,甲厂,苯磺酸氨氯地平,C08CA01\n"
         ",86900009,黄芪,,,,,\n");
  auto again = r.t.begin();
  Lines filled;
  for (const auto& one : complete_products(again)) {
    filled.push_back(one.code + ' ' + one.field + ' ' + one.value.value_or("?"));
  }
  CHECK(filled == Lines{"1 generic_name 氨氯地平片", "1 form 片剂", "1 strength ?",
                        "1 ingredients 苯磺酸氨氯地平", "1 atc C08CA01",
                        "2 generic_name 氨氯地平片", "2 form 片剂", "2 maker 甲厂",
                        "2 ingredients 苯磺酸氨氯地平", "2 atc C08CA01",
                        "86900009 generic_name 黄芪"});
  const auto first = get_product(again, "1");
  CHECK(first.name == "某某片");
  CHECK(first.maker == "自己的厂");
  CHECK(!first.strength.has_value());
  CHECK(first.ingredients == "苯磺酸氨氯地平");
  CHECK(get_product(again, "2").strength == "10mg");
  CHECK(complete_products(again).size() == 1);  // the strength that stays open
}

// Names and numbers of drugs as others collected them. They do not come with the project: where
// they are not there, there is nothing to test.
const std::filesystem::path drug_list{PHARMACY_SHARED_DATA "/cn_drugs/yuanyanyao.csv"};

TEST_CASE("a collection of Chinese drugs loads as a national list, and completes products" *
          doctest::skip(!std::filesystem::exists(drug_list))) {
  std::ifstream file{drug_list};
  const std::string csv{std::istreambuf_iterator<char>{file}, {}};
  References r;
  r.run_products("code,approval\nA,国药准字 hj20140344\n");
  r.options.keep_good = true;
  const auto summary = r.load(ReferenceKind::national, csv);
  CHECK(summary.rows == 101);
  CHECK(summary.added == 100);
  CHECK(summary.rejected == 1);  // it has no number
  auto tx = r.t.begin();
  complete_products(tx);
  const auto product = get_product(tx, "A");
  CHECK(product.generic_name == "奥司他韦");
  CHECK(product.strength == "75mg");
  CHECK(product.form == "胶囊");
  CHECK(product.maker == "Roche Pharma (Schweiz) AG");
  tx.commit();
  CHECK(r.load(ReferenceKind::national, csv).already == 100);
}
