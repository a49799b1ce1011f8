// What members like: brands, forms of a medicine, how they are served.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/parties.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class PreferenceKey { brand, form, service, other };
template <>
struct EnumNames<PreferenceKey> {
  using enum PreferenceKey;
  static constexpr std::array table{std::pair{brand, "brand"}, std::pair{form, "form"},
                                    std::pair{service, "service"}, std::pair{other, "other"}};
};

struct NewPreference {
  MemberId member;
  PreferenceKey key{};
  std::string value{};  // 1-200 bytes; nothing about health
  FactSource source = FactSource::counter;
};

// As stored, also one that holds no more.
struct Preference {
  PreferenceKey key;
  std::optional<std::string> value;  // masked for whoever may not see names
  FactSource source;
  Instant added;
  std::string added_by;  // login
  std::optional<Instant> ended;

  static constexpr auto fields() {
    return std::tuple{
        Field{"preference", &Preference::key},    Field{"value", &Preference::value},
        Field{"source", &Preference::source},     Field{"added_at", &Preference::added},
        Field{"added_by", &Preference::added_by}, Field{"ended_at", &Preference::ended}};
  }
};

// These throw not_found; refused where the member is restricted.

// False where that is known already. Throws invalid_input.
PHARMACY_API bool add_preference(Transaction& tx, const NewPreference& input);
// False where nothing of the kind is known.
PHARMACY_API bool end_preference(Transaction& tx, MemberId member, PreferenceKey key,
                                 const std::string& value);
// What holds; with `all`, also what does not. In the order in which it came.
PHARMACY_API std::vector<Preference> list_preferences(Reading& reading, MemberId member,
                                                      bool all = false);

}  // namespace pharmacy
