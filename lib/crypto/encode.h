// Bytes as text that people copy by hand.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/secret.h"
#include "pharmacy/secret.h"

namespace pharmacy::crypto {

// 160 bits that open a store when all else is lost.
using RecoveryCode = SecretBytes<20>;

// Nine groups of four in base32 (0-9 and A-Z without I, L, O, U), joined by hyphens; the last
// group is a checksum, the first 20 bits of the code's BLAKE2b-256.
Secret recovery_text(const RecoveryCode& code);

// Takes lower case, O for 0, I and L for 1, and spaces or hyphens anywhere. nullopt if the
// length, a character or the checksum is wrong: one wrong character is always noticed or stands
// for the same.
std::optional<RecoveryCode> parse_recovery_text(std::string_view text);

// What is no secret, in the same digits: groups of four joined by hyphens. A multiple of 5 bytes.
std::string base32_text(std::span<const unsigned char> bytes);
// Takes what parse_recovery_text takes, without a checksum. Fills `bytes`, a multiple of 5; false
// where the text has another length, or another character.
[[nodiscard]] bool parse_base32_text(std::string_view text, std::span<unsigned char> bytes);

}  // namespace pharmacy::crypto
