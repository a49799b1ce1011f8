// Runs one verb: opens the store, gathers what the verb says, and prints it when it is done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/buffer.h"
#include "cli/frame_impl.h"
#include "cli/settings.h"

namespace pharmacy::cli {

class Runner : public Session {
 public:
  Runner(Frame::Impl& frame, const VerbSpec& verb, const Action& action);
  ~Runner() override;

  // Opens the store if the verb needs it, runs it and prints. Returns the exit status.
  int run();

  [[nodiscard]] const Settings& settings() const override { return settings_; }

  Store& store() override;
  void change(const std::function<void(Transaction&, Output&)>& verb) override;
  bool replayed() override;
  Key key(const std::vector<StaffSlot>& staff) override;
  [[nodiscard]] std::string command_without(const std::vector<std::string>& options) const override;
  OpenOptions open_options() override;
  Output& out() override { return buffer_; }
  World& world() override { return frame_.world; }
  void change_apart(const std::function<void()>& verb) override;
  [[nodiscard]] bool may_have_changed() const override { return frame_.changed != Changed::no; }
  [[nodiscard]] bool dry_run() const override { return frame_.globals.dry_run; }
  [[nodiscard]] bool can_ask() const override;
  bool confirm(const std::string& question) override;
  bool confirm_by_name(const std::string& question, const std::string& path,
                       const std::optional<std::string>& given) override;
  std::optional<std::string> ask(const std::string& prompt) override;
  std::optional<std::string> edit(const std::string& name, const std::string& text,
                                  const std::function<void(const std::string&)>& check) override;
  std::string read_file(const std::string& path, std::size_t max_bytes) override;
  void check_file(const std::string& path, Existing existing) override;
  void write_file(const std::string& path, std::string_view content, Existing existing) override;
  std::function<void(std::int64_t, std::int64_t)> progress(const std::string& what) override;
  void rehearse(std::string_view schema, Table one_row) override;
  void if_unprinted(std::string hint) override;

 private:
  [[nodiscard]] Style style() const;
  [[nodiscard]] Buffer::Options buffer_options(bool for_change) const;
  [[nodiscard]] Operation operation_of(int change) const;
  // Before somebody is waited for.
  void keep_nobody_waiting() const;
  [[nodiscard]] std::optional<std::string> line_after(const std::string& prompt);
  void print(const Printed& printed, bool may_page);
  void require_answer(const std::string& question, const std::string& instead) const;
  void refuse_another_day() const;
  // Once, as soon as it is known; of verbs that open no store, or fail, at the end.
  void tell_of_unlocked_keys();
  void flush_buffer();
  bool replay(const Operation& operation);

  Frame::Impl& frame_;
  const VerbSpec& verb_;
  const Action& action_;
  Settings settings_;
  std::optional<Zone> zone_;  // the store's, once it is open
  std::optional<Store> store_;
  Buffer buffer_;
  std::vector<std::string> inputs_;  // what was read and answered, for request()
  int changes_ = 0;
  int status_ = 0;
  bool told_of_unlocked_keys_ = false;
};

}  // namespace pharmacy::cli
