// Damage in words.
#pragma once

#include <string>

#include "db/connection.h"

namespace pharmacy::db {

std::string describe(const Damage& damage);  // translated, one line
std::string advice(const Damage& damage);    // what to do, translated

}  // namespace pharmacy::db
