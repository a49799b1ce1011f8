// The facts of products in the form in which they are kept, whoever brings them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"

namespace pharmacy::visits {

// "not an ATC code: 12", and what those look like.
Fault no_atc(std::string_view text);

// An approval number: one of 国药准字 without spaces and in capitals, others but half-width.
// nullopt for what is no text.
std::optional<std::string> kept_approval(std::string_view text);
// Whether one that begins with 国药准字 goes on as those do: a letter, for some a second one, and
// 8 digits. Others may have any form.
bool is_approval_form(std::string_view kept);

// Those of a product in the form in which catalog has them.
std::string joined_ingredients(std::span<const std::string> names);
// All of the texts, split, each once. A fault for one that is no text or too long, and for more
// than product_ingredients_max.
std::vector<std::string> checked_ingredients(std::vector<Fault>& faults,
                                             std::span<const std::string> texts);

// The facts as they are kept, but for the code, with a fault for each that cannot be.
NewProduct checked_facts(std::vector<Fault>& faults, const NewProduct& input);

// Lists a product of which all facts are in their form; `import` where it comes from one.
ProductId insert_product(Transaction& tx, const NewProduct& kept, std::optional<ImportId> import);
// Puts these in place of the product's ingredients.
void put_ingredients(db::Database& database, ProductId product, std::span<const std::string> names);

}  // namespace pharmacy::visits
