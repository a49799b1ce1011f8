// The address of a store: its text, and the keys behind it.
#include "vault/transfer/address.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "crypto/encode.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"
#include "vault/transfer/format.h"

namespace pharmacy {
namespace {

constexpr std::string_view first_word = "pharmacy-address-1";
constexpr std::string_view last_word = "fingerprint";
constexpr std::size_t max_address_name = 200;  // bytes
constexpr std::size_t digits_in_line = 40;     // eight groups of four, each with a hyphen

// Of a fingerprint.
constexpr std::size_t group_count = 6;
constexpr std::size_t group_bytes = 5;
constexpr std::uint64_t group_limit = 100'000;

bool is_address_name(std::string_view name) {
  return name.size() <= max_address_name && normalise(name) == name;
}

// The text up to the line's end, which is taken off.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

// What the text begins with is taken off; false where it begins with something else.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c != ' ' && c != '-' && c != '\n' && c != '\r'; });
  return digits;
}

}  // namespace

std::string fingerprint(const StoreAddress& address) {
  const auto message =
      vault::ByteWriter{}.counted_text("pharmacy.address").text(vault::encode(address)).str();
  const crypto::Digest digest = crypto::digest(vault::as_bytes(message));
  vault::ByteReader in{{reinterpret_cast<const char*>(digest.data()), digest.size()}};
  std::string text;
  for (std::size_t i = 0; i < group_count; ++i)
    text += fmt::format("{}{:05}", i > 0 ? " " : "", in.number(group_bytes) % group_limit);
  return text;
}

std::string to_string(const StoreAddress& address) {
  if (!is_address_name(address.name)) {
    throw Error(
        Errc::invalid_input,
        _("the name of a store is plain text of at most 200 bytes, without spaces around it"));
  }
  std::string text{first_word};
  if (!address.name.empty()) text += ' ' + address.name;
  const std::string digits = crypto::base32_text(vault::as_bytes(vault::encode(address)));
  for (std::size_t from = 0; from < digits.size(); from += digits_in_line)
    text += '\n' + digits.substr(from, digits_in_line - 1);
  return text + fmt::format("\n{} {}\n", last_word, fingerprint(address));
}

std::optional<StoreAddress> parse_store_address(std::string_view text) {
  if (text.size() > address_text_max) return std::nullopt;
  static_cast<void>(take_word(text, "\xEF\xBB\xBF"));  // as editors put it there
  std::string_view first = take_line(text);
  if (!take_word(first, first_word)) return std::nullopt;
  const auto name = normalise(first);
  const auto end = text.find(last_word);
  std::array<unsigned char, vault::address_size> bytes{};
  if (!name || !is_address_name(*name) || end == std::string_view::npos ||
      !crypto::parse_base32_text(digits_of(text.substr(0, end)), bytes)) {
    return std::nullopt;
  }
  StoreAddress address;
  address.name = *name;
  vault::ByteReader in{{reinterpret_cast<const char*>(bytes.data()), bytes.size()}};
  address.store_id = in.bytes<16>();
  address.box_key = in.bytes<32>();
  address.sign_key = in.bytes<32>();
  const bool fits =
      digits_of(text.substr(end + last_word.size())) == digits_of(fingerprint(address));
  return fits && crypto::is_usable(address.box_key) ? std::optional{address} : std::nullopt;
}

std::optional<StoreAddress> find_store_address(Reading& reading) {
  const auto keys =
      vault::transfer_keys(vault::database(reading), reading.impl().keyring().store_id);
  return keys.empty() ? std::nullopt : std::optional{keys.front().address};
}

StoreAddress make_store_address(Transaction& tx) {
  vault::require(tx, vault::Permission::transfer);
  const auto made =
      vault::make_transfer_keys(vault::database(tx), tx.impl().keyring().store_id, tx.now());
  vault::shown(tx).note(fingerprint(made.address));
  return made.address;
}

void check_may_transfer(Store& store) { vault::require(store.impl(), vault::Permission::transfer); }

namespace vault {
namespace {

struct KeyRow {
  db::Bytes box;
  db::Bytes sign;

  static constexpr auto fields() {
    return std::tuple{Field{"box", &KeyRow::box}, Field{"sign", &KeyRow::sign}};
  }
};

TransferKeys keys_of(KeyRow& row, const StoreId& store_id) {
  TransferKeys keys;
  std::ranges::copy(row.box, keys.box.secret.bytes().begin());
  std::ranges::copy(row.sign, keys.sign.secret.bytes().begin());
  std::ranges::copy(row.sign.begin() + 32, row.sign.end(), keys.sign.open_to_all.begin());
  crypto::wipe(row.box);
  crypto::wipe(row.sign);
  keys.box.open_to_all = crypto::public_key_of(keys.box.secret);
  if (!crypto::belong_together(keys.sign.open_to_all, keys.sign.secret))
    throw Error(Errc::damaged, _("the store's keys for transfers do not belong together"));
  keys.address = {
      .store_id = store_id, .box_key = keys.box.open_to_all, .sign_key = keys.sign.open_to_all};
  return keys;
}

}  // namespace

TransferKeys make_transfer_keys(db::Database& database, const StoreId& store_id, Instant now) {
  const crypto::BoxKeys box = crypto::make_box_keys();
  const crypto::SignKeys sign = crypto::make_sign_keys();
  KeyRow row;
  row.box.assign(box.secret.bytes().begin(), box.secret.bytes().end());
  row.sign.assign(sign.secret.bytes().begin(), sign.secret.bytes().end());
  database.run("INSERT INTO transfer_key (box, sign, made_at) VALUES (?1, ?2, ?3)", row.box,
               row.sign, now);
  return keys_of(row, store_id);
}

std::vector<TransferKeys> transfer_keys(db::Database& database, const StoreId& store_id) {
  auto rows = database.rows<KeyRow>("SELECT box, sign FROM transfer_key ORDER BY id DESC");
  std::vector<TransferKeys> keys;
  keys.reserve(rows.size());
  for (KeyRow& row : rows) keys.push_back(keys_of(row, store_id));
  return keys;
}

void require_usable(const StoreAddress& address) {
  if (crypto::is_usable(address.box_key)) return;
  throw Error(Errc::invalid_input, _("nothing can be sealed to this address"));
}

}  // namespace vault
}  // namespace pharmacy
