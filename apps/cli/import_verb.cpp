#include "cli/import_verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/i18n.h"
#include "cli/phrases.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

using Progress = std::function<void(std::int64_t, std::int64_t)>;

constexpr std::size_t faults_shown = 20;

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

// Of several faults each names its column by itself.
std::string fault_text(const RejectedRow& row) {
  return row.column.empty() || row.several
             ? fmt::format(fmt::runtime(_("line {line}: {error}")), fmt::arg("line", row.line),
                           fmt::arg("error", row.error))
             : fmt::format(fmt::runtime(_("line {line}, {column}: {error}")),
                           fmt::arg("line", row.line), fmt::arg("column", row.column),
                           fmt::arg("error", row.error));
}

// The first rejected rows, one line each, and how many there are besides.
std::vector<std::string> fault_lines(const ImportPlan& plan) {
  std::vector<std::string> lines;
  for (const auto& row : plan.rejected()) {
    if (lines.size() == faults_shown) break;
    lines.push_back(fault_text(row));
  }
  const auto more = plan.summary().rejected - static_cast<std::int64_t>(lines.size());
  if (more > 0) {
    lines.push_back(
        fmt::format(fmt::runtime(P_("and {} more row", "and {} more rows", more)), more));
  }
  return lines;
}

[[noreturn]] void throw_rejected(const ImportPlan& plan) {
  std::vector<Fault> faults;
  for (auto& line : fault_lines(plan)) faults.push_back({std::move(line), {}});
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

// What the notices of a kind have in common.
std::string notice_kind(const std::string& kind) {
  if (kind == "shared_phone") return _("phones that several have");
  if (kind == "guardian_missing") return _("children whose guardian is missing");
  if (kind == "card_differs") return _("cards that are there with other facts");
  if (kind == "points_differ") return _("members who brought along other points");
  if (kind == "approval_form") return _("rows with an odd approval number");
  if (kind == "pair_differs") return _("pairs with another severity or text");
  if (kind == "note_differs") return _("classes with another note");
  if (kind == "case_differs") return _("cases that are there with other facts");
  if (kind == "several_names") return _("rows with another name for a code");
  return kind;
}

// The first notices of each kind, and how many rows the others of it hold for.
std::vector<std::string> notice_lines(const std::vector<ImportNotice>& notices, std::size_t most) {
  struct Told {
    std::string kind;
    std::size_t shown = 0;
    std::int64_t more = 0;  // rows
  };
  std::vector<Told> kinds;
  std::vector<std::string> lines;
  for (const auto& notice : notices) {
    auto told = std::find_if(kinds.begin(), kinds.end(),
                             [&](const Told& one) { return one.kind == notice.kind; });
    if (told == kinds.end()) told = kinds.insert(kinds.end(), {.kind = notice.kind});
    if (told->shown == most) {
      told->more += notice.count;
    } else {
      ++told->shown;
      lines.push_back(notice_text(notice));
    }
  }
  for (const auto& [kind, shown, more] : kinds) {
    if (more == 0) continue;
    lines.push_back(fmt::format(fmt::runtime(_("and {count} more: {what}")),
                                fmt::arg("count", more), fmt::arg("what", notice_kind(kind))));
  }
  return lines;
}

std::string columns_text(const ImportPlan& plan) {
  std::vector<std::string> columns;
  for (const auto& [field, header] : plan.columns()) columns.push_back(field + '=' + header);
  return fmt::format(fmt::runtime(_("columns: {}")), listed(columns));
}

// The columns of the file that fill no field; empty where all do.
std::string left_out_text(const ImportPlan& plan) {
  const auto is_taken = [&](const std::string& header) {
    return std::any_of(plan.columns().begin(), plan.columns().end(), [&](const auto& column) {
      return column.second == header ||
             ('+' + column.second + '+').find('+' + header + '+') != std::string::npos;
    });
  };
  std::vector<std::string> left_out;
  for (const auto& header : plan.header()) {
    if (!header.empty() && !is_taken(header)) left_out.push_back(header);
  }
  if (left_out.empty()) return {};
  return fmt::format(fmt::runtime(_("not taken: {}")), listed(left_out));
}

std::string counts_text(const ImportSummary& summary) {
  const auto count = [](const char* text, std::int64_t number) {
    return fmt::format(fmt::runtime(text), number);
  };
  std::vector<std::string> parts{count(_("{} new"), summary.added - summary.completed)};
  if (summary.completed > 0) parts.push_back(count(_("{} completed"), summary.completed));
  parts.push_back(count(_("{} there already"), summary.already));
  if (summary.duplicates > 0) parts.push_back(count(_("{} said again"), summary.duplicates));
  parts.push_back(count(_("{} rejected"), summary.rejected));
  parts.push_back(count(_("{} blank"), summary.blank));
  return fmt::format(fmt::runtime(P_("{rows} row: {parts}", "{rows} rows: {parts}", summary.rows)),
                     fmt::arg("rows", summary.rows), fmt::arg("parts", listed(parts)));
}

std::string nothing_text(const ImportSummary& summary) {
  if (summary.rows == 0) {
    return summary.blank > 0 ? _("imported nothing: all rows are blank")
                             : _("imported nothing: the file has no rows below its header");
  }
  if (summary.rejected == summary.rows) return _("imported nothing: all rows were rejected");
  if (summary.rejected > 0) {
    return _("imported nothing: the rows that were not rejected are there already");
  }
  return _("imported nothing: all rows are there already");
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
      : session_{session},
        verb_{verb},
        asked_{asked},
        file_name_{name_without_folder(asked.file.path)},
        rejects_path_{rejects_path(asked)},
        parts_{session} {}

  void run(ImportOptions options) {
    if (asked_.source) options.source = *asked_.source;
    options.file = file_name_;
    options.sheet.map = asked_.map;
    options.sheet.set = asked_.set;
    options.progress = parts_.progress();
    check_usage(options);
    const std::string bytes = session_.read_file(asked_.file.path, import_bytes_max);
    if (session_.replayed()) return;
    ImportPlan plan = planned(bytes, options);
    if (plan.summary().rejected > 0 && !options.keep_good) throw_rejected(plan);
    const bool asks = plan.summary().added > 0 && session_.can_ask() && !session_.dry_run();
    if (asks) {
      check_rejects(plan);
      tell(plan, session_.out());
      const auto question = fmt::format(fmt::runtime(_("import {}?")), verb_.added(plan.summary()));
      if (!session_.confirm(question)) {
        session_.out().ends_with(static_cast<int>(Exit::not_found));
        return;
      }
    }
    write(plan, {.earn = options.earn, .is_told = asks});
  }

 private:
  void check_usage(const ImportOptions& options) const {
    if (options.keep_good && rejects_path_.empty()) {
      throw Error(Errc::invalid_input, _("--keep-good needs a place for the rows it leaves out"),
                  _("name it with --rejects FILE, or --rejects - for standard output"));
    }
    std::error_code ignored;  // where one of them is not there, they are two
    const bool is_same = rejects_path_ != "-" &&
                         (rejects_path_ == asked_.file.path ||
                          std::filesystem::equivalent(rejects_path_, asked_.file.path, ignored));
    if (is_same) {
      throw Error(Errc::invalid_input, _("--rejects names the file that is imported"),
                  _("the rejected rows need a file of their own"));
    }
  }

  // The snapshot ends before anything is told or asked.
  ImportPlan planned(const std::string& bytes, const ImportOptions& options) {
    parts_.begin(_("reading"));
    std::optional<ImportPlan> plan;
    session_.store().view(
        [&](Reading& reading) { plan.emplace(verb_.plan(reading, bytes, options)); });
    parts_.end();
    return std::move(*plan);
  }

  [[nodiscard]] std::string shown_name() const {
    return file_name_ == "-" ? _("standard input") : file_name_;
  }

  [[nodiscard]] Existing existing() const {
    return asked_.force ? Existing::replaced : Existing::refused;
  }

  // Good rows are taken only where the others have a place to go.
  void check_rejects(const ImportPlan& plan) const {
    if (plan.summary().rejected == 0 || rejects_path_ == "-") return;
    try {
      session_.check_file(rejects_path_, existing());
    } catch (const Error& error) {
      if (asked_.force || error.code() != Errc::cannot_create) throw;
      throw Error(error.code(), error.what(),
                  _("name another file with --rejects, or replace this one with --force"));
    }
  }

  // In lines as wide as the terminal.
  void say(Output& out, const std::string& text) {
    if (!session_.world().err_is_terminal) return out.note(text);
    const auto columns = static_cast<std::size_t>(std::max(session_.world().columns, 20));
    for (auto& line : wrap(for_terminal(text), columns)) out.note(std::move(line));
  }

  void tell(const ImportPlan& plan, Output& out) {
    const auto& summary = plan.summary();
    say(out, columns_text(plan));
    if (const auto text = left_out_text(plan); !text.empty()) say(out, text);
    for (const auto& line : notice_lines(plan.notices(), verb_.notices_most)) say(out, line);
    if (session_.dry_run() || session_.world().err_is_terminal) {
      for (const auto& line : fault_lines(plan)) say(out, line);
    }
    say(out, counts_text(summary));
    if (!verb_.details) return;
    if (const auto text = verb_.details(summary); !text.empty()) say(out, text);
  }

  void tell_rejected(Output& out) {
    if (rejects_path_ == "-") return;
    say(out, fmt::format(fmt::runtime(session_.dry_run() ? _("the rejected rows would be in {}")
                                                         : _("the rejected rows are in {}")),
                         rejects_path_));
  }

  struct Writing {
    bool earn;
    bool is_told;  // before the question
  };

  // All is told inside, so that a repetition of the operation tells the same. The rejects are
  // written last: what could not be imported must not stand in the way of trying again.
  void write(ImportPlan& plan, Writing how) {
    bool is_first = false;  // not a repetition of an operation that was done
    session_.change([&](Transaction& tx, Output& out) {
      is_first = true;
      check_rejects(plan);
      parts_.begin(_("writing"));
      // What a dry run has to say is known without writing, but for points.
      const bool all_known = session_.dry_run() && !how.earn;
      const ImportSummary summary = all_known ? plan.summary() : run_import(tx, plan);
      parts_.end();
      const bool rejects_on_out = summary.rejected > 0 && rejects_path_ == "-";
      if (!rejects_on_out) out.record("import", summary);
      if (!how.is_told) {
        tell(plan, out);
      } else {
        tell_further(plan, out);
      }
      if (summary.rejected > 0) tell_rejected(out);
      out.changed(summary.added > 0 ? fmt::format(fmt::runtime(_("imported {what} from {file}")),
                                                  fmt::arg("what", verb_.added(summary)),
                                                  fmt::arg("file", shown_name()))
                                    : nothing_text(summary),
                  {});
      if (summary.rejected > 0) out.ends_with(static_cast<int>(Exit::not_found));
    });
    if (is_first && plan.summary().rejected > 0 && !session_.dry_run()) {
      session_.write_file(rejects_path_, rejected_csv(plan), existing());
    }
  }

  // What only the writing shows.
  void tell_further(const ImportPlan& plan, Output& out) {
    for (const auto& notice : plan.notices()) {
      if (notice.kind == "points_ended") say(out, notice_text(notice));
    }
  }

  Session& session_;
  const ImportVerb& verb_;
  const Asked& asked_;
  std::string file_name_;
  std::string rejects_path_;
  Parts parts_;
};

std::string field_list(const std::vector<SheetField>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  return listed(names);
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
               _("The system that the rows come from, where several number alike"));
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
