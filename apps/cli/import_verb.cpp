#include "cli/import_verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {
namespace {

constexpr std::size_t faults_shown = 20;

struct Asked {
  FileName file;
  std::optional<FileName> rejects;
  std::optional<std::string> source;
  std::vector<Assignment> map;
  std::vector<Assignment> set;
};

std::string name_without_folder(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

// Where rejected rows go; nullopt where no file was named and the rows came in by a pipe.
std::optional<std::string> rejects_path(const Asked& asked) {
  if (asked.rejects) return asked.rejects->path;
  if (asked.file.path == "-") return std::nullopt;
  return asked.file.path + ".rejected.csv";
}

Fault row_fault(const RejectedRow& row) {
  return {row.column.empty()
              ? fmt::format(fmt::runtime(_("line {line}: {error}")), fmt::arg("line", row.line),
                            fmt::arg("error", row.error))
              : fmt::format(fmt::runtime(_("line {line}, {column}: {error}")),
                            fmt::arg("line", row.line), fmt::arg("column", row.column),
                            fmt::arg("error", row.error)),
          {}};
}

std::vector<Fault> row_faults(const ImportPlan& plan, const std::optional<std::string>& rejects) {
  const auto& rejected = plan.rejected();
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < rejected.size() && i < faults_shown; ++i) {
    faults.push_back(row_fault(rejected[i]));
  }
  if (rejected.size() > faults_shown) {
    const std::size_t more = rejected.size() - faults_shown;
    faults.push_back(
        {fmt::format(fmt::runtime(P_("and {} more row", "and {} more rows", more)), more), {}});
  }
  faults.back().hint =
      rejects ? fmt::format(fmt::runtime(_("nothing was imported; mend the rows in {}, or take the "
                                           "good ones with --keep-good")),
                            *rejects)
              : _("nothing was imported; mend the rows, or take the good ones with --keep-good");
  return faults;
}

void tell(const ImportPlan& plan, Output& out) {
  for (const auto& [field, header] : plan.columns()) {
    out.note(fmt::format(fmt::runtime(_("{field} is read from the column {header}")),
                         fmt::arg("field", field), fmt::arg("header", header)));
  }
  for (const auto& notice : plan.notices()) {
    out.note(notice.count > 1
                 ? fmt::format(fmt::runtime(_("from {subject} on: {text} ({count} times)")),
                               fmt::arg("subject", notice.subject), fmt::arg("text", notice.text),
                               fmt::arg("count", notice.count))
                 : fmt::format(fmt::runtime(_("{subject}: {text}")),
                               fmt::arg("subject", notice.subject), fmt::arg("text", notice.text)));
  }
  const auto& summary = plan.summary();
  out.note(fmt::format(fmt::runtime(_("{rows} rows: {added} new, {already} there already, "
                                      "{rejected} rejected, {blank} blank")),
                       fmt::arg("rows", summary.rows), fmt::arg("added", summary.added),
                       fmt::arg("already", summary.already), fmt::arg("rejected", summary.rejected),
                       fmt::arg("blank", summary.blank)));
}

void run(Session& session, const ImportVerb& verb, const Asked& asked, ImportOptions options) {
  options.source = asked.source.value_or(name_without_folder(asked.file.path));
  options.sheet.map = asked.map;
  options.sheet.set = asked.set;
  const std::string bytes = session.read_file(asked.file.path);
  options.progress = session.progress(_("reading"));
  ImportPlan plan = [&] {
    Reading reading = session.store().read();
    return verb.plan(reading, bytes, options);
  }();
  const bool is_partial = !plan.rejected().empty();
  const auto rejects = rejects_path(asked);
  if (is_partial && rejects && !session.dry_run()) {
    session.write_file(*rejects, rejected_csv(plan), true);
  }
  if (is_partial && !options.keep_good) throw Error(Errc::bad_data, row_faults(plan, rejects));

  tell(plan, session.out());
  if (is_partial && rejects) {
    session.out().note(fmt::format(fmt::runtime(_("the rejected rows are in {}")), *rejects));
  }
  const bool is_new = plan.summary().added > 0;
  if (is_new && session.can_ask() && !session.dry_run() &&
      !session.confirm(fmt::format(fmt::runtime(_("import {}?")), verb.added(plan.summary())))) {
    session.out().ends_with(static_cast<int>(Exit::not_found));
    return;
  }
  session.change([&](Transaction& tx, Output& out) {
    const ImportSummary summary = run_import(tx, plan);
    out.record("import", summary);
    out.changed(is_new ? fmt::format(fmt::runtime(_("imported {} from {}")), verb.added(summary),
                                     options.source)
                       : _("imported nothing: all rows are there already"),
                {});
    if (is_partial) out.ends_with(static_cast<int>(Exit::not_found));
  });
}

std::string field_list(const std::vector<SheetField>& fields) {
  std::string all;
  for (const auto& field : fields) all += (all.empty() ? "" : ", ") + field.name;
  return all;
}

}  // namespace

std::shared_ptr<ImportOptions> define_import(Frame& frame, CLI::App& cmd, ImportVerb verb) {
  auto asked = std::make_shared<Asked>();
  auto options = std::make_shared<ImportOptions>();
  frame.option(cmd, "file", asked->file, _("The file, CSV; - for standard input"))->required();
  frame.option(cmd, "--map", asked->map,
               fmt::format(fmt::runtime(_("FIELD=HEADER, or HEADER+HEADER; fields: {}")),
                           field_list(verb.fields)));
  frame.option(cmd, "--set", asked->set, _("FIELD=VALUE for all rows"));
  frame.option(cmd, "--require", options->sheet.require, _("A field that no row may leave empty"));
  frame.option(cmd, "--at-format", options->at_format,
               _("How dates are written, as in strptime(3); a * at the end ignores the rest"));
  frame.option(cmd, "--encoding", options->sheet.encoding, _("utf-8 or gb18030"));
  frame.option(cmd, "--separator", options->sheet.separator, _("Between cells, or \"tab\""));
  frame.option(cmd, "--source", asked->source,
               _("Where the rows come from; the file's name where not given"));
  frame.option(cmd, "--keep-good", options->keep_good,
               _("Take the good rows and leave the others in the file of rejects"));
  frame.option(cmd, "--rejects", asked->rejects,
               _("The file for rejected rows; FILE.rejected.csv where not given"));
  frame.on_session(cmd, [verb = std::move(verb), asked, options](Session& session) {
    run(session, verb, *asked, *options);
  });
  return options;
}

}  // namespace pharmacy::cli
