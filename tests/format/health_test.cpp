// What is sealed to the health keys as two readers see it, the library and one that was written
// from the manual page.
#include "pharmacy/health.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "format/health_rows.h"
#include "format/python.h"
#include "format/vectors.h"
#include "member/member.h"
#include "members/health/seal.h"
#include "pharmacy/consent.h"
#include "pharmacy/staff.h"
#include "support/run.h"
#include "support/trials.h"
#include "vault/access.h"
#include "vault/store_impl.h"
#include "visits/special/identity.h"
#include "visits/special_store.h"

namespace pharmacy::test {
namespace {

constexpr const char* passphrase = "paper lantern by noon";

// Members M1 and M2 with notes of every kind, and sales of special drugs.
struct Ward : SpecialStore {
  explicit Ward(bool has_blind_alerts = true) {
    {
      auto tx = begin();
      if (!has_blind_alerts)
        vault::put_setting(vault::database(tx), vault::blind_alerts_setting, "no");
      for (const int number : {1, 2})
        give_consent(tx, {.member = MemberId{number}, .purpose = Purpose::health});
      add_staff(tx, {.login = "sunli",
                     .name = "孙丽",
                     .roles = {Role::pharmacist},
                     .passphrase = Secret{passphrase}});
      tx.commit();
    }
    put_bytes(passphrase_path(), std::string{passphrase} + "\n");
    add_notes(1);
    sell(buyer(IdDocument::id_card, id_card(1)));
    sell(buyer(IdDocument::passport, "e1234 5678"));
  }

  [[nodiscard]] std::string passphrase_path() const { return path().string() + ".passphrase"; }

  // To the health key now, one of each kind.
  void add_notes(std::int64_t whose) {
    using enum HealthKind;
    const Date day{std::chrono::year{2026} / 1 / 31};
    add(whose, {.kind = allergy,
                .ingredient = "Ａｓｐｉｒｉｎ；头孢克肟、 J01CA04 ;J01CA12",
                .drug_class = "Straße"});
    add(whose, {.kind = allergy, .drug_class = "ｊ01c", .severity = HealthSeverity::severe});
    add(whose,
        {.kind = regimen, .ingredient = "华法林；华法林", .dose = "每晚 1 片", .since = day});
    add(whose, {.kind = condition, .condition = "Ⅱ 型糖尿病", .text = "见病历"}, true);
    add(whose, {.kind = history, .condition = "胃溃疡", .severity = HealthSeverity::mild});
    add(whose, {.kind = response,
                .ingredient = "布洛芬",
                .reaction = "胃痛",
                .response = DrugResponse::intolerant});
    add(whose, {.kind = pregnancy, .until = Date{std::chrono::year{2026} / 10 / 1}});
    std::string text;
    while (text.size() < 3'990) text += "见病历 ";
    add(whose, {.kind = other, .text = text}, true);
  }
  HealthNoteId add(std::int64_t whose, const HealthFacts& facts, std::optional<bool> alerts = {}) {
    auto tx = begin();
    const HealthNoteId id =
        add_health_note(tx, {.member = MemberId{whose}, .facts = facts, .alerts = alerts});
    tx.commit();
    return id;
  }

  [[nodiscard]] NewSale buyer(IdDocument document, const std::string& number) const {
    NewSale one = sale({"E=1"}, {.number = number});
    one.buyer->document = document;
    return one;
  }

  // What "member health VERB" prints of both members.
  std::string printed(const char* verb) {
    std::string answers;
    for (const char* number : {"M1", "M2"}) {
      const Ran ran =
          run(cli::member, *this, {"health", verb, number, "--all", "--format", "json"});
      CHECK(ran.status == 0);
      answers += ran.out + '\0';
    }
    return answers;
  }
};

// What the comparison says of two such files, read with the key.
Ended compared(const Ward& t, const std::string& shown, const std::string& listed,
               const std::vector<std::string>& key) {
  const TempDir dir;
  put_bytes(dir.path() / "shown", shown);
  put_bytes(dir.path() / "listed", listed);
  std::vector<std::string> words{t.path().string(), dir.file("shown"), dir.file("listed")};
  words.insert(words.end(), key.begin(), key.end());
  return run_python("notes_shown.py", words);
}

TEST_CASE(
    "the reader reads the notes that are printed, by key file and passphrase, over new keys") {
  Ward t;
  const auto compare = [&](const std::string& count) {
    const std::string shown = t.printed("show");
    const std::string listed = t.printed("list");
    for (const auto& key :
         {std::vector{t.key_file_path()}, std::vector{std::string{"sunli"}, t.passphrase_path()}}) {
      const Ended ended = compared(t, shown, listed, key);
      CHECK(ended.err == "");
      CHECK(ended.out == "same " + count + "\n");
      CHECK(ended.status == 0);
    }
  };
  compare("8");
  t.store().rotate_keys(true);
  t.add_notes(2);
  auto tx = t.begin();
  end_health_note(tx, HealthNoteId{1});
  // As a merge moves it.
  vault::database(tx).run("UPDATE health_note SET member = 2 WHERE id = 2");
  tx.commit();
  compare("16");
}

TEST_CASE("a text that is printed otherwise is noticed, and a note that is not") {
  Ward t;
  const std::string shown = t.printed("show");
  const std::string listed = t.printed("list");
  const auto status = [&](const std::string& show, const std::string& list) {
    return compared(t, show, list, {t.key_file_path()}).status;
  };
  REQUIRE(status(shown, listed) == 0);
  for (const char* text : {"头孢克肟", "每晚", "intolerant", "2026-10-01", "\"M1\""}) {
    std::string other = shown;
    other.replace(other.find(text), std::string{text}.size(),
                  text == std::string{"\"M1\""} ? "\"M2\"" : "x");
    CAPTURE(text);
    CHECK(status(other, listed) == 1);
  }
  std::string other = listed;
  other.replace(other.find("胃溃疡"), std::string{"胃溃疡"}.size(), "x");
  CHECK(status(shown, other) == 1);
  CHECK(status(shown, std::string{"{\"notes\":[]}\0", 13}) == 1);
}

TEST_CASE("the library and the reader say the same of each note and buyer, and of their tags") {
  Ward t;
  t.store().rotate_keys(true);
  t.add_notes(2);
  t.sell(t.buyer(IdDocument::residence_permit, id_card(2)));
  const auto library = [&] {
    auto reading = t.reading();
    return verdicts_on_rows(reading);
  };
  Verdicts said = library();
  CHECK(said.size() == 19);
  CHECK(differences(said, reader_verdicts(t)) == "");
  for (const auto& one : said) {
    CAPTURE(one.first);
    CHECK(one.second.find("tags ") != std::string::npos);
    CHECK(!one.second.ends_with("untagged"));
  }
  // A tag that a note should have is gone.
  auto tx = t.begin();
  vault::database(tx).run(
      "UPDATE health_tag SET tag = zeroblob(16) WHERE note = 2 AND tag IN"
      " (SELECT min(tag) FROM health_tag WHERE note = 2)");
  vault::database(tx).run("DELETE FROM health_tag WHERE note = 7");
  tx.commit();
  said = library();
  CHECK(said.at("note-7").ends_with("untagged"));
  CHECK(differences(said, reader_verdicts(t)) == "");
}

TEST_CASE("the reader knows a store without blind alerts, in which no note has a tag") {
  Ward t{false};
  const auto library = [&] {
    auto reading = t.reading();
    return verdicts_on_rows(reading);
  };
  Verdicts said = library();
  CHECK(said.size() == 10);
  CHECK(differences(said, reader_verdicts(t)) == "");
  for (const auto& one : said) {
    CAPTURE(one.first);
    if (one.first.starts_with("note-")) CHECK(one.second.ends_with(" tags none"));
  }
  // A tag that no note may have is there.
  auto tx = t.begin();
  CHECK(vault::database(tx).value<std::int64_t>("SELECT count(*) FROM health_tag_key") == 0);
  vault::database(tx).run("INSERT INTO health_tag (note, tag) VALUES (2, zeroblob(16))");
  tx.commit();
  said = library();
  CHECK(said.at("note-2").ends_with(" tags none tagged"));
  CHECK(differences(said, reader_verdicts(t)) == "");
}

// A copy of a row with one bit flipped, and what its name in the verdicts is.
class FlippedRow {
 public:
  FlippedRow(Transaction& tx, Random& random) : db_{vault::database(tx)}, random_{random} {
    if (random.one_in(3)) {
      copy_buyer(tx);
    } else {
      copy_note();
    }
  }
  std::string name;
  std::string column;

 private:
  void flip(db::Bytes& bytes, const char* of) {
    const auto bit = random_.below(static_cast<std::uint32_t>(8 * bytes.size()));
    bytes[bit / 8] ^= static_cast<unsigned char>(1U << bit % 8);
    column = of;
  }
  // Not to 0, which the tables do not take.
  void flip(std::int64_t& number, std::uint32_t bits, const char* of) {
    std::int64_t other = 0;
    while (other == 0) other = number ^ (std::int64_t{1} << random_.below(bits));
    number = other;
    column = of;
  }

  void copy_note() {
    const auto ids = db_.values<std::int64_t>(
        "SELECT id FROM health_note WHERE added_by = 1 AND ended_at IS NULL AND id <= 16");
    const auto from = ids[random_.below(static_cast<std::uint32_t>(ids.size()))];
    const auto of = [&](const char* what) {
      return db_
          .value<std::int64_t>(fmt::format("SELECT {} FROM health_note WHERE id = ?1", what), from)
          .value();
    };
    std::int64_t written_for = of("written_for"), epoch = of("epoch");
    auto sealed =
        db_.value<db::Bytes>("SELECT sealed FROM health_note WHERE id = ?1", from).value();
    auto tags = db_.values<db::Bytes>("SELECT tag FROM health_tag WHERE note = ?1", from);
    switch (random_.below(10)) {
      case 0:
        flip(epoch, 16, "epoch");
        break;
      case 1:
        flip(written_for, 48, "written_for");
        break;
      case 2:
        if (tags.empty()) {
          column = "none";
        } else {
          flip(tags[random_.below(static_cast<std::uint32_t>(tags.size()))], "tag");
        }
        break;
      default:
        flip(sealed, "sealed");
    }
    db_.run(
        "INSERT INTO health_note (member, written_for, epoch, sealed, alerts, added_at, added_by)"
        " SELECT member, ?2, ?3, ?4, alerts, added_at, added_by FROM health_note WHERE id = ?1",
        from, written_for, epoch, sealed);
    const std::int64_t id = db_.last_insert_id();
    for (const auto& tag : tags)
      db_.run("INSERT INTO health_tag (note, tag) VALUES (?1, ?2)", id, tag);
    name = fmt::format("note-{}", id);
  }

  // Sealed for a sale of its own.
  void copy_buyer(Transaction& tx) {
    db_.run(
        "INSERT INTO receipt (kind, at, day, amount, channel, staff, policy, recorded_at)"
        " SELECT kind, at, day, amount, channel, staff, policy, recorded_at FROM receipt"
        " WHERE id = 1");
    const ReceiptId id{db_.last_insert_id()};
    db_.run(
        "INSERT INTO line (receipt, line, product, quantity, amount)"
        " SELECT ?1, line, product, quantity, amount FROM line WHERE receipt = 1",
        id);
    db_.run(
        "INSERT INTO special_line (receipt, line, special, counts)"
        " SELECT ?1, line, special, counts FROM special_line WHERE receipt = 1",
        id);
    const auto seal = vault::health_seal(tx);
    auto sealed = visits::sealed(
        {.receipt = id, .name = "赵敏", .document = IdDocument::passport, .number = "E12345678"},
        seal);
    std::int64_t epoch = seal.epoch;
    if (random_.one_in(8)) {
      flip(epoch, 16, "epoch");
    } else {
      flip(sealed, "sealed");
    }
    db_.run(
        "INSERT INTO special_buyer (receipt, epoch, sealed, tag) VALUES (?1, ?2, ?3, zeroblob(16))",
        id, epoch, sealed);
    name = fmt::format("buyer-{}", id.number());
  }

  db::Database& db_;
  Random& random_;
};

TEST_CASE("of a bit that is flipped in a sealed row, or beside it, both say the same") {
  Ward t;
  t.store().rotate_keys(true);
  t.add_notes(2);
  Trials trials("sealed rows", 500, 20'000);
  std::vector<std::pair<std::string, std::string>> flipped;
  auto tx = t.begin();
  trials.each([&](std::int64_t, Random& random) {
    const FlippedRow row{tx, random};
    flipped.emplace_back(row.name, row.column);
  });
  tx.commit();
  auto reading = t.reading();
  const Verdicts library = verdicts_on_rows(reading);
  CHECK(differences(library, reader_verdicts(t)) == "");
  for (const auto& one : flipped) {
    const auto& column = one.second;
    CAPTURE(one.first);
    CAPTURE(column);
    const std::string verdict = library.at(one.first);
    const bool is_open = verdict.find(" tags ") != verdict.npos;
    trials.tally(is_open ? "opened" : verdict.substr(verdict.find(' ') + 1));
    CHECK(is_open == (column == "tag" || column == "none"));
    if (column == "sealed") CHECK(verdict.ends_with(" damaged"));
  }
}

}  // namespace
}  // namespace pharmacy::test
