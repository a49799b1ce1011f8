// How an operation says that it did not happen.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "pharmacy/export.h"

namespace pharmacy {

// Why an operation did not happen. Each value has a caller that acts on it: the programs turn
// it into the exit status given in pharmacy(7).
enum class Errc {
  invalid_input,    // a value given by the caller is not acceptable
  not_found,        // the one thing asked for is not there
  refused,          // a rule of the pharmacy forbids it (points, limits, consent)
  conflict,         // something unique is there already
  bad_data,         // an input file has rows that cannot be taken; nothing was written
  input_missing,    // an input file cannot be read
  no_store,         // there is no store at this place
  cannot_create,    // an output file cannot be created
  io,               // reading or writing failed; nothing was written
  outcome_unknown,  // writing failed at the commit: retry with the same operation id
  busy,             // another process holds the write gate; try again
  damaged,          // the store is damaged or was tampered with
  not_permitted,    // key wrong or missing, or the role may not do this
  bad_config,       // a configuration file or an environment variable is wrong
};

// One thing that is wrong. `message` is one line, lower case, without a full stop, translated;
// it holds no secret and no member's data beyond what the caller gave. `hint` says how to mend
// it, and may be empty.
struct Fault {
  std::string message;
  std::string hint;
};

// Thrown when the operation did not happen. Holds one fault or more: where several values are
// wrong, all are reported at once.
class PHARMACY_API Error : public std::exception {
 public:
  Error(Errc code, std::string message, std::string hint = {});
  Error(Errc code, std::vector<Fault> faults);  // at least one fault
  ~Error() override;

  [[nodiscard]] Errc code() const noexcept { return code_; }
  [[nodiscard]] const std::vector<Fault>& faults() const noexcept { return faults_; }
  // The message of the first fault.
  [[nodiscard]] const char* what() const noexcept override;

 private:
  Errc code_;
  std::vector<Fault> faults_;
};

// Stops the program: for a state that only a bug can reach. `what` names the broken promise.
[[noreturn]] PHARMACY_API void abort_on_bug(const char* what, const char* file, int line) noexcept;

}  // namespace pharmacy

// A check that is on in every build.
#define PHARMACY_CHECK(promise) \
  ((promise) ? void(0) : ::pharmacy::abort_on_bug(#promise, __FILE__, __LINE__))
