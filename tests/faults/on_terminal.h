// A program on a terminal of its own, as a person has it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/process.h"

namespace pharmacy::test {

class OnTerminal {
 public:
  // What is typed when this is on the screen, each time.
  struct Answer {
    std::string question;
    std::string typed;
  };

  // In English, on a screen of 8 lines. What `run` has as input or limit has no meaning here.
  explicit OnTerminal(Run run);
  // Kills it, if it is there still.
  ~OnTerminal();
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;

  // Reads until the text is on the screen; fails the test if the program ends before.
  void wait_for(const std::string& text);
  void type(const std::string& text) const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool echoes() const;
  // Answers whatever is asked until the program ends, by itself and in two minutes; `out` is what
  // was on the screen.
  [[nodiscard]] Ended answer(const std::vector<Answer>& answers);
  // The signal that ended it after this one, -1 if it ended by itself; 0 if it goes on, which is
  // believed after 2 s, and of SIGXFSZ after 0.2 s.
  [[nodiscard]] int send(int signal);

 private:
  // Reads what is on the screen within this time; whether there was anything.
  bool read_more(int milliseconds);

  int master_ = -1, slave_ = -1;
  pid_t pid_ = -1;
  std::string seen_;
};

}  // namespace pharmacy::test
