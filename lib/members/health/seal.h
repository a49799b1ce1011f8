// Health notes as they are stored: sealed, with what counter checks compare.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/database.h"
#include "members/health/facts.h"
#include "vault/health_keys.h"

namespace pharmacy::members {

// The note sealed to the key.
db::Bytes sealed(const WrittenNote& note, const vault::HealthSeal& seal);
// What is sealed, whoever has the keys; nullopt where it does not open, or is no note.
std::optional<WrittenNote> opened(const db::Bytes& sealed, const crypto::BoxKeys& keys);

// The digest of a key (facts.h) for one member.
db::Bytes tag_of(const crypto::Key& tag_key, MemberId member, std::string_view key);
inline constexpr std::size_t tags_each = 8;  // note, or a multiple of it; some of them random

// The key of the digests; it is made where there is none yet.
crypto::Key tag_key_to_write(db::Database& db);
// nullopt where no note was ever written.
std::optional<crypto::Key> tag_key(db::Database& db);

}  // namespace pharmacy::members
