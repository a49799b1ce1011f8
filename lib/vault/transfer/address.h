// The keys of a store for transfers.
#pragma once

#include <string>
#include <vector>

#include "crypto/box.h"
#include "db/database.h"
#include "pharmacy/transfer.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {

struct TransferKeys {
  StoreAddress address;
  crypto::BoxKeys box;
  crypto::SignKeys sign;
};

// Adds new ones, in the change that is under way.
TransferKeys make_transfer_keys(db::Database& database, const StoreId& store_id, Instant now);
// The newest first. Throws damaged.
std::vector<TransferKeys> transfer_keys(db::Database& database, const StoreId& store_id);

// Throws invalid_input where nothing can be sealed to it.
void require_usable(const StoreAddress& address);

}  // namespace pharmacy::vault
