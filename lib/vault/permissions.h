// Who may do what. Every verb of the library begins with require(), so that no program can forget
// to ask; the one table of it is in permissions.cpp, and pharmacy-security(7) shows it to people.
#pragma once

#include <array>
#include <span>
#include <utility>

#include "pharmacy/store.h"

namespace pharmacy::vault {

enum class Permission {
  view_people,     // members with what is masked, their points
  reveal,          // what is masked, with a reason
  edit_people,     // new members, and what is known of them
  export_people,   // all of them at once
  transfer,        // files to other stores, and from them
  import_records,  // members and sales of another system
  adjust_points,   // of a member, by hand
  view_catalog,
  edit_catalog,
  override_check,      // what a check at the counter speaks against
  sell,                // points that pay for it included
  view_receipts,       // of all days, with who bought
  refund,              // on the day of the sale, up to an amount
  refund_freely,       // on any day, of any amount
  take_back_medicine,  // for any reason
  backdate,            // a sale of any day: a clerk's has a limit
  view_figures,        // reports, which name nobody
  view_scorecards,     // how well each of the staff does
  view_log,            // who did what, and who saw whom
  backup,
  restore,
  check_store,
  run_doctor,
  view_registers,  // of findings and of trainings
  edit_registers,
  approve,         // what another asks for
  view_approvals,  // what was asked for, and approved
  manage_staff,    // who has a key, and to what
  add_health,      // notes about health, sealed
  read_health,     // by whoever has the keys to them
  grant_health,    // the keys to health notes, by whoever has them
  set_policies,    // and review them
  answer_rights,   // a member's copy, and restricting her
  erase_people,
  merge_people,  // two numbers of one person
  view_risks,    // with whom doing business is a risk, and why
  set_risks,
  sell_at_risk,  // where a risk asks for a manager
  view_recalls,  // who bought of a batch, and who was told
  recall,        // open one, and tell members
  close_recall,
  counsel,              // tell members about medicines and health
  view_counsel,         // what they were told
  serve_members,        // what they asked for, and what was promised them
  view_special,         // the register of special drugs; names by whoever has the key
  take_complaints,      // and suggestions, objections, praise: their intake
  take_reactions,       // the same of adverse reactions
  handle_complaints,    // all that comes after, and looking at them
  exhaust_complaints,   // declare that nothing more can be offered
  escalate_complaints,  // hand those that are late to a manager
  watch_complaints,     // what is due of them, without names
  view_reactions,       // the register of adverse reactions, without names
  handle_reactions,     // judge and report them; what is of health by whoever has the key
  view_credit,          // how well a member pays what she owes
};

[[nodiscard]] bool may(std::span<const Role> roles, Permission permission);
[[nodiscard]] bool may(const Actor& actor, Permission permission);

// Throws not_permitted, naming the roles that may; before that the refusal is logged, which ends
// the reading.
void require(Reading& reading, Permission permission);
// Of somebody in no open store: nothing logs it.
void require(const Actor& actor, Permission permission);
// The same for what is no reading, or not yet.
void require(Store::Impl& store, Permission permission);

}  // namespace pharmacy::vault

namespace pharmacy {

template <>
struct EnumNames<vault::Permission> {
  using enum vault::Permission;
  static constexpr std::array table{std::pair{view_people, "view_people"},
                                    std::pair{reveal, "reveal"},
                                    std::pair{edit_people, "edit_people"},
                                    std::pair{export_people, "export_people"},
                                    std::pair{transfer, "transfer"},
                                    std::pair{import_records, "import_records"},
                                    std::pair{adjust_points, "adjust_points"},
                                    std::pair{view_catalog, "view_catalog"},
                                    std::pair{edit_catalog, "edit_catalog"},
                                    std::pair{override_check, "override_check"},
                                    std::pair{sell, "sell"},
                                    std::pair{view_receipts, "view_receipts"},
                                    std::pair{refund, "refund"},
                                    std::pair{refund_freely, "refund_freely"},
                                    std::pair{take_back_medicine, "take_back_medicine"},
                                    std::pair{backdate, "backdate"},
                                    std::pair{view_figures, "view_figures"},
                                    std::pair{view_scorecards, "view_scorecards"},
                                    std::pair{view_log, "view_log"},
                                    std::pair{backup, "backup"},
                                    std::pair{restore, "restore"},
                                    std::pair{check_store, "check_store"},
                                    std::pair{approve, "approve"},
                                    std::pair{view_approvals, "view_approvals"},
                                    std::pair{run_doctor, "run_doctor"},
                                    std::pair{view_registers, "view_registers"},
                                    std::pair{edit_registers, "edit_registers"},
                                    std::pair{manage_staff, "manage_staff"},
                                    std::pair{add_health, "add_health"},
                                    std::pair{read_health, "read_health"},
                                    std::pair{grant_health, "grant_health"},
                                    std::pair{set_policies, "set_policies"},
                                    std::pair{answer_rights, "answer_rights"},
                                    std::pair{erase_people, "erase_people"},
                                    std::pair{merge_people, "merge_people"},
                                    std::pair{view_risks, "view_risks"},
                                    std::pair{set_risks, "set_risks"},
                                    std::pair{sell_at_risk, "sell_at_risk"},
                                    std::pair{view_recalls, "view_recalls"},
                                    std::pair{recall, "recall"},
                                    std::pair{close_recall, "close_recall"},
                                    std::pair{counsel, "counsel"},
                                    std::pair{view_counsel, "view_counsel"},
                                    std::pair{serve_members, "serve_members"},
                                    std::pair{view_special, "view_special"},
                                    std::pair{take_complaints, "take_complaints"},
                                    std::pair{take_reactions, "take_reactions"},
                                    std::pair{handle_complaints, "handle_complaints"},
                                    std::pair{exhaust_complaints, "exhaust_complaints"},
                                    std::pair{escalate_complaints, "escalate_complaints"},
                                    std::pair{watch_complaints, "watch_complaints"},
                                    std::pair{view_reactions, "view_reactions"},
                                    std::pair{handle_reactions, "handle_reactions"},

                                    std::pair{view_credit, "view_credit"}};
};

}  // namespace pharmacy
