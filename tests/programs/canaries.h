// What is entrusted to a store, in every form in which it could slip out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/store.h"
#include "vault/opening/place.h"

namespace pharmacy::test {

struct Canary {
  std::string what;   // "data key, base64"
  std::string bytes;  // that must not be found
};
using Canaries = std::vector<Canary>;

// A text: as it is, in UTF-16, hexadecimal and base64.
Canaries forms_of(const std::string& what, std::string_view text);
// The keys of whoever opens the store with `key`: raw, in hexadecimal and base64.
Canaries forms_of_keys(const vault::Place& place, const Key& key);

// "where: what" for each that is found in the content.
std::vector<std::string> found_in(const std::string& where, std::string_view content,
                                  const Canaries& canaries);

}  // namespace pharmacy::test
