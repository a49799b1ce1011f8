// The copy of all that is kept of a person, which she may ask for (Personal Information Protection
// Law, article 45).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/consent.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/health.h"
#include "pharmacy/household.h"
#include "pharmacy/ids.h"
#include "pharmacy/members.h"
#include "pharmacy/rights.h"
#include "pharmacy/standing.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

// The rows of a copy, as the store has them; nothing is masked.
struct CopiedFacts {
  MemberId id;
  std::optional<std::string> name;
  std::optional<Sex> sex;
  std::optional<Date> birth;
  std::optional<std::string> note;
  MemberStatus status;
  Date joined;
  Instant recorded_at;
  std::string recorded_by;            // login
  std::optional<std::string> source;  // of the import that brought her

  static constexpr auto fields() {
    return std::tuple{Field{"id", &CopiedFacts::id},
                      Field{"name", &CopiedFacts::name},
                      Field{"sex", &CopiedFacts::sex},
                      Field{"birth", &CopiedFacts::birth},
                      Field{"note", &CopiedFacts::note},
                      Field{"status", &CopiedFacts::status},
                      Field{"joined", &CopiedFacts::joined},
                      Field{"recorded_at", &CopiedFacts::recorded_at},
                      Field{"recorded_by", &CopiedFacts::recorded_by},
                      Field{"source", &CopiedFacts::source}};
  }
};
struct CopiedCard {
  std::string card;
  Instant added;
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{Field{"card", &CopiedCard::card}, Field{"added_at", &CopiedCard::added},
                      Field{"ended_at", &CopiedCard::ended}};
  }
};
struct CopiedContact {
  std::string kind;  // "phone" or "address"
  std::string value;
  bool shared;
  std::string source;
  std::optional<Date> verified_on;
  Instant added;
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &CopiedContact::kind},
                      Field{"value", &CopiedContact::value},
                      Field{"shared", &CopiedContact::shared},
                      Field{"source", &CopiedContact::source},
                      Field{"verified_on", &CopiedContact::verified_on},
                      Field{"added_at", &CopiedContact::added},
                      Field{"ended_at", &CopiedContact::ended}};
  }
};
// Of a child for whom she agreed.
struct CopiedGuardianship {
  MemberId member;
  Purpose purpose;
  Instant at;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &CopiedGuardianship::member},
                      Field{"purpose", &CopiedGuardianship::purpose},
                      Field{"at", &CopiedGuardianship::at}};
  }
};
struct CopiedReceipt {
  ReceiptId receipt;
  std::string kind;
  Instant at;
  Money amount;
  Money discount;
  std::string channel;
  std::string staff;
  std::optional<ReceiptId> refund_of;
  std::optional<std::string> reference;
  std::optional<std::string> reason;
  std::optional<std::string> prescription;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &CopiedReceipt::receipt},
                      Field{"kind", &CopiedReceipt::kind},
                      Field{"at", &CopiedReceipt::at},
                      Field{"amount_fen", &CopiedReceipt::amount},
                      Field{"discount_fen", &CopiedReceipt::discount},
                      Field{"channel", &CopiedReceipt::channel},
                      Field{"staff", &CopiedReceipt::staff},
                      Field{"refund_of", &CopiedReceipt::refund_of},
                      Field{"reference", &CopiedReceipt::reference},
                      Field{"reason", &CopiedReceipt::reason},
                      Field{"prescription", &CopiedReceipt::prescription}};
  }
};
struct CopiedLine {
  ReceiptId receipt;
  std::int64_t line;
  std::string code;
  std::string name;
  Quantity quantity;
  std::optional<UnitPrice> unit_price;
  Money amount;
  std::optional<std::string> batch;
  std::optional<Date> expiry;
  std::optional<std::int64_t> days_supply;
  bool overridden;  // sold although a check spoke against it

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &CopiedLine::receipt},
                      Field{"line", &CopiedLine::line},
                      Field{"code", &CopiedLine::code},
                      Field{"name", &CopiedLine::name},
                      Field{"quantity_milli", &CopiedLine::quantity},
                      Field{"unit_price_e4", &CopiedLine::unit_price},
                      Field{"amount_fen", &CopiedLine::amount},
                      Field{"batch", &CopiedLine::batch},
                      Field{"expiry", &CopiedLine::expiry},
                      Field{"days_supply", &CopiedLine::days_supply},
                      Field{"overridden", &CopiedLine::overridden}};
  }
};
struct CopiedPayment {
  ReceiptId receipt;
  std::string payment;
  Money amount;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &CopiedPayment::receipt},
                      Field{"payment", &CopiedPayment::payment},
                      Field{"amount_fen", &CopiedPayment::amount}};
  }
};
struct CopiedAccountPayment {
  Date day;
  Money amount;
  std::string kind;
  Instant recorded_at;
  std::string recorded_by;  // login
  std::optional<Instant> voided;
  std::optional<std::string> void_reason;

  static constexpr auto fields() {
    return std::tuple{Field{"day", &CopiedAccountPayment::day},
                      Field{"amount_fen", &CopiedAccountPayment::amount},
                      Field{"paid_by", &CopiedAccountPayment::kind},
                      Field{"recorded_at", &CopiedAccountPayment::recorded_at},
                      Field{"recorded_by", &CopiedAccountPayment::recorded_by},
                      Field{"voided_at", &CopiedAccountPayment::voided},
                      Field{"void_reason", &CopiedAccountPayment::void_reason}};
  }
};
struct CopiedPoints {
  Date day;
  std::string kind;  // a word of PointsKind
  Points points;     // signed
  std::optional<ReceiptId> receipt;
  std::optional<Date> expires_on;
  std::optional<std::string> reason;  // of a correction

  static constexpr auto fields() {
    return std::tuple{Field{"day", &CopiedPoints::day},
                      Field{"kind", &CopiedPoints::kind},
                      Field{"points", &CopiedPoints::points},
                      Field{"receipt", &CopiedPoints::receipt},
                      Field{"expires_on", &CopiedPoints::expires_on},
                      Field{"reason", &CopiedPoints::reason}};
  }
};
// Two numbers that were made one.
struct CopiedMerge {
  MemberId from;
  MemberId into;
  std::optional<std::string> reason;
  Instant at;
  std::optional<Instant> undone;

  static constexpr auto fields() {
    return std::tuple{Field{"from", &CopiedMerge::from}, Field{"into", &CopiedMerge::into},
                      Field{"reason", &CopiedMerge::reason}, Field{"at", &CopiedMerge::at},
                      Field{"undone_at", &CopiedMerge::undone}};
  }
};
// A try to tell her of a recall.
struct CopiedRecallCall {
  RecallId recall;
  Instant at;
  std::string staff;    // login
  std::string outcome;  // a word of CallOutcome
  std::optional<std::string> note;

  static constexpr auto fields() {
    return std::tuple{Field{"recall", &CopiedRecallCall::recall},
                      Field{"at", &CopiedRecallCall::at}, Field{"staff", &CopiedRecallCall::staff},
                      Field{"outcome", &CopiedRecallCall::outcome},
                      Field{"note", &CopiedRecallCall::note}};
  }
};
// What was delivered to her, or promised, or sent.
struct CopiedDelivery {
  ReceiptId receipt;
  std::optional<Instant> promised;
  std::optional<Instant> delivered;
  std::optional<std::string> tracking;  // numbers of its parcels, ", " between them

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &CopiedDelivery::receipt},
                      Field{"promised_at", &CopiedDelivery::promised},
                      Field{"delivered_at", &CopiedDelivery::delivered},
                      Field{"tracking", &CopiedDelivery::tracking}};
  }
};
// What a pharmacist told her.
struct CopiedCounsel {
  Instant at;
  std::string staff;  // login
  std::string kind;   // a word of CounselKind
  std::optional<ReceiptId> receipt;
  std::optional<std::string> product;  // its name
  std::optional<std::string> dose;
  std::optional<std::string> times;
  std::optional<std::string> avoid;
  std::optional<std::string> note;
  std::optional<Instant> voided;
  std::optional<std::string> void_reason;

  static constexpr auto fields() {
    return std::tuple{Field{"at", &CopiedCounsel::at},
                      Field{"staff", &CopiedCounsel::staff},
                      Field{"counsel_kind", &CopiedCounsel::kind},
                      Field{"receipt", &CopiedCounsel::receipt},
                      Field{"product_name", &CopiedCounsel::product},
                      Field{"dose", &CopiedCounsel::dose},
                      Field{"times", &CopiedCounsel::times},
                      Field{"avoid", &CopiedCounsel::avoid},
                      Field{"note", &CopiedCounsel::note},
                      Field{"voided_at", &CopiedCounsel::voided},
                      Field{"void_reason", &CopiedCounsel::void_reason}};
  }
};
// Something that she asked for.
struct CopiedStockRequest {
  Instant at;
  std::string wanted;  // the product's name, or what was said
  Quantity quantity;
  std::optional<std::string> note;
  std::optional<std::string> outcome;  // a word of StockRequestState
  std::optional<std::string> reason;   // of its end
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{Field{"at", &CopiedStockRequest::at},
                      Field{"wanted", &CopiedStockRequest::wanted},
                      Field{"quantity_milli", &CopiedStockRequest::quantity},
                      Field{"note", &CopiedStockRequest::note},
                      Field{"outcome", &CopiedStockRequest::outcome},
                      Field{"reason", &CopiedStockRequest::reason},
                      Field{"ended_at", &CopiedStockRequest::ended}};
  }
};
// What she complained of, suggested or praised, and the steps of its handling: the intake first,
// then each step with what was said at it. What of it is about health is read apart:
// health_in_complaints of pharmacy/complaints.h.
struct CopiedComplaint {
  ComplaintId complaint;
  Instant at;
  std::string step;   // a word of ComplaintKind for the intake, else of ComplaintStepKind
  std::string staff;  // login
  std::optional<std::string> text;

  static constexpr auto fields() {
    return std::tuple{
        Field{"number", &CopiedComplaint::complaint}, Field{"at", &CopiedComplaint::at},
        Field{"complaint_step", &CopiedComplaint::step}, Field{"staff", &CopiedComplaint::staff},
        Field{"text", &CopiedComplaint::text}};
  }
};
// What was spoken of before she was a member, a contact each; one without them where there was
// none.
struct CopiedLead {
  LeadId lead;
  std::string source;  // a word of LeadSource
  Instant added;
  std::optional<Instant> at;           // of the contact
  std::optional<std::string> how;      // a word of LeadContactBy
  std::optional<std::string> outcome;  // a word of LeadOutcome
  std::optional<std::string> note;

  static constexpr auto fields() {
    return std::tuple{
        Field{"lead", &CopiedLead::lead},      Field{"source", &CopiedLead::source},
        Field{"added_at", &CopiedLead::added}, Field{"at", &CopiedLead::at},
        Field{"how", &CopiedLead::how},        Field{"lead_outcome", &CopiedLead::outcome},
        Field{"note", &CopiedLead::note}};
  }
};
// Who saw or changed something of her.
struct CopiedAccess {
  Instant at;
  std::string staff;  // login
  std::string kind;   // a word of AccessKind
  std::string command;

  static constexpr auto fields() {
    return std::tuple{Field{"at", &CopiedAccess::at}, Field{"staff", &CopiedAccess::staff},
                      Field{"kind", &CopiedAccess::kind}, Field{"command", &CopiedAccess::command}};
  }
};

// All that is kept of one person.
struct PersonCopy {
  CopiedFacts facts;
  std::vector<CopiedFacts> earlier{};  // of numbers that were merged into hers
  std::vector<CopiedCard> cards{};
  std::vector<CopiedContact> contacts{};
  StandingCopy standing{};
  std::vector<MemberChange> history{};
  std::vector<Consent> consents{};
  std::vector<CopiedGuardianship> guardianships{};
  std::vector<Restriction> restrictions{};
  std::vector<CopiedMerge> merges{};
  std::vector<CopiedReceipt> receipts{};
  std::vector<CopiedLine> lines{};
  std::vector<CopiedPayment> payments{};
  std::vector<CopiedAccountPayment> account_payments{};
  std::vector<CopiedPoints> points{};
  std::vector<HealthNote> health_notes{};
  std::int64_t health_notes_unread = 0;  // that the actor cannot open: a pharmacist's copy has them
  std::vector<CopiedHousehold> households{};
  std::vector<CopiedRecallCall> recall_calls{};
  std::vector<CopiedCounsel> counsels{};
  std::vector<CopiedStockRequest> stock_requests{};
  std::vector<CopiedDelivery> deliveries{};
  std::vector<CopiedComplaint> complaints{};
  std::vector<CopiedLead> leads{};
  std::vector<CopiedAccess> accesses{};
};
// The copy that she may ask for; of a restricted member too. Throws not_permitted to anyone but
// pharmacists and managers; not_found.
PHARMACY_API PersonCopy copy_person(Reading& reading, MemberId member);

}  // namespace pharmacy
