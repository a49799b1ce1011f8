// A store with adverse reactions.
#pragma once

#include "complaints/case_store.h"
#include "pharmacy/adverse_reactions.h"

namespace pharmacy::test {

inline constexpr std::int64_t one_day = 86'400;

struct ReactionStore : CaseStore {
  ReactionStore() : CaseStore("2026-03-02") {}

  // Taken in now.
  ComplaintId take_in() {
    NewComplaint reaction = lina();
    reaction.kind = ComplaintKind::adverse_reaction;
    reaction.product = "A";
    reaction.batch = "B1";
    reaction.text = "顾客反映服药后不适";
    reaction.health = "服药后两小时全身皮疹";
    return add(reaction).id;
  }
  Reaction set(ComplaintId id, const ReactionChange& change) {
    auto tx = begin();
    Reaction made = set_reaction(tx, id, change);
    tx.commit();
    return made;
  }
  Reaction report(ComplaintId id, const NewReport& what) {
    auto tx = begin();
    Reaction made = report_reaction(tx, id, what);
    tx.commit();
    return made;
  }
  Reaction reaction(ComplaintId id) {
    auto reading = this->reading();
    for (const Reaction& one : list_reactions(reading)) {
      if (one.id == id) return one;
    }
    throw Error(Errc::not_found, "no such reaction");
  }
  ReactionForm form(ComplaintId id) {
    auto reading = this->reading();
    return reaction_form(reading, id);
  }
  Date day(std::string_view text) { return parse_date(text).value(); }
  ReactionChange judged(ReactionGrade grade, bool is_new = false) {
    return {.grade = grade, .is_new = is_new, .onset = day("2026-03-01")};
  }
};

}  // namespace pharmacy::test
