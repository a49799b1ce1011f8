// What members may ask for of what is kept of them: to have it restricted, a copy of it, and to
// have it erased (Personal Information Protection Law, articles 45, 47 and 50).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/members.h"
#include "pharmacy/retention.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

enum class MemberStatus {
  active,
  restricted,  // kept, and nothing else
  merged,      // another number of somebody
  erased       // a number of nobody any more
};
template <>
struct EnumNames<MemberStatus> {
  static constexpr std::array table{
      std::pair{MemberStatus::active, "active"}, std::pair{MemberStatus::restricted, "restricted"},
      std::pair{MemberStatus::merged, "merged"}, std::pair{MemberStatus::erased, "erased"}};
};

// Asked by every verb that uses what is known of a member. Throws not_found where there is none of
// that number (any more); refused where she is restricted, which tells managers why.
PHARMACY_API void require_in_use(Reading& reading, MemberId member);
PHARMACY_API bool is_in_use(Reading& reading, MemberId member);

enum class RestrictionCause {
  asked,      // by the member, or decided by the pharmacy
  withdrawal  // she does not agree to membership any more
};
template <>
struct EnumNames<RestrictionCause> {
  static constexpr std::array table{std::pair{RestrictionCause::asked, "asked"},
                                    std::pair{RestrictionCause::withdrawal, "withdrawal"}};
};

struct Restriction {
  RestrictionCause cause;
  std::optional<std::string> reason;  // where it was asked for
  Instant at;
  std::string staff;  // login
  std::optional<Instant> lifted;
  std::optional<std::string> lifted_by;  // login

  static constexpr auto fields() {
    return std::tuple{Field{"cause", &Restriction::cause},
                      Field{"reason", &Restriction::reason},
                      Field{"at", &Restriction::at},
                      Field{"staff", &Restriction::staff},
                      Field{"lifted_at", &Restriction::lifted},
                      Field{"lifted_by", &Restriction::lifted_by}};
  }
};

// From now on the member is found by nobody, and nothing is done with what is known of her but
// keeping it. Her copy, her consents, refunds of what she bought and her erasure go on. `reason`: 1
// to 200 bytes. Withdrawing consent to membership restricts by itself. False where it was asked for
// already. These throw not_permitted to anyone but pharmacists and managers; not_found.
PHARMACY_API bool restrict_member(Transaction& tx, MemberId member, const std::string& reason);
// False where it was not asked for. Throws refused where she withdrew her consent to membership:
// giving that again lifts it.
PHARMACY_API bool lift_restriction(Transaction& tx, MemberId member);

// What is kept of a person, by kinds.
enum class PersonalRecord {
  facts,  // name, sex, day of birth, remark
  cards,
  contacts,
  classification,  // what she is to the pharmacy: class, risks, keeper, licences, preferences
  search_keys,
  history,
  consents,
  guardianships,  // of children for whom she agreed
  restrictions,
  health_notes,
  merges,          // with other numbers
  households,      // in which she was
  recall_calls,    // to tell her of a recall
  counsels,        // what a pharmacist told her
  stock_requests,  // what she asked for that was not there
  complaints,      // what she complained of, suggested or praised
  leads,           // what was spoken of before she was a member
  operations,      // what changes of her printed
  log_details,     // what else the access log tells of her
  approvals,       // what was asked for about her
  purchases,
  parcels,         // numbers of those that went to her
  special_buyers,  // who bought what her receipts have of special drugs, sealed
  points,
  access_log,
};
template <>
struct EnumNames<PersonalRecord> {
  using enum PersonalRecord;
  static constexpr std::array table{std::pair{facts, "facts"},
                                    std::pair{cards, "cards"},
                                    std::pair{contacts, "contacts"},
                                    std::pair{classification, "classification"},
                                    std::pair{search_keys, "search_keys"},
                                    std::pair{history, "history"},
                                    std::pair{consents, "consents"},
                                    std::pair{guardianships, "guardianships"},
                                    std::pair{restrictions, "restrictions"},
                                    std::pair{health_notes, "health_notes"},
                                    std::pair{merges, "merges"},
                                    std::pair{households, "households"},
                                    std::pair{recall_calls, "recall_calls"},
                                    std::pair{counsels, "counsels"},
                                    std::pair{stock_requests, "stock_requests"},
                                    std::pair{complaints, "complaints"},
                                    std::pair{leads, "leads"},
                                    std::pair{operations, "operations"},
                                    std::pair{log_details, "log_details"},
                                    std::pair{approvals, "approvals"},
                                    std::pair{purchases, "purchases"},
                                    std::pair{parcels, "parcels"},
                                    std::pair{special_buyers, "special_buyers"},
                                    std::pair{points, "points"},
                                    std::pair{access_log, "access_log"}};
};

enum class ErasureFate {
  goes,
  nameless,  // stays, as of nobody: handed to the store's one member for all who were erased
  number,    // stays with her number, which is nobody's from then on
  stays      // as it is, since a law asks for it
};
template <>
struct EnumNames<ErasureFate> {
  static constexpr std::array table{
      std::pair{ErasureFate::goes, "goes"}, std::pair{ErasureFate::nameless, "nameless"},
      std::pair{ErasureFate::number, "number"}, std::pair{ErasureFate::stays, "stays"}};
};

struct ErasureLine {
  PersonalRecord record;
  std::int64_t held;  // how many there are
  ErasureFate fate;
  std::optional<RetentionRule> rule;  // by which it stays
  std::optional<Date> until;          // the day on which the newest is past its term

  static constexpr auto fields() {
    return std::tuple{Field{"record", &ErasureLine::record}, Field{"held", &ErasureLine::held},
                      Field{"fate", &ErasureLine::fate}, Field{"rule", &ErasureLine::rule},
                      Field{"until", &ErasureLine::until}};
  }
};
struct ErasurePlan {
  std::vector<ErasureLine> lines;  // what there is, in the order of PersonalRecord
  std::optional<Instant> backup;   // the newest one made: backups hold her until they are deleted
};
// What erase_member would do. Throws not_permitted to anyone but managers and who reviews what one
// of them asks for (pharmacy/review.h); not_found.
PHARMACY_API ErasurePlan plan_erasure(Reading& reading, MemberId member);

struct Erasure {
  MemberId member;
  std::string reason;  // 1-200 bytes; it stays in the access log
  // Brings her points to zero: forfeit_points of pharmacy/points.h.
  std::function<void(Transaction&, MemberId)> empty_purse;
  // Erases what she said: erase_complaints_of of pharmacy/complaint_erasure.h.
  std::function<void(Transaction&, MemberId)> erase_complaints;
};
// Erases a person, as plan_erasure tells. What stays of her purchases and points goes to one member
// of the store that nobody finds; the access log keeps her number, which is never given again. The
// log of the store's file is emptied behind it. Throws what plan_erasure throws; refused where
// erase_complaints is; invalid_input; ApprovalNeeded.
PHARMACY_API void erase_member(Transaction& tx, const Erasure& erasure);

}  // namespace pharmacy
