// Prospects: people who are no members yet, where they come from, what was spoken of, and what is
// to be done next. Of one who becomes a member, or is dropped, the lead keeps what is counted
// (source, days, contacts and how they ended), and nothing personal.
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

enum class LeadSource { walk_in, phone, event, referral, web, other };
template <>
struct EnumNames<LeadSource> {
  using enum LeadSource;
  static constexpr std::array table{std::pair{walk_in, "walk_in"}, std::pair{phone, "phone"},
                                    std::pair{event, "event"},     std::pair{referral, "referral"},
                                    std::pair{web, "web"},         std::pair{other, "other"}};
};
enum class LeadContactBy { phone, email, visit };
template <>
struct EnumNames<LeadContactBy> {
  using enum LeadContactBy;
  static constexpr std::array table{std::pair{phone, "phone"}, std::pair{email, "email"},
                                    std::pair{visit, "visit"}};
};
enum class LeadOutcome {
  interested,
  not_now,
  no_answer,
  refused  // she wants no contact: there is none after it
};
template <>
struct EnumNames<LeadOutcome> {
  using enum LeadOutcome;
  static constexpr std::array table{
      std::pair{interested, "interested"}, std::pair{not_now, "not_now"},
      std::pair{no_answer, "no_answer"}, std::pair{refused, "refused"}};
};
enum class LeadState {
  open,
  refused,    // kept so that nobody contacts her, until it is dropped
  converted,  // she is a member
  dropped
};
template <>
struct EnumNames<LeadState> {
  using enum LeadState;
  static constexpr std::array table{std::pair{open, "open"}, std::pair{refused, "refused"},
                                    std::pair{converted, "converted"},
                                    std::pair{dropped, "dropped"}};
};
// Words only: what is kept of a lead that was dropped is nobody's.
enum class LeadDropReason {
  no_interest,
  unreachable,
  own_wish,  // she asked for it
  stale,     // nobody was in contact for long
  duplicate,
  mistake
};
template <>
struct EnumNames<LeadDropReason> {
  using enum LeadDropReason;
  static constexpr std::array table{
      std::pair{no_interest, "no_interest"}, std::pair{unreachable, "unreachable"},
      std::pair{own_wish, "own_wish"},       std::pair{stale, "stale"},
      std::pair{duplicate, "duplicate"},     std::pair{mistake, "mistake"}};
};

// Bytes.
inline constexpr std::size_t lead_name_max = 200;
inline constexpr std::size_t lead_need_max = 500;
inline constexpr std::size_t lead_step_max = 200;
inline constexpr std::size_t lead_note_max = 500;
inline constexpr std::size_t leads_limit_max = 10'000;

// What is to be done next, and on which day. Text needs a day; a day goes without text.
struct LeadStep {
  std::optional<std::string> what{};  // 1-lead_step_max bytes
  std::optional<Date> on{};           // today or later
};

struct NewLead {
  LeadSource source;
  std::string name;                     // 1-lead_name_max bytes
  std::optional<std::string> phone{};   // as typed; kept in E.164, China unless it begins with +
  bool shared_phone = false;            // it may be a member's too, as that of one of her family
  std::optional<std::string> need{};    // 1-lead_need_max bytes; not for health
  std::optional<std::string> keeper{};  // login of who takes care; whoever records it where absent
  LeadStep next{};
};

struct Lead {
  LeadId id;
  std::optional<std::string> name;   // there as long as it is open or refused
  std::optional<std::string> phone;  // masked; revealed, in E.164
  LeadSource source;
  std::optional<std::string> need;
  std::string keeper;  // login
  LeadState state;
  std::optional<Date> next_on;
  std::optional<std::string> next_step;
  std::int64_t contacts;               // how many
  Instant touched;                     // the last contact; when it was recorded where there is none
  std::optional<LeadOutcome> outcome;  // of the last contact
  Instant added;
  std::optional<MemberId> member;        // whom it was converted to
  std::optional<LeadDropReason> reason;  // for which it was dropped

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Lead::id},
                      Field{"name", &Lead::name},
                      Field{"phone", &Lead::phone},
                      Field{"source", &Lead::source},
                      Field{"need", &Lead::need},
                      Field{"keeper", &Lead::keeper},
                      Field{"state", &Lead::state},
                      Field{"next_on", &Lead::next_on},
                      Field{"next_step", &Lead::next_step},
                      Field{"contacts", &Lead::contacts},
                      Field{"touched_at", &Lead::touched},
                      Field{"lead_outcome", &Lead::outcome},
                      Field{"added_at", &Lead::added},
                      Field{"member", &Lead::member},
                      Field{"reason", &Lead::reason}};
  }
};

struct LeadContact {
  Instant at;
  std::string staff;  // login
  LeadContactBy how;
  LeadOutcome outcome;
  std::optional<std::string> note;

  static constexpr auto fields() {
    return std::tuple{Field{"at", &LeadContact::at}, Field{"staff", &LeadContact::staff},
                      Field{"how", &LeadContact::how}, Field{"lead_outcome", &LeadContact::outcome},
                      Field{"note", &LeadContact::note}};
  }
};

// Records one. Throws invalid_input, all faults at once; conflict where another lead that is not
// over has the phone, or a member has it and it is not shared; not_found for the keeper.
PHARMACY_API LeadId add_lead(Transaction& tx, const NewLead& input);

struct NewLeadContact {
  LeadId lead;
  LeadContactBy how;
  LeadOutcome outcome;
  std::optional<std::string> note{};    // 1-lead_note_max bytes; not for health
  std::optional<std::string> keeper{};  // login of who takes care from now on
  LeadStep next{};                      // in place of the one before; none after a refusal
};
// Records one contact, now; what was to be done next is done by it. Throws not_found; refused after
// a refusal, or where the lead is over; invalid_input.
PHARMACY_API void touch_lead(Transaction& tx, const NewLeadContact& contact);

struct LeadConversion {
  LeadId lead;
  std::optional<MemberId> into{};     // an existing member; a new one where absent
  std::optional<std::string> card{};  // that she gets
  bool shared_phone = false;          // the phone may belong to another of the family too
};
// Makes a member of it, also after a refusal: she came herself. A new member gets the name, the
// phone, and what she needs as the remark; an existing one what her file lacks of these, what she
// needs behind her remark. They go from the lead, which keeps the link; notes of contacts stay, and
// are erased with the member. No consent is given by it. Throws not_found, refused where the lead
// is over or the member is restricted; what add_member and edit_member throw.
PHARMACY_API MemberId convert_lead(Transaction& tx, const LeadConversion& conversion);

// Ends it, and erases at once all that is personal of it: name, phone, need, next step, and notes
// of contacts. Throws not_found, refused where it is over.
PHARMACY_API void drop_lead(Transaction& tx, LeadId id, LeadDropReason reason);

struct LeadFilter {
  bool due = false;                     // only those whose next step is due, today or before
  bool stale = false;                   // only those to be dropped: see list_leads
  std::optional<std::string> keeper{};  // only those whom she takes care of, by her login
  std::size_t limit = 100;              // 1-leads_limit_max
};
struct LeadList {
  std::vector<Lead> leads;
  bool more = false;  // whether others come after these
};
// Those that are not over, by the day of their next step, those without one last; with `stale`
// those with whom nobody was in contact for more than [retention] leads_months of the policy, the
// longest silence first. What is shown is masked as of members (pharmacy/members.h), and the access
// log says which. Throws invalid_input; ApprovalNeeded for more than people_shown_max
// (pharmacy/approval.h), unless their names are masked.
PHARMACY_API LeadList list_leads(Reading& reading, const LeadFilter& filter = {});

struct FullLead {
  Lead lead;
  std::vector<LeadContact> contacts;  // the oldest first
};
// One with its contacts, whatever became of it. To reveal the phone takes a reason, as in
// get_member, whose errors it throws.
PHARMACY_API FullLead get_lead(Reading& reading, LeadId id, const Reveal& reveal = {});

}  // namespace pharmacy
