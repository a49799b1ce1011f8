// Two numbers of one person: finding them, merging them, and taking that back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/approval.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"

namespace pharmacy {

struct NewMerge {
  MemberId from;                        // finds the other from then on
  MemberId into;                        // whose name and other facts stay
  std::optional<std::string> reason{};  // 1-200 bytes
};
// Moves all that belongs to one member to another: cards, phones and addresses, history, consents,
// restrictions, notes about health, purchases and points. She is found by both names. Returns the
// number by which it can be taken back. Throws not_permitted to anyone but pharmacists and
// managers; not_found; refused where one of them is restricted; invalid_input for a member and
// herself.
PHARMACY_API MergeId merge_members(Transaction& tx, const NewMerge& input);

struct Unmerged {
  MemberId from;
  MemberId into;
  std::int64_t held_again;  // facts, risks and the like whose end was taken back

  static constexpr auto fields() {
    return std::tuple{Field{"from", &Unmerged::from}, Field{"into", &Unmerged::into},
                      Field{"held_again", &Unmerged::held_again}};
  }
};
// Brings back exactly what the merge moved; what came later stays with the second. What ended
// meanwhile of phones, addresses, facts, risks, keepers, licences and preferences that the first
// had holds again as it was, but for a phone of her own that somebody has by now. Throws
// not_permitted to anyone but pharmacists and managers; not_found; conflict where it was taken back
// already; refused where points or receipts that it moved were used since, or where the second was
// merged into another after it.
PHARMACY_API Unmerged unmerge_members(Transaction& tx, MergeId id);

// Two members who may be one person.
struct Duplicate {
  MemberId first;
  std::optional<std::string> first_name;
  MemberId second;
  std::optional<std::string> second_name;
  std::int64_t score;    // up to 100: the sum of what speaks for it, less what speaks against it
  std::string evidence;  // what is the same: words joined by commas

  static constexpr auto fields() {
    return std::tuple{
        Field{"first", &Duplicate::first},   Field{"first_name", &Duplicate::first_name},
        Field{"second", &Duplicate::second}, Field{"second_name", &Duplicate::second_name},
        Field{"score", &Duplicate::score},   Field{"evidence", &Duplicate::evidence}};
  }
};
// No more people than are shown at once without an approval.
inline constexpr std::size_t duplicates_limit_max = people_shown_max / 2;

// The likeliest first: the same phone (40), name (30) or a name that sounds the same (15), day of
// birth (20) and address (10); another day of birth (-30) or sex (-20) speaks against it. Told are
// pairs of 35 and more. Pairs are looked for among those of equal phone, address, name, or sound
// and day of birth, up to 20 of one; a pair whose merge was taken back is no more told. Throws
// not_permitted to anyone but pharmacists and managers; invalid_input.
PHARMACY_API std::vector<Duplicate> find_duplicates(Reading& reading, std::size_t limit);

}  // namespace pharmacy
