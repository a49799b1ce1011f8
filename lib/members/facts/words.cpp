// The words of other systems for what a member is.
#include "base/called.h"
#include "pharmacy/parties.h"

namespace pharmacy {
namespace {

constexpr std::array kinds_called{Called<MemberKind>{"个人", MemberKind::person},
                                  Called<MemberKind>{"家庭", MemberKind::household},
                                  Called<MemberKind>{"诊所", MemberKind::clinic},
                                  Called<MemberKind>{"门诊部", MemberKind::clinic},
                                  Called<MemberKind>{"卫生室", MemberKind::clinic},
                                  Called<MemberKind>{"医院", MemberKind::hospital},
                                  Called<MemberKind>{"卫生院", MemberKind::hospital},
                                  Called<MemberKind>{"药店", MemberKind::pharmacy},
                                  Called<MemberKind>{"药房", MemberKind::pharmacy},
                                  Called<MemberKind>{"企业", MemberKind::company},
                                  Called<MemberKind>{"公司", MemberKind::company},
                                  Called<MemberKind>{"科研机构", MemberKind::research},
                                  Called<MemberKind>{"供应商", MemberKind::supplier},
                                  Called<MemberKind>{"分销商", MemberKind::distributor},
                                  Called<MemberKind>{"经销商", MemberKind::distributor},
                                  Called<MemberKind>{"其他", MemberKind::other}};

constexpr std::array classes_called{Called<MemberClass>{"普通", MemberClass::ordinary},
                                    Called<MemberClass>{"普通客户", MemberClass::ordinary},
                                    Called<MemberClass>{"会员", MemberClass::member},
                                    Called<MemberClass>{"会员客户", MemberClass::member},
                                    Called<MemberClass>{"重点", MemberClass::key},
                                    Called<MemberClass>{"重点客户", MemberClass::key},
                                    Called<MemberClass>{"潜力", MemberClass::potential},
                                    Called<MemberClass>{"潜力客户", MemberClass::potential},
                                    Called<MemberClass>{"风险", MemberClass::risk},
                                    Called<MemberClass>{"风险客户", MemberClass::risk}};

constexpr std::array relations_called{Called<Relation>{"交易", Relation::transaction},
                                      Called<Relation>{"通讯", Relation::communication},
                                      Called<Relation>{"特殊接触", Relation::special_contact},
                                      Called<Relation>{"联盟", Relation::alliance}};

constexpr std::array ways_called{
    Called<ContactBy>{"电话", ContactBy::phone},  Called<ContactBy>{"短信", ContactBy::sms},
    Called<ContactBy>{"微信", ContactBy::wechat}, Called<ContactBy>{"信件", ContactBy::post},
    Called<ContactBy>{"邮寄", ContactBy::post},   Called<ContactBy>{"上门", ContactBy::visit}};

constexpr std::array sizes_called{Called<CitySize>{"超大城市", CitySize::super_large},
                                  Called<CitySize>{"特大城市", CitySize::very_large},
                                  Called<CitySize>{"大城市", CitySize::large},
                                  Called<CitySize>{"中等城市", CitySize::medium},
                                  Called<CitySize>{"小城市", CitySize::small},
                                  Called<CitySize>{"乡镇", CitySize::rural},
                                  Called<CitySize>{"农村", CitySize::rural}};

}  // namespace

std::optional<MemberKind> parse_member_kind(std::string_view text) {
  return value_called(text, kinds_called);
}
std::optional<MemberClass> parse_member_class(std::string_view text) {
  return value_called(text, classes_called);
}
std::optional<Relation> parse_relation(std::string_view text) {
  return value_called(text, relations_called);
}
std::optional<ContactBy> parse_contact_by(std::string_view text) {
  return value_called(text, ways_called);
}
std::optional<CitySize> parse_city_size(std::string_view text) {
  return value_called(text, sizes_called);
}

}  // namespace pharmacy
