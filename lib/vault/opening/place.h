// Where a store's files lie, and whether that place keeps others out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pharmacy::vault {

struct Place {
  std::filesystem::path directory;

  [[nodiscard]] std::filesystem::path database() const { return directory / "store.db"; }
  [[nodiscard]] std::filesystem::path log() const { return directory / "store.db-wal"; }
  [[nodiscard]] std::filesystem::path index() const { return directory / "store.db-shm"; }
  [[nodiscard]] std::filesystem::path keyring() const { return directory / "store.keys"; }
  [[nodiscard]] std::filesystem::path lock() const { return directory / "store.lock"; }
  [[nodiscard]] std::filesystem::path tries() const { return directory / "store.tries"; }
  // Of a change of keys that is under way.
  [[nodiscard]] std::filesystem::path next_database() const { return directory / "store.db.next"; }
  [[nodiscard]] std::filesystem::path next_keyring() const { return directory / "store.keys.next"; }
};

// Throws not_permitted or io where it cannot be seen whether there is a store.
void require_in_sight(const Place& place);

// A store is where a keyring or a database is, unless its creation was cut off: then the keyring
// still lies in the directory that it was made in, and its keys were never handed out.
bool has_store(const Place& place);

// The directories inside the store's in which a store is made, where a creation was cut off.
inline constexpr const char* workshop_prefix = "store.new-";
// Removes what creations left that were cut off. The gate must be held.
void remove_leftovers(const Place& place);

// Throws no_store where there is none, damaged where the keyring or the database is missing,
// not_permitted where a file is a link, belongs to someone else, or is open to others.
void check_place(const Place& place);

// Throws refused on a file system of the network, whose locks cannot be relied on.
void refuse_network(const std::filesystem::path& directory);

// Throws what make_place() would throw, and makes nothing. Returns the directory in which it would
// be made, or the store's own where that is there.
std::filesystem::path check_new_place(const Place& place);

// The store's directory for a new store: made with its parents where it is absent. Throws conflict
// where there is a store, cannot_create where it cannot be made, is not empty, or is not ours
// alone.
void make_place(const Place& place);

// Gives database and keyring their names, the keyring last: with it the store is there. Where that
// fails, neither has its name afterwards. The gate must be held. Throws cannot_create, io.
void move_in(const Place& from, const Place& to);

// Whether a file of this name is, or would be, in a directory that holds a store, by whatever way
// it is named.
bool lies_in_store(const std::filesystem::path& file);

// What is wrong with one of a store's files or with its directory, translated; empty where nothing
// is.
std::string fault_of_file(const std::filesystem::path& path, bool directory);
struct UnsafeFile {
  std::string name;  // without its directory
  std::string fault;
};
// All that have one: the store's directory and what is in it, whether of the store or not.
std::vector<UnsafeFile> unsafe_files(const Place& place);

}  // namespace pharmacy::vault
