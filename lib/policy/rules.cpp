// What a policy says as a list, and how two of them differ.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "pharmacy/error.h"
#include "policy/keys.h"

namespace pharmacy {
namespace {

// "1.5", without zeros that say nothing.
std::string decimal(std::int64_t ten_thousandths) {
  std::string text = to_string(UnitPrice{ten_thousandths});
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// Takes what a reader of the document would fill.
class Collector {
 public:
  explicit Collector(std::vector<PolicyRule>& rules) : rules_{rules} {}

  void section(const char* name, const auto& keys) {
    section_ = name;
    keys(*this);
  }
  void integer(const char* key, policy::Range /*range*/, std::int64_t value) { add(key, value); }
  void flag(const char* key, bool value) { add(key, value); }
  void ten_thousandths(const char* key, std::int64_t /*most*/, std::int64_t value) {
    add(key, decimal(value));
  }
  void time_of_day(const char* key, int minutes) {
    add(key, fmt::format("{:02}:{:02}", minutes / 60, minutes % 60));
  }
  // In the order of the alphabet, since theirs means nothing.
  void words(const char* key, std::span<const std::string_view> /*allowed*/,
             std::vector<std::string> value) {
    std::ranges::sort(value);
    value.erase(std::unique(value.begin(), value.end()), value.end());
    if (value.empty()) {
      add(key, std::monostate{});
    } else {
      add(key, fmt::format("{}", fmt::join(value, ",")));
    }
  }
  template <NamedEnum Enum>
  void word(const char* key, Enum value) {
    add(key, std::string{to_word(value)});
  }
  template <NamedEnum Enum>
  void word(const char* key, const std::optional<Enum>& value) {
    if (value) {
      word(key, *value);
    } else {
      add(key, std::monostate{});
    }
  }

 private:
  void add(const char* key, PolicyRule::Value value) {
    rules_.push_back({section_, key, std::move(value)});
  }

  std::vector<PolicyRule>& rules_;
  std::string section_;
};

std::optional<std::string> text_of(const PolicyRule::Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::nullopt;
}

}  // namespace

std::vector<PolicyRule> rules_of(const Policy& policy) {
  std::vector<PolicyRule> rules;
  Collector collector{rules};
  policy::each_key(collector, policy);
  return rules;
}

std::vector<PolicyDifference> differences(const Policy& from, const Policy& to) {
  const auto before = rules_of(from);
  const auto after = rules_of(to);
  PHARMACY_CHECK(before.size() == after.size());
  std::vector<PolicyDifference> all;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i].value == after[i].value) continue;
    all.push_back({.key = before[i].section + '.' + before[i].key,
                   .before = text_of(before[i].value),
                   .after = text_of(after[i].value)});
  }
  return all;
}

Policy parse_policy(std::string_view document, std::string_view name) {
  return policy::parse_document(document, name);
}

}  // namespace pharmacy
