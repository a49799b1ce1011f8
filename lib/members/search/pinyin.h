// How Chinese characters are read in names, without tones.
#pragma once

#include <string_view>
#include <vector>

namespace pharmacy::members {

// The readings of the character at `at` of a name, the likeliest first: as a surname, as people
// read it in names, and as it is ordinarily read. ü is v, and u too ("lv", "lu"). Empty for what
// is no Chinese character.
std::vector<std::string_view> readings_of(std::u32string_view name, std::size_t at);

}  // namespace pharmacy::members
