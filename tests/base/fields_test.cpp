#include "pharmacy/fields.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

using namespace pharmacy;

namespace {

struct Complete {
  MemberId id;
  std::string name;
  std::optional<std::string> phone;
  std::optional<Date> birth;
  Instant made;
  Money paid;
  bool shared = false;
  std::vector<std::string> cards;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Complete::id},         Field{"name", &Complete::name},
                      Field{"phone", &Complete::phone},   Field{"birth", &Complete::birth},
                      Field{"made", &Complete::made},     Field{"paid", &Complete::paid},
                      Field{"shared", &Complete::shared}, Field{"cards", &Complete::cards}};
  }
};

struct Forgetful {
  MemberId id;
  std::optional<std::string> phone;
  Money forgotten;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Forgetful::id}, Field{"phone", &Forgetful::phone}};
  }
};

struct Single {
  Period period;
  static constexpr auto fields() { return std::tuple{Field{"period", &Single::period}}; }
};

struct Nameless {
  int number;
};

static_assert(FieldRow<Complete>);
static_assert(FieldRow<Single>);
static_assert(!FieldRow<Forgetful>);
static_assert(!FieldRow<Nameless>);

}  // namespace

TEST_CASE("every field is visited once, in order, with its value") {
  Complete row;
  row.id = MemberId{7};
  row.cards = {"6001", "6002"};
  std::string names;
  std::size_t cards = 0;
  MemberId id;
  const auto visit = [&](const char* name, const auto& value) {
    names += std::string{name} + " ";
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, MemberId>) id = value;
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::vector<std::string>>) {
      cards = value.size();
    }
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(field_of<Complete, I>.name, row.*(field_of<Complete, I>.member)), ...);
  }
  (FieldNumbers<Complete>{});
  CHECK(names == "id name phone birth made paid shared cards ");
  CHECK(id == MemberId{7});
  CHECK(cards == 2);
}
