// Sealing a file to another store.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"
#include "vault/transfer/address.h"
#include "vault/transfer/format.h"

namespace pharmacy {

using vault::as_bytes;

namespace {

std::string_view as_text(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What the file is called there.
std::string name_of(const Sending& what) {
  if (!what.name && what.path == "-") {
    throw Error(Errc::invalid_input, _("what comes from the standard input has no name"),
                _("give it one with --as NAME"));
  }
  const std::string given =
      what.name ? *what.name : std::filesystem::path{what.path}.filename().string();
  auto name = normalise(given);
  if (!name || !vault::is_file_name(*name)) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("this cannot be the name of a file there: {}")), given),
                _("give it another one with --as NAME: plain text of at most 255 bytes, no /"));
  }
  return std::move(*name);
}

vault::TransferKeys own_keys(Store& store) {
  auto reading = store.read();
  auto keys = vault::transfer_keys(vault::database(reading), store.impl().keyring.store_id);
  if (keys.empty()) {
    throw Error(Errc::refused, _("this store has no address yet, by which others know it"),
                _("make one with: store address"));
  }
  return std::move(keys.front());
}

// A sealed file as it is written: its bytes go out as they come, and into what is signed.
class Sealing {
 public:
  Sealing(const vault::TransferKeys& from, const StoreAddress& to,
          std::function<void(std::string_view)> out)
      : key_{crypto::random_key()}, stream_{key_}, out_{std::move(out)} {
    vault::TransferHeader header{
        .sender = from.address, .recipient = to, .stream = stream_.header()};
    const auto sealed_key = crypto::seal_to(to.box_key, key_.bytes());
    std::ranges::copy(sealed_key, header.sealed_key.begin());
    header_ = vault::encode(header);
    write(header_);
  }

  void add(std::string_view message, crypto::Message kind) {
    sealed_.resize(message.size() + crypto::stream_overhead);
    stream_.seal(kind, as_bytes(header_), as_bytes(message), sealed_);
    write(as_text(sealed_));
  }
  // Of all that was written.
  crypto::Digest finish() { return digest_.finish(); }

 private:
  void write(std::string_view bytes) {
    digest_.add(bytes);
    out_(bytes);
  }

  crypto::Key key_;
  crypto::StreamSeal stream_;
  std::function<void(std::string_view)> out_;
  std::string header_;
  std::vector<unsigned char> sealed_;
  crypto::Hasher digest_;
};

// Adds the content, and tells of it in `sent`.
void add_content(Sealing& sealing, InputFile& input, Transfer& sent,
                 const TransferProgress& progress) {
  const auto all = static_cast<std::int64_t>(input.size().value_or(0));
  crypto::Hasher digest;
  std::string piece(vault::piece_size, '\0');
  while (const std::size_t size = input.read(piece)) {
    const auto content = std::string_view{piece}.substr(0, size);
    digest.add(content);
    sealing.add(content, crypto::Message::within);
    sent.bytes += static_cast<std::int64_t>(size);
    if (progress) progress(sent.bytes, all);
  }
  sent.digest = vault::hex(digest.finish());
}

void log_sending(Store::Impl& store, const Transfer& sent) {
  Reading::Impl change{store, std::nullopt};
  vault::Shown what;
  what.note(
      fmt::format("to {} {} bytes {} {}", sent.recipient, sent.bytes, sent.digest, sent.file));
  change.commit({.kind = AccessKind::change, .command = {}, .operation = {}, .shown = what});
}

// What can be known before anything is read or written.
struct Prepared {
  std::string name;
  vault::TransferKeys keys;
};

Prepared prepare(Store& store, const Sending& what) {
  check_may_transfer(store);
  vault::require_usable(what.to);
  std::string name = name_of(what);
  if (what.path != "-") keep_out_of_store(what.path);
  return {std::move(name), own_keys(store)};
}

}  // namespace

std::string check_sending(Store& store, const Sending& what) {
  Prepared prepared = prepare(store, what);
  static_cast<void>(InputFile{what.path});
  return std::move(prepared.name);
}

Transfer send_file(Store& store, const Sending& what, const TransferOutput& to,
                   const TransferProgress& progress) {
  Prepared prepared = prepare(store, what);
  const vault::TransferKeys& keys = prepared.keys;
  InputFile input{what.path};
  std::optional<NewFile> file;
  if (!to.stream) {
    keep_out_of_store(to.path);
    file.emplace(to.path, to.existing);
  }
  const auto out = [&](std::string_view bytes) { file ? file->write(bytes) : to.stream(bytes); };
  Transfer sent{.file = std::move(prepared.name),
                .bytes = 0,
                .digest = {},
                .sealed = store.now(),
                .sender = vault::hex(keys.address.store_id),
                .recipient = vault::hex(what.to.store_id)};
  Sealing sealing{keys, what.to, out};
  add_content(sealing, input, sent, progress);
  sealing.add(vault::encode(vault::Closing{.sealed = sent.sealed,
                                           .bytes = static_cast<std::uint64_t>(sent.bytes),
                                           .name = sent.file}),
              crypto::Message::last);
  const std::string message = vault::transfer_message(sealing.finish());
  if (file) file->sync();
  log_sending(store.impl(), sent);
  out(as_text(crypto::sign(keys.sign.secret, as_bytes(message))));
  if (file) file->finish();
  return sent;
}

}  // namespace pharmacy
