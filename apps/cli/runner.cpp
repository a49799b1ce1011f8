#include "cli/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>

#include "cli/credentials.h"
#include "cli/errors.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "cli/progress.h"
#include "cli/request.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

Runner::Runner(Frame::Impl& frame, const VerbSpec& verb, const Action& action)
    : frame_{frame},
      verb_{verb},
      action_{action},
      settings_{Settings::read(frame.world, frame.globals)},
      buffer_{buffer_options(false)} {}

Runner::~Runner() { tell_of_unlocked_keys(); }

Buffer::Options Runner::buffer_options(bool for_change) const {
  const auto& globals = frame_.globals;
  return {.dry_run = globals.dry_run,
          .for_change = for_change,
          .quiet = globals.quiet,
          .for_people = for_change && frame_.world.out_is_terminal && !globals.format,
          .says_if_empty = frame_.world.err_is_terminal,
          .fails_if_empty = globals.fail_if_empty,
          .prints_documents = globals.format.value_or(Format::table) == Format::table &&
                              !globals.excel && !globals.columns};
}

Style Runner::style() const {
  const auto& globals = frame_.globals;
  const auto& world = frame_.world;
  Style style;
  style.format = globals.format.value_or(globals.excel           ? Format::csv
                                         : world.out_is_terminal ? Format::table
                                                                 : Format::tsv);
  style.is_chosen = globals.format || globals.excel;
  style.excel = globals.excel;
  style.width = world.out_is_terminal ? world.columns : 80;
  if (zone_) style.zone = *zone_;
  const auto filled = [&world](const char* name) { return !world.env(name).value_or("").empty(); };
  const bool automatic =
      world.out_is_terminal && !filled("NO_COLOR") && world.env("TERM") != "dumb";
  const auto when = settings_.color();
  style.color = when == When::always || (when == When::automatic && automatic);
  if (globals.columns) {
    std::size_t from = 0;
    while (from <= globals.columns->size()) {
      const auto to = std::min(globals.columns->find(',', from), globals.columns->size());
      style.columns.push_back(globals.columns->substr(from, to - from));
      from = to + 1;
    }
  }
  return style;
}

OpenOptions Runner::open_options() {
  OpenOptions options;
  options.wait = settings_.wait();
  options.reads_much = action_.reads_much;
  options.clock = frame_.world.clock;
  options.command = frame_.program + ' ' + verb_.path;
  options.allow_network_fs = frame_.globals.allow_network_fs;
  if (const auto today = frame_.globals.today) {
    // The zone is known only once the store is open; opening needs no day.
    options.as_of = [this, today, clock = frame_.world.clock] {
      return zone_ ? zone_->at_local(*today, std::chrono::hours{12}) : clock();
    };
  }
  return options;
}

Key Runner::key(const std::vector<StaffSlot>& staff) {
  return key_for(frame_.world, settings_, frame_.globals, staff);
}

Store& Runner::store() {
  if (!store_) {
    store_.emplace(open_store(frame_.world, settings_, frame_.globals, open_options(),
                              verb_.proves_anew ? Proof::anew : Proof::by_session));
    zone_ = store_->zone();
  }
  return *store_;
}

int Runner::run() {
  if (frame_.globals.excel && frame_.globals.format.value_or(Format::csv) != Format::csv) {
    throw Error(Errc::invalid_input, _("--excel goes with --format csv"));
  }
  if (action_.writes) refuse_another_day();
  if (action_.opens) {
    store();
    if (const auto faults = frame_.fill(verb_, {store_->today(), store_->zone()});
        !faults.empty()) {
      throw Error(Errc::invalid_input, faults);
    }
  }
  if (frame_.globals.verbose) {
    frame_.world.err << fmt::format(fmt::runtime(_("store: {}")), for_terminal(settings_.store()))
                     << '\n';
  }
  tell_of_unlocked_keys();
  action_.run(*this);
  auto printed = buffer_.take(style());
  store_.reset();  // nothing is held while a person reads a pager
  print(printed, true);
  return status_;
}

void Runner::tell_of_unlocked_keys() {
  if (told_of_unlocked_keys_ || frame_.world.secrets_are_locked()) return;
  told_of_unlocked_keys_ = true;
  frame_.world.err << _("note: keys in memory could not be kept out of the swap space: "
                        "`store doctor` says what helps")
                   << std::endl;  // before the verb asks anything
}

void Runner::refuse_another_day() const {
  if (!frame_.globals.today || dry_run()) return;
  throw Error(Errc::invalid_input, _("--today is for reports and dry runs, not for changes"),
              _("what is recorded carries the time at which it was recorded"));
}

// A verb that makes several changes names them ID, ID.2, ID.3 …
Operation Runner::operation_of(int change) const {
  auto id = frame_.globals.op ? *frame_.globals.op : new_operation_id();
  if (frame_.globals.op && change > 1) id += '.' + std::to_string(change);
  return {std::move(id), canonical_request(frame_.program, verb_, inputs_)};
}

std::string Runner::command_without(const std::vector<std::string>& options) const {
  return command_line(frame_.program, verb_, options);
}

bool Runner::replayed() {
  // Only an id that a person gave can have been used before.
  if (!frame_.globals.op || !replay(operation_of(changes_ + 1))) return false;
  ++changes_;
  return true;
}

bool Runner::replay(const Operation& operation) {
  const auto result = store().result_of(operation);
  if (!result) return false;
  const auto printed = from_result(*result);
  if (!printed) {
    throw Error(
        Errc::damaged,
        fmt::format(fmt::runtime(_("the result of operation {} cannot be read")), operation.id));
  }
  flush_buffer();
  print(*printed, false);
  return true;
}

void Runner::change(const std::function<void(Transaction&, Output&)>& verb) {
  refuse_another_day();
  if (replayed()) return;
  const auto operation = operation_of(changes_ + 1);
  Printed printed;
  {
    auto tx = store().begin(operation);
    Buffer said{buffer_options(true)};
    try {
      verb(tx, said);
    } catch (const Error& error) {
      tx.failed(error);
      throw;
    }
    printed = said.take(style());
    if (dry_run()) {
      tx.rehearsed();
    } else {
      try {
        tx.commit(to_result(printed));
        frame_.changed = Changed::yes;
        ++changes_;  // only now: what was refused is tried again under the same name
      } catch (const Error& error) {
        if (error.code() != Errc::outcome_unknown) throw;
        frame_.changed = Changed::unknown;
        throw Error(Errc::outcome_unknown, error.what(),
                    fmt::format(fmt::runtime(_("run it again with --op {}: it then happens once")),
                                operation.id));
      }
    }
  }
  flush_buffer();
  if (frame_.globals.verbose) {
    printed.err += fmt::format(fmt::runtime(_("operation: {}")), operation.id) + '\n';
  }
  const auto& world = frame_.world;
  if (dry_run() && !printed.out.empty() && (world.out_is_terminal || world.err_is_terminal)) {
    world.err << _("dry run: nothing is written") << std::endl;  // before what looks like a record
  }
  print(printed, false);
}

void Runner::change_apart(const std::function<void()>& verb) {
  frame_.changed = Changed::unknown;
  verb();
  frame_.changed = Changed::yes;
}

void Runner::flush_buffer() { print(buffer_.take(style()), false); }

void Runner::print(const Printed& printed, bool may_page) {
  auto& world = frame_.world;
  if (status_ == 0) status_ = printed.status;
  const auto lines = std::count(printed.out.begin(), printed.out.end(), '\n');
  const bool page = may_page && printed.long_table && world.out_is_terminal && world.page &&
                    settings_.pager() && lines > world.rows;
  if (page) keep_nobody_waiting();
  if (!page || !world.page(printed.out)) world.out << printed.out << std::flush;
  // What is said of an answer that could not be given is said at the end.
  if (!world.out.good() && !frame_.if_unprinted.empty()) return;
  world.err << printed.aside << printed.err << std::flush;
}

bool Runner::can_ask() const {
  return frame_.world.in_is_terminal && frame_.world.err_is_terminal && !frame_.globals.no_input;
}

void Runner::keep_nobody_waiting() const { PHARMACY_CHECK(!store_ || !store_->is_in_use()); }

std::optional<std::string> Runner::line_after(const std::string& prompt) {
  keep_nobody_waiting();
  flush_buffer();
  auto& world = frame_.world;
  world.err << for_terminal(prompt) << std::flush;
  std::string line;
  if (!std::getline(world.in, line)) {
    world.err << std::endl;
    return std::nullopt;
  }
  auto text = normalise(line);
  if (!text) throw Error(Errc::invalid_input, _("this is not plain text"));
  return text;
}

std::optional<std::string> Runner::ask(const std::string& prompt) {
  auto answer = line_after(prompt);
  if (answer) inputs_.push_back(*answer);
  return answer;
}

void Runner::require_answer(const std::string& question, const std::string& instead) const {
  if (can_ask()) return;
  throw Error(
      Errc::invalid_input,
      fmt::format(fmt::runtime(_("this must be answered, and nobody can be asked: {}")), question),
      instead);
}

bool Runner::confirm_by_name(const std::string& question, const std::string& path,
                             const std::optional<std::string>& given) {
  flush_buffer();
  const auto absolute = std::filesystem::absolute(path).lexically_normal();
  const std::string name = (absolute.has_filename() ? absolute : absolute.parent_path()).filename();
  if (given) {
    if (*given == name) return true;
    throw Error(
        Errc::invalid_input,
        fmt::format(fmt::runtime(_("--confirm: the store is not called {}")), for_terminal(*given)),
        fmt::format(fmt::runtime(_("it is called {}")), for_terminal(name)));
  }
  require_answer(question, _("use --confirm with the name of the store"));
  const auto typed =
      line_after(question + ' ' + fmt::format(fmt::runtime(_("type {} if so: ")), name));
  if (typed == name) return true;
  buffer_.note(_("nothing was changed"));
  return false;
}

bool Runner::confirm(const std::string& question) {
  flush_buffer();
  if (frame_.globals.yes) return true;
  require_answer(question, _("use --yes to answer yes"));
  const auto answer = fold(line_after(question + _(" [y/N] ")).value_or(""));
  if (answer == "y" || answer == "yes" || answer == "是" || answer == "好") return true;
  buffer_.note(_("nothing was changed"));
  return false;
}

std::optional<std::string> Runner::edit(const std::string& name, const std::string& text,
                                        const std::function<void(const std::string&)>& check) {
  auto& world = frame_.world;
  if (!can_ask() || !world.out_is_terminal || !world.edit) {
    throw Error(Errc::invalid_input, _("there is no terminal for an editor"));
  }
  keep_nobody_waiting();
  flush_buffer();
  std::string last = text;
  for (;;) {
    auto edited = world.edit(name, last);
    if (!edited) {
      buffer_.note(_("the editor failed, so nothing was changed"));
      return std::nullopt;
    }
    try {
      check(*edited);
      inputs_.push_back(request_digest(*edited));
      return edited;
    } catch (const Error& error) {
      // An editor that leaves a fault as it is would be opened for ever.
      if (error.code() != Errc::bad_data || *edited == last) throw;
      world.err << error_text(frame_.program + ' ' + verb_.path, error.faults()) << std::flush;
    }
    if (!confirm(_("open the editor again?"))) return std::nullopt;
    last = std::move(*edited);
  }
}

std::string Runner::read_file(const std::string& path, std::size_t max_bytes) {
  auto content = path == "-" && frame_.world.in_fd < 0
                     ? std::string{std::istreambuf_iterator<char>{frame_.world.in}, {}}
                     : pharmacy::read_file(path, max_bytes);
  inputs_.push_back(request_digest(content));
  return content;
}

void Runner::check_file(const std::string& path, Existing existing) {
  if (path == "-") return;
  keep_out_of_store(path);
  check_new_file(path, existing);
}

void Runner::write_file(const std::string& path, std::string_view content, Existing existing) {
  if (path == "-") {
    flush_buffer();
    frame_.world.out << content;
  } else {
    keep_out_of_store(path);
    pharmacy::write_file(path, content, existing);
  }
}

std::function<void(std::int64_t, std::int64_t)> Runner::progress(const std::string& what) {
  if (!frame_.world.err_is_terminal || frame_.globals.quiet) {
    return [](std::int64_t, std::int64_t) {};
  }
  auto line = std::make_shared<ProgressLine>(frame_.world.err, what, frame_.world.columns);
  return [line](std::int64_t done, std::int64_t total) { line->show(done, total); };
}

void Runner::rehearse(std::string_view schema, Table one_row) {
  Buffer trial{buffer_options(false)};
  trial.record(schema, std::move(one_row));
  static_cast<void>(trial.take(style()));
}

void Runner::if_unprinted(std::string hint) {
  frame_.if_unprinted = std::move(hint);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away must not end us before it is said
}

}  // namespace pharmacy::cli
