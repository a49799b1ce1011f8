// All that happened with a member, whatever kind of record it is, by when it happened.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

struct TimelineEvent {
  Instant at;                         // when it happened: of a sale that is dated back, then
  std::string topic;                  // a word: "sale", "consent", "points" …
  std::string event;                  // a word: "begun", "changed", "ended" …
  std::optional<std::string> about;   // a word: a purpose, a field, a kind, an outcome
  std::optional<std::string> detail;  // a number, a name, what was wanted
  std::optional<Money> amount;        // of a sale or refund
  std::string staff;                  // login

  static constexpr auto fields() {
    return std::tuple{
        Field{"at", &TimelineEvent::at},         Field{"topic", &TimelineEvent::topic},
        Field{"event", &TimelineEvent::event},   Field{"about", &TimelineEvent::about},
        Field{"detail", &TimelineEvent::detail}, Field{"amount_fen", &TimelineEvent::amount},
        Field{"staff", &TimelineEvent::staff}};
  }
};

struct Timeline {
  std::vector<TimelineEvent> events;
  bool more;  // than the limit
};

struct TimelineFilter {
  std::optional<Period> period{};
  std::size_t limit = 50;  // 1-members_limit_max
};

// The newest first. Of a note about health it is told that there is one, to whoever may read notes;
// of risks, of calls about recalls and of complaints, to whoever may see those. What a field was
// before and after is told by member_history().
// Throws not_found, refused for a member who is restricted, invalid_input.
PHARMACY_API Timeline member_timeline(Reading& reading, MemberId member,
                                      const TimelineFilter& filter = {});

}  // namespace pharmacy
