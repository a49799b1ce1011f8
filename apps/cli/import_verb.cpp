#include "cli/import_verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {
namespace {

using Progress = std::function<void(std::int64_t, std::int64_t)>;

constexpr std::size_t faults_shown = 20;
constexpr std::size_t notices_shown = 20;

struct Asked {
  FileName file;
  std::optional<FileName> rejects;
  std::optional<std::string> source;
  std::vector<Assignment> map;
  std::vector<Assignment> set;
  bool force = false;
};

std::string name_without_folder(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

// Where rejected rows go.
std::string rejects_path(const Asked& asked) {
  if (asked.rejects) return asked.rejects->path;
  return asked.file.path == "-" ? std::string{} : asked.file.path + ".rejected.csv";
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

[[noreturn]] void throw_rejected(const ImportPlan& plan) {
  const auto& rejected = plan.rejected();
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < rejected.size() && i < faults_shown; ++i) {
    faults.push_back(row_fault(rejected[i]));
  }
  const auto more = plan.summary().rejected - static_cast<std::int64_t>(faults.size());
  if (more > 0) {
    faults.push_back(
        {fmt::format(fmt::runtime(P_("and {} more row", "and {} more rows", more)), more), {}});
  }
  faults.back().hint =
      _("nothing was imported; mend the rows, or take the others with --keep-good");
  throw Error(Errc::bad_data, std::move(faults));
}

std::string notice_text(const ImportNotice& notice) {
  const bool of_line = !notice.subject.empty() &&
                       notice.subject.find_first_not_of("0123456789") == std::string::npos;
  if (!of_line || notice.kind == "several_names") return notice.text;
  return notice.count > 1
             ? fmt::format(fmt::runtime(_("line {line} and others, {count} in all: {text}")),
                           fmt::arg("line", notice.subject), fmt::arg("count", notice.count),
                           fmt::arg("text", notice.text))
             : fmt::format(fmt::runtime(_("line {line}: {text}")), fmt::arg("line", notice.subject),
                           fmt::arg("text", notice.text));
}

void tell(const ImportPlan& plan, Output& out) {
  std::string columns;
  for (const auto& [field, header] : plan.columns()) {
    columns += (columns.empty() ? "" : ", ") + field + '=' + header;
  }
  out.note(fmt::format(fmt::runtime(_("columns: {}")), columns));
  const auto& notices = plan.notices();
  for (std::size_t i = 0; i < notices.size() && i < notices_shown; ++i) {
    out.note(notice_text(notices[i]));
  }
  if (notices.size() > notices_shown) {
    const auto more = notices.size() - notices_shown;
    out.note(
        fmt::format(fmt::runtime(P_("and {} more remark", "and {} more remarks", more)), more));
  }
  const auto& summary = plan.summary();
  out.note(fmt::format(fmt::runtime(_("{rows} rows: {added} new, {already} there already, "
                                      "{rejected} rejected, {blank} blank")),
                       fmt::arg("rows", summary.rows), fmt::arg("added", summary.added),
                       fmt::arg("already", summary.already), fmt::arg("rejected", summary.rejected),
                       fmt::arg("blank", summary.blank)));
}

// Tells of slow work one part after the other; each part's line is gone when the next begins.
class Parts {
 public:
  explicit Parts(Session& session) : session_{session} {}
  void begin(const std::string& what) { *part_ = session_.progress(what); }
  void end() { *part_ = {}; }
  [[nodiscard]] Progress progress() const {
    return [part = part_](std::int64_t done, std::int64_t total) {
      if (*part) (*part)(done, total);
    };
  }

 private:
  Session& session_;
  std::shared_ptr<Progress> part_ = std::make_shared<Progress>();
};

class Import {
 public:
  Import(Session& session, const ImportVerb& verb, const Asked& asked)
      : session_{session}, verb_{verb}, asked_{asked}, parts_{session} {}

  void run(ImportOptions options) {
    options.source = asked_.source.value_or(name_without_folder(asked_.file.path));
    options.sheet.map = asked_.map;
    options.sheet.set = asked_.set;
    options.progress = parts_.progress();
    source_ = options.source;
    if (options.keep_good && rejects_path(asked_).empty()) {
      throw Error(Errc::invalid_input, _("--keep-good needs a place for the rows it leaves out"),
                  _("name it with --rejects FILE, or --rejects - for standard output"));
    }
    ImportPlan plan = planned(options);
    if (plan.summary().rejected > 0 && !options.keep_good) throw_rejected(plan);
    tell(plan, session_.out());
    const auto& summary = plan.summary();
    if (summary.added > 0 && session_.can_ask() && !session_.dry_run() &&
        !session_.confirm(fmt::format(fmt::runtime(_("import {}?")), verb_.added(summary)))) {
      session_.out().ends_with(static_cast<int>(Exit::not_found));
      return;
    }
    if (summary.rejected > 0) write_rejected(plan, asked_.force);
    write(plan, options.earn);
  }

 private:
  // The snapshot ends before anything is told or asked.
  ImportPlan planned(const ImportOptions& options) {
    const std::string bytes = session_.read_file(asked_.file.path);
    parts_.begin(_("reading"));
    Reading reading = session_.store().read();
    auto plan = verb_.plan(reading, bytes, options);
    parts_.end();
    return plan;
  }

  void write_rejected(const ImportPlan& plan, bool force) {
    const std::string path = rejects_path(asked_);
    if (!session_.dry_run()) session_.write_file(path, rejected_csv(plan), force);
    if (path == "-") return;
    session_.out().note(session_.dry_run()
                            ? fmt::format(fmt::runtime(_("the rejected rows would be in {}")), path)
                            : fmt::format(fmt::runtime(_("the rejected rows are in {}")), path));
  }

  void write(ImportPlan& plan, bool earn) {
    const auto rejected = plan.summary().rejected;
    session_.change([&](Transaction& tx, Output& out) {
      parts_.begin(_("writing"));
      // What a dry run has to say is known without writing, but for points.
      const bool all_known = session_.dry_run() && !earn;
      const ImportSummary summary = all_known ? plan.summary() : run_import(tx, plan);
      parts_.end();
      const bool rejects_on_out = rejected > 0 && rejects_path(asked_) == "-";
      if (!rejects_on_out) out.record("import", summary);
      out.changed(summary.added > 0 ? fmt::format(fmt::runtime(_("imported {what} from {source}")),
                                                  fmt::arg("what", verb_.added(summary)),
                                                  fmt::arg("source", source_))
                                    : _("imported nothing: all rows are there already"),
                  {});
      if (summary.rejected > 0) out.ends_with(static_cast<int>(Exit::not_found));
    });
    // The store may have changed since the plan was made.
    if (plan.summary().rejected != rejected) write_rejected(plan, true);
  }

  Session& session_;
  const ImportVerb& verb_;
  const Asked& asked_;
  Parts parts_;
  std::string source_;
};

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
  frame.option(cmd, "--force", asked->force, _("Replace a file of rejects that is there"));
  frame.on_session(cmd, [verb = std::move(verb), asked, options](Session& session) {
    Import{session, verb, *asked}.run(*options);
  });
  return options;
}

}  // namespace pharmacy::cli
