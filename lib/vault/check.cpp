#include <fmt/format.h>

#include <array>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace {

constexpr std::size_t max_findings = 100;  // of one kind
constexpr std::chrono::seconds reader_wait{5};

// A sum that must agree. The query gives one text a row for each thing that does not.
struct Sum {
  const char* check;
  const char* problem;
  const char* query;
};

// The room that writes a table keeps these as it writes; they are asked again here because a disk
// and other programs do not.
constexpr std::array sums{
    Sum{"receipts", N_("the amount is not the sum of the lines"),
        "SELECT CAST(r.id AS TEXT) FROM receipt r WHERE r.amount <>"
        " (SELECT coalesce(sum(l.amount), 0) FROM line l WHERE l.receipt = r.id)"
        " ORDER BY r.id LIMIT 100"},
    Sum{"payments", N_("the amount is not the sum of the payments"),
        "SELECT CAST(r.id AS TEXT) FROM receipt r WHERE r.amount <>"
        " (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.receipt = r.id)"
        " ORDER BY r.id LIMIT 100"},
    Sum{"refunds", N_("more of the line was taken back than was sold"),
        "SELECT t.receipt || '/' || t.line FROM line_return t"
        " JOIN line l ON l.receipt = t.receipt AND l.line = t.line"
        " GROUP BY t.receipt, t.line"
        " HAVING sum(t.quantity) > max(l.quantity) OR sum(t.amount) > max(l.amount)"
        " ORDER BY t.receipt, t.line LIMIT 100"},
    Sum{"points", N_("a lot of this member gave more points than it had"),
        "SELECT 'M' || o.member FROM points_allocation a JOIN points_lot o ON o.id = a.lot"
        " GROUP BY a.lot HAVING sum(a.points) NOT BETWEEN 0 AND max(o.points)"
        " ORDER BY o.member LIMIT 100"},
    Sum{"points", N_("a debit of this member took more points than it has"),
        "SELECT 'M' || d.member FROM points_allocation a JOIN points_debit d ON d.id = a.debit"
        " GROUP BY a.debit HAVING sum(a.points) NOT BETWEEN 0 AND max(d.points)"
        " ORDER BY d.member LIMIT 100"},
    Sum{"points", N_("a debit of this member took from another member's lot"),
        "SELECT DISTINCT 'M' || d.member FROM points_allocation a"
        " JOIN points_debit d ON d.id = a.debit JOIN points_lot o ON o.id = a.lot"
        " WHERE o.member <> d.member ORDER BY d.member LIMIT 100"},
};

class Checker {
 public:
  Checker(Store::Impl& store, const std::function<void(std::int64_t, std::int64_t)>& progress)
      : store_{store}, progress_{progress} {}

  std::vector<Finding> run() {
    step("modes", [this] { check_modes(); });
    step("keyring", [this] { check_keyring(); });
    step("pages", [this] { check_pages(); });
    step("structure", [this] { check_structure(); });
    step("foreign_keys", [this] { check_foreign_keys(); });
    for (const Sum& sum : sums) step(sum.check, [this, &sum] { check_sum(sum); });
    return std::move(findings_);
  }

 private:
  // What is so damaged that the check itself fails is a finding too.
  template <class Check>
  void step(const char* name, Check&& check) {
    try {
      check();
    } catch (const Error& error) {
      if (error.code() != Errc::damaged) throw;
      add(name, "", error.what());
    }
    constexpr std::int64_t total = 5 + static_cast<std::int64_t>(sums.size());
    if (progress_) progress_(++done_, total);
  }

  void add(const char* check, std::string subject, std::string problem) {
    findings_.push_back({check, std::move(subject), std::move(problem)});
  }

  void check_modes() {
    const vault::Place& place = store_.place;
    const auto look = [this](const std::filesystem::path& path, bool directory) {
      const std::string fault = vault::fault_of_file(path, directory);
      if (!fault.empty()) add("modes", path.filename().string(), fault);
    };
    look(place.directory, true);
    for (const auto& entry : std::filesystem::directory_iterator(place.directory)) {
      look(entry.path(), false);
    }
  }

  void check_keyring() {
    const vault::Keyring keyring = vault::open_keyring(store_.place, store_.who).keyring;
    for (const vault::Slot& slot : keyring.slots) vault::check_signatures(keyring, slot);
  }

  void check_pages() {
    db::Database& database = store_.connection();
    store_.gate.acquire(store_.options.wait);
    std::vector<std::uint32_t> failing;
    try {
      failing = db::failing_pages(database.handle(), store_.gate, reader_wait);
    } catch (...) {
      store_.gate.release();
      throw;
    }
    store_.gate.release();
    for (const std::uint32_t page : failing) {
      add("pages", std::to_string(page), _("the page is damaged or was changed"));
    }
  }

  void check_structure() {
    auto rows = store_.connection().prepare("PRAGMA integrity_check(100)");
    while (rows.step()) {
      const auto text = rows.get<std::string>(0);
      if (text != "ok") add("structure", "", text);
    }
  }

  void check_foreign_keys() {
    auto rows = store_.connection().prepare("PRAGMA foreign_key_check");
    for (std::size_t count = 0; count < max_findings && rows.step(); ++count) {
      add("foreign_keys", rows.get<std::string>(0),
          fmt::format(fmt::runtime(_("a record refers to one of {} that is not there")),
                      rows.get<std::string>(2)));
    }
  }

  void check_sum(const Sum& sum) {
    auto rows = store_.connection().prepare(sum.query);
    while (rows.step()) add(sum.check, rows.get<std::string>(0), _(sum.problem));
  }

  Store::Impl& store_;
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  std::vector<Finding> findings_;
  std::int64_t done_ = 0;
};

}  // namespace

std::vector<Finding> Store::check(
    const std::function<void(std::int64_t, std::int64_t)>& progress) const {
  return Checker{*impl_, progress}.run();
}

}  // namespace pharmacy
