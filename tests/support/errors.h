// What a call throws.
#pragma once

#include <optional>
#include <string>

#include "pharmacy/error.h"

namespace pharmacy::test {

// The code of the Error that `call` throws; nullopt where it throws none.
template <class Call>
std::optional<Errc> code_of(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

// The first message of the Error that `call` throws; "" where it throws none.
template <class Call>
std::string message_of(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace pharmacy::test
