// A session: for a while after a person proved who she is, her commands open the store without
// asking. It belongs to that person, not to the account that programs run under:
// pharmacy-security(7).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/store.h"

namespace pharmacy {

// The session of whoever runs this program, whether there is one or not: hers who called sudo where
// it runs under the account of the pharmacy, else of the account itself. `env` reads the
// environment. Throws cannot_create, with the reason, where there can be none.
PHARMACY_API SessionKey
session_of_invoker(const std::function<std::optional<std::string>(const char*)>& env);

// What unlock_session made.
struct OpenedSession {
  std::string login;
  std::int64_t idle_minutes;  // after so long without a command it ends
  Instant ends;               // and then at the latest

  static constexpr auto fields() {
    return std::tuple{Field{"login", &OpenedSession::login},
                      Field{"idle_minutes", &OpenedSession::idle_minutes},
                      Field{"ends", &OpenedSession::ends}};
  }
};

// Makes a session for the actor of `store`, in the place of one that there was; that is logged
// first. Throws cannot_create where this machine keeps no keys (containers often do not); refused
// for the recovery code; what lock_session() throws; and what a change throws.
PHARMACY_API OpenedSession unlock_session(Store& store, const SessionKey& session);

// Whether there is one that lock_session() would end. Needs no key.
PHARMACY_API bool is_session_open(const SessionKey& session);
// Ends it: false where there was none. Needs no key. Throws io where its file can be neither read
// nor removed.
PHARMACY_API bool lock_session(const SessionKey& session);

}  // namespace pharmacy
