// Taking complaints in: what is recorded, what is promised, and whether it was said before.
#include <fmt/format.h>

#include <array>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "base/phone.h"
#include "complaints/clocks.h"
#include "complaints/health.h"
#include "complaints/times.h"
#include "pharmacy/catalog.h"
#include "pharmacy/complaints.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

constexpr std::int64_t numbers_a_year = 1'000'000;

// What goes into the store of one intake.
class Intake {
 public:
  Intake(Transaction& tx, const NewComplaint& input)
      : tx_{tx}, database_{vault::database(tx)}, input_{input}, kept_{input} {}

  TakenComplaint run() {
    if (input_.member) {
      require_in_use(tx_, *input_.member);
      vault::shows(tx_, *input_.member);
    }
    check_texts();
    check_person();
    check_receipt();
    check_when();
    if (!faults_.empty()) throw Error(Errc::invalid_input, std::move(faults_));
    if (kept_.product) kept_.product = get_product(tx_, *kept_.product).code;
    const TakenComplaint taken{.id = free_number(),
                               .promised = promised_at(),
                               .repeats = complaints::repeated_by(database_, kept_, received_,
                                                                  policy_.complaints.repeat_days)};
    insert(taken);
    if (kept_.health) complaints::put_health(tx_, taken.id, *kept_.health);
    vault::notes(tx_, "complaint", std::array{taken.id});
    return taken;
  }

 private:
  void check_texts() {
    kept_.text = checked_lines(faults_, _("what happened"), input_.text, complaint_text_max);
    if (input_.health) {
      kept_.health =
          checked_lines(faults_, _("what is about health"), *input_.health, complaint_health_max);
    }
    kept_.name = checked_text(faults_, _("name"), input_.name, complaint_name_max);
    kept_.contact = checked_text(faults_, _("contact"), input_.contact, complaint_contact_max);
    // One number, however it is typed: by it a person is known again.
    if (kept_.contact) {
      if (auto phone = normalise_phone(*kept_.contact)) kept_.contact = std::move(phone);
    }
    kept_.reason = checked_text(faults_, _("reason"), input_.reason, complaint_reason_max);
    if (input_.batch) {
      kept_.batch =
          checked_text(faults_, _("batch"), std::string_view{fold_width(*input_.batch)}, batch_max);
      if (!input_.product)
        faults_.push_back(
            {_("a batch of no product"), _("give the product's code with --product")});
    }
  }

  void check_person() {
    if (input_.origin == ComplaintOrigin::staff && !kept_.name && !kept_.member)
      kept_.name = tx_.actor().name;
    if (input_.member || input_.origin == ComplaintOrigin::staff) return;
    if (!input_.name)
      faults_.push_back({_("who it is from is not said"), _("give --by NAME, or --member")});
    if (!input_.contact) {
      faults_.push_back({_("how the person is reached is not said"),
                         _("give --contact with a phone number or an address")});
    }
  }

  void check_receipt() {
    if (!input_.receipt) return;
    const auto receipt = get_receipt(tx_, *input_.receipt);
    if (!input_.member || receipt.receipt.member == input_.member) return;
    faults_.push_back({fmt::format(fmt::runtime(_("receipt {receipt} is not of {member}")),
                                   fmt::arg("receipt", to_string(*input_.receipt)),
                                   fmt::arg("member", to_string(*input_.member))),
                       _("leave out one of them")});
  }

  void check_when() {
    received_ = input_.on.value_or(tx_.now());
    day_ = tx_.zone().day_of(received_);
    policy_ = policy_on(tx_, day_);
    const std::string shown = to_string(received_, tx_.zone());
    if (received_ > tx_.now()) {
      faults_.push_back({fmt::format(fmt::runtime(_("this has not happened yet: {}")), shown), {}});
    } else if (static_cast<int>(day_.ymd().year()) < 1900) {
      faults_.push_back({fmt::format(fmt::runtime(_("{} lies before the year 1900")), shown), {}});
    } else {
      check_backdating();
    }
  }

  void check_backdating() {
    const int days_max = policy_on(tx_, tx_.today()).complaints.backdate_days;
    if (tx_.today() - day_ <= std::chrono::days{days_max}) return;
    vault::require(tx_, vault::Permission::backdate);
    if (kept_.reason) return;
    faults_.push_back(
        {fmt::format(
             fmt::runtime(P_("an intake dated back by more than {} day needs a reason",
                             "an intake dated back by more than {} days needs a reason", days_max)),
             days_max),
         _("give one with --reason")});
  }

  [[nodiscard]] ComplaintId free_number() const {
    const std::int64_t year = static_cast<int>(day_.ymd().year());
    const auto last = database_.value<std::int64_t>(
        "SELECT id FROM complaint WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1",
        year * numbers_a_year + 1, (year + 1) * numbers_a_year - 1);
    const std::int64_t next = last.value_or(year * numbers_a_year) + 1;
    if (next < (year + 1) * numbers_a_year) return ComplaintId{next};
    throw Error(Errc::conflict,
                fmt::format(fmt::runtime(_("the year {year} has {n} complaints already")),
                            fmt::arg("year", year), fmt::arg("n", numbers_a_year - 1)),
                _("there are no more numbers in it"));
  }

  [[nodiscard]] complaints::Allowance allowance() const {
    return complaints::allowance_of(policy_, kept_.severity,
                                    complaints::class_of(database_, kept_.member));
  }

  // When the person hears what came of it.
  [[nodiscard]] std::optional<Instant> promised_at() const {
    if (kept_.kind == ComplaintKind::praise) return std::nullopt;
    return due_at(calendar_of(tx_, policy_.complaints.calendar), received_, allowance().answer);
  }

  void insert(const TakenComplaint& taken) {
    const auto [ack, answer] = allowance();
    database_.run(
        "INSERT INTO complaint (id, kind, origin, channel, category, member, name, contact,"
        " product, batch, receipt, text, received_at, recorded_at, staff, backdated_why, policy,"
        " promised_at, calendar, repeats, severity, ack_seconds, answer_seconds, state, round)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT id FROM product WHERE code = ?9), ?10,"
        " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, 'received', 1)",
        taken.id, kept_.kind, kept_.origin, kept_.channel, kept_.category, kept_.member, kept_.name,
        kept_.contact, kept_.product, kept_.batch, kept_.receipt, kept_.text, received_, tx_.now(),
        tx_.actor().id, kept_.reason, policy_.version, taken.promised, policy_.complaints.calendar,
        taken.repeats, kept_.severity, ack, answer);
  }

  Transaction& tx_;
  db::Database& database_;
  const NewComplaint& input_;
  NewComplaint kept_;
  std::vector<Fault> faults_{};
  Instant received_{};
  Date day_{};
  Policy policy_{};
};

}  // namespace

TakenComplaint add_complaint(Transaction& tx, const NewComplaint& input) {
  vault::require(tx, input.kind == ComplaintKind::adverse_reaction
                         ? vault::Permission::take_reactions
                         : vault::Permission::take_complaints);
  return Intake{tx, input}.run();
}

}  // namespace pharmacy
