#include "hindered_sale.h"

#include <doctest/doctest.h>

namespace pharmacy::test {
namespace {

const std::vector<std::string> hindered_args{
    "buy", "6001", "6901234567890=2@28.00#B2291", "--op", "hindered-1", "--wait", "1"};

std::string shown(const Ended& ended) {
  return "status " + std::to_string(ended.status) + ", said \"" + ended.err + "\"";
}

// A program that failed by itself says so in its own name.
std::string fault_of_message(const Ended& ended) {
  if (ended.status == 0 || ended.status > 128) return "";
  if (ended.err.find("visit") != 0 && ended.err.find("member") != 0) return "no message of its own";
  if (ended.err.find("bug") != std::string::npos) return "called a bug";
  return ended.err.ends_with('\n') ? "" : "an unfinished message";
}

std::string fault_of_status(const Ended& ended, const std::set<int>& statuses) {
  return statuses.contains(ended.status) ? "" : "not a status to expect";
}

}  // namespace

HinderedSale::HinderedSale() {
  counter_.keep();
  before_ = counter_.rows();
  REQUIRE(run_process(command()).status == 0);
  after_ = counter_.rows();
  REQUIRE(before_ != after_);
  put_back();
}

Run HinderedSale::command() const { return counter_.command("visit", hindered_args); }

Run HinderedSale::traced(const std::vector<std::string>& options) const {
  std::vector<std::string> starter{"strace", "-f", "-qq", "-o", "/dev/null"};
  starter.insert(starter.end(), options.begin(), options.end());
  return below(starter);
}

Run HinderedSale::below(const std::vector<std::string>& starter) const {
  Run run = command();
  run.argv.insert(run.argv.begin(), starter.begin(), starter.end());
  return run;
}

std::string HinderedSale::judge(const Ended& ended, const std::set<int>& statuses) const {
  const auto found = counter_.rows();
  const bool acknowledged = ended.status == 0 || !ended.out.empty();
  // Of a program that was ended, and where the last step failed, nobody knows.
  const bool open = ended.status > 128 || ended.err.find("--op") != std::string::npos;
  std::string fault;
  if (found != before_ && found != after_) {
    fault = "half done, or damaged:\n" + found;
  } else if (acknowledged && found != after_) {
    fault = "what was acknowledged is lost";
  } else if (!acknowledged && !open && found != before_) {
    fault = "a sale that failed is there";
  }
  if (fault.empty()) fault = fault_of_status(ended, statuses);
  if (fault.empty()) fault = fault_of_message(ended);
  if (fault.empty()) {
    const auto again = run_process(command());
    if (again.status != 0)
      fault = "repeated: " + again.err;
    else if (counter_.rows() != after_)
      fault = "repeated, it had another effect";
  }
  return fault.empty() ? "" : fault + " (" + shown(ended) + ")";
}

std::string HinderedSale::judge_reading(const Ended& ended, const std::set<int>& statuses) const {
  std::string fault = fault_of_status(ended, statuses);
  if (fault.empty()) fault = fault_of_message(ended);
  if (counter_.rows() != before_) fault = "it changed something";
  return fault.empty() ? "" : fault + " (" + shown(ended) + ")";
}

}  // namespace pharmacy::test
