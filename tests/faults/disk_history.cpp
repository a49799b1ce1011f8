#include "disk_history.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "call_trace.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

namespace {

constexpr DiskNode root_node = 1;
constexpr const char* changing_calls =
    "openat,open,creat,write,pwrite64,writev,pwritev,lseek,ftruncate,truncate,fallocate,fsync,"
    "fdatasync,rename,renameat,renameat2,link,linkat,symlink,unlink,unlinkat,mkdir,mkdirat,rmdir,"
    "dup,dup2,dup3";

bool is_mapped_memory(const std::string& path) { return path.ends_with("-shm"); }

// Takes down the calls of a command.
class Recorder {
 public:
  Recorder(fs::path root, const std::set<std::string>& except) : root_{std::move(root)} {
    history_.contents.resize(root_node + 1);
    history_.directories.insert(root_node);
    for (const auto& [path, content] : files_below(root_, except)) {
      const DiskNode node = new_node(content.value_or(""));
      if (!content) history_.directories.insert(node);
      names_.emplace(*name_of(root_ / path), node);
    }
    history_.names = names_;
  }

  void take(const TracedCall& call);
  [[nodiscard]] DiskHistory& history() { return history_; }

 private:
  struct Opened {
    DiskNode node = 0;
    std::size_t at = 0;
    bool appends = false;
  };

  void take_opening(const TracedCall& call);
  void take_write(const TracedCall& call);
  void take_names(const TracedCall& call);
  void move(const std::string& from, const std::string& to, bool exchanged);
  void change_names(DiskNames names, std::optional<DiskName> needed = {});
  void make(const std::string& path, DiskNode node);
  void remove(const std::string& path);

  DiskNode new_node(const std::string& content);
  // nullopt where it is not below the root.
  [[nodiscard]] std::optional<DiskName> name_of(const fs::path& path) const;
  [[nodiscard]] DiskNode node_at(const fs::path& path) const;
  [[nodiscard]] DiskNode bearer_of(const DiskName& name) const {
    const auto found = names_.find(name);
    return found != names_.end() ? found->second : 0;
  }

  fs::path root_;
  DiskHistory history_;
  DiskNames names_;                       // as the steps so far made them
  std::vector<std::size_t> sizes_{0, 0};  // the same
  std::map<std::size_t, Opened> opened_;
};

DiskNode Recorder::new_node(const std::string& content) {
  if (history_.contents.size() > sizes_.size()) sizes_.resize(history_.contents.size());
  history_.contents.push_back(content);
  sizes_.push_back(content.size());
  return history_.contents.size() - 1;
}

std::optional<DiskName> Recorder::name_of(const fs::path& path) const {
  const fs::path below = path.lexically_normal().lexically_relative(root_);
  if (below.empty() || below == "." || *below.begin() == "..") return std::nullopt;
  DiskName name{root_node, ""};
  for (const auto& part : below) {
    if (!name.second.empty()) name.first = bearer_of(name);
    if (name.first == 0) return std::nullopt;
    if (!part.empty()) name.second = part;
  }
  return name;
}

DiskNode Recorder::node_at(const fs::path& path) const {
  if (path.lexically_normal() == root_) return root_node;
  const auto name = name_of(path);
  return name ? bearer_of(*name) : 0;
}

void Recorder::change_names(DiskNames names, std::optional<DiskName> needed) {
  history_.steps.push_back(
      {.what = HistoryStep::What::names, .names = std::move(names), .needed = std::move(needed)});
  apply_names(history_.steps.back(), names_);
}

void Recorder::make(const std::string& path, DiskNode node) {
  if (const auto name = name_of(path)) change_names({{*name, node}});
}

void Recorder::remove(const std::string& path) { make(path, 0); }

void Recorder::move(const std::string& from, const std::string& to, bool exchanged) {
  const auto old_name = name_of(from), new_name = name_of(to);
  REQUIRE(old_name.has_value() == new_name.has_value());
  if (!old_name) return;
  std::optional<DiskName> needed;
  if (old_name->first != new_name->first) needed = name_of(fs::path{from}.parent_path());
  change_names(
      {{*old_name, exchanged ? bearer_of(*new_name) : 0}, {*new_name, bearer_of(*old_name)}},
      needed);
}

void Recorder::take_opening(const TracedCall& call) {
  const bool is_plain = call.name() == "open";
  const std::string path = is_plain ? call.text(0) : call.path_at(1);
  const std::size_t flags = is_plain ? 1 : 2;
  if (call.has_flag(flags, "O_CREAT") && node_at(path) == 0 && name_of(path))
    make(path, new_node(""));
  const DiskNode node = node_at(path);
  opened_[call.result()] = {.node = node, .at = 0, .appends = call.has_flag(flags, "O_APPEND")};
  if (node == 0 || !call.has_flag(flags, "O_TRUNC")) return;
  sizes_[node] = 0;
  history_.steps.push_back({.what = HistoryStep::What::truncate, .node = node});
}

void Recorder::take_write(const TracedCall& call) {
  const std::size_t fd = call.descriptor(0);
  std::string bytes = call.text(1).substr(0, call.result());
  if (fd == 1 || fd == 2) {
    history_.steps.push_back({.what = HistoryStep::What::say, .bytes = std::move(bytes)});
    return;
  }
  const DiskNode node = node_at(call.place(0));
  if (node == 0) return;
  std::size_t at = 0;
  if (call.name() == "pwrite64") {
    at = call.number(3);
  } else {
    Opened& opened = opened_.at(fd);
    REQUIRE(opened.node == node);
    at = opened.appends ? sizes_[node] : opened.at;
    opened.at = at + bytes.size();
  }
  sizes_[node] = std::max(sizes_[node], at + bytes.size());
  history_.steps.push_back(
      {.what = HistoryStep::What::write, .node = node, .at = at, .bytes = std::move(bytes)});
}

void Recorder::take_names(const TracedCall& call) {
  const std::string& name = call.name();
  if (name == "mkdir") {
    const DiskNode node = new_node("");
    history_.directories.insert(node);
    make(call.text(0), node);
  } else if (name == "unlink" || name == "rmdir") {
    remove(call.text(0));
  } else if (name == "unlinkat") {
    remove(call.path_at(1));
  } else if (name == "rename") {
    move(call.text(0), call.text(1), false);
  } else {
    // No program of the suite makes others.
    REQUIRE_MESSAGE((name == "renameat" || name == "renameat2"), name);
    move(call.path_at(1), call.path_at(3), call.has_flag(4, "RENAME_EXCHANGE"));
  }
}

void Recorder::take(const TracedCall& call) {
  const std::string& name = call.name();
  if (name == "openat" || name == "open") return take_opening(call);
  if (name == "write" || name == "pwrite64") return take_write(call);
  if (name == "lseek") {
    if (const auto opened = opened_.find(call.descriptor(0)); opened != opened_.end())
      opened->second.at = call.result();
    return;
  }
  if (name == "fsync" || name == "fdatasync" || name == "ftruncate") {
    const DiskNode node = node_at(call.place(0));
    if (node == 0) return;
    if (name == "ftruncate") sizes_[node] = call.number(1);
    history_.steps.push_back(
        {.what = name == "ftruncate" ? HistoryStep::What::truncate : HistoryStep::What::sync,
         .node = node,
         .at = name == "ftruncate" ? call.number(1) : 0});
    return;
  }
  take_names(call);
}

void collect(const DiskHistory& history, const std::vector<std::string>& contents,
             const DiskNames& names, const std::string& below, DiskNode directory,
             DiskFiles& files) {
  for (auto at = names.lower_bound({directory, ""});
       at != names.end() && at->first.first == directory; ++at) {
    const DiskNode node = at->second;
    const std::string path = below + at->first.second;
    if (history.directories.contains(node)) {
      files.emplace(path, std::nullopt);
      collect(history, contents, names, path + '/', node, files);
    } else if (!is_mapped_memory(path)) {
      files.emplace(path, contents.at(node));
    }
  }
}

// What all the steps come to.
DiskFiles files_after(const DiskHistory& history) {
  auto contents = history.contents;
  auto names = history.names;
  for (const HistoryStep& step : history.steps) {
    apply_write(step, 0, step.bytes.size(), contents[step.node]);
    apply_names(step, names);
  }
  return files_of(history, contents, names);
}

}  // namespace

Ended DiskHistory::ended_before(std::size_t step) const {
  Ended ended{.status = step == steps.size() ? 0 : 128 + 9, .out = {}, .err = {}};
  for (std::size_t i = 0; i < step; ++i)
    if (steps[i].what == HistoryStep::What::say) ended.out += steps[i].bytes;
  return ended;
}

void apply_write(const HistoryStep& step, std::size_t from, std::size_t to, std::string& content) {
  if (step.what == HistoryStep::What::truncate) content.resize(step.at);
  if (step.what != HistoryStep::What::write) return;
  if (content.size() < step.at + to) content.resize(step.at + to);
  content.replace(step.at + from, to - from, step.bytes, from, to - from);
}

void apply_names(const HistoryStep& step, DiskNames& names) {
  for (const auto& [name, node] : step.names) {
    names.erase(name);
    if (node != 0) names.emplace(name, node);
  }
}

DiskFiles files_of(const DiskHistory& history, const std::vector<std::string>& contents,
                   const DiskNames& names) {
  DiskFiles files;
  collect(history, contents, names, "", root_node, files);
  return files;
}

DiskFiles files_below(const fs::path& root, const std::set<std::string>& except) {
  DiskFiles files;
  for (auto at = fs::recursive_directory_iterator{root}; at != fs::end(at); ++at) {
    const fs::path below = at->path().lexically_relative(root);
    if (except.contains(below)) {
      at.disable_recursion_pending();
    } else if (at->is_directory()) {
      files.emplace(below, std::nullopt);
    } else if (!is_mapped_memory(below)) {
      files.emplace(below, bytes_of(at->path()));
    }
  }
  return files;
}

void put_files(const fs::path& root, const std::set<std::string>& except, const DiskFiles& files) {
  for (const auto& entry : fs::directory_iterator(root))
    if (!except.contains(entry.path().filename())) fs::remove_all(entry.path());
  for (const auto& [path, content] : files) {
    if (content) {
      put_bytes(root / path, *content);
    } else {
      fs::create_directory(root / path);
    }
    fs::permissions(root / path, content ? fs::perms{0600} : fs::perms{0700});
  }
}

DiskHistory history_of(const Run& command, const fs::path& root,
                       const std::set<std::string>& except) {
  Recorder recorder{root, except};
  for (const TracedCall& call : trace_of(command, changing_calls)) recorder.take(call);
  CHECK(recorder.history().steps.size() >= 5);
  REQUIRE(files_after(recorder.history()) == files_below(root, except));
  return std::move(recorder.history());
}

}  // namespace pharmacy::test
