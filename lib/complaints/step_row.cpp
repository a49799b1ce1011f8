#include "complaints/step_row.h"

#include <fmt/format.h>

#include <array>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy::complaints {
namespace {

ComplaintStepKind kind_of_end(ComplaintEnd end) {
  switch (end) {
    case ComplaintEnd::satisfied:
      return ComplaintStepKind::close_satisfied;
    case ComplaintEnd::withdrawn:
      return ComplaintStepKind::close_withdrawn;
    case ComplaintEnd::exhausted:
      return ComplaintStepKind::close_exhausted;
    case ComplaintEnd::done:
      return ComplaintStepKind::close_done;
    case ComplaintEnd::mistake:
      return ComplaintStepKind::close_mistake;
  }
  PHARMACY_CHECK(false);
}

struct KindOf {
  using Kind = ComplaintStepKind;
  Kind operator()(const Acknowledge&) const { return Kind::ack; }
  Kind operator()(const AssignComplaint&) const { return Kind::assign; }
  Kind operator()(const EscalateComplaint&) const { return Kind::escalate; }
  Kind operator()(const GradeComplaint&) const { return Kind::grade; }
  Kind operator()(const LinkComplaint&) const { return Kind::link; }
  Kind operator()(const NameCause&) const { return Kind::cause; }
  Kind operator()(const PauseComplaint&) const { return Kind::pause; }
  Kind operator()(const ResumeComplaint&) const { return Kind::resume; }
  Kind operator()(const Investigate&) const { return Kind::investigate; }
  Kind operator()(const AddEvidence&) const { return Kind::evidence; }
  Kind operator()(const PlanRemedy&) const { return Kind::plan; }
  Kind operator()(const ReplyToComplaint&) const { return Kind::reply; }
  Kind operator()(const RecordAnswer& answer) const {
    return answer.satisfied == Satisfied::yes ? Kind::satisfied : Kind::unsatisfied;
  }
  Kind operator()(const AdoptSuggestion&) const { return Kind::adopt; }
  Kind operator()(const DeclineSuggestion&) const { return Kind::decline; }
  Kind operator()(const TellOutcome&) const { return Kind::inform; }
  Kind operator()(const CloseComplaint& close) const { return kind_of_end(close.as); }
  Kind operator()(const ReopenComplaint&) const { return Kind::reopen; }
};

// Somebody who does such things by her roles. Throws not_found, refused.
StaffId who_may(Transaction& tx, const std::string& login, vault::Permission permission,
                const char* fault, const char* way) {
  const auto& slot = vault::slot_of(tx.impl().keyring(), login);
  if (vault::is_let_in(slot, tx.now()) && vault::may(slot, permission))
    return vault::staff_for_rows(tx, login);
  throw Error(Errc::refused, fmt::format(fmt::runtime(_(fault)), for_terminal(login)), _(way));
}

// Fills the row of one step.
class RowOf {
 public:
  RowOf(Transaction& tx, const Complaint& complaint, ComplaintStepKind kind,
        std::vector<Fault>& faults)
      : tx_{tx}, complaint_{complaint}, faults_{faults}, row_{.step = kind} {}

  void operator()(const Acknowledge& step) { put_note(step.note); }
  void operator()(const AssignComplaint& step) {
    if (!step.department && !step.login) {
      faults_.push_back({_("to whom it is handed is not said"),
                         _("give --department, --to with a login, or both")});
    }
    row_.department = checked_text(faults_, _("department"), step.department, department_max);
    if (step.login) {
      row_.person = who_may(
          tx_, *step.login, vault::Permission::handle_complaints, N_("{} handles no complaints"),
          N_("list who is service, pharmacist or manager with: store staff list"));
    }
    put_note(step.note);
  }
  void operator()(const EscalateComplaint& step) {
    row_.person = manager(step.login);
    put_note(step.reason);
  }
  void operator()(const GradeComplaint& step) {
    row_.severity = step.severity;
    if (step.severity == complaint_.severity) {
      faults_.push_back(
          {fmt::format(fmt::runtime(_("{} is of this severity already")), to_string(complaint_.id)),
           {}});
    }
    put_text(_("reason"), step.reason);
  }
  void operator()(const LinkComplaint& step) {
    if (step.other == complaint_.id)
      faults_.push_back({_("a complaint cannot be linked with itself"), {}});
    const Complaint other = stored_complaint(vault::database(tx_), step.other);
    vault::notes(tx_, "complaint", std::array{other.id});
    if (other.member) vault::shows(tx_, *other.member);
    if (is_linked(step.other)) {
      faults_.push_back({fmt::format(fmt::runtime(_("{number} is linked with {other} already")),
                                     fmt::arg("number", to_string(complaint_.id)),
                                     fmt::arg("other", to_string(other.id))),
                         {}});
    }
    row_.other = step.other;
  }
  void operator()(const NameCause& step) {
    row_.cause = step.cause;
    put_text(_("what was behind it"), step.root);
  }
  void operator()(const PauseComplaint& step) { put_text(_("reason"), step.reason); }
  void operator()(const ResumeComplaint& step) { put_note(step.note); }
  void operator()(const Investigate& step) {
    row_.method = step.method;
    put_text(_("what was found"), step.found);
  }
  void operator()(const AddEvidence& step) {
    const bool is_directory = step.name == "." || step.name == "..";
    const bool has_name =
        !step.name.empty() && !is_directory && step.name.size() <= evidence_name_max &&
        step.name.find('/') == std::string::npos && normalise(step.name) == step.name;
    if (!has_name)
      faults_.push_back({_("not a name for a file"), _("rename the file, then give it again")});
    if (step.content.empty() || step.content.size() > evidence_bytes_max) {
      faults_.push_back(
          {step.content.empty() ? _("the file is empty") : _("the file is too large"),
           fmt::format(fmt::runtime(_("evidence is 1 to {} bytes")), evidence_bytes_max)});
    }
  }
  void operator()(const PlanRemedy& step) {
    put_text(_("remedy"), step.remedy);
    row_.cost = step.cost;
    if (step.cost && (*step.cost < Money{0} || *step.cost > Money{remedy_cost_max})) {
      faults_.push_back(
          {fmt::format(fmt::runtime(_("not a cost: {}")), to_string(*step.cost)), {}});
    }
    row_.basis = checked_text(faults_, _("basis"), step.basis, step_basis_max);
    if (step.approver) row_.person = manager(*step.approver);
  }
  void operator()(const ReplyToComplaint& step) { put_text(_("reply"), step.text); }
  void operator()(const RecordAnswer& step) { put_note(step.note); }
  void operator()(const AdoptSuggestion& step) { put_text(_("how it is adopted"), step.how); }
  void operator()(const DeclineSuggestion& step) { put_text(_("reason"), step.why); }
  void operator()(const TellOutcome& step) { put_text(_("what was told"), step.text); }
  void operator()(const CloseComplaint& step) {
    put_note(step.reason);
    const bool needs_reason = step.as != ComplaintEnd::satisfied && step.as != ComplaintEnd::done;
    if (needs_reason && !step.reason)
      faults_.push_back({_("this end needs a reason"), _("give one with --reason")});
  }
  void operator()(const ReopenComplaint& step) { put_text(_("reason"), step.reason); }

  StepRow take() { return std::move(row_); }

 private:
  void put_text(const char* what, const std::string& text) {
    row_.text = checked_lines(faults_, what, text, step_text_max);
  }
  void put_note(const std::optional<std::string>& note) {
    if (note) put_text(_("note"), *note);
  }
  [[nodiscard]] bool is_linked(ComplaintId other) {
    return vault::database(tx_)
        .value<bool>("SELECT 1 FROM complaint_step WHERE complaint = ?1 AND other = ?2",
                     complaint_.id, other)
        .has_value();
  }
  StaffId manager(const std::string& login) {
    return who_may(tx_, login, vault::Permission::exhaust_complaints, N_("{} is no manager"),
                   N_("list who is a manager with: store staff list"));
  }

  Transaction& tx_;
  const Complaint& complaint_;
  std::vector<Fault>& faults_;
  StepRow row_;
};

}  // namespace

void insert_step(db::Database& database, const TakenStep& step) {
  const StepRow& row = step.row;
  database.run(
      "INSERT INTO complaint_step (complaint, step, state, round, at, staff, text, department,"
      " person, method, severity, cause, cost, basis, other)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
      step.complaint, row.step, step.state, step.round, step.at, step.staff, row.text,
      row.department, row.person, row.method, row.severity, row.cause, row.cost, row.basis,
      row.other);
}

ComplaintStepKind kind_of(const ComplaintStep& step) { return std::visit(KindOf{}, step); }

StepRow checked_row(Transaction& tx, const Complaint& complaint, const ComplaintStep& step) {
  std::vector<Fault> faults;
  RowOf row{tx, complaint, kind_of(step), faults};
  std::visit(row, step);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return row.take();
}

void check_escalation(Transaction& tx, const EscalateComplaint& step) {
  checked_row(tx, Complaint{}, step);
}

}  // namespace pharmacy::complaints
