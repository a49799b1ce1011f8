// A command that writes, and something that happens at one of its system calls.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/counter.h"

namespace pharmacy::test {

struct Deed {
  std::string program;
  std::vector<std::string> args;
  std::string says = {};  // once it is done; empty: whatever it says
  std::string file = {};  // which it makes or replaces
  // With these words `store` succeeds if what is in the file is whole.
  std::vector<std::string> proof = {};
  // How what is found begins if a second step is missing, which repeating it takes.
  std::string halfway = {};
  int status = 0;  // with which it ends once it is done
  // How the name begins of what stays beside the store for good where it is cut off.
  std::string leaves = {};
};

// The k-th call of that name.
struct CallPoint {
  std::string call;
  int k;
};

// The command under strace, with these options.
Run traced(Run command, const std::vector<std::string>& options);
// Does it, to learn its calls of those names (as strace has them, with commas) and which of them
// count, by strace's line with the paths of descriptors. `log` is a file to use; it ends with
// `status`.
std::vector<CallPoint> calls_of(const Run& command, const std::string& log,
                                const std::string& calls,
                                const std::function<bool(const std::string& line)>& counts,
                                int status = 0);
// The same in two steps, for a command that runs elsewhere: what it is to be run as, and what was
// logged of it.
Run logged(Run command, const std::string& log, const std::string& calls);
std::vector<CallPoint> calls_in(const std::string& log,
                                const std::function<bool(const std::string& line)>& counts);
// Does it, with this done to that call ("signal=SIGKILL"); `more` follows the number of the call
// ("+": and to each later one).
Run hindered(Run command, const CallPoint& point, const std::string& what,
             const std::string& more = "");
Ended run_with(const Run& command, const CallPoint& point, const std::string& what,
               const std::string& more = "");

class SweptCommand {
 public:
  // Does the deed once, to learn its calls.
  SweptCommand(const Counter& counter, Deed deed, const std::string& calls,
               const std::function<bool(const std::string& line)>& counts);
  // Has `first` do it once.
  SweptCommand(const Counter& counter, Deed deed, const std::function<void(const Run&)>& first);

  [[nodiscard]] const std::vector<CallPoint>& points() const { return points_; }
  [[nodiscard]] const Deed& deed() const { return deed_; }

  // Puts the store back as it was before the deed, and what lies beside it.
  void begin_again() const;
  [[nodiscard]] Run command() const { return counter_.command(deed_.program, deed_.args); }
  // Does it on the store as it was, with this done to that call, as run_with().
  [[nodiscard]] Ended inject(const CallPoint& point, const std::string& what,
                             const std::string& more = "") const;
  // The same, done by `how`.
  [[nodiscard]] Ended attempt(const std::function<Ended(const Run&)>& how) const;
  // It said that it was done.
  [[nodiscard]] bool acknowledged(const Ended& ended) const;

  enum class Done { unknown, yes, no };
  // What a command that was cut off left beside the store, before it is repeated.
  enum class Leavings { removed, kept };
  // What is wrong with the store afterwards; empty where all is well. Repeated under the same
  // operation id, the deed is there exactly once.
  // Where leavings are kept, nothing is there afterwards that is not there when it is done at once.
  [[nodiscard]] std::string judge(Done done, Leavings leavings = Leavings::removed) const;

 private:
  // As Counter::rows(), or why the store does not open.
  [[nodiscard]] std::string rows() const;
  [[nodiscard]] std::string fault_of_rows(const std::string& found, Done done) const;
  [[nodiscard]] bool must_be_whole(const std::string& found, Done done) const;
  // Takes away what the deed left beside the store.
  void tidy() const;
  // It may be there after the deed was cut off and repeated.
  [[nodiscard]] bool stays(const std::string& file) const;
  // The files of the store and those beside it, "#" for what chance gave a name.
  [[nodiscard]] std::set<std::string> files() const;

  const Counter& counter_;
  Deed deed_;
  std::set<std::string> there_;         // beside the store
  std::optional<std::string> content_;  // of the deed's file, if it was there
  std::string before_, after_;
  std::set<std::string> files_after_;
  std::vector<CallPoint> points_;
};

}  // namespace pharmacy::test
