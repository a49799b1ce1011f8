// Members who may be one person.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/i18n.h"
#include "members/masks.h"
#include "members/search/search_keys.h"
#include "pharmacy/error.h"
#include "pharmacy/merge.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

constexpr std::size_t group_max = 20;  // members who have one thing in common that tell something
constexpr std::int64_t score_min = 35;

struct KnownName {
  MemberId id;
  std::optional<std::string> name;
  std::optional<Date> birth;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &KnownName::id}, Field{"name", &KnownName::name},
                      Field{"birth", &KnownName::birth}};
  }
};

struct KnownContact {
  MemberId member;
  std::string kind;
  std::string value;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &KnownContact::member}, Field{"kind", &KnownContact::kind},
                      Field{"value", &KnownContact::value}};
  }
};

// How a name sounds, where that can be told.
std::set<std::string> sounds_of(const std::string& name) {
  const std::string form = members::search_form(name);
  std::size_t characters = 0;
  for (const char c : form) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  std::set<std::string> sounds;
  for (const members::SearchKey& key : members::search_keys(name)) {
    if (!key.inner && key.key != form && key.key.size() > characters) sounds.insert(key.key);
  }
  return sounds;
}

// Pairs that have a key in common: keys are sorted, not each member compared with each.
class Pairing {
 public:
  void add(const std::string& key, MemberId member) {
    keys_.push_back({std::hash<std::string>{}(key), member});
  }

  std::set<std::pair<MemberId, MemberId>> pairs() {
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    for (auto first = keys_.begin(); first != keys_.end();) {
      const auto end = std::find_if(first, keys_.end(),
                                    [&](const Keyed& other) { return other.key != first->key; });
      if (static_cast<std::size_t>(end - first) <= group_max) pair_all(first, end);
      first = end;
    }
    return std::move(pairs_);
  }

 private:
  struct Keyed {
    std::size_t key;
    MemberId member;
    friend auto operator<=>(const Keyed&, const Keyed&) = default;
  };
  using At = std::vector<Keyed>::const_iterator;

  void pair_all(At first, At end) {
    for (; first != end; ++first) {
      for (auto other = first + 1; other != end; ++other)
        pairs_.emplace(first->member, other->member);
    }
  }

  std::vector<Keyed> keys_;
  std::set<std::pair<MemberId, MemberId>> pairs_;
};

// What two members are compared by.
struct Compared {
  std::optional<std::string> name;
  std::optional<Sex> sex;
  std::optional<Date> birth;
  std::set<std::string> phones;
  std::set<std::string> addresses;
};

struct NamedSexBirth {
  std::optional<std::string> name;
  std::optional<Sex> sex;
  std::optional<Date> birth;

  static constexpr auto fields() {
    return std::tuple{Field{"name", &NamedSexBirth::name}, Field{"sex", &NamedSexBirth::sex},
                      Field{"birth", &NamedSexBirth::birth}};
  }
};

Compared compared(db::Database& db, MemberId id) {
  const auto row =
      db.row<NamedSexBirth>("SELECT name, sex, birth FROM member WHERE id = ?1", id).value();
  Compared all{.name = row.name, .sex = row.sex, .birth = row.birth, .phones = {}, .addresses = {}};
  for (const KnownContact& contact : db.rows<KnownContact>(
           "SELECT member, kind, value FROM contact WHERE member = ?1 AND ended_at IS NULL"
           " ORDER BY id",
           id)) {
    if (contact.kind == "phone") {
      all.phones.insert(contact.value);
    } else {
      all.addresses.insert(members::search_form(contact.value));
    }
  }
  return all;
}

bool meet(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::ranges::any_of(a, [&b](const std::string& one) { return b.contains(one); });
}

// What speaks for one person, and against it.
void weigh(const Compared& a, const Compared& b, Duplicate& pair) {
  const auto same = [&pair](bool is_same, const char* word, std::int64_t score) {
    if (!is_same) return;
    pair.score += score;
    pair.evidence += (pair.evidence.empty() ? "" : ",") + std::string{word};
  };
  const bool has_names = a.name && b.name;
  const bool same_name =
      has_names && members::search_form(*a.name) == members::search_form(*b.name);
  same(meet(a.phones, b.phones), "same_phone", 40);
  same(same_name, "same_name", 30);
  same(has_names && !same_name && meet(sounds_of(*a.name), sounds_of(*b.name)), "same_sound", 15);
  same(a.birth && a.birth == b.birth, "same_birth", 20);
  same(meet(a.addresses, b.addresses), "same_address", 10);
  if (a.birth && b.birth && a.birth != b.birth) pair.score -= 30;
  if (a.sex && b.sex && a.sex != b.sex) pair.score -= 20;
}

void add_names(db::Database& db, Pairing& pairing) {
  auto rows = db.prepare(
      "SELECT id, name, birth FROM member WHERE status = 'active' AND name IS NOT NULL"
      " ORDER BY id");
  rows.bind();
  while (rows.step()) {
    const auto one = rows.row<KnownName>();
    pairing.add("n" + members::search_form(*one.name), one.id);
    if (!one.birth) continue;
    const std::string day = to_string(*one.birth);
    pairing.add("n" + day + members::search_form(*one.name), one.id);
    for (const std::string& sound : sounds_of(*one.name)) pairing.add("s" + day + sound, one.id);
  }
}

void add_contacts(db::Database& db, Pairing& pairing) {
  auto rows = db.prepare(
      "SELECT c.member, c.kind, c.value FROM contact c JOIN member m ON m.id = c.member"
      " WHERE c.ended_at IS NULL AND m.status = 'active' ORDER BY c.id");
  rows.bind();
  while (rows.step()) {
    const auto one = rows.row<KnownContact>();
    pairing.add(one.kind == "phone" ? "p" + one.value : "a" + members::search_form(one.value),
                one.member);
  }
}

bool was_taken_back(db::Database& db, const std::pair<MemberId, MemberId>& pair) {
  return db
      .value<std::int64_t>(
          "SELECT 1 FROM member_merge WHERE undone_at IS NOT NULL"
          " AND ((from_member = ?1 AND into_member = ?2) OR (from_member = ?2 AND into_member = "
          "?1))",
          pair.first, pair.second)
      .has_value();
}

}  // namespace

std::vector<Duplicate> find_duplicates(Reading& reading, std::size_t limit) {
  vault::require(reading, vault::Permission::merge_people);
  if (limit < 1 || limit > duplicates_limit_max) {
    throw Error(Errc::invalid_input, _("not a number of pairs to list"),
                _("give --limit from 1 to 1000"));
  }
  auto& db = vault::database(reading);
  Pairing pairing;
  add_names(db, pairing);
  add_contacts(db, pairing);
  std::map<MemberId, Compared> known;
  const auto of = [&](MemberId id) -> const Compared& {
    const auto found = known.find(id);
    return found != known.end() ? found->second : known.emplace(id, compared(db, id)).first->second;
  };
  std::vector<Duplicate> found;
  for (const auto& [first, second] : pairing.pairs()) {
    Duplicate pair{.first = first,
                   .first_name = of(first).name,
                   .second = second,
                   .second_name = of(second).name,
                   .score = 0,
                   .evidence = {}};
    weigh(of(first), of(second), pair);
    if (pair.score < score_min || was_taken_back(db, {first, second})) continue;
    found.push_back(std::move(pair));
  }
  std::ranges::stable_sort(found, std::greater{}, &Duplicate::score);
  if (found.size() > limit) found.resize(limit);
  vault::require_may_show(reading, 2 * found.size());
  for (const Duplicate& pair : found) {
    vault::shows(reading, pair.first);
    vault::shows(reading, pair.second);
  }
  return found;
}

}  // namespace pharmacy
