// What must hold before a special drug is sold. Nobody overrides it: it is the law's.
#pragma once

#include <optional>
#include <vector>

#include "db/database.h"
#include "visits/receipts/sale_checks.h"

namespace pharmacy::visits {

// What the guard found out of a sale that it lets pass.
struct GuardedSale {
  std::optional<db::Bytes> tag;  // of the buyer's document; absent where no item is a special drug
  std::string name;              // of the buyer
  std::vector<RepeatBuying> unusual;
};
// Throws refused, all faults at once, where a special drug is sold without a buyer, otherwise than
// at the counter, by the document of a member whose risk forbids it, or more packs than the policy
// of the sale's day has: at once, or with what the member, her household or whom the document links
// bought in any window that has the day, also later than it. What others bought is not told where
// no document is shown, and of their receipts the sums alone. not_permitted to whoever may not date
// a sale back, on any day but today; invalid_input where there is a buyer and no such drug. In the
// transaction of the sale, so that two sales at once never both pass.
GuardedSale guard_special(Transaction& tx, const CheckedSale& sale);
// What of the same is known before anybody shows a document, by what the member and her household
// bought, or others by their documents: it tells nothing that a sale would not refuse. What it
// tells of whom is noted.
std::vector<Fault> foretell_special(Reading& reading, const CheckedSale& sale);
// The same with what the sale says of where and when: nobody shows a document for what is refused
// all the same. not_permitted to whoever may not date a sale back.
std::vector<Fault> before_document(Reading& reading, const CheckedSale& sale);
// Keeps the buyer, sealed, and what each line is.
void insert_special(Transaction& tx, ReceiptId receipt, const CheckedSale& sale,
                    const GuardedSale& guarded);

}  // namespace pharmacy::visits
