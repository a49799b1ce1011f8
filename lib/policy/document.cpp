#include "policy/document.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "policy/keys.h"

namespace pharmacy::policy {
namespace {

std::string place(std::string_view name, const toml::source_position& at) {
  return fmt::format("{}:{}:{}", name, at.line, at.column);
}

// One table of the document. It hands out the values that are asked for; at the end, every key
// that nobody asked for is a fault.
class Section {
 public:
  Section(const toml::table& table, std::string_view name, std::vector<Fault>& faults)
      : table_{table}, name_{name}, faults_{faults} {}

  template <class Int>
  void integer(const char* key, Range range, Int& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto* number = node->as_integer();
    if (number == nullptr || number->get() < range.least || number->get() > range.most) {
      fault(*node, fmt::format(fmt::runtime(_("{} is a whole number from {} to {}")), key,
                               range.least, range.most));
      return;
    }
    value = static_cast<Int>(number->get());
  }

  void flag(const char* key, bool& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto* given = node->as_boolean();
    if (given == nullptr) {
      fault(*node, fmt::format(fmt::runtime(_("{} is true or false, without quotes")), key));
      return;
    }
    value = given->get();
  }

  // A decimal number with at most 4 decimals, in quotes so that it stays exact, as ten-thousandths.
  void ten_thousandths(const char* key, std::int64_t most, std::int64_t& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto number = node->value_exact<std::string>();
    const auto parsed = number ? parse_unit_price(*number) : std::nullopt;
    if (!parsed || parsed->count() < 0 || parsed->count() > most) {
      fault(*node, fmt::format(fmt::runtime(_("{} is a number in quotes from \"0\" to \"{}\", with "
                                              "at most 4 decimals")),
                               key, most / 10'000));
      return;
    }
    value = parsed->count();
  }

  // "HH:MM", as minutes since midnight.
  void time_of_day(const char* key, int& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>().value_or("");
    const auto digit = [&text](std::size_t at) {
      return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100;
    };
    if (text.size() == 5 && text[2] == ':') {
      const int hours = digit(0) * 10 + digit(1);
      const int minutes = digit(3) * 10 + digit(4);
      if (hours < 24 && minutes < 60) {
        value = hours * 60 + minutes;
        return;
      }
    }
    fault(*node, fmt::format(fmt::runtime(_("{} is a time of day in quotes, \"00:00\" to "
                                            "\"23:59\"")),
                             key));
  }

  // Words out of a list.
  void words(const char* key, std::span<const std::string_view> allowed,
             std::vector<std::string>& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr) {
      fault(*node, fmt::format(fmt::runtime(_("{} is a list of words")), key));
      return;
    }
    std::vector<std::string> found;
    for (const toml::node& item : *list) {
      const auto word = item.value_exact<std::string>().value_or("");
      if (std::ranges::find(allowed, word) == allowed.end()) {
        fault(item, fmt::format(fmt::runtime(_("{} has a word that is not one of: {}")), key,
                                fmt::join(allowed, ", ")));
        return;
      }
      found.push_back(word);
    }
    value = std::move(found);
  }

  // One word of an enumeration.
  template <NamedEnum Enum>
  void word(const char* key, Enum& value) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    const auto found = text ? from_word<Enum>(*text) : std::nullopt;
    if (found) {
      value = *found;
      return;
    }
    fault(*node, fmt::format(fmt::runtime(_("{} is one of these words in quotes: {}")), key,
                             fmt::join(words_of<Enum>(), ", ")));
  }
  // The same where nothing stands for what nobody says.
  template <NamedEnum Enum>
  void word(const char* key, std::optional<Enum>& value) {
    if (!table_.contains(key)) return;
    Enum found{};
    word(key, found);
    value = found;
  }

  void section(const char* key, const auto& read) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const toml::table* table = node->as_table();
    if (table == nullptr) {
      fault(*node, fmt::format(fmt::runtime(_("[{}] is a table")), key));
      return;
    }
    Section inner{*table, name_, faults_};
    read(inner);
    inner.refuse_others();
  }

  void refuse_others() {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known_, key.str()) != known_.end()) continue;
      const auto near = nearest(key.str(), known_);
      faults_.push_back(
          {fmt::format("{}: {}", place(name_, key.source().begin),
                       fmt::format(fmt::runtime(_("unknown key {}")), for_terminal(key.str()))),
           near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near) : ""});
    }
  }

 private:
  const toml::node* take(const char* key) {
    known_.emplace_back(key);
    return table_.get(key);
  }

  void fault(const toml::node& node, std::string message) {
    faults_.push_back(
        {fmt::format("{}: {}", place(name_, node.source().begin), std::move(message)), ""});
  }

  const toml::table& table_;
  std::string_view name_;
  std::vector<Fault>& faults_;
  std::vector<std::string> known_;
};

toml::table parse_toml(std::string_view text, std::string_view name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    // The parser's own words are English; the place is what counts.
    throw Error(Errc::bad_data, fmt::format("{}: {}", place(name, error.source().begin),
                                            fmt::format(fmt::runtime(_("this is not TOML: {}")),
                                                        for_terminal(error.description()))));
  }
}

}  // namespace

Policy parse_document(std::string_view text, std::string_view name) {
  if (text.size() > policy_bytes_max) {
    throw Error(Errc::bad_data, fmt::format(fmt::runtime(_("{}: a policy has at most {} bytes")),
                                            for_terminal(name), policy_bytes_max));
  }
  const toml::table table = parse_toml(text, name);
  Policy policy;
  std::vector<Fault> faults;
  Section root{table, name, faults};
  each_key(root, policy);
  root.refuse_others();
  if (!faults.empty()) throw Error(Errc::bad_data, std::move(faults));
  return policy;
}

}  // namespace pharmacy::policy
