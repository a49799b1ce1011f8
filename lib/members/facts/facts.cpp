#include "members/facts/facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "members/consent/consent.h"

namespace pharmacy::members {
namespace {

template <NamedEnum Enum>
std::optional<std::string> as_word(const std::optional<Enum>& value) {
  return value ? std::optional<std::string>{to_word(*value)} : std::nullopt;
}

template <class SomeMember>
Facts listed(const SomeMember& member) {
  return {{"kind", as_word(member.kind)},
          {"class", as_word(member.member_class)},
          {"region", member.region},
          {"relation", as_word(member.relation)},
          {"call_as", member.call_as},
          {"contact_by", as_word(member.contact_by)},
          {"city_size", as_word(member.city_size)}};
}

// As it will be kept; empty to clear.
std::optional<std::string> checked(const std::optional<std::string>& given, Faults& faults,
                                   std::optional<std::string> (*check)(std::string_view, Faults&)) {
  return given && !given->empty() ? check(*given, faults) : given;
}

template <NamedEnum Enum>
std::optional<std::string> as_text(const std::optional<std::optional<Enum>>& given) {
  if (!given) return std::nullopt;
  return as_word(*given).value_or("");
}

}  // namespace

Facts facts_of(const NewMember& member) { return listed(member); }
Facts facts_of(const Member& member) { return listed(member); }

std::vector<FactChange> fact_changes(const Member& now, const MemberEdit& edit, Faults& faults) {
  const Facts edited{{"kind", as_text(edit.kind)},
                     {"class", as_text(edit.member_class)},
                     {"region", checked(edit.region, faults, checked_region)},
                     {"relation", as_text(edit.relation)},
                     {"call_as", checked(edit.call_as, faults, checked_call_as)},
                     {"contact_by", as_text(edit.contact_by)},
                     {"city_size", as_text(edit.city_size)}};
  const Facts kept = facts_of(now);
  std::vector<FactChange> changes;
  for (std::size_t i = 0; i < edited.size(); ++i) {
    const auto& [fact, given] = edited[i];
    if (!given) continue;
    const auto after = given->empty() ? std::nullopt : given;
    if (after != kept[i].second) changes.push_back({fact, kept[i].second, after});
  }
  return changes;
}

std::optional<std::string> reason_of_class(bool has_class, const std::optional<std::string>& reason,
                                           Faults& faults) {
  constexpr std::size_t longest = 200;  // bytes
  if (has_class && (!reason || reason->empty())) {
    faults.push_back({"reason", {_("a class is set for a reason"), _("give one with --reason")}});
    return std::nullopt;
  }
  if (!reason) return std::nullopt;
  std::vector<Fault> wrong;
  auto kept = checked_text(wrong, _("reason"), std::string_view{*reason}, longest);
  for (auto& fault : wrong) faults.push_back({"reason", std::move(fault)});
  return kept;
}

void check_person(std::optional<MemberKind> kind, bool is_described, Faults& faults) {
  if (!is_described || kind.value_or(MemberKind::person) == MemberKind::person) return;
  faults.push_back(
      {"kind",
       {_("only a person has a sex or a day of birth"),
        _("leave them out, or clear them with --sex '' --birth ''; of a person --kind person")}});
}

void check_kind_fits(db::Database& db, MemberId member, std::optional<MemberKind> kind,
                     Faults& faults) {
  const MemberKind wanted = kind.value_or(MemberKind::person);
  if (wanted != MemberKind::person && agrees(db, member, Purpose::health)) {
    faults.push_back(
        {"kind",
         {fmt::format(fmt::runtime(_("{} agreed to notes about health, which only a person has")),
                      to_string(member)),
          fmt::format("member consent withdraw {} --purpose health", to_string(member))}});
  }
  const auto has = [&](std::string_view sql) {
    return db.value<std::int64_t>(sql, member).has_value();
  };
  if (wanted != MemberKind::person && wanted != MemberKind::household &&
      has("SELECT 1 FROM household_member WHERE member = ?1 AND left_at IS NULL LIMIT 1")) {
    faults.push_back({"kind",
                      {fmt::format(fmt::runtime(_("{} lives with others, as only a person does")),
                                   to_string(member)),
                       fmt::format("member household leave {}", to_string(member))}});
  }
  if (wanted == MemberKind::person &&
      has("SELECT 1 FROM member_licence WHERE member = ?1 AND ended_at IS NULL LIMIT 1")) {
    faults.push_back(
        {"kind",
         {fmt::format(fmt::runtime(_("{} has a licence, as no person does")), to_string(member)),
          fmt::format("member licence list {}", to_string(member))}});
  }
}

MemberKind kind_of(db::Database& db, MemberId member) {
  return db
      .value<MemberKind>(
          "SELECT value FROM member_fact WHERE member = ?1 AND fact = 'kind' AND ended_at IS NULL"
          " ORDER BY id DESC LIMIT 1",
          member)
      .value_or(MemberKind::person);
}

void insert_fact(db::Database& db, MemberId member, const NewFact& fact, const Provenance& from) {
  const bool is_class = fact.fact == "class";
  const auto reason =
      is_class ? std::optional{fact.reason.value_or(std::string{from.source})} : std::nullopt;
  db.run(
      "INSERT INTO member_fact (member, fact, value, reason, added_at, added_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      member, fact.fact, fact.value, reason, from.now, from.staff);
}

void end_fact(db::Database& db, MemberId member, std::string_view fact, Instant now) {
  db.run(
      "UPDATE member_fact SET ended_at = ?3"
      " WHERE member = ?1 AND fact = ?2 AND ended_at IS NULL",
      member, fact, now);
}

void keep_lacking_facts(NewMember& row, const Member& stored) {
  const auto keep = [](auto& given, const auto& kept) {
    if (kept) given.reset();
  };
  row.kind.reset();
  keep(row.member_class, stored.member_class);
  keep(row.region, stored.region);
  keep(row.relation, stored.relation);
  keep(row.call_as, stored.call_as);
  keep(row.contact_by, stored.contact_by);
  keep(row.city_size, stored.city_size);
  if (stored.kind.value_or(MemberKind::person) == MemberKind::person) return;
  row.sex.reset();
  row.birth.reset();
}

bool has_facts(const NewMember& row) {
  return std::ranges::any_of(facts_of(row), [](const auto& one) { return one.second.has_value(); });
}

bool differs_in_facts(const NewMember& row, const Member& stored) {
  const MemberKind kind = stored.kind.value_or(MemberKind::person);
  if (row.kind && *row.kind != kind) return true;
  if (kind != MemberKind::person && (row.sex || row.birth)) return true;
  const Facts given = facts_of(row), kept = facts_of(stored);
  for (std::size_t i = 1; i < given.size(); ++i) {  // but the kind
    if (given[i].second && kept[i].second && given[i].second != kept[i].second) return true;
  }
  return false;
}

std::vector<MemberLine> lines_by_facts(db::Database& db, const MemberRange& range,
                                       std::int64_t limit) {
  // By the index of whichever fact is said of few.
  const bool by_class = range.member_class && *range.member_class != MemberClass::member;
  const bool by_kind = range.kind && *range.kind != MemberKind::person;
  const char* from = by_class  ? "member_fact f JOIN member m ON m.id = f.member WHERE"
                                 " f.fact = 'class' AND f.value = ?5 AND f.ended_at IS NULL"
                                 " AND f.member > ?1"
                     : by_kind ? "member_fact f JOIN member m ON m.id = f.member WHERE"
                                 " f.fact = 'kind' AND f.value = ?6 AND f.ended_at IS NULL"
                                 " AND f.member > ?1"
                               : "member m WHERE m.id > ?1";
  const char* order = by_class || by_kind ? "f.member" : "m.id";
  const auto joined = range.joined.value_or(Period{});
  return db.rows<MemberLine>(
      fmt::format("SELECT id, name, card, phone, birth, joined FROM current_member WHERE id IN"
                  " (SELECT DISTINCT {1} FROM {0} AND m.status = 'active'"
                  "  AND (?3 IS NULL OR m.joined BETWEEN ?3 AND ?4)"
                  "  AND (?5 IS NULL OR ?5 = coalesce((SELECT c.value FROM member_fact c"
                  "   WHERE c.member = m.id AND c.fact = 'class' AND c.ended_at IS NULL"
                  "   ORDER BY c.id DESC LIMIT 1), 'member'))"
                  "  AND (?6 IS NULL OR ?6 = coalesce((SELECT k.value FROM member_fact k"
                  "   WHERE k.member = m.id AND k.fact = 'kind' AND k.ended_at IS NULL"
                  "   ORDER BY k.id DESC LIMIT 1), 'person'))"
                  "  ORDER BY {1} LIMIT ?2)"
                  " ORDER BY id",
                  from, order),
      range.after, limit, range.joined ? std::optional{joined.from} : std::nullopt, joined.to,
      range.member_class, range.kind);
}

}  // namespace pharmacy::members
