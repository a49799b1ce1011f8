#include "store/key_place.h"

#include <unistd.h>

#include <filesystem>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "pharmacy/store.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

ReservedFile::ReservedFile(std::string path) : path_{std::move(path)} {
  pharmacy::write_file(path_, "", Existing::refused);
}

ReservedFile::~ReservedFile() {
  if (!filled_) ::unlink(path_.c_str());
}

void ReservedFile::fill(std::string_view content) {
  pharmacy::write_file(path_, content, Existing::replaced);
  filled_ = true;
}

void check_key_place(const std::string& path, const std::string& store) {
  namespace fs = std::filesystem;
  if (path == "-") throw Error(Errc::invalid_input, _("--new-key needs the name of a file"));
  keep_out_of_store(path);
  const auto folder = fs::absolute(path).lexically_normal().parent_path();
  if (folder == (fs::absolute(store) / "").lexically_normal().parent_path()) {
    throw Error(Errc::invalid_input, _("the key file would lie in the store's directory"),
                _("keep it apart from the store and from its copies"));
  }
  check_new_file(path, Existing::refused);
}

}  // namespace pharmacy::cli
