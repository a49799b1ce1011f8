#include "store/store.h"

#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/settings.h"
#include "store/findings.h"

namespace pharmacy::cli {

static void define_info(Frame& frame) {
  CLI::App& cmd = frame.command("info", _("Say what the store is: zone, schema, size"),
                                {"store info", "store info --format json"});
  frame.on_read(cmd,
                [](const Store& store, Output& out) { out.record("store.info", store.info()); });
}

static void define_check(Frame& frame) {
  CLI::App& cmd = frame.command("check", _("Read every page and compare all sums that must agree"),
                                {"store check", "store check --format json"});
  frame.on_session(cmd, [](Session& session) {
    const auto findings = session.store().check(session.progress(_("checking")));
    tell(findings, session.out(), _("all is well"));
  });
}

static void define_config(Frame& frame) {
  frame.noun("config", _("What holds for the programs, and who said so"));
  CLI::App& cmd =
      frame.command("config show", _("List the settings: option, environment, files, defaults"),
                    {"store config show", "store config show --origin --format json"});
  auto origin = std::make_shared<bool>(false);
  frame.option(cmd, "--origin", *origin, _("say where each comes from"));
  frame.on_settings(cmd, [origin](const std::vector<Setting>& settings, Output& out) {
    Table table{{"key", "value"}, {}};
    if (*origin) table.columns.emplace_back("origin");
    for (const auto& setting : settings) {
      auto& row = table.rows.emplace_back();
      row = {setting.key, to_cell(setting.value)};
      if (*origin) row.emplace_back(Word{setting.origin});
    }
    out.list("store.config", "settings", std::move(table));
  });
}

void define_store(Frame& frame) {
  frame.program("store", _("the sealed store: make it, describe it, check it"));
  define_init(frame);
  define_info(frame);
  define_check(frame);
  define_staff(frame);
  define_keys(frame);
  define_audit(frame);
  define_approvals(frame);
  define_backup(frame);
  define_sessions(frame);
  define_transfer(frame);
  define_policy(frame);
  define_calendar(frame);
  define_retention(frame);
  define_doctor(frame);
  define_train(frame);
  define_config(frame);
}

}  // namespace pharmacy::cli
