#include "vault/log/entry.h"

#include "vault/keyring/bytes.h"

namespace pharmacy::vault {
namespace {

constexpr crypto::Digest nothing{};

std::span<const unsigned char> or_zeros(std::span<const unsigned char> digest) {
  return digest.empty() ? std::span<const unsigned char>{nothing} : digest;
}

}  // namespace

crypto::Key log_key_of(const crypto::Key& data_key, const StoreId& file_id) {
  return crypto::derive(data_key, "pharmacy.log", file_id);
}

crypto::Digest mac_of(const LogEntry& entry, std::span<const unsigned char> previous,
                      const crypto::Key& key) {
  ByteWriter message;
  message.u64(static_cast<std::uint64_t>(entry.seq))
      .u64(static_cast<std::uint64_t>(entry.at.seconds))
      .u32(static_cast<std::uint32_t>(entry.staff.number()))
      .counted_text(entry.kind)
      .counted_text(entry.command)
      .counted_text(entry.operation.value_or(""))
      .u16(static_cast<std::uint16_t>(entry.epoch))
      .bytes(or_zeros(entry.detail.value_or(db::Bytes{})))
      .bytes(entry.subjects)
      .bytes(or_zeros(previous))
      .bytes(entry.keyring.value_or(db::Bytes{}));
  return crypto::keyed_digest(key, message.span());
}

std::string log_message(const StoreId& store_id, std::span<const unsigned char> mac) {
  return ByteWriter{}.counted_text("pharmacy.log").bytes(store_id).bytes(mac).str();
}

crypto::Digest detail_digest(std::span<const unsigned char> salt, std::string_view text) {
  return crypto::Hasher{}.add(salt).add(text).finish();
}

crypto::Digest subjects_digest(std::span<const MemberSpan> spans) {
  ByteWriter numbers;
  for (const MemberSpan& span : spans) {
    numbers.u64(static_cast<std::uint64_t>(span.first.number()))
        .u64(static_cast<std::uint64_t>(span.last.number()));
  }
  return crypto::digest(numbers.span());
}

std::string retired_message(const StoreId& store_id, const RetiredKey& key) {
  return ByteWriter{}
      .counted_text("pharmacy.retired")
      .bytes(store_id)
      .u32(static_cast<std::uint32_t>(key.staff.number()))
      .bytes(key.sign_key)
      .u64(static_cast<std::uint64_t>(key.last_seq))
      .str();
}

}  // namespace pharmacy::vault
