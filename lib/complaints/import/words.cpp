#include "complaints/import/words.h"

#include "base/called.h"
#include "pharmacy/imports.h"

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

using Kind = ComplaintKind;
constexpr std::array kind_words{Called<Kind>{"投诉", Kind::complaint},
                                Called<Kind>{"客诉", Kind::complaint},
                                Called<Kind>{"抱怨", Kind::complaint},
                                Called<Kind>{"举报", Kind::complaint},
                                Called<Kind>{"建议", Kind::suggestion},
                                Called<Kind>{"意见", Kind::suggestion},
                                Called<Kind>{"意见建议", Kind::suggestion},
                                Called<Kind>{"异议", Kind::objection},
                                Called<Kind>{"表扬", Kind::praise},
                                Called<Kind>{"感谢", Kind::praise},
                                Called<Kind>{"不良反应", Kind::adverse_reaction},
                                Called<Kind>{"药品不良反应", Kind::adverse_reaction}};

using Channel = ComplaintChannel;
constexpr std::array complaint_channel_words{
    Called<Channel>{"门店", Channel::store},    Called<Channel>{"现场", Channel::store},
    Called<Channel>{"到店", Channel::store},    Called<Channel>{"柜台", Channel::store},
    Called<Channel>{"电话", Channel::phone},    Called<Channel>{"热线", Channel::phone},
    Called<Channel>{"来电", Channel::phone},    Called<Channel>{"网站", Channel::web},
    Called<Channel>{"官网", Channel::web},      Called<Channel>{"网络", Channel::web},
    Called<Channel>{"线上", Channel::web},      Called<Channel>{"邮件", Channel::web},
    Called<Channel>{"微信", Channel::wechat},   Called<Channel>{"公众号", Channel::wechat},
    Called<Channel>{"小程序", Channel::wechat}, Called<Channel>{"手机应用", Channel::app}};

constexpr std::array severity_words{Called<ComplaintSeverity>{"轻微", ComplaintSeverity::minor},
                                    Called<ComplaintSeverity>{"一般", ComplaintSeverity::minor},
                                    Called<ComplaintSeverity>{"普通", ComplaintSeverity::minor},
                                    Called<ComplaintSeverity>{"低", ComplaintSeverity::minor},
                                    Called<ComplaintSeverity>{"较重", ComplaintSeverity::major},
                                    Called<ComplaintSeverity>{"重要", ComplaintSeverity::major},
                                    Called<ComplaintSeverity>{"较大", ComplaintSeverity::major},
                                    Called<ComplaintSeverity>{"中", ComplaintSeverity::major},
                                    Called<ComplaintSeverity>{"严重", ComplaintSeverity::critical},
                                    Called<ComplaintSeverity>{"紧急", ComplaintSeverity::critical},
                                    Called<ComplaintSeverity>{"重大", ComplaintSeverity::critical},
                                    Called<ComplaintSeverity>{"高", ComplaintSeverity::critical}};

using Category = ComplaintCategory;
constexpr std::array category_words{Called<Category>{"服务", Category::service},
                                    Called<Category>{"服务态度", Category::service},
                                    Called<Category>{"咨询", Category::advice},
                                    Called<Category>{"用药指导", Category::advice},
                                    Called<Category>{"发药", Category::dispensing},
                                    Called<Category>{"调配", Category::dispensing},
                                    Called<Category>{"质量", Category::quality},
                                    Called<Category>{"药品质量", Category::quality},
                                    Called<Category>{"商品质量", Category::quality},
                                    Called<Category>{"价格", Category::price},
                                    Called<Category>{"缺货", Category::stock},
                                    Called<Category>{"配送", Category::delivery},
                                    Called<Category>{"送货", Category::delivery},
                                    Called<Category>{"积分", Category::points},
                                    Called<Category>{"会员积分", Category::points},
                                    Called<Category>{"隐私", Category::privacy},
                                    Called<Category>{"个人信息", Category::privacy},
                                    Called<Category>{"环境", Category::environment},
                                    Called<Category>{"店堂环境", Category::environment},
                                    Called<Category>{"其他", Category::other},
                                    Called<Category>{"其它", Category::other}};

using Cause = ComplaintCause;
constexpr std::array cause_words{
    Called<Cause>{"服务态度", Cause::conduct},     Called<Cause>{"员工行为", Cause::conduct},
    Called<Cause>{"业务能力", Cause::skill},       Called<Cause>{"专业能力", Cause::skill},
    Called<Cause>{"发药差错", Cause::dispensing},  Called<Cause>{"调配差错", Cause::dispensing},
    Called<Cause>{"流程", Cause::procedure},       Called<Cause>{"制度流程", Cause::procedure},
    Called<Cause>{"供应商", Cause::supplier},      Called<Cause>{"厂家", Cause::supplier},
    Called<Cause>{"储存", Cause::storage},         Called<Cause>{"储存养护", Cause::storage},
    Called<Cause>{"缺货", Cause::stock},           Called<Cause>{"库存", Cause::stock},
    Called<Cause>{"定价", Cause::pricing},         Called<Cause>{"价格", Cause::pricing},
    Called<Cause>{"系统", Cause::system},          Called<Cause>{"系统故障", Cause::system},
    Called<Cause>{"配送", Cause::delivery},        Called<Cause>{"沟通", Cause::misunderstanding},
    Called<Cause>{"期望不符", Cause::expectation}, Called<Cause>{"顾客误解", Cause::expectation},
    Called<Cause>{"不明", Cause::unclear},         Called<Cause>{"不详", Cause::unclear}};

using Outcome = CaseOutcome;
constexpr std::array outcome_words{Called<Outcome>{"满意", Outcome::satisfied},
                                   Called<Outcome>{"非常满意", Outcome::satisfied},
                                   Called<Outcome>{"基本满意", Outcome::satisfied},
                                   Called<Outcome>{"是", Outcome::satisfied},
                                   Called<Outcome>{"不满意", Outcome::unsatisfied},
                                   Called<Outcome>{"否", Outcome::unsatisfied},
                                   Called<Outcome>{"撤回", Outcome::withdrawn},
                                   Called<Outcome>{"撤诉", Outcome::withdrawn},
                                   Called<Outcome>{"撤销", Outcome::withdrawn},
                                   Called<Outcome>{"终止", Outcome::exhausted},
                                   Called<Outcome>{"协商不成", Outcome::exhausted},
                                   Called<Outcome>{"调解不成", Outcome::exhausted},
                                   Called<Outcome>{"采纳", Outcome::adopted},
                                   Called<Outcome>{"已采纳", Outcome::adopted},
                                   Called<Outcome>{"未采纳", Outcome::declined},
                                   Called<Outcome>{"不采纳", Outcome::declined},
                                   Called<Outcome>{"已致谢", Outcome::done},
                                   Called<Outcome>{"已感谢", Outcome::done},
                                   Called<Outcome>{"误录", Outcome::mistake},
                                   Called<Outcome>{"重复", Outcome::mistake},
                                   Called<Outcome>{"无效", Outcome::mistake}};

}  // namespace

std::optional<Kind> kind_called(std::string_view text) { return value_called(text, kind_words); }
std::optional<Channel> complaint_channel_called(std::string_view text) {
  return value_called(text, complaint_channel_words);
}
std::optional<ComplaintSeverity> severity_called(std::string_view text) {
  return value_called(text, severity_words);
}
std::optional<Category> category_called(std::string_view text) {
  return value_called(text, category_words);
}
std::optional<Cause> cause_called(std::string_view text) { return value_called(text, cause_words); }
std::optional<Outcome> outcome_called(std::string_view text) {
  return value_called(text, outcome_words);
}

}  // namespace complaints
}  // namespace pharmacy
