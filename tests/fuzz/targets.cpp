#include "fuzz/targets.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/at_format.h"
#include "base/encoding.h"
#include "fuzz/corpus.h"
#include "fuzz/store_targets.h"
#include "pharmacy/audit.h"
#include "pharmacy/csv.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "pharmacy/time.h"
#include "pharmacy/transfer.h"
#include "pharmacy/values.h"
#include "pharmacy/visits.h"
#include "policy/calendar_file.h"
#include "vault/keyring/keyring.h"
#include "vault/transfer/format.h"

namespace pharmacy::test {

void promise(bool kept, const char* what) {
  if (!kept) throw std::logic_error(what);
}

namespace {

// What was read and written again is read as the same.
void take_csv(std::string_view bytes) {
  std::vector<std::vector<std::string>> rows;
  std::string again = "\xEF\xBB\xBF";  // so that one which is text stays text
  CsvReader reader{bytes};
  while (const auto row = reader.next()) {
    promise(reader.line() >= 1 && reader.offset() <= bytes.size(), "a row within the text");
    auto& cells = rows.emplace_back(row->begin(), row->end());
    for (std::size_t i = 0; i < cells.size(); ++i) again += (i > 0 ? "," : "") + csv_cell(cells[i]);
    again += "\r\n";
    for (const auto& cell : cells)
      promise(without_formula_guard(csv_text_cell(cell)).size() >= cell.size(),
              "a guard adds and takes off, no more");
  }
  CsvReader second{again};
  for (const auto& expected : rows) {
    const auto row = second.next();
    promise(row && std::vector<std::string>(row->begin(), row->end()) == expected,
            "a row written is the row read");
  }
}

template <class Value>
void round_trip(const std::optional<Value>& value,
                std::optional<Value> (*parse)(std::string_view)) {
  if (value) promise(parse(to_string(*value)) == value, "a value written is the value read");
}

void take_values(std::string_view text) {
  round_trip(parse_money(text), parse_money);
  round_trip(parse_unit_price(text), parse_unit_price);
  round_trip(parse_quantity(text), parse_quantity);
  round_trip(parse_points(text), parse_points);
  static_cast<void>(parse_sale_item(text));
  static_cast<void>(parse_payment(text));
  static_cast<void>(parse_expiry(text));
}

void take_times(std::string_view text) {
  static const Zone zone{"Asia/Shanghai"};
  static const Date today = *parse_date("2026-10-31");
  round_trip(parse_date(text), parse_date);
  static_cast<void>(parse_day(text, today));
  if (const auto period = parse_period(text, today)) {
    promise(period->from <= period->to, "a period does not end before it begins");
    const auto again = parse_period(to_string(*period), today);
    promise(again && again->from == period->from && again->to == period->to,
            "a period written is the period read");
  }
  if (const auto at = parse_instant(text, zone))
    promise(parse_instant(to_string(*at, zone), zone) == at, "a time written is the time read");
  if (const auto format = guess_at_format(text, zone)) check_at_format(format);
  // The first line is a format, the rest a time.
  const auto end = text.find('\n');
  if (end != std::string_view::npos)
    static_cast<void>(parse_instant(text.substr(end + 1), text.substr(0, end), zone));
}

void take_text(std::string_view text) {
  const auto shown = for_terminal(text);
  promise(is_valid_utf8(shown), "a terminal gets UTF-8");
  for (const char c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    promise((byte >= ' ' && byte != 127) || c == '\n' || c == '\t',
            "no control character is shown");
  }
  promise(display_width(cut_to_width(shown, 20)) <= 20, "a text is cut to its width");
  for (const auto& line : wrap(shown, 20))
    promise(is_valid_utf8(line), "a text is not wrapped inside a character");
  if (const auto normal = normalise(text))
    promise(normalise(*normal) == normal, "what is normal stays so");
  if (is_valid_utf8(text)) promise(fold(fold(text)) == fold(text), "what is folded stays so");
}

void take_encodings(std::string_view bytes) {
  for (const char* encoding : {"gb18030", "utf-8"}) {
    const auto text = decode(std::string(bytes), encoding);
    if (text) promise(is_valid_utf8(*text), "what is decoded is UTF-8");
    promise(text.has_value() == !first_bad_byte(bytes, encoding).has_value(),
            "what cannot be decoded has a first bad byte");
  }
}

void take_keyring(std::string_view bytes) {
  const auto keyring = vault::parse_keyring(bytes);
  promise(!keyring.slots.empty(), "a keyring has a slot");
}

// An anchor is written with the beginning of its MAC.
void take_anchors(std::string_view text) {
  const auto anchor = parse_log_anchor(text);
  if (!anchor) return;
  const auto again = parse_log_anchor(to_string(*anchor));
  promise(again && again->seq == anchor->seq && anchor->mac.starts_with(again->mac),
          "an anchor written is the anchor read");
}

void take_address(std::string_view text) {
  const auto address = parse_store_address(text);
  if (!address) return;
  const auto again = parse_store_address(to_string(*address));
  promise(again && vault::is_same(*again, *address) && again->name == address->name,
          "an address written is the address read");
}

void take_sealed_file(std::string_view bytes) {
  if (const auto closing = vault::parse_closing(bytes))
    promise(vault::encode(*closing) == bytes, "a closing message has one form");
  if (const auto header = vault::parse_transfer_header(bytes))
    promise(vault::encode(*header) == bytes, "a header has one form");
}

void take_calendar(std::string_view text) {
  const auto year = policy::parse_calendar(text, "calendar");
  promise(!year.days.empty(), "a calendar has a day");
  for (std::size_t i = 0; i < year.days.size(); ++i) {
    const CalendarDay& day = year.days[i];
    promise(static_cast<int>(day.day.ymd().year()) == year.year, "a calendar is of one year");
    promise(i == 0 || year.days[i - 1].day < day.day, "each day is said once, in their order");
    promise(!day.occasion.empty() && normalise(day.occasion) == day.occasion,
            "an occasion is text");
  }
}

std::string sample_address() {
  StoreAddress address;
  address.box_key[0] = 9;
  address.name = "康民";
  return to_string(address);
}

std::vector<FuzzTarget> with_corpus(std::vector<FuzzTarget> targets) {
  for (auto& target : targets) {
    const auto kept = corpus_of(target.name, target.seeds.front());
    target.seeds.insert(target.seeds.end(), kept.begin(), kept.end());
  }
  return targets;
}

}  // namespace

std::span<const FuzzTarget> fuzz_targets() {
  static const std::vector<FuzzTarget> targets = with_corpus({
      {"csv",
       take_csv,
       {"a,b\r\n1,\"x\"\"y\n\"\n,\n\n",
        "\xEF\xBB\xBF"
        "名,价\n'=1,\"\"\n"}},
      {"values",
       take_values,
       {"28.00", "-1,234.5", "１２．５元", "6901234567890=2@28.00#B2291", "cash=3"}},
      {"times",
       take_times,
       {"2026-10-31", "2026-10", "last-month", "2026-02-30T25:61",
        "%Y/%m/%d %H:%M*\n2026/1/2 3:04 x"}},
      {"text",
       take_text,
       {"张伟 \x1b[31m", "e\xCC\x81\xE2\x80\xAE|ＡＢＣ",
        "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9"}},
      {"encodings", take_encodings, {"\xD5\xC5\xCE\xB0,\x81\x30\x81\x30", "a\xFF"}},
      {"keyring", take_keyring, {base_file("store.keys")}},
      {"anchors", take_anchors, {"1234:" + std::string(32, 'f'), "1:" + std::string(64, '0')}},
      backup_target(),
      access_log_target(),
      engine_target(),
      config_target(),
      policy_target(),
      tries_target(),
      session_target(),
      words_target(),
      {"calendar",
       take_calendar,
       {R"({"holidays":{"2026-10-01":"National Day,国庆节,3","2026-10-02":"National Day,国庆节,3"},)"
        R"("workdays":{"2026-10-10":"National Day,国庆节,3"},)"
        R"("inLieuDays":{"2026-10-02":"National Day,国庆节,3"}})"}},
      {"address", take_address, {sample_address()}},
      {"sealed_file",
       take_sealed_file,
       {vault::encode(vault::Closing{Instant{1'772'000'000}, 5, "会员.csv"}),
        vault::encode(vault::TransferHeader{})}},
  });
  return targets;
}

}  // namespace pharmacy::test
