#include "vault/session/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/file.h"
#include "base/i18n.h"
#include "base/uninterrupted.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "vault/access.h"
#include "vault/keyring/bytes.h"
#include "vault/session/kernel_key.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {

NoSession::NoSession() : Error{Errc::not_permitted, _("no session is open")} {}
NoSession::~NoSession() = default;

namespace vault {
namespace {

constexpr std::string_view session_magic = "pharmacysession1";
constexpr std::size_t file_size = 16 + 16 + 4 + 4 + 8 + 4 + 4 + 24 + secrets_size + 16;

// What a session's file holds.
struct SessionFile {
  StoreId store_id{};
  std::uint32_t invoker = 0;
  std::uint32_t slot = 0;
  std::uint64_t started = 0;  // seconds since the machine was started
  std::uint32_t longest = 0;  // seconds
  std::uint32_t idle = 0;     // seconds
  SealedSecrets secrets;
};

// Seconds since the machine was started: nobody sets that clock.
std::uint64_t uptime() {
  timespec now{};
  PHARMACY_CHECK(::clock_gettime(CLOCK_BOOTTIME, &now) == 0);
  return static_cast<std::uint64_t>(now.tv_sec);
}

ByteWriter head_of(const SessionFile& s) {
  ByteWriter out;
  out.text(session_magic).bytes(s.store_id).u32(s.invoker).u32(s.slot).u64(s.started);
  out.u32(s.longest).u32(s.idle);
  return out;
}

// A new passphrase, which has a new salt, ends the sessions of the old one.
std::string aad_of(const SessionFile& file, const Slot& slot) {
  return head_of(file).bytes(slot.owner.salt).str();
}

std::string encode(const SessionFile& s) {
  return head_of(s).bytes(s.secrets.nonce).bytes(s.secrets.cipher).bytes(s.secrets.tag).str();
}

std::optional<SessionFile> parse(std::string_view text) {
  ByteReader in{text};
  if (in.take(session_magic.size()) != session_magic) return std::nullopt;
  SessionFile s;
  s.store_id = in.bytes<16>();
  s.invoker = in.u32();
  s.slot = in.u32();
  s.started = in.u64();
  s.longest = in.u32();
  s.idle = in.u32();
  s.secrets.nonce = in.bytes<crypto::nonce_size>();
  s.secrets.cipher = in.bytes<secrets_size>();
  s.secrets.tag = in.bytes<crypto::tag_size>();
  return in.good() && in.left() == 0 ? std::optional{s} : std::nullopt;
}

// What is needed of a file to be read: to end a session, whoever can see it needs no more.
enum class Trust { any, ours_alone };

// nullopt where there is no such file.
std::optional<SessionFile> read(const SessionKey& session, Trust trust) {
  const Fd fd{uninterrupted([&] {
    return ::open(session.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  })};
  struct stat info {};
  if (!fd.is_open() || ::fstat(fd.number(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return std::nullopt;
  }
  const bool is_ours_alone = info.st_uid == ::getuid() && (info.st_mode & (S_IRWXG | S_IRWXO)) == 0;
  if (trust == Trust::ours_alone && !is_ours_alone) return std::nullopt;
  std::string text(file_size + 1, '\0');
  const auto size = uninterrupted([&] { return ::read(fd.number(), text.data(), text.size()); });
  if (size != static_cast<ssize_t>(file_size)) return std::nullopt;
  text.resize(file_size);
  return parse(text);
}

std::string name_of(const SessionFile& file) {
  return "pharmacy:" + hex(file.store_id) + ':' + std::to_string(file.invoker);
}

// How long the key lives from now on; 0 where the session is over.
std::chrono::seconds life_left(const SessionFile& file) {
  const std::uint64_t now = uptime();
  if (now < file.started || now - file.started >= file.longest) return {};
  const std::uint64_t left = file.longest - (now - file.started);
  return std::chrono::seconds{std::min<std::uint64_t>(left, file.idle)};
}

}  // namespace

void make_session(const SessionKey& session, const Keyring& keyring, std::uint32_t slot,
                  const SlotSecrets& secrets, const SessionLife& life) {
  SessionFile file{.store_id = keyring.store_id,
                   .invoker = session.invoker,
                   .slot = slot,
                   .started = uptime(),
                   .longest = static_cast<std::uint32_t>(life.longest.count()),
                   .idle = static_cast<std::uint32_t>(life.idle.count()),
                   .secrets = {}};
  const crypto::Key key = crypto::random_key();
  file.secrets = seal_secrets(secrets, key, as_bytes(aad_of(file, *keyring.find(slot))));
  lock_session(session);
  keep_key(name_of(file), key, life_left(file));
  try {
    write_file(session.file.string(), encode(file), Existing::replaced);
  } catch (const Error&) {
    forget_key(name_of(file));
    throw;
  }
}

SessionOwner open_session(const SessionKey& session, const Keyring& keyring) {
  const auto file = read(session, Trust::ours_alone);
  if (!file || file->store_id != keyring.store_id || file->invoker != session.invoker) {
    throw NoSession{};
  }
  const auto left = life_left(*file);
  const auto kept = find_key(name_of(*file));
  const Slot* slot = keyring.find(file->slot);
  if (left.count() == 0 || !kept || slot == nullptr) throw NoSession{};
  check_signatures(keyring, *slot);
  auto secrets =
      open_secrets(file->secrets, slot->certificate, kept->key, as_bytes(aad_of(*file, *slot)));
  if (!secrets) throw NoSession{};
  renew_key(*kept, left);
  return {*slot, std::move(*secrets)};
}

}  // namespace vault

OpenedSession unlock_session(Store& store, const SessionKey& session) {
  Store::Impl& impl = store.impl();
  if (impl.who.actor.login == vault::recovery_login) {
    throw Error(Errc::refused, _("the recovery code opens no session"),
                _("it is for one command at a time"));
  }
  auto tx = store.begin({new_operation_id(), "store unlock"});
  const auto limits = policy_on(tx, tx.today()).sessions;
  const vault::Slot* slot = tx.impl().keyring().find(impl.who.slot);
  const bool reads_health = std::ranges::any_of(
      slot->grants, [](const vault::Grant& grant) { return grant.kind == vault::KeyKind::health; });
  const int idle = reads_health ? limits.idle_minutes : limits.idle_minutes_without_health;
  vault::shown(tx).note("session");
  tx.commit();
  const std::chrono::minutes longest{limits.longest_minutes};
  vault::make_session(session, impl.keyring, impl.who.slot, impl.who.secrets,
                      {.idle = std::chrono::minutes{idle}, .longest = longest});
  const Instant now = impl.options.clock();
  return {.login = impl.who.actor.login,
          .idle_minutes = idle,
          .ends = Instant{now.seconds + std::chrono::seconds{longest}.count()}};
}

bool is_session_open(const SessionKey& session) {
  const auto file = vault::read(session, vault::Trust::any);
  return file && vault::find_key(vault::name_of(*file)).has_value();
}

bool lock_session(const SessionKey& session) {
  const auto file = vault::read(session, vault::Trust::any);
  const bool was_open = file && vault::forget_key(vault::name_of(*file));
  // Without its key it is over, and without its file; one that could not be read may have both.
  if (::unlink(session.file.c_str()) != 0 && errno != ENOENT && !file) {
    throw Error(Errc::io,
                fmt::format(fmt::runtime(_("the session may be open still: cannot remove {}: {}")),
                            session.file.string(), std::strerror(errno)));
  }
  return was_open;
}

}  // namespace pharmacy
