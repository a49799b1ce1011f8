// complain import: cases of another system.
#include "pharmacy/imports.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/import_verb.h"
#include "complain/complain.h"

namespace pharmacy::cli {

void define_case_import(Frame& frame) {
  CLI::App& cmd = frame.command(
      "import", _("Take over cases, and the steps of their lives, from another system"),
      {"complain import 投诉台账.csv --encoding gb18030 --dry-run",
       "complain import 工单.csv --map reference=工单号 --map received_at=创建时间 --keep-good",
       "complain import - --source hotline --set channel=phone --at-format '%Y/%m/%d %H:%M'"
       " <cases.csv"});
  define_import(frame, cmd,
                {.plan = plan_complaint_import,
                 .fields = complaint_import_fields(),
                 .added = [](const ImportSummary& summary) {
                   return fmt::format(fmt::runtime(P_("{} case", "{} cases", summary.added)),
                                      summary.added);
                 }});
}

}  // namespace pharmacy::cli
