// Taking complaints in: what is recorded, what is promised, and whether it was said before.
#include <fmt/format.h>

#include <array>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "base/phone.h"
#include "complaints/clocks.h"
#include "complaints/complaint_row.h"
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
    const TakenComplaint taken{
        .id = complaints::free_number(database_, static_cast<int>(day_.ymd().year())),
        .promised = promised_at(),
        .repeats =
            complaints::repeated_by(database_, kept_, received_, policy_.complaints.repeat_days)};
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
    complaints::insert_complaint(database_, {.id = taken.id,
                                             .said = kept_,
                                             .received = received_,
                                             .recorded = tx_.now(),
                                             .staff = tx_.actor().id,
                                             .policy = policy_.version,
                                             .calendar = policy_.complaints.calendar,
                                             .allowance = allowance(),
                                             .promised = taken.promised,
                                             .repeats = taken.repeats});
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
