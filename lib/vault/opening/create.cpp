#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#include "base/file.h"
#include "base/i18n.h"
#include "crypto/random.h"
#include "db/migrate.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "policy/policies.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"
#include "vault/transfer/address.h"

namespace pharmacy {
namespace vault {
namespace {

constexpr std::uint32_t first_slot = 1;
constexpr std::uint32_t recovery_slot = 2;

[[noreturn]] void throw_cannot_create(const std::filesystem::path& path) {
  throw Error(Errc::cannot_create, fmt::format(fmt::runtime(_("cannot create {}: {}")),
                                               path.string(), std::strerror(errno)));
}

// Reports all faults at once.
void check_input(const NewStore& input) {
  auto faults = faults_of_person(input.login, input.name);
  if (input.passphrase) {
    const auto found = faults_of_passphrase(*input.passphrase, input.login, input.name);
    faults.insert(faults.end(), found.begin(), found.end());
  }
  try {
    static_cast<void>(Zone{input.zone});
  } catch (const Error& error) {
    faults.insert(faults.end(), error.faults().begin(), error.faults().end());
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
}

// A directory inside the store's, in which everything is made before it bears its name.
class Workshop {
 public:
  explicit Workshop(const Place& home) {
    const auto chance = crypto::random_bytes<8>();
    place_.directory = home.directory / (std::string{workshop_prefix} + hex(chance));
    if (::mkdir(place_.directory.c_str(), S_IRWXU) != 0) throw_cannot_create(place_.directory);
  }
  ~Workshop() {
    // What is left over does no harm.
    std::error_code ignored;
    try {
      std::filesystem::remove_all(place_.directory, ignored);
      sync_directory_of(place_.directory);  // or a power cut brings it back, beside a store
    } catch (const Error&) {
    } catch (const std::bad_alloc&) {
    }
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  [[nodiscard]] const Place& place() const { return place_; }

 private:
  Place place_;
};

struct MadeKeyring {
  Keyring keyring;
  crypto::Key data_key = crypto::random_key();
  SlotSecrets first_secrets;
  NewStoreKeys handed_out;
};

MadeKeyring make_keyring(const NewStore& input, Instant now, crypto::KdfCost cost) {
  MadeKeyring made;
  Keyring& keyring = made.keyring;
  keyring.store_id = crypto::random_bytes<16>();
  keyring.file_id = crypto::random_bytes<16>();
  keyring.commitment = commitment_to(made.data_key, keyring.store_id, keyring.epoch);

  NewSlot first{.slot = first_slot,
                .method = input.passphrase ? Method::passphrase : Method::key_file,
                .roles = role_bits({Role::manager, Role::pharmacist}),
                .created = now,
                .login = input.login,
                .name = normalise(input.name).value(),
                .cost = input.passphrase ? cost : crypto::KdfCost{}};
  KeyFileContent file{keyring.store_id, first_slot, crypto::random_key()};
  const Proof proof = input.passphrase ? Proof{input.passphrase->view()} : Proof{&file.key};
  made.first_secrets = add_slot(keyring, first, proof, nullptr, made.data_key);
  const Signer signer{first_slot, made.first_secrets.sign};
  const crypto::Key health_key = add_health_key(keyring, signer);
  if (!input.passphrase) made.handed_out.key_file = key_file_text(file);

  crypto::RecoveryCode code;
  crypto::fill_random(code.bytes());
  add_slot(keyring,
           {.slot = recovery_slot,
            .method = Method::recovery,
            .roles = first.roles,
            .created = now,
            .login = std::string{recovery_login},
            .name = std::string{recovery_login}},
           &code, &signer, made.data_key);
  for (Slot& slot : keyring.slots) {
    grant(keyring, slot, KeyKind::health, keyring.health_keys.back().epoch, health_key, signer);
  }
  made.handed_out.recovery_code = crypto::recovery_text(code);
  return made;
}

// What every store has from its first day.
void fill(db::Database& database, const MadeKeyring& made, const NewStore& input,
          const OpenOptions& options, Instant now) {
  db::WriteScope change{database};
  const auto add_setting = [&](const char* key, const std::string& value) {
    database.run("INSERT INTO setting (key, value) VALUES (?1, ?2)", std::string_view{key}, value);
  };
  add_setting(zone_setting, input.zone);
  if (!input.blind_alerts) add_setting(blind_alerts_setting, "no");
  add_setting(generation_setting, std::to_string(made.keyring.generation));
  add_setting(root_setting, hex(made.keyring.root().certificate.sign_key));
  const StaffId staff{first_slot};
  database.run("INSERT INTO staff (id, login) VALUES (?1, ?2)", staff, input.login);
  const Date always{
      std::chrono::year_month_day{std::chrono::year{1}, std::chrono::January, std::chrono::day{1}}};
  database.run(
      "INSERT INTO policy (version, effective_on, document, recorded_at, recorded_by)"
      " VALUES (1, ?1, ?2, ?3, ?4)",
      always, policy::default_document(), now, staff);
  make_transfer_keys(database, made.keyring.store_id, now);
  const crypto::Key log_key = log_key_of(made.data_key, made.keyring.file_id);
  const LogWriter writer{.staff = staff,
                         .sign = made.first_secrets.sign,
                         .store_id = made.keyring.store_id,
                         .epoch = made.keyring.epoch,
                         .key = log_key};
  append(database, writer,
         {.kind = AccessKind::change,
          .command = options.command,
          .operation = {},
          .shown = {},
          .keyring = mark_of(made.keyring)},
         now);
  change.commit();
}

// The file holds everything and its log nothing when this returns.
void make_database(const Place& place, const MadeKeyring& made, const NewStore& input,
                   const OpenOptions& options, Instant now, db::Gate& gate) {
  const db::StoreKeys keys{.file_id = made.keyring.file_id,
                           .epoch = made.keyring.epoch,
                           .data_key = made.data_key.copy()};
  db::Database database{db::create_sealed({.path = place.database()}, keys, gate)};
  db::migrate(database);
  fill(database, made, input, options, now);
  if (db::checkpoint_all(database.handle(), gate, std::chrono::seconds{5}) != 0) {
    throw Error(Errc::io,
                fmt::format(fmt::runtime(_("cannot write {}")), place.database().string()));
  }
}

void check_new(const Place& home, const NewStore& input, const OpenOptions& options) {
  check_input(input);
  require_holdable(options.clock());
  const auto nearest = check_new_place(home);
  if (!options.allow_network_fs) refuse_network(nearest);
}

}  // namespace

NewStoreKeys create_store(const std::filesystem::path& path, const NewStore& input,
                          const OpenOptions& options, crypto::KdfCost cost) {
  const Place home{path};
  check_new(home, input, options);
  make_place(home);

  const Instant now = options.clock();
  MadeKeyring made = make_keyring(input, now, cost);
  db::Gate gate{home.lock(), program_name()};
  gate.acquire(options.wait);
  make_place(home);  // someone else may have been faster
  remove_leftovers(home);
  const Workshop workshop{home};
  make_database(workshop.place(), made, input, options, now, gate);
  write_file(workshop.place().keyring().string(), encode_keyring(made.keyring, made.data_key),
             Existing::refused);
  move_in(workshop.place(), home);
  return std::move(made.handed_out);
}

}  // namespace vault

void Store::check_new(const std::filesystem::path& path, const NewStore& input,
                      const OpenOptions& options) {
  vault::check_new(vault::Place{path}, input, options);
}

}  // namespace pharmacy
