// One list of names for a row: from it come the SELECT columns, the table header, the CSV header
// and the JSON keys.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace pharmacy {

// A member of Row and the name it goes by everywhere: English, snake_case, never translated.
template <class Row, class Value>
struct Field {
  using row_type = Row;
  using value_type = Value;
  const char* name;
  Value Row::*member;
};
template <class Row, class Value>
Field(const char*, Value Row::*) -> Field<Row, Value>;

namespace detail {
struct AnyValue {
  template <class T>
  operator T() const;  // never defined: only asked whether it could convert
};
template <class Row, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { Row{(static_cast<void>(I), AnyValue{})...}; };
}
// How many members an aggregate has, up to 40.
template <class Row, std::size_t N = 40>
constexpr std::size_t arity() {
  if constexpr (takes<Row>(std::make_index_sequence<N>{})) {
    return N;
  } else {
    static_assert(N > 0, "a row has members");
    return arity<Row, N - 1>();
  }
}
}  // namespace detail

// An aggregate whose fields() names every one of its members: a forgotten one does not compile.
template <class Row>
concept FieldRow = std::is_aggregate_v<Row> && requires {
  Row::fields();
} && std::tuple_size_v<decltype(Row::fields())>
== detail::arity<Row>();

// The I-th field of Row: a constant, so that nothing of the list is made while a program runs.
template <class Row, std::size_t I>
inline constexpr auto field_of = std::get<I>(Row::fields());
// The numbers of the fields of Row, by which whoever reads or writes rows goes through them:
//   []<std::size_t... I>(std::index_sequence<I...>) { (… field_of<Row, I> …, ...); }
//   (FieldNumbers<Row>{});
template <FieldRow Row>
using FieldNumbers = std::make_index_sequence<std::tuple_size_v<decltype(Row::fields())>>;

}  // namespace pharmacy
