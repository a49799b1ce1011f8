// Drugs whose sales have rules of their own: compounds with ephedrine. Whoever buys one shows a
// document, gets no more packs than the policy has at once and within some days, and is in a
// register (State Food and Drug Administration, notice 2012/260).
//
// A pack is the unit of the product as it is sold, 1,000 thousandths: such products are listed by
// their smallest pack. A prescription drug sold with the number of its prescription is measured by
// that, and neither limited nor counted here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/catalog.h"
#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

// 居民身份证, 护照, 港澳居民来往内地通行证, 台湾居民来往大陆通行证, 外国人永久居留身份证, 军官证.
enum class IdDocument {
  id_card,
  passport,
  hk_macao_permit,
  taiwan_permit,
  residence_permit,
  officer_card
};
template <>
struct EnumNames<IdDocument> {
  using enum IdDocument;
  static constexpr std::array table{std::pair{id_card, "id_card"},
                                    std::pair{passport, "passport"},
                                    std::pair{hk_macao_permit, "hk_macao_permit"},
                                    std::pair{taiwan_permit, "taiwan_permit"},
                                    std::pair{residence_permit, "residence_permit"},
                                    std::pair{officer_card, "officer_card"}};
};

inline constexpr std::size_t buyer_name_max = 200;      // bytes
inline constexpr std::size_t document_number_max = 32;  // characters

// Who buys, by a document that was shown.
struct BuyerIdentity {
  std::optional<std::string> name{};  // the member's where absent
  IdDocument document = IdDocument::id_card;
  // An ID card's 18 digits, the last of which may be X, with a real day of birth; another's letters
  // and digits, which no ID card has but residence permits. In either width and case.
  std::optional<std::string> number{};
};

// Whether one of the products is such a drug, so that a sale takes a BuyerIdentity. What is no
// product is none. Needs Permission::sell.
PHARMACY_API bool needs_buyer(Reading& reading, const std::vector<std::string>& codes);

// Throws invalid_input for what is wrong with it, all faults at once. Asks for no permission.
PHARMACY_API void check_buyer(Reading& reading, const BuyerIdentity& buyer);

// Repeated buying that a need for treatment may not explain, by the policy of the sale's day.
struct RepeatBuying {
  SpecialDrug special = SpecialDrug::ephedrine;
  std::int64_t purchases = 0;  // receipts within these days, the new one included
  std::int64_t days = 0;       // that end on the day of the sale
};

// What of a line of the register says who bought.
enum class BuyerRecord {
  opened,        // as shown
  sealed,        // under a key that the reader does not have
  not_recorded,  // of an imported sale, whose register is another system's
  damaged        // it does not open, or was moved there from another sale
};
template <>
struct EnumNames<BuyerRecord> {
  static constexpr std::array table{std::pair{BuyerRecord::opened, "opened"},
                                    std::pair{BuyerRecord::sealed, "sealed"},
                                    std::pair{BuyerRecord::not_recorded, "not_recorded"},
                                    std::pair{BuyerRecord::damaged, "damaged"}};
};

// A line of a sale of such a drug, as the register has it.
struct SpecialSale {
  ReceiptId receipt;
  std::int64_t line;
  Date day;
  SpecialDrug special;
  std::string code;
  std::string name;
  std::optional<std::string> form;
  std::optional<std::string> strength;
  std::optional<std::string> maker;
  std::optional<std::string> batch;
  Quantity quantity;
  Quantity returned;  // of it
  BuyerRecord record;
  std::optional<std::string> buyer;
  std::optional<IdDocument> document;
  std::optional<std::string> number;
  std::optional<MemberId> member;
  std::string staff;  // login, or the name an import gave
  std::optional<std::string> prescription;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &SpecialSale::receipt},
                      Field{"line", &SpecialSale::line},
                      Field{"day", &SpecialSale::day},
                      Field{"special", &SpecialSale::special},
                      Field{"code", &SpecialSale::code},
                      Field{"name", &SpecialSale::name},
                      Field{"form", &SpecialSale::form},
                      Field{"strength", &SpecialSale::strength},
                      Field{"maker", &SpecialSale::maker},
                      Field{"batch", &SpecialSale::batch},
                      Field{"quantity_milli", &SpecialSale::quantity},
                      Field{"returned_milli", &SpecialSale::returned},
                      Field{"buyer_record", &SpecialSale::record},
                      Field{"buyer", &SpecialSale::buyer},
                      Field{"document", &SpecialSale::document},
                      Field{"id_number", &SpecialSale::number},
                      Field{"member", &SpecialSale::member},
                      Field{"staff", &SpecialSale::staff},
                      Field{"prescription", &SpecialSale::prescription}};
  }
};

// One buyer, or one household, that bought unusually often.
struct UnusualBuying {
  SpecialDrug special;
  std::int64_t purchases;  // the most receipts within the policy's days that end in the period
  Quantity packs;          // of these
  Date from;               // the first and the last of these
  Date to;
  std::optional<HouseholdId> household;
  std::optional<MemberId> member;  // of the last
  ReceiptId receipt;               // the last, under which the register has the buyer

  static constexpr auto fields() {
    return std::tuple{Field{"special", &UnusualBuying::special},
                      Field{"purchases", &UnusualBuying::purchases},
                      Field{"packs_milli", &UnusualBuying::packs},
                      Field{"from", &UnusualBuying::from},
                      Field{"to", &UnusualBuying::to},
                      Field{"household", &UnusualBuying::household},
                      Field{"member", &UnusualBuying::member},
                      Field{"receipt", &UnusualBuying::receipt}};
  }
};

// These are for pharmacists, managers and auditors; whom they show goes into the access log. Names
// and numbers are whole for whoever has the key to health notes, and for nobody else; of more than
// 200 people at once they take an approval (ApprovalNeeded).
//
// All sales of such drugs in a period, by receipt and line.
PHARMACY_API std::vector<SpecialSale> special_register(Reading& reading, const Period& period);
// By each number of a document, and by each member with who lives with her: who bought as often as
// the policy of the period's last day calls unusual. The most purchases first.
PHARMACY_API std::vector<UnusualBuying> unusual_buying(Reading& reading, const Period& period);

}  // namespace pharmacy
