#include "pharmacy/policy.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "pharmacy/error.h"
#include "pharmacy/visits.h"
#include "policy/document.h"
#include "policy/policies.h"
#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using test::TestStore;

namespace {

Date day(std::string_view text) { return parse_date(text).value(); }

// The messages of a document that is refused, joined by newlines.
std::string faults_of(std::string_view text) {
  try {
    static_cast<void>(policy::parse_document(text, "p.toml"));
  } catch (const Error& error) {
    CHECK(error.code() == Errc::bad_data);
    std::string all;
    for (const Fault& fault : error.faults()) {
      all += fault.message + (fault.hint.empty() ? "" : " | " + fault.hint) + '\n';
    }
    return all;
  }
  return "";
}

void add_version(TestStore& t, std::int64_t version, Date from, const std::string& document) {
  auto tx = t.begin();
  vault::database(tx).run(
      "INSERT INTO policy (version, effective_on, document, recorded_at, recorded_by)"
      " VALUES (?1, ?2, ?3, 0, 1)",
      version, from, document);
  tx.commit();
}

}  // namespace

TEST_CASE("a new store has the built-in policy on every day there is") {
  TestStore t{"2026-03-01"};
  auto reading = t.reading();
  for (const char* text : {"0001-01-01", "2026-03-01", "9999-12-31"}) {
    const Policy policy = policy_on(reading, day(text));
    CHECK(policy.version == 1);
    CHECK(policy.points.per_yuan_bp == 10'000);
    CHECK(policy.points.per_yuan_value == 100);
    CHECK(policy.points.expiry_years == 1);
    CHECK(policy.points.grace_days == 30);
    CHECK(policy.points.no_earning ==
          std::vector<std::string>{"insurance_personal", "insurance_pooled", "points"});
    CHECK(policy.sales.clerk_backdate_days == 7);
    CHECK(policy.sales.clerk_refund_yuan == 200);
    CHECK(policy.credit.days == 30);
    CHECK(policy.members.guardian_age == 14);
    CHECK(policy.members.stale_days == 365);
    CHECK(policy.shop.opens == 8 * 60);
    CHECK(policy.shop.closes == 21 * 60);
    CHECK(policy.office.opens == 9 * 60);
    CHECK(policy.office.closes == 18 * 60);
    CHECK(policy.messages.quiet_from == 21 * 60);
    CHECK(policy.messages.quiet_until == 9 * 60);
    CHECK(policy.messages.per_month == 4);
    CHECK(policy.retention_years == 5);
    CHECK(policy.retention_leads_months == 12);
    CHECK_FALSE(policy.approvals.by.has_value());
    CHECK_FALSE(policy.training.reveal_needs_training);
    CHECK(policy.sessions.idle_minutes == 15);
    CHECK(policy.sessions.idle_minutes_without_health == 15);
    CHECK(policy.sessions.longest_minutes == 480);
    CHECK(policy.review_months == 12);
    CHECK(policy_text_on(reading, day(text)).document == policy::default_document());
  }
}

TEST_CASE("the built-in document and the defaults of the struct are the same rules") {
  const Policy from_text = policy::parse_document(policy::default_document(), "default");
  const Policy from_nothing = policy::parse_document("", "nothing");
  CHECK(from_text.points.per_yuan_bp == from_nothing.points.per_yuan_bp);
  CHECK(from_text.points.per_yuan_value == from_nothing.points.per_yuan_value);
  CHECK(from_text.points.expiry_years == from_nothing.points.expiry_years);
  CHECK(from_text.points.grace_days == from_nothing.points.grace_days);
  CHECK(from_text.points.no_earning == from_nothing.points.no_earning);
  CHECK(from_text.sales.clerk_backdate_days == from_nothing.sales.clerk_backdate_days);
  CHECK(from_text.sales.clerk_refund_yuan == from_nothing.sales.clerk_refund_yuan);
  CHECK(from_text.credit.days == from_nothing.credit.days);
  CHECK(from_text.members.guardian_age == from_nothing.members.guardian_age);
  CHECK(from_text.members.stale_days == from_nothing.members.stale_days);
  CHECK(from_text.shop.opens == from_nothing.shop.opens);
  CHECK(from_text.shop.closes == from_nothing.shop.closes);
  CHECK(from_text.office.opens == from_nothing.office.opens);
  CHECK(from_text.office.closes == from_nothing.office.closes);
  CHECK(from_text.messages.quiet_from == from_nothing.messages.quiet_from);
  CHECK(from_text.messages.quiet_until == from_nothing.messages.quiet_until);
  CHECK(from_text.messages.per_month == from_nothing.messages.per_month);
  CHECK(from_text.retention_years == from_nothing.retention_years);
  CHECK(from_text.retention_leads_months == from_nothing.retention_leads_months);
  CHECK(from_text.approvals.by == from_nothing.approvals.by);
  CHECK(from_text.training.reveal_needs_training == from_nothing.training.reveal_needs_training);
  CHECK(from_text.sessions.idle_minutes == from_nothing.sessions.idle_minutes);
  CHECK(from_text.sessions.idle_minutes_without_health ==
        from_nothing.sessions.idle_minutes_without_health);
  CHECK(from_text.sessions.longest_minutes == from_nothing.sessions.longest_minutes);
  CHECK(from_text.review_months == from_nothing.review_months);
}

TEST_CASE("a policy holds from its day on, and of two from one day the later version") {
  TestStore t{"2026-03-01"};
  add_version(t, 2, day("2026-06-01"), "[points]\nper_yuan = \"2\"\n");
  add_version(t, 3, day("2026-04-01"), "[points]\nper_yuan = \"1.5\"\n");
  add_version(t, 4, day("2026-06-01"), "[points]\nper_yuan = \"3\"\n");
  auto reading = t.reading();
  const auto rate_on = [&](const char* text) {
    return policy_on(reading, day(text)).points.per_yuan_bp;
  };
  CHECK(rate_on("2026-03-31") == 10'000);
  CHECK(rate_on("2026-04-01") == 15'000);
  CHECK(rate_on("2026-05-31") == 15'000);
  CHECK(rate_on("2026-06-01") == 30'000);
  CHECK(policy_on(reading, day("2026-06-01")).version == 4);
  CHECK(policy_on(reading, day("2026-05-01")).version == 3);
}

TEST_CASE("two versions with one text keep their own numbers") {
  TestStore t{"2026-03-01"};
  add_version(t, 2, day("2026-06-01"), std::string{policy::default_document()});
  auto reading = t.reading();
  CHECK(policy_on(reading, day("2026-07-01")).version == 2);
  CHECK(policy_on(reading, day("2026-05-01")).version == 1);
}

TEST_CASE("a mistake in a policy is told with its place") {
  CHECK(faults_of("[points\nper_yuan = \"1\"\n").starts_with("p.toml:1:8: this is not TOML: "));
  CHECK(faults_of("[points]\nper_yuna = \"1\"\n") ==
        "p.toml:2:1: unknown key per_yuna | did you mean per_yuan?\n");
  CHECK(faults_of("[shops]\n") == "p.toml:1:2: unknown key shops | did you mean shop?\n");
  CHECK(faults_of("points = 3\n") == "p.toml:1:10: [points] is a table\n");
  CHECK(faults_of("[messages]\nper_month = \"4\"\n") ==
        "p.toml:2:13: per_month is a whole number from 0 to 1000\n");
  CHECK(faults_of("[messages]\nper_month = 4.0\n") ==
        "p.toml:2:13: per_month is a whole number from 0 to 1000\n");
  CHECK(faults_of("[messages]\nper_month = -1\n") ==
        "p.toml:2:13: per_month is a whole number from 0 to 1000\n");
  CHECK(faults_of("[points]\nno_earning = [\"cash\", \"gold\"]\n")
            .starts_with("p.toml:2:23: no_earning has a word that is not one of: cash, card"));
  CHECK(faults_of("[points]\nno_earning = \"cash\"\n") ==
        "p.toml:2:14: no_earning is a list of words\n");
}

TEST_CASE("what is paid by a kind that the policy names earns nothing") {
  const Policy built_in = policy::parse_document("", "p");
  CHECK(built_in.earns("cash"));
  CHECK(built_in.earns("insurance"));
  CHECK_FALSE(built_in.earns("insurance_personal"));
  CHECK_FALSE(built_in.earns("insurance_pooled"));
  CHECK_FALSE(built_in.earns("points"));
  const Policy all = policy::parse_document("[points]\nno_earning = []\n", "p");
  CHECK(all.earns("points"));
  const Policy one = policy::parse_document("[points]\nno_earning = [\"cash\"]\n", "p");
  CHECK_FALSE(one.earns("cash"));
  CHECK(one.earns("points"));
}

TEST_CASE("a rate is exact, so it is written in quotes") {
  CHECK(policy::parse_document("[points]\nper_yuan = \"0.0001\"\n", "p").points.per_yuan_bp == 1);
  CHECK(policy::parse_document("[points]\nper_yuan = \"0\"\n", "p").points.per_yuan_bp == 0);
  const char* problem =
      "p.toml:2:12: per_yuan is a number in quotes from \"0\" to \"1000\", with at most 4 "
      "decimals\n";
  for (const std::string value :
       {"1", "1.5", "\"1.00001\"", "\"-1\"", "\"1001\"", "\"\"", "true", "\"1e3\""}) {
    CAPTURE(value);
    CHECK(faults_of("[points]\nper_yuan = " + value + "\n") == problem);
  }
}

TEST_CASE("a time of day has four digits and a colon") {
  CHECK(policy::parse_document("[shop]\nopens = \"00:00\"\n", "p").shop.opens == 0);
  CHECK(policy::parse_document("[shop]\ncloses = \"23:59\"\n", "p").shop.closes == 1439);
  for (const std::string value : {"\"24:00\"", "\"8:00\"", "\"08:60\"", "\"08-00\"", "\"0８:00\"",
                                  "\"08:0x\"", "480", "08:00:00", "\"\""}) {
    CAPTURE(value);
    CHECK(faults_of("[shop]\nopens = " + value + "\n") ==
          "p.toml:2:9: opens is a time of day in quotes, \"00:00\" to \"23:59\"\n");
  }
}

TEST_CASE("who approves is one word of two, or is not said") {
  const auto by = [](const char* text) { return policy::parse_document(text, "p").approvals.by; };
  CHECK(by("[approvals]\nby = \"two\"\n") == ApprovedBy::two);
  CHECK(by("[approvals]\nby = \"one\"\n") == ApprovedBy::one);
  CHECK_FALSE(by("[approvals]\n").has_value());
  for (const std::string value : {"\"three\"", "\"\"", "2", "true", "[\"two\"]"}) {
    CAPTURE(value);
    CHECK(faults_of("[approvals]\nby = " + value + "\n") ==
          "p.toml:2:6: by is one of these words in quotes: one, two\n");
  }
}

TEST_CASE("how long a session lasts and how often a policy is reviewed have their ranges") {
  const Policy policy = policy::parse_document(
      "[sessions]\nidle_minutes = 60\nidle_minutes_without_health = 600\n"
      "longest_minutes = 1440\n[policy]\nreview_months = 120\n",
      "p");
  CHECK(policy.sessions.idle_minutes == 60);
  CHECK(policy.sessions.idle_minutes_without_health == 600);
  CHECK(policy.sessions.longest_minutes == 1440);
  CHECK(policy.review_months == 120);
  struct Key {
    std::string section, name;
    int most;
  };
  for (const auto& [section, name, most] :
       {Key{"sessions", "idle_minutes", 60}, Key{"sessions", "idle_minutes_without_health", 600},
        Key{"sessions", "longest_minutes", 1440}, Key{"policy", "review_months", 120}}) {
    for (const int value : {0, most + 1}) {
      CAPTURE(name);
      CHECK(faults_of("[" + section + "]\n" + name + " = " + std::to_string(value) + "\n") ==
            "p.toml:2:" + std::to_string(name.size() + 4) + ": " + name +
                " is a whole number from 1 to " + std::to_string(most) + "\n");
    }
  }
}

TEST_CASE("what a policy asks for or not is true or false, without quotes") {
  const auto needed = [](const std::string& value) {
    return "[training]\nreveal_needs_training = " + value + "\n";
  };
  CHECK(policy::parse_document(needed("true"), "p").training.reveal_needs_training);
  CHECK_FALSE(policy::parse_document(needed("false"), "p").training.reveal_needs_training);
  for (const char* other : {"\"true\"", "1", "[true]"}) {
    CHECK(faults_of(needed(other)) ==
          "p.toml:2:25: reveal_needs_training is true or false, without quotes\n");
  }
}

TEST_CASE("all mistakes are told at once") {
  const std::string faults = faults_of("x = 1\n[shop]\nopens = 8\n[retention]\nyears = 0\n");
  CHECK(std::ranges::count(faults, '\n') == 3);
}

TEST_CASE("the manual shows the built-in document and explains its keys") {
  const std::string page = test::bytes_of(PHARMACY_SOURCE_DIR "/man/pharmacy-policy.5");
  const std::string document{policy::default_document()};
  CHECK(page.find(document) != std::string::npos);
  std::istringstream lines{document};
  std::size_t keys = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto end = line.find(" = ");
    if (end == std::string::npos) continue;
    ++keys;
    CAPTURE(line);
    const std::string key = line.substr(0, end);
    CHECK((page.find(".It Ic " + key) != std::string::npos ||
           page.find(" , " + key + "\n") != std::string::npos));
  }
  CHECK(keys == 53);
}

TEST_CASE("the kinds of payment that the policy knows are those that there are") {
  const auto words = words_of<PaymentKind>();
  CHECK(std::ranges::equal(words, policy::payment_kinds));
}
