// Complaints, suggestions, objections, praise and adverse reactions: their intake, and looking at
// them. How they are handled is in pharmacy/complaint_steps.h, the clocks that run over them in
// pharmacy/complaint_clocks.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/members.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class ComplaintKind {
  complaint,
  suggestion,
  objection,  // to a price, a rule, a decision: nobody did wrong yet
  praise,
  adverse_reaction  // of a medicine
};
template <>
struct EnumNames<ComplaintKind> {
  using enum ComplaintKind;
  static constexpr std::array table{std::pair{complaint, "complaint"},
                                    std::pair{suggestion, "suggestion"},
                                    std::pair{objection, "objection"}, std::pair{praise, "praise"},
                                    std::pair{adverse_reaction, "adverse_reaction"}};
};
// Whose it is.
enum class ComplaintOrigin { customer, staff };
template <>
struct EnumNames<ComplaintOrigin> {
  using enum ComplaintOrigin;
  static constexpr std::array table{std::pair{customer, "customer"}, std::pair{staff, "staff"}};
};
enum class ComplaintChannel { store, phone, web, wechat, app };
template <>
struct EnumNames<ComplaintChannel> {
  using enum ComplaintChannel;
  static constexpr std::array table{std::pair{store, "store"}, std::pair{phone, "phone"},
                                    std::pair{web, "web"}, std::pair{wechat, "wechat"},
                                    std::pair{app, "app"}};
};
enum class ComplaintSeverity { minor, major, critical };
template <>
struct EnumNames<ComplaintSeverity> {
  static constexpr std::array table{std::pair{ComplaintSeverity::minor, "minor"},
                                    std::pair{ComplaintSeverity::major, "major"},
                                    std::pair{ComplaintSeverity::critical, "critical"}};
};
// What it is about, as the person says.
enum class ComplaintCategory {
  service,
  advice,
  dispensing,  // the wrong product, or the wrong dose on it
  quality,     // of a product
  price,
  stock,
  delivery,
  points,
  privacy,
  environment,
  other
};
template <>
struct EnumNames<ComplaintCategory> {
  using enum ComplaintCategory;
  static constexpr std::array table{std::pair{service, "service"},
                                    std::pair{advice, "advice"},
                                    std::pair{dispensing, "dispensing"},
                                    std::pair{quality, "quality"},
                                    std::pair{price, "price"},
                                    std::pair{stock, "stock"},
                                    std::pair{delivery, "delivery"},
                                    std::pair{points, "points"},
                                    std::pair{privacy, "privacy"},
                                    std::pair{environment, "environment"},
                                    std::pair{other, "other"}};
};
// Where a complaint stands. Which step leads from one to another is one table, which
// possible_steps() of pharmacy/complaint_steps.h reads.
enum class ComplaintState {
  received,
  acknowledged,
  investigating,  // of a suggestion: it is being studied
  planned,
  replied,    // and the person has not said whether that satisfies her
  satisfied,  // she said so
  adopted,    // a suggestion, of which the person has not been told yet
  declined,   // likewise
  paused,
  closed
};
template <>
struct EnumNames<ComplaintState> {
  using enum ComplaintState;
  static constexpr std::array table{std::pair{received, "received"},
                                    std::pair{acknowledged, "acknowledged"},
                                    std::pair{investigating, "investigating"},
                                    std::pair{planned, "planned"},
                                    std::pair{replied, "replied"},
                                    std::pair{satisfied, "satisfied"},
                                    std::pair{adopted, "adopted"},
                                    std::pair{declined, "declined"},
                                    std::pair{paused, "paused"},
                                    std::pair{closed, "closed"}};
};
// Why it came to be, as who handles it found.
enum class ComplaintCause {
  conduct,  // of staff
  skill,
  dispensing,
  procedure,  // none, or not kept
  supplier,
  storage,
  stock,
  pricing,
  system,
  delivery,
  misunderstanding,
  expectation,  // nothing went wrong: the person expected something else
  unclear
};
template <>
struct EnumNames<ComplaintCause> {
  using enum ComplaintCause;
  static constexpr std::array table{std::pair{conduct, "conduct"},
                                    std::pair{skill, "skill"},
                                    std::pair{dispensing, "dispensing"},
                                    std::pair{procedure, "procedure"},
                                    std::pair{supplier, "supplier"},
                                    std::pair{storage, "storage"},
                                    std::pair{stock, "stock"},
                                    std::pair{pricing, "pricing"},
                                    std::pair{system, "system"},
                                    std::pair{delivery, "delivery"},
                                    std::pair{misunderstanding, "misunderstanding"},
                                    std::pair{expectation, "expectation"},
                                    std::pair{unclear, "unclear"}};
};

// Bytes.
inline constexpr std::size_t complaint_name_max = 200;
inline constexpr std::size_t complaint_contact_max = 200;
inline constexpr std::size_t complaint_text_max = 16'000;
inline constexpr std::size_t complaint_health_max = 16'000;
inline constexpr std::size_t complaint_reason_max = 200;
inline constexpr std::size_t complaints_limit_max = 100'000;

struct NewComplaint {
  ComplaintKind kind = ComplaintKind::complaint;
  ComplaintOrigin origin = ComplaintOrigin::customer;
  ComplaintChannel channel = ComplaintChannel::store;
  ComplaintSeverity severity = ComplaintSeverity::minor;
  std::optional<ComplaintCategory> category{};
  std::optional<MemberId> member{};
  // Who it is, and how she is reached. A member's are in her file where they are absent; of one of
  // the staff, who records it. Others give both.
  std::optional<std::string> name{};     // 1-complaint_name_max bytes
  std::optional<std::string> contact{};  // 1-complaint_contact_max bytes
  std::optional<std::string> product{};  // its code
  std::optional<std::string> batch{};    // of the product
  std::optional<ReceiptId> receipt{};    // of the member, where one is named
  std::string text;                      // what happened, 1-complaint_text_max bytes; no health
  std::optional<std::string> health{};   // what of it is about health, sealed for who may read that
  std::optional<Instant> on{};           // when it was received, where that was not just now
  std::optional<std::string> reason{};   // why it is dated back so far
};

// What the person is told, and what is to be done next.
struct TakenComplaint {
  ComplaintId id;
  std::optional<Instant> promised;     // by when she hears what came of it; absent for praise
  std::optional<ComplaintId> repeats;  // she complained of the same not long ago

  static constexpr auto fields() {
    return std::tuple{Field{"number", &TakenComplaint::id},
                      Field{"promised_at", &TakenComplaint::promised},
                      Field{"repeats", &TakenComplaint::repeats}};
  }
};
// Takes one in. Its times are those of the policy in force on the day on which it was received. It
// repeats another complaint or objection of the same member, or of the same contact where neither
// is of a member, received at most [complaints] repeat_days before, that names the same product, or
// no product and the same category. Clerks take in all but adverse reactions; service, pharmacists
// and managers all. Throws not_found, refused for a member who is restricted; not_permitted to date
// it back by more than [complaints] backdate_days to anyone but managers, who give a reason;
// invalid_input, all faults at once; conflict where a year has more than 999,999.
PHARMACY_API TakenComplaint add_complaint(Transaction& tx, const NewComplaint& input);

struct Complaint {
  ComplaintId id;
  ComplaintKind kind;
  ComplaintState state;
  std::int64_t
      round;  // from 1; another one begins where an answer did not satisfy, also later
  ComplaintSeverity severity;
  ComplaintOrigin origin;
  ComplaintChannel channel;
  std::optional<ComplaintCategory> category;
  std::optional<MemberId> member;
  std::optional<std::string> name;     // of who complains
  std::optional<std::string> contact;  // masked, or revealed; of a member else her phone
  std::optional<std::string> code;     // of the product
  std::optional<std::string> product_name;
  std::optional<std::string> batch;
  std::optional<ReceiptId> receipt;
  std::optional<std::string> text;
  bool is_about_health;  // more of it is sealed
  bool erased;           // what was said in it, and who said it, is no more
  Instant received;
  Instant recorded;
  std::string staff;  // login of who took it in
  std::optional<std::string> backdated_why;
  std::int64_t policy;  // version by which it is handled
  std::optional<Instant> promised;
  std::optional<ComplaintId> repeats;
  std::optional<std::string> department;
  std::optional<std::string> owner;  // login of who handles it
  std::optional<ComplaintCause> cause;

  static constexpr auto fields() {
    return std::tuple{Field{"number", &Complaint::id},
                      Field{"complaint_kind", &Complaint::kind},
                      Field{"complaint_state", &Complaint::state},
                      Field{"round", &Complaint::round},
                      Field{"severity", &Complaint::severity},
                      Field{"origin", &Complaint::origin},
                      Field{"complaint_channel", &Complaint::channel},
                      Field{"category", &Complaint::category},
                      Field{"member", &Complaint::member},
                      Field{"name", &Complaint::name},
                      Field{"contact", &Complaint::contact},
                      Field{"product", &Complaint::code},
                      Field{"product_name", &Complaint::product_name},
                      Field{"batch", &Complaint::batch},
                      Field{"receipt", &Complaint::receipt},
                      Field{"text", &Complaint::text},
                      Field{"has_health", &Complaint::is_about_health},
                      Field{"erased", &Complaint::erased},
                      Field{"received_at", &Complaint::received},
                      Field{"recorded_at", &Complaint::recorded},
                      Field{"staff", &Complaint::staff},
                      Field{"backdated_why", &Complaint::backdated_why},
                      Field{"policy", &Complaint::policy},
                      Field{"promised_at", &Complaint::promised},
                      Field{"repeats", &Complaint::repeats},
                      Field{"department", &Complaint::department},
                      Field{"owner", &Complaint::owner},
                      Field{"cause", &Complaint::cause}};
  }
};

struct ComplaintFilter {
  std::optional<Period> period{};  // received on these days
  bool all = false;                // those that are closed too
  std::optional<ComplaintKind> kind{};
  std::optional<MemberId> member{};    // hers, closed ones too
  std::optional<std::string> owner{};  // login of who handles it
  std::size_t limit = 100;             // 1-complaints_limit_max
};
struct ComplaintList {
  std::vector<Complaint> complaints;  // the newest first
  bool more = false;                  // than the limit
};

// These are for who handles complaints: service, pharmacists and managers. Names are masked as in a
// list of members, contacts always. Those of members who are restricted are left out of a list.
//
// Throws not_found for the member or the owner; refused for a member who is restricted;
// invalid_input; ApprovalNeeded for too many people at once.
PHARMACY_API ComplaintList list_complaints(Reading& reading, const ComplaintFilter& filter = {});
// To reveal the contact takes a reason, as in get_member, whose errors it throws; refused for a
// member who is restricted.
PHARMACY_API Complaint get_complaint(Reading& reading, ComplaintId id, const Reveal& reveal = {});
// What of it is about health, for who may read health notes; absent where nothing is, or where its
// key is not hers. Throws not_permitted, not_found, damaged.
PHARMACY_API std::optional<std::string> complaint_health(Reading& reading, ComplaintId id);

// Something that one of her complaints tells of her health.
struct HealthInComplaint {
  ComplaintId id;
  std::string fact;  // "told", or of an adverse reaction what ReactionDetails names: "course"; each
                     // time that it was told
  std::optional<std::string>
      text;  // absent where the actor cannot open it: the fact is "told" then

  static constexpr auto fields() {
    return std::tuple{Field{"number", &HealthInComplaint::id},
                      Field{"fact", &HealthInComplaint::fact},
                      Field{"text", &HealthInComplaint::text}};
  }
};
// All of it, for the copy that she may ask for; of a restricted member too. Throws not_permitted to
// anyone but pharmacists and managers; damaged.
PHARMACY_API std::vector<HealthInComplaint> health_in_complaints(Reading& reading, MemberId member);

}  // namespace pharmacy
