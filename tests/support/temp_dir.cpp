#include "support/temp_dir.h"

#include <stdlib.h>

#include <stdexcept>

namespace pharmacy::test {

TempDir::TempDir() {
  auto form = (std::filesystem::temp_directory_path() / "pharmacy-test-XXXXXX").string();
  if (::mkdtemp(form.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = form;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace pharmacy::test
