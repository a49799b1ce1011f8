#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/render.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string machine_text(const Cell& cell, const Zone& zone) {
  return std::visit(Overloaded{[](std::monostate) { return std::string{}; },
                               [](bool value) { return std::string{value ? "true" : "false"}; },
                               [](std::int64_t value) { return std::to_string(value); },
                               [](const std::string& value) { return value; },
                               [](const Word& value) { return value.text; },
                               [](Date value) { return to_string(value); },
                               [&](Instant value) { return to_string(value, zone); },
                               [](const auto& amount) { return std::to_string(amount.count()); }},
                    cell);
}

std::string human_text(const Cell& cell, const Zone& zone) {
  return std::visit(Overloaded{[](std::monostate) { return std::string{}; },
                               [](bool value) { return std::string{value ? _("yes") : _("no")}; },
                               [](std::int64_t value) { return std::to_string(value); },
                               [](const std::string& value) { return value; },
                               [](const Word& value) { return word_label(value.text); },
                               [&](Instant value) { return to_minute_string(value, zone); },
                               [](const auto& value) { return to_string(value); }},
                    cell);
}

bool is_null(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

bool is_text(const Cell& cell) { return std::holds_alternative<std::string>(cell); }

bool is_number(const Cell& cell) {
  return std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<Money>(cell) ||
         std::holds_alternative<UnitPrice>(cell) || std::holds_alternative<Quantity>(cell) ||
         std::holds_alternative<Points>(cell);
}

std::vector<std::string> safe_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  while (true) {
    const auto to = text.find('\n', from);
    lines.push_back(for_terminal(text.substr(from, to - from)));
    if (to == std::string::npos) return lines;
    from = to + 1;
  }
}

std::string safe_text(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string safe;
  for (const auto& line : safe_lines(text)) safe += line + '\n';
  return safe;
}

}  // namespace pharmacy::cli
