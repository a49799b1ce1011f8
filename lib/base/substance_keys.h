// Keys by which health notes, products and reference tables know substances and what speaks against
// them: a letter, a colon, and a name as it is searched (NFKC, case folded) or an ATC code.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pharmacy {

std::string ingredient_key(std::string_view name);      // "i:阿莫西林"
std::string atc_key(std::string_view code);             // "a:J01CA04"
std::string below_atc_key(std::string_view code);       // "b:J01", of any code below it
std::string allergen_class_key(std::string_view name);  // "c:penicillins"
std::string regimen_key(std::string_view ingredient);   // "r:华法林", which somebody takes
std::string condition_key(std::string_view name);       // "d:高血压"
std::string pregnancy_key();                            // "p:"

// The code in capitals, at any of the five levels: A, A10, A10B, A10BA, A10BA02, in either width.
// nullopt for text of another form. Whether there is such a code, a table of them says.
std::optional<std::string> kept_atc(std::string_view text);
// The code at its own level and at each above: a:J, a:J01, a:J01C, a:J01CA, a:J01CA04.
std::vector<std::string> atc_level_keys(std::string_view code);

// The names in a text that has ; ； or 、 between them, trimmed, without empty ones.
std::vector<std::string> split_names(std::string_view text);

// What a key names: all behind the colon.
std::string_view name_of_key(std::string_view key);

}  // namespace pharmacy
