// The report on quality against a naive model, which never reads a row.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/rights.h"
#include "pharmacy/upkeep.h"
#include "reports/quality_desk.h"
#include "support/trials.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

// What happened, kept beside the store in which it did.
class QualityModel {
 public:
  void pass(std::int64_t days) {
    today_ = today_ + std::chrono::days{days};
    desk_.t.set_day(to_string(today_));
  }
  void step(test::Random& random) {
    const auto staff = static_cast<std::size_t>(random.below(3));
    const auto what = random.below(10);
    if (files_.size() < 4 || what < 3) return open(staff, random);
    const auto at =
        static_cast<std::size_t>(random.below(static_cast<std::uint32_t>(files_.size())));
    if (what == 8) return merge(at, random);
    if (what == 9) return unmerge();
    File& file = files_[at];
    if (file.person != at || is_shared(at)) return;
    if (file.is_restricted || random.one_in(9)) return turn(at);
    if (random.one_in(4)) return verify(at);
    edit(staff, at, random);
  }
  [[nodiscard]] Texts expected(const Period& period) const {
    std::map<std::string, QualityFigures> by_login;
    std::map<std::string, std::int64_t> scores;
    for (std::size_t at = 0; at < files_.size(); ++at) count_file(at, period, by_login, scores);
    for (const Entry& entry : entries_) {
      if (!period.contains(entry.day) || is_shared(entry.file)) continue;
      QualityFigures& figures = by_login[Desk::logins[entry.staff]];
      ++figures.facts_entered;
      if (entry.is_corrected) ++figures.facts_corrected;
    }
    Texts texts;
    QualityFigures all{};
    std::int64_t score = 0;
    for (auto& [login, figures] : by_login) {
      for (const auto sum :
           {&QualityFigures::files, &QualityFigures::files_in_use, &QualityFigures::contacts_held,
            &QualityFigures::contacts_stale, &QualityFigures::facts_entered,
            &QualityFigures::facts_corrected, &QualityFigures::duplicate_files})
        all.*sum += figures.*sum;
      score += scores[login];
      figures.staff = login;
      texts.push_back(text_of(divided(figures, scores[login])));
    }
    texts.push_back(text_of(divided(all, score)));
    return texts;
  }
  Desk& desk() { return desk_; }
  [[nodiscard]] Date today() const { return today_; }
  [[nodiscard]] std::int64_t corrected() const {
    return std::ranges::count_if(entries_, &Entry::is_corrected);
  }

 private:
  struct File {
    MemberId id;
    std::size_t staff;
    Date day;
    std::size_t person;  // the file that stands for hers: this one, or that it was merged into
    bool is_clinic = false;
    bool is_restricted = false;
    std::map<std::string, std::size_t> facts{};  // by name: its entry
    std::map<std::string, std::optional<Date>> verified{};
  };
  struct Entry {
    std::size_t staff;
    std::size_t file;
    Date day;
    bool is_corrected = false;
  };

  static QualityFigures divided(QualityFigures figures, std::int64_t score) {
    if (figures.files_in_use > 0) figures.completeness_percent = score / figures.files_in_use;
    if (figures.contacts_held > 0)
      figures.stale_percent = 100 * figures.contacts_stale / figures.contacts_held;
    if (figures.facts_entered > 0)
      figures.corrected_percent = 100 * figures.facts_corrected / figures.facts_entered;
    return figures;
  }
  [[nodiscard]] std::size_t person_of(std::size_t at) const {
    while (files_[at].person != at) at = files_[at].person;
    return at;
  }
  [[nodiscard]] std::vector<std::size_t> files_of(std::size_t person) const {
    std::vector<std::size_t> hers;
    for (std::size_t at = 0; at < files_.size(); ++at) {
      if (person_of(at) == person) hers.push_back(at);
    }
    return hers;
  }
  [[nodiscard]] bool is_shared(std::size_t at) const { return files_of(person_of(at)).size() > 1; }
  // Before all days where one of her files has it and it was never verified.
  [[nodiscard]] std::optional<Date> verified_on(std::size_t person, const std::string& kind) const {
    std::optional<Date> oldest;
    for (const std::size_t at : files_of(person)) {
      const auto found = files_[at].verified.find(kind);
      if (found == files_[at].verified.end()) continue;
      const Date day = found->second.value_or(on_day("1900-01-01"));
      oldest = oldest ? std::min(*oldest, day) : day;
    }
    return oldest;
  }
  void count_file(std::size_t at, const Period& period,
                  std::map<std::string, QualityFigures>& by_login,
                  std::map<std::string, std::int64_t>& scores) const {
    const File& file = files_[at];
    if (!period.contains(file.day)) return;
    QualityFigures& figures = by_login[Desk::logins[file.staff]];
    ++figures.files;
    if (files_of(person_of(at)).front() < at) ++figures.duplicate_files;
    if (file.person != at || file.is_restricted) return;
    ++figures.files_in_use;
    const auto has = [&](const char* fact) { return file.facts.contains(fact); };
    const Date until = today_ - std::chrono::days{365};
    const auto phone = verified_on(at, "phone"), address = verified_on(at, "address");
    for (const auto& verified : {phone, address}) {
      if (!verified) continue;
      ++figures.contacts_held;
      if (*verified <= until) ++figures.contacts_stale;
    }
    const bool is_person = !file.is_clinic;
    std::int64_t score = 0;
    if (has("name")) score += is_person ? 20 : 30;
    if (phone) score += is_person ? 25 : 30;
    if (phone && *phone > until) score += is_person ? 15 : 20;
    if (address) score += is_person ? 10 : 20;
    if (is_person && has("birth")) score += 20;
    if (is_person && has("sex")) score += 10;
    scores[Desk::logins[file.staff]] += score;
  }

  void enter(std::size_t staff, std::size_t at, const std::string& fact, bool is_verified) {
    File& file = files_[at];
    clear(at, fact);
    file.facts[fact] = entries_.size();
    entries_.push_back({.staff = staff, .file = at, .day = today_});
    if (fact == "phone" || fact == "address")
      file.verified[fact] = is_verified ? std::optional{today_} : std::nullopt;
  }
  void clear(std::size_t at, const std::string& fact) {
    File& file = files_[at];
    const auto held = file.facts.find(fact);
    if (held == file.facts.end()) return;
    entries_[held->second].is_corrected = true;
    file.facts.erase(held);
    file.verified.erase(fact);
  }
  void open(std::size_t staff, test::Random& random) {
    const std::string number = std::to_string(10'000'000 + ++number_);
    NewMember input{.card = number};
    input.source = random.one_in(3) ? FactSource::app : FactSource::counter;
    const bool told_here = input.source == FactSource::counter;
    const bool is_clinic = random.one_in(5);
    if (!random.one_in(4)) input.name = "甲" + number;
    if (random.one_in(2)) input.phone = "138" + number;
    if (random.one_in(2)) input.address = "解放路 " + number + " 号";
    if (random.one_in(3)) input.note = "常客";
    if (random.one_in(4)) input.region = "310101";
    if (is_clinic) {
      input.kind = MemberKind::clinic;
    } else {
      if (random.one_in(2)) input.sex = Sex::female;
      if (random.one_in(2)) input.birth = on_day("1980-01-01");
      if (random.one_in(4)) input.call_as = "张阿姨";
    }
    const std::size_t at = files_.size();
    files_.push_back({.id = desk_.add(staff, input),
                      .staff = staff,
                      .day = today_,
                      .person = at,
                      .is_clinic = is_clinic});
    for (const auto& [fact, is_given] :
         {std::pair{"name", input.name.has_value()}, std::pair{"phone", input.phone.has_value()},
          std::pair{"address", input.address.has_value()},
          std::pair{"note", input.note.has_value()}, std::pair{"region", input.region.has_value()},
          std::pair{"kind", is_clinic}, std::pair{"sex", input.sex.has_value()},
          std::pair{"birth", input.birth.has_value()},
          std::pair{"call_as", input.call_as.has_value()}}) {
      if (is_given) enter(staff, at, fact, told_here);
    }
  }
  void edit(std::size_t staff, std::size_t at, test::Random& random) {
    const std::string number = std::to_string(10'000'000 + ++number_);
    const bool is_cleared = random.one_in(4);
    MemberEdit change;
    change.source = random.one_in(2) ? FactSource::phone : FactSource::counter;
    struct Choice {
      const char* fact;
      std::optional<std::string> MemberEdit::*field;
      std::string value;
    };
    const std::vector<Choice> choices{{"name", &MemberEdit::name, "乙" + number},
                                      {"phone", &MemberEdit::phone, "139" + number},
                                      {"address", &MemberEdit::address, "中山路 " + number},
                                      {"note", &MemberEdit::note, "记 " + number},
                                      {"region", &MemberEdit::region, number},
                                      {"call_as", &MemberEdit::call_as, "称呼" + number}};
    const Choice& choice = choices[random.below(static_cast<std::uint32_t>(choices.size()))];
    change.*choice.field = is_cleared ? "" : choice.value;
    desk_.edit(staff, files_[at].id, change);
    if (is_cleared) return clear(at, choice.fact);
    enter(staff, at, choice.fact, change.source == FactSource::counter);
  }
  void verify(std::size_t at) {
    File& file = files_[at];
    if (file.verified.empty()) return;
    desk_.as(0, [&](Transaction& tx) { return verify_contacts(tx, file.id); });
    for (auto& [kind, day] : file.verified) day = today_;
  }
  void turn(std::size_t at) {
    File& file = files_[at];
    desk_.as(0, [&](Transaction& tx) {
      if (file.is_restricted) return lift_restriction(tx, file.id);
      return restrict_member(tx, file.id, "本人要求");
    });
    file.is_restricted = !file.is_restricted;
  }
  void merge(std::size_t from, test::Random& random) {
    const auto into =
        static_cast<std::size_t>(random.below(static_cast<std::uint32_t>(files_.size())));
    for (const std::size_t at : {from, into}) {
      if (files_[at].person != at || files_[at].is_restricted) return;
    }
    if (from == into || files_[from].is_clinic != files_[into].is_clinic) return;
    const MergeId id = desk_.as(0, [&](Transaction& tx) {
      return merge_members(tx, {.from = files_[from].id, .into = files_[into].id});
    });
    files_[from].person = into;
    merges_.emplace_back(id, from);
  }
  void unmerge() {
    if (merges_.empty()) return;
    const auto [id, from] = merges_.back();
    merges_.pop_back();
    desk_.as(0, [&](Transaction& tx) { return unmerge_members(tx, id); });
    files_[from].person = from;
  }

  Desk desk_{};
  Date today_ = on_day("2026-03-01");
  std::int64_t number_ = 0;
  std::vector<File> files_{};
  std::vector<Entry> entries_{};
  std::vector<std::pair<MergeId, std::size_t>> merges_{};
};

}  // namespace

TEST_CASE("the report on quality agrees with a naive model of a random shop") {
  test::Trials trials("reports on quality", 6, 1'000);
  trials.each([&](std::int64_t, test::Random& random) {
    QualityModel model;
    for (int step = 0; step < 90; ++step) {
      model.pass(random.one_in(3) ? random.between(0, 25) : 0);
      model.step(random);
      if (step % 6 != 5) continue;
      const Date first = on_day("2026-03-01") + std::chrono::days{random.between(0, 120)};
      const Period period = random.one_in(3) ? Period{on_day("2026-03-01"), model.today()}
                                             : Period{first, first + std::chrono::days{30}};
      const auto report = quality_report(model.desk().t.store(), period);
      CHECK(texts_of(report) == model.expected(period));
      trials.tally("duplicates", report.in_all.duplicate_files);
      trials.tally("stale", report.in_all.contacts_stale);
    }
    trials.tally("corrected", model.corrected());
  });
  for (const char* found : {"duplicates", "stale", "corrected"}) CHECK(trials.tallied(found) > 0);
}
