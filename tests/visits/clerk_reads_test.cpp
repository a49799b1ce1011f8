// What a clerk makes of a store with texts that are sealed from her: with its raw files, all her
// keys, all rows, and all that the programs print for her.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "complain/complain.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "db/header_seal.h"
#include "db/page_seal.h"
#include "member/member.h"
#include "pharmacy/consent.h"
#include "pharmacy/staff.h"
#include "report/report.h"
#include "support/run.h"
#include "support/vault.h"
#include "vault/access.h"
#include "visit/visit.h"
#include "visits/special_store.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

using Bytes = std::span<const unsigned char>;

constexpr const char* open_text = "常客备注金丝桃";  // which a clerk may read
constexpr const char* clerk_passphrase = "paper lantern by noon";

const std::string secret_texts[] = {"头孢曲松特敏", "曾休克送抢救", "服药后全身风团", id_card(7),
                                    "欧阳金丝雀"};

std::string joined(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

std::size_t count_of(const std::string& haystack) {
  std::size_t found = 0;
  for (const auto& text : secret_texts) found += haystack.find(text) != std::string::npos ? 1 : 0;
  return found;
}

// M1 with an ordinary note, a health note, a complaint with a part about health, counsel, and a
// special drug that she bought by a document; a clerk with a key file, one with a passphrase.
struct Entrusted : SpecialStore {
  std::string clerk = key_of(Role::clerk), pharmacist = key_of(Role::pharmacist);

  Entrusted() {
    auto tx = begin();
    add_staff(tx, {.login = "typing",
                   .name = "刘洋",
                   .roles = {Role::clerk},
                   .passphrase = Secret{clerk_passphrase}});
    give_consent(tx, {.member = MemberId{1}, .purpose = Purpose::health});
    tx.commit();
    must(cli::member, {"edit", "M1", "--note", open_text});
    must(cli::member, {"health", "add", "M1", "--kind", "allergy", "--ingredient", secret_texts[0],
                       "--reaction", secret_texts[1]});
    must(cli::complain, {"add", "--member", "M1", "药盒破损", "--health", secret_texts[2]});
    must(cli::define_visit, {"counsel", "add", "M1", "--product", "E", "--dose", "每次1片"});
    sell_special({"E=1"}, {.member = 1, .number = secret_texts[3], .name = secret_texts[4]});
    close();
  }
  void must(cli::Define program, const std::vector<std::string>& args) {
    const Ran ran = run(program, *this, args);
    REQUIRE_MESSAGE(ran.status == 0, ran.err);
  }
  // All that the programs print of it for whoever has this key file, refusals too.
  std::string printed_for(const std::string& key_file) {
    using Args = std::vector<std::string>;
    const std::vector<std::pair<cli::Define, Args>> commands{
        {cli::member, {"show", "M1"}},
        {cli::member, {"health", "list", "M1"}},
        {cli::member, {"health", "show", "M1"}},
        {cli::member, {"timeline", "M1"}},
        {cli::member, {"copy", "M1"}},
        {cli::complain, {"show", "C2026-000001"}},
        {cli::define_visit, {"show", "1"}},
        {cli::define_visit, {"check", "M1", "E"}},
        {cli::define_visit, {"counsel", "list", "M1"}},
        {cli::report, {"special", "2026-03"}}};
    std::string all;
    for (auto [program, args] : commands) {
      args.insert(args.end(), {"--format", "json"});
      const Ran ran = run(program, *this, args, {.env = {{"PHARMACY_KEY_FILE", key_file}}});
      all += ran.out + ran.err;
    }
    return all;
  }
};

// The log of a store's file, frame by frame, as the data key opens it.
std::string opened_log(const db::StoreKeys& keys, const std::string& log) {
  if (log.size() < db::log_header_size) return {};
  db::Salts salts{};
  std::copy_n(log.begin() + db::salts_offset, salts.size(), salts.begin());
  std::string all;
  const std::size_t frames = (log.size() - db::log_header_size) / db::sealed_frame_size;
  for (std::uint32_t frame = 1; frame <= frames; ++frame) {
    const auto at = log.substr(db::log_header_size + (frame - 1) * db::sealed_frame_size,
                               db::sealed_frame_size);
    const auto* sealed = vault::as_bytes(at).data();
    std::array<unsigned char, db::frame_header_size> header{};
    Page page{};
    if (!db::HeaderSeal{keys}.open(frame, salts, sealed, header.data())) break;
    REQUIRE(db::PageSeal{keys}.open(db::get_u32(header.data()), sealed + db::sealed_header_size,
                                    page.data()));
    all += joined(page);
  }
  return all;
}

// Somebody with a proof of who she is: all that it leads to in the files, whether the library would
// hand it out or not.
class Looking {
 public:
  Looking(const fs::path& store, Key key)
      : place_{store},
        who_{vault::unlock(place_, key, Instant{})},
        opened_{vault::open_keyring(place_, who_)} {
    read_files();
    Store opened = Store::open(store, std::move(key));
    auto reading = opened.read();
    read_rows(vault::database(reading));
    learn_keys();
  }

  [[nodiscard]] const std::string& files() const { return files_; }
  [[nodiscard]] const std::string& log() const { return log_; }  // opened
  [[nodiscard]] const std::string& rows() const { return rows_; }
  [[nodiscard]] std::size_t trials() const { return trials_; }
  [[nodiscard]] std::size_t sealed() const { return sealed_.size(); }

  // What of the sealed blobs opens to any key that she has, or comes to.
  std::string opened_blobs() {
    std::string all;
    while (!untried_.empty()) {
      const std::string bytes = std::move(untried_.back());
      untried_.pop_back();
      const crypto::Key key{vault::as_bytes(bytes).first<32>()};
      for (const std::string& blob : sealed_) all += opened_with(key, blob);
      for (const vault::Slot& slot : opened_.keyring.slots) {
        for (const vault::Grant& grant : slot.grants) {
          crypto::Key granted;
          ++trials_;
          if (crypto::open_sealed_to({crypto::public_key_of(key), key.copy()}, grant.sealed_key,
                                     granted.bytes()))
            learn(granted.bytes());
        }
      }
    }
    return all;
  }

 private:
  void read_files() {
    const auto keys = keys_of(opened_);
    const std::string database = bytes_of(place_.database());
    for (std::uint32_t page = 1; page <= database.size() / db::page_size; ++page)
      files_ += joined(opened_page(keys, page, database));
    log_ = opened_log(keys, bytes_of(place_.log()));
    files_ += log_;
    for (const auto& file : fs::directory_iterator{place_.directory})
      files_ += bytes_of(file.path());
  }
  void read_rows(db::Database& database) {
    for (const auto& table : database.values<std::string>(
             "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"))
      for (const auto& column : database.values<std::string>(
               "SELECT name FROM pragma_table_info(?1)", std::string_view{table}))
        read_column(database, '"' + table + '"', '"' + column + '"');
  }
  void read_column(db::Database& database, const std::string& table, const std::string& column) {
    for (const auto& text :
         database.values<std::string>("SELECT CAST(" + column + " AS TEXT) FROM " + table +
                                      " WHERE typeof(" + column + ") = 'text'"))
      rows_ += text + '\n';
    for (const auto& blob : database.values<db::Bytes>("SELECT " + column + " FROM " + table +
                                                       " WHERE typeof(" + column + ") = 'blob'")) {
      rows_ += joined(blob) + '\n';
      learn(blob);
      if (blob.size() >= 256) sealed_.push_back(joined(blob));
    }
  }

  // Each 32 bytes of it may be a key.
  void learn(Bytes secret) {
    for (std::size_t at = 0; at + 32 <= secret.size() && at < 64; at += 32) {
      const std::string key = joined(secret.subspan(at, 32));
      if (known_.insert(key).second) untried_.push_back(key);
    }
  }
  void learn_with_derived(Bytes secret) {
    learn(secret);
    const crypto::Key key{secret.first<32>()};
    for (const char* use :
         {"pharmacy.page", "pharmacy.wal", "pharmacy.log", "pharmacy.backup", "pharmacy.keyring",
          "pharmacy.commitment", "pharmacy.request", "pharmacy.slot"}) {
      learn(crypto::derive(key, use, opened_.keyring.file_id).bytes());
      learn(crypto::derive(key, use, opened_.keyring.store_id).bytes());
    }
  }
  void learn_keys() {
    learn_with_derived(who_.secrets.box.secret.bytes());
    learn_with_derived(Bytes{who_.secrets.sign.secret.bytes()}.first(32));
    learn_with_derived(opened_.data_key.bytes());
    for (const auto& health : opened_.keyring.health_keys)
      if (const auto keys = vault::open_health_grant(
              opened_.keyring, *opened_.keyring.find(who_.slot), who_.secrets, health.epoch))
        learn(keys->secret.bytes());
  }

  std::string opened_with(const crypto::Key& key, const std::string& blob) {
    const Bytes sealed = vault::as_bytes(blob);
    std::vector<unsigned char> plain(sealed.size() - crypto::box_overhead);
    ++trials_;
    if (crypto::open_sealed_to({crypto::public_key_of(key), key.copy()}, sealed, plain))
      return joined(plain);
    // As pages and frames are sealed.
    const auto middle =
        sealed.subspan(crypto::nonce_size, sealed.size() - crypto::nonce_size - crypto::tag_size);
    plain.resize(middle.size());
    ++trials_;
    if (crypto::open(key, sealed.first<crypto::nonce_size>(), opened_.keyring.file_id, middle,
                     sealed.last<crypto::tag_size>(), plain.data()))
      return joined(plain);
    return {};
  }

  vault::Place place_;
  vault::Unlocked who_;
  vault::OpenKeyring opened_;
  std::string log_;
  std::string files_, rows_;
  std::vector<std::string> sealed_, untried_;
  std::set<std::string> known_;
  std::size_t trials_ = 0;
};

Key key_in(const std::string& file) { return KeyFile{Secret{bytes_of(file)}}; }

}  // namespace

TEST_CASE("a clerk reads nothing that is sealed in a store that was lived in, whatever she tries") {
  Entrusted s;
  const auto looks_in_vain = [&](Key key) {
    Looking clerk{s.path(), std::move(key)};
    REQUIRE_FALSE(clerk.log().empty());
    REQUIRE(clerk.sealed() >= 3);
    CHECK(count_of(clerk.files()) == 0);
    CHECK(count_of(clerk.rows()) == 0);
    CHECK(count_of(clerk.opened_blobs()) == 0);
    CHECK(clerk.trials() > 100);
    // What is not sealed from her is found in the same way.
    CHECK(clerk.files().find(open_text) != std::string::npos);
    CHECK(clerk.rows().find(open_text) != std::string::npos);
  };
  looks_in_vain(key_in(s.clerk));
  looks_in_vain(Passphrase{"typing", Secret{clerk_passphrase}});

  // A pharmacist's key opens all of it.
  Looking pharmacist{s.path(), key_in(s.pharmacist)};
  CHECK(count_of(pharmacist.files()) == 0);
  CHECK(count_of(pharmacist.opened_blobs()) == std::size(secret_texts));
}

TEST_CASE("no program prints for a clerk what is sealed from her") {
  Entrusted s;
  s.reopen();
  const std::string for_clerk = s.printed_for(s.clerk);
  CHECK(count_of(for_clerk) == 0);
  CHECK(for_clerk.find(open_text) != std::string::npos);
  CHECK(count_of(s.printed_for(s.pharmacist)) >= 3);
  // What was shown to the pharmacist stays nowhere.
  s.close();
  CHECK(count_of(Looking{s.path(), key_in(s.clerk)}.rows()) == 0);
}

}  // namespace pharmacy::test
