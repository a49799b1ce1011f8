#include "complaints/import/words.h"

#include <algorithm>

#include "pharmacy/imports.h"
#include "pharmacy/text.h"

namespace pharmacy {

const std::vector<SheetField>& complaint_import_fields() {
  static const std::vector<SheetField> fields{
      {"reference",
       {"投诉编号", "投诉单号", "工单编号", "工单号", "受理编号", "受理单号", "案件编号", "单号",
        "编号", "ticket", "case number"},
       true},
      {"received_at",
       {"受理时间", "投诉时间", "登记时间", "反馈时间", "接收时间", "创建时间", "受理日期",
        "投诉日期", "登记日期"},
       true},
      {"text", {"投诉内容", "反馈内容", "问题描述", "事项", "内容", "详情", "description"}, true},
      {"kind", {"投诉类型", "反馈类型", "工单类型", "类型"}},
      {"channel", {"投诉渠道", "受理渠道", "反馈渠道", "渠道", "来源"}},
      {"severity", {"严重程度", "紧急程度", "优先级", "级别", "等级", "priority"}},
      {"category", {"投诉分类", "投诉类别", "问题分类", "问题类别", "分类", "类别"}},
      {"name", {"投诉人", "投诉人姓名", "客户姓名", "顾客姓名", "姓名"}},
      {"contact", {"联系方式", "联系电话", "投诉人电话", "手机号码", "手机号", "手机", "电话"}},
      {"member", {"会员卡号", "会员号", "会员编号", "会员", "卡号"}},
      {"product", {"商品编码", "商品编号", "商品条码", "药品编码", "药品编号", "产品编码", "条码"}},
      {"batch", {"批号", "生产批号", "产品批号", "药品批号"}},
      {"acknowledged_at", {"首次响应时间", "首次联系时间", "响应时间", "首次回应时间"}},
      {"replied_at", {"答复时间", "回复时间", "处理时间", "答复日期", "回复日期"}},
      {"closed_at",
       {"办结时间", "结案时间", "关闭时间", "完成时间", "办结日期", "结案日期", "关闭日期"}},
      {"outcome", {"结案结果", "满意度", "是否满意", "处理结果", "结果"}},
      {"reply", {"答复内容", "回复内容", "处理意见", "处理情况", "处理措施"}},
      {"cause", {"投诉原因", "原因分析", "根本原因", "原因"}},
      {"department", {"责任部门", "处理部门", "承办部门", "部门"}},
      {"owner", {"处理人", "负责人", "承办人", "经办人", "责任人"}},
  };
  return fields;
}

namespace complaints {
namespace {

template <class Enum>
using CalledSo = std::pair<std::string_view, Enum>;

using Kind = ComplaintKind;
constexpr std::array kind_words{CalledSo<Kind>{"投诉", Kind::complaint},
                                CalledSo<Kind>{"客诉", Kind::complaint},
                                CalledSo<Kind>{"抱怨", Kind::complaint},
                                CalledSo<Kind>{"举报", Kind::complaint},
                                CalledSo<Kind>{"建议", Kind::suggestion},
                                CalledSo<Kind>{"意见", Kind::suggestion},
                                CalledSo<Kind>{"意见建议", Kind::suggestion},
                                CalledSo<Kind>{"异议", Kind::objection},
                                CalledSo<Kind>{"表扬", Kind::praise},
                                CalledSo<Kind>{"感谢", Kind::praise},
                                CalledSo<Kind>{"不良反应", Kind::adverse_reaction},
                                CalledSo<Kind>{"药品不良反应", Kind::adverse_reaction}};

using Channel = ComplaintChannel;
constexpr std::array complaint_channel_words{
    CalledSo<Channel>{"门店", Channel::store},    CalledSo<Channel>{"现场", Channel::store},
    CalledSo<Channel>{"到店", Channel::store},    CalledSo<Channel>{"柜台", Channel::store},
    CalledSo<Channel>{"电话", Channel::phone},    CalledSo<Channel>{"热线", Channel::phone},
    CalledSo<Channel>{"来电", Channel::phone},    CalledSo<Channel>{"网站", Channel::web},
    CalledSo<Channel>{"官网", Channel::web},      CalledSo<Channel>{"网络", Channel::web},
    CalledSo<Channel>{"线上", Channel::web},      CalledSo<Channel>{"邮件", Channel::web},
    CalledSo<Channel>{"微信", Channel::wechat},   CalledSo<Channel>{"公众号", Channel::wechat},
    CalledSo<Channel>{"小程序", Channel::wechat}, CalledSo<Channel>{"手机应用", Channel::app}};

constexpr std::array severity_words{
    CalledSo<ComplaintSeverity>{"轻微", ComplaintSeverity::minor},
    CalledSo<ComplaintSeverity>{"一般", ComplaintSeverity::minor},
    CalledSo<ComplaintSeverity>{"普通", ComplaintSeverity::minor},
    CalledSo<ComplaintSeverity>{"低", ComplaintSeverity::minor},
    CalledSo<ComplaintSeverity>{"较重", ComplaintSeverity::major},
    CalledSo<ComplaintSeverity>{"重要", ComplaintSeverity::major},
    CalledSo<ComplaintSeverity>{"较大", ComplaintSeverity::major},
    CalledSo<ComplaintSeverity>{"中", ComplaintSeverity::major},
    CalledSo<ComplaintSeverity>{"严重", ComplaintSeverity::critical},
    CalledSo<ComplaintSeverity>{"紧急", ComplaintSeverity::critical},
    CalledSo<ComplaintSeverity>{"重大", ComplaintSeverity::critical},
    CalledSo<ComplaintSeverity>{"高", ComplaintSeverity::critical}};

using Category = ComplaintCategory;
constexpr std::array category_words{CalledSo<Category>{"服务", Category::service},
                                    CalledSo<Category>{"服务态度", Category::service},
                                    CalledSo<Category>{"咨询", Category::advice},
                                    CalledSo<Category>{"用药指导", Category::advice},
                                    CalledSo<Category>{"发药", Category::dispensing},
                                    CalledSo<Category>{"调配", Category::dispensing},
                                    CalledSo<Category>{"质量", Category::quality},
                                    CalledSo<Category>{"药品质量", Category::quality},
                                    CalledSo<Category>{"商品质量", Category::quality},
                                    CalledSo<Category>{"价格", Category::price},
                                    CalledSo<Category>{"缺货", Category::stock},
                                    CalledSo<Category>{"配送", Category::delivery},
                                    CalledSo<Category>{"送货", Category::delivery},
                                    CalledSo<Category>{"积分", Category::points},
                                    CalledSo<Category>{"会员积分", Category::points},
                                    CalledSo<Category>{"隐私", Category::privacy},
                                    CalledSo<Category>{"个人信息", Category::privacy},
                                    CalledSo<Category>{"环境", Category::environment},
                                    CalledSo<Category>{"店堂环境", Category::environment},
                                    CalledSo<Category>{"其他", Category::other},
                                    CalledSo<Category>{"其它", Category::other}};

using Cause = ComplaintCause;
constexpr std::array cause_words{CalledSo<Cause>{"服务态度", Cause::conduct},
                                 CalledSo<Cause>{"员工行为", Cause::conduct},
                                 CalledSo<Cause>{"业务能力", Cause::skill},
                                 CalledSo<Cause>{"专业能力", Cause::skill},
                                 CalledSo<Cause>{"发药差错", Cause::dispensing},
                                 CalledSo<Cause>{"调配差错", Cause::dispensing},
                                 CalledSo<Cause>{"流程", Cause::procedure},
                                 CalledSo<Cause>{"制度流程", Cause::procedure},
                                 CalledSo<Cause>{"供应商", Cause::supplier},
                                 CalledSo<Cause>{"厂家", Cause::supplier},
                                 CalledSo<Cause>{"储存", Cause::storage},
                                 CalledSo<Cause>{"储存养护", Cause::storage},
                                 CalledSo<Cause>{"缺货", Cause::stock},
                                 CalledSo<Cause>{"库存", Cause::stock},
                                 CalledSo<Cause>{"定价", Cause::pricing},
                                 CalledSo<Cause>{"价格", Cause::pricing},
                                 CalledSo<Cause>{"系统", Cause::system},
                                 CalledSo<Cause>{"系统故障", Cause::system},
                                 CalledSo<Cause>{"配送", Cause::delivery},
                                 CalledSo<Cause>{"沟通", Cause::misunderstanding},
                                 CalledSo<Cause>{"期望不符", Cause::expectation},
                                 CalledSo<Cause>{"顾客误解", Cause::expectation},
                                 CalledSo<Cause>{"不明", Cause::unclear},
                                 CalledSo<Cause>{"不详", Cause::unclear}};

using Outcome = CaseOutcome;
constexpr std::array outcome_words{CalledSo<Outcome>{"满意", Outcome::satisfied},
                                   CalledSo<Outcome>{"非常满意", Outcome::satisfied},
                                   CalledSo<Outcome>{"基本满意", Outcome::satisfied},
                                   CalledSo<Outcome>{"是", Outcome::satisfied},
                                   CalledSo<Outcome>{"不满意", Outcome::unsatisfied},
                                   CalledSo<Outcome>{"否", Outcome::unsatisfied},
                                   CalledSo<Outcome>{"撤回", Outcome::withdrawn},
                                   CalledSo<Outcome>{"撤诉", Outcome::withdrawn},
                                   CalledSo<Outcome>{"撤销", Outcome::withdrawn},
                                   CalledSo<Outcome>{"终止", Outcome::exhausted},
                                   CalledSo<Outcome>{"协商不成", Outcome::exhausted},
                                   CalledSo<Outcome>{"调解不成", Outcome::exhausted},
                                   CalledSo<Outcome>{"采纳", Outcome::adopted},
                                   CalledSo<Outcome>{"已采纳", Outcome::adopted},
                                   CalledSo<Outcome>{"未采纳", Outcome::declined},
                                   CalledSo<Outcome>{"不采纳", Outcome::declined},
                                   CalledSo<Outcome>{"已致谢", Outcome::done},
                                   CalledSo<Outcome>{"已感谢", Outcome::done},
                                   CalledSo<Outcome>{"误录", Outcome::mistake},
                                   CalledSo<Outcome>{"重复", Outcome::mistake},
                                   CalledSo<Outcome>{"无效", Outcome::mistake}};

template <class Enum, std::size_t N>
std::optional<Enum> called_so(std::string_view text, const std::array<CalledSo<Enum>, N>& words) {
  if (!is_valid_utf8(text)) return std::nullopt;
  const std::string folded = fold(text);
  if (const auto value = from_word<Enum>(folded)) return value;
  const auto found = std::ranges::find(words, folded, &CalledSo<Enum>::first);
  return found == words.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace

std::optional<Kind> kind_called(std::string_view text) { return called_so(text, kind_words); }
std::optional<Channel> complaint_channel_called(std::string_view text) {
  return called_so(text, complaint_channel_words);
}
std::optional<ComplaintSeverity> severity_called(std::string_view text) {
  return called_so(text, severity_words);
}
std::optional<Category> category_called(std::string_view text) {
  return called_so(text, category_words);
}
std::optional<Cause> cause_called(std::string_view text) { return called_so(text, cause_words); }
std::optional<Outcome> outcome_called(std::string_view text) {
  return called_so(text, outcome_words);
}

}  // namespace complaints
}  // namespace pharmacy
