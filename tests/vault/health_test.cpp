// Health notes, as a clerk tries to read them: with the raw files, her passphrase, and the
// library's hidden parts.
#include <algorithm>
#include <filesystem>
#include <set>

#include "pharmacy/staff.h"
#include "support/vault.h"
#include "vault/access.h"
#include "vault/keyring/slot.h"

using namespace pharmacy;
using test::code_of;
using vault::KeyKind;

namespace fs = std::filesystem;

namespace {

constexpr std::string_view note = "青霉素过敏，曾休克";
constexpr const char* pharmacist_passphrase = "quiet river under stone";
constexpr const char* clerk_passphrase = "paper lantern by noon";
constexpr std::size_t pharmacist_at = 2;  // among the keyring's slots
constexpr std::size_t clerk_at = 3;

std::string text_of(std::span<const unsigned char> bytes) { return {bytes.begin(), bytes.end()}; }

// 王丽 and the pharmacist read the notes of both epochs, the clerk none.
struct StoreWithNotes : test::PassphraseStore {
  std::vector<std::string> notes;  // one of each epoch, sealed as whoever may add one seals it

  StoreWithNotes() {
    Store store = open_as("wangli", test::good_passphrase);
    add(store, "zhaomin", Role::pharmacist, pharmacist_passphrase);
    add(store, "chenjing", Role::clerk, clerk_passphrase);
    add_note();
    store.rotate_keys(true);
    add_note();
  }

  [[nodiscard]] Store open_as(const std::string& login, std::string_view passphrase) const {
    return Store::open(path, Passphrase{login, Secret{passphrase}});
  }
  static void add(Store& store, const std::string& login, Role role, std::string_view passphrase) {
    auto tx = store.begin({.id = "add-" + login, .request = login});
    add_staff(tx,
              {.login = login, .name = login, .roles = {role}, .passphrase = Secret{passphrase}});
    tx.commit();
  }
  void add_note() {
    const auto keyring = vault::read_keyring(vault::Place{path});
    notes.push_back(
        text_of(crypto::seal_to(keyring.health_keys.back().key, vault::as_bytes(note))));
  }
};

// Whoever has some secrets, and tries each on all that is sealed, until no trial yields another.
class Reader {
 public:
  Reader(const vault::Keyring& keyring, const std::vector<std::string>& notes)
      : keyring_{keyring}, notes_{notes} {}

  void learn(std::span<const unsigned char> secret) {
    for (std::size_t at = 0; at + 32 <= secret.size(); at += 32) {
      const std::string key = text_of(secret.subspan(at, 32));
      if (known_.insert(key).second) untried_.push_back(key);
    }
  }
  void learn(const vault::SlotSecrets& secrets) {
    learn(secrets.box.secret.bytes());
    learn(secrets.sign.secret.bytes());
  }
  // On every slot, not only on one's own.
  void try_passphrase(std::string_view passphrase) {
    for (const vault::Slot& slot : keyring_.slots) {
      if (slot.certificate.method == vault::Method::passphrase) try_proof(slot, passphrase);
    }
  }

  // How many of the notes open.
  [[nodiscard]] std::size_t read() {
    while (!untried_.empty()) {
      const std::string bytes = std::move(untried_.back());
      untried_.pop_back();
      try_key(crypto::Key{vault::as_bytes(bytes).first<32>()});
    }
    return opened_.size();
  }
  [[nodiscard]] std::size_t trials() const { return trials_; }

 private:
  void try_key(const crypto::Key& key) {
    const crypto::BoxKeys box{crypto::public_key_of(key), key.copy()};
    for (const std::string& sealed : notes_) {
      std::array<unsigned char, note.size()> plain{};
      ++trials_;
      if (crypto::open_sealed_to(box, vault::as_bytes(sealed), plain) && text_of(plain) == note)
        opened_.insert(sealed);
    }
    const crypto::RecoveryCode code{key.bytes().first<20>()};
    for (const vault::Slot& slot : keyring_.slots) {
      for (const vault::Grant& grant : slot.grants) {
        crypto::Key granted;
        ++trials_;
        if (crypto::open_sealed_to(box, grant.sealed_key, granted.bytes())) learn(granted.bytes());
      }
      try_proof(slot, &key);
      try_proof(slot, &code);
    }
  }
  void try_proof(const vault::Slot& slot, const vault::Proof& proof) {
    ++trials_;
    if (const auto secrets = vault::open_slot(keyring_, slot, proof)) learn(*secrets);
  }

  const vault::Keyring& keyring_;
  const std::vector<std::string>& notes_;
  std::set<std::string> known_;
  std::vector<std::string> untried_;
  std::set<std::string> opened_;
  std::size_t trials_ = 0;
};

// All that a passphrase leads to in the files, whether the library would hand it out or not.
std::size_t notes_read(const fs::path& store, const std::string& login, const char* passphrase,
                       const std::vector<std::string>& notes, std::size_t* trials = nullptr) {
  const vault::Place place{store};
  const vault::Keyring keyring = vault::read_keyring(place);
  Reader reader{keyring, notes};
  reader.try_passphrase(passphrase);
  code_of([&] {
    const auto who = vault::unlock(place, Passphrase{login, Secret{passphrase}}, Instant{});
    reader.learn(who.secrets);
    const auto opened = vault::open_keyring(place, who);
    reader.learn(opened.data_key.bytes());
    for (const auto& health : opened.keyring.health_keys)
      if (const auto keys = vault::open_health_grant(opened.keyring, *opened.keyring.find(who.slot),
                                                     who.secrets, health.epoch))
        reader.learn(keys->secret.bytes());
  });
  const std::size_t read = reader.read();
  if (trials != nullptr) *trials = reader.trials();
  return read;
}

// The clerk with the keyring of the store, which she can write: she has the data key.
struct Forger {
  vault::Place place;
  vault::Unlocked who;
  vault::OpenKeyring opened;

  explicit Forger(const fs::path& store)
      : place{store},
        who{vault::unlock(place, Passphrase{"chenjing", Secret{clerk_passphrase}}, Instant{})},
        opened{vault::open_keyring(place, who)} {}

  [[nodiscard]] vault::Keyring& keyring() { return opened.keyring; }
  [[nodiscard]] vault::Slot& mine() { return keyring().slots[clerk_at]; }
  [[nodiscard]] vault::Slot& pharmacists() { return keyring().slots[pharmacist_at]; }
  // In her own name, or with another's number under her signature.
  [[nodiscard]] vault::Signer in_the_name_of(std::uint32_t slot) const {
    return {slot, who.secrets.sign};
  }
  [[nodiscard]] vault::Signer me() const { return in_the_name_of(who.slot); }
  void take_grants_of_pharmacist() {
    for (const vault::Grant& grant : pharmacists().grants)
      if (grant.kind == KeyKind::health) mine().grants.push_back(grant);
  }
  void write() const {
    test::put_bytes(place.keyring(), vault::encode_keyring(opened.keyring, opened.data_key));
  }
};

void put_own_health_key(Forger& f, const vault::Signer& by) {
  const crypto::BoxKeys own = crypto::make_box_keys();
  auto& newest = f.keyring().health_keys.back();
  newest.key = own.open_to_all;
  vault::sign_health_key(f.keyring(), newest, by);
  for (vault::Slot& slot : f.keyring().slots)
    vault::grant(f.keyring(), slot, KeyKind::health, newest.epoch, own.secret, by);
}

void sign_all_anew(Forger& f) {
  for (auto& health : f.keyring().health_keys) vault::sign_health_key(f.keyring(), health, f.me());
  for (vault::Slot& slot : f.keyring().slots) {
    vault::certify(f.keyring(), slot.certificate, f.me());
    for (auto& grant : slot.grants) vault::sign_grant(f.keyring(), slot, grant, f.me());
  }
}

struct Edit {
  const char* what;
  void (*apply)(Forger&);
};

constexpr std::uint16_t pharmacist_bits = 1U << static_cast<unsigned>(Role::pharmacist);

const std::array edits{
    Edit{"a pharmacist's role", [](Forger& f) { f.mine().certificate.roles |= pharmacist_bits; }},
    Edit{"a pharmacist's role that she signed",
         [](Forger& f) {
           f.mine().certificate.roles |= pharmacist_bits;
           vault::certify(f.keyring(), f.mine().certificate, f.in_the_name_of(1));
         }},
    Edit{"the pharmacist's grants", [](Forger& f) { f.take_grants_of_pharmacist(); }},
    Edit{"the pharmacist's grants that she signed",
         [](Forger& f) {
           f.take_grants_of_pharmacist();
           for (auto& grant : f.mine().grants)
             vault::sign_grant(f.keyring(), f.mine(), grant, f.me());
         }},
    Edit{"grants of what she has instead",
         [](Forger& f) {
           for (const auto& health : f.keyring().health_keys)
             vault::grant(f.keyring(), f.mine(), KeyKind::health, health.epoch, f.opened.data_key,
                          f.in_the_name_of(1));
         }},
    Edit{"her public keys for the pharmacist",
         [](Forger& f) {
           f.pharmacists().certificate.box_key = f.mine().certificate.box_key;
           f.pharmacists().certificate.sign_key = f.mine().certificate.sign_key;
           vault::certify(f.keyring(), f.pharmacists().certificate, f.in_the_name_of(1));
         }},
    Edit{"her secrets in the pharmacist's slot",
         [](Forger& f) { f.pharmacists().owner = f.mine().owner; }},
    Edit{"the pharmacist's secrets in her slot",
         [](Forger& f) { f.mine().owner = f.pharmacists().owner; }},
    Edit{"a health key of her own", [](Forger& f) { put_own_health_key(f, f.me()); }},
    Edit{"a health key of her own in the manager's name",
         [](Forger& f) { put_own_health_key(f, f.in_the_name_of(1)); }},
    Edit{"a health key of her own as the next epoch",
         [](Forger& f) {
           const auto own = vault::add_health_key(f.keyring(), f.me());
           vault::grant(f.keyring(), f.mine(), KeyKind::health,
                        f.keyring().health_keys.back().epoch, own, f.me());
         }},
    Edit{"a friend who is a pharmacist",
         [](Forger& f) {
           const vault::Signer me = f.me();
           vault::add_slot(f.keyring(),
                           {.slot = 9,
                            .roles = pharmacist_bits,
                            .created = {},
                            .login = "friend",
                            .name = "friend",
                            .cost = crypto::kdf_cheap},
                           std::string_view{clerk_passphrase}, &me, f.opened.data_key);
         }},
    Edit{"her signature under everything, and a manager's role",
         [](Forger& f) {
           f.mine().certificate.roles = vault::role_bits({Role::manager, Role::pharmacist});
           sign_all_anew(f);
         }},
};

}  // namespace

TEST_CASE("a clerk reads no health note with the raw files, her passphrase and the library") {
  const StoreWithNotes s;
  std::size_t trials = 0;
  CHECK(notes_read(s.path, "chenjing", clerk_passphrase, s.notes, &trials) == 0);
  CHECK(trials > 50);
  // The same trials with what others have.
  CHECK(notes_read(s.path, "zhaomin", pharmacist_passphrase, s.notes) == 2);
  CHECK(notes_read(s.path, "wangli", test::good_passphrase, s.notes) == 2);
}

TEST_CASE("the secret half of a health key lies nowhere in what a clerk can read") {
  const StoreWithNotes s;
  const vault::Place place{s.path};
  const auto who =
      vault::unlock(place, Passphrase{"zhaomin", Secret{pharmacist_passphrase}}, Instant{});
  const auto opened = vault::open_keyring(place, who);
  test::empty_log(place, opened);
  std::string all;
  for (const auto& file : fs::directory_iterator{s.path}) all += test::bytes_of(file.path());
  const std::string database = test::bytes_of(place.database());
  for (std::uint32_t page = 1; page <= database.size() / db::page_size; ++page)
    all += text_of(test::opened_page(test::keys_of(opened), page, database));
  const auto lies_there = [&](std::span<const unsigned char> secret) {
    return all.find(text_of(secret)) != std::string::npos ||
           all.find(vault::hex(secret)) != std::string::npos;
  };
  for (const auto& health : opened.keyring.health_keys) {
    const auto keys = vault::open_health_grant(opened.keyring, *opened.keyring.find(who.slot),
                                               who.secrets, health.epoch);
    REQUIRE(keys.has_value());
    CHECK_FALSE(lies_there(keys->secret.bytes()));
    CHECK(lies_there(keys->open_to_all));
  }
}

TEST_CASE("whatever a clerk writes into the keyring, no note opens to her, now or later") {
  const StoreWithNotes s;
  const vault::Keyring before = vault::read_keyring(vault::Place{s.path});
  const auto attacked = s.directory.path() / "attacked";
  for (const Edit& edit : edits) {
    CAPTURE(edit.what);
    fs::remove_all(attacked);
    fs::copy(s.path, attacked);
    fs::permissions(attacked, fs::perms::owner_all);
    Forger forger{attacked};
    edit.apply(forger);
    forger.write();
    CHECK(notes_read(attacked, "chenjing", clerk_passphrase, s.notes) == 0);
    // What would hand out the next key hands it to nobody whom she put there.
    std::string said;
    CHECK(code_of([&] {
            try {
              Store::open(attacked, Passphrase{"wangli", Secret{test::good_passphrase}})
                  .rotate_keys(true);
            } catch (const Error& error) {
              said = error.what();
              throw;
            }
          }) == Errc::damaged);
    // By the signatures, before the access log is asked.
    CHECK(said != vault::outdated_keyring());
    // Nobody seals a note to a key of hers, unless she is the root of all, which the store knows.
    const auto& health = forger.keyring().health_keys.back();
    const bool is_as_it_was = health.signature == before.health_keys.back().signature;
    const bool is_root = forger.keyring().root().certificate.slot == forger.who.slot;
    CHECK((is_as_it_was || is_root ||
           code_of([&] { vault::check_health_key(forger.keyring(), health); }) == Errc::damaged));
  }
}

TEST_CASE("a clerk to whom a manager gives the key reads the notes, and not those after its end") {
  StoreWithNotes s;
  Store store = s.open_as("wangli", test::good_passphrase);
  const auto change = [&](const char* id, auto&& verb) {
    auto tx = store.begin({.id = id, .request = id});
    verb(tx);
    tx.commit();
  };
  change("give", [](Transaction& tx) { grant_health(tx, "chenjing"); });
  CHECK(notes_read(s.path, "chenjing", clerk_passphrase, s.notes) == 2);
  change("take", [](Transaction& tx) { revoke_health(tx, "chenjing"); });
  store.rotate_keys(true);
  s.add_note();
  CHECK(notes_read(s.path, "chenjing", clerk_passphrase, s.notes) == 0);
  CHECK(notes_read(s.path, "zhaomin", pharmacist_passphrase, s.notes) == 3);
}
