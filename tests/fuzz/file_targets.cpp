// Small files that are read without a store's key: the configuration, a policy, the count of wrong
// passphrases, a session.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "cli/settings.h"
#include "fuzz/store_targets.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "support/session_turn.h"
#include "support/temp_dir.h"
#include "vault/keyring/bytes.h"
#include "vault/opening/place.h"
#include "vault/opening/tries.h"
#include "vault/opening/unlock.h"
#include "vault/session/session.h"

namespace pharmacy::test {
namespace {

// A file of these bytes that nobody else may read; always the same.
std::string file_with(std::string_view bytes) {
  static const TempDir directory;
  static const std::string path = directory.file("taken");
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
  return path;
}

// In quotes, as TOML has it.
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 127 || c == '"' || c == '\\') {
      constexpr const char* digits = "0123456789ABCDEF";
      out += std::string("\\u00") + digits[byte >> 4] + digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

void take_config(std::string_view text) {
  const auto values = cli::read_config_file(file_with(text));
  const auto keys = cli::config_keys();
  std::string again;
  for (const auto& [key, value] : values) {
    promise(std::ranges::find(keys, key) != keys.end(), "a key is one of those that there are");
    const bool is_bare = key == "wait" || key == "slip_width" || key == "pager";
    again += key + " = " + (is_bare ? value : toml_text(value)) + '\n';
  }
  promise(cli::read_config_file(file_with(again)) == values, "what is written is what was read");
}

bool is_policy(const std::string& document) {
  try {
    static_cast<void>(parse_policy(document, "policy"));
    return true;
  } catch (const Error&) {
    return false;
  }
}

// A line of the document that gives the rule; empty where it gives nothing.
std::string line_of(const PolicyRule& rule) {
  if (const auto* number = std::get_if<std::int64_t>(&rule.value))
    return rule.key + " = " + std::to_string(*number) + '\n';
  if (const auto* flag = std::get_if<bool>(&rule.value))
    return rule.key + (*flag ? " = true\n" : " = false\n");
  const auto* text = std::get_if<std::string>(&rule.value);
  if (text == nullptr) return "";
  const std::string word = rule.key + " = " + toml_text(*text) + '\n';
  if (is_policy('[' + rule.section + "]\n" + word)) return word;
  std::string list = toml_text(*text);
  for (std::size_t at = 0; (at = list.find(',', at)) != std::string::npos; at += 3)
    list.replace(at, 1, "\",\"");
  return rule.key + " = [" + list + "]\n";
}

void take_policy(std::string_view text) {
  const Policy policy = parse_policy(text, "policy");
  std::string again, section;
  for (const auto& rule : rules_of(policy)) {
    if (rule.section != section) again += '[' + (section = rule.section) + "]\n";
    // Nothing stands for an empty list too, where the default is a list of some.
    const bool is_list = rule.key == "no_earning" || rule.section == "service";
    again += std::holds_alternative<std::monostate>(rule.value) && is_list ? rule.key + " = []\n"
                                                                           : line_of(rule);
  }
  promise(differences(parse_policy(again, "again"), policy).empty(),
          "what is written is what was read");
}

// What the format tells of a slot's failures, read in a way of its own.
struct Tries {
  std::uint32_t failures = 0;
  std::int64_t last = 0;
};
Tries tries_in(std::string_view bytes, std::uint32_t slot) {
  constexpr std::string_view head = "PHARMTRY0000000\n";
  constexpr std::size_t size = 16;
  const bool has_form = bytes.starts_with(head) && bytes.size() % size == 0 &&
                        bytes.size() <= head.size() + 1'001 * size;
  for (std::size_t at = head.size(); has_form && at < bytes.size(); at += size) {
    vault::ByteReader in{bytes.substr(at, size)};
    if (in.u32() != slot) continue;
    const std::uint32_t failures = in.u32();
    return {failures, static_cast<std::int64_t>(in.u64())};
  }
  return {};
}

constexpr std::uint32_t tried_slot = 3;
constexpr std::int64_t tried_at = 1'790'000'000;

void take_tries(std::string_view bytes) {
  const std::string path = file_with(bytes);
  const Tries before = tries_in(bytes, tried_slot);
  try {
    const vault::Attempt attempt{path, tried_slot, Instant{tried_at}};
  } catch (const Error& error) {
    const bool is_closed = before.failures >= vault::max_failures;
    const bool may_wait = before.failures >= vault::free_failures &&
                          before.last > tried_at - vault::longest_delay.count();
    promise(
        error.code() == Errc::not_permitted && (is_closed || may_wait),
        "only who failed often is kept out, and no longer than an hour before that is too often");
    return;
  }
  std::ifstream in{path, std::ios::binary};
  const Tries after = tries_in(std::string{std::istreambuf_iterator<char>{in}, {}}, tried_slot);
  promise(before.failures < vault::max_failures, "a slot is closed after so many failures");
  promise(after.failures == before.failures + 1 && after.last == tried_at,
          "an attempt is counted before it is made");
}

// Of the keyring in tests/format/base. Where the kernel keeps no keys, as in many containers, none
// of its sessions opens.
class SomeSession {
 public:
  SomeSession() {
    take_turn_with_sessions();
    for (const char* name : {"store.keys", "store.db"}) {
      const auto path = place_.directory / name;
      std::ofstream{path, std::ios::binary} << base_file(name);
      ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
    }
    const std::string key = base_file("wangli.key");
    const auto who = vault::unlock(place_, KeyFile{Secret{key}}, Instant{tried_at});
    opened_ = vault::open_keyring(place_, who);
    const SessionKey session = with("");
    try {
      vault::make_session(session, keyring(), who.slot, who.secrets,
                          {.idle = std::chrono::hours{1}, .longest = std::chrono::hours{1}});
      std::ifstream in{session.file, std::ios::binary};
      made_.assign(std::istreambuf_iterator<char>{in}, {});
      is_kept_ = true;
    } catch (const Error&) {
      made_ = vault::ByteWriter{}
                  .text("pharmacysession1")
                  .bytes(keyring().store_id)
                  .u32(session.invoker)
                  .u32(who.slot)
                  .u64(1)
                  .u32(3'600)
                  .u32(3'600)
                  .text(std::string(24 + vault::secrets_size + 16, 's'))
                  .str();
    }
  }
  static SessionKey with(std::string_view bytes) { return {file_with(bytes), ::getuid()}; }
  [[nodiscard]] const vault::Keyring& keyring() const { return opened_->keyring; }
  [[nodiscard]] const std::string& made() const { return made_; }
  [[nodiscard]] bool is_kept() const { return is_kept_; }
  static const SomeSession& get() {
    static const SomeSession session;
    return session;
  }

 private:
  TempDir directory_;
  vault::Place place_{directory_.path()};
  std::optional<vault::OpenKeyring> opened_;
  std::string made_;
  bool is_kept_ = false;
};

void take_session(std::string_view bytes) {
  const SomeSession& session = SomeSession::get();
  const bool is_the_one = session.is_kept() && bytes == session.made();
  const SessionKey key = SomeSession::with(bytes);
  if (is_session_open(key)) promise(session.is_kept(), "no key, no session");
  try {
    static_cast<void>(vault::open_session(key, session.keyring()));
  } catch (const NoSession&) {
    promise(!is_the_one, "a session that was made opens");
    return;
  }
  promise(is_the_one, "a session opens that was made");
}

std::string sample_tries() {
  return vault::ByteWriter{}
      .text("PHARMTRY0000000\n")
      .u32(1)
      .u32(2)
      .u64(1'780'000'000)
      .u32(tried_slot)
      .u32(7)
      .u64(tried_at - 60)
      .str();
}

}  // namespace

FuzzTarget config_target() {
  return {"config", take_config, {"store = \"/srv/pharmacy\"\nwait = 5\npager = false\n"}, 1'000};
}

FuzzTarget policy_target() {
  return {"policy",
          take_policy,
          {"[points]\nper_yuan = \"1.5\"\nno_earning = [\"points\", \"coupon\"]\n"},
          1'000};
}

FuzzTarget tries_target() {
  // Each waits for the disk.
  return {
      .name = "tries", .take = take_tries, .seeds = {sample_tries()}, .usual = 60, .all = 20'000};
}

FuzzTarget session_target() {
  return {"session", take_session, {SomeSession::get().made()}, 1'000};
}

}  // namespace pharmacy::test
