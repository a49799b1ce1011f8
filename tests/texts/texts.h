// Texts that programs stumble over.
#pragma once

#include <string>
#include <vector>

namespace pharmacy::test {

// Each once: rare characters, sequences of emoji, right-to-left text, combining and unseen
// characters, controls, what is no UTF-8, what other languages give a meaning to, and texts of up
// to 64 KiB.
const std::vector<std::string>& naughty_texts();

}  // namespace pharmacy::test
