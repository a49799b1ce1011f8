// How the engine goes about the statements of a connection.
#pragma once

#include <deque>
#include <string>

#include "db/database.h"

namespace pharmacy::test {

// Every statement that the connection has prepared until now.
std::deque<std::string> statements_of(db::Database& database);

// The steps of a statement's plan that read a whole table that grows, a line each.
std::string walks_of(db::Database& database, const std::string& sql);

}  // namespace pharmacy::test
