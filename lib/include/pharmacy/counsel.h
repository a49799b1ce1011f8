// Counselling: what a pharmacist tells of a medicine (how much, when, what to keep from), or of
// health: before a purchase, with it, or after it; to a member, or to somebody unknown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/counter_check.h"
#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class CounselKind {
  usage,   // how a medicine is taken
  choice,  // which one suits
  wellness,
  training  // of customers in a matter of their trade
};
template <>
struct EnumNames<CounselKind> {
  using enum CounselKind;
  static constexpr std::array table{std::pair{usage, "usage"}, std::pair{choice, "choice"},
                                    std::pair{wellness, "wellness"},
                                    std::pair{training, "training"}};
};

// Of a purchase.
enum class CounselStage { before, at, after };
template <>
struct EnumNames<CounselStage> {
  using enum CounselStage;
  static constexpr std::array table{std::pair{before, "before"}, std::pair{at, "at"},
                                    std::pair{after, "after"}};
};

// Bytes.
inline constexpr std::size_t counsel_point_max = 200;
inline constexpr std::size_t counsel_note_max = 500;
inline constexpr std::size_t counsels_limit_max = 10'000;

// What is told of a medicine.
struct CounselPoints {
  std::optional<std::string> dose{};   // how much each time, and how often; 1-counsel_point_max
  std::optional<std::string> times{};  // when: before a meal, at bedtime
  std::optional<std::string> avoid{};  // what it does not go with, and who should not take it
  std::optional<std::string> note{};   // what else; 1-counsel_note_max bytes

  [[nodiscard]] bool is_empty() const { return !dose && !times && !avoid && !note; }
  friend bool operator==(const CounselPoints&, const CounselPoints&) = default;

  static constexpr auto fields() {
    return std::tuple{Field{"dose", &CounselPoints::dose}, Field{"times", &CounselPoints::times},
                      Field{"avoid", &CounselPoints::avoid}, Field{"note", &CounselPoints::note}};
  }
};

// What is told of a product to whoever takes it, unless something else is said. Each point that is
// absent stays as it is, and an empty one goes. For pharmacists. Throws not_found, not_permitted,
// invalid_input. False where it changes nothing.
PHARMACY_API bool set_product_advice(Transaction& tx, const std::string& code,
                                     const CounselPoints& points);

struct ProductAdvice {
  std::string code;
  std::string product_name;
  std::optional<std::string> dose;
  std::optional<std::string> times;
  std::optional<std::string> avoid;
  std::optional<std::string> note;
  Instant set;
  std::string staff;  // login

  static constexpr auto fields() {
    return std::tuple{
        Field{"product", &ProductAdvice::code}, Field{"product_name", &ProductAdvice::product_name},
        Field{"dose", &ProductAdvice::dose},    Field{"times", &ProductAdvice::times},
        Field{"avoid", &ProductAdvice::avoid},  Field{"note", &ProductAdvice::note},
        Field{"set_at", &ProductAdvice::set},   Field{"staff", &ProductAdvice::staff}};
  }
};
// Of one product, or of all of which something is kept, by their codes. Throws not_found.
PHARMACY_API std::vector<ProductAdvice> list_product_advice(
    Reading& reading, const std::optional<std::string>& code = std::nullopt);

struct NewCounsel {
  std::optional<MemberId> member{};  // the buyer of the receipt where that is named alone
  std::optional<ReceiptId> receipt{};
  std::optional<std::string> product{};  // code; of the receipt where that is named too
  std::optional<CounselKind> kind{};     // usage where a product or receipt is named, else wellness
  // At the purchase where a receipt of today is named, after it where an older one is, else before.
  std::optional<CounselStage> stage{};
  // Each that is absent is the product's; an empty one is left out.
  CounselPoints points{};
  // What the member said of her health, 1-4,000 bytes: kept as a health note of its own.
  std::optional<std::string> need{};
};

struct GivenCounsel {
  std::vector<CounselId> ids;
  std::vector<std::string> without;  // codes of products of the receipt of which nothing is kept
  // What a check of the counter says of the products, and what the member's notes tell of drugs
  // that work badly with her.
  std::vector<CounterAlert> alerts;
};
// Records what was told. A receipt without a product stands for all its products of which advice is
// kept, each once. For pharmacists. Throws not_found; refused for a refund, somebody else's
// receipt, a member who is restricted, or a need without her consent to the purpose `health`;
// invalid_input, all faults at once.
PHARMACY_API GivenCounsel add_counsel(Transaction& tx, const NewCounsel& input);

struct Counsel {
  CounselId id;
  Instant at;
  std::string staff;  // login of the pharmacist
  std::optional<MemberId> member;
  std::optional<std::string> name;  // of the member
  CounselKind kind;
  CounselStage stage;
  std::optional<ReceiptId> receipt;
  std::optional<std::string> code;
  std::optional<std::string> product_name;
  std::optional<std::string> dose;
  std::optional<std::string> times;
  std::optional<std::string> avoid;
  std::optional<std::string> note;
  std::optional<HealthNoteId> health_note;  // what the member said
  std::optional<Instant> voided;
  std::optional<std::string> void_reason;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Counsel::id},
                      Field{"at", &Counsel::at},
                      Field{"staff", &Counsel::staff},
                      Field{"member", &Counsel::member},
                      Field{"name", &Counsel::name},
                      Field{"counsel_kind", &Counsel::kind},
                      Field{"stage", &Counsel::stage},
                      Field{"receipt", &Counsel::receipt},
                      Field{"product", &Counsel::code},
                      Field{"product_name", &Counsel::product_name},
                      Field{"dose", &Counsel::dose},
                      Field{"times", &Counsel::times},
                      Field{"avoid", &Counsel::avoid},
                      Field{"note", &Counsel::note},
                      Field{"health_note", &Counsel::health_note},
                      Field{"voided_at", &Counsel::voided},
                      Field{"void_reason", &Counsel::void_reason}};
  }
};

struct CounselList {
  std::vector<Counsel> counsels;
  bool more;  // than the limit
};
struct CounselFilter {
  std::optional<MemberId> member{};
  std::optional<ReceiptId> receipt{};
  std::optional<Period> period{};
  std::size_t limit = 100;  // 1-counsels_limit_max
};
// The newest first, mistakes too. For pharmacists, managers and auditors; names and texts are
// masked as in a list of members. Throws not_found, refused for a member who is restricted,
// invalid_input, ApprovalNeeded for too many people at once.
PHARMACY_API CounselList list_counsels(Reading& reading, const CounselFilter& filter = {});
// Throws not_found, and refused as list_counsels().
PHARMACY_API Counsel get_counsel(Reading& reading, CounselId id);

// It was a mistake: it stays, and counts no more. `reason`: 1-counsel_point_max bytes. For
// pharmacists. Throws not_found, refused where it is said already, invalid_input.
PHARMACY_API void void_counsel(Transaction& tx, CounselId id, const std::string& reason);

// How much of one kind was told at one stage, mistakes left out.
struct CounselFigures {
  CounselKind kind;
  CounselStage stage;
  std::int64_t counsels;
  std::int64_t members;  // each once
  std::int64_t without_member;
  std::int64_t receipts;  // each once

  static constexpr auto fields() {
    return std::tuple{Field{"counsel_kind", &CounselFigures::kind},
                      Field{"stage", &CounselFigures::stage},
                      Field{"counsels", &CounselFigures::counsels},
                      Field{"members", &CounselFigures::members},
                      Field{"without_member", &CounselFigures::without_member},
                      Field{"receipts", &CounselFigures::receipts}};
  }
};
// Of the days of a period; only what there is, in the order of kinds and stages. Throws
// not_permitted to anyone who reads no figures.
PHARMACY_API std::vector<CounselFigures> counsel_figures(Reading& reading, const Period& period);

}  // namespace pharmacy
