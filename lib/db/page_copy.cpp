#include "db/page_copy.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/i18n.h"
#include "db/connection.h"
#include "db/log_file.h"
#include "db/main_file.h"
#include "pharmacy/error.h"

namespace pharmacy::db {

[[noreturn]] static void throw_damaged(std::uint32_t page) {
  throw Error(Errc::damaged,
              fmt::format(fmt::runtime(_("page {} of the store is damaged or was changed")), page),
              _("see what else is with: store check"));
}

PageCopy::PageCopy(Database& database)
    : database_{database}, connection_{*connection_of(database.handle())} {
  PHARMACY_CHECK(connection_.gate.held());
  const int code =
      sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file_);
  if (code != SQLITE_OK) database.fail(code);
  database.run("BEGIN");
  try {
    // The first statement takes the snapshot.
    pages_ = count_pages(database.handle());
    look_at_log();
  } catch (...) {
    static_cast<void>(sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr));
    throw;
  }
}

PageCopy::~PageCopy() {
  static_cast<void>(sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr));
}

// Nobody commits while the gate is held, so the snapshot has all frames that the index has. Until
// it ends the log cannot begin again, and no checkpoint copies what is newer, so that the frames
// and all other pages of the file stay as they are. Only where the file has all frames already may
// the log begin again: then it is not asked.
void PageCopy::look_at_log() {
  const std::uint32_t frames = frames_in_index(connection_);
  if (frames_copied(connection_) == frames) return;
  for (std::uint32_t number = 1; number <= frames; ++number) {
    FrameQuestion frame{.number = number};
    const int code = connection_.log->verify_frame(frame);
    if (code != SQLITE_OK) database_.fail(code);
    if (!frame.authentic) {
      throw Error(Errc::damaged, _("the log of the store is damaged or was changed"),
                  _("see what else is with: store check"));
    }
    frames_[frame.page] = number;
  }
}

PageCopy::Page PageCopy::read(std::uint32_t page) {
  Page sealed{};
  if (page == lock_byte_page) return sealed;
  bool authentic = false;
  int code = SQLITE_OK;
  if (const auto found = frames_.find(page); found != frames_.end()) {
    FrameQuestion frame{.number = found->second, .sealed = sealed.data()};
    code = connection_.log->verify_frame(frame);
    authentic = frame.authentic && frame.page == page;
  } else {
    PageQuestion question{.number = page, .sealed = sealed.data()};
    code = file_->pMethods->xFileControl(file_, control_verify_page, &question);
    authentic = question.authentic;
  }
  if (code != SQLITE_OK) database_.fail(code);
  if (!authentic) throw_damaged(page);
  return sealed;
}

}  // namespace pharmacy::db
