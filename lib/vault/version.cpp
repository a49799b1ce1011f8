#include "pharmacy/version.h"

#include "crypto/version.h"
#include "db/version.h"

namespace pharmacy {

Versions versions() { return {PHARMACY_VERSION, db::engine_version(), crypto::library_version()}; }

}  // namespace pharmacy
