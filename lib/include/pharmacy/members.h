// Members: who they are, and how they are found.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/parties.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

enum class Sex { female, male };
template <>
struct EnumNames<Sex> {
  static constexpr std::array table{std::pair{Sex::female, "female"}, std::pair{Sex::male, "male"}};
};

// "female", "male", "f", "m", 女, 男, 女性, 男性, in either case. nullopt for anything else.
PHARMACY_API std::optional<Sex> parse_sex(std::string_view text);

// What a caller supplies to register a member: a name or a card, all else as known.
struct NewMember {
  std::optional<std::string> name{};   // UTF-8, 1-200 bytes
  std::optional<std::string> card{};   // 1-64 bytes without spaces; nobody has or had it
  std::optional<std::string> phone{};  // as typed; kept in E.164, China unless it begins with +
  bool shared_phone = false;           // the phone may belong to another of the family too
  std::optional<Sex> sex{};
  std::optional<Date> birth{};           // 1850-01-01 to today
  std::optional<std::string> address{};  // 1-500 bytes
  std::optional<std::string> note{};     // 1-4,000 bytes; not for health: that has a key of its own
  std::optional<Date> joined{};          // 1850-01-01 to today; today where absent
  std::optional<MemberKind> kind{};      // but a person's neither sex nor birth
  std::optional<MemberClass> member_class{};
  std::optional<std::string> region{};  // 1-100 bytes: the code or the name of an area
  std::optional<Relation> relation{};
  std::optional<std::string> call_as{};  // 1-60 bytes: how she is spoken to
  std::optional<ContactBy> contact_by{};
  std::optional<CitySize> city_size{};  // of where she lives
  std::optional<std::string> reason{};  // of the class, which needs one: 1-200 bytes
  FactSource source = FactSource::counter;
};

// A member as shown: a snapshot, so changing it changes nothing in the store.
struct Member {
  MemberId id;
  std::optional<std::string> name;
  std::optional<std::string> card;   // the newest one that is valid
  std::optional<std::string> phone;  // masked; revealed or exported, in E.164
  std::optional<Sex> sex;
  std::optional<Date> birth;
  std::optional<std::string> address;
  std::optional<std::string> note;
  Date joined;
  std::optional<std::string> other_cards;   // older ones that are valid, a space between them
  std::optional<MemberKind> kind;           // a person where absent
  std::optional<MemberClass> member_class;  // member where absent
  std::optional<std::string> region;
  std::optional<Relation> relation;
  std::optional<std::string> call_as;
  std::optional<ContactBy> contact_by;
  std::optional<CitySize> city_size;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Member::id},
                      Field{"name", &Member::name},
                      Field{"card", &Member::card},
                      Field{"phone", &Member::phone},
                      Field{"sex", &Member::sex},
                      Field{"birth", &Member::birth},
                      Field{"address", &Member::address},
                      Field{"note", &Member::note},
                      Field{"joined", &Member::joined},
                      Field{"other_cards", &Member::other_cards},
                      Field{"kind", &Member::kind},
                      Field{"class", &Member::member_class},
                      Field{"region", &Member::region},
                      Field{"relation", &Member::relation},
                      Field{"call_as", &Member::call_as},
                      Field{"contact_by", &Member::contact_by},
                      Field{"city_size", &Member::city_size}};
  }
};

// One line of a list of members.
struct MemberLine {
  MemberId id;
  std::optional<std::string> name;
  std::optional<std::string> card;
  std::optional<std::string> phone;
  std::optional<Date> birth;
  Date joined;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &MemberLine::id},       Field{"name", &MemberLine::name},
                      Field{"card", &MemberLine::card},   Field{"phone", &MemberLine::phone},
                      Field{"birth", &MemberLine::birth}, Field{"joined", &MemberLine::joined}};
  }
};

// A part of a list.
struct MemberList {
  std::vector<MemberLine> lines;
  bool more = false;  // whether others come after these
};

// What changed on a member, when, and by whom.
struct MemberChange {
  Instant at;
  std::string staff;  // login
  std::string field;
  std::optional<std::string> old_value;
  std::optional<std::string> new_value;
  std::optional<std::string> reason;  // where one was given

  static constexpr auto fields() {
    return std::tuple{
        Field{"at", &MemberChange::at},         Field{"staff", &MemberChange::staff},
        Field{"field", &MemberChange::field},   Field{"old", &MemberChange::old_value},
        Field{"new", &MemberChange::new_value}, Field{"reason", &MemberChange::reason}};
  }
};

inline constexpr std::string_view previous_phone = "previous";

// What to change: only what is set; an empty text clears the fact.
struct MemberEdit {
  std::optional<std::string> name{};
  std::optional<std::string> add_card{};
  std::optional<std::string> remove_card{};  // lost or returned: it no longer finds the member
  std::optional<std::string> phone{};        // or previous_phone: the one before this one
  bool shared_phone = false;
  std::optional<std::string> sex{};    // as parse_sex takes it
  std::optional<std::string> birth{};  // YYYY-MM-DD
  std::optional<std::string> address{};
  std::optional<std::string> note{};
  std::optional<std::optional<MemberKind>> kind{};
  std::optional<std::optional<MemberClass>> member_class{};  // needs a reason
  std::optional<std::string> region{};
  std::optional<std::optional<Relation>> relation{};
  std::optional<std::string> call_as{};
  std::optional<std::optional<ContactBy>> contact_by{};
  std::optional<std::optional<CitySize>> city_size{};
  std::optional<std::string> reason{};  // 1-200 bytes; kept with each change
  FactSource source = FactSource::counter;
};

// How many members one call lists at most.
inline constexpr std::size_t members_limit_max = 100'000;

// Which members find_members lists.
struct MemberFilter {
  std::string text;         // name or part of it, pinyin, initials, card, phone, last four digits
  std::size_t limit = 100;  // 1-members_limit_max
};

// Which members list_members lists, in the order of their numbers.
struct MemberRange {
  std::optional<Period> joined{};
  std::optional<MemberKind> kind{};           // person: also those of whom nothing is said
  std::optional<MemberClass> member_class{};  // member: likewise
  MemberId after{0};                          // only numbers above this one
  std::size_t limit = 1000;                   // 1-members_limit_max
};

// Registers a member. Empty texts are as absent. Throws invalid_input (all faults at once), or
// conflict where the card or the phone is taken.
PHARMACY_API MemberId add_member(Transaction& tx, const NewMember& input);
// Changes what `edit` names and records old and new values; returns what changed, masked. A phone
// that is the same as before, told at the counter, is noted as verified today. Throws
// invalid_input, not_found, conflict.
PHARMACY_API std::vector<MemberChange> edit_member(Transaction& tx, MemberId id,
                                                   const MemberEdit& edit);

// A fact that somebody needs whole, and what for, which is logged.
enum class Revealed { phone };
template <>
struct EnumNames<Revealed> {
  static constexpr std::array table{std::pair{Revealed::phone, "phone"}};
};
struct Reveal {
  std::optional<Revealed> field{};
  std::string reason{};  // "call", "deliver", "verify", or "other:" and 1-200 bytes of text
};

// What is shown is masked: of phones the last four digits, in every role; and for whoever may not
// edit members, of names, addresses and remarks the first character.
//
// get_: absence throws not_found. find_: absence is an answer. To reveal something takes
// Permission::reveal and a reason; throws invalid_input for any other; refused where the policy asks
// for a training that the actor lacks.
PHARMACY_API Member get_member(Reading& reading, MemberId id, const Reveal& reveal = {});
// Who is meant at a terminal or in a script: "M12", else an exact card, else an exact phone in
// any spelling. A phone that several share is ambiguous: Error(conflict) listing their numbers;
// so is "M12" where another member has a card of that number.
PHARMACY_API std::optional<MemberId> find_member(Reading& reading, std::string_view text);
// Who can be reached by a phone, in any spelling; the lowest number first, at most 100.
PHARMACY_API std::vector<MemberId> members_with_phone(Reading& reading, std::string_view phone);
// The same; throws not_found, with a hint to use `member find`.
PHARMACY_API MemberId get_member_id(Reading& reading, std::string_view text);
// Best matches first: the member's number, card or phone; the last four digits of a phone; names
// that are or begin with the text; names with the text inside; cards that begin with it. Names
// are in the order of what matched (by pinyin where pinyin was typed), then of their numbers.
// Throws invalid_input where there is nothing to look for; ApprovalNeeded for more people than
// people_shown_max (pharmacy/approval.h), unless their names are masked.
PHARMACY_API MemberList find_members(Reading& reading, const MemberFilter& filter);
// The same, in the order of their numbers.
PHARMACY_API MemberList list_members(Reading& reading, const MemberRange& range);
// Members, nothing masked, numbered above `after`, at most `limit` (1-members_limit_max) of them:
// for exports, which go on after the last one until nothing comes. Throws ApprovalNeeded where
// there are more than people_shown_max of them in all.
PHARMACY_API std::vector<Member> export_members(Reading& reading, MemberId after,
                                                std::size_t limit);
// All days of birth that are known of a person: her own, and those of numbers that were merged into
// hers.
PHARMACY_API std::vector<Date> births_of(Reading& reading, MemberId id);
// Who is to be called because a law demands it, as a line of a list each, in the order of the
// numbers given: those who are restricted too; a number that is nobody's any more is left out. To
// reveal something is as in get_member. For pharmacists, managers and auditors. Throws
// ApprovalNeeded as find_members does.
PHARMACY_API std::vector<MemberLine> people_to_call(Reading& reading,
                                                    const std::vector<MemberId>& members,
                                                    const Reveal& reveal = {});
// The oldest first; risks to whoever may see them. Throws not_found.
PHARMACY_API std::vector<MemberChange> member_history(Reading& reading, MemberId id);

}  // namespace pharmacy
