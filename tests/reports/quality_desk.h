// A shop whose staff enter members, and a report on how well, as a line each.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/members.h"
#include "pharmacy/reports.h"
#include "pharmacy/staff.h"
#include "support/test_store.h"

namespace pharmacy::test {

inline Date on_day(std::string_view text) { return parse_date(text).value(); }

// "files/in use completeness% contacts/stale stale% entered/corrected corrected% duplicates".
inline std::string text_of(const QualityFigures& figures) {
  const auto ratio = [](const std::optional<std::int64_t>& percent) {
    return percent ? std::to_string(*percent) + '%' : std::string{"-"};
  };
  const auto pair = [](std::int64_t one, std::int64_t other) {
    return std::to_string(one) + '/' + std::to_string(other);
  };
  return figures.staff.value_or("all") + ": " + pair(figures.files, figures.files_in_use) + ' ' +
         ratio(figures.completeness_percent) + ' ' +
         pair(figures.contacts_held, figures.contacts_stale) + ' ' + ratio(figures.stale_percent) +
         ' ' + pair(figures.facts_entered, figures.facts_corrected) + ' ' +
         ratio(figures.corrected_percent) + ' ' + std::to_string(figures.duplicate_files);
}

using Texts = std::vector<std::string>;

inline Texts texts_of(const QualityReport& report) {
  Texts texts;
  for (const QualityFigures& one : report.by_staff) texts.push_back(text_of(one));
  texts.push_back(text_of(report.in_all));
  return texts;
}

// A store with two more who enter members: "chenjing" and "liuyang".
struct Desk {
  TestStore t{"2026-03-01"};
  std::map<std::string, std::string> keys{};
  std::vector<Store> others{};

  Desk() {
    for (const char* login : {"chenjing", "liuyang"}) {
      auto tx = t.begin();
      const auto key = add_staff(tx, {.login = login, .name = login, .roles = {Role::clerk}});
      tx.commit();
      keys[login] = std::string{key.key_file.value().view()};
      others.push_back(Store::open(t.path(), KeyFile{Secret{keys[login]}}, {.clock = t.clock()}));
    }
  }
  static constexpr std::array<const char*, 3> logins{"wangli", "chenjing", "liuyang"};
  Store& of(std::size_t staff) { return staff == 0 ? t.store() : others[staff - 1]; }

  template <class Act>
  auto as(std::size_t staff, Act act) {
    auto tx = of(staff).begin({.id = new_operation_id(), .request = "test"});
    auto result = act(tx);
    tx.commit();
    return result;
  }
  MemberId add(std::size_t staff, const NewMember& input) {
    return as(staff, [&](Transaction& tx) { return add_member(tx, input); });
  }
  void edit(std::size_t staff, MemberId id, const MemberEdit& change) {
    as(staff, [&](Transaction& tx) { return edit_member(tx, id, change); });
  }
  Texts report(std::string_view from, std::string_view to) {
    return texts_of(quality_report(t.store(), {on_day(from), on_day(to)}));
  }
};

}  // namespace pharmacy::test
