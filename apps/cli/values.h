// How the words of a command line become values. CLI11 hands every value over as text; all
// parsing is done here, strictly, and every fault of a command is reported at once.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/error.h"
#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy::cli {

// What relative words ("today") and local times mean. Values are read twice: before the store is
// open, so that faults show before a passphrase is asked, and again with the store's own zone.
struct ParseContext {
  Date today;
  Zone zone;
};

// A file named by the user, as given: it need not be UTF-8. "-" is a standard stream.
struct FileName {
  std::string path;
};

// A directory named by the user, likewise.
struct DirectoryName {
  std::string path;
};

// How one type is read. A specialisation has
//   static const char* placeholder();  "DATE", for help
//   static std::string what();         "a date", translated: "not {what}: {value}"
//   static std::string forms();        what would be taken, for the hint; may be empty
//   static std::optional<T> parse(std::string_view, const ParseContext&);
template <class T>
struct Parser;

#define PHARMACY_CLI_PARSER(Type)                                                 \
  template <>                                                                     \
  struct Parser<Type> {                                                           \
    static const char* placeholder();                                             \
    static std::string what();                                                    \
    static std::string forms();                                                   \
    static std::optional<Type> parse(std::string_view text, const ParseContext&); \
  }
PHARMACY_CLI_PARSER(std::string);  // UTF-8 without control characters; NFC, trimmed
PHARMACY_CLI_PARSER(FileName);
PHARMACY_CLI_PARSER(DirectoryName);
PHARMACY_CLI_PARSER(Date);
PHARMACY_CLI_PARSER(Period);
PHARMACY_CLI_PARSER(Instant);
PHARMACY_CLI_PARSER(Money);
PHARMACY_CLI_PARSER(UnitPrice);
PHARMACY_CLI_PARSER(Quantity);
PHARMACY_CLI_PARSER(Points);
PHARMACY_CLI_PARSER(std::int64_t);          // a count: 0 or more, decimal, no leading zeros
PHARMACY_CLI_PARSER(std::size_t);           // how many to list: 1 to 100000
PHARMACY_CLI_PARSER(int);                   // a count
PHARMACY_CLI_PARSER(std::chrono::seconds);  // 0 to 86400
PHARMACY_CLI_PARSER(char);                  // one ASCII character, or "tab"
PHARMACY_CLI_PARSER(MemberId);
PHARMACY_CLI_PARSER(ReceiptId);
PHARMACY_CLI_PARSER(ApprovalId);
PHARMACY_CLI_PARSER(CheckupId);
PHARMACY_CLI_PARSER(FindingId);
PHARMACY_CLI_PARSER(TrainingId);
PHARMACY_CLI_PARSER(HealthNoteId);
PHARMACY_CLI_PARSER(MergeId);
PHARMACY_CLI_PARSER(RecallId);
PHARMACY_CLI_PARSER(StockRequestId);
PHARMACY_CLI_PARSER(CounselId);
PHARMACY_CLI_PARSER(AccountPaymentId);
PHARMACY_CLI_PARSER(LeadId);
PHARMACY_CLI_PARSER(ComplaintId);
PHARMACY_CLI_PARSER(ComplaintActionId);
using Assignment = std::pair<std::string, std::string>;
PHARMACY_CLI_PARSER(Assignment);  // NAME=VALUE
#undef PHARMACY_CLI_PARSER

// "did you mean", or all the words where none is near.
std::string word_hint(std::string_view word, const std::vector<std::string>& known);

std::string known_word();  // "a known word"

template <NamedEnum Enum>
struct Parser<Enum> {
  static const char* placeholder() { return "WORD"; }
  static std::string what() { return known_word(); }
  static std::string forms() { return {}; }
  static std::optional<Enum> parse(std::string_view text, const ParseContext&) {
    return from_word<Enum>(text);
  }
};

// A fact that is given, or cleared by ''.
template <class T>
struct Parser<std::optional<T>> {
  static const char* placeholder() { return Parser<T>::placeholder(); }
  static std::string what() { return Parser<T>::what(); }
  static std::string forms() { return Parser<T>::forms(); }
  static std::optional<std::optional<T>> parse(std::string_view text, const ParseContext& context) {
    if (text.empty()) return std::optional<T>{};
    auto value = Parser<T>::parse(text, context);
    if (!value) return std::nullopt;
    return std::optional<std::optional<T>>{std::move(value)};
  }
};

enum class Need { optional, required };

// What an option fills, without its type.
struct Binding {
  enum class Kind { flag, single, many } kind = Kind::single;
  std::string placeholder;
  std::vector<std::string> words;  // where it is an enumeration
  bool is_file = false;            // for completion
  // Fills the target from what was given (nothing for an option that was not). The faults say
  // what is wrong with the values; `name` is how the option is called in them.
  std::function<std::vector<Fault>(const std::string& name, const std::vector<std::string>& given,
                                   const ParseContext& context)>
      take;
};

Fault bad_value(const std::string& name, const std::string& what, const std::string& value,
                std::string hint);

namespace detail {
// What a value of the type is read as: T itself, of an optional what it holds.
template <class T>
struct Read {
  using type = T;
};
template <class T>
struct Read<std::optional<T>> {
  using type = T;
};
template <class T>
std::vector<std::string> words_read() {
  if constexpr (NamedEnum<typename Read<T>::type>) return words_of<typename Read<T>::type>();
  return {};
}
}  // namespace detail

template <class T>
std::optional<T> parse_one(const std::string& name, const std::string& text,
                           const ParseContext& context, std::vector<Fault>& faults) {
  auto value = Parser<T>::parse(text, context);
  if (!value) {
    std::string hint = Parser<T>::forms();
    if (const auto words = detail::words_read<T>(); !words.empty()) hint = word_hint(text, words);
    faults.push_back(bad_value(name, Parser<T>::what(), text, std::move(hint)));
  }
  return value;
}

namespace detail {
template <class T>
struct Element {
  using type = T;
};
template <class T>
struct Element<std::optional<T>> {
  using type = T;
};
template <class T>
struct Element<std::vector<T>> {
  using type = T;
};
}  // namespace detail

template <class Target>
Binding bind(Target& target) {
  Binding binding;
  if constexpr (std::is_same_v<Target, bool>) {
    binding.kind = Binding::Kind::flag;
    binding.take = [&target](const auto&, const auto& given, const auto&) {
      if (!given.empty()) target = true;
      return std::vector<Fault>{};
    };
  } else {
    using T = typename detail::Element<Target>::type;
    constexpr bool many = std::is_same_v<Target, std::vector<T>>;
    binding.kind = many ? Binding::Kind::many : Binding::Kind::single;
    binding.placeholder = Parser<T>::placeholder();
    binding.is_file = std::is_same_v<T, FileName>;
    binding.words = detail::words_read<T>();
    binding.take = [&target](const std::string& name, const std::vector<std::string>& given,
                             const ParseContext& context) {
      std::vector<Fault> faults;
      if constexpr (many) {
        if (!given.empty()) target.clear();
      }
      for (const auto& text : given) {
        auto value = parse_one<T>(name, text, context, faults);
        if (!value) continue;
        if constexpr (many) {
          target.push_back(std::move(*value));
        } else {
          target = std::move(*value);
        }
      }
      return faults;
    };
  }
  return binding;
}

}  // namespace pharmacy::cli
