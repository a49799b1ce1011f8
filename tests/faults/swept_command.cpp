#include "swept_command.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "pharmacy/error.h"
#include "support/test_store.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

namespace {

// The lines of a text that the other one has not.
std::string other_lines(const std::string& text, const std::string& other) {
  std::string lines;
  std::istringstream rest(text);
  for (std::string line; std::getline(rest, line);)
    if (('\n' + other).find('\n' + line + '\n') == std::string::npos) lines += line + '\n';
  return lines;
}

}  // namespace

Run traced(Run command, const std::vector<std::string>& options) {
  REQUIRE(fs::exists("/usr/bin/strace"));
  command.argv.insert(command.argv.begin(), options.begin(), options.end());
  command.argv.insert(command.argv.begin(), {"strace", "-f", "-qq"});
  return command;
}

std::vector<CallPoint> calls_of(const Run& command, const std::string& log,
                                const std::string& calls,
                                const std::function<bool(const std::string& line)>& counts,
                                int status) {
  const auto ended = run_process(logged(command, log, calls));
  REQUIRE_MESSAGE(ended.status == status, ended.err);
  return calls_in(log, counts);
}

Run logged(Run command, const std::string& log, const std::string& calls) {
  return traced(std::move(command), {"-y", "-o", log, "-e", "trace=" + calls});
}

std::vector<CallPoint> calls_in(const std::string& log,
                                const std::function<bool(const std::string& line)>& counts) {
  std::map<std::string, int> numbers;
  std::vector<CallPoint> points;
  std::ifstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto name = line.find_first_not_of("0123456789 ");
    const auto end = line.find('(', name);
    if (end == std::string::npos) continue;
    const auto call = line.substr(name, end - name);
    const int k = ++numbers[call];
    if (counts(line)) points.push_back({call, k});
  }
  return points;
}

Run hindered(Run command, const CallPoint& point, const std::string& what,
             const std::string& more) {
  return traced(std::move(command),
                {"-o", "/dev/null", "-e", "trace=" + point.call, "-e",
                 "inject=" + point.call + ":" + what + ":when=" + std::to_string(point.k) + more});
}

Ended run_with(const Run& command, const CallPoint& point, const std::string& what,
               const std::string& more) {
  return run_process(hindered(command, point, what, more));
}

SweptCommand::SweptCommand(const Counter& counter, Deed deed, const std::string& calls,
                           const std::function<bool(const std::string& line)>& counts)
    : SweptCommand(counter, std::move(deed), [&](const Run& run) {
        points_ = calls_of(run, counter.dir().file("calls"), calls, counts, deed_.status);
      }) {}

SweptCommand::SweptCommand(const Counter& counter, Deed deed,
                           const std::function<void(const Run&)>& first)
    : counter_(counter), deed_(std::move(deed)) {
  deed_.args.insert(deed_.args.end(), {"--op", "sweep-1"});
  counter_.keep();
  for (const auto& entry : fs::directory_iterator(counter_.dir().path()))
    there_.insert(entry.path().filename());
  if (there_.contains(fs::path{deed_.file}.filename())) content_ = bytes_of(deed_.file);
  before_ = counter_.rows();
  first(command());
  after_ = counter_.rows();
  files_after_ = files();
  REQUIRE((before_ != after_ || !deed_.file.empty()));
}

void SweptCommand::begin_again() const {
  tidy();
  counter_.put_back();
  if (content_) put_bytes(deed_.file, *content_);
}

Ended SweptCommand::inject(const CallPoint& point, const std::string& what,
                           const std::string& more) const {
  return attempt([&](const Run& run) { return run_with(run, point, what, more); });
}

Ended SweptCommand::attempt(const std::function<Ended(const Run&)>& how) const {
  begin_again();
  return how(command());
}

std::string SweptCommand::rows() const {
  try {
    return counter_.rows();
  } catch (const Error& error) {
    return std::string{"it does not open: "} + error.what();
  }
}

bool SweptCommand::acknowledged(const Ended& ended) const {
  if (ended.status == deed_.status) return true;
  return deed_.says.empty() ? !ended.out.empty() || !ended.err.empty()
                            : (ended.out + ended.err).find(deed_.says) != std::string::npos;
}

std::string SweptCommand::fault_of_rows(const std::string& found, Done done) const {
  if (!deed_.halfway.empty() && found.starts_with(deed_.halfway)) return "";
  if (found != before_ && found != after_)
    return "half done, or damaged:\n" + other_lines(found, before_ + after_);
  if (done == Done::yes && found != after_) return "what was acknowledged is lost";
  if (done == Done::no && found != before_) return "what failed is there";
  return "";
}

bool SweptCommand::must_be_whole(const std::string& found, Done done) const {
  const fs::path file = deed_.file;
  std::error_code absent;
  if (done == Done::yes || content_) return true;
  // Where the store tells whether it was done, the file is whole by then.
  if (before_ != after_) return found == after_;
  return fs::exists(file, absent);
}

std::string SweptCommand::judge(Done done, Leavings leavings) const {
  const std::string state = rows();
  if (auto fault = fault_of_rows(state, done); !fault.empty()) return fault;
  if (!deed_.proof.empty() && must_be_whole(state, done)) {
    const auto proven = counter_.run("store", deed_.proof);
    if (proven.status != 0) return "the file is not whole: " + proven.err;
  }
  if (leavings == Leavings::removed) tidy();
  const auto again = counter_.run(deed_.program, deed_.args);
  if (again.status != deed_.status) return "repeated: " + again.err;
  const std::string found = rows();
  if (found != after_) return "repeated, it had another effect:\n" + other_lines(found, after_);
  if (leavings == Leavings::kept)
    for (const auto& file : files())
      if (!files_after_.contains(file) && !stays(file)) return "left behind: " + file;
  return "";
}

bool SweptCommand::stays(const std::string& file) const {
  return !deed_.leaves.empty() && file.starts_with(deed_.leaves);
}

void SweptCommand::tidy() const {
  for (const auto& entry : fs::directory_iterator(counter_.dir().path()))
    if (!there_.contains(entry.path().filename())) fs::remove_all(entry.path());
}

std::set<std::string> SweptCommand::files() const {
  static const std::regex chance{"[0-9a-f]{6,}"};
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(counter_.dir().path())) {
    const auto path = entry.path().lexically_relative(counter_.dir().path()).string();
    names.insert(std::regex_replace(path, chance, "#"));
  }
  return names;
}

}  // namespace pharmacy::test
