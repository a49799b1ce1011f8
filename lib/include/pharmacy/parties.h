// What kinds of parties the pharmacy keeps a file on, and what they are to it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/time.h"

namespace pharmacy {

// Where nothing is said, a person. Only a person has a sex, a day of birth and notes about health.
enum class MemberKind {
  person,
  household,
  clinic,
  hospital,
  pharmacy,
  company,
  research,  // an institute
  supplier,
  distributor,
  other
};
template <>
struct EnumNames<MemberKind> {
  using enum MemberKind;
  static constexpr std::array table{
      std::pair{person, "person"},     std::pair{household, "household"},
      std::pair{clinic, "clinic"},     std::pair{hospital, "hospital"},
      std::pair{pharmacy, "pharmacy"}, std::pair{company, "company"},
      std::pair{research, "research"}, std::pair{supplier, "supplier"},
      std::pair{other, "other"},       std::pair{distributor, "distributor"}};
};

// What rules hang on. Where nothing is said, member.
enum class MemberClass { ordinary, member, key, potential, risk };
template <>
struct EnumNames<MemberClass> {
  using enum MemberClass;
  static constexpr std::array table{std::pair{ordinary, "ordinary"}, std::pair{member, "member"},
                                    std::pair{key, "key"}, std::pair{potential, "potential"},
                                    std::pair{risk, "risk"}};
};

// The form that the relation to a party has.
enum class Relation {
  transaction,      // what is bought and sold
  communication,    // news, letters, asking how it goes
  special_contact,  // somebody of the pharmacy looks after the party
  alliance          // both have agreed on more than sales
};
template <>
struct EnumNames<Relation> {
  using enum Relation;
  static constexpr std::array table{
      std::pair{transaction, "transaction"}, std::pair{communication, "communication"},
      std::pair{special_contact, "special_contact"}, std::pair{alliance, "alliance"}};
};

// How a party likes to be reached.
enum class ContactBy { phone, sms, wechat, app, post, visit };
template <>
struct EnumNames<ContactBy> {
  using enum ContactBy;
  static constexpr std::array table{std::pair{phone, "phone"},   std::pair{sms, "sms"},
                                    std::pair{wechat, "wechat"}, std::pair{app, "app"},
                                    std::pair{post, "post"},     std::pair{visit, "visit"}};
};

// How many people live in the built-up area of the city: the sizes of the State Council's notice
// 国发〔2014〕51号.
enum class CitySize {
  super_large,  // 超大城市: 10 million and more
  very_large,   // 特大城市: 5 million and more
  large,        // 大城市: 1 million and more
  medium,       // 中等城市: half a million and more
  small,        // 小城市
  rural         // no city: towns and villages
};
template <>
struct EnumNames<CitySize> {
  using enum CitySize;
  static constexpr std::array table{std::pair{super_large, "super_large"},
                                    std::pair{very_large, "very_large"},
                                    std::pair{large, "large"},
                                    std::pair{medium, "medium"},
                                    std::pair{small, "small"},
                                    std::pair{rural, "rural"}};
};

// How a phone or an address came to the pharmacy. What was told at the counter counts as verified
// that day; what a party wrote of itself elsewhere does not, until somebody verifies it.
enum class FactSource { counter, phone, web, app, wechat, event };
template <>
struct EnumNames<FactSource> {
  using enum FactSource;
  static constexpr std::array table{std::pair{counter, "counter"}, std::pair{phone, "phone"},
                                    std::pair{web, "web"},         std::pair{app, "app"},
                                    std::pair{wechat, "wechat"},   std::pair{event, "event"}};
};

// One of these facts as stored, also one that holds no more.
struct MemberFact {
  std::string fact;  // "kind", "class", "region", "relation", "call_as", "contact_by", "city_size"
  std::string value;
  std::optional<std::string> reason;  // of a class; where it came from with an import, that
  Instant added;
  std::string added_by;  // login
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{
        Field{"fact", &MemberFact::fact},         Field{"value", &MemberFact::value},
        Field{"reason", &MemberFact::reason},     Field{"added_at", &MemberFact::added},
        Field{"added_by", &MemberFact::added_by}, Field{"ended_at", &MemberFact::ended}};
  }
};

// A word of the table, or as files of other systems call it: 医院, 诊所, 药店, 企业 …; 重点客户 …;
// 微信 …; 特大城市 … nullopt for anything else.
PHARMACY_API std::optional<MemberKind> parse_member_kind(std::string_view text);
PHARMACY_API std::optional<MemberClass> parse_member_class(std::string_view text);
PHARMACY_API std::optional<Relation> parse_relation(std::string_view text);
PHARMACY_API std::optional<ContactBy> parse_contact_by(std::string_view text);
PHARMACY_API std::optional<CitySize> parse_city_size(std::string_view text);

}  // namespace pharmacy
