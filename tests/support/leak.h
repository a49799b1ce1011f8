// An attack on a short secret: SQLite's index of the log shows a running checksum over the
// plaintext of the frames, and whoever knows the rest of them can try all secrets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct sqlite3;

namespace pharmacy::db::test {

using Frame = std::vector<unsigned char>;

// All frames of the log as SQLite knows them.
std::vector<Frame> frames_of(sqlite3* db);

// How many of the ten thousand endings of `secret`, four digits, fit what the two files show, for
// somebody who knows all the rest of the frames, which are all of the log.
int candidates(std::vector<Frame> frames, const std::string& secret,
               const std::vector<unsigned char>& log, const std::vector<unsigned char>& index);

// Those bytes of page 1 that SQLite keeps for later versions, in its frame.
constexpr std::size_t spare_begin = 24 + 72, spare_end = 24 + 92;
inline bool is_first_page(const Frame& frame) { return frame[3] == 1 && frame[2] == 0; }

}  // namespace pharmacy::db::test
