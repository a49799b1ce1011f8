#include "store/store.h"

#include <algorithm>
#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/settings.h"

namespace pharmacy::cli {

namespace {
// A finding; one that is about nothing in particular has no subject.
struct FindingRow {
  std::string check;
  std::optional<std::string> subject;
  std::string problem;
  std::optional<std::string> advice;

  static constexpr auto fields() {
    return std::tuple{Field{"check", &FindingRow::check}, Field{"subject", &FindingRow::subject},
                      Field{"problem", &FindingRow::problem}, Field{"advice", &FindingRow::advice}};
  }
};
}  // namespace

static void define_info(Frame& frame) {
  CLI::App& cmd = frame.command("info", _("Say what the store is: zone, schema, size"),
                                {"store info", "store info --format json"});
  frame.on_read(cmd,
                [](const Store& store, Output& out) { out.record("store.info", store.info()); });
}

// Damage makes every answer doubtful; of other findings some are facts that do not agree, and some
// are only to be known.
static Exit status_of(const Finding& finding) {
  for (const char* damage : {"keyring", "pages", "log", "structure"}) {
    if (finding.check == damage) return Exit::damaged;
  }
  return finding.check == "untied_refund" ? Exit::done : Exit::not_found;
}

static std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

static void tell(const std::vector<Finding>& findings, Output& out) {
  std::vector<FindingRow> rows;
  int status = 0;
  for (const auto& finding : findings) {
    rows.push_back({finding.check, unless_empty(finding.subject), finding.problem,
                    unless_empty(finding.advice)});
    status = std::max(status, static_cast<int>(status_of(finding)));
  }
  out.list("store.check", "findings", rows, _("all is well"));
  out.ends_with(status);
}

static void define_check(Frame& frame) {
  CLI::App& cmd = frame.command("check", _("Read every page and compare all sums that must agree"),
                                {"store check", "store check --format json"});
  frame.on_session(cmd, [](Session& session) {
    const auto findings = session.store().check(session.progress(_("checking")));
    tell(findings, session.out());
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
  define_config(frame);
}

}  // namespace pharmacy::cli
