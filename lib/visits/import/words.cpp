// The words that other tills use: headers, kinds of payment, channels, days of expiry.
#include <array>
#include <chrono>

#include "base/called.h"
#include "base/digits.h"
#include "pharmacy/text.h"
#include "visits/import/rows.h"

namespace pharmacy {

const std::vector<SheetField>& purchase_import_fields() {
  static const std::vector<SheetField> fields{
      {"at",
       {"购药时间", "销售时间", "交易时间", "消费时间", "购买时间", "下单时间", "销售日期",
        "交易日期", "购药日期", "购买日期", "消费日期", "开票日期", "日期时间", "时间", "日期",
        "time"},
       true},
      {"receipt",
       {"小票号", "小票编号", "流水号", "交易流水号", "销售单号", "单据号", "单据编号", "单号",
        "订单号", "订单编号", "收据号", "发票号", "收银单号", "till number"}},
      {"card",
       {"会员卡号", "会员号", "会员编号", "会员编码", "会员卡", "社保卡号", "医保卡号", "卡号"}},
      {"product",
       {"商品编码", "商品编号", "商品代码", "商品条码", "药品编码", "药品编号", "药品代码",
        "产品编码", "产品编号", "货号", "条码", "条形码", "国际条码"},
       true},
      {"product_name",
       {"商品名称", "药品名称", "产品名称", "通用名称", "通用名", "商品名", "药品名", "品名"}},
      {"quantity", {"销售数量", "购买数量", "数量", "件数"}, true},
      {"unit_price", {"销售单价", "单价", "售价", "零售价", "成交价", "实际单价"}, false, true},
      {"amount",
       {"实收金额", "实付金额", "实收", "实付", "销售金额", "成交金额", "支付金额", "付款金额",
        "金额", "小计"},
       false,
       true},
      // 原价 is the price of a unit in most tills, and 折扣 and 优惠 a rate: they are not taken for
      // amounts.
      {"list_amount",
       {"应收金额", "应付金额", "原价金额", "应收", "应付", "原金额", "优惠前金额",
        "before discount"},
       false,
       true},
      {"discount", {"优惠金额", "折扣金额", "折让", "让利金额"}},
      {"payment", {"支付方式", "付款方式", "收款方式", "结算方式", "支付类型"}},
      {"channel", {"销售渠道", "渠道", "来源渠道", "订单来源"}},
      {"batch", {"批号", "生产批号", "药品批号", "商品批号", "批次", "批次号"}},
      {"expiry", {"有效期", "有效期至", "失效日期", "有效日期", "效期"}},
      {"days_supply", {"用药天数", "服用天数", "可用天数", "天数", "days of supply"}},
      {"staff", {"店员", "收银员", "营业员", "销售员", "导购", "操作员", "经手人", "员工"}},
  };
  return fields;
}

namespace purchases {
namespace {

using PaidBy = Called<PaymentKind>;
// What leaves the drawer alone is not cash: the digital yuan (数字人民币) comes through a bank, as
// a card does. A stored-value card was paid for when it was filled: it is a coupon, not a debt.
constexpr std::array payment_words{
    PaidBy{"现金", PaymentKind::cash},
    PaidBy{"现金支付", PaymentKind::cash},
    PaidBy{"人民币", PaymentKind::cash},
    PaidBy{"银行卡", PaymentKind::card},
    PaidBy{"银行卡支付", PaymentKind::card},
    PaidBy{"刷卡", PaymentKind::card},
    PaidBy{"刷卡支付", PaymentKind::card},
    PaidBy{"pos", PaymentKind::card},
    PaidBy{"pos机", PaymentKind::card},
    PaidBy{"银联", PaymentKind::card},
    PaidBy{"银联卡", PaymentKind::card},
    PaidBy{"云闪付", PaymentKind::card},
    PaidBy{"信用卡", PaymentKind::card},
    PaidBy{"储蓄卡", PaymentKind::card},
    PaidBy{"借记卡", PaymentKind::card},
    PaidBy{"数字人民币", PaymentKind::card},
    PaidBy{"微信", PaymentKind::wechat},
    PaidBy{"微信支付", PaymentKind::wechat},
    PaidBy{"微信扫码", PaymentKind::wechat},
    PaidBy{"wechat pay", PaymentKind::wechat},
    PaidBy{"支付宝", PaymentKind::alipay},
    PaidBy{"支付宝支付", PaymentKind::alipay},
    PaidBy{"支付宝扫码", PaymentKind::alipay},
    PaidBy{"花呗", PaymentKind::alipay},
    PaidBy{"医保", PaymentKind::insurance_personal},
    PaidBy{"医保卡", PaymentKind::insurance_personal},
    PaidBy{"医保支付", PaymentKind::insurance_personal},
    PaidBy{"医保电子凭证", PaymentKind::insurance_personal},
    PaidBy{"社保", PaymentKind::insurance_personal},
    PaidBy{"社保卡", PaymentKind::insurance_personal},
    PaidBy{"职工医保", PaymentKind::insurance_personal},
    PaidBy{"医保个账", PaymentKind::insurance_personal},
    PaidBy{"医保个人账户", PaymentKind::insurance_personal},
    PaidBy{"个账", PaymentKind::insurance_personal},
    PaidBy{"个人账户", PaymentKind::insurance_personal},
    PaidBy{"个人账户支付", PaymentKind::insurance_personal},
    PaidBy{"医保统筹", PaymentKind::insurance_pooled},
    PaidBy{"统筹", PaymentKind::insurance_pooled},
    PaidBy{"统筹支付", PaymentKind::insurance_pooled},
    PaidBy{"统筹基金", PaymentKind::insurance_pooled},
    PaidBy{"门诊统筹", PaymentKind::insurance_pooled},
    PaidBy{"居民医保", PaymentKind::insurance_pooled},  // which has no accounts of persons
    PaidBy{"挂账", PaymentKind::account},
    PaidBy{"赊账", PaymentKind::account},
    PaidBy{"记账", PaymentKind::account},
    PaidBy{"优惠券", PaymentKind::coupon},
    PaidBy{"代金券", PaymentKind::coupon},
    PaidBy{"购物券", PaymentKind::coupon},
    PaidBy{"券", PaymentKind::coupon},
    PaidBy{"储值卡", PaymentKind::coupon},
    PaidBy{"储值", PaymentKind::coupon},
    PaidBy{"会员储值", PaymentKind::coupon},
    PaidBy{"预付卡", PaymentKind::coupon},
    PaidBy{"购物卡", PaymentKind::coupon},
    PaidBy{"礼品卡", PaymentKind::coupon},
    PaidBy{"积分", PaymentKind::points},
    PaidBy{"积分抵扣", PaymentKind::points},
    PaidBy{"积分支付", PaymentKind::points},
};

using Channel = std::pair<std::string_view, std::string_view>;
constexpr std::array channel_words{
    Channel{"柜台", "counter"},  Channel{"门店", "counter"},  Channel{"线下", "counter"},
    Channel{"到店", "counter"},  Channel{"电话", "phone"},    Channel{"线上", "online"},
    Channel{"网上", "online"},   Channel{"网店", "online"},   Channel{"外卖", "online"},
    Channel{"微商城", "online"}, Channel{"小程序", "online"},
};

// "2027年5月31日", "2027/5/31", "2027.05" as "2027-5-31", "2027-5".
std::string with_hyphens(std::string_view text) {
  std::string result = fold_width(text);
  // Midnight, which a program wrote behind what it took for a time.
  for (const std::string_view midnight :
       {" 00:00:00.000", " 00:00:00", " 0:00:00", " 00:00", " 0:00", "T00:00:00"}) {
    if (result.ends_with(midnight)) result.resize(result.size() - midnight.size());
  }
  for (const std::string_view mark : {"年", "月", "/", "."}) {
    for (std::size_t at = 0; (at = result.find(mark, at)) != std::string::npos; ++at) {
      result.replace(at, mark.size(), "-");
    }
  }
  if (result.ends_with("日")) result.resize(result.size() - std::string_view{"日"}.size());
  if (result.ends_with('-')) result.pop_back();
  return result;
}

// One or two digits, which are taken from the front together with a hyphen after them; -1 where
// there are none.
int take_part(std::string_view& text) {
  const std::size_t end = std::min(text.find('-'), text.size());
  const int number = end == 1 || end == 2 ? digits(text, 0, end) : -1;
  text.remove_prefix(std::min(end + 1, text.size()));
  return number;
}

std::optional<Date> last_day(int year, int month) {
  const auto first = date_of(year, month, 1);
  return first ? std::optional{add_months(*first, 1) - std::chrono::days{1}} : std::nullopt;
}

}  // namespace

std::optional<PaymentKind> payment_called(std::string_view text) {
  return value_called(text, payment_words);
}

std::string channel_called(std::string_view text) {
  for (const auto& [word, channel] : channel_words) {
    if (text == word) return std::string{channel};
  }
  return std::string{text};
}

std::optional<Date> parse_expiry(std::string_view text) {
  const std::string plain = with_hyphens(text);
  const int year = digits(plain, 0, 4);
  if (year < 1900) return std::nullopt;
  if (plain.size() == 8 && plain[4] != '-') {
    return date_of(year, digits(plain, 4, 2), digits(plain, 6, 2));
  }
  if (plain.size() == 6 && digits(plain, 4, 2) > 0) return last_day(year, digits(plain, 4, 2));
  if (plain.size() < 6 || plain[4] != '-') return std::nullopt;
  std::string_view rest = std::string_view{plain}.substr(5);
  const int month = take_part(rest);
  if (!rest.empty()) {
    const int day = take_part(rest);
    return rest.empty() ? date_of(year, month, day) : std::nullopt;
  }
  return plain.ends_with('-') ? std::nullopt : last_day(year, month);
}

}  // namespace purchases
}  // namespace pharmacy
