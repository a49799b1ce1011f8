// Synthetic patients' allergies against what they were given, as another system exports both. The
// data does not come with the project: where it is not there, there is nothing to test.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "pharmacy/consent.h"
#include "pharmacy/counter_check.h"
#include "pharmacy/health.h"
#include "pharmacy/members.h"
#include "pharmacy/reference.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;

namespace {

const std::filesystem::path patients{PHARMACY_SHARED_DATA "/synthea"};

// A small table of what the files name: word in a drug's name, ATC code, class of allergens.
struct Known {
  const char* word;
  const char* atc;
  const char* allergens;
};
constexpr Known known[] = {
    {"amoxicillin", "J01CA04", "penicillins"},  {"penicillin v", "J01CE02", "penicillins"},
    {"piperacillin", "J01CA12", "penicillins"}, {"cefuroxime", "J01DC02", "cephalosporins"},
    {"cefazolin", "J01DB04", "cephalosporins"}, {"cefdinir", "J01DD15", "cephalosporins"},
    {"aspirin", "N02BA01", "NSAIDs"},           {"ibuprofen", "M01AE01", "NSAIDs"},
    {"naproxen", "M01AE02", "NSAIDs"},          {"lisinopril", "C09AA03", "ACE inhibitors"},
    {"captopril", "C09AA01", "ACE inhibitors"}};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}
// nullptr where the table has none of its words.
const Known* known_in(const std::string& name) {
  const std::string text = lower(name);
  for (const Known& one : known) {
    if (text.find(one.word) != std::string::npos) return &one;
  }
  return nullptr;
}

// The columns of a file: no cell of these has a comma or a quote in it.
std::vector<std::map<std::string, std::string>> rows_of(const char* name) {
  std::ifstream file{patients / name};
  std::string line;
  const auto cells = [&line] {
    std::vector<std::string> all;
    std::istringstream in{line};
    for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
    return all;
  };
  std::getline(file, line);
  const auto header = cells();
  std::vector<std::map<std::string, std::string>> rows;
  while (std::getline(file, line)) {
    const auto values = cells();
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < header.size() && i < values.size(); ++i) row[header[i]] = values[i];
  }
  return rows;
}

using Drugs = std::map<std::string, std::string>;  // names by code

// The catalog of all that was ever given, with codes of the small table where it has any.
std::string products_of(const Drugs& drugs) {
  std::string csv = "code,name,atc,ingredients\n";
  for (const auto& [code, name] : drugs) {
    const Known* one = known_in(name);
    csv += code + ',' + name + ',' + (one ? one->atc : "") + ',' + (one ? one->word : "") + '\n';
  }
  return csv;
}

struct Ward : Importer {
  explicit Ward(const Drugs& drugs) {
    run_products(products_of(drugs));
    options.file = "allergens.csv";
    options.edition = "1";
    auto plan = [&] {
      auto reading = t.reading();
      return plan_reference_import(reading, ReferenceKind::allergens,
                                   "class,member\npenicillins,J01C\ncephalosporins,J01D\n"
                                   "NSAIDs,M01A\nNSAIDs,N02BA\nACE inhibitors,C09A\n"
                                   "cephalosporins,cefdinir\npenicillins,penicillin v\n",
                                   options);
    }();
    auto tx = t.begin();
    run_import(tx, plan);
    tx.commit();
  }
  MemberId admit(const std::vector<std::string>& allergies) {
    auto tx = t.begin();
    NewMember person;
    person.name = "Patient";
    const MemberId id = add_member(tx, person);
    give_consent(tx, {.member = id, .purpose = Purpose::health});
    for (const auto& name : allergies) {
      add_health_note(
          tx, {.member = id, .facts = {.kind = HealthKind::allergy, .ingredient = lower(name)}});
    }
    tx.commit();
    return id;
  }
};

}  // namespace

TEST_CASE(
    "of synthetic patients' allergies a check by name finds none, by ingredient and class all" *
    doctest::skip(!std::filesystem::exists(patients))) {
  Drugs drugs;
  std::map<std::string, Drugs> given;  // by patient
  for (auto& row : rows_of("medications.csv")) {
    drugs[row["CODE"]] = row["DESCRIPTION"];
    given[row["PATIENT"]][row["CODE"]] = row["DESCRIPTION"];
  }
  std::map<std::string, std::vector<std::string>> allergies;  // to drugs, by patient
  for (auto& row : rows_of("allergies.csv")) {
    if (row["SYSTEM"] == "RxNorm") allergies[row["PATIENT"]].push_back(row["DESCRIPTION"]);
  }
  REQUIRE(allergies.size() >= 6);

  Ward ward{drugs};
  std::size_t by_name = 0, by_class = 0, checked = 0, not_checked = 0;
  for (const auto& [patient, names] : allergies) {
    CAPTURE(patient);
    const MemberId member = ward.admit(names);
    std::set<std::string> expected;
    std::vector<std::string> codes;
    for (const auto& [code, name] : given[patient]) {
      codes.push_back(code);
      by_name += static_cast<std::size_t>(std::ranges::count(names, name));
      const Known* drug = known_in(name);
      for (const auto& allergy : names) {
        const Known* to = known_in(allergy);
        REQUIRE(to != nullptr);
        if (drug != nullptr && std::string{drug->allergens} == to->allergens) expected.insert(code);
      }
    }
    if (codes.empty()) continue;
    auto reading = ward.t.reading();
    const auto check = check_products(reading, member, codes);
    std::set<std::string> refused, told;
    for (const auto& alert : check.alerts) {
      if (alert.level == AlertLevel::refuse) refused.insert(alert.product.value());
      if (alert.kind == AlertKind::not_checked && alert.product) told.insert(*alert.product);
    }
    CHECK(refused == expected);
    // Nobody and nothing is passed over in silence: each was looked at, or is said not to have
    // been.
    for (const auto& code : codes) {
      const bool is_known = known_in(drugs[code]) != nullptr;
      CHECK(told.contains(code) != is_known);
      ++(is_known ? checked : not_checked);
    }
    by_class += expected.size();
  }
  MESSAGE(allergies.size(), " patients, ", checked, " drugs checked, ", not_checked,
          " said to be unknown, ", by_name, " found by name, ", by_class,
          " by ingredient and class");
  CHECK(by_name == 0);
  CHECK(by_class > 0);
}
