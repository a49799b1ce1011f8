#include "format/vectors.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "crypto/hash.h"
#include "support/test_store.h"
#include "vault/keyring/bytes.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

// The parts of a text between marks of at least this many spaces.
std::vector<std::string> split(const std::string& text, const std::string& mark) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t at = 0; (at = text.find(mark, start)) != std::string::npos;) {
    parts.push_back(text.substr(start, at - start));
    start = text.find_first_not_of(' ', at + mark.size());
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::size_t number_at(std::string_view bytes, std::size_t at) {
  std::size_t value = 0;
  for (const char byte : bytes.substr(at, 4)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

void apply_patch(std::string& data, std::string_view patch) {
  data.resize(number_at(patch, 0));
  for (std::size_t at = 4; at < patch.size();) {
    const std::size_t length = number_at(patch, at + 4);
    data.replace(number_at(patch, at), length, patch.substr(at + 8, length));
    at += 8 + length;
  }
}

// One step of a change.
class Step {
 public:
  explicit Step(const std::string& text) {
    std::istringstream in{text};
    for (std::string word; in >> word;) words_.push_back(word);
    REQUIRE_FALSE(words_.empty());
  }
  [[nodiscard]] bool is(std::string_view verb, std::size_t words) const {
    return words_[0] == verb && words_.size() == words + 1;
  }
  // Of any number of words.
  [[nodiscard]] bool is_line() const { return words_[0] == "line" && words_.size() > 1; }
  [[nodiscard]] const std::string& word(std::size_t i) const { return words_[i]; }
  [[nodiscard]] std::size_t number(std::size_t i) const { return std::stoul(words_[i]); }

 private:
  std::vector<std::string> words_;
};

void swap_pieces(std::string& data, std::size_t one, std::size_t other, std::size_t length) {
  const auto at = [&](std::size_t place) {
    return data.begin() + static_cast<std::ptrdiff_t>(place);
  };
  REQUIRE(std::max(one, other) + length <= data.size());
  std::swap_ranges(at(one), at(one + length), at(other));
}

// Of a keyring or a backup, as whoever has the data key can.
void renew_mac(std::string& file, std::string_view label, std::string_view data_key) {
  const auto bytes = vault::as_bytes(file);
  REQUIRE(bytes.size() >= 36 + 32);
  const crypto::Key key = crypto::derive(crypto::Key{vault::as_bytes(data_key).first<32>()}, label,
                                         bytes.subspan(20, 16));
  constexpr std::size_t size_of_mac = sizeof(crypto::Digest);
  const crypto::Digest mac = crypto::keyed_digest(key, bytes.first(bytes.size() - size_of_mac));
  std::ranges::copy(mac, file.end() - size_of_mac);
}

}  // namespace

std::string Vector::row_kind() const {
  const std::string sealed = file.substr(0, file.find(' '));
  for (const char* kind : {"note", "buyer"}) {
    if (sealed.ends_with(std::string{"."} + kind)) return kind;
  }
  return "";
}

fs::path vectors_directory() { return fs::path{PHARMACY_SOURCE_DIR} / "tests" / "format"; }

std::vector<Vector> read_vectors(const fs::path& file) {
  std::istringstream in{bytes_of(file)};
  std::vector<Vector> all;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto columns = split(line, "  ");
    CAPTURE(line);
    REQUIRE(columns.size() == 4);
    all.push_back({columns[0], columns[1], columns[2], columns[3]});
  }
  return all;
}

VectorBase::VectorBase() {
  for (const auto& entry : fs::directory_iterator{vectors_directory() / "base"})
    files_[entry.path().filename().string()] = bytes_of(entry.path());
  std::string backup;
  for (const char* part : {"backup.head", "store.keys", "store.db", "backup.mac"})
    backup += files_.at(part);
  files_[backup_name] = backup;
}

std::uint32_t VectorBase::size_of(std::string_view file) const {
  return static_cast<std::uint32_t>(this->file(file).size());
}

const std::string& VectorBase::file(std::string_view name) const {
  const auto found = files_.find(name);
  REQUIRE(found != files_.end());
  return found->second;
}

SealedRow VectorBase::row(const Vector& vector) const {
  const auto words = split(vector.file, " ");
  REQUIRE(words.size() >= 3);
  SealedRow row{.kind = vector.row_kind(),
                .number = std::stoll(words[1]),
                .epoch = std::stoll(words[2]),
                .sealed = file(words[0]),
                .key_file = file(words.size() > 3 ? words[3] : "wangli.key")};
  for (const std::string& step : split(vector.change, "; ")) change(row.sealed, step);
  return row;
}

LogAndAnchors VectorBase::log(const Vector& vector) const {
  const auto names = split(vector.file, " ");
  LogAndAnchors both{.log = file(log_name), .anchors = {}};
  if (names[0] == anchors_name) both.anchors = file(anchors_name);
  std::string& data = names[0] == log_name ? both.log : both.anchors;
  for (const std::string& step : split(vector.change, "; ")) change(data, step);
  if (names.size() > 1) both.anchors = file(names[1]);
  return both;
}

void VectorBase::change(std::string& data, const std::string& text) const {
  const Step step{text};
  CAPTURE(text);
  if (step.is("nothing", 0)) {
  } else if (step.is("flip", 2)) {
    data.at(step.number(1)) ^= static_cast<char>(1U << step.number(2));
  } else if (step.is("put", 2)) {
    const std::string bytes = bytes_of_hex(step.word(2));
    data.replace(step.number(1), bytes.size(), bytes);
  } else if (step.is("zero", 2)) {
    data.replace(step.number(1), step.number(2), step.number(2), '\0');
  } else if (step.is("cut", 1)) {
    data.resize(step.number(1));
  } else if (step.is("extend", 1)) {
    data.append(step.number(1), '\0');
  } else if (step.is("swap", 3)) {
    swap_pieces(data, step.number(1), step.number(2), step.number(3));
  } else if (step.is("copy", 4)) {
    const auto piece = files_.at(step.word(2)).substr(step.number(3), step.number(4));
    data.replace(step.number(1), piece.size(), piece);
  } else if (step.is("become", 1)) {
    data = files_.at(step.word(1));
  } else if (step.is("patch", 1)) {
    apply_patch(data, bytes_of(vectors_directory() / "patches" / step.word(1)));
  } else if (step.is_line()) {
    data += text.substr(text.find(' ') + 1) + '\n';
  } else if (step.is("mac", 0)) {
    renew_mac(data, "pharmacy.keyring", files_.at("data.key"));
  } else if (step.is("backup-mac", 0)) {
    renew_mac(data, "pharmacy.backup", files_.at("data.key"));
  } else {
    FAIL("no such change");
  }
}

std::string VectorBase::build(const Vector& vector, const fs::path& to) const {
  std::map<std::string, std::string, std::less<>> store;
  if (vector.is_backup()) {
    store[backup_name] = files_.at(backup_name);
  } else {
    for (const char* name : {"store.db", "store.db-wal", "store.keys"})
      store[name] = files_.at(name);
  }
  const auto names = split(vector.file, " ");
  std::string key_name = "wangli.key";
  if (names.size() > 1 && names[1] != "alone") key_name = names[1];
  if (names.back() == "alone") store.erase("store.db-wal");
  std::string key = files_.at(key_name);
  std::string& data = names[0] == key_name ? key : store.at(names[0]);
  for (const std::string& step : split(vector.change, "; ")) {
    if (step == "remove") {
      store.erase(names[0]);
    } else {
      change(data, step);
    }
  }
  fs::create_directory(to);
  fs::permissions(to, fs::perms::owner_all);
  for (const auto& [name, bytes] : store) put_bytes(to / name, bytes);
  return key;
}

}  // namespace pharmacy::test
