// Cases of another system: checked wholly, numbered in the order of their receipt, and with the
// steps of their lives at the times at which those were taken.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>

#include "base/at_format.h"
#include "base/i18n.h"
#include "complaints/complaint_row.h"
#include "complaints/health.h"
#include "complaints/import/row.h"
#include "complaints/import/steps.h"
#include "pharmacy/imports.h"
#include "pharmacy/members.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/import_plan.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace complaints {
namespace {

constexpr std::size_t report_every = 500;  // rows

// Whether it is the login of somebody who is let in and handles complaints.
bool is_handler(Reading& reading, const std::string& login) {
  const auto* slot = reading.impl().keyring().find(login);
  return slot != nullptr && vault::is_let_in(*slot, reading.now()) &&
         vault::may(*slot, vault::Permission::handle_complaints);
}

// What is known of a case that is there already.
struct StoredCase {
  ComplaintId id;
  ComplaintKind kind;
  Instant received;
  std::optional<std::string> text;
  bool is_closed;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StoredCase::id}, Field{"kind", &StoredCase::kind},
                      Field{"received_at", &StoredCase::received}, Field{"text", &StoredCase::text},
                      Field{"is_closed", &StoredCase::is_closed}};
  }
};

struct ReadCase {
  Case what;
  std::vector<CaseStep> steps;
};

class CaseImport : public ImportPlan::Impl {
 public:
  CaseImport(Reading& reading, const std::string& bytes, const ImportOptions& options)
      : options_{options},
        sheet_{bytes, options_.sheet, complaint_import_fields(), options_.progress} {
    check_at_format(options_.at_format);
    take_form(sheet_, complaint_import_fields(), options_);
    const Zone zone = reading.zone();
    const CaseRules rules{.at_format = options_.at_format, .zone = zone, .now = reading.now()};
    while (sheet_.next()) read_row(reading, rules);
    resolve(reading);
  }

  ImportSummary run(Transaction& tx) override {
    resolve(tx);
    refuse_rejected();
    if (!added_.empty()) write(tx);
    return summary;
  }

 private:
  void read_row(Reading& reading, const CaseRules& rules) {
    ReadCase read{.what = read_case(sheet_, rules), .steps = {}};
    Case& one = read.what;
    one.owner_is_here = one.owner && is_handler(reading, *one.owner);
    if (one.faults.empty()) read.steps = steps_of(one, sheet_);
    rows_.push_back(std::move(read));
  }

  // What the rows are in the store as it is now.
  void resolve(Reading& reading) {
    summary = {};
    summary.rows = static_cast<std::int64_t>(rows_.size());
    summary.blank = sheet_.blank_rows();
    rejected.clear();
    notices.clear();
    added_.clear();
    std::unordered_map<std::string_view, const Case*> seen;  // by reference
    for (ReadCase& row : rows_) {
      Case& one = row.what;
      auto faults = one.faults;
      if (faults.empty()) find_referred(reading, one, faults);
      if (faults.empty() && !is_first(seen, one, faults)) continue;
      if (faults.empty()) {
        if (is_there(reading, one)) continue;
        added_.push_back(&row);
        continue;
      }
      ++summary.rejected;
      list_rejected(one.line, faults, sheet_.cells_of(one.raw));
    }
    summary.added = static_cast<std::int64_t>(added_.size());
  }

  void find_referred(Reading& reading, Case& one, std::vector<RowFault>& faults) {
    if (one.who) {
      one.said.member = member_called(reading, *one.who);
      if (!one.said.member) {
        faults.push_back({sheet_.column(member_field),
                          fmt::format(fmt::runtime(_("no member has this number, card or phone:"
                                                     " {}")),
                                      for_terminal(*one.who))});
      } else if (!is_in_use(reading, *one.said.member)) {
        faults.push_back({sheet_.column(member_field),
                          fmt::format(fmt::runtime(_("{} is restricted: nothing more is kept of"
                                                     " her")),
                                      to_string(*one.said.member))});
      }
    }
    if (one.said.product && !has_product(reading, *one.said.product)) {
      faults.push_back(
          {sheet_.column(product_field), fmt::format(fmt::runtime(_("no product has the code {}")),
                                                     for_terminal(*one.said.product))});
    }
  }

  std::optional<MemberId> member_called(Reading& reading, const std::string& who) {
    const auto [found, is_new] = members_.try_emplace(who);
    if (is_new) found->second = find_member(reading, who);
    return found->second;
  }

  static bool has_product(Reading& reading, const std::string& code) {
    return vault::database(reading)
        .value<std::int64_t>("SELECT id FROM product WHERE code = ?1", code)
        .has_value();
  }

  // Whether no row before it has its reference.
  bool is_first(std::unordered_map<std::string_view, const Case*>& seen, const Case& one,
                std::vector<RowFault>& faults) {
    const auto [before, is_new] = seen.try_emplace(one.reference, &one);
    if (is_new) return true;
    if (before->second->raw == one.raw) {
      ++summary.duplicates;
      return false;
    }
    faults.push_back({sheet_.column(reference_field),
                      fmt::format(fmt::runtime(_("{reference} is on line {line} with other facts")),
                                  fmt::arg("reference", for_terminal(one.reference)),
                                  fmt::arg("line", before->second->line))});
    return true;
  }

  // Whether an earlier import brought it. It stays as it is, whatever the file says now.
  bool is_there(Reading& reading, const Case& one) {
    const auto stored = vault::database(reading).row<StoredCase>(
        "SELECT c.id, c.kind, c.received_at, c.text, c.state = 'closed' FROM complaint c"
        " JOIN import_batch b ON b.id = c.import WHERE c.reference = ?1 AND b.source = ?2",
        one.reference, options_.source);
    if (!stored) return false;
    ++summary.already;
    const bool is_other = stored->kind != one.said.kind || stored->received != one.received ||
                          (stored->text && *stored->text != one.said.text) ||
                          (one.closed && !stored->is_closed);
    if (is_other) {
      notices.push_back({"case_differs", std::to_string(one.line),
                         fmt::format(fmt::runtime(_("{reference} is here as {number}, with other"
                                                    " facts; they stay")),
                                     fmt::arg("reference", for_terminal(one.reference)),
                                     fmt::arg("number", to_string(stored->id))),
                         1});
    }
    return true;
  }

  void write(Transaction& tx) {
    const ImportId import =
        vault::insert_batch(tx, "complaints", options_, static_cast<std::int64_t>(added_.size()));
    std::ranges::stable_sort(added_, {}, [](const ReadCase* row) { return row->what.received; });
    std::vector<ComplaintId> ids;
    for (const ReadCase* row : added_) {
      ids.push_back(write_case(tx, *row, import));
      if (ids.size() % report_every == 0 && options_.progress)
        options_.progress(static_cast<std::int64_t>(ids.size()), summary.added);
    }
    vault::notes(tx, "complaint", ids);
  }

  ComplaintId write_case(Transaction& tx, const ReadCase& row, ImportId import) {
    auto& database = vault::database(tx);
    const Case& one = row.what;
    const Date day = tx.zone().day_of(one.received);
    const Policy& policy = policy_of(tx, day);
    const ComplaintId id = free_number(database, static_cast<int>(day.ymd().year()));
    if (one.said.member) vault::shows(tx, *one.said.member);
    insert_complaint(
        database,
        {.id = id,
         .said = one.said,
         .received = one.received,
         .recorded = tx.now(),
         .staff = tx.actor().id,
         .policy = policy.version,
         .calendar = policy.complaints.calendar,
         .allowance = allowance_of(policy, one.said.severity, class_of(database, one.said.member)),
         .repeats = repeated_by(database, one.said, one.received, policy.complaints.repeat_days),
         .reference = one.reference,
         .import = import});
    if (one.said.health) put_health(tx, id, *one.said.health);
    write_steps(tx, id, row);
    return id;
  }

  static void write_steps(Transaction& tx, ComplaintId id, const ReadCase& row) {
    if (row.steps.empty()) return;
    auto& database = vault::database(tx);
    std::optional<StaffId> owner;
    if (row.what.owner_is_here) owner = vault::staff_for_rows(tx, *row.what.owner);
    for (const CaseStep& step : row.steps) {
      StepRow kept = step.row;
      if (kept.step == ComplaintStepKind::assign) kept.person = owner;
      insert_step(database, {.complaint = id,
                             .row = kept,
                             .state = step.state,
                             .round = step.round,
                             .at = step.at,
                             .staff = tx.actor().id});
    }
    database.run(
        "UPDATE complaint SET state = ?2, round = ?3, cause = ?4, department = ?5, owner = ?6"
        " WHERE id = ?1",
        id, row.steps.back().state, row.steps.back().round, row.what.cause, row.what.department,
        owner);
  }

  const Policy& policy_of(Reading& reading, Date day) {
    const auto [found, is_new] = policies_.try_emplace(day);
    if (is_new) found->second = policy_on(reading, day);
    return found->second;
  }

  ImportOptions options_;
  Sheet sheet_;
  std::vector<ReadCase> rows_;
  std::vector<ReadCase*> added_;                            // of rows_
  std::map<std::string, std::optional<MemberId>> members_;  // as the file calls them
  std::map<Date, Policy> policies_;
};

}  // namespace
}  // namespace complaints

ImportPlan plan_complaint_import(Reading& reading, const std::string& bytes,
                                 const ImportOptions& options) {
  vault::require(reading, vault::Permission::import_records);
  return ImportPlan{std::make_unique<complaints::CaseImport>(reading, bytes, options)};
}

}  // namespace pharmacy
