// The file store.tries: how often in a row a wrong passphrase was tried on a slot. It slows down
// whoever guesses through these programs; whoever can write the directory can reset it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "pharmacy/time.h"

namespace pharmacy::vault {

// The failures in a row that go unpunished, the longest wait, and where a slot is closed.
constexpr std::uint32_t free_failures = 5;
constexpr std::chrono::seconds first_delay{30};
constexpr std::chrono::seconds longest_delay{3600};
constexpr std::uint32_t max_failures = 100;

// How long after the last of so many failures the next attempt may be made.
std::chrono::seconds delay_after(std::uint32_t failures);

// One attempt. Passphrases of a store are tried one at a time: the file is locked until this
// goes.
class Attempt {
 public:
  // Counts the attempt as failed, durably, before it is made. Throws not_permitted where it comes
  // too early, busy where another program's attempt lasts too long, io. Logins that the store
  // does not have share slot 0.
  Attempt(const std::filesystem::path& file, std::uint32_t slot, Instant now);
  // The passphrase was right: nothing failed in a row.
  void succeeded();

 private:
  void write_record(std::uint32_t failures, Instant at);

  std::filesystem::path path_;
  Fd file_;
  std::uint32_t slot_;
  std::int64_t record_at_ = 0;  // the offset of the slot's record
};

// Forgets all failures: the recovery code opened the store.
void forget_failures(const std::filesystem::path& file);

}  // namespace pharmacy::vault
