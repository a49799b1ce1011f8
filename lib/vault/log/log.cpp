#include "vault/log/log.h"

#include <algorithm>

#include "crypto/random.h"
#include "pharmacy/text.h"
#include "vault/approvals.h"
#include "vault/keyring/bytes.h"

namespace pharmacy::vault {
namespace {

template <class Range>
db::Bytes bytes_of(const Range& range) {
  return {range.begin(), range.end()};
}

// Where a text of UTF-8 can be cut, at most `limit` bytes.
std::size_t cut_at(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return limit;
}

void add_subjects(db::Database& database, std::int64_t seq, const std::vector<MemberSpan>& spans) {
  for (const MemberSpan& span : spans) {
    database.run("INSERT INTO log_subject (seq, first, last) VALUES (?1, ?2, ?3)", seq, span.first,
                 span.last);
  }
}

db::Bytes signature_of(const StoreId& store_id, const RetiredKey& key, const Signer& voucher) {
  const std::string message = retired_message(store_id, key);
  return bytes_of(crypto::sign(voucher.keys.secret, as_bytes(message)));
}

}  // namespace

std::vector<MemberSpan> Shown::spans() const {
  auto sorted = members;
  std::ranges::sort(sorted, {}, &MemberSpan::first);
  std::vector<MemberSpan> spans;
  for (const MemberSpan& span : sorted) {
    const bool touches = !spans.empty() && span.first.number() <= spans.back().last.number() + 1;
    if (touches) {
      spans.back().last = std::max(spans.back().last, span.last);
    } else {
      spans.push_back(span);
    }
  }
  return spans;
}

void Shown::note(std::string_view words) {
  const std::string text = for_terminal(words);  // a file may be called anything
  const std::string_view space = detail.empty() ? "" : " ";
  if (detail.size() + space.size() >= max_detail) return;
  detail += space;
  detail.append(text, 0, cut_at(text, max_detail - detail.size()));
}

std::int64_t append(db::Database& database, const LogWriter& writer, const NewLogEntry& entry,
                    Instant now) {
  const LogAnchor newest = newest_entry(database).value_or(LogAnchor{});
  const std::string previous = from_hex(newest.mac).value_or("");
  LogEntry row{.seq = newest.seq + 1,
               .at = now,
               .staff = writer.staff,
               .kind = to_word(entry.kind),
               .command = entry.command,
               .operation = entry.operation,
               .epoch = writer.epoch,
               .detail = {},
               .subjects = {},
               .mac = {},
               .signature = {}};
  const Shown& shown = entry.shown;
  const auto salt = crypto::random_bytes<salt_bytes>();
  if (!shown.detail.empty()) row.detail = bytes_of(detail_digest(salt, shown.detail));
  const auto spans = shown.spans();
  row.subjects = bytes_of(subjects_digest(spans));
  if (entry.keyring) row.keyring = bytes_of(encode(*entry.keyring));
  row.mac = bytes_of(mac_of(row, as_bytes(previous), writer.key));
  const std::string message = log_message(writer.store_id, row.mac);
  row.signature = bytes_of(crypto::sign(writer.sign.secret, as_bytes(message)));
  database.run(
      "INSERT INTO log_entry (seq, at, staff, kind, command, operation, epoch, detail,"
      " subjects, mac, signature, keyring)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      row.seq, row.at, row.staff, row.kind, row.command, row.operation, row.epoch, row.detail,
      row.subjects, row.mac, row.signature, row.keyring);
  add_subjects(database, row.seq, spans);
  if (row.detail) {
    database.run("INSERT INTO log_detail (seq, salt, text) VALUES (?1, ?2, ?3)", row.seq,
                 bytes_of(salt), shown.detail);
  }
  if (shown.approval) spend_approval(database, *shown.approval, row.seq);
  return row.seq;
}

std::optional<LogAnchor> newest_entry(db::Database& database) {
  return database.row<LogAnchor>(
      "SELECT seq, lower(hex(mac)) FROM log_entry WHERE seq = (SELECT max(seq) FROM log_entry)");
}

Shown shown_by(db::Database& database, std::string_view operation) {
  Shown shown;
  shown.members = database.rows<MemberSpan>(
      "SELECT s.first, s.last FROM operation o JOIN log_subject s ON s.seq = o.log_entry"
      " WHERE o.id = ?1 ORDER BY s.first",
      operation);
  shown.note("repeated");
  return shown;
}

std::vector<RetiredKey> retired_keys(db::Database& database) {
  return database.rows<RetiredKey>(
      "SELECT staff, sign_key, last_seq, voucher, signature FROM retired_key"
      " ORDER BY staff, sign_key");
}

bool vouches(const crypto::SignPublicKey& by, const StoreId& store_id, const RetiredKey& key) {
  crypto::Signature signature{};
  if (key.signature.size() != signature.size()) return false;
  std::ranges::copy(key.signature, signature.begin());
  return crypto::verify_signature(by, as_bytes(retired_message(store_id, key)), signature);
}

void retire_key(db::Database& database, const StoreId& store_id, const Certificate& of,
                const Signer& voucher) {
  const RetiredKey key{
      .staff = StaffId{of.slot},
      .sign_key = bytes_of(of.sign_key),
      .last_seq =
          database.value<std::int64_t>("SELECT coalesce(max(seq), 0) FROM log_entry").value_or(0),
      .voucher = StaffId{voucher.slot},
      .signature = {}};
  database.run(
      "INSERT INTO retired_key (staff, sign_key, last_seq, voucher, signature)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      key.staff, key.sign_key, key.last_seq, key.voucher, signature_of(store_id, key, voucher));
}

void take_over_retired(db::Database& database, const StoreId& store_id, const Certificate& from,
                       const Signer& voucher) {
  for (const RetiredKey& key : retired_keys(database)) {
    if (key.voucher != StaffId{from.slot}) continue;
    // What she never signed gets no other's signature: verifying the log tells of it.
    if (!vouches(from.sign_key, store_id, key)) continue;
    database.run(
        "UPDATE retired_key SET voucher = ?3, signature = ?4 WHERE staff = ?1 AND sign_key = ?2",
        key.staff, key.sign_key, StaffId{voucher.slot}, signature_of(store_id, key, voucher));
  }
}

void keep_log_key(db::Database& database, std::uint16_t epoch, const crypto::Key& key) {
  database.run("INSERT OR REPLACE INTO log_key (epoch, key) VALUES (?1, ?2)",
               static_cast<std::int64_t>(epoch), bytes_of(key.bytes()));
}

}  // namespace pharmacy::vault
