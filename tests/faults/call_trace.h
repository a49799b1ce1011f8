// The calls of a program, with all their data, as strace writes them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/process.h"

namespace pharmacy::test {

// A call that succeeded. Its members fail the test where an argument is of another kind.
class TracedCall {
 public:
  TracedCall(std::string name, std::vector<std::string> arguments, std::string result)
      : name_(std::move(name)), arguments_(std::move(arguments)), result_(std::move(result)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  // A string, whole.
  [[nodiscard]] std::string text(std::size_t argument) const;
  [[nodiscard]] std::size_t number(std::size_t argument) const;
  // Whether a word is among its flags.
  [[nodiscard]] bool has_flag(std::size_t argument, const std::string& flag) const;
  [[nodiscard]] std::size_t descriptor(std::size_t argument) const;
  // The path by which a descriptor's file was reached when the call was made.
  [[nodiscard]] std::string place(std::size_t argument) const;
  // The path that a string names, seen from the directory that the argument before it is.
  [[nodiscard]] std::string path_at(std::size_t argument) const;
  [[nodiscard]] std::size_t result() const;

 private:
  std::string name_;
  std::vector<std::string> arguments_;
  std::string result_;
};

// Runs the command, which must succeed, and has strace write down these calls (with commas).
std::vector<TracedCall> trace_of(const Run& command, const std::string& calls);

}  // namespace pharmacy::test
