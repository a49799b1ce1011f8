#include "vault/log/log.h"

#include "crypto/random.h"
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

void add_subjects(db::Database& database, std::int64_t seq, const std::set<MemberId>& members) {
  for (const MemberId member : members)
    database.run("INSERT INTO log_subject (seq, member) VALUES (?1, ?2)", seq, member);
}

// What the next entry goes on from.
struct Newest {
  std::int64_t seq = 0;
  db::Bytes mac;
  static constexpr auto fields() {
    return std::tuple{Field{"seq", &Newest::seq}, Field{"mac", &Newest::mac}};
  }
};

}  // namespace

void Shown::note(std::string_view text) {
  const std::string_view space = detail.empty() ? "" : " ";
  if (detail.size() + space.size() >= max_detail) return;
  detail += space;
  detail += text.substr(0, cut_at(text, max_detail - detail.size()));
}

std::int64_t append(db::Database& database, const LogWriter& writer, const NewLogEntry& entry,
                    Instant now) {
  const auto newest =
      database
          .row<Newest>(
              "SELECT seq, mac FROM log_entry WHERE seq = (SELECT max(seq) FROM log_entry)")
          .value_or(Newest{});
  LogEntry row{.seq = newest.seq + 1,
               .at = now,
               .staff = writer.staff,
               .kind = to_word(entry.kind),
               .command = entry.command,
               .operation = entry.operation,
               .everybody = entry.shown.everybody,
               .epoch = writer.epoch,
               .detail = {},
               .subjects = {},
               .mac = {},
               .signature = {}};
  const Shown& shown = entry.shown;
  const auto salt = crypto::random_bytes<16>();
  if (!shown.detail.empty()) row.detail = bytes_of(detail_digest(salt, shown.detail));
  const std::vector<MemberId> members{shown.members.begin(), shown.members.end()};
  row.subjects = bytes_of(subjects_digest(members));
  row.mac = bytes_of(mac_of(row, newest.mac, writer.key));
  const std::string message = log_message(writer.store_id, row.mac);
  row.signature = bytes_of(crypto::sign(writer.sign.secret, as_bytes(message)));
  database.run(
      "INSERT INTO log_entry (seq, at, staff, kind, command, operation, everybody, epoch, detail,"
      " subjects, mac, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      row.seq, row.at, row.staff, row.kind, row.command, row.operation, row.everybody, row.epoch,
      row.detail, row.subjects, row.mac, row.signature);
  add_subjects(database, row.seq, shown.members);
  if (row.detail) {
    database.run("INSERT INTO log_detail (seq, salt, text) VALUES (?1, ?2, ?3)", row.seq,
                 bytes_of(salt), shown.detail);
  }
  return row.seq;
}

std::optional<LogAnchor> newest_entry(db::Database& database) {
  return database.row<LogAnchor>(
      "SELECT seq, lower(hex(mac)) FROM log_entry WHERE seq = (SELECT max(seq) FROM log_entry)");
}

Shown shown_by(db::Database& database, std::string_view operation) {
  Shown shown;
  auto members = database.prepare(
      "SELECT s.member FROM operation o JOIN log_subject s ON s.seq = o.log_entry WHERE o.id = ?1");
  members.bind(operation);
  while (members.step()) shown.members.insert(members.get<MemberId>(0));
  shown.note("repeated");
  return shown;
}

void retire_key(db::Database& database, const StoreId& store_id, const Certificate& of,
                const Signer& voucher) {
  const std::string message = retired_message(store_id, of.slot, of.sign_key);
  database.run(
      "INSERT INTO retired_key (staff, sign_key, voucher, signature) VALUES (?1, ?2, ?3, ?4)",
      StaffId{of.slot}, bytes_of(of.sign_key), StaffId{voucher.slot},
      bytes_of(crypto::sign(voucher.keys.secret, as_bytes(message))));
}

void take_over_retired(db::Database& database, const StoreId& store_id, std::uint32_t from,
                       const Signer& voucher) {
  struct Retired {
    StaffId staff;
    db::Bytes sign_key;
    static constexpr auto fields() {
      return std::tuple{Field{"staff", &Retired::staff}, Field{"sign_key", &Retired::sign_key}};
    }
  };
  const auto all = database.rows<Retired>(
      "SELECT staff, sign_key FROM retired_key WHERE voucher = ?1 ORDER BY staff, sign_key",
      StaffId{from});
  for (const Retired& one : all) {
    const std::string message =
        retired_message(store_id, static_cast<std::uint32_t>(one.staff.number()), one.sign_key);
    database.run(
        "UPDATE retired_key SET voucher = ?3, signature = ?4 WHERE staff = ?1 AND sign_key = ?2",
        one.staff, one.sign_key, StaffId{voucher.slot},
        bytes_of(crypto::sign(voucher.keys.secret, as_bytes(message))));
  }
}

void keep_log_key(db::Database& database, std::uint16_t epoch, const crypto::Key& key) {
  database.run("INSERT OR REPLACE INTO log_key (epoch, key) VALUES (?1, ?2)",
               static_cast<std::int64_t>(epoch), bytes_of(key.bytes()));
}

}  // namespace pharmacy::vault
