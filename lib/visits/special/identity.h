// Who bought a special drug, as it is checked, sealed, and known again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/error.h"
#include "pharmacy/special.h"
#include "vault/health_keys.h"

namespace pharmacy::visits {

// The buyer as she is kept; faults for what is wrong. A number that is wrong is not repeated.
BuyerIdentity checked_buyer(std::vector<Fault>& faults, const BuyerIdentity& input, Date today);

// What is sealed, and back: pharmacy-store(5).
struct SealedBuyer {
  ReceiptId receipt;
  std::string name;
  IdDocument document;
  std::string number;
};
std::string written(const SealedBuyer& buyer);
std::optional<SealedBuyer> read_buyer(std::string_view text);
db::Bytes sealed(const SealedBuyer& buyer, const vault::HealthSeal& seal);
// nullopt where it does not open, or is no buyer.
std::optional<SealedBuyer> opened_buyer(const db::Bytes& sealed, const crypto::BoxKeys& keys);

// By which the same document is known on another receipt. A residence permit with a number as ID
// cards have them counts as one: there is one such number to a person.
db::Bytes document_tag(const crypto::Key& key, IdDocument document, std::string_view number);
// The key of these digests; it is made where there is none yet.
crypto::Key document_tag_key(db::Database& database);

}  // namespace pharmacy::visits
