// Transfers: a file that is sealed to another store, signed by this one, and checked on receipt.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/files.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

// By what a store is known to others; no part of it is a secret.
struct StoreAddress {
  std::array<unsigned char, 16> store_id{};
  std::array<unsigned char, 32> box_key{};   // X25519: files are sealed to it
  std::array<unsigned char, 32> sign_key{};  // Ed25519: its signatures are checked with it
  std::string name{};                        // for people; nothing vouches for it, may be empty
};

inline constexpr std::size_t address_text_max = 4096;  // bytes, with whatever was added around

// The text that is given to other stores: six lines, the last of which is the fingerprint. Throws
// invalid_input for a name that is no plain text of at most 200 bytes.
PHARMACY_API std::string to_string(const StoreAddress& address);
// nullopt for anything else, a typing error among it.
PHARMACY_API std::optional<StoreAddress> parse_store_address(std::string_view text);
// "01234 56789 01234 56789 01234 56789": what two people compare by telephone. The name is not in
// it.
PHARMACY_API std::string fingerprint(const StoreAddress& address);

// The store's own, without a name; nullopt where it has none yet, in a store of an older schema.
// Everyone may ask.
PHARMACY_API std::optional<StoreAddress> find_store_address(Reading& reading);
// Makes new keys and with them a new address. What is sealed to an older one can still be received.
// Throws not_permitted to anyone but managers.
PHARMACY_API StoreAddress make_store_address(Transaction& tx);

// Throws not_permitted to anyone but managers, who alone send and receive.
PHARMACY_API void check_may_transfer(Store& store);

// What was sent or received.
struct Transfer {
  std::string file;  // its name, without a folder
  std::int64_t bytes;
  std::string digest;  // BLAKE2b-256 of its content, hexadecimal
  Instant sealed;
  std::string sender;     // store id, hexadecimal
  std::string recipient;  // store id, hexadecimal

  static constexpr auto fields() {
    return std::tuple{Field{"file", &Transfer::file},     Field{"bytes", &Transfer::bytes},
                      Field{"digest", &Transfer::digest}, Field{"sealed", &Transfer::sealed},
                      Field{"sender", &Transfer::sender}, Field{"recipient", &Transfer::recipient}};
  }
};

// Where the bytes go: into a file (0600, as write_file does it), or to `stream` where there is one.
struct TransferOutput {
  std::string path{};
  Existing existing = Existing::refused;
  std::function<void(std::string_view)> stream{};
};

// (done, all) in bytes; `all` is 0 where it is not known.
using TransferProgress = std::function<void(std::int64_t done, std::int64_t all)>;

struct Sending {
  std::string path;                   // "-" is standard input
  std::optional<std::string> name{};  // what the file is called there, where not as in `path`
  StoreAddress to;
};

// Throws what send_file() throws before it writes anything. Returns what the file is called there.
PHARMACY_API std::string check_sending(Store& store, const Sending& what);
// Seals a file of any size. The access log tells of it before the signature is given out, without
// which nobody takes the rest. Throws not_permitted; invalid_input for a name or an address that
// cannot be, and for files in the store's own directory; refused where the store has no address;
// input_missing, cannot_create, busy, io.
PHARMACY_API Transfer send_file(Store& store, const Sending& what, const TransferOutput& to,
                                const TransferProgress& progress = {});

struct Receiving {
  std::string path;  // "-" is standard input
  StoreAddress from;
  bool again = false;  // also what was received before
};

struct Received {
  Transfer transfer;
  bool is_old_address;  // sealed to an address that the store has replaced
};

// Reads all of a sealed file, and writes nothing. Throws not_permitted; bad_data where it is no
// sealed file; damaged where any byte of it is not the sender's; refused where it is of another
// sender or for another recipient; conflict where it was received before; invalid_input,
// input_missing, cannot_create, io.
PHARMACY_API Received check_receiving(Store& store, const Receiving& what,
                                      const TransferProgress& progress = {});
// Checks the same, then gives out the content: all of it, or nothing. The access log tells of it
// before. Throws what check_receiving() throws; cannot_create, busy.
PHARMACY_API Received receive_file(Store& store, const Receiving& what, const TransferOutput& to,
                                   const TransferProgress& progress = {});

}  // namespace pharmacy
