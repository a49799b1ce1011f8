#include "visits/catalog/product_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "base/count.h"
#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/imports.h"
#include "pharmacy/text.h"
#include "visits/catalog/product_facts.h"
#include "visits/text_checks.h"

namespace pharmacy {

const std::vector<SheetField>& product_import_fields() {
  static const std::vector<SheetField> fields{
      {"code",
       {"商品编码", "商品编号", "商品代码", "商品条码", "药品编码", "药品编号", "产品编码", "货号",
        "编码", "条码", "条形码", "国际条码"},
       true},
      {"name",
       {"商品名称", "药品名称", "产品名称", "品名", "名称", "product name", "通用名称", "通用名"}},
      {"price", {"零售价", "售价", "销售价", "销售单价", "单价", "价格", "price_e4"}},
      {"unit", {"单位", "计量单位", "销售单位"}},
      {"form", {"剂型"}},
      {"strength", {"规格", "药品规格", "商品规格"}},
      {"maker", {"生产企业", "生产厂家", "生产厂商", "厂家", "上市许可持有人"}},
      {"approval", {"批准文号", "国药准字", "注册证号", "approval number"}},
      {"earns_points", {"是否积分", "积分商品", "参与积分", "可积分"}},
      {"generic_name", {"通用名称", "通用名", "药品通用名"}},
      {"ingredients", {"成分", "主要成分", "有效成分", "活性成分", "ingredient"}},
      {"atc", {"ATC编码", "ATC代码", "ATC码", "atc code"}},
      {"class", {"处方类别", "处方分类", "处方属性", "OTC类别", "sold as"}},
      {"special", {"特殊药品", "特殊管理", "special drug"}},
      {"days_supply", {"用药天数", "可用天数", "days of supply"}},
      {"long_term", {"长期用药", "慢病用药", "long-term use"}},
  };
  return fields;
}

namespace visits {
namespace {

// The texts of a product besides its code, and the most bytes that the catalog takes of each.
struct TextRule {
  column::Place place;
  std::optional<std::string> NewProduct::*member;
  std::size_t longest;
};
constexpr std::array text_rules{
    TextRule{column::name, &NewProduct::name, product_name_max},
    TextRule{column::unit, &NewProduct::unit, product_unit_max},
    TextRule{column::form, &NewProduct::form, product_form_max},
    TextRule{column::strength, &NewProduct::strength, product_strength_max},
    TextRule{column::maker, &NewProduct::maker, product_maker_max},
    TextRule{column::approval, &NewProduct::approval, product_approval_max},
    TextRule{column::generic_name, &NewProduct::generic_name, product_name_max}};

// What tills write for a word of ours, and what our lists write for people, as they are searched.
template <class Enum>
struct KnownWord {
  std::string_view text;
  Enum value;
};
constexpr std::array class_words{
    KnownWord<ProductClass>{"处方药", ProductClass::rx},
    KnownWord<ProductClass>{"处方", ProductClass::rx},
    KnownWord<ProductClass>{"prescription only", ProductClass::rx},
    KnownWord<ProductClass>{"甲类非处方药", ProductClass::otc_a},
    KnownWord<ProductClass>{"非处方药(甲类)", ProductClass::otc_a},
    KnownWord<ProductClass>{"甲类otc", ProductClass::otc_a},
    KnownWord<ProductClass>{"otc甲类", ProductClass::otc_a},
    KnownWord<ProductClass>{"otc(甲类)", ProductClass::otc_a},
    KnownWord<ProductClass>{"甲类", ProductClass::otc_a},
    KnownWord<ProductClass>{"otc class a", ProductClass::otc_a},
    KnownWord<ProductClass>{"乙类非处方药", ProductClass::otc_b},
    KnownWord<ProductClass>{"非处方药(乙类)", ProductClass::otc_b},
    KnownWord<ProductClass>{"乙类otc", ProductClass::otc_b},
    KnownWord<ProductClass>{"otc乙类", ProductClass::otc_b},
    KnownWord<ProductClass>{"otc(乙类)", ProductClass::otc_b},
    KnownWord<ProductClass>{"乙类", ProductClass::otc_b},
    KnownWord<ProductClass>{"otc class b", ProductClass::otc_b},
    KnownWord<ProductClass>{"非药品", ProductClass::not_medicine},
    KnownWord<ProductClass>{"no medicine", ProductClass::not_medicine}};
constexpr std::array special_words{
    KnownWord<SpecialDrug>{"含麻黄碱", SpecialDrug::ephedrine},
    KnownWord<SpecialDrug>{"含麻", SpecialDrug::ephedrine},
    KnownWord<SpecialDrug>{"麻黄碱", SpecialDrug::ephedrine},
    KnownWord<SpecialDrug>{"含麻黄碱类复方制剂", SpecialDrug::ephedrine},
    KnownWord<SpecialDrug>{"contains ephedrine", SpecialDrug::ephedrine}};

template <class Enum, std::size_t N>
std::optional<Enum> word_in(const std::array<KnownWord<Enum>, N>& words, std::string_view cell) {
  const std::string text = fold(cell);
  if (const auto value = from_word<Enum>(text)) return value;
  for (const auto& one : words) {
    if (one.text == text) return one.value;
  }
  return std::nullopt;
}

std::optional<bool> yes_or_no(std::string_view cell) {
  const std::string word = fold(cell);
  for (const auto* yes : {"1", "true", "yes", "y", "是"}) {
    if (word == yes) return true;
  }
  for (const auto* no : {"0", "false", "no", "n", "否"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

// In yuan, but as an integer of 1/10,000 yuan where the column is one of our own exports.
std::optional<UnitPrice> parse_price(std::string_view cell, std::string_view header) {
  if (fold(header) != "price_e4") return parse_unit_price(cell);
  const auto count = parse_count(cell, 0, unit_price_max.count());
  return count ? std::optional{UnitPrice{*count}} : std::nullopt;
}

// Reads one row, collecting what is wrong.
class ProductReader {
 public:
  explicit ProductReader(const Sheet& sheet) : sheet_{sheet} {}

  ProductRow read() {
    row_.line = sheet_.line();
    row_.raw = sheet_.raw();
    row_.faults = sheet_.faults();
    if (!row_.faults.empty()) return std::move(row_);
    read_code();
    for (const auto& rule : text_rules) read_text(rule);
    read_approval();
    read_price();
    row_.earns = read_answer(column::earns);
    row_.product.long_term = read_answer(column::long_term);
    read_ingredients();
    read_atc();
    read_days();
    read_word(column::product_class, class_words, row_.product.product_class);
    read_word(column::special, special_words, row_.product.special);
    return std::move(row_);
  }

 private:
  void fail(column::Place place, const char* format) {
    row_.faults.push_back({sheet_.column(place),
                           fmt::format(fmt::runtime(format), for_terminal(sheet_.cell(place)))});
  }

  void read_code() {
    const auto cell = sheet_.cell(column::code);
    auto kept = kept_code(without_digit_guard(cell));
    if (kept && is_mangled_number(*kept)) {
      fail(column::code,
           _("{} is a number that a spreadsheet cut short: export the column as text"));
    } else if (kept && !kept->empty()) {
      row_.product.code = *std::move(kept);
    } else {
      fail(column::code, _("{} is too long, or not a text that can be kept"));
    }
  }

  void read_text(const TextRule& rule) {
    const auto cell = sheet_.cell(rule.place);
    if (cell.empty()) return;
    auto kept = normalise(on_one_line(cell));
    if (!kept || kept->size() > rule.longest) {
      fail(rule.place, _("{} is too long, or not a text that can be kept"));
    } else if (!kept->empty()) {
      row_.product.*rule.member = std::move(kept);
    }
  }

  // What a till has is taken as it is: a shop cannot mend its whole catalog first.
  void read_approval() {
    auto& approval = row_.product.approval;
    if (!approval) return;
    approval = kept_approval(*approval);
    row_.approval_is_odd = approval && !is_approval_form(*approval);
  }

  void read_price() {
    const auto cell = sheet_.cell(column::price);
    if (cell.empty()) return;
    const auto price = parse_price(cell, sheet_.column(column::price));
    if (price && *price >= UnitPrice{0} && *price <= unit_price_max) {
      row_.product.price = price;
    } else {
      fail(column::price, _("{} is not a price: a number with at most 4 decimals"));
    }
  }

  std::optional<bool> read_answer(column::Place place) {
    const auto cell = sheet_.cell(place);
    if (cell.empty()) return std::nullopt;
    const auto answer = yes_or_no(cell);
    if (!answer) fail(place, _("{} is neither yes nor no"));
    return answer;
  }

  void read_ingredients() {
    std::vector<Fault> faults;
    const std::array cells{on_one_line(sheet_.cell(column::ingredients))};
    row_.product.ingredients = checked_ingredients(faults, cells);
    for (const auto& fault : faults) {
      row_.faults.push_back({sheet_.column(column::ingredients), fault.message});
    }
  }

  void read_atc() {
    const auto cell = sheet_.cell(column::atc);
    if (cell.empty()) return;
    row_.product.atc = kept_atc(cell);
    if (!row_.product.atc) fail(column::atc, _("{} is not an ATC code"));
  }

  void read_days() {
    const auto cell = sheet_.cell(column::days_supply);
    if (cell.empty()) return;
    row_.product.days_supply = parse_whole(cell, 1, product_days_supply_max);
    if (!row_.product.days_supply) fail(column::days_supply, _("{} is not a number of days"));
  }

  template <class Words, class Enum>
  void read_word(column::Place place, const Words& words, std::optional<Enum>& value) {
    const auto cell = sheet_.cell(place);
    if (cell.empty()) return;
    value = word_in(words, cell);
    if (!value) {
      row_.faults.push_back({sheet_.column(place),
                             fmt::format(fmt::runtime(_("{0} is none of {1}")), for_terminal(cell),
                                         fmt::join(words_of<Enum>(), ", "))});
    }
  }

  const Sheet& sheet_;
  ProductRow row_;
};

}  // namespace

ProductRow read_product_row(const Sheet& sheet) { return ProductReader{sheet}.read(); }

}  // namespace visits
}  // namespace pharmacy
