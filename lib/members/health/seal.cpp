#include "members/health/seal.h"

#include <algorithm>

#include "base/as_bytes.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace pharmacy::members {
namespace {

constexpr std::size_t tag_bytes = 16;

}  // namespace

db::Bytes sealed(const WrittenNote& note, const vault::HealthSeal& seal) {
  return crypto::seal_to(seal.key, as_bytes(written(note)));
}

std::optional<WrittenNote> opened(const db::Bytes& sealed, const crypto::BoxKeys& keys) {
  if (sealed.size() < crypto::box_overhead) return std::nullopt;
  std::vector<unsigned char> plain(sealed.size() - crypto::box_overhead);
  if (!crypto::open_sealed_to(keys, sealed, plain)) return std::nullopt;
  return read_written({reinterpret_cast<const char*>(plain.data()), plain.size()});
}

db::Bytes tag_of(const crypto::Key& tag_key, MemberId member, std::string_view key) {
  const std::string message = std::to_string(member.number()) + ' ' + std::string{key};
  const auto digest = crypto::keyed_digest(tag_key, as_bytes(message));
  return {digest.begin(), digest.begin() + tag_bytes};
}

std::optional<crypto::Key> tag_key(db::Database& db) {
  const auto stored = db.value<db::Bytes>("SELECT key FROM health_tag_key WHERE id = 1");
  if (!stored) return std::nullopt;
  return crypto::Key{std::span{*stored}.first<32>()};
}

crypto::Key tag_key_to_write(db::Database& db) {
  if (auto there = tag_key(db)) return std::move(*there);
  const auto made = crypto::random_bytes<32>();
  db.run("INSERT INTO health_tag_key (id, key) VALUES (1, ?1)",
         db::Bytes{made.begin(), made.end()});
  return crypto::Key{made};
}

}  // namespace pharmacy::members
