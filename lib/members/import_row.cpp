#include "members/import_row.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/at_format.h"
#include "base/count.h"
#include "base/i18n.h"
#include "members/facts/facts.h"
#include "pharmacy/text.h"

namespace pharmacy {

namespace {
// The places of member_import_fields().
enum Place {
  name,
  card = members::card_column,
  phone,
  sex,
  birth,
  address,
  note,
  joined,
  points,
  other_cards = members::other_cards_column,
  kind,
  member_class,
  region,
  relation,
  call_as,
  contact_by,
  city_size
};
}  // namespace

const std::vector<SheetField>& member_import_fields() {
  static const std::vector<SheetField> fields{
      {"name", {"姓名", "会员姓名", "客户姓名", "顾客姓名", "名称"}, false},
      {"card", {"会员卡号", "卡号", "会员编号", "会员号", "会员卡"}, false},
      {"phone", {"手机号码", "手机号", "手机", "联系电话", "电话"}, false},
      {"sex", {"性别"}, false},
      {"birth", {"出生日期", "生日", "出生年月日", "born"}, false},
      {"address", {"地址", "联系地址", "家庭住址", "住址"}, false},
      {"note", {"备注"}, false},
      {"joined", {"入会日期", "入会时间", "办卡日期", "办卡时间", "注册日期", "注册时间"}, false},
      {"points", {"积分", "剩余积分", "可用积分", "当前积分", "积分余额"}, false},
      {"other_cards", {"其他卡号"}, false},
      {"kind", {"客户性质", "客户类型", "单位类型"}, false},
      {"class", {"客户分类", "客户类别", "会员类别"}, false},
      {"region", {"地区", "区域", "行政区划"}, false},
      {"relation", {"客户关系", "合作关系"}, false},
      {"call_as", {"称呼", "尊称"}, false},
      {"contact_by", {"首选联系方式", "联系方式偏好"}, false},
      {"city_size", {"城市规模"}, false},
  };
  return fields;
}

namespace members {
namespace {

// What tills write where they know nothing.
bool is_unknown_sex(std::string_view text) {
  constexpr std::array<std::string_view, 5> words{"未知", "不详", "保密", "unknown", "u"};
  const std::string folded = fold(text);
  return std::find(words.begin(), words.end(), folded) != words.end();
}

// A day as written: of a local time the day before the time, of one with an offset the day in
// the store's zone.
std::optional<Date> parse_day_cell(std::string_view text, const RowReader& how) {
  if (const auto day = parse_date(text)) return day;
  if (how.at_format) {
    if (const auto at = parse_instant(text, *how.at_format, how.zone)) return how.zone.day_of(*at);
  }
  if (const auto at = parse_instant(text, how.zone)) return how.zone.day_of(*at);
  return std::nullopt;
}

// Reads one row, collecting what is wrong.
class Reader {
 public:
  Reader(const RowReader& how, std::vector<RowFault>& faults) : how_{how}, faults_{faults} {}

  ImportRow read() {
    ImportRow row;
    row.line = how_.sheet.line();
    NewMember given;
    given.name = line(Place::name);
    given.card = number(Place::card);
    given.phone = number(Place::phone);
    given.address = line(Place::address);
    given.note = text(Place::note);
    read_sex(given);
    given.birth = day(Place::birth);
    given.joined = day(Place::joined);
    row.points = read_points();
    row.other_cards = read_other_cards();
    given.kind = word(Place::kind, parse_member_kind);
    given.member_class = word(Place::member_class, parse_member_class);
    given.region = line(Place::region);
    given.relation = word(Place::relation, parse_relation);
    given.call_as = line(Place::call_as);
    given.contact_by = word(Place::contact_by, parse_contact_by);
    given.city_size = word(Place::city_size, parse_city_size);

    Faults wrong;
    row.member = checked(given, how_.today, wrong);
    for (const auto& [field, fault] : wrong) add(place_of(field), fault.message);
    return row;
  }

 private:
  std::optional<std::string> text(std::size_t place) const {
    const auto cell = how_.sheet.cell(place);
    return cell.empty() ? std::nullopt : std::optional{std::string{cell}};
  }

  // A text that stands on one line.
  std::optional<std::string> line(std::size_t place) const {
    const auto cell = how_.sheet.cell(place);
    return cell.empty() ? std::nullopt : std::optional{on_one_line(cell)};
  }

  // A card or a phone as spreadsheets and tills write them.
  std::optional<std::string> number(std::size_t place) {
    const auto cell = without_digit_guard(how_.sheet.cell(place));
    if (cell.empty()) return std::nullopt;
    if (!is_mangled_number(cell)) return std::string{cell};
    add(place, fmt::format(fmt::runtime(_("{} is a number that a spreadsheet cut short: export the "
                                          "column as text")),
                           for_terminal(cell)));
    return std::nullopt;
  }

  void add(std::size_t place, std::string message) {
    faults_.push_back({how_.sheet.column(place), std::move(message)});
  }

  void read_sex(NewMember& given) {
    const auto cell = how_.sheet.cell(Place::sex);
    if (cell.empty() || is_unknown_sex(cell)) return;
    Faults wrong;
    given.sex = checked_sex(cell, wrong);
    if (!wrong.empty()) add(Place::sex, wrong[0].fault.message);
  }

  // A word of an enumeration, or what other systems write for it.
  template <class Enum>
  std::optional<Enum> word(std::size_t place, std::optional<Enum> (*parse)(std::string_view)) {
    const auto cell = how_.sheet.cell(place);
    if (cell.empty()) return std::nullopt;
    const auto read = parse(cell);
    if (!read) {
      add(place, fmt::format(fmt::runtime(_("not a known word: {word}; known are {all}")),
                             fmt::arg("word", for_terminal(cell)),
                             fmt::arg("all", fmt::join(words_of<Enum>(), ", "))));
    }
    return read;
  }

  std::optional<Date> day(std::size_t place) {
    const auto cell = how_.sheet.cell(place);
    if (cell.empty()) return std::nullopt;
    const auto read = parse_day_cell(cell, how_);
    if (!read) {
      const auto format = guess_at_format(cell, how_.zone);
      add(place,
          format ? fmt::format(fmt::runtime(_("this is no date: {date}; try --at-format "
                                              "'{format}'")),
                               fmt::arg("date", for_terminal(cell)), fmt::arg("format", *format))
                 : fmt::format(fmt::runtime(_("this is no date: {}")), for_terminal(cell)));
    }
    return read;
  }

  std::vector<std::string> read_other_cards() {
    std::vector<std::string> cards;
    std::string_view rest = how_.sheet.cell(Place::other_cards);
    while (!rest.empty()) {
      const auto space = std::min(rest.find(' '), rest.size());
      Faults wrong;
      const auto card = space == 0 ? std::nullopt : checked_card(rest.substr(0, space), wrong);
      if (card) cards.push_back(*card);
      if (!wrong.empty()) add(Place::other_cards, wrong[0].fault.message);
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    return cards;
  }

  Points read_points() {
    const auto cell = how_.sheet.cell(Place::points);
    if (cell.empty()) return Points{0};
    if (const auto read = parse_whole(cell, 0, points_max.count())) return Points{*read};
    add(Place::points,
        fmt::format(fmt::runtime(_("points are a whole number from 0 to {most}: {points}")),
                    fmt::arg("most", points_max.count()), fmt::arg("points", for_terminal(cell))));
    return Points{0};
  }

  static std::size_t place_of(std::string_view field) {
    const auto& fields = member_import_fields();
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const SheetField& known) { return known.name == field; });
    PHARMACY_CHECK(found != fields.end());
    return static_cast<std::size_t>(found - fields.begin());
  }

  static constexpr Points points_max{1'000'000'000'000};

  const RowReader& how_;
  std::vector<RowFault>& faults_;
};

}  // namespace

ImportRow RowReader::read(std::vector<RowFault>& faults) const {
  return Reader{*this, faults}.read();
}

crypto::Digest content_of(const ImportRow& row) {
  // Each value with its length before it, so that two rows never run together alike.
  std::string all;
  const auto add = [&](std::string_view text) { all += fmt::format("{}:{}", text.size(), text); };
  const auto& m = row.member;
  for (const auto* text : {&m.name, &m.card, &m.phone, &m.address, &m.note}) {
    add(text->value_or(""));
  }
  add(m.sex ? to_word(*m.sex) : "");
  add(m.birth ? to_string(*m.birth) : "");
  add(m.joined ? to_string(*m.joined) : "");
  add(to_string(row.points));
  for (const auto& card : row.other_cards) add(card);
  // Rows of before there were these have the content that they had.
  for (const auto& [fact, value] : facts_of(m)) {
    if (value) add(std::string{fact} + '=' + *value);
  }
  return crypto::Hasher{}.add(all).finish();
}

void keep_lacking(ImportRow& row, const Member& stored, Points granted) {
  const auto keep = [](auto& given, const auto& kept) {
    if (kept) given.reset();
  };
  auto& m = row.member;
  keep(m.name, stored.name);
  keep(m.phone, stored.phone);
  keep(m.sex, stored.sex);
  keep(m.birth, stored.birth);
  keep(m.address, stored.address);
  keep(m.note, stored.note);
  keep_lacking_facts(m, stored);
  if (granted > Points{0}) row.points = Points{0};
}

bool has_facts(const ImportRow& row) {
  const auto& m = row.member;
  return m.name || m.phone || m.sex || m.birth || m.address || m.note || row.points > Points{0} ||
         !row.other_cards.empty() || has_facts(m);
}

MemberEdit edit_of(const ImportRow& row) {
  const auto& m = row.member;
  MemberEdit edit{.name = m.name,
                  .phone = m.phone,
                  .shared_phone = m.shared_phone,
                  .address = m.address,
                  .note = m.note,
                  .region = m.region,
                  .call_as = m.call_as};
  if (m.sex) edit.sex = to_word(*m.sex);
  if (m.birth) edit.birth = to_string(*m.birth);
  if (m.member_class) edit.member_class = m.member_class;
  if (m.relation) edit.relation = m.relation;
  if (m.contact_by) edit.contact_by = m.contact_by;
  if (m.city_size) edit.city_size = m.city_size;
  return edit;
}

}  // namespace members
}  // namespace pharmacy
