// Recording what was told, and that it was a mistake.
#include "pharmacy/counsel.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/health.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/counsel/alerts.h"
#include "visits/counsel/points.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/stock.h"
#include "visits/text_checks.h"

namespace pharmacy {
namespace {

struct CounselledSale {
  ReceiptKind kind;
  std::optional<MemberId> member;
  Date day;

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &CounselledSale::kind},
                      Field{"member", &CounselledSale::member}, Field{"day", &CounselledSale::day}};
  }
};

struct CounselledProduct {
  ProductId id;
  std::string code;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &CounselledProduct::id}, Field{"code", &CounselledProduct::code}};
  }
};

// One thing that is told.
struct Told {
  std::optional<ProductId> product{};
  CounselPoints points{};
};

// What goes into the store of one call.
class CounselWriter {
 public:
  CounselWriter(Transaction& tx, const NewCounsel& input)
      : tx_{tx}, database_{vault::database(tx)}, input_{input}, member_{input.member} {}

  GivenCounsel run() {
    if (input_.receipt) read_sale();
    if (member_) {
      require_in_use(tx_, *member_);
      vault::shows(tx_, *member_);
    }
    if (input_.need && !member_)
      faults_.push_back({_("what somebody unknown said is not kept"), _("name the member")});
    collect();
    if (!faults_.empty()) throw Error(Errc::invalid_input, std::move(faults_));
    given_.alerts = visits::counsel_alerts(tx_, member_, codes_);
    const auto note = add_need();
    for (const Told& told : told_) insert(told, note);
    return std::move(given_);
  }

 private:
  void read_sale() {
    const auto sale = database_.row<CounselledSale>(
        "SELECT kind, member, day FROM receipt WHERE id = ?1", *input_.receipt);
    if (!sale) visits::throw_no_receipt(*input_.receipt);
    const std::string id = to_string(*input_.receipt);
    if (sale->kind == ReceiptKind::refund) {
      throw Error(Errc::refused, fmt::format(fmt::runtime(_("receipt {} is a refund")), id),
                  _("name the sale by which it was taken"));
    }
    if (member_ && member_ != sale->member) {
      throw Error(Errc::refused,
                  fmt::format(fmt::runtime(_("receipt {receipt} is not of {member}")),
                              fmt::arg("receipt", id), fmt::arg("member", to_string(*member_))),
                  _("name the receipt alone"));
    }
    member_ = sale->member;
    sold_on_ = sale->day;
  }

  void collect() {
    if (input_.product) {
      const auto product = visits::known_product(database_, *input_.product);
      require_in_sale(product.id, product.code);
      add({product.id, product.code});
    } else if (input_.receipt) {
      collect_sold();
    } else {
      add_general();
    }
    if (told_.empty() || told_.front().points.is_empty()) {
      faults_.push_back({_("nothing is told"),
                         _("give --dose, --times, --avoid or --note; what is always told of a "
                           "product is kept with: visit advice set")});
    }
  }

  // Of health, or of what to choose.
  void add_general() {
    Told told{.points = visits::laid_over(faults_, {}, input_.points)};
    if (kind() == CounselKind::usage || told.points.dose || told.points.times || told.points.avoid)
      faults_.push_back({_("no medicine is named"), _("give its code with --product")});
    told_.push_back(std::move(told));
  }

  // All of the sale of which something is kept.
  void collect_sold() {
    if (input_.points != CounselPoints{}) {
      faults_.push_back(
          {_("of which medicine this is told is not said"), _("give its code with --product")});
    }
    for (const auto& product : database_.rows<CounselledProduct>(
             "SELECT p.id, p.code FROM line l JOIN product p ON p.id = l.product"
             " WHERE l.receipt = ?1 GROUP BY p.id ORDER BY min(l.line)",
             *input_.receipt)) {
      if (visits::advice_of(database_, product.id).is_empty()) {
        given_.without.push_back(product.code);
      } else {
        add(product);
      }
    }
  }

  void require_in_sale(ProductId product, const std::string& code) {
    if (!input_.receipt) return;
    const auto line = database_.value<std::int64_t>(
        "SELECT line FROM line WHERE receipt = ?1 AND product = ?2", *input_.receipt, product);
    if (line) return;
    throw Error(
        Errc::not_found,
        fmt::format(fmt::runtime(_("{code} is not on receipt {receipt}")), fmt::arg("code", code),
                    fmt::arg("receipt", to_string(*input_.receipt))),
        fmt::format(fmt::runtime(_("see what it has with: visit show {}")),
                    to_string(*input_.receipt)));
  }

  void add(const CounselledProduct& product) {
    codes_.push_back(product.code);
    told_.push_back({.product = product.id,
                     .points = visits::laid_over(faults_, visits::advice_of(database_, product.id),
                                                 input_.points)});
  }

  [[nodiscard]] CounselKind kind() const {
    const bool is_of_medicine = input_.product || input_.receipt;
    return input_.kind.value_or(is_of_medicine ? CounselKind::usage : CounselKind::wellness);
  }

  [[nodiscard]] CounselStage stage() const {
    if (input_.stage) return *input_.stage;
    if (!sold_on_) return CounselStage::before;
    return *sold_on_ == tx_.today() ? CounselStage::at : CounselStage::after;
  }

  std::optional<HealthNoteId> add_need() {
    if (!input_.need) return std::nullopt;
    return add_health_note(
        tx_, {.member = *member_, .facts = {.kind = HealthKind::other, .text = input_.need}});
  }

  void insert(const Told& told, std::optional<HealthNoteId> note) {
    const CounselPoints& points = told.points;
    database_.run(
        "INSERT INTO counsel (member, kind, stage, receipt, product, dose, times, avoid, note,"
        " health_note, at, staff) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        member_, kind(), stage(), input_.receipt, told.product, points.dose, points.times,
        points.avoid, points.note, note, tx_.now(), tx_.actor().id);
    given_.ids.emplace_back(database_.last_insert_id());
  }

  Transaction& tx_;
  db::Database& database_;
  const NewCounsel& input_;
  std::optional<MemberId> member_;
  std::optional<Date> sold_on_;
  std::vector<Fault> faults_;
  std::vector<Told> told_;
  std::vector<std::string> codes_;
  GivenCounsel given_;
};

}  // namespace

GivenCounsel add_counsel(Transaction& tx, const NewCounsel& input) {
  vault::require(tx, vault::Permission::counsel);
  return CounselWriter{tx, input}.run();
}

void void_counsel(Transaction& tx, CounselId id, const std::string& reason) {
  vault::require(tx, vault::Permission::counsel);
  std::vector<Fault> faults;
  const auto why =
      visits::checked_text(faults, _("reason"), std::string_view{reason}, counsel_point_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  if (get_counsel(tx, id).voided) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("counselling {} is marked as a mistake already")),
                            to_string(id)),
                "");
  }
  vault::database(tx).run(
      "UPDATE counsel SET voided_at = ?2, voided_by = ?3, void_reason = ?4 WHERE id = ?1", id,
      tx.now(), tx.actor().id, why);
}

}  // namespace pharmacy
