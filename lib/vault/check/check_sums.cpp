#include "vault/check/check_sums.h"

#include <array>

#include "base/i18n.h"

namespace pharmacy::vault {

const char* const records_advice =
    N_("keep a copy of the store's directory and ask whoever looks after the programs: until "
       "then no figure about this can be relied on");

namespace {

// The room that writes a table keeps these as it writes; they are asked again here because a disk
// and other programs do not.
const std::array all_sums{
    Sum{"receipts", N_("the amount is not the sum of the lines"), records_advice,
        "SELECT CAST(r.id AS TEXT) FROM receipt r WHERE r.amount <>"
        " (SELECT coalesce(sum(l.amount), 0) FROM line l WHERE l.receipt = r.id)"
        " ORDER BY r.id LIMIT 100"},
    Sum{"payments", N_("the amount is not the sum of the payments"), records_advice,
        "SELECT CAST(r.id AS TEXT) FROM receipt r WHERE r.amount <>"
        " (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.receipt = r.id)"
        " ORDER BY r.id LIMIT 100"},
    Sum{"refunds", N_("more of the line was taken back than was sold"), records_advice,
        "SELECT t.receipt || '/' || t.line FROM line_return t"
        " JOIN line l ON l.receipt = t.receipt AND l.line = t.line"
        " GROUP BY t.receipt, t.line"
        " HAVING sum(t.quantity) > max(l.quantity) OR sum(t.amount) > max(l.amount)"
        " ORDER BY t.receipt, t.line LIMIT 100"},
    Sum{"untied_refund", N_("no sale is known that this line of a refund takes back"),
        N_("nothing is wrong with the store: the file that it was imported from did not say "
           "more; figures by product count the refund without its sale"),
        "SELECT l.receipt || '/' || l.line FROM receipt r JOIN line l ON l.receipt = r.id"
        " WHERE r.kind = 'refund' AND NOT EXISTS (SELECT 1 FROM line_return t"
        "  WHERE t.refund = l.receipt AND t.refund_line = l.line)"
        " ORDER BY l.receipt, l.line LIMIT 100"},
    Sum{"points", N_("a lot of this member gave more points than it had"), records_advice,
        "SELECT DISTINCT 'M' || o.member FROM points_lot o"
        " JOIN (SELECT lot, sum(points) AS given FROM points_allocation GROUP BY lot) a"
        "  ON a.lot = o.id WHERE a.given NOT BETWEEN 0 AND o.points ORDER BY o.member LIMIT 100"},
    Sum{"points", N_("a debit of this member took more points than it has"), records_advice,
        "SELECT DISTINCT 'M' || d.member FROM points_debit d"
        " JOIN (SELECT debit, sum(points) AS taken FROM points_allocation GROUP BY debit) a"
        "  ON a.debit = d.id WHERE a.taken NOT BETWEEN 0 AND d.points ORDER BY d.member LIMIT 100"},
    // Only a revocation may be owed; all else was there to be taken.
    Sum{"points", N_("a debit of this member did not take its points from any lot"), records_advice,
        "SELECT DISTINCT 'M' || d.member FROM points_debit d"
        " LEFT JOIN (SELECT debit, sum(points) AS taken FROM points_allocation"
        "  WHERE returned IS NULL GROUP BY debit) a ON a.debit = d.id"
        " WHERE d.kind <> 'revoke' AND coalesce(a.taken, 0) <> d.points"
        " ORDER BY d.member LIMIT 100"},
    Sum{"points", N_("points that came back to this member went to no lot"), records_advice,
        "SELECT DISTINCT 'M' || b.member FROM points_return b"
        " LEFT JOIN (SELECT returned, -sum(points) AS given FROM points_allocation"
        "  WHERE returned IS NOT NULL GROUP BY returned) a ON a.returned = b.id"
        " WHERE coalesce(a.given, 0) <> b.points ORDER BY b.member LIMIT 100"},
    Sum{"points", N_("a debit of this member took from another member's lot"), records_advice,
        "SELECT DISTINCT 'M' || d.member FROM points_allocation a"
        " JOIN points_debit d ON d.id = a.debit JOIN points_lot o ON o.id = a.lot"
        " WHERE o.member <> d.member ORDER BY d.member LIMIT 100"},
    Sum{"complaints", N_("its state is not where its last step led"), records_advice,
        "SELECT printf('C%d-%06d', c.id / 1000000, c.id % 1000000) FROM complaint c"
        " WHERE c.state <> coalesce((SELECT s.state FROM complaint_step s"
        "  WHERE s.complaint = c.id ORDER BY s.id DESC LIMIT 1), 'received')"
        " OR c.round <> coalesce((SELECT s.round FROM complaint_step s"
        "  WHERE s.complaint = c.id ORDER BY s.id DESC LIMIT 1), 1) ORDER BY c.id LIMIT 100"},
};

}  // namespace

std::span<const Sum> sums() { return all_sums; }

}  // namespace pharmacy::vault
