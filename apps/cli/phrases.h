// Pieces of messages that are joined in the reader's language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/time.h"

namespace pharmacy::cli {

// "a, b, c" (in Chinese "a、b、c").
std::string listed(const std::vector<std::string>& words);
// All faults with their hints in one line, joined by "; ".
std::string in_one_line(const std::vector<Fault>& faults);
// That a list goes on behind what it showed last.
std::string more_behind(const std::string& last);
// "2 years 3 months 5 days", "today"; from <= to. By the calendar: a month is over on the day of
// that number, or on the last of a shorter one.
std::string time_between(Date from, Date to);
// What a person is asked: "name: ".
std::string question(const std::string& what);
// A word of a command line as a shell takes it: in quotes where it needs them.
std::string shell_word(std::string_view word);
// Whether a text is a key itself, or a recovery code. It was meant to be something else, and is
// not shown to anybody.
bool is_secret(std::string_view text);

}  // namespace pharmacy::cli
