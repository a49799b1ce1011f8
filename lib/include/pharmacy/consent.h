// What members agreed to: for each purpose by itself, as the Personal Information Protection Law
// asks (articles 13-16 and 28-31).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class Purpose {
  membership,  // a file that finds the member again, and points
  health,      // notes about health, and what is compared with them
  marketing,   // messages that advertise
  profiling,   // classes and forecasts made from what was bought
  follow_up,   // calls that ask how it went
};
template <>
struct EnumNames<Purpose> {
  static constexpr std::array table{
      std::pair{Purpose::membership, "membership"}, std::pair{Purpose::health, "health"},
      std::pair{Purpose::marketing, "marketing"}, std::pair{Purpose::profiling, "profiling"},
      std::pair{Purpose::follow_up, "follow_up"}};
};

// How the member said so.
enum class ConsentChannel { counter, paper, phone, wechat, app, web };
template <>
struct EnumNames<ConsentChannel> {
  static constexpr std::array table{
      std::pair{ConsentChannel::counter, "counter"}, std::pair{ConsentChannel::paper, "paper"},
      std::pair{ConsentChannel::phone, "phone"},     std::pair{ConsentChannel::wechat, "wechat"},
      std::pair{ConsentChannel::app, "app"},         std::pair{ConsentChannel::web, "web"}};
};

enum class ConsentStatus { given, withdrawn, not_asked };
template <>
struct EnumNames<ConsentStatus> {
  static constexpr std::array table{std::pair{ConsentStatus::given, "given"},
                                    std::pair{ConsentStatus::withdrawn, "withdrawn"},
                                    std::pair{ConsentStatus::not_asked, "not_asked"}};
};

struct NewConsent {
  MemberId member;
  Purpose purpose = Purpose::membership;
  ConsentChannel channel = ConsentChannel::counter;
  // Of the text that was agreed to, 1-1,000,000; the policy's where absent.
  std::optional<std::int64_t> text_version{};
  // Who agrees for a child under the policy's age: another member, known to be 18 or of unknown
  // age.
  std::optional<MemberId> guardian{};
};

// What a member agreed to for one purpose: as it is, or as it was from `at` on.
struct Consent {
  Purpose purpose;
  ConsentStatus status;
  std::optional<Instant> at;  // absent where it was never asked
  std::optional<std::int64_t> text_version;
  std::optional<ConsentChannel> channel;
  std::optional<MemberId> guardian;
  std::optional<std::string> staff;  // login

  static constexpr auto fields() {
    return std::tuple{
        Field{"purpose", &Consent::purpose}, Field{"status", &Consent::status},
        Field{"at", &Consent::at},           Field{"text_version", &Consent::text_version},
        Field{"channel", &Consent::channel}, Field{"guardian", &Consent::guardian},
        Field{"staff", &Consent::staff}};
  }
};

// Records that a member agrees, from now on. Throws not_found; invalid_input (all faults at once)
// where a child agrees for herself, for a guardian who cannot be one, or one of a grown-up.
// False where the same was agreed to already, and nothing was recorded.
PHARMACY_API bool give_consent(Transaction& tx, const NewConsent& input);
// Takes it back, from now on, for everything that asks for it. False where there was none. Throws
// not_found.
PHARMACY_API bool withdraw_consent(Transaction& tx, MemberId member, Purpose purpose,
                                   ConsentChannel channel);

// One for each purpose, as it is now. Throws not_found.
PHARMACY_API std::vector<Consent> list_consents(Reading& reading, MemberId member);
// Asked by every verb that does what a purpose is for. Throws refused where the member does not
// agree, saying how to record it.
PHARMACY_API void require_consent(Reading& reading, MemberId member, Purpose purpose);
// All that was ever given and withdrawn, the oldest first. Throws not_found.
PHARMACY_API std::vector<Consent> consent_history(Reading& reading, MemberId member);

}  // namespace pharmacy
