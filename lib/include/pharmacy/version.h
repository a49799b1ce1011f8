// Which versions are at work.
#pragma once

#include <string>

#include "pharmacy/export.h"

namespace pharmacy {

struct Versions {
  std::string pharmacy;  // "0.1.0"
  std::string sqlite;    // of the library in use, not of its header
  std::string sodium;
};

PHARMACY_API Versions versions();

}  // namespace pharmacy
