// Backups: the one of tests/format/base, cut to its first page so that there is little to mutate
// beside the header and the keyring.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "crypto/hash.h"
#include "fuzz/store_targets.h"
#include "pharmacy/backup.h"
#include "pharmacy/error.h"
#include "support/temp_dir.h"
#include "vault/backup/format.h"
#include "vault/keyring/bytes.h"

namespace pharmacy::test {

std::string base_file(const std::string& name) {
  std::ifstream in{std::string{PHARMACY_SOURCE_DIR} + "/tests/format/base/" + name,
                   std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  if (bytes.empty()) throw std::runtime_error("cannot read " + name);
  return bytes;
}

namespace {

constexpr std::size_t mac_size = crypto::Digest{}.size();
constexpr std::size_t page_size = 4096;

// The MAC of a keyring or a backup anew, as whoever has the data key can.
std::string with_mac(std::string bytes, std::string_view label) {
  static const std::string data_key = base_file("data.key");
  const crypto::Key key = crypto::derive(crypto::Key{vault::as_bytes(data_key).first<32>()}, label,
                                         vault::as_bytes(bytes).subspan<20, 16>());
  bytes.resize(bytes.size() - mac_size);
  const crypto::Digest mac = crypto::keyed_digest(key, vault::as_bytes(bytes));
  bytes.append(mac.begin(), mac.end());
  return bytes;
}

// Lengths and MACs that fit a backup of one page, whatever else is in it.
std::string with_form(const std::string& text) {
  constexpr std::size_t head = vault::backup_header_size, around = head + page_size + mac_size;
  constexpr std::size_t ids_end = 52;  // of a keyring
  if (text.size() < around + ids_end + mac_size) return text;
  const std::size_t keyring_bytes = text.size() - around;
  const std::string counts =
      vault::ByteWriter{}.u32(1).u32(static_cast<std::uint32_t>(keyring_bytes)).str();
  const std::string keyring = with_mac(text.substr(head, keyring_bytes), "pharmacy.keyring");
  return with_mac(
      text.substr(0, head - counts.size()) + counts + keyring + text.substr(head + keyring_bytes),
      "pharmacy.backup");
}

struct Sound {
  std::string head, whole;

  Sound() {
    auto header = *vault::parse_backup_header(base_file("backup.head"));
    header.pages = 1;
    head = vault::encode(header);
    const std::string keyring = base_file("store.keys");
    const std::string page = base_file("store.db").substr(0, page_size);
    whole = with_form(head + keyring + page + std::string(mac_size, '\0'));
  }
  static const Sound& get() {
    static const Sound sound;
    return sound;
  }
};

using BackupJudge = bool (*)(const std::string& bytes);

bool reads_whole(const std::string& bytes) {
  static const TempDir directory;
  static const std::string path = directory.file("backup");
  static const std::string key = base_file("wangli.key");
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  try {
    if (backup_staff(path).empty()) throw std::logic_error("somebody has a key to a backup");
    static_cast<void>(verify_backup(path, KeyFile{Secret{key}}));
    return true;
  } catch (const Error& error) {
    if (error.faults().empty()) throw std::logic_error("an error that says nothing");
    return false;
  }
}

// What somebody sees who has no key.
bool looks_whole(const std::string& bytes) {
  const auto header =
      vault::parse_backup_header(std::string_view{bytes}.substr(0, vault::backup_header_size));
  return header && bytes.size() == vault::backup_header_size + header->keyring_bytes +
                                       header->pages * page_size + mac_size;
}

// What nobody makes up with the data key alone: the page, and the keyring but for its generation
// and its MAC. Here nobody seals pages with it.
std::string signed_part(const std::string& backup) {
  constexpr std::size_t keyring = vault::backup_header_size, generation = 12;
  std::string part = backup.substr(keyring, backup.size() - keyring - mac_size);
  part.replace(generation, 8, 8, '\0');
  part.replace(part.size() - page_size - mac_size, mac_size, mac_size, '\0');
  return part;
}

// Whoever has no key makes no other backup that is whole; whoever has the data key alone, none with
// other people in its keyring.
template <BackupJudge is_whole>
void take_backup(std::string_view bytes) {
  const Sound& sound = Sound::get();
  const std::string text{bytes};
  if (is_whole(text) != (text == sound.whole))
    throw std::logic_error("a backup is whole where it is the one that was made");
  const std::string forged = with_form(text);
  if (is_whole(forged) && signed_part(forged) != signed_part(sound.whole))
    throw std::logic_error("keyring and page are those that were signed and sealed");
}

FuzzTarget sound_target(const char* name, void (*take)(std::string_view)) {
  const Sound& sound = Sound::get();
  return {.name = name, .take = take, .seeds = {sound.whole, sound.head}, .usual = 1'500};
}

}  // namespace

FuzzTarget backup_target() { return sound_target("backup", take_backup<reads_whole>); }
FuzzTarget blind_backup_target() { return sound_target("blind backup", take_backup<looks_whole>); }

}  // namespace pharmacy::test
