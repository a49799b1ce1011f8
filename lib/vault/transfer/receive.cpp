// Checking a sealed file that came from another store, and opening it.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"
#include "vault/transfer/address.h"
#include "vault/transfer/format.h"

namespace pharmacy {

using vault::as_bytes;

namespace {

constexpr std::size_t piece_sealed = vault::piece_size + crypto::stream_overhead;
constexpr std::size_t closing_sealed = vault::closing_size + crypto::stream_overhead;
constexpr std::size_t smallest =
    vault::transfer_header_size + closing_sealed + vault::signature_size;

using Sink = std::function<void(std::string_view)>;

[[noreturn]] void throw_damaged(const std::string& path, const std::string& what) {
  throw Error(Errc::damaged, fmt::format("{}: {}", path, what),
              _("nothing of it can be trusted: have it sent again"));
}

enum class Reads { twice, by_nobody_else };

// A file that can be read twice, or one that nobody can change meanwhile.
InputFile open_input(const std::string& path, Reads reads) {
  InputFile input{path};
  const bool as_it_is = reads == Reads::twice && path != "-" && input.size();
  return as_it_is ? std::move(input) : InputFile::copy_of(input);
}

// A sealed file, all of which its sender signed.
class SignedFile {
 public:
  SignedFile(const std::string& path, Reads reads, const TransferProgress& progress)
      : path_{path}, input_{open_input(path, reads)}, size_{input_.size().value_or(0)} {
    header_bytes_.resize(vault::transfer_header_size);
    header_bytes_.resize(input_.read(header_bytes_));
    if (!vault::is_transfer(header_bytes_)) {
      throw Error(Errc::bad_data,
                  fmt::format(fmt::runtime(_("{} is no file that a store has sealed")), path_));
    }
    const auto parsed = vault::parse_transfer_header(header_bytes_);
    if (!parsed || size_ < smallest) throw_damaged(path_, _("this file is not whole"));
    header_ = *parsed;
    check_signature(progress);
  }

  [[nodiscard]] const vault::TransferHeader& header() const { return header_; }
  // What was signed: it names the file.
  [[nodiscard]] const crypto::Digest& digest() const { return digest_; }

  // Opens all of it; the content goes to `sink`. Another file put in its place since its signature
  // was checked has another key, and does not open.
  Transfer open(const vault::TransferKeys& keys, const Sink& sink) {
    crypto::Key key;
    if (!crypto::open_sealed_to(keys.box, header_.sealed_key, key.bytes())) throw_unreadable();
    crypto::StreamOpening stream{key, header_.stream};
    input_.go_to(vault::transfer_header_size);
    std::size_t left = size_ - smallest;
    Transfer transfer{.file = {},
                      .bytes = 0,
                      .digest = {},
                      .sealed = {},
                      .sender = vault::hex(header_.sender.store_id),
                      .recipient = vault::hex(header_.recipient.store_id)};
    crypto::Hasher content;
    while (left > 0) {
      const std::size_t size = std::min(left, piece_sealed);
      left -= size;
      const std::string_view piece = next(stream, size, crypto::Message::within);
      if (piece.empty()) throw_unreadable();
      content.add(piece);
      transfer.bytes += static_cast<std::int64_t>(piece.size());
      sink(piece);
    }
    const auto closing = vault::parse_closing(next(stream, closing_sealed, crypto::Message::last));
    if (!closing || closing->bytes != static_cast<std::uint64_t>(transfer.bytes))
      throw_unreadable();
    transfer.file = closing->name;
    transfer.sealed = closing->sealed;
    transfer.digest = vault::hex(content.finish());
    return transfer;
  }

 private:
  [[noreturn]] void throw_unreadable() const {
    throw_damaged(path_, _("this file does not open as its sender sealed it"));
  }

  // The next `size` bytes, at most a sealed piece; fewer where the file ends.
  std::string_view take(std::size_t size) {
    sealed_.resize(size);
    sealed_.resize(input_.read(sealed_));
    return sealed_;
  }

  // By the key in the header: then the header is what it says, and can be compared.
  void check_signature(const TransferProgress& progress) {
    crypto::Hasher hasher;
    hasher.add(header_bytes_);
    const std::size_t end = size_ - vault::signature_size;
    for (std::size_t at = header_bytes_.size(); at < end;) {
      const std::string_view bytes = take(std::min(end - at, piece_sealed));
      if (bytes.empty()) throw_damaged(path_, _("this file is not whole"));
      hasher.add(bytes);
      at += bytes.size();
      if (progress) progress(static_cast<std::int64_t>(at), static_cast<std::int64_t>(size_));
    }
    digest_ = hasher.finish();
    crypto::Signature signature{};
    const std::string_view stated = take(signature.size());
    std::ranges::copy(as_bytes(stated), signature.begin());
    const std::string message = vault::transfer_message(digest_);
    if (stated.size() != signature.size() ||
        !crypto::verify_signature(header_.sender.sign_key, as_bytes(message), signature)) {
      throw_damaged(path_, _("this file is damaged, or was changed since it was sealed"));
    }
  }

  // What is in the next message.
  std::string_view next(crypto::StreamOpening& stream, std::size_t size, crypto::Message expected) {
    const std::string_view sealed = take(size);
    if (sealed.size() != size || size < crypto::stream_overhead) throw_unreadable();
    plain_.resize(size - crypto::stream_overhead);
    const auto kind = stream.open(as_bytes(header_bytes_), as_bytes(sealed), plain_);
    if (kind != expected) throw_unreadable();
    return {reinterpret_cast<const char*>(plain_.data()), plain_.size()};
  }

  std::string path_;
  InputFile input_;
  std::size_t size_;
  std::string header_bytes_;
  vault::TransferHeader header_;
  crypto::Digest digest_{};
  std::string sealed_;
  std::vector<unsigned char> plain_;
};

void require_sender(const vault::TransferHeader& header, const StoreAddress& expected) {
  if (vault::is_same(header.sender, expected)) return;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("this file was sealed by another store, with the "
                                         "fingerprint {}")),
                          fingerprint(header.sender)),
              _("ask that store for its address, and compare the fingerprint by telephone"));
}

// Those to which it is sealed, and whether they are old.
std::pair<vault::TransferKeys, bool> keys_for(Store& store, const vault::TransferHeader& header) {
  auto reading = store.read();
  const StoreAddress& recipient = header.recipient;
  if (recipient.store_id != reading.impl().keyring().store_id)
    throw Error(Errc::refused, _("this file is sealed to another store"));
  auto keys = vault::transfer_keys(vault::database(reading), recipient.store_id);
  const auto found = std::ranges::find_if(
      keys, [&](const vault::TransferKeys& one) { return vault::is_same(one.address, recipient); });
  if (found == keys.end()) {
    throw Error(
        Errc::refused, _("this file is sealed to an address that this store does not have"),
        _("give its sender the address that \"store address\" prints, and have it sent again"));
  }
  const bool is_old = found != keys.begin();
  return {std::move(*found), is_old};
}

struct Earlier {
  Instant at;
  std::string login;

  static constexpr auto fields() {
    return std::tuple{Field{"received_at", &Earlier::at}, Field{"login", &Earlier::login}};
  }
};

db::Bytes as_blob(const crypto::Digest& digest) { return {digest.begin(), digest.end()}; }

void refuse_again(db::Database& database, const Zone& zone, const crypto::Digest& digest) {
  const auto earlier = database.row<Earlier>(
      "SELECT f.received_at, s.login FROM received_file f JOIN staff s ON s.id = f.staff"
      " WHERE f.digest = ?1",
      as_blob(digest));
  if (!earlier) return;
  throw Error(Errc::conflict,
              fmt::format(fmt::runtime(_("this file was received already, on {date} by {login}")),
                          fmt::arg("date", to_minute_string(earlier->at, zone)),
                          fmt::arg("login", earlier->login)),
              _("to take it once more, use --again"));
}

// Under the gate: of two programs that receive a file, one is told of the other.
void log_receipt(Store::Impl& store, const SignedFile& file, const Transfer& received, bool again) {
  Reading::Impl change{store, std::nullopt};
  db::Database& database = store.database();
  if (!again) refuse_again(database, store.zone, file.digest());
  database.run(
      "INSERT OR IGNORE INTO received_file (digest, received_at, staff) VALUES (?1, ?2, ?3)",
      as_blob(file.digest()), change.now, store.who.actor.id);
  vault::Shown what;
  what.note(fmt::format("from {} {} bytes {} {}", received.sender, received.bytes, received.digest,
                        received.file));
  change.commit({.kind = AccessKind::change, .command = {}, .operation = {}, .shown = what});
}

// A file that is signed by whom it is expected from, and sealed to this store.
struct Incoming {
  SignedFile file;
  vault::TransferKeys keys;
  bool is_old_address;

  Incoming(Store& store, const Receiving& what, Reads reads, const TransferProgress& progress)
      : file{prepared(store, what), reads, progress} {
    require_sender(file.header(), what.from);
    std::tie(keys, is_old_address) = keys_for(store, file.header());
  }
  static const std::string& prepared(Store& store, const Receiving& what) {
    check_may_transfer(store);
    if (what.path != "-") keep_out_of_store(what.path);
    return what.path;
  }
};

void drop(std::string_view) {}

}  // namespace

Received check_receiving(Store& store, const Receiving& what, const TransferProgress& progress) {
  Incoming in{store, what, Reads::twice, progress};
  Transfer transfer = in.file.open(in.keys, drop);
  auto reading = store.read();
  if (!what.again) refuse_again(vault::database(reading), store.zone(), in.file.digest());
  return {.transfer = std::move(transfer), .is_old_address = in.is_old_address};
}

Received receive_file(Store& store, const Receiving& what, const TransferOutput& to,
                      const TransferProgress& progress) {
  Incoming in{store, what, to.stream ? Reads::by_nobody_else : Reads::twice, progress};
  Transfer transfer;
  if (to.stream) {
    transfer = in.file.open(in.keys, drop);
    log_receipt(store.impl(), in.file, transfer, what.again);
    static_cast<void>(in.file.open(in.keys, to.stream));
  } else {
    keep_out_of_store(to.path);
    NewFile file{to.path, to.existing};
    transfer = in.file.open(in.keys, [&](std::string_view piece) { file.write(piece); });
    file.sync();
    log_receipt(store.impl(), in.file, transfer, what.again);
    file.finish();
  }
  return {.transfer = std::move(transfer), .is_old_address = in.is_old_address};
}

}  // namespace pharmacy
